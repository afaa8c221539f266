"""What the rows of a table can be asked: who has any for a question, and who in its window."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialwright.model import expression as ex
from trialwright.model.concept import Concept
from trialwright.patients import read_patients
from trialwright.screening import CodeNames, ScreeningOptions, count_coverage, count_unknown_units, make_plan

from .building import DAY, between, concept, criterion, study, table_of, window, write_table
from .vocabulary import VOCABULARY

PEOPLE = """
subject_id | time       | code           | numeric_value | unit   | end_time
1          | 2024-08-30 | LOINC:777-3    | 90            | 10*9/L | .
1          | 2024-08-30 | LOINC:777-3    | 90            | ppm    | .
2          | 2024-01-01 | LOINC/777-3    | 90            | 10*9/L | .
3          | 2025-01-01 | LOINC:777-3    | 90            | 10*9/L | .
4          | .          | LOINC:777-3    | 90            | 10*9/L | .
1          | 2020-01-01 | RXNORM:8640    | .             | .      | 2024-07-01
2          | 2020-01-01 | RXNORM:8640    | .             | .      | 2020-07-01
3          | .          | RXNORM:8640    | .             | .      | .
4          | 2020-01-01 | ICD10CM:K72.00 | .             | .      | .
5          | 1980-01-01 | MEDS_BIRTH     | .             | .      | .
5          | .          | SEX//F         | .             | .      | .
6          | .          | SEX//U         | .             | .      | .
6          | .          | X:1            | .             | stone  | .
"""
PLATELETS = {"concept": concept(VOCABULARY, "platelets"), "interval": between("50", None, "10*9/L")}
PREDNISONE = {"concept": concept(VOCABULARY, "prednisone"), "kind": "drug"}


def ask(folder: Path, expr: ex.Expr, people: str = PEOPLE) -> list[tuple]:
    table = read_patients(write_table(folder / "people.csv", table_of(people)))
    plan = make_plan(
        (study(criterion(expr)),), index_date=DAY, vocabulary=VOCABULARY, options=ScreeningOptions()
    )
    (covered,) = count_coverage(table, plan)
    return [
        (leaf.answered_by, leaf.people, leaf.in_window) for one in covered.criteria for leaf in one.leaves
    ]


@pytest.mark.parametrize(
    ("expr", "covered"),
    [
        # The window is assumed where the text states none; undated results are in no window.
        (ex.Measurement(**PLATELETS), ("data", 4, 1)),
        (ex.Measurement(**PLATELETS, window=window("-P1Y")), ("data", 4, 2)),
        (ex.Measurement(**PLATELETS, window=window(None)), ("data", 4, 2)),
        (ex.Change(concept=PLATELETS["concept"], interval=between("5", None, "10*9/L")), ("data", 4, 1)),
        (ex.Measurement(**PLATELETS | {"concept": concept(VOCABULARY, "INR")}), ("data", 0, 0)),
        # What lasts is in the window where it meets it.
        (ex.Exposure(**PREDNISONE, status="any", window=window("-P6M")), ("data", 3, 1)),
        (ex.Exposure(**PREDNISONE, status="any", window=window(None)), ("data", 3, 3)),
        (ex.Exposure(**PREDNISONE, status="current"), ("data", 3, None)),
        (ex.Condition(concept=concept(VOCABULARY, "liver failure"), status="current"), ("data", 1, None)),
        (ex.Demographic(attribute="age", interval=between("18", None, "a")), ("data", 1, None)),
        (ex.Demographic(attribute="sex", values=("female",)), ("data", 1, None)),
        (ex.Attestation(about="consent", text="consents"), ("person", None, None)),
        (ex.Unparsed(text="adequate reserve"), ("nothing", None, None)),
        (ex.Condition(concept=Concept(text="Sneddon syndrome"), status="any"), ("nothing", None, None)),
    ],
)  # fmt: skip
def test_people_with_rows_are_counted(tmp_path: Path, expr: ex.Expr, covered: tuple) -> None:
    assert ask(tmp_path, expr) == [covered]


def test_a_score_is_there_with_its_own_result_or_with_all_its_parts(tmp_path: Path) -> None:
    people = """
    subject_id | time       | code          | numeric_value | unit
    1          | 2024-08-30 | NCIT:C121076  | 20            | .
    2          | 2024-08-30 | LOINC:1975-2  | 30            | umol/L
    2          | 2024-08-30 | LOINC:6301-6  | 1.5           | .
    2          | 2024-01-30 | LOINC:2160-0  | 90            | umol/L
    3          | 2024-08-30 | LOINC:1975-2  | 30            | umol/L
    """
    meld = ex.Measurement(concept=concept(VOCABULARY, "MELD score"), interval=between("17", "30"))
    assert ask(tmp_path, meld, people) == [("data", 2, 1)]


def test_a_lifelong_disease_is_also_told_by_its_test(tmp_path: Path) -> None:
    people = """
    subject_id | time       | code          | text_value
    1          | 2024-08-30 | LOINC:56888-1 | negative
    2          | .          | ICD10CM:B20   | .
    """
    hiv = ex.Condition(concept=concept(VOCABULARY, "HIV infection"), status="current")
    assert ask(tmp_path, hiv, people) == [("data", 2, None)]


def test_the_leaves_stand_in_the_order_of_the_text(tmp_path: Path) -> None:
    expr = ex.AllOf(of=(ex.Unparsed(text="x"), ex.Not(of=ex.Measurement(**PLATELETS))))
    assert [by for by, *_ in ask(tmp_path, expr)] == ["nothing", "data"]


def test_units_that_nobody_can_read_are_counted(tmp_path: Path) -> None:
    table = read_patients(write_table(tmp_path / "people.csv", table_of(PEOPLE)))
    assert [(u.code, u.unit, u.rows) for u in count_unknown_units(table, VOCABULARY)] == [
        ("LOINC:777-3", "ppm", 1),
        ("X:1", "stone", 1),
    ]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("LOINC/777-3", "platelets"),
        ("ICD10:K7200", "liver failure"),
        ("ICD10CM:C22.0", "malignancy"),
        ("ICD10CM:Z99", None),
        ("MEDS_BIRTH", "birth"),
        ("RACE//Asian", "race"),
        ("LOINC:1", None),
        ("K72.0", None),
    ],
)
def test_codes_have_the_names_of_their_concepts(code: str, name: str | None) -> None:
    assert CodeNames(VOCABULARY).name(code) == name
