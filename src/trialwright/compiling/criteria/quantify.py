"""Pass `quantify`: numbers, signs of comparison and words of range into bounds.

Takes items, gives items in which each comparison is one `bounds` item; a side keeps its own strictness,
`20% < PTA <= 40%` puts both sides behind the concept.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from trialwright.compiling.criteria.grades import graded
from trialwright.compiling.criteria.intervals import Found, Reader, alike, is_a, item_of, side, text_of
from trialwright.compiling.criteria.line import Bounds, Item, Line, Quantity, kinds_of
from trialwright.compiling.criteria.multiples import multiples
from trialwright.compiling.criteria.neighbours import contrasted, opposed, ratios, settle
from trialwright.compiling.criteria.novalues import is_value, standing
from trialwright.compiling.criteria.ranges import chained, either, pair, ranged, worded
from trialwright.compiling.criteria.trimmings import trimmed
from trialwright.compiling.criteria.words import words

_SOFT = {"limit", "twice"}
_FAR = 8
# "1/3" is a fraction, not one of three points.
_FEWEST = 5
# The lower numbers of acuities measured at six metres.
_SIX_METRES = (6, 9, 12, 15, 18, 24, 30, 36, 48, 60, 90, 120)


def quantify(line: Line) -> Line:
    """The line with its comparisons read."""
    plain = line.plain
    items = [
        _hard(i, plain) for i in multiples(_signs(contrasted(ratios(line.items, line.text), plain)), plain)
    ]
    if kinds_of(items).isdisjoint(_READERS):
        return msgspec.structs.replace(line, items=tuple(trimmed(items, plain)))
    out: list[Item] = []
    at = 0
    while at < len(items):
        item = items[at]
        found = _read(items, at, out, plain) if item.kind in _READERS else None
        if found is None and item.kind == "quantity":
            found = _assumed(items, at, out, line)
        if found is None:
            out.append(item)
            at += 1
            continue
        new, end = found
        if any(i.kind == "bounds" and not is_value(i, items, end, out, plain) for i in new):
            out += items[at:end]
        else:
            out += new
        at = end
    out = settle(out, plain)
    if line.kind == "exclusion":
        out = opposed(out)
    return msgspec.structs.replace(line, items=tuple(trimmed(standing(out, plain), plain)))


def _signs(items: list[Item]) -> list[Item]:
    """The items with signs that stand side by side as one: `less than or equal to (≤)`, `less than (=)`."""
    out: list[Item] = []
    for item in items:
        if item.kind == "cmp" and out and out[-1].kind == "cmp" and item.value[0] == "equal":
            out[-1] = out[-1]._replace(value=(out[-1].value[0], True), end=item.end)
            continue
        if (
            item.kind == "close"
            and len(out) > 2
            and out[-1].kind == out[-3].kind == "cmp"
            and out[-2].kind == "open"
            and out[-1].value[0] == out[-3].value[0]
        ):
            sign = out[-3]._replace(value=out[-1].value, end=item.end)
            del out[-3:]
            item = sign
        out.append(item)
    return out


def _hard(item: Item, plain: str) -> Item:
    """An item whose words have found no number to belong to is a word again."""
    if item.kind in _SOFT or (item.kind == "times" and text_of(item, plain) == "time"):
        # "time" in the name of a test is no sign of multiplication.
        return item._replace(kind="word", value=None)
    return item


def _read(items: list[Item], at: int, out: list[Item], plain: str) -> Found:
    """The first reading of what begins at an item."""
    for read in _READERS.get(items[at].kind, ()):
        found = read(items, at, out, plain)
        if found is not None:
            return found
    return None


def _assumed(items: list[Item], at: int, out: list[Item], line: Line) -> Found:
    """Read "1.5 times the upper limit of normal" with no sign: in an exclusion, at least that."""
    item = items[at]
    if item.kind != "quantity" or not item.value.relative_to or line.kind == "inclusion":
        return None
    if out and out[-1].kind in ("cmp", "range", "between", "not", "within"):
        return None
    quantity = item.value._replace(notes=(*item.value.notes, "operator_assumed"))
    return [item_of(side(("low", True), quantity), item.start, item.end)], at + 1


def _extreme(items: list[Item], at: int, _out: list[Item], _plain: str) -> Found:
    """Read "a minimum life expectancy of 12 weeks", "minimum age: 18 years", "the maximum 56 years"."""
    end, last = at + 1, min(at + _FAR, len(items))
    while end < last and items[end].kind in ("term", "age", "noise", "colon", "word"):
        end += 1
    named = [i for i in items[at + 1 : end] if i.kind in ("term", "age", "word")]
    if not is_a(items, end, "quantity") or len(named) > 3:
        return None
    bounds = side((items[at].value, True), items[end].value)
    return [*named, item_of(bounds, items[at].start, items[end].end)], end + 1


def _over_age(items: list[Item], at: int, _out: list[Item], plain: str) -> Found:
    """Read "over the age of 18"."""
    if text_of(items[at], plain) != "over the" or not is_a(items, at + 1, "age"):
        return None
    place = at + 2
    while place < at + 4 and is_a(items, place, "noise"):
        place += 1
    if not is_a(items, place, "quantity"):
        return None
    bounds = side(("low", False), items[place].value)
    return [items[at + 1], item_of(bounds, items[at].start, items[place].end)], place + 1


def _compared(items: list[Item], at: int, out: list[Item], plain: str) -> Found:
    """A sign of comparison with its quantity, and with a second one where that closes the interval."""
    op = items[at].value
    after, kept = at + 1, _age_in(items[at], plain)
    last = min(after + _FAR, len(items))
    while after < last and (
        items[after].kind in ("noise", "age")
        or (items[after].kind == "times" and is_a(items, after + 1, "quantity"))
        or (items[after].kind == "range" and text_of(items[after], plain) == "to")
    ):
        kept += [items[after]] if items[after].kind == "age" else []
        after += 1
    if op[0] == "equal" and (is_a(items, after, "between") or is_a(items, after, "cmp")):
        found = _read(items, after, out, plain)
        return None if found is None else ([*kept, *found[0]], found[1])
    if not is_a(items, after, "quantity"):
        return None
    if op[0] == "equal":
        found = pair(items, after, ("range",), plain) or _suffixed(items, after, out, plain)
        if found is not None:
            return [*kept, *found[0]], found[1]
    parted = _parted(items, after, op)
    if parted is False:
        return None
    if parted is not None:
        return [*kept, parted[0]._replace(start=items[at].start)], parted[1]
    first, end = side(op, items[after].value), after + 1
    if is_a(items, end, "post") and items[end].value[0] == op[0]:
        # "≥ 60 or older" says it twice.
        return [*kept, item_of(first, items[at].start, items[end].end)], end + 1
    further = next((i.value for i in items[end : end + _FAR] if i.kind == "quantity"), None)
    if further is not None and first.low is not None:
        first = side(op, alike(items[after].value, further))
    both = _second(items, end, first, kept)
    if both is not None:
        return [*both[2], item_of(both[0], items[at].start, items[both[1] - 1].end)], both[1]
    return [*kept, item_of(side(op, items[after].value), items[at].start, items[after].end)], end


def _age_in(sign: Item, plain: str) -> list[Item]:
    """The word "age" out of "over the age of"."""
    text = text_of(sign, plain)
    if not text.endswith("age of"):
        return []
    start = sign.start + len(text) - len("age of")
    return [Item("age", None, start, start + len("age"))]


def _second(
    items: list[Item], end: int, first: Bounds, kept: list[Item]
) -> tuple[Bounds, int, list[Item]] | None:
    """The other side of the interval behind the first: `≥ 18 and < 65`, `> 4 - 10`."""
    # "greater than 18 years of age" keeps the word that says it is an age.
    joint, last = end, min(end + _FAR, len(items))
    while joint < last and items[joint].kind == "age":
        joint += 1
    ages = [*kept, *items[end:joint]]
    step = joint + 1 if joint < len(items) and items[joint].kind in ("and", "comma", "range") else joint
    if is_a(items, step, "quantity") and is_a(items, joint, "range") and first.low and not first.high:
        both = either(first, side(("high", True), items[step].value))
        return None if both is None else (both, step + 1, ages)
    if not (is_a(items, step, "cmp") and is_a(items, step + 1, "quantity")):
        return None
    second = side(items[step].value, items[step + 1].value)
    if first.unit is not None and second.unit is None and (step == joint or first.low is None):
        # "up to 50 years and ≥ 4": the number behind the joint is another's.
        return None
    both = either(first, second)
    return None if both is None else (both, step + 2, ages)


def _parted(items: list[Item], at: int, op: tuple[str, bool]) -> tuple[Item, int] | Literal[False] | None:
    """Two numbers with a stroke: `140/90` as a pair, `2/10` as two of ten; False for an acuity or `1/3`."""
    if not (is_a(items, at + 1, "slash") and is_a(items, at + 2, "quantity")) or items[at].value.unit:
        return None
    upper, lower = items[at].value, items[at + 2].value
    end = items[at + 2].end
    if upper.value > lower.value or lower.unit is not None:
        upper = upper._replace(unit=lower.unit, unit_text=lower.unit_text)
        return Item("pair", (side(op, upper), side(op, lower)), items[at].start, end), at + 3
    if _is_acuity(upper, lower) or lower.value < _FEWEST:
        return False
    return item_of(side(op, upper), items[at].start, end), at + 3


def _is_acuity(upper: Quantity, lower: Quantity) -> bool:
    return upper.value == 20 or (upper.value == 6 and lower.value in _SIX_METRES)


def _suffixed(items: list[Item], at: int, _out: list[Item], plain: str) -> Found:
    """Read "18 years or older", "1.5 SDs or more", "140/90 or higher"."""
    behind, last = at + 1, min(at + _FAR, len(items))
    parted = is_a(items, behind, "slash") and is_a(items, behind + 1, "quantity")
    behind += 2 * parted
    kept: list[Item] = []
    while behind < last and items[behind].kind == "age":
        kept.append(items[behind])
        behind += 1
    if (
        is_a(items, behind, "open")
        and is_a(items, behind + 1, "inclusive")
        and is_a(items, behind + 2, "close")
        and is_a(items, behind + 3, "post")
    ):
        behind += 3
    named: list[Item] = []
    if items[at].value.unit is None and is_a(items, behind, "word") and is_a(items, behind + 1, "post"):
        named, behind = [items[behind]], behind + 1
    if not is_a(items, behind, "post"):
        return None
    op = items[behind].value
    if parted:
        two = _parted(items, at, op)
        if not two or two[1] != behind:
            return None
        return [two[0]._replace(end=items[behind].end)], behind + 1
    if named:
        bounds = item_of(side(op, items[at].value), items[at].start, items[at].end)
        return [bounds, *named], behind + 1
    return [*kept, item_of(side(op, items[at].value), items[at].start, items[behind].end)], behind + 1


def _aged(items: list[Item], at: int, out: list[Item], plain: str) -> Found:
    """Read "who were 18 years old": of exactly that age."""
    if not items[at].value.time or not is_a(items, at + 1, "age"):
        return None
    if items[at].value.unit not in ("a", "mo", "wk", "d") or text_of(items[at + 1], plain) not in (
        "old",
        "of age",
    ):
        return None
    end = at + 2
    if end < len(items) and items[end].kind not in ("stop", "comma", "semi", "line", "close", "and"):
        return None
    if not out or text_of(out[-1], plain) not in words("being"):
        return None
    return [
        items[at + 1],
        item_of(side(("equal", True), items[at].value), items[at].start, items[at].end),
    ], end


def _told_in_words(items: list[Item], at: int, out: list[Item], _plain: str) -> Found:
    """Read "age eighteen or older"."""
    if not is_a(items, at + 1, "post") or not any(i.kind == "age" for i in out[-2:]):
        return None
    number = Quantity(Decimal(items[at].value))
    return [item_of(side(items[at + 1].value, number), items[at].start, items[at + 1].end)], at + 2


_READERS: dict[str, tuple[Reader, ...]] = {
    "extreme": (_extreme,),
    "between": (worded,),
    "within": (_over_age,),
    "cmp": (_compared, graded),
    "quantity": (chained, ranged, _suffixed, graded, _aged),
    "roman": (graded,),
    "count": (_told_in_words, graded),
}
# Without these a line has nothing to quantify.
_TELLING = frozenset({*_READERS, *_SOFT, "times", "uln"})
