"""What cannot be: a history in the future, a time longer than its window, an age that nobody reaches.

Takes one leaf, gives notes.
"""

from __future__ import annotations

from decimal import Decimal

from trialwright.language.times import make_period
from trialwright.model.expression import Condition, Demographic, Exposure, Expr
from trialwright.model.interval import Interval
from trialwright.model.source import Note
from trialwright.model.window import Window

OLDEST = 120
_YEARS = {"a": 1.0, "mo": 1 / 12, "wk": 7 / 365.25, "d": 1 / 365.25, "h": 1 / 8766}


def impossible(leaf: Expr) -> list[Note]:
    """Notes on what the leaf says of times and ages."""
    match leaf:
        case Demographic(attribute="age", interval=Interval() as interval):
            return _too_old(leaf, interval)
        case Condition(status=status, duration=duration, window=Window() as window):
            return _early(leaf, window, past=status == "history") + _too_long(leaf, duration, window)
        case Exposure(status=status, duration=duration, window=Window() as window):
            return _early(leaf, window, past=status == "past") + _too_long(leaf, duration, window)
        case _:
            return []


def is_no_age(value: Decimal, unit: str | None) -> bool:
    """Whether nobody is that old; a number without a unit is one of years."""
    years = _YEARS.get(unit or "a")
    return years is not None and float(value) * years > OLDEST


def _too_old(leaf: Demographic, interval: Interval) -> list[Note]:
    bound = next((b for b in (interval.low, interval.high) if b and is_no_age(b.value, interval.unit)), None)
    if bound is None:
        return []
    said = f"an age of {bound.value:f} {interval.unit_text or interval.unit or ''}".rstrip()
    return [Note(code="impossible_age", message=f"nobody reaches {said}", span=leaf.span)]


def _early(leaf: Condition | Exposure, window: Window, *, past: bool) -> list[Note]:
    """A history that would have to happen after the day on which one asks."""
    if not past or window.anchor == "event" or window.from_ is None or window.from_.shortest < 0:
        return []
    if window.from_.shortest == 0 and (window.to is None or window.to.longest <= 0):
        return []
    return [
        Note(
            code="history_in_future",
            message=f"a history of {leaf.concept.text} is asked for in the time after {window.anchor}",
            span=leaf.span,
        )
    ]


def _too_long(leaf: Condition | Exposure, duration: Interval | None, window: Window) -> list[Note]:
    """A time that must last longer than the window in which it is looked for."""
    if duration is None or duration.low is None or duration.unit not in _YEARS or window.from_ is None:
        return []
    period = make_period(duration.low.value, duration.unit)
    if period is None or window.open_ended:
        return []
    room = (window.to.longest if window.to is not None else 0) - window.from_.shortest
    if period.shortest <= room:
        return []
    return [
        Note(
            code="longer_than_window",
            message=f"{duration.low.value:f} {duration.unit_text or duration.unit} do not fit "
            f"into the window of {leaf.concept.text}",
            span=leaf.span,
        )
    ]
