"""The concepts that occur in an OMOP source, explained once: small tables that every query joins to.

Takes the relations; writes which codes stand for a pair of concept and source concept, and what units and
answers are called. Counts on the way what no code can be given to, and what has no person or no time.
"""

# ruff: noqa: S608  this file makes SQL; names come from omop_tables.py, paths are quoted
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from trialwright.duck import quoted
from trialwright.patients.omop_tables import (
    DRUG_PARTS,
    EVENTS,
    Event,
    Reading,
    Relation,
    answer_ids,
    is_bad_time,
    subject,
    whole,
    words,
)
from trialwright.patients.staging import TemporaryFolder
from trialwright.patients.systems import KNOWN


class Found(NamedTuple):
    """Rows by table that have no concept, an unknown concept, no person, a bad time.

    Besides, people that the table of people lacks, and diagnoses without a code of ICD-10.
    """

    nothing: dict[str, int]
    unexplained: dict[str, int]
    nobody: dict[str, int]
    badly_timed: dict[str, int]
    strangers: int
    no_icd: int


def explain(
    connection: Any, relations: Mapping[str, Relation], reading: Reading, folder: TemporaryFolder
) -> tuple[Reading, Found]:
    """The reading with its two small tables, kept in the folder, and what was counted."""
    connection.execute(
        "CREATE TABLE pair "
        "(place VARCHAR, standard BIGINT, source BIGINT, n BIGINT, nobody BIGINT, bad BIGINT)"
    )
    connection.execute("CREATE TABLE used (id BIGINT)")
    connection.execute("CREATE TABLE somebody (who VARCHAR)")
    for event in EVENTS:
        if event.table in relations:
            _count(connection, event, relations[event.table], reading)
    _find_ingredients(connection, relations)
    _explain_used(connection, relations["concept"])
    pairs, names = (folder.path / name for name in ("pairs.parquet", "names.parquet"))
    connection.execute(f"COPY ({_pairs()}) TO {quoted(str(pairs))} (FORMAT parquet)")
    connection.execute(
        "COPY (SELECT id, code AS unit, name FROM explained WHERE id IN (SELECT id FROM used)) "
        f"TO {quoted(str(names))} (FORMAT parquet)"
    )
    made = reading._replace(
        pairs=f"read_parquet({quoted(str(pairs))})", names=f"read_parquet({quoted(str(names))})"
    )
    return made, _counts(connection, relations["person"], made)


def _count(connection: Any, event: Event, relation: Relation, reading: Reading) -> None:
    who = subject(relation, reading)
    bad = is_bad_time(relation, (*event.start, *(event.end or ())), reading.zone)
    connection.execute(
        f"INSERT INTO pair SELECT {quoted(event.table)}, coalesce({whole(relation, event.concept)}, 0), "
        f"coalesce({whole(relation, event.source)}, 0), count(*), count(*) FILTER (WHERE {who} IS NULL), "
        f"count(*) FILTER (WHERE {bad}) FROM {relation.sql} AS t GROUP BY 2, 3"
    )
    connection.execute(
        f"INSERT INTO somebody SELECT DISTINCT CAST({who} AS VARCHAR) FROM {relation.sql} AS t "
        f"WHERE {who} IS NOT NULL"
    )
    for column in answer_ids(event, relation):
        connection.execute(
            f"INSERT INTO used SELECT DISTINCT {whole(relation, column)} FROM {relation.sql} AS t"
        )


def _find_ingredients(connection: Any, relations: Mapping[str, Relation]) -> None:
    """What the drugs that occur are made of: criteria name the ingredient, records the pack."""
    connection.execute("CREATE TABLE part (drug BIGINT, ingredient BIGINT, sure BOOLEAN)")
    for table, (drug, ingredient, sure) in DRUG_PARTS.items():
        relation = relations.get(table)
        if relation is None or drug not in relation or ingredient not in relation:
            continue
        connection.execute(
            f"INSERT INTO part SELECT DISTINCT {whole(relation, drug)} AS drug, "
            f"{whole(relation, ingredient)}, {sure} FROM {relation.sql} AS t "
            f"WHERE {whole(relation, drug)} IN "
            "(SELECT standard FROM pair WHERE place = 'drug_exposure' AND standard <> 0)"
        )


def _explain_used(connection: Any, concept: Relation) -> None:
    number, vocabulary = whole(concept, "concept_id"), words(concept, "vocabulary_id")
    known = ", ".join(quoted(name) for name in sorted(KNOWN))
    # RxNorm is RXNORM and NCIt NCIT; other vocabularies keep their own names.
    system = f"CASE WHEN upper({vocabulary}) IN ({known}) THEN upper({vocabulary}) ELSE {vocabulary} END"
    connection.execute(
        f"CREATE TABLE explained AS SELECT {number} AS id, min({system}) AS system, "
        f"min({words(concept, 'concept_code')}) AS code, min({words(concept, 'concept_name')}) AS name, "
        f"min({words(concept, 'concept_class_id')}) AS kind FROM {concept.sql} AS t WHERE {number} <> 0 AND "
        f"{number} IN (SELECT id FROM used UNION SELECT standard FROM pair UNION SELECT source FROM pair "
        "UNION SELECT ingredient FROM part) GROUP BY 1"
    )


def _pairs() -> str:
    """The codes of each pair that occurs: the standard concept, else the source concept, else its number.

    Besides, the source concept where it is of a system that criteria ask for (diagnoses are recorded as
    ICD-10 and standardised as SNOMED CT), and the ingredients of a drug.
    """
    known = ", ".join(quoted(name) for name in sorted(KNOWN))
    return (
        "SELECT place, standard, source, coalesce(e.system || ':' || e.code, 'OMOP:' || x.id) AS code FROM "
        "(SELECT *, CASE WHEN standard <> 0 THEN standard ELSE source END AS id FROM pair) AS x "
        "LEFT JOIN explained AS e ON e.id = x.id WHERE x.id <> 0 UNION "
        "SELECT place, standard, source, e.system || ':' || e.code FROM pair AS x JOIN explained AS e "
        f"ON e.id = x.source WHERE e.system IN ({known}) AND e.code IS NOT NULL UNION "
        "SELECT place, standard, source, e.system || ':' || e.code FROM pair AS x JOIN part AS i "
        "ON i.drug = x.standard JOIN explained AS e ON e.id = i.ingredient "
        "WHERE place = 'drug_exposure' AND e.system = 'RXNORM' AND e.code IS NOT NULL "
        "AND (i.sure OR e.kind = 'Ingredient')"
    )


def _counts(connection: Any, person: Relation, reading: Reading) -> Found:
    counted = connection.execute(
        "SELECT place, sum(n) FILTER (WHERE id = 0), "
        "sum(n) FILTER (WHERE id <> 0 AND id NOT IN (SELECT id FROM explained)), sum(nobody), sum(bad) FROM "
        "(SELECT *, CASE WHEN standard <> 0 THEN standard ELSE source END AS id FROM pair) "
        "GROUP BY place ORDER BY place"
    ).fetchall()
    who = subject(person, reading)
    (strangers,) = connection.execute(
        "SELECT count(DISTINCT who) FROM somebody WHERE who NOT IN "
        f"(SELECT CAST({who} AS VARCHAR) FROM {person.sql} AS t WHERE {who} IS NOT NULL)"
    ).fetchone()
    nothing, unexplained, nobody, bad = (
        {str(row[0]): int(row[i]) for row in counted if row[i]} for i in range(1, 5)
    )
    (no_icd,) = connection.execute(
        "SELECT coalesce(sum(n), 0) FROM pair AS x WHERE place = 'condition_occurrence' AND "
        f"(standard <> 0 OR source <> 0) AND NOT EXISTS (SELECT 1 FROM {reading.pairs} AS p WHERE "
        "p.place = x.place AND p.standard = x.standard AND p.source = x.source AND p.code LIKE 'ICD10%')"
    ).fetchone()
    return Found(nothing, unexplained, nobody, bad, int(strangers), int(no_icd))
