"""What a criterion about a result means: units, texts, windows, select forms (sections 3 and 4)."""

from __future__ import annotations

from typing import Any

import pytest

from trialwright.model import expression as ex
from trialwright.model.period import Period
from trialwright.screening import ReferenceRange, ScreeningOptions

from .building import between, concept, window
from .vocabulary import VOCABULARY


def measured(name: str, interval: Any, **more: Any) -> ex.Measurement:
    return ex.Measurement(concept=concept(VOCABULARY, name), interval=interval, **more)


def coded(name: str, *values: str, **more: Any) -> ex.Measurement:
    return ex.Measurement(concept=concept(VOCABULARY, name), values=values, **more)


def test_units_are_converted_before_numbers_are_compared(ask: Any) -> None:
    answers = ask(
        measured("platelets", between("100", None, "10*9/L")),
        """subject_id | time       | code         | numeric_value | unit
           1          | 2024-08-20 | LOINC:777-3  | 100           | 10*9/L
           2          | 2024-08-20 | LOINC:777-3  | 99999         | /uL
           3          | 2024-08-20 | LOINC:777-3  | 100           | x10^3/µL
           4          | 2024-08-20 | LOINC:777-3  | 100           | .
           5          | 2024-08-20 | LOINC:777-3  | 100           | g/L
           6          | 2024-08-20 | LOINC:777-3  | 100000        | 10*9/L""",
    )
    assert answers == {1: "met", 2: "not_met", 3: "met", 4: "unit", 5: "unit", 6: "unit"}


def test_mass_becomes_substance_only_where_the_molar_mass_is_certain(ask: Any) -> None:
    rows = """subject_id | time       | code         | numeric_value | unit
              1          | 2024-08-20 | LOINC:2160-0 | 2.0           | mg/dL
              2          | 2024-08-20 | LOINC:2160-0 | 1.9           | mg/dL"""
    assert ask(measured("creatinine", between(None, "176", "umol/L")), rows) == {1: "not_met", 2: "met"}
    refused = rows.replace("LOINC:2160-0", "LOINC:718-7").replace("mg/dL", "mmol/L")
    assert ask(measured("haemoglobin", between("80", None, "g/L")), refused) == {1: "unit", 2: "unit"}


def test_a_text_is_read_by_the_first_rule_that_fits(ask: Any) -> None:
    answers = ask(
        measured("HIV viral load", between(None, "50", "{copies}/mL")),
        """subject_id | time       | code          | numeric_value | text_value          | unit
           1          | 2024-08-20 | LOINC:20447-9 | 900           | <50                 | copies/mL
           2          | 2024-08-20 | LOINC:20447-9 | 20            | high                | copies/mL
           3          | 2024-08-20 | LOINC:20447-9 | .             | 49 copies/mL        | .
           4          | 2024-08-20 | LOINC:20447-9 | .             | Target not detected | .
           5          | 2024-08-20 | LOINC:20447-9 | .             | pending             | copies/mL
           6          | 2024-08-20 | LOINC:20447-9 | .             | 4,1                 | copies/mL
           7          | 2024-08-20 | LOINC:20447-9 | .             | <200                | copies/mL
           8          | 2024-08-20 | LOINC:20447-9 | .             | >200                | copies/mL
           9          | 2024-08-20 | LOINC:20447-9 | .             | 1.5                 | {Log_copies}/mL
          10          | 2024-08-20 | LOINC:20447-9 | .             | 40 copies/mL        | IU/mL""",
    )
    assert answers == {
        1: "met", 2: "met", 3: "met", 4: "met", 5: "missing", 6: "ambiguous", 7: "ambiguous", 8: "not_met",
        9: "met", 10: "unit",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (between(None, "50", "10*9/L"), ["met", "met", "not_met", "not_met"]),
        (between("50", None, "10*9/L"), ["not_met", "ambiguous", "met", "met"]),
        (between("50", None, "10*9/L", ends="()"), ["not_met", "not_met", "met", "met"]),
        (between("10", "90", "10*9/L"), ["ambiguous"] * 4),
    ],
)
def test_a_one_sided_value_decides_only_if_all_that_it_allows_agrees(
    ask: Any, interval: Any, expected: list[str]
) -> None:
    answers = ask(
        measured("platelets", interval),
        """subject_id | time       | code        | text_value | unit
           1          | 2024-08-20 | LOINC:777-3 | <50        | 10*9/L
           2          | 2024-08-20 | LOINC:777-3 | <=50       | 10*9/L
           3          | 2024-08-20 | LOINC:777-3 | >=50.1     | 10*9/L
           4          | 2024-08-20 | LOINC:777-3 | >50        | 10*9/L""",
    )
    assert list(answers.values()) == expected


def test_a_window_counts_both_of_its_ends(ask: Any) -> None:
    answers = ask(
        measured("CD4 count", between("50", None, "/uL"), window=window("-P30D")),
        """subject_id | time                | code          | numeric_value | unit
           1          | 2024-08-01T00:00:00 | LOINC:24467-3 | 60            | /uL
           2          | 2024-07-31T23:59:59 | LOINC:24467-3 | 60            | /uL
           3          | 2024-08-31T23:59:59 | LOINC:24467-3 | 60            | /uL
           4          | 2024-09-01T00:00:00 | LOINC:24467-3 | 60            | /uL
           5          | .                   | LOINC:24467-3 | 60            | /uL""",
    )
    assert answers == {1: "met", 2: "stale", 3: "met", 4: "missing", 5: "missing"}


def test_a_window_that_nobody_stated_is_assumed_and_can_be_changed(ask: Any) -> None:
    rows = """subject_id | time       | code        | numeric_value | unit
              1          | 2024-06-02 | LOINC:777-3 | 60            | 10*9/L
              2          | 2024-06-01 | LOINC:777-3 | 60            | 10*9/L"""
    asked = measured("platelets", between("50", None, "10*9/L"))
    assert ask(asked, rows) == {1: "met", 2: "stale"}
    longer = ScreeningOptions(currency={"quantity": Period("P1Y")})
    assert ask(asked, rows, options=longer) == {1: "met", 2: "met"}


SERIES = """subject_id | time                | code          | numeric_value | unit
            1          | 2024-08-05T08:00:00 | LOINC:24467-3 | 240           | /uL
            1          | 2024-08-25T08:00:00 | LOINC:24467-3 | 260           | /uL
            2          | 2024-08-05T08:00:00 | LOINC:24467-3 | 260           | /uL
            2          | 2024-08-25T08:00:00 | LOINC:24467-3 | 240           | /uL
            3          | 2024-08-05T08:00:00 | LOINC:24467-3 | 240           | /uL
            3          | 2024-08-25T08:00:00 | LOINC:24467-3 | 240           | .
            4          | 2024-08-25T08:00:00 | LOINC:24467-3 | 240           | /uL
            4          | 2024-08-25T08:00:00 | LOINC:24467-3 | 260           | /uL"""


@pytest.mark.parametrize(
    ("select", "kind", "expected"),
    [
        ("latest", "inclusion", ["not_met", "met", "unit", "conflict"]),
        ("first", "inclusion", ["met", "not_met", "met", "conflict"]),
        ("all", "inclusion", ["not_met", "not_met", "unit", "not_met"]),
        ("any", "inclusion", ["met", "met", "met", "met"]),
        ("worst", "inclusion", ["not_met", "not_met", "unit", "not_met"]),
        ("worst", "exclusion", ["met", "met", "met", "met"]),
    ],
)
def test_select_says_which_results_count(ask: Any, select: Any, kind: str, expected: list[str]) -> None:
    asked = measured("CD4 count", between(None, "250", "/uL"), select=select, window=window("-P30D"))
    assert list(ask(asked, SERIES, kind=kind).values()) == expected


def test_coded_results_are_words(ask: Any) -> None:
    answers = ask(
        coded("HBsAg", "positive"),
        """subject_id | time       | code         | text_value      | numeric_value
           1          | 2024-05-20 | LOINC:5195-3 | POSITIVE (A).   | .
           2          | 2024-05-20 | LOINC:5195-3 | Non-reactive    | .
           3          | 2024-05-20 | LOINC:5195-3 | weakly reactive | .
           4          | 2024-05-20 | LOINC:5195-3 | QNS             | .
           5          | 2024-05-20 | LOINC:5195-3 | .               | 3
           6          | 2024-05-20 | LOINC:5195-3 | 阳性            | .""",
    )
    assert answers == {1: "met", 2: "not_met", 3: "ambiguous", 4: "missing", 5: "ambiguous", 6: "met"}


def test_a_quantitative_code_of_a_coded_result_is_positive_above_nought(ask: Any) -> None:
    answers = ask(
        coded("HCV RNA", "positive"),
        """subject_id | time       | code          | text_value | numeric_value
           1          | 2024-05-20 | LOINC:11011-4 | .          | 15
           2          | 2024-05-20 | LOINC:11011-4 | .          | 0
           3          | 2024-05-20 | LOINC:11011-4 | <15        | .
           4          | 2024-05-20 | LOINC:11011-4 | >15        | .
           5          | 2024-05-20 | LOINC:11259-9 | .          | 15""",
    )
    assert answers == {1: "met", 2: "not_met", 3: "ambiguous", 4: "met", 5: "ambiguous"}


def test_multiples_of_a_limit_need_the_limit(ask: Any) -> None:
    asked = measured("ALT", between(None, "2", relative_to="ULN"))
    rows = """subject_id | time       | code         | numeric_value | unit | ref_high
              1          | 2024-08-20 | LOINC:1742-6 | 80            | .    | 40
              2          | 2024-08-20 | LOINC:1742-6 | 81            | U/L  | 40
              3          | 2024-08-20 | LOINC:1742-6 | 20            | U/L  | .
              4          | 2024-08-20 | LOINC:1742-6 | 20            | U/L  | 0"""
    assert ask(asked, rows) == {1: "met", 2: "not_met", 3: "missing", 4: "missing"}
    ranges = ScreeningOptions(reference_ranges=(ReferenceRange(code="LOINC:1742-6", high=40),))
    assert ask(asked, rows, options=ranges) == {1: "met", 2: "not_met", 3: "met", 4: "met"}


def test_only_women_can_have_a_pregnancy_test(ask: Any) -> None:
    answers = ask(
        coded("pregnancy test", "negative"),
        """subject_id | time       | code         | text_value
           1          | .          | SEX//M       | .
           2          | .          | SEX//F       | .
           3          | 1964-08-31 | MEDS_BIRTH   | .
           4          | 1964-09-01 | MEDS_BIRTH   | .
           5          | .          | SEX//M       | .
           5          | 2024-08-20 | LOINC:2106-3 | positive""",
    )
    assert answers == {1: "met", 2: "missing", 3: "met", 4: "missing", 5: "met"}


def test_a_missing_score_is_computed_from_its_parts(ask: Any) -> None:
    answers = ask(
        measured("MELD score", between("17", "30")),
        """subject_id | time       | code         | numeric_value | unit
           1          | 2024-08-20 | LOINC:1975-2 | 10            | mg/dL
           1          | 2024-08-20 | LOINC:6301-6 | 1.8           | .
           1          | 2024-08-20 | LOINC:2160-0 | 1.0           | mg/dL
           2          | 2024-08-20 | LOINC:1975-2 | 10            | mg/dL
           2          | 2024-08-20 | LOINC:6301-6 | 1.8           | .
           3          | 2024-08-20 | NCIT:C121076 | 16            | .
           4          | 2024-08-20 | LOINC:1975-2 | 10            | .
           4          | 2024-08-20 | LOINC:6301-6 | 1.8           | .""",
    )
    assert answers == {1: "met", 2: "missing", 3: "not_met", 4: "unit"}


def test_a_change_is_between_the_two_latest_dates(ask: Any) -> None:
    asked = ex.Change(
        concept=concept(VOCABULARY, "total bilirubin"),
        interval=between("17.1", None, "umol/L"),
        per=Period("P1D"),
    )
    answers = ask(
        asked,
        """subject_id | time                | code         | numeric_value | unit
           1          | 2024-08-26T08:00:00 | LOINC:1975-2 | 120           | umol/L
           1          | 2024-08-28T08:00:00 | LOINC:1975-2 | 154.2         | umol/L
           2          | 2024-08-26T08:00:00 | LOINC:1975-2 | 120           | umol/L
           2          | 2024-08-28T08:00:00 | LOINC:1975-2 | 154.1         | umol/L
           3          | 2024-08-01T08:00:00 | LOINC:1975-2 | 20            | umol/L
           3          | 2024-08-28T08:00:00 | LOINC:1975-2 | 154           | umol/L
           4          | 2024-08-28T08:00:00 | LOINC:1975-2 | 154           | umol/L
           5          | 2024-08-26T08:00:00 | LOINC:1975-2 | 120           | umol/L
           5          | 2024-08-28T08:00:00 | LOINC:1975-2 | 150           | umol/L
           5          | 2024-08-28T08:00:00 | LOINC:1975-2 | 160           | umol/L""",
    )
    assert answers == {1: "met", 2: "not_met", 3: "stale", 4: "missing", 5: "conflict"}


def test_a_window_around_an_event_is_another_one_for_every_person(ask: Any) -> None:
    around = window("-P7D", "P7D", anchor="event", event=concept(VOCABULARY, "transplantation"))
    answers = ask(
        measured("platelets", between("50", None, "10*9/L"), window=around),
        """subject_id | time       | code            | numeric_value | unit
           1          | 2024-03-01 | SNOMED:77465005 | .             | .
           1          | 2024-03-08 | LOINC:777-3     | 60            | 10*9/L
           2          | 2024-03-01 | SNOMED:77465005 | .             | .
           2          | 2024-03-09 | LOINC:777-3     | 60            | 10*9/L
           3          | 2024-08-20 | LOINC:777-3     | 60            | 10*9/L""",
    )
    assert answers == {1: "met", 2: "missing", 3: "missing"}
