"""Dates that are known only as far as they were written, and ages in completed time.

A record that says "June 2016" has not said a day; nothing here invents one.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from trialwright.errors import IllegalValue

Precision = Literal["year", "month", "day"]
_FORMS: dict[str, re.Pattern[str]] = {
    "year": re.compile(r"\d{4}"),
    "month": re.compile(r"\d{4}-\d{2}"),
    "day": re.compile(r"\d{4}-\d{2}-\d{2}"),
}


class PartialDate(Struct, frozen=True, kw_only=True):
    """A date with the precision it was written with: `2016`, `2016-06` or `2016-06-01`."""

    value: str
    precision: Precision
    kind: Literal["ACTUAL", "ESTIMATED"] | None = None

    def __post_init__(self) -> None:
        """Refuse what no calendar has."""
        if not _FORMS[self.precision].fullmatch(self.value):
            raise IllegalValue(f"date {self.value!r} does not fit its precision {self.precision!r}")
        self.first  # noqa: B018  the property refuses impossible months and days

    @property
    def first(self) -> date:
        """The first day that the date can mean."""
        year, month, day = (int(p) for p in (*self.value.split("-"), "1", "1")[:3])
        try:
            return date(year, month, day)
        except ValueError:
            raise IllegalValue(f"the calendar has no date {self.value!r}") from None

    @property
    def last(self) -> date:
        """The last day that the date can mean."""
        first = self.first
        if self.precision == "day":
            return first
        month = 12 if self.precision == "year" else first.month
        return date(first.year, month, calendar.monthrange(first.year, month)[1])


class Age(Struct, frozen=True, kw_only=True):
    """An age limit as stated, in the UCUM unit of the text: years `a`, months `mo`, ..."""

    value: Decimal
    unit: Literal["a", "mo", "wk", "d", "h", "min"] = "a"

    def __post_init__(self) -> None:
        """Refuse negative and endless ages."""
        if not self.value.is_finite() or self.value < 0:
            raise IllegalValue(f"age {self.value} is not a length of life")


def completed_months(birth: date, day: date) -> int:
    """Completed calendar months from `birth` to `day`, the day of the month clamped.

    >>> completed_months(date(2024, 1, 31), date(2024, 2, 29))
    1
    """
    months = (day.year - birth.year) * 12 + day.month - birth.month
    last = calendar.monthrange(day.year, day.month)[1]
    return months - (day.day < min(birth.day, last))


def completed_years(birth: date, day: date) -> int:
    """Completed years: one less while (month, day) of `day` is before that of `birth`.

    Who was born on 29 February turns a year older on 1 March of a common year.

    >>> completed_years(date(2006, 2, 29 - 1), date(2024, 2, 28))
    18
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
