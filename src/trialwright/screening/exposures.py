"""What a leaf about something given or done answers for one person (section 6 of the semantics)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from trialwright.model.interval import Interval
from trialwright.model.logic import MET, NOT_MET, Reason, first_reason, unknown
from trialwright.screening.atoms import ExposureAtom
from trialwright.screening.measurements import judge_row
from trialwright.screening.person import LeafAnswer, Person, Row, shown_by
from trialwright.screening.windows import DateWindow, length, time_unit

RUNNING = frozenset({"active", "ongoing", "continuing"})


class Supply(NamedTuple):
    """The dates that a row covers; an undated one lies in the unknown past."""

    row: Row
    first: date
    last: date


class Run(NamedTuple):
    """Rows that follow each other closely enough to be one."""

    first: date
    last: date


def supply_of(row: Row, day: date) -> Supply:
    """What a row covers: to its recorded end, to the index date while it goes on, else its one day."""
    first = row.day or date.min
    if row.last_day is not None:
        return Supply(row, first, row.last_day)
    return Supply(row, first, day if (row.text or "").strip().lower() in RUNNING else first)


def runs_of(supplies: Sequence[Supply], gap: int) -> list[Run]:
    """The dated rows joined: the next begins no later than `gap` days after the end reached so far."""
    runs: list[Run] = []
    for supply in sorted((s for s in supplies if s.row.day is not None), key=lambda s: (s.first, s.last)):
        if runs and (supply.first - runs[-1].last).days <= gap:
            runs[-1] = Run(runs[-1].first, max(runs[-1].last, supply.last))
        else:
            runs.append(Run(supply.first, supply.last))
    return runs


def answer_exposure(atom: ExposureAtom, person: Person) -> LeafAnswer:
    """The answer of an `exposure` leaf."""
    window = person.window(atom.window) if atom.window is not None else None
    if atom.window is not None and window is None:
        return LeafAnswer(unknown(Reason.MISSING))
    supplies = [supply_of(row, person.day) for row in person.rows(atom.codes)]
    asked = atom.closed_by
    closed = "exposures" in person.options.closed_world or person.has_complete(asked)
    if atom.dose is None:
        return _answer(atom, supplies, window, person.day, closed)
    judged = [(s, judge_row(s.row, atom.dose, person) or unknown(Reason.MISSING)) for s in supplies]
    sure = _answer(atom, [s for s, a in judged if a == MET], window, person.day, closed)
    if sure.answer == MET:
        return sure
    # A dose that cannot be read may be the one that was asked for.
    unread = [a.reason for _, a in judged if a.reason]
    possible = _answer(atom, [s for s, a in judged if a != NOT_MET], window, person.day, closed)
    if unread and possible.answer == MET:
        return LeafAnswer(unknown(first_reason(unread)))
    return _answer(atom, supplies, window, person.day, closed, no=True)


def _answer(
    atom: ExposureAtom,
    supplies: Sequence[Supply],
    window: DateWindow | None,
    day: date,
    closed: bool,
    *,
    no: bool = False,
) -> LeafAnswer:
    """The answer of rows whose dose fits; `no` says that they do not make it met."""
    if atom.count is not None and not no:
        return _count(atom.count, supplies, window, closed)
    met = [] if no else _meeting(atom, supplies, window, day)
    if met:
        ordered = sorted(met, key=lambda s: (shown_by(MET, s.row).value or "", s.row.unit or ""))
        return shown_by(MET, max(ordered, key=lambda s: s.row.time or datetime.min).row)
    if closed:
        return LeafAnswer(NOT_MET)
    return LeafAnswer(unknown(Reason.STALE if _is_over(atom, supplies, window, day) else Reason.MISSING))


def _meeting(
    atom: ExposureAtom, supplies: Sequence[Supply], window: DateWindow | None, day: date
) -> list[Supply]:
    """The rows that make the leaf met; none when it is not."""
    if atom.status == "current":
        within = [s for s in supplies if (day - s.last).days <= atom.gap]
        if window is not None and not any(_touches(s, window) for s in supplies):
            return []
        if atom.begun is None:
            return within
        run = next(iter(runs_of(supplies, atom.gap)[-1:]), None)
        if run is None or (day - run.last).days > atom.gap or run.first not in atom.begun:
            return []
        return [s for s in within if s.row.day is not None]
    touching = [
        s
        for s in supplies
        if (_touches(s, window) if window is not None else atom.status == "any" or s.last < day)
    ]
    if atom.duration is None:
        return touching
    dated = DateWindow(None, day) if window is None else window
    long_enough = [r for r in runs_of(supplies, atom.gap) if _lasts(r, dated, atom.duration)]
    return [
        s
        for s in touching
        if s.row.day is not None and any(r.first <= s.first <= r.last for r in long_enough)
    ]


def _touches(supply: Supply, window: DateWindow) -> bool:
    if supply.row.day is None:
        return window.first is None
    return supply.first <= window.last and (window.first is None or supply.last >= window.first)


def _lasts(run: Run, window: DateWindow, duration: Interval) -> bool:
    """Whether the run, cut to the window, lasts as long as is asked."""
    first = max(run.first, window.first) if window.first else run.first
    last = min(run.last, window.last)
    unit = time_unit(duration)
    if unit is None or first > last:
        return False
    for bound, is_low in ((duration.low, True), (duration.high, False)):
        if bound is None:
            continue
        period = length(bound.value, unit)
        if period is None:
            return False
        reached = period.from_day(first) + timedelta(days=0 if bound.closed else (1 if is_low else -1))
        if (reached > last) if is_low else (reached < last):
            return False
    return True


def _is_over(atom: ExposureAtom, supplies: Sequence[Supply], window: DateWindow | None, day: date) -> bool:
    """Whether some row lies wholly before what was asked; for `current`: every run has ended."""
    if atom.status == "current":
        return bool(supplies) and not any((day - s.last).days <= atom.gap for s in supplies)
    if window is not None and window.first is not None:
        first = window.first
        return any(s.last < first for s in supplies)
    return False


def _count(
    count: Interval, supplies: Sequence[Supply], window: DateWindow | None, closed: bool
) -> LeafAnswer:
    """The number of different start dates in the window."""
    starts = {s.first for s in supplies if s.row.day is None or window is None or s.first in window}
    if window is not None and window.first is not None:
        starts.discard(date.min)
    number = len(starts)
    if number in count and (count.high is None or closed):
        return LeafAnswer(MET)
    high = count.high
    if high is not None and (number > high.value or (number == high.value and not high.closed)):
        return LeafAnswer(NOT_MET)
    return LeafAnswer(NOT_MET if closed else unknown(Reason.MISSING))


def is_running(text: str | None) -> bool:
    """Whether the text of a row says that the exposure goes on."""
    return (text or "").strip().lower() in RUNNING
