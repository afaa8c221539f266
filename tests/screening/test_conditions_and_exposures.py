"""What criteria about diseases and about things given mean (sections 5 and 6)."""

from __future__ import annotations

from typing import Any

import pytest

from trialwright.model import expression as ex
from trialwright.model.concept import Concept
from trialwright.screening import ScreeningOptions

from .building import between, concept, window
from .vocabulary import VOCABULARY


def state(name: str, status: Any = "current", **more: Any) -> ex.Condition:
    return ex.Condition(concept=concept(VOCABULARY, name), status=status, **more)


def given(name: str, status: Any = "any", kind: Any = "drug", **more: Any) -> ex.Exposure:
    return ex.Exposure(concept=concept(VOCABULARY, name), status=status, kind=kind, **more)


def test_absence_means_no_only_where_a_list_is_declared_complete(ask: Any) -> None:
    rows = """subject_id | time       | code          | text_value
              1          | 2024-01-01 | ICD10CM:I10   | .
              2          | 2024-01-01 | LOINC:11450-4 | complete
              3          | 2023-08-30 | LOINC:11450-4 | complete
              4          | .          | LOINC:11450-4 | Complete
              5          | 2024-01-01 | LOINC:11450-4 | partial
              6          | 2024-01-01 | LOINC:10160-0 | complete"""
    asked = state("malignancy", "any")
    expected = {1: "missing", 2: "not_met", 3: "missing", 4: "not_met", 5: "missing", 6: "missing"}
    assert ask(asked, rows) == expected
    closed = ScreeningOptions(closed_world=frozenset({"conditions"}))
    assert set(ask(asked, rows, options=closed).values()) == {"not_met"}
    expected |= {2: "missing", 4: "missing", 6: "not_met"}
    assert ask(given("prednisone"), rows) == expected


@pytest.mark.parametrize("code", ["ICD10CM:C22.0", "ICD10:C220", "ICD10CM//C22.0", "SNOMED/109841003"])
def test_a_code_is_a_code_in_every_spelling(ask: Any, code: str) -> None:
    rows = f"subject_id | time | code\n1 | 2020-01-01 | {code}\n2 | 2020-01-01 | ICD10CM:D12.6"
    assert ask(state("malignancy", "any"), rows) == {1: "met", 2: "missing"}


def test_current_means_that_a_row_covers_the_index_date(ask: Any) -> None:
    answers = ask(
        state("liver failure"),
        """subject_id | time       | code          | end_time
           1          | 2024-06-02 | ICD10CM:K72.0 | .
           2          | 2024-06-01 | ICD10CM:K72.0 | .
           3          | 2024-08-01 | ICD10CM:K72.0 | 2024-08-30
           4          | 2024-08-01 | ICD10CM:K72.0 | 2024-08-31
           5          | .          | ICD10CM:K72.0 | .
           6          | 2024-08-01 | ICD10CM:K72.0 | 2024-08-20
           6          | 2024-01-01 | ICD10CM:K72.0 | .""",
    )
    assert answers == {1: "met", 2: "stale", 3: "not_met", 4: "met", 5: "stale", 6: "stale"}


def test_a_duration_asks_when_the_present_cover_began(ask: Any) -> None:
    answers = ask(
        state("malignancy", duration=between("6", None, "mo")),
        """subject_id | time       | code
           1          | 2024-02-29 | ICD10CM:C22.0
           2          | 2024-03-01 | ICD10CM:C22.0
           3          | .          | ICD10CM:C22.0""",
    )
    assert answers == {1: "met", 2: "stale", 3: "met"}


def test_hiv_infection_is_known_by_diagnosis_or_test(ask: Any) -> None:
    answers = ask(
        state("HIV infection"),
        """subject_id | time       | code          | text_value
           1          | 2019-01-01 | ICD10CM:B20   | .
           2          | 2015-01-01 | LOINC:56888-1 | reactive
           3          | 2019-01-01 | ICD10CM:B20   | .
           3          | 2019-01-01 | LOINC:56888-1 | negative
           4          | 2023-08-31 | LOINC:56888-1 | negative
           5          | 2023-08-30 | LOINC:56888-1 | negative
           6          | 2024-08-01 | LOINC:56888-1 | equivocal
           7          | 2024-08-01 | LOINC:11450-4 | complete
           8          | 2019-01-01 | LOINC:56888-1 | negative
           8          | 2020-01-01 | ICD10CM:Z21   | .""",
    )
    assert answers == {
        1: "met", 2: "met", 3: "conflict", 4: "not_met", 5: "stale", 6: "ambiguous", 7: "not_met", 8: "met",
    }  # fmt: skip


def test_pregnancy_is_what_the_latest_evidence_says(ask: Any) -> None:
    answers = ask(
        state("pregnancy"),
        """subject_id | time       | code          | text_value
           1          | 2024-06-01 | ICD10CM:Z33.1 | .
           2          | 2024-06-01 | ICD10CM:Z33.1 | .
           2          | 2024-08-20 | LOINC:2106-3  | negative
           3          | 2024-08-20 | ICD10CM:Z33.1 | .
           3          | 2024-08-20 | LOINC:2106-3  | negative
           4          | 2023-01-01 | ICD10CM:Z33.1 | .
           5          | 2024-06-01 | ICD10CM:Z33.1 | .
           5          | .          | SEX//M        | .""",
    )
    assert answers == {1: "met", 2: "not_met", 3: "conflict", 4: "stale", 5: "not_met"}


def test_what_the_vocabulary_does_not_know_no_list_can_close(ask: Any) -> None:
    rows = "subject_id | time | code | text_value\n1 | 2024-08-01 | LOINC:11450-4 | complete"
    assert ask(ex.Condition(concept=Concept(text="Sneddon syndrome")), rows) == {1: "ambiguous"}


def test_childbearing_potential_is_a_woman_of_15_to_49(ask: Any) -> None:
    answers = ask(
        ex.Condition(concept=Concept(text="women of childbearing potential"), status="current"),
        """subject_id | time       | code
           1          | .          | SEX//F
           1          | 1974-09-01 | MEDS_BIRTH
           2          | .          | SEX//F
           2          | 1974-08-31 | MEDS_BIRTH
           3          | .          | SEX//M""",
    )
    assert answers == {1: "met", 2: "not_met", 3: "not_met"}


def test_supplies_are_joined_to_runs(ask: Any) -> None:
    answers = ask(
        given("antiretroviral therapy", "current", duration=between("24", None, "mo")),
        """subject_id | time       | code         | end_time   | text_value
           1          | 2022-08-31 | RXNORM:68244 | .          | active
           2          | 2022-09-01 | RXNORM:68244 | .          | active
           3          | 2020-01-01 | RXNORM:68244 | 2023-06-01 | .
           3          | 2023-07-01 | RXNORM:11413 | .          | ongoing
           4          | 2020-01-01 | RXNORM:68244 | 2023-06-01 | .
           4          | 2023-07-02 | RXNORM:11413 | .          | ongoing
           5          | 2020-01-01 | RXNORM:68244 | 2024-08-01 | .
           6          | 2020-01-01 | RXNORM:68244 | 2024-07-31 | .
           7          | 2022-09-01 | RXNORM:68244 | .          | active
           7          | 2024-08-01 | LOINC:10160-0 | .         | complete""",
    )
    assert answers == {
        1: "met", 2: "missing", 3: "met", 4: "missing", 5: "met", 6: "stale", 7: "not_met",
    }  # fmt: skip


def test_a_course_counts_on_each_day_that_it_covers(ask: Any) -> None:
    answers = ask(
        given("prednisone", window=window("-P6M")),
        """subject_id | time       | code        | end_time
           1          | 2024-01-01 | RXNORM:8640 | 2024-02-29
           2          | 2024-01-01 | RXNORM:8640 | 2024-02-28
           3          | .          | RXNORM:8640 | .""",
    )
    assert answers == {1: "met", 2: "stale", 3: "stale"}


def test_a_count_is_of_different_starts(ask: Any) -> None:
    rows = """subject_id | time       | code        | text_value
              1          | 2024-01-01 | RXNORM:8640 | .
              1          | 2024-02-01 | RXNORM:8640 | .
              2          | 2024-01-01 | RXNORM:8640 | .
              2          | 2024-01-01 | RXNORM:8640 | .
              3          | 2024-01-01 | RXNORM:8640 | .
              3          | 2024-01-01 | LOINC:10160-0 | complete"""
    assert ask(given("prednisone", count=between("2")), rows) == {1: "met", 2: "missing", 3: "not_met"}
    assert ask(given("prednisone", count=between(None, "1")), rows) == {1: "not_met", 2: "missing", 3: "met"}


def test_a_dose_that_cannot_be_read_settles_nothing(ask: Any) -> None:
    answers = ask(
        given("prednisone", dose=between("10", None, "mg")),
        """subject_id | time       | code        | numeric_value | unit
           1          | 2024-01-01 | RXNORM:8640 | 10            | mg
           2          | 2024-01-01 | RXNORM:8640 | 5             | mg
           3          | 2024-01-01 | RXNORM:8640 | .             | .
           4          | 2024-01-01 | RXNORM:8640 | 10            | g""",
    )
    assert answers == {1: "met", 2: "missing", 3: "missing", 4: "unit"}
