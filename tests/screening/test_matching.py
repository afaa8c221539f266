"""One person, many trials: their order, the reasons beside them, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialwright.errors import EngineError, IllegalValue, UsageError
from trialwright.model import expression as ex
from trialwright.patients import read_patients
from trialwright.screening import ScreeningOptions
from trialwright.screening.index import index_parts, read_index, trial_of
from trialwright.screening.matching import match

from .asking import CONSENT, ask, kept, matching, platelets
from .building import DAY, between, concept, criterion, study, table_of, write_table
from .vocabulary import VOCABULARY

HAEMOGLOBIN = ex.Measurement(concept=concept(VOCABULARY, "haemoglobin"), interval=between("80", None, "g/L"))
INR = ex.Measurement(concept=concept(VOCABULARY, "INR"), interval=between("1"))
UNREAD = ex.Unparsed(text="adequate reserve")
ORDERED = [
    study(criterion(INR, "I1"), criterion(UNREAD, "I2"), criterion(HAEMOGLOBIN, "E1", "exclusion"), name="c"),
    study(criterion(HAEMOGLOBIN, "I1"), criterion(CONSENT, "I2"), name="b"),
    study(criterion(HAEMOGLOBIN, "I1"), name="a"),
    study(criterion(platelets("100", None), "I1"), name="z"),
    study(criterion(INR, "I1"), criterion(ex.AllOf(of=(INR, platelets("1", None))), "I2"), name="y"),
    study(criterion(INR, "I1"), criterion(UNREAD, "I2"), name="x"),
    # Before "z", by the same number of open facts, since more of it is known to hold.
    study(criterion(INR, "I1"), criterion(HAEMOGLOBIN, "I2"), name="w"),
]
ROWS = """subject_id | time       | code        | numeric_value | unit
          1          | 2024-08-01 | LOINC:718-7 | 9.5           | g/dL"""


def test_trials_come_in_the_order_in_which_they_are_worth_a_look(tmp_path: Path) -> None:
    found = matching(tmp_path, ORDERED, ROWS)
    assert [(m.study, m.verdict, m.open_facts) for m in found.matches] == [
        ("a", "met", 0),
        ("b", "met", 0),
        ("w", "unknown", 1),
        ("z", "unknown", 1),
        ("x", "unknown", 2),
        ("y", "unknown", 2),
        ("c", "not_met", 0),
    ]
    assert [m.held for m in found.matches] == [1, 1, 1, 0, 0, 0, 0]
    assert (found.trials, found.eligible, found.undecided, found.not_eligible) == (7, 2, 4, 1)
    assert [(c.subject, c.trials) for c in found.not_eligible_because] == [("haemoglobin", 1)]
    # The order of the trials in the library changes nothing.
    again = matching(tmp_path, ORDERED[::-1], ROWS)
    assert again == found


def test_reasons_stand_beside_each_trial(tmp_path: Path) -> None:
    found = ask(tmp_path, ORDERED, ROWS)
    assert [(f.criterion, f.text, f.value, f.unit, f.time) for f in found["c"].failed] == [
        ("E1", "E1", "9.5", "g/dL", "2024-08-01T00:00:00")
    ]
    assert found["c"].unknown == ()
    assert [(c.criterion, c.needed) for c in found["b"].to_confirm] == [("I2", "informed consent")]
    assert [(u.criterion, u.reason, u.needed) for u in found["x"].unknown] == [
        ("I1", "missing", "INR within 90 days before 2024-08-31"),
        ("I2", "ambiguous", "a reading of: adequate reserve"),
    ]


def test_a_list_can_be_cut_and_the_counts_stay_whole(tmp_path: Path) -> None:
    found = matching(tmp_path, ORDERED, ROWS, limit=3)
    assert [m.study for m in found.matches] == ["a", "b", "w"]
    assert (found.trials, found.not_eligible) == (7, 1)
    assert "c" not in ask(tmp_path, ORDERED, ROWS, with_failed=False)


def test_under_strict_what_no_record_can_answer_is_open(tmp_path: Path) -> None:
    found = ask(tmp_path, ORDERED, ROWS, options=ScreeningOptions(strict=True))
    assert (found["b"].verdict, found["b"].reason, found["b"].open_facts) == ("unknown", "not_assessable", 1)


def test_the_dead_are_not_screened(tmp_path: Path) -> None:
    found = matching(tmp_path, ORDERED, ROWS + "\n1 | . | MEDS_DEATH | . | .")
    assert (found.not_screened, found.matches, found.trials) == ({"deceased": 1}, (), 0)


@pytest.mark.parametrize("subject", ["2", "x", "", "9" * 40, "1.0", "1; DROP TABLE people"])
def test_an_unknown_person_is_one_sentence_that_names_nobody_else(tmp_path: Path, subject: str) -> None:
    with pytest.raises(UsageError, match="nobody in the table has the id") as raised:
        matching(tmp_path, ORDERED, ROWS.replace("\n          1 ", "\n          777 "), subject)
    assert "777" not in str(raised.value)


def test_a_subject_that_is_a_text_stays_one(tmp_path: Path) -> None:
    rows = ROWS.replace("\n          1 ", "\n          P-1 ")
    assert matching(tmp_path, ORDERED, rows, "P-1").eligible == 2


def test_an_index_that_contradicts_the_reference_gives_no_answer(tmp_path: Path) -> None:
    other = study(criterion(UNREAD, "I1"), name="a")
    with pytest.raises(EngineError, match="disagree about a"):
        match(
            kept([ORDERED[2]]),
            lambda keys: [trial_of(other)],
            read_patients(write_table(tmp_path / "people.csv", table_of(ROWS))),
            1,
            index_date=DAY,
            vocabulary=VOCABULARY,
        )


def test_an_index_that_is_not_whole_is_refused() -> None:
    parts = dict(index_parts(kept(ORDERED)))
    for name in parts:
        with pytest.raises(IllegalValue, match="not whole"):
            read_index({other: data for other, data in parts.items() if other != name})
