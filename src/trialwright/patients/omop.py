"""People from an OMOP CDM, 5.3 or 5.4: a DuckDB or SQLite file, a folder of files, a PostgreSQL database.

Takes a path or an address; gives the one patient table, as one query over the source where DuckDB can read it
in place. Concept ids become codes through the table concept; what it does not explain keeps its id.
"""

# ruff: noqa: S608  this file makes SQL; names come from omop_tables.py, paths are quoted
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialwright.duck import quoted
from trialwright.errors import PatientsError
from trialwright.model.screening import PatientTable
from trialwright.patients.omop_concepts import Found, explain
from trialwright.patients.omop_copies import copy_postgres, copy_sqlite, shown_url
from trialwright.patients.omop_sources import (
    is_duckdb,
    is_folder,
    is_sqlite,
    missing_tables,
    open_duckdb,
    open_folder,
)
from trialwright.patients.omop_tables import (
    CONCEPT,
    EVENTS,
    PERSON,
    Reading,
    Relation,
    birth_query,
    death_query,
    event_query,
    sex_query,
    words,
)
from trialwright.patients.opening import opened
from trialwright.patients.staging import TemporaryFolder

_INTEGER = r"-?[0-9]{1,18}(\.0+)?"
_NEEDED = {
    "person": (PERSON[0],),
    "concept": CONCEPT,
}


def sniff(path: Path) -> bool:
    """Whether the path is a database file, or a folder of tables of the CDM."""
    return is_duckdb(path) or is_sqlite(path) or is_folder(path)


def read(path: Path, time_zone: str) -> PatientTable:
    """The patient table of an OMOP source on disk.

    Raises PatientsError when there are no people or no vocabulary, or a table cannot be read.
    """
    folder = TemporaryFolder()
    if is_sqlite(path):
        return _read(copy_sqlite(path, folder), str(path), time_zone, folder, keep=True)
    relations = open_duckdb(path, folder) if path.is_file() else open_folder(path)
    return _read(relations, str(path), time_zone, folder, keep=False)


def read_url(url: str, time_zone: str) -> PatientTable:
    """The patient table of a PostgreSQL database that holds an OMOP CDM, streamed to this machine."""
    folder = TemporaryFolder()
    relations = copy_postgres(url, folder, time_zone)
    return _read(relations, shown_url(url), time_zone, folder, keep=True)


def _read(
    relations: Mapping[str, Relation], where: str, zone: str, folder: TemporaryFolder, *, keep: bool
) -> PatientTable:
    _require(relations, where)
    with opened(where) as connection:
        reading = Reading(zone, _has_numbers(connection, relations["person"], where))
        reading, found = explain(connection, relations, reading, folder)
        parts = [birth_query(relations["person"], reading), sex_query(relations["person"], reading)]
        if "death" in relations:
            parts.append(death_query(relations["death"], reading))
        parts += [event_query(e, relations[e.table], reading) for e in EVENTS if e.table in relations]
        query = " UNION ALL ".join(parts)
        if keep:
            # Copies of tables are texts; the rows are made of them once.
            target = quoted(str(folder.path / "made.parquet"))
            connection.execute(f"COPY ({query}) TO {target} (FORMAT parquet)")
            query = f"SELECT * FROM read_parquet({target})"
    return PatientTable(
        query=query,
        origin=where,
        subject_type="number" if reading.number else "text",
        problems=_describe(relations, found),
        kept=folder,
    )


def _require(relations: Mapping[str, Relation], where: str) -> None:
    for name, columns in _NEEDED.items():
        cure = (
            "give a source that holds an OMOP CDM 5.3 or 5.4"
            if name == "person"
            else "put the vocabulary's table concept beside the others: without it no code is known"
        )
        if name not in relations:
            raise PatientsError(f"the table {name} is missing", where=where, cure=cure)
        absent = [column for column in columns if column not in relations[name]]
        if absent:
            raise PatientsError(
                f"the table {name} has no column {' and no column '.join(absent)}", where=where, cure=cure
            )
    for event in EVENTS:
        relation = relations.get(event.table)
        absent = [c for c in ("person_id", event.concept) if relation is not None and c not in relation]
        if absent:
            raise PatientsError(
                f"the table {event.table} has no column {' and no column '.join(absent)}",
                where=where,
                cure="name the columns as the CDM does",
            )


def _has_numbers(connection: Any, relation: Relation, where: str) -> bool:
    """Whether the ids of people are integers; raises PatientsError when there are no people."""
    told = words(relation, "person_id")
    people, numbers = connection.execute(
        f"SELECT count({told}), count(*) FILTER (WHERE regexp_full_match({told}, '{_INTEGER}')) "
        f"FROM {relation.sql} AS t"
    ).fetchone()
    if not people:
        raise PatientsError("the table person has no rows", where=where, cure="give a source with people")
    return bool(people == numbers)


def _describe(relations: Mapping[str, Relation], found: Found) -> tuple[str, ...]:
    """What is missing or was left out, one line a kind."""
    absent = missing_tables(relations)
    lines = []
    if absent:
        lines.append(f"tables that are not there, read as empty: {', '.join(absent)}")
    for counts, what in (
        (found.nothing, "rows without a concept (0), left out"),
        (found.unexplained, "rows whose concept is not in the table concept, kept as OMOP:id"),
        (found.nobody, "rows without a person that can be one, left out"),
        (found.badly_timed, "rows with a time that cannot be read, taken as unknown"),
    ):
        if counts:
            shown = ", ".join(f"{table} {number}" for table, number in counts.items())
            lines.append(f"{what}: {sum(counts.values())} ({shown})")
    if found.no_icd:
        lines.append(
            "diagnoses without a code of ICD-10, found only by criteria that have their code: "
            f"{found.no_icd} (condition_occurrence {found.no_icd})"
        )
    if found.strangers:
        lines.append(f"people that the table person lacks, so without age and sex: {found.strangers}")
    return tuple(lines)
