"""Bounds made of quantities and signs of comparison, and two of them made one interval.

Takes quantities, gives bounds; what does not fit together gives None.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from trialwright.compiling.criteria.line import Bounds, Item, Quantity
from trialwright.model.interval import Bound

Found = tuple[list[Item], int] | None
# Items, the place to read at, what was read before, the folded text: what is read, and the place behind it.
Reader = Callable[[list[Item], int, list[Item], str], Found]
FLIP = {"low": "high", "high": "low", "equal": "equal"}
_SMALLER = {("a", "mo"): 12, ("wk", "d"): 7}


def is_a(items: list[Item], at: int, kind: str) -> bool:
    """Whether an item of that kind stands at a place."""
    return 0 <= at < len(items) and items[at].kind == kind


def text_of(item: Item, plain: str) -> str:
    """The words of an item in lower case."""
    return plain[item.start : item.end].lower()


def side(op: tuple[str, bool], quantity: Quantity) -> Bounds:
    """The bounds that a sign of comparison and a quantity say."""
    which, closed = op
    bound = Bound(value=quantity.value, closed=closed)
    return Bounds(
        bound if which in ("low", "equal") else None,
        bound if which in ("high", "equal") else None,
        quantity.unit,
        quantity.unit_text,
        quantity.time,
        quantity.relative_to,
        quantity.notes,
    )


def alike(first: Quantity, second: Quantity) -> Quantity:
    """The first of two numbers with the "thousand" or "x 10^6" that stands behind the second alone.

    >>> str(alike(Quantity(Decimal(20)), Quantity(Decimal(50000), "/uL", scale=3)).value)
    '20000'
    """
    if not second.scale or first.scale or first.unit is not None or first.relative_to:
        return first
    if first.value >= second.value.scaleb(-second.scale):
        # "500 to 5 thousand"
        return first
    return first._replace(value=Decimal(format(first.value.scaleb(second.scale), "f")), scale=second.scale)


def merge(low: Bounds, high: Bounds) -> Bounds | None:
    """One interval of a lower and an upper bound, or None where they do not fit."""
    if low.low is None or high.high is None or low.high or high.low:
        return None
    least = low.low
    if low.unit and high.unit and low.unit != high.unit:
        times = _SMALLER.get((low.unit, high.unit))
        if times is None:
            return None
        # At least 16 weeks is at least 112 days; at most 17 years is more than 204 months.
        least = Bound(value=least.value * times, closed=least.closed)
        low = low._replace(unit=None)
    if low.relative_to != high.relative_to or least.value > high.high.value:
        return None
    if least.value == high.high.value and not (least.closed and high.high.closed):
        return None
    unit = high if high.unit else low
    return Bounds(
        least, high.high, unit.unit, unit.unit_text, unit.time, low.relative_to, low.notes + high.notes
    )


def between(low: Decimal, high: Decimal, words: tuple[str, ...] = ()) -> Bounds:
    """Closed bounds without a unit."""
    ends = (Bound(value=low, closed=True), Bound(value=high, closed=True))
    return Bounds(*ends, None, None, False, None, (), words)


def item_of(bounds: Bounds, start: int, end: int) -> Item:
    """Bounds as an item."""
    return Item("bounds", bounds, start, end)
