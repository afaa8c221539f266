"""One person explained: trees with a verdict at every node, and the dates on which the verdict changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from trialwright.errors import UsageError
from trialwright.model import expression as ex
from trialwright.model.explanation import ExplainedNode, ExplainedStudy, Explanation
from trialwright.model.period import Period
from trialwright.model.study import Study
from trialwright.patients import read_patients
from trialwright.screening import ScreeningOptions, explain
from trialwright.screening.later import Future
from trialwright.screening.records import read_one

from .building import DAY, between, run, study, table_of, window, write_table
from .making import make_person, make_study
from .trials import Trees, age, every, named, say, some
from .vocabulary import VOCABULARY

T = Trees(VOCABULARY)
WOMAN = ex.Demographic(attribute="sex", values=("female",))


def explained(folder: Path, trial: Study, table: str, subject: Any = "1", **more: Any) -> Explanation:
    people = read_patients(write_table(folder / "people.csv", table_of(table)))
    options = more.pop("options", ScreeningOptions())
    return explain((trial,), people, subject, index_date=DAY, vocabulary=VOCABULARY, options=options, **more)


def only(told: Explanation) -> ExplainedStudy:
    (one,) = told.studies
    return one


def drawn(node: ExplainedNode, depth: int = 0) -> Iterator[str]:
    """A line a node: a star where the verdict rests on it, its role, type or words, verdict and reason."""
    name = node.words if not node.of else node.type
    said = node.reason or node.verdict
    mark, role = "*" if node.deciding else " ", f"{node.role} " if node.role else ""
    yield f"{'  ' * depth}{mark} {role}{name}: {said}"
    for child in node.of:
        yield from drawn(child, depth + 1)


TRIAL = study(
    *named(
        I1=T.number("platelets", between("50", None, "10*9/L")),
        I2=ex.IfThen(if_=every(WOMAN, age("15", "49")), then=T.result("pregnancy test", "negative")),
        E1=some(
            T.state("liver failure"),
            every(T.number("INR", between("1.5")), say("consent")),
            ex.Not(of=T.state("malignancy", "any")),
        ),
        I3=say("plan"),
    )
)
PERSON = """subject_id | time                | code          | numeric_value | unit | ref_low | ref_high
            1          | 1990-05-01          | MEDS_BIRTH    | .             | .    | .       | .
            1          | .                   | SEX//F        | .             | .    | .       | .
            1          | 2024-08-20T07:15:00 | LOINC//777-3  | 48000         | /uL  | 150000  | 400000
            1          | 2024-01-20          | LOINC:2106-3  | .             | .    | .       | .
            1          | 2024-08-01          | LOINC:6301-6  | 1.2           | .    | .       | .
            1          | 2020-01-01          | ICD10CM:C22.0 | .             | .    | .       | .
            2          | 2024-08-30          | LOINC:777-3   | 77            | /uL  | .       | ."""


def test_every_node_has_its_verdict_and_those_that_decide_are_marked(tmp_path: Path) -> None:
    told = only(explained(tmp_path, TRIAL, PERSON))
    assert [line for c in told.criteria for line in drawn(c.tree)] == [
        "* platelets: not_met",
        "* if_then: missing",
        "    if all: met",
        "      sex: met",
        "      age: met",
        "  * then pregnancy test: missing",
        "* any: missing",
        "  * liver failure: missing",
        "    all: not_met",
        "      INR: not_met",
        "      consent: not_assessable",
        "    not: not_met",
        "      malignancy: met",
        "* plan: not_assessable",
    ]
    assert [(c.id, c.verdict, c.effect, c.deciding) for c in told.criteria] == [
        ("I1", "not_met", "rules_out", True),
        ("I2", "unknown", "holds_up", False),
        ("E1", "unknown", "holds_up", False),
        ("I3", "unknown", "to_confirm", False),
    ]
    assert (told.verdict, told.why) == ("not_met", "not eligible: ruled out by I1")
    # Who is ruled out waits for nothing.
    assert (told.to_qualify, told.to_settle, told.facts) == (None, None, ())


def test_a_leaf_shows_its_row_as_the_source_gave_it_and_where_it_looked(tmp_path: Path) -> None:
    told = only(explained(tmp_path, TRIAL, PERSON))
    leaf = told.criteria[0].tree
    assert (leaf.value, leaf.unit, leaf.time) == ("48000", "/uL", "2024-08-20T07:15:00")
    assert leaf.row is not None
    assert (leaf.row.code, leaf.row.numeric_value) == ("LOINC//777-3", 48000.0)
    assert (leaf.row.ref_low, leaf.row.ref_high) == (150000.0, 400000.0)
    assert leaf.looked is not None
    assert leaf.looked.window == ("2024-06-02", "2024-08-31")
    assert (leaf.looked.rows, leaf.looked.latest) == (1, "2024-08-20")
    test = told.criteria[1].tree.of[1]
    assert test.looked is not None
    # There is an older row without a result in it; nothing was found in the window.
    assert (test.looked.window, test.looked.rows) == (("2024-08-01", "2024-08-31"), 1)
    assert test.needed == "pregnancy test within 30 days before 2024-08-31"
    sex = told.criteria[1].tree.of[0].of[0]
    assert sex.row is not None
    assert sex.row.code == "SEX//F"
    assert told.criteria[3].tree.looked is None


def test_what_would_decide_is_told_of_the_undecided(tmp_path: Path) -> None:
    table = PERSON.replace("48000", "98000")
    told = only(explained(tmp_path, TRIAL, table))
    assert told.why == "undecided: held up by I2, E1; to be confirmed by a person: I3"
    assert told.to_qualify is not None
    assert {f.needed: [(a.criterion, a.what, a.verdict) for a in f.answers] for f in told.to_qualify} == {
        "pregnancy test within 30 days before 2024-08-31": [("I2", "pregnancy test", "met")],
        "liver failure: a diagnosis, or a complete problem list": [("E1", "liver failure", "not_met")],
    }
    assert told.to_settle == tuple(f.needed for f in told.to_qualify)
    assert [(f.by, f.decides, f.could_qualify, f.could_exclude) for f in told.facts] == [
        ("record", False, False, True),
        ("record", False, False, True),
        ("person", False, False, True),
    ]


def test_verdicts_are_those_of_the_screening(tmp_path: Path) -> None:
    r = Random(5)
    studies = [make_study(r, f"T{i}") for i in range(3)]
    rows = [row for subject in range(1, 16) for row in make_person(r, subject)]
    for options in (ScreeningOptions(), ScreeningOptions(strict=True)):
        done = run(tmp_path, studies, rows, "reference", VOCABULARY, options=options)
        found: dict[tuple[str, Any, str], tuple[Any, ...]] = {}
        for row in done:
            found[row.study, row.subject_id, row.criterion] = row[3:8]
        for subject in {key[1] for key in found}:
            for one in done.explain(subject, horizon=Period("P0D")).studies:
                assert (one.verdict, one.reason) == found[one.id, subject, ""][:2]
                for c in one.criteria:
                    assert (c.verdict, c.reason) == found[one.id, subject, c.id][:2]
                    assert c.verdict == c.tree.verdict
                    assert decided(c.tree), "somewhere below there is a leaf on which it rests"


def decided(node: ExplainedNode) -> bool:
    if not node.of or (node.type == "at_least" and node.words > f"at least {len(node.of)}"):
        # More of them are wanted than there are: then it rests on none.
        return node.deciding
    return node.deciding and any(decided(child) for child in node.of)


def test_nobody_else_is_spoken_of(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nobody in the table has the id '3'") as stopped:
        explained(tmp_path, TRIAL, PERSON, "3")
    assert stopped.value.exit_status == 2
    assert stopped.value.message == "nobody in the table has the id '3'"
    with pytest.raises(UsageError, match="nobody"):
        explained(tmp_path, TRIAL, PERSON, "one'; DROP TABLE x")


def test_whoever_has_died_is_not_explained(tmp_path: Path) -> None:
    told = explained(tmp_path, TRIAL, PERSON + "\n1 | 2024-08-30 | MEDS_DEATH | . | . | . | .")
    assert (told.not_screened, told.studies) == ("deceased", ())


# -- later ----------------------------------------------------------------------------------------------


def turns(told: ExplainedStudy) -> list[tuple[str, str]]:
    return [(t.date, t.reason or t.verdict) for t in told.later]


def test_a_wash_out_ends_and_then_a_result_grows_stale(tmp_path: Path) -> None:
    trial = study(
        *named(
            E1=T.given("prednisone", window=window("-P4W")),
            I1=T.number("INR", between("1"), window=window("-P60D")),
        )
    )
    table = """subject_id | time       | code          | numeric_value | text_value
               1          | 2024-08-20 | RXNORM:8640   | .             | .
               1          | 2024-08-25 | LOINC:6301-6  | 1.2           | .
               1          | 2020-01-01 | LOINC:10160-0 | .             | complete"""
    told = only(explained(tmp_path, trial, table, options=ScreeningOptions(closed_world={"exposures"})))
    # 20 August is day -28 of 17 September, and no longer in the window the day after.
    assert turns(told) == [("2024-09-18", "met"), ("2024-10-25", "stale")]
    assert (told.eligible_from, told.eligible_until) == ("2024-09-18", None)
    assert told.later[0].changed == ("E1",)


def test_who_is_eligible_now_is_told_until_when(tmp_path: Path) -> None:
    trial = study(*named(I1=age("18", "65")))
    told = only(explained(tmp_path, trial, "subject_id | time | code\n1 | 1958-12-24 | MEDS_BIRTH"))
    assert (told.verdict, told.eligible_from, told.eligible_until) == ("met", None, "2024-12-23")
    young = only(explained(tmp_path, trial, "subject_id | time | code\n1 | 2007-02-28 | MEDS_BIRTH"))
    assert (young.verdict, young.eligible_from) == ("not_met", "2025-02-28")
    near = explained(
        tmp_path, trial, "subject_id | time | code\n1 | 2007-02-28 | MEDS_BIRTH", horizon=Period("P3M")
    )
    assert (near.horizon, only(near).eligible_from) == ("2024-11-30", None)


def test_half_a_year_of_age_is_six_months(tmp_path: Path) -> None:
    trial = study(*named(I1=age("17.5", "65")))
    table = "subject_id | time | code\n1 | 2007-05-31 | MEDS_BIRTH"
    assert only(explained(tmp_path, trial, table)).eligible_from == "2024-11-30"


def test_a_diagnosis_stops_covering_and_a_planned_end_comes(tmp_path: Path) -> None:
    trial = study(
        *named(E1=T.state("liver failure"), E2=T.given("antiretroviral therapy", "current", kind="procedure"))
    )
    table = """subject_id | time       | code          | end_time   | text_value
               1          | 2024-08-01 | ICD10CM:K72   | .          | .
               1          | 2024-08-01 | RXNORM:68244  | 2024-12-24 | .
               1          | 2024-08-01 | LOINC:11450-4 | .          | complete
               1          | 2024-09-15 | ICD10CM:K72   | .          | ."""
    told = only(explained(tmp_path, trial, table))
    # What is dated after the index date does not exist, later on neither: that would be new. After a year
    # the problem list is no longer taken for complete.
    assert turns(told) == [("2024-12-25", "met"), ("2025-08-02", "stale")]


@pytest.mark.parametrize("seed", range(6))
def test_looking_at_every_day_finds_no_other_turn(tmp_path: Path, seed: int) -> None:
    r = Random(seed)
    rows = [row for subject in range(1, 6) for row in make_person(r, subject)]
    people = read_patients(write_table(tmp_path / "p.csv", rows))
    last = DAY + timedelta(days=70)
    looked = 0
    for number in range(8):
        made = make_study(r, f"T{number}")
        record = read_one(people, 1 + number % 5)
        future = Future(made, record, index_date=DAY, vocabulary=VOCABULARY, options=ScreeningOptions())
        days = set(future.days(last))
        looked += len(days)
        before = future.told(DAY)
        for shift in range(1, 71):
            day = DAY + timedelta(days=shift)
            now = future.told(day)
            assert day in days or now == before, (number, day)
            before = now
    assert looked < 6 * 70, "most days are skipped"
