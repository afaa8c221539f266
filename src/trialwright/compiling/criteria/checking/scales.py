"""Intervals of one measure on one scale, so that they can be compared: inside, apart, everything together.

Takes intervals in whatever units, gives ranges of plain numbers; None where no conversion is known.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from trialwright.model.interval import Interval
from trialwright.model.unit import find_unit
from trialwright.model.vocabulary import Term

# Units that nobody reports in but that slips make, by dimension and factor to its canonical unit.
_SLIPS: dict[str, tuple[str, float]] = {
    "/L": ("cells", 1e-9),
    "/mL": ("cells", 1e-6),
    "umol/mL": ("substance", 1.0),
    "mmol/mL": ("substance", 1e3),
    "mmol/dL": ("substance", 10.0),
    "umol/dL": ("substance", 0.01),
    "mol/L": ("substance", 1e3),
}
_TIMES = {"a": ("mo", 12.0), "mo": ("mo", 1.0), "wk": ("d", 7.0), "d": ("d", 1.0), "h": ("d", 1 / 24)}


class Range(NamedTuple):
    """The numbers between two ends, on a scale; an end that is open does not belong to it."""

    low: float
    low_closed: bool
    high: float
    high_closed: bool
    scale: str

    def inside(self, other: Range) -> bool:
        """Whether every number of it lies in the other."""
        if self.scale != other.scale:
            return False
        below = self.low > other.low or (self.low == other.low and other.low_closed >= self.low_closed)
        above = self.high < other.high or (self.high == other.high and other.high_closed >= self.high_closed)
        return below and above

    def apart(self, other: Range) -> bool:
        """Whether no number lies in both."""
        if self.scale != other.scale:
            return False
        first, second = (self, other) if (self.low, self.high) <= (other.low, other.high) else (other, self)
        if first.high == second.low:
            return not (first.high_closed and second.low_closed)
        return first.high < second.low

    def covers_with(self, other: Range) -> bool:
        """Whether every number lies in one of the two."""
        if self.scale != other.scale:
            return False
        first, second = (self, other) if self.low <= other.low else (other, self)
        if first.low != -inf or second.high != inf:
            return False
        if first.high == second.low:
            return first.high_closed or second.low_closed
        return first.high > second.low


def range_of(interval: Interval, term: Term | None) -> Range:
    """The interval on the scale of its unit."""
    scale, factor = scale_of(interval, term)
    low, high = interval.low, interval.high
    return Range(
        -inf if low is None else _plain(float(low.value) * factor),
        low is not None and low.closed,
        inf if high is None else _plain(float(high.value) * factor),
        high is not None and high.closed,
        scale,
    )


def scale_of(interval: Interval, term: Term | None) -> tuple[str, float]:
    """The name of the scale, and the factor that takes a number of the interval to it."""
    unit = interval.unit
    if interval.relative_to is not None:
        return interval.relative_to, 1.0
    if unit is None:
        return "", 1.0
    if unit in _TIMES:
        return _TIMES[unit]
    factor = None if term is None else factor_to(unit, term)
    if factor is not None and term is not None and term.unit is not None:
        return f"canonical {term.unit}", factor
    known = find_unit(unit)
    if known is None or known.decadic:
        return unit, 1.0
    return known.dimension, known.factor


def factor_to(unit: str | None, term: Term) -> float | None:
    """What takes a number in that unit to the canonical unit of a measure; None where that is not known."""
    if unit is None or unit == term.unit:
        return 1.0
    there = find_unit(term.unit) if term.unit else None
    if unit in _SLIPS and there is not None and _SLIPS[unit][0] == there.dimension:
        return _SLIPS[unit][1] / there.factor
    here = find_unit(unit)
    if here is None or there is None or here.decadic:
        return None
    if here.dimension == there.dimension:
        return here.factor / there.factor
    if term.molar_mass is not None and {here.dimension, there.dimension} == {"mass", "substance"}:
        per_mole = float(term.molar_mass)
        if here.dimension == "mass":
            return here.factor / per_mole * 1000 / there.factor
        return here.factor * per_mole / 1000 / there.factor
    return None


def _plain(number: float) -> float:
    """The number without the dust of binary arithmetic."""
    return float(f"{number:.10g}")
