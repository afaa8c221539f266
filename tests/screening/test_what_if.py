"""What each criterion costs, bound by bound, and who misses narrowly: small tables, then screening again.

The property builds a study in which one bound really is moved, screens it, and counts.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from trialwright.model import expression as ex
from trialwright.model.interval import Bound
from trialwright.model.study import Study
from trialwright.screening import Insights, Screening, ScreeningOptions
from trialwright.screening.answered import FAILS, HOLDS, PASSES
from trialwright.screening.plan import PlannedCriterion, PlannedStudy, expand, leaves_with_sign
from trialwright.screening.shares import drop_each, share_out

from .building import between, criterion, run, study, table_of, verdicts
from .making import make_person, make_study
from .trials import Trees, age, every, named, say, some
from .vocabulary import VOCABULARY

T = Trees(VOCABULARY)
PLATELETS = T.number("platelets", between("50", None, "10*9/L"))
TRIAL = study(
    *named(
        I1=PLATELETS,
        I2=age("18", "65"),
        E1=some(T.number("ALT", between("2", None, None, ends="()", relative_to="ULN")), say("consent")),
        I3=T.number("INR", between(None, "1.5"), select="all"),
    )
)
PEOPLE = """subject_id | time       | code         | numeric_value | unit   | text_value | ref_high
            1          | 1980-01-01 | MEDS_BIRTH   | .             | .      | .          | .
            1          | 2024-08-20 | LOINC:777-3  | 48000         | /uL    | .          | .
            1          | 2024-08-20 | LOINC:1742-6 | 30            | U/L    | .          | 40
            1          | 2024-08-20 | LOINC:6301-6 | 1.1           | .      | .          | .
            2          | 1980-01-01 | MEDS_BIRTH   | .             | .      | .          | .
            2          | 2024-08-20 | LOINC:777-3  | 30            | 10*9/L | .          | .
            2          | 2024-08-20 | LOINC:1742-6 | 30            | U/L    | .          | 40
            3          | 1957-01-01 | MEDS_BIRTH   | .             | .      | .          | .
            3          | 2024-08-20 | LOINC:777-3  | 90            | 10*9/L | .          | .
            3          | 2024-08-20 | LOINC:1742-6 | 30            | U/L    | .          | 40
            3          | 2024-08-20 | LOINC:6301-6 | 1.1           | .      | .          | .
            4          | 1980-01-01 | MEDS_BIRTH   | .             | .      | .          | .
            4          | 2024-08-20 | LOINC:777-3  | 90            | 10*9/L | .          | .
            4          | 2024-08-20 | LOINC:1742-6 | 82            | U/L    | .          | 40
            4          | 2024-08-20 | LOINC:6301-6 | 1.1           | .      | .          | .
            5          | 1980-01-01 | MEDS_BIRTH   | .             | .      | .          | .
            5          | 2024-08-20 | LOINC:777-3  | 90            | 10*9/L | .          | .
            5          | 2024-08-20 | LOINC:1742-6 | 30            | U/L    | .          | 40
            5          | 2024-08-20 | LOINC:6301-6 | 1.6           | .      | .          | .
            5          | 2024-08-21 | LOINC:6301-6 | 1.9           | .      | .          | .
            6          | 1980-01-01 | MEDS_BIRTH   | .             | .      | .          | .
            6          | 2024-08-20 | LOINC:777-3  | .             | 10*9/L | <40        | .
            7          | 1990-01-01 | MEDS_BIRTH   | .             | .      | .          | .
            7          | 2024-08-20 | LOINC:777-3  | 90            | 10*9/L | .          | .
            7          | 2024-08-20 | LOINC:6301-6 | 1.1           | .      | .          | .
            8          | 1957-01-01 | MEDS_BIRTH   | .             | .      | .          | .
            8          | 2024-08-20 | LOINC:777-3  | 49            | 10*9/L | .          | ."""


@pytest.fixture
def done(tmp_path: Path, engine: str) -> Screening:
    return run(tmp_path, TRIAL, table_of(PEOPLE), engine, VOCABULARY)


def test_near_misses_are_told_in_the_unit_of_their_row(done: Screening) -> None:
    assert verdicts(done, "") == {
        1: "not_met", 2: "not_met", 3: "not_met", 4: "not_met", 5: "not_met", 6: "not_met", 7: "missing",
        8: "not_met",
    }  # fmt: skip
    found = {m.subject_id: m for m in done.insights.near_misses(within=1.0)}
    told = {
        s: (m.criterion, m.what, m.side, m.value, m.bound, m.unit, m.distance, m.relative, m.verdict)
        for s, m in found.items()
    }
    assert told == {
        1: ("I1", "platelets", "low", 48000.0, 50000.0, "/uL", 2000.0, 0.04, "met"),
        2: ("I1", "platelets", "low", 30.0, 50.0, "10*9/L", 20.0, 0.4, "unknown"),
        3: ("I2", "age", "high", 67.0, 65.0, "a", 2.0, 0.0307692307692, "met"),
        # The bound of twice the limit of normal is 80 for this row; consent is set aside.
        4: ("E1", "ALT", "low", 82.0, 80.0, "U/L", 2.0, 0.025, "met"),
        # All results must be up to 1.5, so the highest of them counts.
        5: ("I3", "INR", "high", 1.9, 1.5, None, 0.4, 0.266666666667, "met"),
    }
    assert [m.subject_id for m in done.insights.near_misses()] == [4, 3, 1]
    assert found[1].time == "2024-08-20T00:00:00"


def test_near_misses_are_counted_by_their_distance(done: Screening) -> None:
    (counted,) = done.insights.near_counts()
    assert {c.id: (c.near, c.eligible, [*c.by_distance.values()]) for c in counted.criteria} == {
        "I1": (1, 1, [1, 0, 0, 1, 0]),
        "I2": (1, 1, [1, 0, 0, 0, 0]),
        "E1": (1, 1, [1, 0, 0, 0, 0]),
        "I3": (0, 0, [0, 0, 0, 1, 0]),
    }
    assert [*counted.criteria[0].by_distance] == ["5%", "10%", "20%", "50%", "more"]


def test_a_curve_tells_who_comes_in_by_where_the_bound_is(done: Screening) -> None:
    (what,) = done.insights.what_if
    drawn = {
        (c.id, c.what, c.side, c.bound, c.unit): [(p.bound, p.eligible, p.undecided) for p in c.points]
        for c in what.curves
    }
    assert drawn == {
        ("I1", "platelets", "low", 50.0, "10*9/L"): [(48.0, 1, 0), (30.0, 1, 1)],
        ("I2", "age", "high", 65.0, "a"): [(67.0, 1, 0)],
        ("E1", "ALT", "low", 2.0, "x ULN"): [(2.05, 1, 0)],
        ("I3", "INR", "high", 1.5, None): [(1.9, 1, 0)],
    }


def test_dropping_a_criterion_counts_who_waits_or_fails_for_it_alone(done: Screening) -> None:
    (what,) = done.insights.what_if
    assert [(d.id, d.eligible, d.undecided) for d in what.dropped] == [
        ("I1", 1, 2),
        ("I2", 1, 0),
        ("E1", 2, -1),
        ("I3", 1, 0),
    ]


def test_who_fails_several_criteria_is_shared_out_among_them(done: Screening) -> None:
    (shares,) = done.insights.shares
    # Person 8 fails two criteria, half each; who is undecided counts apart.
    assert {s.id: (s.excluded, s.held_up) for s in shares} == {
        "I1": (3.5, 0.0), "I2": (1.5, 0.0), "E1": (1.0, 1.0), "I3": (1.0, 0.0),
    }  # fmt: skip
    (counts,) = done.summary.studies
    assert sum(s.excluded for s in shares) == counts.not_eligible
    assert sum(s.held_up for s in shares) == counts.undecided


def planned(size: int) -> PlannedStudy:
    made = tuple(
        PlannedCriterion(id=f"X{i}", exclusion=False, expr=ex.Unparsed(text="x"), slots=(0,), needed=("x",))
        for i in range(size)
    )
    return PlannedStudy(id="T", criteria=made, assumptions=())


@pytest.mark.parametrize("seed", range(6))
def test_the_share_is_the_mean_gain_over_all_orders(seed: int) -> None:
    """By the definition: add the criteria in every order, and note how many people each rules out anew."""
    r = Random(seed)
    size = r.randint(1, 5)
    states = Counter(
        {
            tuple(r.choice((PASSES, HOLDS, FAILS, FAILS)) for _ in range(size)): r.randint(1, 30)
            for _ in range(12)
        }
    )
    for kind, name in ((FAILS, "excluded"), (HOLDS, "held_up")):
        players = {s: n for s, n in states.items() if kind in s and (kind == FAILS or FAILS not in s)}
        gains = [0.0] * size
        orders = list(permutations(range(size)))
        for order in orders:
            caught: set[tuple[int, ...]] = set()
            for i in order:
                new = {s for s in players if s[i] == kind} - caught
                gains[i] += sum(players[s] for s in new) / len(orders)
                caught |= new
        found = [getattr(share, name) for share in share_out(planned(size), states)]
        assert found == pytest.approx(gains)


def test_a_study_without_criteria_costs_nobody_anything() -> None:
    assert share_out(planned(0), Counter({(): 3})) == drop_each(planned(0), Counter({(): 3})) == ()


# -- against screening again ----------------------------------------------------------------------------


def with_leaf(expr: ex.Expr, position: int, change: Any) -> ex.Expr:
    """The tree with the leaf at that position, in the order of the text, changed."""
    number = iter(range(10_000))

    def walk(node: ex.Expr) -> ex.Expr:
        if ex.children(node):
            return ex.with_children(node, walk)
        return change(node) if next(number) == position else node

    return walk(expr)


def moved_study(made: Study, name: str, leaf: int, side: str, bound: float, closed: bool) -> Study:
    def change(node: Any) -> Any:
        new = Bound(value=Decimal(repr(bound)), closed=closed)
        interval = msgspec.structs.replace(node.interval, **{side: new})
        return msgspec.structs.replace(node, interval=interval)

    criteria = tuple(
        msgspec.structs.replace(c, expr=with_leaf(c.expr, leaf, change)) if c.id == name and c.expr else c
        for c in made.eligibility.criteria
    )
    return msgspec.structs.replace(
        made, eligibility=msgspec.structs.replace(made.eligibility, criteria=criteria)
    )


@pytest.mark.parametrize("seed", range(2))
def test_moving_the_bound_for_real_gives_the_numbers_of_the_curve(tmp_path: Path, seed: int) -> None:
    r = Random(seed)
    studies = [simple_study(r, f"T{i}") for i in range(9)]
    rows = [row for subject in range(1, 71) for row in make_person(r, subject)]
    options = ScreeningOptions(strict=seed % 2 == 1)
    done = run(tmp_path, studies, rows, "reference", VOCABULARY, options=options)
    other = run(tmp_path, studies, rows, "duckdb", VOCABULARY, options=options)
    assert other.insights.what_if == done.insights.what_if
    assert other.insights.near_misses(9) == done.insights.near_misses(9)
    assert other.insights.facts == done.insights.facts
    verdict = {(row.study, row.subject_id, row.criterion): row.verdict for row in done}
    people = {subject for _, subject, _ in verdict}
    expected: dict[str, tuple[Counter[str], set[Any]]] = {}
    moved = []
    for made, what in zip(studies, done.insights.what_if, strict=True):
        own = {c.id: c for c in made.eligibility.criteria}
        names = {c for t, _, c in verdict if t == made.id and c}
        for curve in what.curves:
            if curve.id not in own:
                continue
            given = own[curve.id]
            assert given.expr is not None
            _, hurts = list(leaves_with_sign(given.expr, given.kind == "exclusion"))[curve.leaf]
            alone = {s for s in people if failing(made, verdict, s, names) == {curve.id}}
            for point in {curve.points[0], curve.points[-1]}:
                # Where being met hurts, the bound is moved to be just beyond the value.
                new = moved_study(made, curve.id, curve.leaf, curve.side, point.bound, not hurts)
                name = f"M{len(moved)}"
                moved.append(msgspec.structs.replace(new, id=name))
                expected[name] = Counter(met=point.eligible, unknown=point.undecided), alone
    assert len(moved) >= 5
    again = {
        (row.study, row.subject_id): row.verdict
        for row in run(tmp_path, moved, rows, "duckdb", VOCABULARY, options=options)
        if row.criterion == ""
    }
    for name, (told, alone) in expected.items():
        found = Counter(again[name, s] for s in alone)
        assert (found["met"], found["unknown"]) == (told["met"], told["unknown"])


def failing(made: Study, verdict: dict[Any, str], subject: Any, names: set[str]) -> set[str]:
    """The criteria that definitely rule the person out."""
    exclusions = {c.id for c in made.eligibility.criteria if c.kind == "exclusion"}
    return {c for c in names if verdict[made.id, subject, c] == ("met" if c in exclusions else "not_met")}


def simple_study(r: Random, name: str) -> Study:
    """A random study of few criteria, so that some people fail by one alone."""
    made = make_study(r, name)
    more = every(T.number("platelets", between("60", None, "10*9/L")), say("plan"))
    criteria = (*made.eligibility.criteria[:2], criterion(r.choice((more, age("18", "50"))), "X9"))
    # A curve counts the leaves of the tree in which childbearing potential is a sex and an age.
    said = tuple(msgspec.structs.replace(c, expr=expand(c.expr)) for c in criteria if c.expr)
    eligibility = msgspec.structs.replace(made.eligibility, criteria=said)
    return msgspec.structs.replace(made, eligibility=eligibility)


def test_a_bound_may_be_moved_until_nothing_is_left_to_catch(tmp_path: Path, engine: str) -> None:
    trial = study(*named(E1=age("60", "65"), E2=T.number("INR", between("2", "3"))))
    rows = table_of(
        """subject_id | time       | code         | numeric_value
           1          | 1959-01-01 | MEDS_BIRTH   | .
           1          | 2024-08-20 | LOINC:6301-6 | 1
           2          | 1964-01-01 | MEDS_BIRTH   | .
           2          | 2024-08-20 | LOINC:6301-6 | 1
           3          | 1990-01-01 | MEDS_BIRTH   | .
           3          | 2024-08-20 | LOINC:6301-6 | 2.1"""
    )
    (what,) = run(tmp_path, trial, rows, engine, VOCABULARY).insights.what_if
    drawn = {(c.id, c.side): [(p.bound, p.eligible) for p in c.points] for c in what.curves}
    assert drawn == {
        ("E1", "low"): [(60.0, 1), (65.0, 2)],
        ("E1", "high"): [(65.0, 1), (60.0, 2)],
        ("E2", "low"): [(2.1, 1)],
        ("E2", "high"): [(2.1, 1)],
    }


def test_of_many_results_only_few_bounds_are_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trialwright.screening import reference

    trial = study(*named(I1=T.number("INR", between(None, "1.5"), select="all")))
    rows = [
        {"subject_id": 1, "time": f"2024-08-{day:02}T0{n}:00", "code": "LOINC:6301-6", "numeric_value": n + 1}
        for day in range(1, 29)
        for n in range(10)
    ]
    done = run(tmp_path, trial, rows, "reference", VOCABULARY)
    asked = []
    plain = reference.answer
    monkeypatch.setattr(reference, "answer", lambda atom, person: asked.append(atom) or plain(atom, person))
    (curve,) = done.insights.what_if[0].curves
    assert [(p.bound, p.eligible) for p in curve.points] == [(10.0, 1)]
    assert len(asked) < 30


def test_people_of_any_other_engine_are_answered_by_columns(done: Screening) -> None:
    other = Insights(done._plan, done._table, object())
    assert (other.shares, other.what_if, other.facts) == (
        done.insights.shares,
        done.insights.what_if,
        done.insights.facts,
    )
