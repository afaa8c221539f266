"""All engines give the same verdict rows, to the last character, for random trees and random people.

Without the last test the first would prove little: it fails when a form was never made.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialwright.model import expression as ex
from trialwright.model.logic import Reason
from trialwright.model.period import Period
from trialwright.model.screening import ScreeningSummary, VerdictRow
from trialwright.model.study import Study
from trialwright.model.unit import Dimension, find_unit
from trialwright.model.window import Anchor
from trialwright.screening import ReferenceRange, ScreeningOptions

from .building import run_now
from .making import WINDOW_FORMS, make_person, make_study
from .vocabulary import VOCABULARY

OPTIONS = (
    ScreeningOptions(),
    ScreeningOptions(strict=True, currency={"quantity": Period("P1Y")}),
    ScreeningOptions(closed_world=frozenset({"conditions"})),
    ScreeningOptions(closed_world=frozenset({"exposures"})),
    ScreeningOptions(
        reference_ranges=(
            ReferenceRange(code="LOINC:1742-6", low=10, high=40, unit="U/L", sex="F"),
            ReferenceRange(code="LOINC/1742-6", low=10, high=50, unit="U/L"),
            ReferenceRange(code="LOINC:777-3", low=150, high=400),
        )
    ),
)


WORLDS = range(8)


class World(NamedTuple):
    """Studies and people made at random, and what the reference says of them."""

    studies: list[Study]
    rows: list[dict[str, Any]]
    options: ScreeningOptions
    expected: list[VerdictRow]
    summary: ScreeningSummary

    def answers(self, engine: str) -> tuple[list[VerdictRow], ScreeningSummary]:
        """The verdict rows and the counts of an engine."""
        with TemporaryDirectory() as folder:
            done = run_now(Path(folder), self.studies, self.rows, engine, VOCABULARY, options=self.options)
            return list(done), done.summary

    def check(self, engine: str) -> None:
        """Every row and every count of an engine is that of the reference."""
        rows, summary = self.answers(engine)
        assert [pair for pair in zip(self.expected, rows, strict=True) if pair[0] != pair[1]] == []
        assert summary == self.summary


def make_world(r: Random, people: int, studies: int = 3, options: ScreeningOptions | None = None) -> World:
    every = WINDOW_FORMS.set(10)
    asked = [make_study(r, f"T{i}") for i in range(studies)]
    WINDOW_FORMS.reset(every)
    rows = [row for subject in range(1, people + 1) for row in make_person(r, subject)]
    rows.append({"subject_id": people + 1, "code": "ICD10CM:I10"})
    world = World(
        asked, rows, r.choice(OPTIONS) if options is None else options, [], ScreeningSummary(index_date="")
    )
    expected, summary = world.answers("reference")
    return world._replace(expected=expected, summary=summary)


@cache
def large_world(seed: int) -> World:
    return make_world(Random(seed), people=60)


@settings(derandomize=True, deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_duckdb_agrees_on_small_worlds(r: Random) -> None:
    make_world(r, people=4).check("duckdb")


@pytest.mark.parametrize("seed", WORLDS)
def test_duckdb_agrees_on_larger_worlds(seed: int) -> None:
    large_world(seed).check("duckdb")


def test_spark_agrees_on_many_trees_at_once(spark: None) -> None:
    """One world with many trees: a session answers two studies."""
    make_world(Random(77), people=30, studies=2).check("spark")


@pytest.mark.parametrize("seed", [201, 202])
def test_postgres_agrees_on_many_trees_at_once(postgres: None, seed: int) -> None:
    make_world(Random(seed), people=40, studies=10).check("postgres")


@pytest.mark.parametrize("number", range(len(OPTIONS)))
def test_postgres_agrees_under_every_option(postgres: None, number: int) -> None:
    make_world(Random(100 + number), people=25, studies=3, options=OPTIONS[number]).check("postgres")


def test_every_form_was_made() -> None:
    """The random trees hold every node, window, anchor, form and unit family; the people give every reason.

    What there is comes from the model: whoever adds a form there must make it here.
    """
    made: dict[str, set[Any]] = defaultdict(set)
    for seed in WORLDS:
        world = large_world(seed)
        made["reason"] |= {row.reason for row in world.expected if row.reason}
        made["row unit"] |= {_dimension(row.get("unit") or None) for row in world.rows} - {None}
        for study in world.studies:
            for criterion in study.eligibility.criteria:
                assert criterion.expr is not None
                _note(criterion.expr, made)
    fields = {node.__name__: get_type_hints(node) for node in ex.Expr.__args__}
    assert made["node"] == set(fields)
    assert made["window"] == {"none", "assumed", "ever", "event", "closed", "before", "behind"}
    assert made["anchor"] == set(get_args(Anchor))
    assert made["select"] == set(get_args(fields["Measurement"]["select"]))
    assert made["Condition"] == set(get_args(fields["Condition"]["status"]))
    assert made["Exposure"] == set(get_args(fields["Exposure"]["status"]))
    assert made["unit"] == made["row unit"] == set(get_args(Dimension))
    assert made["reason"] == {reason.value for reason in Reason}


def _dimension(spelling: str | None) -> str | None:
    unit = find_unit(spelling or "1")
    return unit.dimension if unit else None


def _note(expr: ex.Expr, made: dict[str, set[Any]]) -> None:
    made["node"].add(type(expr).__name__)
    window = getattr(expr, "window", None)
    if hasattr(expr, "window"):
        made["anchor"] |= {window.anchor} if window else set()
        made["window"].add(
            "none" if window is None
            else "event" if window.anchor == "event"
            else "assumed" if window.status == "assumed"
            else "behind" if window.open_ended
            else "ever" if window.from_ is None
            else "before" if window.to == Period("-P14D")
            else "closed"
        )  # fmt: skip
    if isinstance(expr, ex.Condition | ex.Exposure):
        made[type(expr).__name__].add(expr.status)
    if isinstance(expr, ex.Measurement):
        made["select"].add(expr.select)
        if expr.interval:
            made["unit"].add(_dimension(expr.interval.unit))
    for child in ex.children(expr):
        _note(child, made)
