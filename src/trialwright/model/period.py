"""Calendar durations as ISO 8601 writes them, added to dates the way a calendar does.

Weeks stay weeks and months stay months: nothing is turned into days before a date is known.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Self

from trialwright.errors import IllegalValue

_FORM = re.compile(
    r"(?P<sign>[+-]?)P(?=[0-9T])(?:(?P<years>[0-9]{1,6})Y)?(?:(?P<months>[0-9]{1,6})M)?"
    r"(?:(?P<weeks>[0-9]{1,6})W)?(?:(?P<days>[0-9]{1,6})D)?(?:T(?=[0-9])"
    r"(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,6})M)?)?"
)


class Period:
    """A signed calendar duration such as `P30D`, `-P6M` or `PT48H`.

    >>> Period("-P6M").from_day(date(2024, 8, 31))
    datetime.date(2024, 2, 29)
    """

    __slots__ = ("days", "minutes", "months", "text")

    text: str
    months: int
    days: int
    minutes: int

    def __init__(self, text: str) -> None:
        found = _FORM.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise IllegalValue(
                f"{text!r} is not an ISO 8601 duration", cure="write it like P30D, -P6M or PT48H"
            )
        sign = -1 if found["sign"] == "-" else 1
        part = {k: int(v) for k, v in found.groupdict(default="0").items() if k != "sign"}
        assign = object.__setattr__
        assign(self, "text", text.removeprefix("+"))
        assign(self, "months", sign * (part["years"] * 12 + part["months"]))
        assign(self, "days", sign * (part["weeks"] * 7 + part["days"]))
        assign(self, "minutes", sign * (part["hours"] * 60 + part["minutes"]))

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a period never changes."""
        raise AttributeError(f"Period is frozen: {name} cannot be set")

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Period({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Period) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __neg__(self) -> Self:
        """The same length in the other direction."""
        return type(self)(self.text[1:] if self.text.startswith("-") else f"-{self.text}")

    @property
    def shortest(self) -> int:
        """The least number of minutes that this period can last in any calendar."""
        return min(self._minutes(28), self._minutes(31))

    @property
    def longest(self) -> int:
        """The greatest number of minutes that this period can last in any calendar."""
        return max(self._minutes(28), self._minutes(31))

    def _minutes(self, days_a_month: int) -> int:
        # A year is never below 365 days, so twelve months of 28 days would be too loose a bound.
        years, months = divmod(abs(self.months), 12)
        length = years * (365 if days_a_month == 28 else 366) + months * days_a_month
        signed = length if self.months >= 0 else -length
        return (signed + self.days) * 1440 + self.minutes

    def from_day(self, day: date) -> date:
        """The date that lies this period after `day` (before it, when negative).

        Years and months are added first, the day of the month is cut down to the last one that
        the month has; then weeks and days. Hours count as the whole days that they touch. A date
        that the calendar does not have becomes its first or last day.
        """
        month = day.year * 12 + day.month - 1 + self.months
        year, month = divmod(month, 12)
        if year < 1:
            return date.min
        if year > 9999:
            return date.max
        last = calendar.monthrange(year, month + 1)[1]
        moved = date(year, month + 1, min(day.day, last))
        whole, rest = divmod(abs(self.minutes), 1440)
        touched = whole + (rest > 0)
        shift = self.days + (touched if self.minutes >= 0 else -touched)
        try:
            return moved + timedelta(days=shift)
        except OverflowError:
            return date.max if shift > 0 else date.min
