"""Workbooks are read as what a person sees in them."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from trialwright.errors import MissingExtra, PatientsError
from trialwright.patients import read_patients

from .building import rows_of
from .workbook import Mistake, write_workbook

HB = '[columns.hb]\ncode = "LOINC:718-7"\n'


def read(folder: Path, sheets: dict[str, list[list[Any]]], chart: str):
    pytest.importorskip("python_calamine", reason="needs the extra trialwright[xlsx]")
    (folder / "map.toml").write_text(chart, encoding="utf-8")
    path = write_workbook(folder / "people.xlsx", sheets)
    return read_patients(str(path), columns=folder / "map.toml")


def test_cells_are_what_a_person_sees(tmp_path: Path) -> None:
    rows = [
        ["p", "d", "dob", "hb", "flag", "cd4"],
        [7, date(2024, 5, 1), date(1980, 2, 3), 9.5, True, 300.0],
        [8, datetime(2024, 5, 1, 10, 30), 1980, "<50", False, Mistake("#N/A")],
        [None, None, None, None, None, None],
    ]
    chart = (
        'subject = "p"\ntime = "d"\n[columns.dob]\ncode="MEDS_BIRTH"\nas="time"\n'
        f'{HB}[columns.flag]\nas="code"\nvalues={{TRUE="ICD10CM:B20", FALSE=""}}\n[columns.cd4]\ncode="X:1"\n'
    )
    table = read(tmp_path, {"People": rows}, chart)
    assert rows_of(table, "subject_id, time, code, numeric_value, text_value") == [
        (7, datetime(1980, 2, 3), "MEDS_BIRTH", None, None),
        (7, datetime(2024, 5, 1), "LOINC:718-7", 9.5, None),
        (7, datetime(2024, 5, 1), "ICD10CM:B20", None, None),
        (7, datetime(2024, 5, 1), "X:1", 300.0, None),
        (8, datetime(1980, 1, 1), "MEDS_BIRTH", None, "1980"),
        (8, datetime(2024, 5, 1, 10, 30), "LOINC:718-7", None, "<50"),
    ]
    assert table.problems == ()
    assert table.subject_type == "number"


def test_one_sheet_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    sheets = {"Blank": [], "Labs": [["p", "hb"], [1, 9]], "Notes": [["x"]]}
    table = read(tmp_path, sheets, f'subject = "p"\n{HB}')
    assert table.problems == ("only the sheet 'Labs' is read, not 'Notes'",)
    with pytest.raises(PatientsError, match="lacks: 'p', 'hb'"):
        read(tmp_path, sheets, f'subject = "p"\nsheet = "Notes"\n{HB}')
    with pytest.raises(PatientsError, match="no sheet 'Lab'; the sheets are 'Blank', 'Labs', 'Notes'"):
        read(tmp_path, sheets, f'subject = "p"\nsheet = "Lab"\n{HB}')


@pytest.mark.parametrize("content", [b"", b"PK and nothing else", b"p,hb\n1,9\n"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("python_calamine", reason="needs the extra trialwright[xlsx]")
    (tmp_path / "people.xlsx").write_bytes(content)
    (tmp_path / "map.toml").write_text(f'subject = "p"\n{HB}')
    with pytest.raises(PatientsError, match="no workbook that can be read"):
        read_patients(str(tmp_path / "people.xlsx"), columns=tmp_path / "map.toml")


def test_the_extra_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_workbook(tmp_path / "people.xlsx", {"One": [["p", "hb"], [1, 9]]})
    (tmp_path / "map.toml").write_text(f'subject = "p"\n{HB}')
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtra, match=r"pip install 'trialwright\[xlsx\]'"):
        read_patients(str(tmp_path / "people.xlsx"), columns=tmp_path / "map.toml")


def test_a_workbook_without_a_map_says_how_to_get_one(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "people.xlsx", {"One": [["p", "hb"], [1, 9]]})
    with pytest.raises(PatientsError, match=r"a workbook needs a column map; .*patients guess"):
        read_patients(str(path))
