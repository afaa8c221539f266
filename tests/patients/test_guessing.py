"""A first column map: what is guessed, why, and what is left to the person who reads it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from trialwright.errors import PatientsError
from trialwright.language.vocabulary import load_vocabulary
from trialwright.patients import guess_columns, read_patients
from trialwright.patients.labels import Labels

from .building import rows_of
from .workbook import write_workbook

VOCABULARY = load_vocabulary()
LABELS = Labels(VOCABULARY)


def guessed(folder: Path, text: str, name: str = "clinic.csv") -> tuple[str, dict]:
    (folder / name).write_text(text, encoding="utf-8")
    made = guess_columns(folder / name, VOCABULARY)
    return made, tomllib.loads(made)


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("Hb (g/dL)", "haemoglobin", "g/dL"),
        ("hb_g_dl", "haemoglobin", "g/dL"),
        ("HGB [g/L]", "haemoglobin", "g/L"),
        ("血红蛋白（g/L）", "haemoglobin", "g/L"),
        ("CD4 (cells/uL)", "CD4 count", "/uL"),
        ("cd4_count", "CD4 count", None),
        ("creatinine, umol/L", "creatinine", "umol/L"),
        ("Creatinine µmol/L baseline", "creatinine", "umol/L"),
        ("wbc 10^9/L", "WBC", "10*9/L"),
        ("LVEF %", "ejection fraction", "%"),
        ("lvef_pct", "ejection fraction", "%"),
        ("ALT_baseline", "ALT", None),
        ("karnof", "Karnofsky", None),
    ],
)
def test_headers_are_words_and_units(header: str, name: str, unit: str | None) -> None:
    found = LABELS.find(header)
    assert found is not None
    assert (found[0].name, found[1].unit) == (name, unit)


@pytest.mark.parametrize("header", ["shoe size", "x", "hemo", "cd40", "arm", "", "%", "()"])
def test_what_is_no_word_is_not_guessed(header: str) -> None:
    assert LABELS.find(header) is None


def test_a_whole_table(tmp_path: Path) -> None:
    made, chart = guessed(
        tmp_path,
        "Patient ID,Sex,DOB,Visit date,Hb (g/dL),platelets,platelets unit,ALT,ALT ULN,HBsAg,dx,shoe\n"
        "p1,m,1980-02-03,31/05/2024,13.5,210,10^9/L,35,40,0,B20,42\n"
        "p2,f,1975,01/06/2024,9.1,45,10^9/L,NA,40,1,K72.0,38\n"
        "p3,f,1990-01-01,02/06/2024,<5,200,10^9/L,20,40,1,C22.0,39\n",
    )
    columns = chart.pop("columns")
    assert chart == {
        "subject": "Patient ID",
        "time": "Visit date",
        "missing": ["NA"],
        "time_format": "%d/%m/%Y",
    }
    assert columns == {
        "Sex": {"as": "code", "values": {"f": "SEX//F", "m": "SEX//M"}},
        "DOB": {"as": "time", "code": "MEDS_BIRTH"},
        "Hb (g/dL)": {"code": "LOINC:718-7", "unit": "g/dL"},
        "platelets": {"code": "LOINC:777-3", "unit_column": "platelets unit"},
        "ALT": {"code": "LOINC:1742-6", "ref_high_column": "ALT ULN"},
        "HBsAg": {"code": "LOINC:5195-3", "values": {"1": "positive", "0": "negative"}},
        "dx": {"as": "code", "system": "ICD10CM"},
    }
    assert '# unit = "U/L"  # the header names none; the cells would fit' in made
    assert '#   "shoe": no word of the vocabulary' in made
    # It is a map that can be used as it is.
    (tmp_path / "map.toml").write_text(made, encoding="utf-8")
    table = read_patients(str(tmp_path / "clinic.csv"), columns=tmp_path / "map.toml")
    assert len(rows_of(table)) == 20
    assert table.problems == ("columns that the map leaves out: shoe",)


def test_every_guess_says_why(tmp_path: Path) -> None:
    made, _ = guessed(tmp_path, "id,sex,hb (g/dL),age\n1,M,12,40\n")
    heads = [line for line in made.splitlines() if line.lstrip("# ").startswith(("[", "subject"))]
    assert len(heads) == 4
    assert all("  # " in line for line in heads)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # What only a person can say stays a comment.
        ("id,gender\n1,0\n2,1\n", '# values = {"0" = "SEX//?", "1" = "SEX//?"}'),
        ("id,age\n1,40\n", "# [columns.age]  # ages in years; on which day did they hold?"),
        ("a,hb (g/dL)\n1,12\n", '# subject = ""  # which column is the person?'),
        ("id,date,hb\n1,01/02/2024,9\n", '# time_format = "%d/%m/%Y"  # or "%m/%d/%Y"?'),
        ("id,date,hb\n1,01/13/2024,9\n", 'time_format = "%m/%d/%Y"  # the second part goes up to 13'),
        ("id,date,age\n1,2024-01-13,9\n", "[columns.age]  # ages in years, on the day of their row"),
        ("id,sex\n1,F\n2,U\n", '# not understood: "U"'),
        ("id,date,ALT (U/L),ALT ULN\n1,2024-01-13,9,40\n", 'ref_high_column = "ALT ULN"'),
        ("id;hb (g/dL)\n1;9,5\n", 'decimal = ","'),
        ("id;hb (g/dL)\n1;9,5\n", 'unit = "g/dL"'),
        # Cells that do not fit the words are no guess.
        ("id,hb (g/dL)\n1,135\n", '#   "hb (g/dL)": haemoglobin by its name, but its cells do not fit g/dL'),
        ("id,hb\n1,A\n", '#   "hb": haemoglobin by its name, but its cells are no numbers'),
        ("id,CD4 (%)\n1,30\n", '#   "CD4 (%)": CD4 count by its name, but its cells do not fit %'),
        ("id,sex\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f6\n7,g\n", "its cells are not understood"),
        ("id,died\n1,no\n", '#   "died": a death by its name, but its cells are no days'),
        ("id,hb (g/dL),hb (g/dL)\n1,12,13\n", '#   "hb (g/dL)": its name is not its own'),
        ("id,hb (g/dL)\n1,\n", '#   "hb (g/dL)": its first rows are empty'),
        ("id,on\n1,2024-01-13\n", '#   "on": days, but of what?'),
        # Diseases and drugs by yes and no, or by their day.
        ("id,cirrhosis\n1,yes\n2,no\n", '# values = {"yes" = "ICD10CM:K70.3", "no" = ""}\n# # one of: '),
        ("id,prednisone\n1,J\n", "its cells are neither days nor yes and no"),
        ("id,prednisone\n1,2024-01-13\n", "'prednisone' is a word for it; its cells are days"),
        ("id,event,until,note\n1,RXNORM:8640,2024-01-13,active\n", 'end = "until"'),
    ],
)  # fmt: skip
def test_single_guesses(tmp_path: Path, text: str, line: str) -> None:
    made, _ = guessed(tmp_path, text)
    assert line in made


def test_strange_names_stay_toml(tmp_path: Path) -> None:
    header = 'id,"hb ""x""\n(g/dL)",a\\b,é,"#"'
    made, chart = guessed(tmp_path, f"{header}\n1,12,3,4,5\n")
    assert chart["subject"] == "id"
    assert r'"hb \"x\"\n(g/dL)"' in made


def test_a_workbook_is_guessed_from_its_sheet(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine", reason="needs the extra trialwright[xlsx]")
    path = write_workbook(tmp_path / "p.xlsx", {"One": [["x"]], "Labs": [["id", "Hb (g/L)"], [1, 120]]})
    chart = tomllib.loads(guess_columns(path, VOCABULARY, sheet="Labs"))
    assert chart == {
        "subject": "id",
        "sheet": "Labs",
        "columns": {"Hb (g/L)": {"code": "LOINC:718-7", "unit": "g/L"}},
    }


@pytest.mark.parametrize("content", [b"", b"id,hb\n", b"\xff\xfe\x00", b'id,hb\n1,"9\n', b"id,hb\n1\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clinic.csv").write_bytes(content)
    with pytest.raises(PatientsError) as caught:
        guess_columns(tmp_path / "clinic.csv", VOCABULARY)
    assert "\n" not in str(caught.value)
    (tmp_path / "table.csv").write_text("subject_id,code\n1,SEX//F\n")
    with pytest.raises(PatientsError, match="no wide table"):
        guess_columns(tmp_path / "table.csv", VOCABULARY)
    with pytest.raises(PatientsError, match="no such file"):
        guess_columns(tmp_path / "none.csv", VOCABULARY)
