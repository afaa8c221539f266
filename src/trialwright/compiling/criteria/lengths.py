"""Lengths of time on a line: a number, a bound or a range, with the unit that belongs to it.

Takes the items at a place, gives a length and the place behind it; what the words around it say of the length
is asked by the readers of windows, durations and wash-outs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from trialwright.compiling.criteria.line import Bounds, Item, Line
from trialwright.language.times import make_period
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period

NOW = Period("P0D")
_RATED = {"P1Y": "a", "P1M": "mo"}


class Length(NamedTuple):
    """From `low` to `high` units of time; `exact` when one number was written without comparison."""

    low: Bound | None
    high: Bound | None
    unit: str
    unit_text: str | None
    exact: bool = False

    def interval(self) -> Interval | None:
        """The length as a duration: "for 6 months" is at least that long."""
        low, high = self.low, None if self.exact else self.high
        if low is not None and high is not None and low.value == high.value:
            high = None
        return Interval(low=low, high=high, unit=self.unit, unit_text=self.unit_text)

    def before(self) -> tuple[Period | None, Period | None] | None:
        """The ends of the window that many units before its anchor."""
        near = None if self.low is None or self.exact else self._end(self.low, before=True)
        far = None if self.high is None else self._end(self.high, before=True)
        if (near is None) != (self.low is None or self.exact) or (far is None) != (self.high is None):
            return None
        return far, near or NOW

    def after(self) -> tuple[Period | None, Period | None] | None:
        """The ends of the window that many units after its anchor."""
        near = None if self.low is None or self.exact else self._end(self.low, before=False)
        far = None if self.high is None else self._end(self.high, before=False)
        if (near is None) != (self.low is None or self.exact) or (far is None) != (self.high is None):
            return None
        return near or NOW, far

    def within(self) -> Length:
        """The length as the far end of a window, whatever comparison was written with it."""
        far = self.high or self.low
        return self._replace(low=far, high=far, exact=True)

    def least(self) -> Length:
        """The length as a lower bound."""
        return self._replace(low=self.low or self.high, high=None, exact=False)

    def _end(self, bound: Bound, *, before: bool) -> Period | None:
        return make_period(bound.value, self.unit, before=before)


def length_at(line: Line, items: tuple[Item, ...], at: int) -> tuple[Length, int] | None:
    """The length of time written at a place."""
    if at >= len(items):
        return None
    item = items[at]
    kind = item.kind
    if kind == "quantity":
        q = item.value
        if q.time:
            end = at + 1
            low = Bound(value=q.value, closed=True)
            return Length(low, low, q.unit, q.unit_text, exact=True), end
        return None
    if kind == "bounds":
        b: Bounds = item.value
        if b.time and b.unit is not None:
            exact = b.low is not None and b.low == b.high
            return Length(b.low, b.high, b.unit, b.unit_text, exact=exact), at + 1
        if b.unit is None and not b.relative_to and (unit := _unit_at(line, items, at + 1)):
            # "3 or more months", "the unit behind the comparison".
            return Length(b.low, b.high, unit, _text(line, items[at + 1])), at + 2
        return None
    if kind == "extreme" and at + 1 < len(items) and (found := length_at(line, items, at + 1)):
        length = found[0]
        if length.exact:
            least = item.value == "low"
            return length._replace(
                low=length.low if least else None, high=None if least else length.high, exact=False
            ), found[1]
        return None
    if kind == "cmp" and at + 1 < len(items):
        return _split(line, items, at)
    if kind == "count":
        return _counted(line, items, at)
    if item.can_be("half"):
        # "half a year", which elsewhere is a rate: "twice a year"
        rate = items[at + 1] if at + 1 < len(items) and items[at + 1].kind == "rate" else None
        if rate is not None and (unit := _RATED.get(rate.value)):
            half = Bound(value=Decimal("0.5"), closed=True)
            return Length(half, half, unit, _text(line, rate), exact=True), at + 2
        place = at + 2 if at + 1 < len(items) and _text(line, items[at + 1]) in ("a", "an", "-") else at + 1
        if unit := _unit_at(line, items, place):
            half = Bound(value=Decimal("0.5"), closed=True)
            return Length(half, half, unit, _text(line, items[place]), exact=True), place + 1
    return None


def _split(line: Line, items: tuple[Item, ...], at: int) -> tuple[Length, int] | None:
    """A sign of comparison that other words part from its number: "at least the last 3 months"."""
    side, closed = items[at].value
    place = at + 1
    while place < len(items) and place < at + 3 and items[place].kind in ("noise", "last", "colon"):
        place += 1
    if place < len(items) and items[place].can_be("half"):
        found = length_at(line, items, place)
    elif _text(line, items[place - 1]) in ("a", "one") and (unit := _unit_at(line, items, place)):
        one = Bound(value=Decimal(1), closed=True)
        found = Length(one, one, unit, _text(line, items[place]), exact=True), place + 1
    else:
        return None
    if found is None or side == "equal":
        return found
    length = found[0]
    bound = Bound(value=length.low.value, closed=closed) if length.low is not None else None
    low, high = (bound, None) if side == "low" else (None, bound)
    return length._replace(low=low, high=high, exact=False), found[1]


def _counted(line: Line, items: tuple[Item, ...], at: int) -> tuple[Length, int] | None:
    """A range whose first number is a word: "two to four weeks"."""
    if at + 2 < len(items) and items[at + 1].kind in ("range", "or") and items[at + 2].kind == "quantity":
        q = items[at + 2].value
        if q.time and q.value >= items[at].value:
            low = Bound(value=Decimal(items[at].value), closed=True)
            high = Bound(value=q.value, closed=True)
            return Length(low, high, q.unit, q.unit_text), at + 3
    return None


def one_unit(line: Line, items: tuple[Item, ...], at: int) -> tuple[Length, int] | None:
    """A unit without its number, behind "last" or "the": one of it."""
    unit = _unit_at(line, items, at)
    if unit is None or _text(line, items[at]).endswith("s"):
        return None
    one = Bound(value=Decimal(1), closed=True)
    return Length(one, one, unit, _text(line, items[at]), exact=True), at + 1


def _unit_at(line: Line, items: tuple[Item, ...], at: int) -> str | None:
    if at >= len(items) or not items[at].can_be("timeunit") or items[at].end - items[at].start < 2:
        if at < len(items) and items[at].can_be("timeunit") and items[at].end > items[at].start:
            return items[at].as_a("timeunit") if line.plain[items[at].start] > "\u3400" else None
        return None
    unit: str = items[at].as_a("timeunit")
    return unit


def _text(line: Line, item: Item) -> str:
    return line.plain[item.start : item.end].lower()
