"""Dates of a screening: windows around an anchor, thresholds of durations, and ages at a date.

Everything is calendar arithmetic on dates (section 1 of the semantics); engines get finished dates.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from trialwright.model.dates import completed_months, completed_years
from trialwright.model.interval import Interval
from trialwright.model.logic import MET, NOT_MET, Answer, Reason, unknown
from trialwright.model.period import Period

# UCUM units of time, and the letter that a period has for them.
_LETTERS = {"a": "Y", "mo": "M", "wk": "W", "d": "D", "h": "H", "min": "m"}
_ALIASES = {"a_g": "a", "a_j": "a", "mo_g": "mo", "mo_j": "mo", "year": "a", "years": "a", "month": "mo",
            "months": "mo", "week": "wk", "weeks": "wk", "day": "d", "days": "d"}  # fmt: skip


class DateWindow(Struct, frozen=True):
    """The dates from `first` to `last`, both counted; `first` null has no beginning."""

    first: date | None
    last: date

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and day <= self.last


def window_around(anchor: date, start: Period | None, end: Period | None) -> DateWindow:
    """The closed window [anchor + start, anchor + end]; without end from a start behind the anchor on."""
    first = start.from_day(anchor) if start is not None else None
    if end is None and start is not None and start.shortest > 0:
        return DateWindow(first, date.max)
    return DateWindow(first, end.from_day(anchor) if end is not None else anchor)


def earliest_start(target: date, lasting: Period) -> date:
    """The first date that, with the lasting time added, reaches the target.

    >>> earliest_start(date(2024, 8, 31), Period("P90D"))
    datetime.date(2024, 6, 2)
    """
    start = (-lasting).from_day(target)
    # Months are clamped, so the reverse can miss by the days in which months differ.
    step = timedelta(days=1)
    while start > date.min and lasting.from_day(start) >= target:
        start -= step
    while lasting.from_day(start) < target:
        start += step
    return start


def time_unit(interval: Interval) -> str | None:
    """The UCUM unit of time that an interval is in; years where it says nothing."""
    unit = (interval.unit or "a").strip()
    unit = _ALIASES.get(unit, unit)
    return unit if unit in _LETTERS else None


def length(value: Decimal, unit: str) -> Period | None:
    """A number of time units as a period; None where the calendar has no such length.

    >>> length(Decimal("1.5"), "a"), length(Decimal("0.5"), "mo")
    (Period('P18M'), None)
    """
    letter = _LETTERS[unit]
    if value != value.to_integral_value():
        finer = {"a": ("mo", 12), "wk": ("d", 7), "d": ("h", 24), "h": ("min", 60)}.get(unit)
        if finer is None:
            return None
        return length(value * finer[1], finer[0])
    number = int(value)
    sign = "-" if number < 0 else ""
    if abs(number) >= 10**6:
        return None
    clock = "T" if letter in "Hm" else ""
    return Period(f"{sign}P{clock}{abs(number)}{letter.upper()}")


class Since(Struct, frozen=True):
    """The dates on which something must have begun for its duration to fit: [`after`, `before`]."""

    after: date | None = None
    before: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.after is None or self.after <= day) and (self.before is None or day <= self.before)


def begun(interval: Interval, day: date) -> Since | None:
    """When something that lasts until `day` must have begun; None where the length is no time."""
    unit = time_unit(interval)
    if unit is None:
        return None
    before = after = None
    if interval.low:
        low = length(interval.low.value, unit)
        if low is None:
            return None
        before = (-low).from_day(day) - timedelta(days=0 if interval.low.closed else 1)
    if interval.high:
        high = length(interval.high.value, unit)
        if high is None:
            return None
        after = (-high).from_day(day) + timedelta(days=0 if interval.high.closed else 1)
    return Since(after, before)


def age_at(birth: date, day: date, unit: str) -> int:
    """Completed years, months, weeks or days at a date."""
    if unit == "a":
        return completed_years(birth, day)
    if unit == "mo":
        return completed_months(birth, day)
    days = (day - birth).days
    return {"wk": days // 7, "d": days, "h": days * 24, "min": days * 1440}[unit]


def judge_age(interval: Interval, first: date, last: date, day: date) -> Answer:
    """Whether the age fits, for the earliest and the latest birthday that are possible."""
    unit = time_unit(interval)
    if unit is None:
        return unknown(Reason.UNIT)
    fits = {_fits(interval, first, day, unit), _fits(interval, last, day, unit)}
    if len(fits) > 1:
        return unknown(Reason.AMBIGUOUS)
    return MET if True in fits else NOT_MET


def _fits(interval: Interval, birth: date, day: date, unit: str) -> bool:
    # Half years and the like are counted in months, so that 17.5 years is a date and no rounding.
    bounds = [b.value for b in (interval.low, interval.high) if b]
    if unit == "a" and any(v != v.to_integral_value() for v in bounds):
        months = Decimal(age_at(birth, day, "mo")) / 12
        return months in interval
    return age_at(birth, day, unit) in interval


def possible_births(day: date | None, text: str | None) -> tuple[date, date] | None:
    """The earliest and the latest birthday that a birth row allows.

    Its text may be a year, a month, or a span of days, such as an age gives.

    >>> possible_births(None, "1980-02")
    (datetime.date(1980, 2, 1), datetime.date(1980, 2, 29))
    >>> possible_births(None, "1983-06-16/1984-06-15")
    (datetime.date(1983, 6, 16), datetime.date(1984, 6, 15))
    """
    t = (text or "").strip()
    span = _span(t)
    if span is not None:
        return span
    parts = t.split("-")
    if t and all(p.isascii() and p.isdigit() for p in parts) and [len(p) for p in parts] in ([4], [4, 2]):
        year, month = int(parts[0]), int(parts[1]) if len(parts) == 2 else None
        if year >= 1 and (month is None or 1 <= month <= 12):
            if month is None:
                return date(year, 1, 1), date(year, 12, 31)
            after = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else None
            return date(year, month, 1), after - timedelta(days=1) if after else date.max
    return None if day is None else (day, day)


def _span(text: str) -> tuple[date, date] | None:
    """Two days with a stroke between them, the earlier one first."""
    first, stroke, last = text.partition("/")
    if not (stroke and len(first) == len(last) == len("1983-06-16")):
        return None
    try:
        span = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    return span if span[0] <= span[1] else None
