"""Rows of the patient table written out as tables of the OMOP CDM, in every form that a source may choose."""

from __future__ import annotations

import gzip
import re
import sqlite3
from pathlib import Path
from random import Random
from typing import Any

import duckdb

VOCABULARIES = {
    "LOINC": "LOINC", "ICD10CM": "ICD10CM", "SNOMED": "SNOMED", "RXNORM": "RxNorm", "NCIT": "NCIt",
}  # fmt: skip
OPERATORS = {"<": 4171756, "<=": 4171754, ">": 4172704, ">=": 4171755, "≤": 4171754, "≥": 4171755}
SIGNED = re.compile(r"(<=|>=|≤|≥|<|>)\s*([0-9.]+)")
_OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$")
Tables = dict[str, list[dict[str, Any]]]


class _Concepts:
    """The vocabulary, growing as it is asked."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = [
            {
                "concept_id": 0,
                "concept_name": "No matching concept",
                "vocabulary_id": "None",
                "concept_code": "0",
            }
        ]
        self._known: dict[tuple[str, str], int] = {}

    def id_of(self, vocabulary: str, code: str, name: str = "") -> int:
        key = (vocabulary, code)
        if key not in self._known:
            self._known[key] = 2_000_000_000 + len(self._known)
            self.rows.append(
                {"concept_id": self._known[key], "concept_name": name or f"{vocabulary} {code}",
                 "vocabulary_id": vocabulary, "concept_code": code}
            )  # fmt: skip
        return self._known[key]


def tables_of(rows: list[dict[str, Any]], r: Random) -> Tables:
    """The tables of the CDM."""
    concepts = _Concepts()
    made: Tables = {
        "person": [], "death": [], "condition_occurrence": [], "drug_exposure": [], "measurement": [],
        "procedure_occurrence": [], "observation": [],
    }  # fmt: skip
    for subject in dict.fromkeys(row["subject_id"] for row in rows):
        own = [row for row in rows if row["subject_id"] == subject]
        births = [row for row in own if row["code"] == "MEDS_BIRTH"]
        sexes = [row["code"] for row in own if row["code"].startswith("SEX//")]
        # A person whose facts contradict each other stands there more than once.
        for place in range(max(1, len(births), len(sexes))):
            person = {"person_id": subject, "gender_concept_id": 0}
            if place < len(births):
                person |= _birth(births[place], r)
            if place < len(sexes):
                person["gender_concept_id"] = {"F": 8532, "M": 8507}.get(sexes[place][-1], 0)
            made["person"].append(person)
        for row in own:
            if row["code"] == "MEDS_DEATH":
                made["death"].append({"person_id": subject, **_times("death", row.get("time"))})
            elif row["code"] != "MEDS_BIRTH" and not row["code"].startswith("SEX//"):
                _add(made, subject, row, concepts, r)
    return made | {"concept": concepts.rows}


def _birth(row: dict[str, Any], r: Random) -> dict[str, Any]:
    year, month, day = [*(row.get("text_value") or row["time"][:10]).split("-"), None, None][:3]
    known = {
        "year_of_birth": int(year),
        "month_of_birth": month and int(month),
        "day_of_birth": day and int(day),
    }
    if day and r.random() < 0.5:
        return known | {"birth_datetime": f"{row['time'][:10]} 00:00:00"}
    # Some fill the missing parts in: the empty columns still tell what is known.
    if not day and r.random() < 0.5:
        return known | {"birth_datetime": f"{year}-{month or '01'}-01 00:00:00"}
    return known


def _times(stem: str, time: str | None) -> dict[str, Any]:
    if not time:
        return {}
    clock = _OFFSET.sub("", time.replace("T", " "))
    return {f"{stem}_date": time[:10]} | ({f"{stem}_datetime": clock} if len(time) > 10 else {})


def _add(made: Tables, subject: Any, row: dict[str, Any], concepts: _Concepts, r: Random) -> None:
    system, _, plain = row["code"].partition(":")
    concept = concepts.id_of(VOCABULARIES[system], plain)

    def ids(stem: str) -> dict[str, Any]:
        if r.random() < 0.2:
            return {f"{stem}_concept_id": 0, f"{stem}_source_concept_id": concept}
        return {f"{stem}_concept_id": concept}

    if row["code"] in ("LOINC:11450-4", "LOINC:10160-0"):
        made["observation"].append(
            {"person_id": subject, **ids("observation"), **_times("observation", row.get("time")),
             "value_as_string": row["text_value"]}
        )  # fmt: skip
        return
    if system in ("LOINC", "NCIT"):
        made["measurement"].append(
            {"person_id": subject, **ids("measurement"), **_times("measurement", row.get("time")),
             **_value(row, concepts, r)}
        )  # fmt: skip
        return
    table, stem, start, end = {
        "RXNORM": ("drug_exposure", "drug", "drug_exposure_start", "drug_exposure_end"),
        "SNOMED:77465005": ("procedure_occurrence", "procedure", "procedure", "procedure_end"),
    }.get(
        row["code"] if row["code"] == "SNOMED:77465005" else system,
        ("condition_occurrence", "condition", "condition_start", "condition_end"),
    )
    times = _times(start, row.get("time")) | _times(end, row.get("end_time"))
    made[table].append({"person_id": subject, **ids(stem), **times})


def _value(row: dict[str, Any], concepts: _Concepts, r: Random) -> dict[str, Any]:
    text, number, unit = row.get("text_value"), row.get("numeric_value"), row.get("unit")
    value: dict[str, Any] = {"range_low": row.get("ref_low"), "range_high": row.get("ref_high")}
    if unit:
        value |= (
            {"unit_concept_id": concepts.id_of("UCUM", unit)}
            if r.random() < 0.5
            else {"unit_concept_id": 0, "unit_source_value": unit}
        )
    signed = SIGNED.fullmatch(text or "")
    if number is not None:
        return value | {"value_as_number": number} | r.choice(({}, {"operator_concept_id": 4172703}))
    if signed:
        return value | {"value_as_number": float(signed[2]), "operator_concept_id": OPERATORS[signed[1]]}
    if text and r.random() < 0.5:
        return value | {"value_as_concept_id": concepts.id_of("SNOMED", f"answer {text}", text)}
    return value | {"value_source_value": text, "value_as_concept_id": r.choice((0, None))}


COLUMNS = {
    "person": "person_id gender_concept_id year_of_birth month_of_birth day_of_birth birth_datetime",
    "death": "person_id death_date death_datetime",
    "concept": "concept_id concept_name vocabulary_id concept_code",
    "condition_occurrence": "person_id condition_concept_id condition_source_concept_id condition_start_date "
    "condition_start_datetime condition_end_date condition_end_datetime",
    "drug_exposure": "person_id drug_concept_id drug_source_concept_id drug_exposure_start_date "
    "drug_exposure_start_datetime drug_exposure_end_date drug_exposure_end_datetime",
    "procedure_occurrence": "person_id procedure_concept_id procedure_source_concept_id procedure_date "
    "procedure_datetime procedure_end_date procedure_end_datetime",
    "measurement": "person_id measurement_concept_id measurement_source_concept_id measurement_date "
    "measurement_datetime operator_concept_id value_as_number value_as_concept_id unit_concept_id range_low "
    "range_high unit_source_value value_source_value",
    "observation": "person_id observation_concept_id observation_source_concept_id observation_date "
    "observation_datetime value_as_number value_as_string value_as_concept_id unit_concept_id",
    "device_exposure": "person_id device_concept_id device_exposure_start_date device_exposure_end_date",
    "drug_strength": "drug_concept_id ingredient_concept_id",
}  # fmt: skip


def kind_of(column: str) -> str:
    if column.endswith("_datetime"):
        return "TIMESTAMP"
    if column.endswith("_date"):
        return "DATE"
    if column in ("value_as_number", "range_low", "range_high"):
        return "DOUBLE"
    whole = column.endswith(("_concept_id", "_of_birth")) or column in ("person_id", "concept_id")
    return "BIGINT" if whole else "VARCHAR"


def write_folder(folder: Path, tables: Tables, ending: str = ".csv", *, upper: bool = False) -> str:
    """A folder of CSV, CSV.gz or Parquet files; `upper`: names in capitals, as many databases give them."""
    folder.mkdir()
    if ending == ".parquet":
        write_duckdb(folder / "whole.duckdb", tables)
        with duckdb.connect(str(folder / "whole.duckdb")) as connection:
            for name in tables:
                connection.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet)")
        (folder / "whole.duckdb").unlink()
        return str(folder)
    for name, rows in tables.items():
        columns = COLUMNS[name].split()
        text = [",".join(c.upper() if upper else c for c in columns)]
        for row in rows:
            text.append(",".join(_cell(row.get(c)) for c in columns))
        data = ("\n".join(text) + "\n").encode()
        path = folder / f"{name.upper() if upper else name}{ending}"
        path.write_bytes(gzip.compress(data) if ending.endswith(".gz") else data)
    return str(folder)


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text


def write_duckdb(path: Path, tables: Tables, schema: str = "main") -> str:
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for name, rows in tables.items():
            columns = COLUMNS[name].split()
            typed = ", ".join(f"{c} {kind_of(c)}" for c in columns)
            connection.execute(f"CREATE TABLE {schema}.{name} ({typed})")
            marks = ", ".join("?" for _ in columns)
            if rows:
                connection.executemany(
                    f"INSERT INTO {schema}.{name} VALUES ({marks})",
                    [[row.get(c) for c in columns] for row in rows],
                )
    return str(path)


def write_sqlite(path: Path, tables: Tables) -> str:
    with sqlite3.connect(path) as connection:
        for name, rows in tables.items():
            columns = COLUMNS[name].split()
            connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
            marks = ", ".join("?" for _ in columns)
            connection.executemany(
                f"INSERT INTO {name} VALUES ({marks})", [[row.get(c) for c in columns] for row in rows]
            )
    connection.close()
    return str(path)
