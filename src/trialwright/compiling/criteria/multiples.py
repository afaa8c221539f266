"""Numbers times a limit of normal as one quantity: `2.5 x ULN`, `twice normal`, 正常值上限的3倍.

Takes items, gives them with each multiple as a quantity that knows what it is relative to.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from trialwright.compiling.criteria.intervals import is_a, text_of
from trialwright.compiling.criteria.line import Item, Quantity, kinds_of
from trialwright.compiling.criteria.words import words

_FAR = 5


def multiples(items: list[Item], plain: str) -> list[Item]:
    """The items with the multiples read."""
    if kinds_of(items).isdisjoint(("uln", "limit")):
        return items
    out: list[Item] = []
    at = 0
    while at < len(items):
        at = (
            _number_first(items, at, out, plain)
            or _limit_first(items, at, out)
            or _bare(items, at, out, plain)
        )
    return out


def _number_first(items: list[Item], at: int, out: list[Item], plain: str) -> int | None:
    """Read "2.5 times the upper limit of normal", "twice higher than normal"."""
    number = _number(items[at])
    if number is None:
        return None
    behind = at + 1
    if is_a(items, behind, "range") and is_a(items, behind + 1, "times"):
        # "2-fold"
        behind += 1
    said = items[at].kind == "twice"
    while is_a(items, behind, "times"):
        said = True
        behind += 1
    op = None
    if said and is_a(items, behind, "cmp"):
        op, behind = items[behind], behind + 1
    last = min(behind + _FAR, len(items))
    while behind < last and (
        items[behind].kind == "noise"
        or (items[behind].kind == "word" and text_of(items[behind], plain) in words("limit_word"))
    ):
        behind += 1
    relative = _limit(items, behind, said=said)
    if relative is None:
        return None
    end = items[behind].end
    if items[behind].kind == "limit":
        while behind + 1 < len(items) and text_of(items[behind + 1], plain) in words("limit_word"):
            behind += 1
            end = items[behind].end
    if op is not None and not (out and out[-1].kind == "cmp"):
        out.append(op._replace(start=items[at].start, end=items[at].end))
        out.append(_multiple(number, relative, items[at].end, end))
    else:
        out.append(_multiple(number, relative, items[at].start, end))
    return behind + 1


def _limit(items: list[Item], at: int, *, said: bool) -> Literal["ULN", "LLN"] | None:
    """The limit that an item names; "normal" alone is its upper limit where a multiple of it is said."""
    if is_a(items, at, "uln"):
        return "LLN" if items[at].value == "LLN" else "ULN"
    return "ULN" if said and is_a(items, at, "limit") else None


def _number(item: Item) -> Quantity | None:
    """The number that an item writes, when it has no unit."""
    if item.kind == "quantity" and item.value.unit is None:
        return item.value  # type: ignore[no-any-return]
    if item.kind in ("count", "twice"):
        return Quantity(Decimal(item.value), raw=str(item.value))
    return None


def _limit_first(items: list[Item], at: int, out: list[Item]) -> int | None:
    """Read "ULN x 3", 正常值上限的3倍."""
    if items[at].kind not in ("uln", "limit"):
        return None
    behind, said = at + 1, items[at].kind == "uln"
    while behind < min(at + _FAR, len(items)) and items[behind].kind == "noise":
        behind += 1
    before = is_a(items, behind, "times")
    behind += before
    number = _number(items[behind]) if behind < len(items) else None
    after = is_a(items, behind + 1, "times")
    if number is None or not (after or (before and said)):
        return None
    relative: Literal["ULN", "LLN"] = "LLN" if items[at].value == "LLN" else "ULN"
    out.append(_multiple(number, relative, items[at].start, items[behind + after].end))
    return behind + 1 + after


def _bare(items: list[Item], at: int, out: list[Item], plain: str) -> int:
    """A limit behind a sign of comparison is one time itself; any other item stays."""
    item = items[at]
    if item.kind == "uln":
        sign = len(out) - 1
        while sign >= max(0, len(out) - 3) and (
            out[sign].kind == "noise" or text_of(out[sign], plain) in words("limit_word")
        ):
            sign -= 1
        if sign >= 0 and out[sign].kind == "cmp" and not is_a(out, sign - 1, "quantity"):
            del out[sign + 1 :]
            relative: Literal["ULN", "LLN"] = "LLN" if item.value == "LLN" else "ULN"
            out.append(_multiple(Quantity(Decimal(1)), relative, item.start, item.end))
            return at + 1
    out.append(item)
    return at + 1


def _multiple(number: Quantity, relative: Literal["ULN", "LLN"], start: int, end: int) -> Item:
    return Item("quantity", number._replace(relative_to=relative), start, end)
