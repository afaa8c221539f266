"""What criteria cost, how narrowly people miss, and what would decide them: bars, curves and their words.

Takes the answers beyond the verdicts that screening counted; gives geometry and sentences, like charts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trialwright.model.answers import Curve, FactCounts, NearMisses, Point, WhatIf
from trialwright.model.expression import Criterion
from trialwright.model.screening import StudyCount
from trialwright.reports.charts import Bar, Segment, stack, words_of
from trialwright.reports.words import count, plural

# More rows than these are not read; the JSON has them all.
_MOST_FACTS = 10
_MOST_ROWS = 7
_UNITS = {"a": "years", "mo": "months", "wk": "weeks", "d": "days"}
# Where the furthest number stands on an axis of 100, so that its own step is seen.
_FURTHEST = 94
_KINDS = ("near0", "near1", "near2", "near3", "near4")


class Cost(NamedTuple):
    """What one criterion accounts for, and who would come in without it."""

    id: str
    text: str
    bar: Bar
    excluded: str
    held_up: str
    eligible: str
    undecided: str


class Plot(NamedTuple):
    """A curve as two stepped areas over a box of 100 by 100, the y axis downwards, and what it says.

    `eligible` and `both` are SVG paths; ends of the axes are words.
    """

    id: str
    title: str
    sentence: str
    eligible: str
    both: str
    near: str
    far: str
    most: str
    scale: str
    rows: tuple[tuple[str, str, str], ...]


class Missed(NamedTuple):
    """How narrowly people miss one criterion."""

    id: str
    bar: Bar
    near: str
    eligible: str
    steps: tuple[str, ...]


class FactRow(NamedTuple):
    """One fact and how many undecided people it could help."""

    needed: str
    criteria: str
    bar: Bar
    wanted: str
    decides: str
    could_qualify: str
    could_exclude: str


class Insights(NamedTuple):
    """All that is drawn beside the funnel of one trial."""

    costs: tuple[Cost, ...]
    plots: tuple[Plot, ...]
    misses: tuple[Missed, ...]
    steps: tuple[tuple[str, str], ...]
    within: str
    facts: tuple[FactRow, ...]
    facts_left: int
    sizes: str


def draw_insights(counts: StudyCount, criteria: Iterable[Criterion] = ()) -> Insights | None:
    """Everything that was worked out for a trial; None where nothing was."""
    if counts.what_if is None and counts.near_misses is None and counts.facts is None:
        return None
    what, near, facts = counts.what_if, counts.near_misses, counts.facts
    steps = tuple(near.criteria[0].by_distance) if near and near.criteria else ()
    return Insights(
        costs=_costs(what, counts, {c.id: c for c in criteria}) if what else (),
        plots=tuple(_plot(curve) for curve in what.curves) if what else (),
        misses=_misses(near) if near else (),
        steps=tuple((kind, _step_words(step)) for kind, step in zip(_KINDS, steps, strict=False)),
        within=f"{near.within:.0%}" if near else "",
        facts=_facts(facts, counts) if facts else (),
        facts_left=max(0, len(facts.facts) - _MOST_FACTS) if facts else 0,
        sizes=_sizes(facts) if facts else "",
    )


def _part(kind: str, words: str, number: float, before: float, whole: float) -> Segment:
    start, width = f"{100 * before / whole:.4f}%", f"{100 * number / whole:.4f}%"
    return Segment(kind, words, f"{number:,.1f}", round(number), start, width)


def _costs(what: WhatIf, counts: StudyCount, known: dict[str, Criterion]) -> tuple[Cost, ...]:
    whole = max(1, counts.screened)
    rows = []
    for share, dropped in zip(what.shares, what.dropped, strict=True):
        parts = [
            ("fail", "Its share of the ruled out", share.excluded),
            ("unknown", "Its share of the held up", share.held_up),
        ]
        segments, before = [], 0.0
        for kind, words, number in parts:
            if number > 0:
                segments.append(_part(kind, words, number, before, whole))
                before += number
        sentence = (
            f"{share.id} accounts for {share.excluded:,.1f} of {count(counts.not_eligible)} ruled out and "
            f"{share.held_up:,.1f} of {count(counts.undecided)} undecided; without it "
            f"{_signed(dropped.eligible)} eligible, {_signed(dropped.undecided)} undecided."
        )
        rows.append(
            Cost(
                id=share.id,
                text=words_of(share.id, known),
                bar=Bar(tuple(segments), sentence),
                excluded=f"{share.excluded:,.1f}",
                held_up=f"{share.held_up:,.1f}",
                eligible=_signed(dropped.eligible),
                undecided=_signed(dropped.undecided),
            )
        )
    return tuple(rows)


def _signed(number: int) -> str:
    # A true minus sign, as wide as the plus.
    return f"+{count(number)}" if number > 0 else f"−{count(-number)}" if number < 0 else "0"


# -- curves ---------------------------------------------------------------------------------------------


def _plot(curve: Curve) -> Plot:
    unit = f" {_UNITS.get(curve.unit, curve.unit)}" if curve.unit else ""
    most = max((p.eligible + p.undecided for p in curve.points), default=0) or 1
    numbers = [curve.bound, *(p.bound for p in curve.points)]
    places, is_log = _places(numbers)
    last = curve.points[-1]
    word = "lower" if curve.side == "low" else "upper"
    title = f"{curve.what}, {word} bound {_number(curve.bound)}{unit}"
    sentence = (
        f"{curve.id}: with the {word} bound of {curve.what} moved from {_number(curve.bound)} to "
        f"{_number(last.bound)}{unit}, {count(last.eligible)} more eligible and {_signed(last.undecided)} "
        "undecided."
    )
    return Plot(
        id=curve.id,
        title=title,
        sentence=sentence,
        eligible=_area(places, [0, *(p.eligible for p in curve.points)], most),
        both=_area(places, [0, *(p.eligible + p.undecided for p in curve.points)], most),
        near=f"{_number(curve.bound)}{unit}",
        far=f"{_number(last.bound)}{unit}",
        most=f"+{count(most)}",
        scale="logarithmic" if is_log else "",
        rows=tuple(
            (f"{_number(p.bound)}{unit}", _signed(p.eligible), _signed(p.undecided))
            for p in _some(curve.points)
        ),
    )


def _number(number: float) -> str:
    return f"{number:.4g}" if abs(number) < 10_000 else f"{number:,.0f}"


def _places(numbers: Sequence[float]) -> tuple[list[float], bool]:
    """Where the numbers stand on an axis of 100, from the bound to the right; and whether by logarithm."""
    low, high = min(numbers), max(numbers)
    is_log = low > 0 and high / low > 50
    scaled = [math.log(n) for n in numbers] if is_log else list(numbers)
    first, last = scaled[0], scaled[-1]
    reach = abs(last - first) or 1.0
    return [_FURTHEST * abs(n - first) / reach for n in scaled], is_log


def _area(places: Sequence[float], heights: Sequence[int], most: int) -> str:
    """A stepped area: a number holds from its own bound on."""
    path = ["M0 100"]
    for place, height in zip(places, heights, strict=True):
        path.append(f"H{place:.2f}V{100 - 100 * height / most:.2f}")
    return " ".join([*path, "H100V100Z"])


def _some(points: Sequence[Point]) -> list[Point]:
    if len(points) <= _MOST_ROWS:
        return list(points)
    last = len(points) - 1
    return [points[round(i * last / (_MOST_ROWS - 1))] for i in range(_MOST_ROWS)]


# -- near misses and facts ------------------------------------------------------------------------------


def _misses(near: NearMisses) -> tuple[Missed, ...]:
    whole = max((sum(c.by_distance.values()) for c in near.criteria), default=0)
    rows = []
    for counted in near.criteria:
        sentence = f"{counted.id}: {plural(counted.near, 'person', 'people')} within {near.within:.0%}"
        sentence += f"; {count(counted.eligible)} of them would be eligible."
        parts = (
            (kind, _step_words(step), number)
            for kind, (step, number) in zip(_KINDS, counted.by_distance.items(), strict=False)
        )
        rows.append(
            Missed(
                id=counted.id,
                bar=stack(parts, whole, sentence),
                near=count(counted.near),
                eligible=count(counted.eligible),
                steps=tuple(count(n) for n in counted.by_distance.values()),
            )
        )
    return tuple(rows)


def _step_words(step: str) -> str:
    return "further" if step == "more" else f"up to {step}"


def _facts(facts: FactCounts, counts: StudyCount) -> tuple[FactRow, ...]:
    rows = []
    for fact in facts.facts[:_MOST_FACTS]:
        sentence = (
            f"{count(fact.wanted)} of {count(counts.undecided)} undecided people want it; "
            f"it decides {count(fact.decides)} whatever it says."
        )
        others = fact.wanted - fact.decides
        parts = (("pass", "Decides", fact.decides), ("unknown", "Wanted beside others", others))
        rows.append(
            FactRow(
                needed=fact.needed,
                criteria=", ".join(fact.criteria),
                bar=stack(parts, counts.undecided, sentence),
                wanted=count(fact.wanted),
                decides=count(fact.decides),
                could_qualify=count(fact.could_qualify),
                could_exclude=count(fact.could_exclude),
            )
        )
    return tuple(rows)


def _sizes(facts: FactCounts) -> str:
    """How many people could be made eligible by how many facts, as a sentence."""
    told = [
        f"{plural(people, 'person', 'people')} by {plural(int(size), 'fact')}"
        for size, people in _numbered(facts.to_qualify)
    ]
    rest = [
        (facts.to_qualify.get("none", 0), "by none, whatever the answers"),
        (facts.to_qualify.get("over", 0), "with too much open to search"),
    ]
    told += [f"{plural(people, 'person', 'people')} {words}" for people, words in rest if people]
    return "; ".join(told)


def _numbered(sizes: dict[str, int]) -> Iterable[tuple[str, int]]:
    return ((size, people) for size, people in sizes.items() if size.isdigit())
