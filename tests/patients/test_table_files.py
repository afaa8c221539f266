"""Table files become the one patient table: what stays as it is, what is dropped, what is refused."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from trialwright.errors import PatientsError, UsageError
from trialwright.patients import read_patients

HEAD = "subject_id,time,code,numeric_value,text_value,unit,end_time\n"


def rows_of(path: Path, columns: str = "*", **more: Any) -> list[tuple[Any, ...]]:
    table = read_patients(str(path), **more)
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {columns} FROM ({table.query})").fetchall()


def save(folder: Path, text: str, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-05-01T23:30:00-05:00", datetime(2024, 5, 1, 23, 30)),
        ("2024-05-01T23:30:00.5+0800", datetime(2024, 5, 1, 23, 30, 0, 500000)),
        ("2024-05-01T23:30:00Z", datetime(2024, 5, 1, 23, 30)),
        ("2024-05-01 23:30", datetime(2024, 5, 1, 23, 30)),
        ("2024-05-01", datetime(2024, 5, 1)),
        ("", None),
    ],
)
def test_times_are_the_wall_clock_of_the_source(tmp_path: Path, written: str, read: Any) -> None:
    path = save(tmp_path, f"{HEAD}1,{written},LOINC:718-7,8,,g/dL,\n")
    assert rows_of(path, "time") == [(read,)]


def test_cells_are_never_taken_for_something_else(tmp_path: Path) -> None:
    text = HEAD + "007,,20240501,1e3,,,\nA1,,TRUE,,2024-05-01,1,\n8,,0012,<50,,,\n"
    assert rows_of(save(tmp_path, text), "subject_id, code, numeric_value, text_value, unit") == [
        ("007", "20240501", 1000.0, None, None),
        ("A1", "TRUE", None, "2024-05-01", "1"),
        ("8", "0012", None, "<50", None),
    ]


def test_subject_ids_stay_numbers_only_if_all_are(tmp_path: Path) -> None:
    assert read_patients(str(save(tmp_path, "subject_id,code\n10,a\n9,b\n"))).subject_type == "number"
    assert read_patients(str(save(tmp_path, "subject_id,code\n10,a\n09,b\n"))).subject_type == "text"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_missing_columns_are_null_and_order_is_free(tmp_path: Path, delimiter: str) -> None:
    text = "\ufeffcode,extra,subject_id\nSEX//F,x,1\n".replace(",", delimiter)
    (row,) = rows_of(save(tmp_path, text, "people.csv.gz"))
    assert row == (1, None, "SEX//F", None, None, None, None, None, None)


def parquet(folder: Path, query: str, name: str = "people.parquet") -> Path:
    path = folder / name
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def test_parquet_times_with_a_zone_are_read_in_the_zone_that_is_given(tmp_path: Path) -> None:
    path = parquet(
        tmp_path, "SELECT 1 AS subject_id, 'x' AS code, TIMESTAMPTZ '2024-05-01 23:30:00+00' AS time"
    )
    assert rows_of(path, "time") == [(datetime(2024, 5, 1, 23, 30),)]
    assert rows_of(path, "time", time_zone="Asia/Shanghai") == [(datetime(2024, 5, 2, 7, 30),)]


def test_a_number_that_is_none_is_null(tmp_path: Path) -> None:
    path = parquet(tmp_path, "SELECT 'a' AS subject_id, 'x' AS code, 'nan'::DOUBLE AS numeric_value")
    assert rows_of(path, "numeric_value") == [(None,)]


def test_a_folder_of_parquet_files_is_one_table(tmp_path: Path) -> None:
    parquet(tmp_path, "SELECT 1 AS subject_id, 'x' AS code", "a.parquet")
    parquet(tmp_path, "SELECT 2 AS subject_id, 'y' AS code, 'g/L' AS unit", "b.parquet")
    assert sorted(rows_of(tmp_path, "subject_id, unit")) == [(1, None), (2, "g/L")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"subject_id,code\n", "no rows"),
        (b"patient,code\n1,x\n", "subject_id is missing; the columns are patient, code"),
        (b"subject_id,value\n1,2\n", "code is missing"),
        (b"subject_id,code,time\n1,x,yesterday\n", "no time"),
        (b"PAR1 and nothing else", "no table that can be read"),
        (b"\xff\xfe\x00s", "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(PatientsError, match=sentence) as caught:
        read_patients(str(path))
    assert "yesterday" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_not_a_table(tmp_path: Path) -> None:
    with pytest.raises(PatientsError, match="no such file"):
        read_patients(str(tmp_path / "nobody.csv"))
    with pytest.raises(UsageError, match="no time zone 'Mars/North'"):
        read_patients(str(tmp_path), time_zone="Mars/North")
    (tmp_path / "notes.md").write_text("# notes")
    with pytest.raises(PatientsError, match="no table of people"):
        read_patients(str(tmp_path / "notes.md"))
