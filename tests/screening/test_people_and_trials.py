"""Ages, sex, the trial-level row, what is printed, and what is written (sections 1, 2, 7 and 8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from trialwright.errors import EngineError, OutputError, UsageError
from trialwright.model import expression as ex
from trialwright.model.dates import Age
from trialwright.model.period import Period
from trialwright.patients import read_patients
from trialwright.screening import ScreeningOptions, screen

from .building import DAY, between, concept, criterion, run, study, table_of, verdicts, write_table
from .vocabulary import VOCABULARY

CONSENT = ex.Attestation(about="consent", text="consents")
ADULT = ex.Demographic(attribute="age", interval=between("18", "65", "a"))


def inr(low: str) -> ex.Measurement:
    return ex.Measurement(concept=concept(VOCABULARY, "INR"), interval=between(low))


def test_ages_are_completed_years(ask: Any) -> None:
    rows = """subject_id | time       | code       | text_value
              1          | 1958-09-01 | MEDS_BIRTH | .
              2          | 1958-08-31 | MEDS_BIRTH | .
              3          | 2006-08-31 | MEDS_BIRTH | .
              4          | 2006-09-01 | MEDS_BIRTH | .
              5          | 1958-01-01 | MEDS_BIRTH | 1958
              6          | 1970-01-01 | MEDS_BIRTH | 1970
              7          | 1970-01-01 | MEDS_BIRTH | .
              7          | 1971-01-01 | MEDS_BIRTH | .
              8          | 2024-09-01 | MEDS_BIRTH | .
              9          | .          | SEX//F     | ."""
    assert ask(ADULT, rows) == {
        1: "met", 2: "not_met", 3: "met", 4: "not_met", 5: "ambiguous", 6: "met", 7: "conflict",
        8: "conflict", 9: "missing",
    }  # fmt: skip


def test_a_span_of_birthdays_decides_where_both_of_its_ends_agree(ask: Any) -> None:
    """1: 65 on every day of the span; 2: 65 or 66; 3: too young at both ends; 4: beyond the index date."""
    rows = """subject_id | time       | code       | text_value
              1          | 1958-09-01 | MEDS_BIRTH | 1958-09-01/1959-08-31
              2          | 1958-08-31 | MEDS_BIRTH | 1958-08-31/1959-08-30
              3          | 2006-09-01 | MEDS_BIRTH | 2006-09-01/2007-08-31
              4          | 2024-09-01 | MEDS_BIRTH | 2024-09-01/2025-08-31
              5          | 1970-01-01 | MEDS_BIRTH | 1970-01-01/1970-12-31
              5          | 1971-01-01 | MEDS_BIRTH | 1971-01-01/1971-12-31"""
    assert ask(ADULT, rows) == {1: "met", 2: "ambiguous", 3: "not_met", 4: "conflict", 5: "conflict"}


def test_who_was_born_on_a_leap_day_is_a_year_older_on_the_first_of_march(ask: Any) -> None:
    rows = "subject_id | time | code\n1 | 2004-02-29 | MEDS_BIRTH"
    assert ask(ADULT, rows, index_date=date(2022, 2, 28)) == {1: "not_met"}
    assert ask(ADULT, rows, index_date=date(2022, 3, 1)) == {1: "met"}


def test_sex_is_what_is_recorded(ask: Any) -> None:
    answers = ask(
        ex.Demographic(attribute="sex", values=("female",)),
        """subject_id | code
           1          | SEX//F
           2          | SEX//M
           3          | SEX//U
           4          | SEX//F
           4          | SEX//M""",
    )
    assert answers == {1: "met", 2: "not_met", 3: "missing", 4: "conflict"}


def test_an_unknown_shows_its_first_reason_and_a_failure_outranks_it(ask: Any) -> None:
    stale_and_missing = ex.AllOf(
        of=(
            inr("1"),
            ex.Measurement(concept=concept(VOCABULARY, "ALT"), interval=between("1", None, "U/L")),
            CONSENT,
        )
    )
    answers = ask(
        stale_and_missing,
        """subject_id | time       | code         | numeric_value
           1          | 2024-01-01 | LOINC:6301-6 | 1.2
           2          | 2024-08-20 | LOINC:6301-6 | 0.9
           3          | 2024-08-20 | LOINC:6301-6 | 1.2""",
    )
    assert answers == {1: "stale", 2: "not_met", 3: "missing"}


TWO = (criterion(inr("1"), "I1"), criterion(CONSENT, "I2"), criterion(inr("3"), "E1", "exclusion"))
FIVE = """subject_id | time       | code         | numeric_value
          10         | 2024-08-20 | LOINC:6301-6 | 1.5
          9          | 2024-08-20 | LOINC:6301-6 | 0.8
          8          | 2024-08-20 | LOINC:6301-6 | 3.5
          7          | 2024-01-20 | LOINC:6301-6 | 1.5
          6          | .          | MEDS_DEATH   | ."""


def test_the_trial_level_row_sets_aside_what_no_record_can_answer(tmp_path: Path, engine: str) -> None:
    done = run(tmp_path, study(*TWO), table_of(FIVE), engine, VOCABULARY)
    assert verdicts(done, "") == {7: "stale", 8: "not_met", 9: "not_met", 10: "met"}
    (counts,) = done.summary.studies
    assert (counts.screened, counts.eligible, counts.undecided, counts.not_eligible) == (4, 1, 1, 2)
    assert counts.to_confirm == ("I2",)
    assert [c.sole_reason for c in counts.criteria] == [1, 0, 1]
    assert [c.remaining for c in counts.criteria] == [3, 3, 2]
    assert counts.criteria[1].unknown_because == {"not_assessable": 4}
    assert done.summary.not_screened == {"deceased": 1}
    strict = run(
        tmp_path, study(*TWO), table_of(FIVE), engine, VOCABULARY, options=ScreeningOptions(strict=True)
    )
    assert verdicts(strict, "")[10] == "not_assessable"
    assert strict.summary.assumptions


def test_a_row_names_what_decided_and_what_is_needed(tmp_path: Path, engine: str) -> None:
    done = run(tmp_path, study(*TWO), table_of(FIVE), engine, VOCABULARY)
    rows = {(r.subject_id, r.criterion): r for r in done}
    assert rows[9, "I1"][5:] == ("0.8", None, "2024-08-20T00:00:00", None)
    assert rows[7, "I1"].needed == "INR within 90 days before 2024-08-31"
    assert rows[10, ""].needed == "confirm I2"
    assert [key for key in rows if key[1] == ""] == [(7, ""), (8, ""), (9, ""), (10, "")]
    assert list(rows)[:4] == [(7, ""), (7, "I1"), (7, "I2"), (7, "E1")]


def test_limits_of_the_record_count_where_the_text_is_silent(tmp_path: Path, engine: str) -> None:
    limits = {"sex": "FEMALE", "minimum_age": Age(value=Decimal(18))}
    rows = table_of("subject_id | time | code\n1 | . | SEX//M\n1 | 2000-01-01 | MEDS_BIRTH")
    done = run(tmp_path, study(criterion(CONSENT), **limits), rows, engine, VOCABULARY)
    assert verdicts(done, "S:sex") == {1: "not_met"}
    assert verdicts(done, "S:minimum_age") == {1: "met"}
    spoken = run(tmp_path, study(criterion(ADULT), **limits), rows, engine, VOCABULARY)
    assert verdicts(spoken, "S:minimum_age") == {}


def test_a_record_without_criteria_makes_nobody_eligible(tmp_path: Path, engine: str) -> None:
    rows = table_of("subject_id | time | code\n1 | . | SEX//M\n2 | . | SEX//F")
    done = run(tmp_path, study(sex="FEMALE"), rows, engine, VOCABULARY)
    assert verdicts(done, "S:criteria") == {1: "ambiguous", 2: "ambiguous"}
    assert verdicts(done, "") == {1: "not_met", 2: "ambiguous"}


def test_a_criterion_of_unknown_kind_decides_nothing(tmp_path: Path, engine: str) -> None:
    rows = table_of("subject_id | time | code\n1 | 1990-01-01 | MEDS_BIRTH\n2 | 2020-01-01 | MEDS_BIRTH")
    done = run(tmp_path, study(criterion(ADULT, kind=None)), rows, engine, VOCABULARY)
    assert verdicts(done, "X1") == verdicts(done, "") == {1: "ambiguous", 2: "ambiguous"}


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_verdicts_are_written_whole_or_not_at_all(tmp_path: Path, engine: str, suffix: str) -> None:
    import duckdb

    done = run(tmp_path, study(*TWO), table_of(FIVE), engine, VOCABULARY)
    target = tmp_path / f"verdicts{suffix}"
    done.write(target)
    source = f"read_csv('{target}', all_varchar = true)" if suffix == ".csv" else f"read_parquet('{target}')"
    with duckdb.connect() as connection:
        written = connection.execute(f"SELECT subject_id, criterion, needed FROM {source}").fetchall()
    expected = [(r.subject_id, r.criterion, r.needed) for r in done]
    if suffix == ".csv":
        expected = [(str(s), c or None, n) for s, c, n in expected]
    assert written == expected
    with pytest.raises(OutputError, match="written as"):
        done.write(tmp_path / "verdicts.xlsx")
    with pytest.raises(OutputError, match="cannot be written"):
        done.write(tmp_path / "nowhere" / "verdicts.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["people.csv", f"verdicts{suffix}"]


def test_what_cannot_be_asked_is_refused_in_a_sentence(tmp_path: Path) -> None:
    people = read_patients(write_table(tmp_path / "p.csv", table_of(FIVE)))
    with pytest.raises(EngineError, match="no engine 'spark9'"):
        screen((study(),), people, index_date=DAY, vocabulary=VOCABULARY, engine="spark9")
    with pytest.raises(UsageError, match="no currency class"):
        ScreeningOptions(currency={"blood": Period("P1D")})


def test_unknown_units_are_counted(tmp_path: Path, engine: str) -> None:
    asked = criterion(ex.Measurement(concept=concept(VOCABULARY, "ALT"), interval=between("1", None, "U/L")))
    rows = table_of(
        "subject_id | time | code | numeric_value | unit\n1 | 2024-08-01 | LOINC:1742-6 | 5 | ppm"
    )
    done = run(tmp_path, study(asked), rows, engine, VOCABULARY)
    assert done.summary.problems == ("unit 'ppm' is not known: 1 rows of LOINC:1742-6 (1)",)
