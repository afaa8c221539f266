"""What one result says: its number, its unit, its word (section 3 of the semantics).

Takes the number, text and unit of a row and gives a value, a reason why it cannot be read, or nothing
where the row is no result. Nothing is repaired: a decimal comma is not read, an unknown unit not guessed.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from trialwright.model.interval import Interval
from trialwright.model.logic import MET, NOT_MET, Answer, Reason, unknown
from trialwright.model.unit import Unit, find_unit
from trialwright.model.vocabulary import Term

NO_RESULT = frozenset(
    {"", "cancelled", "canceled", "not done", "hemolyzed", "haemolyzed", "qns", "quantity not sufficient",
     "insufficient", "pending", "see comment", "see note", "error", "invalid", "test not performed"}
)  # fmt: skip
UNDETECTED = frozenset({"not detected", "undetectable", "target not detected", "tnd", "未检出"})
POSITIVE = frozenset({"positive", "pos", "+", "reactive", "detected", "present", "1+", "2+", "3+", "阳性"})
NEGATIVE = frozenset(
    {"negative", "neg", "-", "nonreactive", "non-reactive", "not detected", "target not detected", "tnd",
     "undetectable", "absent", "none detected", "阴性"}
)  # fmt: skip
_UNCERTAIN = ("indeterminate", "equivocal", "weak", "borderline", "inconclusive", "uncertain", "unknown")
_TOLERANCE = 1e-9
# Longer texts are remarks, not results; the limit also keeps hostile input cheap.
_LONGEST = 200
_FIGURE = re.compile(
    r"(?P<sign><=|>=|≤|≥|<|>)?\s*(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*"
    r"(?P<unit>.*)",
    re.DOTALL,
)
_TAIL = re.compile(r"\s*\([^()]*\)\s*\.?$")


class Figure(NamedTuple):
    """A number as a text gives it: `side` is -1 for `<`, 1 for `>`, 0 for the number itself."""

    number: float
    side: int
    strict: bool
    unit: str | None


class Value(NamedTuple):
    """A number in the canonical unit of its concept, or all numbers on one side of it."""

    number: float
    side: int = 0
    strict: bool = False


class Conversion(NamedTuple):
    """How a number becomes one in the canonical unit; `decadic` undoes a common logarithm first."""

    factor: float
    decadic: bool = False

    def __call__(self, number: float) -> float:
        """The number in the canonical unit."""
        if self.decadic:
            return math.pow(10.0, max(min(number, 300.0), -300.0)) * self.factor
        return number * self.factor

    def back(self, canonical: float) -> float:
        """The number whose conversion this is; of nothing on a logarithmic scale, minus infinity."""
        number = canonical / self.factor
        if self.decadic:
            return math.log10(number) if number > 0 else -math.inf
        return number


@lru_cache(maxsize=65536)
def read_figure(text: str) -> Figure | None:
    """The comparator, number and unit that a text holds, if it holds nothing else.

    >>> read_figure("< 50 copies/mL")
    Figure(number=50.0, side=-1, strict=True, unit='copies/mL')
    """
    if len(text) > _LONGEST:
        return None
    found = _FIGURE.fullmatch(text)
    if found is None:
        return None
    number, unit, sign = float(found["number"]), found["unit"].strip(), found["sign"] or ""
    if not math.isfinite(number) or (unit and find_unit(unit) is None):
        return None
    side = -1 if sign in ("<", "<=", "≤") else 1 if sign else 0
    return Figure(number, side, sign in ("<", ">"), unit or None)


class Scale(Struct, frozen=True, kw_only=True):
    """The canonical unit of a concept, and what else its rows may be given in."""

    unit: Unit | None
    spelling: str | None = None
    molar_mass: float | None = None
    plausible: tuple[float, float] = (-math.inf, math.inf)
    hundred: bool = False

    def conversion(self, spelling: str | None) -> Conversion | None:
        """How a number with this unit is converted; None when it cannot be."""
        own = self.unit
        if own is None:
            # A unit that the table does not have still is the same unit as itself.
            same = spelling is not None and self.spelling is not None and _folded(spelling) == self.spelling
            return Conversion(1.0) if same else None
        if spelling is None:
            return Conversion(1.0) if own.dimension == "pure" else None
        unit = find_unit(spelling)
        if unit is None:
            return None
        if unit.dimension == own.dimension:
            return Conversion(unit.factor / own.factor, unit.decadic)
        if own.dimension == "pure" and unit.dimension == "percent" and self.hundred:
            return Conversion(1.0)
        if own.dimension == "percent" and unit.dimension == "pure":
            return Conversion(100.0 * unit.factor / own.factor)
        if self.molar_mass is not None:
            if (unit.dimension, own.dimension) == ("mass", "substance"):
                return Conversion(unit.factor * 1000.0 / self.molar_mass / own.factor)
            if (unit.dimension, own.dimension) == ("substance", "mass"):
                return Conversion(unit.factor * self.molar_mass / 1000.0 / own.factor)
        return None


def _folded(spelling: str) -> str:
    return "".join(spelling.split()).lower().replace("µ", "u").replace("μ", "u")


def scale_of(term: Term | None, asked: str | None) -> Scale:
    """The scale of a term; of the unit that is asked for where the vocabulary has none."""
    if term is None or (term.unit is None and term.dimension is None):
        spelling = (asked or "").strip() or "1"
        return Scale(unit=find_unit(spelling), spelling=_folded(spelling))
    spelling = term.unit or _CANONICAL[term.dimension or "pure"]
    plausible = (float(term.plausible[0]), float(term.plausible[1])) if term.plausible else None
    return Scale(
        unit=find_unit(spelling),
        spelling=_folded(spelling),
        molar_mass=float(term.molar_mass) if term.molar_mass else None,
        plausible=plausible or (-math.inf, math.inf),
        # A pure scale from 0 to 100 (Karnofsky) is often written in per cent.
        hundred=plausible == (0.0, 100.0),
    )


_CANONICAL = {
    "cells": "10*9/L", "mass": "g/L", "substance": "mmol/L", "enzyme": "U/L", "viral_load": "{copies}/mL",
    "percent": "%", "pure": "1",
}  # fmt: skip


class Limits(Struct, frozen=True, kw_only=True):
    """The numbers that a criterion allows, in canonical units; equal within a part in 10^9."""

    low: float = -math.inf
    low_closed: bool = True
    high: float = math.inf
    high_closed: bool = True

    @property
    def floor(self) -> float:
        """The least number that is allowed."""
        slack = abs(self.low) * _TOLERANCE if math.isfinite(self.low) else 0.0
        return self.low - slack if self.low_closed else math.nextafter(self.low + slack, math.inf)

    @property
    def ceiling(self) -> float:
        """The greatest number that is allowed."""
        slack = abs(self.high) * _TOLERANCE if math.isfinite(self.high) else 0.0
        return self.high + slack if self.high_closed else math.nextafter(self.high - slack, -math.inf)

    def judge(self, value: Value) -> Answer:
        """Met if all numbers that the value allows lie within, not met if none does."""
        number = value.number
        if value.side == 0:
            return MET if self.floor <= number <= self.ceiling else NOT_MET
        if value.side > 0:
            mirrored = Limits(
                low=-self.high, low_closed=self.high_closed, high=-self.low, high_closed=self.low_closed
            )
            return mirrored.judge(Value(-number, -1, value.strict))
        # All numbers below (or up to) `number`: only an interval without a lower end takes them all.
        if self.low == -math.inf and number <= (
            self.high + _slack(self.high) if value.strict else self.ceiling
        ):
            return MET
        if self.low != -math.inf and (
            number <= self.low + _slack(self.low) if value.strict else number < self.floor
        ):
            return NOT_MET
        return unknown(Reason.AMBIGUOUS)


def _slack(bound: float) -> float:
    return abs(bound) * _TOLERANCE if math.isfinite(bound) else 0.0


def conversion_of(interval: Interval, scale: Scale) -> Conversion | None:
    """How the bounds of an interval come to a scale; None when its unit cannot be brought there."""
    if interval.relative_to is not None:
        return Conversion(1.0)
    spelling = (interval.unit or "").strip() or None
    if spelling is None and interval.unit_status == "dimensionless":
        spelling = "1"
    return scale.conversion(spelling)


def limits_of(interval: Interval, scale: Scale) -> Limits | None:
    """The bounds of an interval on a scale; None when its unit cannot be brought there."""
    conversion = conversion_of(interval, scale)
    if conversion is None:
        return None
    low, high = interval.low, interval.high
    return Limits(
        low=conversion(float(low.value)) if low else -math.inf,
        low_closed=low.closed if low else True,
        high=conversion(float(high.value)) if high else math.inf,
        high_closed=high.closed if high else True,
    )


def read_number(
    number: float | None, text: str | None, unit: str | None, *, scale: Scale, viral_load: bool
) -> Value | Reason | None:
    """The value of a row in canonical units, why it cannot be read, or None for no result."""
    found = find_number(number, text, unit, viral_load=viral_load)
    if found is None or isinstance(found, Reason):
        return found
    figure, spelling = found
    if figure is ZERO:
        return Value(0.0)
    conversion = scale.conversion(spelling)
    if conversion is None:
        return Reason.UNIT
    canonical = conversion(figure.number)
    low, high = scale.plausible
    if not low <= canonical <= high:
        return Reason.UNIT
    return Value(canonical, figure.side, figure.strict)


ZERO = Figure(0.0, 0, False, None)


def find_number(
    number: float | None, text: str | None, unit: str | None, *, viral_load: bool
) -> tuple[Figure, str | None] | Reason | None:
    """The figure of a row and the unit that holds for it, by the first rule of 3.1 that fits."""
    t = (text or "").strip()
    column = (unit or "").strip() or None
    figure = read_figure(t) if t else None
    if figure is not None and figure.side != 0:
        return _with_unit(figure, column)
    if number is not None:
        return Figure(number, 0, False, None), column
    if figure is not None:
        return _with_unit(figure, column)
    if viral_load and t.lower() in UNDETECTED:
        return ZERO, None
    if t.lower() in NO_RESULT:
        return None
    return Reason.AMBIGUOUS


def _with_unit(figure: Figure, column: str | None) -> tuple[Figure, str | None] | Reason:
    if figure.unit is None or column is None:
        return figure, figure.unit or column
    if _folded(figure.unit) == _folded(column):
        return figure, column
    one, other = find_unit(figure.unit), find_unit(column)
    if one is None or other is None:
        return Reason.UNIT
    same = (one.dimension, one.factor, one.decadic) == (other.dimension, other.factor, other.decadic)
    return (figure, column) if same else Reason.UNIT


def plain_word(text: str) -> str:
    """A coded result without case, bracketed tail and full stop.

    >>> plain_word(" POSITIVE (A).")
    'positive'
    """
    t = text.strip().lower()
    if len(t) > _LONGEST:
        return t
    return _TAIL.sub("", t).rstrip(".").strip()


def read_word(
    number: float | None, text: str | None, *, values: tuple[str, ...], quantitative: bool
) -> Answer | None:
    """Whether a coded result is one of the values asked for; None for no result (3.4)."""
    t = (text or "").strip()
    word = plain_word(t)
    sign = _sign(number, t, word, quantitative=quantitative)
    if sign is None:
        return None
    wanted = {v.strip().lower() for v in values}
    if t.lower() in wanted or word in wanted:
        return MET
    signs = {1 if v in POSITIVE else -1 for v in wanted if v in POSITIVE or v in NEGATIVE}
    if sign in (1, -1) and signs:
        return MET if sign in signs else NOT_MET
    others = {v for v in wanted if v not in POSITIVE and v not in NEGATIVE}
    if others and not signs and t and not any(u in word for u in _UNCERTAIN):
        return NOT_MET
    if others and not t and number is not None:
        grades = {read_figure(v) for v in others}
        if None not in grades:
            return MET if any(g and g.number == number for g in grades) else NOT_MET
    return unknown(Reason.AMBIGUOUS)


def _sign(number: float | None, t: str, word: str, *, quantitative: bool) -> int | None:
    """1 positive, -1 negative, 0 neither can be said, None no result."""
    if word in POSITIVE or word in NEGATIVE:
        return 1 if word in POSITIVE else -1
    if t and (t.lower() in NO_RESULT or word in NO_RESULT):
        return None
    if not t and number is None:
        return None
    if not quantitative:
        return 0
    figure = read_figure(t) if t else None
    if figure is not None and figure.side != 0:
        return 1 if figure.side > 0 else 0
    amount = number if number is not None else figure.number if figure is not None else None
    if amount is None or amount < 0:
        return 0
    return 1 if amount > 0 else -1
