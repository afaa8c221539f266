"""Ranges: `18-65 years`, `between 50 kg (inclusive) and 90 kg (exclusive)`, `4 to < 17`, `17 <= MELD <= 30`.

Takes items with quantities, gives bounds with both ends; the words in brackets win over the strictness that a
range has by itself.
"""

from __future__ import annotations

from decimal import Decimal

from trialwright.compiling.criteria.intervals import FLIP, Found, alike, is_a, item_of, merge, side, text_of
from trialwright.compiling.criteria.line import Bounds, Item, Quantity

_FAR = 8
_FILLING = ("noise", "age")


def inclusive(items: list[Item], at: int) -> tuple[bool | None, int]:
    """What "(inclusive)", ", inclusive" or "(exclusive)" says about strictness, and the place behind it."""
    if is_a(items, at, "inclusive"):
        return items[at].value != "no", at + 1
    if at + 1 < len(items) and items[at].kind in ("open", "comma") and is_a(items, at + 1, "inclusive"):
        said = items[at + 1].value != "no"
        if items[at].kind == "comma":
            return said, at + 2
        end = at + 2
        # "(含18和65岁)", "(inclusive of limits)"
        while end < min(at + _FAR, len(items)) and items[end].kind in (
            "quantity",
            "and",
            "comma",
            "noise",
            "word",
            "age",
        ):
            end += 1
        return (said, end + 1) if is_a(items, end, "close") else (said, at + 2)
    return None, at


def pair(items: list[Item], at: int, joints: tuple[str, ...], plain: str) -> Found:
    """Two quantities around a joint, closed at both ends where nothing else is said."""
    begin, lowest = at, ("low", True)
    if is_a(items, at, "cmp") and is_a(items, at + 1, "quantity") and items[at].value[0] == "low":
        # "between >= 18 and 65"
        lowest, at = items[at].value, at + 1
    if not is_a(items, at, "quantity") and not is_a(items, at, "count"):
        return None
    kept: list[Item] = []
    first, middle = inclusive(items, at + 1)
    middle = _over_filling(items, middle, kept)
    if (
        is_a(items, middle, "range")
        and middle + 1 < len(items)
        and items[middle + 1].kind in joints
        and text_of(items[middle + 1], plain) not in "-~"
    ):
        # "18- and 65-years"
        middle += 1
    if not (middle < len(items) and items[middle].kind in joints):
        return None
    after = _over_filling(items, middle + 1, kept)
    op = ("high", True)
    if is_a(items, after, "cmp"):
        op = items[after].value
        after += 1
    if not is_a(items, after, "quantity") or op[0] != "high":
        return None
    second, end = inclusive(items, after + 1)
    low, high = items[at].value, items[after].value
    if items[at].kind == "count":
        low = Quantity(Decimal(low))
    low = alike(low, high)
    if high.unit is None and low.unit is not None:
        high = high._replace(unit=low.unit, unit_text=low.unit_text, time=low.time)
    if low.relative_to and not high.relative_to:
        return None
    low = low._replace(relative_to=high.relative_to)
    if _is_list(low, high):
        return None
    if low.value > high.value and high.value < 0:
        low, high = high, low
    closed = first if first is not None else lowest[1] and second is not False
    lower = side(("low", closed), low)
    upper = side(("high", op[1] if second is None else second), high)
    both = merge(lower, upper)
    if both is not None:
        return [*kept, item_of(both, items[begin].start, items[end - 1].end)], end
    if lower.time and upper.time and lower.unit != upper.unit:
        # "28 days to 17 years": each end keeps its unit.
        joint = Item("and", None, items[middle].start, items[middle].end)
        ends = (
            item_of(lower, items[begin].start, items[at].end),
            item_of(upper, items[after].start, items[end - 1].end),
        )
        return [*kept, ends[0], joint, ends[1]], end
    return None


def _over_filling(items: list[Item], at: int, kept: list[Item]) -> int:
    last = min(at + _FAR, len(items))
    while at < last and items[at].kind in _FILLING:
        if items[at].kind == "age":
            kept.append(items[at])
        at += 1
    return at


def _is_list(low: Quantity, high: Quantity) -> bool:
    """Whether the comma of the first number parts a list rather than decimals."""
    return (
        "decimal_comma" in low.notes
        and "," in low.raw
        and "," not in high.raw
        and "." not in high.raw
        and high.value > 100
    )


def worded(items: list[Item], at: int, _out: list[Item], plain: str) -> Found:
    """Read "between 18 and 65 years", "between (16-24)", "from 18 years of age"."""
    kept: list[Item] = []
    start = _over_filling(items, at + 1, kept)
    opened = is_a(items, start, "open")
    found = pair(items, start + opened, ("and", "range"), plain)
    if found is None:
        return None if opened else _from_age(items, at, start, kept, plain)
    new, end = found
    if opened and is_a(items, end, "close"):
        new[-1] = new[-1]._replace(end=items[end].end)
        end += 1
    first = new[-1] if len(new) < 3 or new[-2].kind != "and" else new[-3]
    new[new.index(first)] = first._replace(start=items[at].start)
    return [*kept, *new], end


def _from_age(items: list[Item], at: int, start: int, kept: list[Item], plain: str) -> Found:
    """Read "from 18 years of age" with no end."""
    if (
        text_of(items[at], plain) != "from"
        or not is_a(items, start, "quantity")
        or not items[start].value.time
    ):
        return None
    if not kept and not is_a(items, start + 1, "age"):
        return None
    return [
        *kept,
        item_of(side(("low", True), items[start].value), items[at].start, items[start].end),
    ], start + 1


def ranged(items: list[Item], at: int, out: list[Item], plain: str) -> Found:
    """Read "18-65 years"."""
    if out and out[-1].kind in ("cmp", "range"):
        return None
    return pair(items, at, ("range",), plain)


def chained(items: list[Item], at: int, out: list[Item], _plain: str) -> Found:
    """Read `17 <= MELD <= 30` and `145 <= SBP`: the first sign is read backwards."""
    if not is_a(items, at + 1, "cmp") or (out and out[-1].kind in ("cmp", "range")):
        return None
    end, last = at + 2, min(at + 3 + _FAR, len(items))
    while end < last and items[end].kind in ("term", "word", "noise", "age", "open", "close"):
        end += 1
    middle = items[at + 2 : end]
    if not any(i.kind in ("term", "word", "age") for i in middle) or len(middle) > _FAR:
        return None
    which, closed = items[at + 1].value
    if which == "equal" and is_a(items, end, "cmp") and items[end].value[0] == "equal":
        # "20 = X = 65" has lost its signs: nothing is known of them.
        return items[at : end + 2], end + 2
    first = side((FLIP[which], closed), items[at].value)
    if is_a(items, end, "cmp") and is_a(items, end + 1, "quantity"):
        first = side((FLIP[which], closed), alike(items[at].value, items[end + 1].value))
        second = side(items[end].value, items[end + 1].value)
        both = either(first, second)
        if both is None:
            return None
        return [*middle, item_of(both, items[at].start, items[end + 1].end)], end + 2
    if is_a(items, end, "quantity") or not (
        end == len(items) or items[end].kind in ("and", "or", "comma", "semi", "stop", "line")
    ):
        return None
    return [*middle, item_of(first, items[at].start, items[at].end)], end


def either(one: Bounds, other: Bounds) -> Bounds | None:
    """Two bounds as one interval, whichever is the lower."""
    return merge(one, other) or merge(other, one)
