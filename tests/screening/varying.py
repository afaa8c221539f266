"""A library of any size from a few trials: their criteria with other numbers, units, windows and things.

Takes compiled studies, gives trials that nobody has written; one Random object, one result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any

import msgspec

from trialwright.model import expression as ex
from trialwright.model.concept import Concept
from trialwright.model.dates import Age
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period
from trialwright.model.study import Eligibility, Study
from trialwright.model.vocabulary import Term, Vocabulary
from trialwright.model.window import Window
from trialwright.screening.index import Trial

# Units that say the same with another number, and what a number of the first becomes in the second.
_SAME = {
    "g/L": ("g/dL", Decimal("0.1")),
    "10*9/L": ("/uL", Decimal(1000)),
    "/uL": ("10*9/L", Decimal("0.001")),
    "mmol/L": ("umol/L", Decimal(1000)),
    "umol/L": ("mmol/L", Decimal("0.001")),
    "a": ("mo", Decimal(12)),
}
_WINDOWS = ("-P7D", "-P14D", "-P28D", "-P30D", "-P60D", "-P3M", "-P6M", "-P1Y")
_STATUSES: dict[type, tuple[str, ...]] = {
    ex.Condition: ("current", "history", "any"),
    ex.Exposure: ("current", "past", "any"),
}
_KINDS = ("drug", "procedure", "device", "cell", "vaccine", "trial", "other")


def vary(studies: Sequence[Study], vocabulary: Vocabulary, number: int, r: Random) -> Iterator[Trial]:
    """So many trials, each of 1 to 24 criteria taken from the studies and changed."""
    pool = [c for study in studies for c in study.eligibility.criteria if c.expr is not None]
    terms: dict[str, list[Term]] = {}
    for term in vocabulary.terms:
        if term.codes:
            kind = "condition" if term.kind == "condition" else "exposure" if term.kind in _KINDS else ""
            terms.setdefault(kind, []).append(term)
    for count in range(number):
        criteria = tuple(
            _changed(r.choice(pool), f"X{place}", terms, r) for place in range(1, r.randint(1, 24) + 1)
        )
        yield Trial(
            id=f"MADE{count:07}",
            title=f"A made-up trial, number {count}",
            eligibility=Eligibility(
                sex=r.choice(("ALL", "ALL", "ALL", "ALL", "FEMALE", "MALE")),
                minimum_age=r.choice((None, Age(value=Decimal(r.randint(0, 60))))),
                maximum_age=r.choice((None, Age(value=Decimal(r.randint(61, 99))))),
                criteria=criteria,
            ),
        )


def _changed(criterion: ex.Criterion, name: str, terms: dict[str, list[Term]], r: Random) -> ex.Criterion:
    assert criterion.expr is not None
    if r.random() < 0.3:
        text = f"words that nobody reads, {r.randrange(10**9)}"
        return ex.Criterion(id=name, kind=criterion.kind, text=text, expr=ex.Unparsed(text=text))
    return ex.Criterion(
        id=name, kind=criterion.kind, text=criterion.text, expr=change_tree(criterion.expr, terms, r)
    )


def change_tree(expr: ex.Expr, terms: dict[str, list[Term]], r: Random) -> ex.Expr:
    """The tree with other numbers, units, windows and things at its leaves."""
    if ex.children(expr):
        return ex.with_children(expr, lambda part: change_tree(part, terms, r))
    changes: dict[str, Any] = {"span": None, "notes": ()}
    for name in ("interval", "duration", "dose"):
        interval = getattr(expr, name, None)
        if isinstance(interval, Interval) and (name == "interval" or r.random() < 0.5):
            changes[name] = _other_numbers(interval, r)
    if hasattr(expr, "window") and r.random() < 0.3:
        changes["window"] = Window(from_=Period(r.choice(_WINDOWS)))
    if type(expr) in _STATUSES and r.random() < 0.4:
        changes["status"] = r.choice(_STATUSES[type(expr)])
    if isinstance(expr, ex.Condition | ex.Exposure) and r.random() < 0.7:
        term = r.choice(terms["condition" if isinstance(expr, ex.Condition) else "exposure"])
        changes["concept"] = Concept(text=term.name, name=term.name, codes=term.codes)
        if isinstance(expr, ex.Exposure):
            changes["kind"] = term.kind
    return msgspec.structs.replace(expr, **changes)


def _other_numbers(interval: Interval, r: Random) -> Interval:
    unit, factor = interval.unit, Decimal(1)
    if unit in _SAME and interval.relative_to is None and r.random() < 0.3:
        unit, factor = _SAME[unit]
    stretched = Decimal(r.randint(60, 140)) / 100
    low, high = (
        Bound(value=round(b.value * stretched * factor, 3), closed=r.random() < 0.7) if b else None
        for b in (interval.low, interval.high)
    )
    if low and high and low.value >= high.value:
        return interval
    return msgspec.structs.replace(interval, low=low, high=high, unit=unit)
