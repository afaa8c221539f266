"""Both engines give the same verdict rows, to the last character, for random trees and random people.

Without the last test the first would prove little: it fails when a form was never made.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialwright.model import expression as ex
from trialwright.model.logic import Reason
from trialwright.model.period import Period
from trialwright.model.unit import find_unit
from trialwright.screening import ReferenceRange, Screening, ScreeningOptions

from .building import run
from .making import make_person, make_study
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


@cache
def large_world(seed: int) -> tuple[list, list, Screening, Screening, list]:
    return both(Random(seed), people=60)


def both(r: Random, people: int) -> tuple[list, list, Screening, Screening, list]:
    studies = [make_study(r, f"T{i}") for i in range(3)]
    rows = [row for subject in range(1, people + 1) for row in make_person(r, subject)]
    rows.append({"subject_id": people + 1, "code": "ICD10CM:I10"})
    options = r.choice(OPTIONS)
    with TemporaryDirectory() as folder:
        one, other = (
            run(Path(folder), studies, rows, engine, VOCABULARY, options=options)
            for engine in ("reference", "duckdb")
        )
        return list(one), list(other), one, other, studies


@settings(derandomize=True, deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_both_engines_agree_on_small_worlds(r: Random) -> None:
    expected, found, one, other, _ = both(r, people=4)
    assert found == expected
    assert other.summary == one.summary


@pytest.mark.parametrize("seed", range(8))
def test_both_engines_agree_on_larger_worlds(seed: int) -> None:
    expected, found, one, other, _ = large_world(seed)
    differing = [pair for pair in zip(expected, found, strict=True) if pair[0] != pair[1]]
    assert differing == []
    assert other.summary == one.summary


def test_every_form_was_made() -> None:
    """The random trees hold every node, window, select and unit family; the people give every reason."""
    nodes: Counter[str] = Counter()
    windows: Counter[str] = Counter()
    selects: Counter[str] = Counter()
    dimensions: Counter[str] = Counter()
    reasons: Counter[str | None] = Counter()
    for seed in range(8):
        expected, _, _, _, studies = large_world(seed)
        reasons.update(row.reason for row in expected)
        for made in studies:
            for criterion in made.eligibility.criteria:
                assert criterion.expr is not None
                _count(criterion.expr, nodes, windows, selects, dimensions)
    assert set(nodes) == {node.__name__ for node in ex.Expr.__args__}
    assert set(windows) == {"none", "assumed", "ever", "event", "closed", "before"}
    assert set(selects) == {"latest", "first", "any", "all", "worst"}
    assert set(dimensions) == {"cells", "mass", "substance", "enzyme", "viral_load", "percent", "pure"}
    assert {r for r in reasons if r} == {reason.value for reason in Reason}


def _count(expr: ex.Expr, nodes: Counter, windows: Counter, selects: Counter, dimensions: Counter) -> None:
    nodes[type(expr).__name__] += 1
    window = getattr(expr, "window", None)
    if hasattr(expr, "window"):
        windows[
            "none" if window is None
            else "event" if window.anchor == "event"
            else "assumed" if window.status == "assumed"
            else "ever" if window.from_ is None
            else "before" if window.to == Period("-P14D")
            else "closed"
        ] += 1  # fmt: skip
    if isinstance(expr, ex.Measurement):
        selects[expr.select] += 1
        unit = find_unit(expr.interval.unit or "1") if expr.interval else None
        if unit:
            dimensions[unit.dimension] += 1
    for child in ex.children(expr):
        _count(child, nodes, windows, selects, dimensions)
