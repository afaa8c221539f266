"""Tables of the OMOP CDM become rows: what is read of each, in every form of source, and what is refused."""

# ruff: noqa: E501  tables of facts are read best with one line a fact
from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest

from trialwright.errors import PatientsError
from trialwright.patients import read_patients

from .omop_writing import Tables, write_duckdb, write_folder, write_sqlite

CONCEPTS = [
    (0, "No matching concept", "None", "0"), (1, "Haemoglobin", "LOINC", "718-7"), (2, "HBsAg", "LOINC", "5195-3"),
    (3, "gram per decilitre", "UCUM", "g/dL"), (4, "Positive", "SNOMED", "10828004"),
    (5, "Acute liver failure", "SNOMED", "197270009"), (6, "Acute liver failure", "ICD10CM", "K72.00"),
    (7, "prednisone 5 MG Oral Tablet", "RxNorm", "312617"), (8, "prednisone", "RxNorm", "8640"),
    (9, "MELD", "NCIt", "C121076"), (10, "Liver transplant", "CPT4", "47135"), (11, "Stent", "SNOMED", "65818007"),
    (12, "Problem list", "LOINC", "11450-4"),
]  # fmt: skip
COLUMNS = "code, CAST(time AS VARCHAR), numeric_value, text_value, unit, CAST(end_time AS VARCHAR)"


def tables(**more: list[dict[str, Any]]) -> Tables:
    names = ("concept_id", "concept_name", "vocabulary_id", "concept_code")
    made: Tables = {"concept": [dict(zip(names, row, strict=True)) for row in CONCEPTS]}
    made["person"] = [{"person_id": 1, "gender_concept_id": 0}]
    return made | more


def rows_of(source: str, columns: str = COLUMNS) -> tuple[list[Any], list[str]]:
    """The rows, and the problems besides the tables that are not there."""
    table = read_patients(source)
    with duckdb.connect() as connection:
        query = f"SELECT {columns} FROM ({table.query}) WHERE code IS NOT NULL ORDER BY ALL"
        found = connection.execute(query).fetchall()
    return found, [p for p in table.problems if not p.startswith("tables that are not there")]


def read(folder: Path, made: Tables, columns: str = COLUMNS) -> tuple[list[Any], list[str]]:
    return rows_of(write_folder(folder / "cdm", made), columns)


@pytest.mark.parametrize(
    ("person", "rows"),
    [
        ({"gender_concept_id": 8532, "birth_datetime": "1980-05-03 10:00:00", "year_of_birth": 1980, "month_of_birth": 5, "day_of_birth": 3},
         [("MEDS_BIRTH", "1980-05-03 10:00:00", None), ("SEX//F", None, None)]),
        ({"gender_concept_id": 8507, "year_of_birth": 1980, "month_of_birth": 5, "day_of_birth": 3},
         [("MEDS_BIRTH", "1980-05-03 00:00:00", None), ("SEX//M", None, None)]),
        ({"year_of_birth": 1980, "month_of_birth": 5}, [("MEDS_BIRTH", "1980-05-01 00:00:00", "1980-05")]),
        ({"year_of_birth": 1980}, [("MEDS_BIRTH", "1980-01-01 00:00:00", "1980")]),
        # Where month and day are empty, a filled-in date is no birthday.
        ({"birth_datetime": "1980-01-01 00:00:00", "year_of_birth": 1980}, [("MEDS_BIRTH", "1980-01-01 00:00:00", "1980")]),
        ({"birth_datetime": "1980-05-01 00:00:00", "year_of_birth": 1980, "month_of_birth": 5}, [("MEDS_BIRTH", "1980-05-01 00:00:00", "1980-05")]),
        ({"birth_datetime": "1980-01-01 00:00:00", "year_of_birth": 1980, "month_of_birth": 1, "day_of_birth": 1}, [("MEDS_BIRTH", "1980-01-01 00:00:00", None)]),
        ({"year_of_birth": 1980, "month_of_birth": 2, "day_of_birth": 31}, []),
        ({"gender_concept_id": 8551}, []),
    ],
)  # fmt: skip
def test_a_person_is_birth_and_sex(tmp_path: Path, person: dict[str, Any], rows: list[Any]) -> None:
    found, _ = read(
        tmp_path, tables(person=[{"person_id": 1} | person]), "code, CAST(time AS VARCHAR), text_value"
    )
    assert found == rows


def test_a_person_of_whom_nothing_is_known_is_still_a_person(tmp_path: Path) -> None:
    table = read_patients(write_folder(tmp_path / "cdm", tables()))
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT subject_id, code FROM ({table.query})").fetchall() == [(1, None)]


def measured(**more: Any) -> dict[str, Any]:
    return {"person_id": 1, "measurement_concept_id": 1, "measurement_date": "2024-05-01"} | more


@pytest.mark.parametrize(
    ("fields", "number", "text", "unit"),
    [
        ({"value_as_number": 8.1, "unit_concept_id": 3}, 8.1, None, "g/dL"),
        ({"value_as_number": 8.1, "unit_concept_id": 0, "unit_source_value": "g/dl"}, 8.1, None, "g/dl"),
        ({"value_as_number": 8.1, "unit_concept_id": 999, "unit_source_value": "g/dl"}, 8.1, None, "g/dl"),
        ({"value_as_number": 8.1}, 8.1, None, None),
        ({"value_as_number": 50, "operator_concept_id": 4171756}, None, "<50", None),
        ({"value_as_number": 50, "operator_concept_id": 4171754}, None, "<=50", None),
        ({"value_as_number": 0.5, "operator_concept_id": 4172704}, None, ">0.5", None),
        ({"value_as_number": 50, "operator_concept_id": 4171755}, None, ">=50", None),
        ({"value_as_number": 50, "operator_concept_id": 4172703}, 50, None, None),
        ({"value_as_number": 50, "operator_concept_id": 0}, 50, None, None),
        # A comparator that nobody knows makes a result that cannot be read.
        ({"value_as_number": 50, "operator_concept_id": 77}, None, "operator 77 50", None),
        ({"value_as_concept_id": 4, "value_source_value": "POS"}, None, "Positive", None),
        ({"value_as_concept_id": 0, "value_source_value": "POS"}, None, "POS", None),
        ({"value_as_concept_id": 999, "value_source_value": "POS"}, None, "POS", None),
        ({"value_as_number": "4,1"}, None, "4,1", None),
        ({"value_as_number": "NaN"}, None, None, None),
        ({}, None, None, None),
    ],
)  # fmt: skip
def test_the_value_of_a_measurement(
    tmp_path: Path, fields: dict[str, Any], number: float | None, text: str | None, unit: str | None
) -> None:
    rows, _ = read(tmp_path, tables(measurement=[measured(**fields)]))
    assert rows == [("LOINC:718-7", "2024-05-01 00:00:00", number, text, unit, None)]


@pytest.mark.parametrize(
    ("date", "datetime", "time"),
    [
        ("2024-05-01", "2024-05-01 23:30:00", "2024-05-01 23:30:00"),
        ("2024-05-01", "2024-05-01T23:30:00-05:00", "2024-05-01 23:30:00"),
        ("2024-05-01", None, "2024-05-01 00:00:00"),
        ("20240501", None, "2024-05-01 00:00:00"),
        ("2024-05-01", "sometime", "2024-05-01 00:00:00"),
        ("sometime", None, None),
        ("infinity", None, None),
        (None, None, None),
    ],
)
def test_the_time_of_a_row(tmp_path: Path, date: str | None, datetime: str | None, time: str | None) -> None:
    row = measured(measurement_date=date, measurement_datetime=datetime)
    rows, problems = read(tmp_path, tables(measurement=[row]), "CAST(time AS VARCHAR)")
    assert rows == [(time,)]
    spoilt = "sometime" in (date, datetime) or date == "infinity"
    assert problems == (
        ["rows with a time that cannot be read, taken as unknown: 1 (measurement 1)"] if spoilt else []
    )


def test_the_range_of_a_measurement(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, tables(measurement=[measured(range_low=12, range_high=16)]), "ref_low, ref_high")
    assert rows == [(12.0, 16.0)]


def test_events_have_begin_and_end(tmp_path: Path) -> None:
    def event(concept: str, start: str, end: str, number: int) -> list[dict[str, Any]]:
        return [{"person_id": 1, concept: number, start: "2024-01-02", end: "2024-02-03"}]

    rows, _ = read(
        tmp_path,
        tables(
            condition_occurrence=event("condition_concept_id", "condition_start_date", "condition_end_date", 6),
            drug_exposure=event("drug_concept_id", "drug_exposure_start_date", "drug_exposure_end_date", 8),
            procedure_occurrence=event("procedure_concept_id", "procedure_date", "procedure_end_date", 10),
            device_exposure=event("device_concept_id", "device_exposure_start_date", "device_exposure_end_date", 11),
            observation=[{"person_id": 1, "observation_concept_id": 12, "observation_date": "2024-01-02", "value_as_string": "complete"}],
            death=[{"person_id": 1, "death_date": "2024-03-01"}],
        ),
    )  # fmt: skip
    begin, end = "2024-01-02 00:00:00", "2024-02-03 00:00:00"
    assert rows == [
        ("CPT4:47135", begin, None, None, None, end),
        ("ICD10CM:K72.00", begin, None, None, None, end),
        ("LOINC:11450-4", begin, None, "complete", None, None),
        ("MEDS_DEATH", "2024-03-01 00:00:00", None, None, None, None),
        ("RXNORM:8640", begin, None, None, None, end),
        ("SNOMED:65818007", begin, None, None, None, end),
    ]


def sick(standard: Any, source: Any = None) -> dict[str, Any]:
    return {"person_id": 1, "condition_concept_id": standard, "condition_source_concept_id": source}


@pytest.mark.parametrize(
    ("standard", "source", "codes", "problem"),
    [
        (5, None, ["SNOMED:197270009"], None),
        (0, 6, ["ICD10CM:K72.00"], None),
        # Criteria name diagnoses by ICD-10, and the CDM keeps that code as the source.
        (5, 6, ["ICD10CM:K72.00", "SNOMED:197270009"], None),
        (5, 10, ["SNOMED:197270009"], None),
        (0, 0, [], "rows without a concept (0), left out: 1 (condition_occurrence 1)"),
        (None, None, [], "rows without a concept (0), left out: 1 (condition_occurrence 1)"),
        (999, None, ["OMOP:999"], "rows whose concept is not in the table concept, kept as OMOP:id: 1 (condition_occurrence 1)"),
        ("5.0", None, ["SNOMED:197270009"], None),
    ],
)  # fmt: skip
def test_the_codes_of_a_row(
    tmp_path: Path, standard: Any, source: Any, codes: list[str], problem: str | None
) -> None:
    rows, problems = read(tmp_path, tables(condition_occurrence=[sick(standard, source)]), "code")
    assert [code for (code,) in rows] == codes
    remark = "diagnoses without a code of ICD-10, found only by criteria that have their code: 1 (condition_occurrence 1)"
    expected = [problem] if problem else []
    if codes and not codes[0].startswith("ICD10CM"):
        expected.append(remark)
    assert problems == expected


def test_a_drug_is_also_what_it_is_made_of(tmp_path: Path) -> None:
    """Records name the pack, criteria the ingredient; the table of strengths tells of both."""
    made = tables(
        drug_exposure=[{"person_id": 1, "drug_concept_id": 7, "drug_exposure_start_date": "2024-01-02"}],
        drug_strength=[{"drug_concept_id": 7, "ingredient_concept_id": 8}],
    )
    for source in (
        write_folder(tmp_path / "cdm", made),
        write_sqlite(tmp_path / "x.sqlite", made),
        write_duckdb(tmp_path / "x.duckdb", made),
    ):
        assert rows_of(source, "code")[0] == [("RXNORM:312617",), ("RXNORM:8640",)]


WHOLE = tables(
    person=[{"person_id": n, "gender_concept_id": 8507, "year_of_birth": 1980} for n in (1, 2)],
    measurement=[
        measured(value_as_number=8.5, unit_concept_id=3, measurement_datetime="2024-05-01 10:00:00"),
        measured(person_id=2, measurement_concept_id=2, value_as_concept_id=4),
        measured(person_id=2, measurement_concept_id=9, value_source_value='odd "text",\nover lines'),
    ],
    condition_occurrence=[sick(5, 6) | {"condition_start_date": "2024-01-02"}],
)  # fmt: skip


def test_every_form_of_source_gives_the_same_rows(tmp_path: Path) -> None:
    everything = f"subject_id, {COLUMNS}"
    expected = rows_of(write_duckdb(tmp_path / "a.duckdb", WHOLE), everything)
    assert len(expected[0]) == 9
    assert expected[1] == []
    for source in (
        write_duckdb(tmp_path / "b.db", WHOLE, schema="cdm"),
        write_folder(tmp_path / "c", WHOLE),
        write_folder(tmp_path / "d", WHOLE, ".csv.gz", upper=True),
        write_folder(tmp_path / "e", WHOLE, ".parquet"),
        write_sqlite(tmp_path / "f.sqlite", WHOLE),
    ):
        assert rows_of(source, everything) == expected


def test_a_view_and_a_vocabulary_elsewhere_are_read(tmp_path: Path) -> None:
    path = write_duckdb(tmp_path / "a.duckdb", WHOLE)
    with duckdb.connect(path) as connection:
        connection.execute(
            "CREATE SCHEMA vocab; CREATE TABLE vocab.concept AS FROM concept; DROP TABLE concept"
        )
        connection.execute("ALTER TABLE person RENAME TO people; CREATE VIEW person AS FROM people")
    assert len(rows_of(path)[0]) == 9


def test_two_schemas_with_people_are_refused(tmp_path: Path) -> None:
    path = write_duckdb(tmp_path / "a.duckdb", WHOLE)
    write_duckdb(Path(path), WHOLE, schema="other")
    with pytest.raises(PatientsError, match="the schemas main, other all have a table person"):
        read_patients(path)


def test_parquet_parts_of_a_table_lie_in_a_folder_of_its_name(tmp_path: Path) -> None:
    folder = Path(write_folder(tmp_path / "e", WHOLE, ".parquet"))
    (folder / "measurement").mkdir()
    (folder / "measurement.parquet").rename(folder / "measurement" / "part-0.parquet")
    assert len(rows_of(str(folder))[0]) == 9


def test_a_vocabulary_as_it_is_handed_out_has_tabs_and_bare_quotation_marks(tmp_path: Path) -> None:
    folder = Path(write_folder(tmp_path / "c", WHOLE))
    (folder / "concept.csv").unlink()
    lines = ["concept_id\tconcept_name\tvocabulary_id\tconcept_code"]
    lines += ["\t".join(map(str, row)).replace("Haemo", '"Haemo') for row in CONCEPTS]
    (folder / "CONCEPT.csv").write_text("\n".join(lines) + "\n")
    assert len(rows_of(str(folder))[0]) == 9


def test_sqlite_keeps_times_as_seconds_since_1970(tmp_path: Path) -> None:
    path = write_sqlite(tmp_path / "f.sqlite", WHOLE)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE measurement SET measurement_datetime = NULL, measurement_date = 1714521600.0"
        )
    connection.close()
    rows, _ = rows_of(path, "DISTINCT CAST(time AS VARCHAR)")
    assert ("2024-05-01 00:00:00",) in rows


def test_times_that_carry_a_zone_are_read_in_the_zone_that_is_given(tmp_path: Path) -> None:
    path = write_duckdb(tmp_path / "a.duckdb", WHOLE)
    with duckdb.connect(path) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("ALTER TABLE measurement ALTER measurement_datetime TYPE TIMESTAMPTZ")
    table = read_patients(path, time_zone="Asia/Shanghai")
    with duckdb.connect() as connection:
        times = connection.execute(f"SELECT CAST(time AS VARCHAR) FROM ({table.query})").fetchall()
    assert ("2024-05-01 18:00:00",) in times


def test_ids_of_people_that_are_words_stay_words(tmp_path: Path) -> None:
    made = tables(person=[{"person_id": "A-1"}], measurement=[measured(person_id="A-1")])
    table = read_patients(write_folder(tmp_path / "cdm", made))
    assert table.subject_type == "text"
    with duckdb.connect() as connection:
        query = f"SELECT DISTINCT subject_id FROM ({table.query})"
        assert connection.execute(query).fetchall() == [("A-1",)]


def test_what_lacks_a_person_is_counted(tmp_path: Path) -> None:
    made = tables(measurement=[measured(), measured(person_id=None), measured(person_id=7)])
    rows, problems = read(tmp_path, made, "subject_id")
    assert rows == [(1,), (7,)]
    assert problems == [
        "rows without a person that can be one, left out: 1 (measurement 1)",
        "people that the table person lacks, so without age and sex: 1",
    ]


def test_tables_that_are_not_there_are_named(tmp_path: Path) -> None:
    table = read_patients(write_folder(tmp_path / "cdm", tables(measurement=[measured()])))
    assert table.problems == (
        "tables that are not there, read as empty: condition_occurrence, drug_exposure, procedure_occurrence, "
        "device_exposure, observation",
    )


def without(name: str) -> Tables:
    return {key: rows for key, rows in WHOLE.items() if key != name}


@pytest.mark.parametrize("write", [write_duckdb, write_sqlite])
@pytest.mark.parametrize("name", ["person", "concept"])
def test_without_people_or_vocabulary_there_is_nothing_to_screen(
    tmp_path: Path, write: Any, name: str
) -> None:
    with pytest.raises(PatientsError, match=f"the table {name} is missing") as caught:
        read_patients(write(tmp_path / "x.db", without(name)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("person.csv", "person_id\n", "the table person has no rows"),
        ("person.csv", "id\n1\n", "the table person has no column person_id"),
        ("measurement.csv", "person_id\n1\n", "the table measurement has no column measurement_concept_id"),
        ("concept.csv", "concept_id\n1\n", "the table concept has no column concept_name and no column"),
        ("concept.csv", "", "the table concept has no header"),
        ("person.parquet", "PAR1", "the table person is there 2 times"),
        ("death.parquet", "no parquet", "the source cannot be read"),
        ("measurement.csv", "person_id,measurement_concept_id\n1,1,1,1\n", "the source cannot be read"),
        ("measurement.csv", b"\xff\xfe\x00", "this is no table in UTF-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_in_one_sentence(
    tmp_path: Path, file: str, text: str | bytes, sentence: str
) -> None:
    folder = Path(write_folder(tmp_path / "cdm", WHOLE))
    (folder / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(PatientsError, match=sentence) as caught:
        read_patients(str(folder))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("mark", [b"SQLite format 3\0", b"\0" * 8 + b"DUCK"])
def test_a_database_that_is_broken_is_refused_in_one_sentence(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(mark + b"nothing else" * 1000)
    with pytest.raises(PatientsError, match="the database cannot be") as caught:
        read_patients(str(path))
    assert "\n" not in str(caught.value)
