"""A column map is read whole or refused in one sentence that says where and what to do."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from trialwright.errors import PatientsError
from trialwright.patients.columns import Column, read_columns


def read(folder: Path, text: str | bytes):
    path = folder / "map.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_columns(path)


def test_the_whole_form(tmp_path: Path) -> None:
    chart = read(
        tmp_path,
        """
        subject = " patient "
        time = "date"
        end = "until"
        note = "note"
        missing = ["NA", "."]
        time_format = "%d/%m/%Y"

        [columns.birth]
        code = "MEDS_BIRTH"
        as = "time"

        [columns."Hb (g/dL)"]
        code = "LOINC:718-7"
        unit = "g/dL"
        ref_low_column = "low"
        at = 2024-05-31

        [columns.icd]
        as = "code"
        system = "ICD10CM"
        time_column = "diagnosed"
        """,
    )
    assert (chart.subject, chart.time, chart.missing, chart.time_format) == (
        "patient",
        "date",
        ("NA", "."),
        ("%d/%m/%Y",),
    )
    assert chart.columns[1] == Column(
        name="Hb (g/dL)",
        code="LOINC:718-7",
        unit="g/dL",
        ref_low_column="low",
        at=datetime(2024, 5, 31),
    )
    assert [chart.time_of(column) for column in chart.columns] == [
        "date",
        datetime(2024, 5, 31),
        "diagnosed",
    ]
    assert chart.names == (
        "patient", "date", "until", "note", "birth", "Hb (g/dL)", "low", "icd", "diagnosed",
    )  # fmt: skip


def test_an_empty_time_column_is_no_time(tmp_path: Path) -> None:
    chart = read(tmp_path, 'subject="p"\nat="2024-01-01"\n[columns.x]\nas="code"\ntime_column=""')
    assert chart.time_of(chart.columns[0]) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "does not say which column is the person"),
        ("subject = ", "no TOML"),
        (b"subject = '\xff'", "not UTF-8"),
        ("subject = 3", "'subject' is a text"),
        ("subject = 'p'", "maps no column"),
        ("subject = 'p'\ncolumns = 3", "no table of columns"),
        ("subject = 'p'\nsubjekt = 'q'", "did you mean 'subject'"),
        ("subject = 'p'\ntime = 't'\nat = '2024-01-01'\n[columns.x]\nas = 'code'", "exclude each other"),
        ("subject = 'p'\nat = 'May'\n[columns.x]\nas = 'code'", "'at' is no day"),
        ("subject = 'p'\ntime_format = '%d/%m/%y'\n[columns.x]\nas = 'code'", "four digits"),
        ("subject = 'p'\ndecimal = ';'\n[columns.x]\nas = 'code'", "a point or a comma"),
        ("subject = 'p'\nmissing = 'NA'\n[columns.x]\nas = 'code'", "'missing' is a list of texts"),
        ("subject = 'p'\n[columns.x]", "column 'x': it needs a code"),
        ("subject = 'p'\n[columns.x]\nas = 'number'", "none of value, code, time, age"),
        ("subject = 'p'\n[columns.x]\ncode = 'a'\nunits = 'g/L'", "did you mean 'unit'"),
        ("subject = 'p'\n[columns.x]\nas = 'code'\ncode = 'a'", 'does not go with as = "code"'),
        ("subject = 'p'\n[columns.x]\ncode = 'a'\nunit = 'g/L'\nunit_column = 'u'", "exclude each other"),
        ("subject = 'p'\n[columns.x]\nas = 'code'\nat = '2024-01-01'\ntime_column = 't'", "exclude each"),
        ("subject = 'p'\n[columns.x]\nas = 'code'\nvalues = {M = 1}", "a text for each cell"),
        ("subject = 'p'\n[columns.x]\nas = 'age'", "no day on which it was asked"),
        ("subject = 'p'\nat = '2024-01-01'\n[columns.x]\nas = 'age'\nunit = 'years'", "one of a, mo, wk, d"),
        ("subject = 'p'\n[columns.x]\nas = 'code'\n[columns.' x']\nas = 'code'", "mapped twice"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    with pytest.raises(PatientsError) as caught:
        read(tmp_path, text)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "map.toml"))
    assert "\n" not in str(caught.value)


def test_a_map_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PatientsError, match="cannot be read"):
        read_columns(tmp_path / "none.toml")
