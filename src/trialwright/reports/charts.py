"""Bars of people: shares of a whole as geometry, with the sentence that says the same.

Takes the counts of screening and gives widths in percent; an exclusion is passed by who does not meet it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from trialwright.model.expression import Criterion
from trialwright.model.screening import CriterionCount, StudyCount
from trialwright.reports.words import UNKNOWN_BECAUSE, count, label, plural


class Segment(NamedTuple):
    """A stretch of a bar; `start` and `width` are in percent of the whole."""

    kind: str
    label: str
    number: str
    amount: int
    start: str
    width: str


class Bar(NamedTuple):
    """A stacked bar and its words for who cannot see it."""

    segments: tuple[Segment, ...]
    sentence: str


class CriterionBar(NamedTuple):
    """What one criterion does to the people screened."""

    id: str
    kind: str
    text: str
    bar: Bar
    passing: str
    failing: str
    unknown: str
    sole: str
    reasons: tuple[str, ...]


class Step(NamedTuple):
    """One step of the funnel: who is left after a criterion, and whom it ruled out first."""

    id: str
    text: str
    bar: Bar
    remaining: str
    lost: str


class Screening(NamedTuple):
    """The people screened for one trial: overall, as a funnel, and criterion by criterion."""

    screened: str
    overall: Bar
    funnel: tuple[Step, ...]
    criteria: tuple[CriterionBar, ...]
    costliest: str | None
    to_confirm: tuple[str, ...]
    assumptions: tuple[str, ...]


def stack(parts: Iterable[tuple[str, str, int]], whole: int, sentence: str) -> Bar:
    """A bar of (kind, label, count) in that order; empty parts are not drawn."""
    given = [p for p in parts if p[2] > 0]
    total = max(whole, sum(p[2] for p in given))
    segments, before = [], 0
    for kind, words, number in given:
        start, width = f"{100 * before / total:.4f}%", f"{100 * number / total:.4f}%"
        segments.append(Segment(kind, words, count(number), number, start, width))
        before += number
    return Bar(tuple(segments), sentence)


def draw_overall(counts: StudyCount) -> Bar:
    """Eligible, undecided and not eligible people of one trial."""
    parts = (
        ("pass", "Eligible", counts.eligible),
        ("unknown", "Undecided", counts.undecided),
        ("fail", "Not eligible", counts.not_eligible),
    )
    words = ", ".join(f"{count(n)} {w.lower()}" for _, w, n in parts)
    return stack(
        parts, counts.screened, f"Of {plural(counts.screened, 'person', 'people')} screened: {words}."
    )


def _kind(known: Criterion | None, name: str) -> str:
    if known is not None:
        return known.kind or "inclusion"
    return "exclusion" if name.startswith("E") else "inclusion"


def _draw(counted: CriterionCount, known: dict[str, Criterion], screened: int) -> CriterionBar:
    kind = _kind(known.get(counted.id), counted.id)
    passing, failing = counted.met, counted.not_met
    if kind == "exclusion":
        passing, failing = failing, passing
    sentence = (
        f"{counted.id}, {kind}: {count(passing)} pass, {count(failing)} fail, "
        f"{count(counted.unknown)} unknown; {count(counted.sole_reason)} fail nothing else."
    )
    bar = stack(
        (("pass", "Pass", passing), ("unknown", "Unknown", counted.unknown), ("fail", "Fail", failing)),
        screened,
        sentence,
    )
    reasons = sorted(counted.unknown_because.items(), key=lambda r: (-r[1], r[0]))
    return CriterionBar(
        id=counted.id,
        kind=kind,
        text=words_of(counted.id, known),
        bar=bar,
        passing=count(passing),
        failing=count(failing),
        unknown=count(counted.unknown),
        sole=count(counted.sole_reason),
        reasons=tuple(f"{count(n)} {UNKNOWN_BECAUSE.get(r, r)}" for r, n in reasons if n),
    )


def draw_funnel(counts: StudyCount, known: dict[str, Criterion]) -> tuple[Step, ...]:
    """Who is left after each criterion, in the order of the text; an unknown rules nobody out."""
    steps, before = [], counts.screened
    for counted in counts.criteria:
        left, lost = counted.remaining, before - counted.remaining
        sentence = f"After {counted.id} {count(left)} are left, {count(lost)} fewer than before."
        parts = (("pass", "Left", left), ("fail", f"Ruled out by {counted.id}", lost))
        bar = stack(parts, counts.screened, sentence)
        steps.append(Step(counted.id, words_of(counted.id, known), bar, count(left), count(lost)))
        before = left
    return tuple(steps)


def words_of(name: str, known: dict[str, Criterion]) -> str:
    """The words of the criterion of that id, short enough for a row."""
    if name in known:
        text = " ".join(known[name].text.split())
    elif name == "S:criteria":
        text = "The record states no criteria"
    else:
        text = f"{label(name.removeprefix('S:'))}, as the record states it"
    return text if len(text) <= 140 else f"{text[:140].rstrip()}…"


def draw_screening(counts: StudyCount, criteria: Iterable[Criterion]) -> Screening:
    """All bars of one trial, in the order in which screening lists the criteria."""
    known = {c.id: c for c in criteria}
    costliest = sorted(counts.criteria, key=lambda c: -c.sole_reason)[:2]
    sentence = None
    if costliest and costliest[0].sole_reason:
        first = costliest[0]
        sentence = f"{first.id} is the only reason against {plural(first.sole_reason, 'person', 'people')}"
        if len(costliest) > 1 and costliest[1].sole_reason < first.sole_reason:
            sentence += ", more than any other"
    return Screening(
        screened=plural(counts.screened, "person", "people"),
        overall=draw_overall(counts),
        funnel=draw_funnel(counts, known),
        criteria=tuple(_draw(c, known, counts.screened) for c in counts.criteria),
        costliest=sentence,
        to_confirm=counts.to_confirm,
        assumptions=counts.assumptions,
    )
