"""Numeric intervals with open and closed ends, as a criterion states them.

A bound keeps its strictness and its decimal digits; an interval that nothing can satisfy cannot be built.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec
from msgspec import Struct

from trialwright.errors import IllegalValue

UnitStatus = Literal["stated", "assumed", "dimensionless", "missing"]
Relative = Literal["ULN", "LLN", "baseline"]


class Bound(Struct, frozen=True, kw_only=True):
    """One end of an interval; `closed` says whether the number itself belongs to it."""

    value: Decimal
    closed: bool

    def __post_init__(self) -> None:
        """Refuse what is not a number, and write 1E+3 as 1000."""
        if not self.value.is_finite():
            raise IllegalValue(f"bound {self.value} is not a number")
        if self.value.adjusted() > 60 or self.value.adjusted() < -60:
            raise IllegalValue("a bound of more than sixty digits is not a quantity")
        plain = Decimal(format(self.value, "f"))
        if str(plain) != str(self.value):
            msgspec.structs.force_setattr(self, "value", plain)


class Interval(Struct, frozen=True, kw_only=True):
    """The numbers between two bounds; `null` at an end is no bound there.

    `unit` is the UCUM code, `unit_text` the words of the text; `relative_to` says that the
    bounds are multiples of a limit of normal or of the baseline.
    """

    low: Bound | None = None
    high: Bound | None = None
    unit: str | None = None
    unit_text: str | None = None
    unit_status: UnitStatus = "stated"
    relative_to: Relative | None = None

    def __post_init__(self) -> None:
        """Refuse an interval without bounds, and one that no number satisfies."""
        low, high = self.low, self.high
        if low is None and high is None:
            raise IllegalValue("an interval needs a low or a high bound, both are null")
        if low is None or high is None:
            return
        if low.value > high.value:
            raise IllegalValue(f"interval low {low.value} lies above high {high.value}")
        if low.value == high.value and not (low.closed and high.closed):
            raise IllegalValue(f"interval low and high are both {low.value}, and one is open")

    def __contains__(self, number: Decimal | int | float) -> bool:
        """Whether the number, in the unit of the interval, lies in it."""
        value = number if isinstance(number, Decimal) else Decimal(repr(number))
        if self.low and not (value > self.low.value or (value == self.low.value and self.low.closed)):
            return False
        return not self.high or (value < self.high.value or (value == self.high.value and self.high.closed))
