"""Pass `quantify`: numbers, signs of comparison and words of range into bounds.

Takes items, gives items in which each comparison is one `bounds` item; a side keeps its own strictness,
`20% < PTA <= 40%` puts both sides behind the concept.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from trialwright.compiling.criteria.line import Bounds, Item, Line, Quantity
from trialwright.model.interval import Bound

_FLIP = {"low": "high", "high": "low", "equal": "equal"}


def quantify(line: Line) -> Line:
    """The line with its comparisons read."""
    # "time" in the name of a test is no sign of multiplication.
    items = [
        i._replace(kind="word") if i.kind == "times" and line.plain[i.start : i.end].lower() == "time" else i
        for i in _multiples(list(line.items))
    ]
    out: list[Item] = []
    at = 0
    while at < len(items):
        for read in _READERS.get(items[at].kind, ()):
            found = read(items, at, out)
            if found is not None:
                new, at = found
                out.extend(new)
                break
        else:
            out.append(items[at])
            at += 1
    return msgspec.structs.replace(line, items=tuple(_joined(out)))


def _multiples(items: list[Item]) -> list[Item]:
    """Numbers times a limit of normal as one quantity."""
    out: list[Item] = []
    at = 0
    while at < len(items):
        item = items[at]
        if item.kind == "quantity" and item.value.unit is None:
            behind = _skip(items, at + 1, ("times",))
            behind = behind + 1 if _is(items, behind, "noise") else behind
            if _is(items, behind, "uln"):
                out.append(_multiple(item, items[behind], item.start, items[behind].end))
                at = behind + 1
                continue
        if item.kind == "uln":
            behind = at + 1
            while _is(items, behind, "noise"):
                behind += 1
            if (
                _is(items, behind, "quantity")
                and items[behind].value.unit is None
                and _is(items, behind + 1, "times")
            ):
                out.append(_multiple(items[behind], item, item.start, items[behind + 1].end))
                at = behind + 2
                continue
            if out and out[-1].kind == "cmp":
                one = Quantity(Decimal(1), None, None, False, item.value)
                out.append(Item("quantity", one, item.start, item.end))
                at += 1
                continue
        out.append(item)
        at += 1
    return out


def _multiple(number: Item, limit: Item, start: int, end: int) -> Item:
    return Item("quantity", number.value._replace(relative_to=limit.value), start, end)


def _is(items: list[Item], at: int, kind: str) -> bool:
    return 0 <= at < len(items) and items[at].kind == kind


def _skip(items: list[Item], at: int, kinds: tuple[str, ...]) -> int:
    while at < len(items) and items[at].kind in kinds:
        at += 1
    return at


def _side(op: tuple[str, bool], quantity: Quantity) -> Bounds:
    side, closed = op
    bound = Bound(value=quantity.value, closed=closed)
    return Bounds(
        bound if side in ("low", "equal") else None,
        bound if side in ("high", "equal") else None,
        quantity.unit,
        quantity.unit_text,
        quantity.time,
        quantity.relative_to,
        quantity.notes,
    )


def _merge(low: Bounds, high: Bounds) -> Bounds | None:
    """One interval of a lower and an upper bound, or None where they do not fit."""
    if low.low is None or high.high is None or low.high or high.low:
        return None
    if low.relative_to != high.relative_to or low.low.value > high.high.value:
        return None
    if low.unit and high.unit and low.unit != high.unit:
        return None
    if low.low.value == high.high.value and not (low.low.closed and high.high.closed):
        return None
    unit = high if high.unit else low
    return Bounds(
        low.low, high.high, unit.unit, unit.unit_text, unit.time, low.relative_to, low.notes + high.notes
    )


def _item(bounds: Bounds, start: int, end: int) -> Item:
    return Item("bounds", bounds, start, end)


def _chain(items: list[Item], at: int, _out: list[Item]) -> tuple[list[Item], int] | None:
    """`17 <= MELD <= 30` and `145 <= SBP`: the first sign is read backwards."""
    if not (_is(items, at, "quantity") and _is(items, at + 1, "cmp")) or (
        _out and _out[-1].kind in ("cmp", "range")
    ):
        return None
    end = at + 2
    while end < len(items) and items[end].kind in ("term", "word", "noise", "age", "open", "close"):
        end += 1
    middle = items[at + 2 : end]
    if not any(i.kind in ("term", "word", "age") for i in middle) or len(middle) > 8:
        return None
    side, closed = items[at + 1].value
    first = _side((_FLIP[side], closed), items[at].value)
    if _is(items, end, "cmp") and _is(items, end + 1, "quantity"):
        second = _side(items[end].value, items[end + 1].value)
        both = _merge(first, second) or _merge(second, first)
        if both is None:
            return None
        return [*middle, _item(both, items[at].start, items[end + 1].end)], end + 2
    if _is(items, end, "quantity") or not (
        end == len(items) or items[end].kind in ("and", "or", "comma", "semi", "stop", "line")
    ):
        return None
    return [*middle, _item(first, items[at].start, items[at].end)], end


def _extreme(items: list[Item], at: int, _out: list[Item]) -> tuple[list[Item], int] | None:
    """`a minimum life expectancy of 12 weeks`, `minimum age: 18 years`."""
    if not _is(items, at, "extreme"):
        return None
    end = at + 1
    while end < len(items) and items[end].kind in ("term", "age", "noise", "colon"):
        end += 1
    named = [i for i in items[at + 1 : end] if i.kind in ("term", "age")]
    if len(named) != 1 or not _is(items, end, "quantity"):
        return None
    bounds = _side((items[at].value, True), items[end].value)
    return [*named, _item(bounds, items[at].start, items[end].end)], end + 1


def _inclusive(items: list[Item], end: int) -> int:
    """Behind "(inclusive)" or ", inclusive", where that follows."""
    if _is(items, end, "inclusive"):
        return end + 1
    if end + 1 < len(items) and items[end].kind in ("open", "comma") and _is(items, end + 1, "inclusive"):
        return end + 3 if _is(items, end + 2, "close") else end + 2
    return end


def _pair(items: list[Item], at: int, joints: tuple[str, ...]) -> tuple[Bounds, int] | None:
    """Two quantities around a joint, closed at both ends."""
    if not _is(items, at, "quantity"):
        return None
    middle = at + 1
    while _is(items, middle, "age") or _is(items, middle, "noise"):
        middle += 1
    if not (middle < len(items) and items[middle].kind in joints):
        return None
    after = middle + 1
    if not _is(items, after, "quantity"):
        return None
    low, high = items[at].value, items[after].value
    if high.unit is None and low.unit is not None:
        high = high._replace(unit=low.unit, unit_text=low.unit_text, time=low.time)
    if low.unit is not None and low.unit != high.unit:
        return None
    if low.relative_to and not high.relative_to:
        return None
    low = low._replace(relative_to=high.relative_to)
    if any(
        "decimal_comma" in q.notes
        and "," in q.raw
        and "," not in o.raw
        and "." not in o.raw
        and o.value > 100
        for q, o in ((low, high),)
    ):
        return None
    both = _merge(_side(("low", True), low), _side(("high", True), high))
    return (both, _inclusive(items, after + 1)) if both else None


def _between(items: list[Item], at: int, _out: list[Item]) -> tuple[list[Item], int] | None:
    if not _is(items, at, "between"):
        return None
    start = _skip(items, at + 1, ("noise", "age"))
    found = _pair(items, start, ("and", "range"))
    if found is None:
        return None
    ages = [i for i in items[at + 1 : start] if i.kind == "age"]
    return [*ages, _item(found[0], items[at].start, items[found[1] - 1].end)], found[1]


def _range(items: list[Item], at: int, out: list[Item]) -> tuple[list[Item], int] | None:
    if out and out[-1].kind in ("cmp", "range"):
        return None
    found = _pair(items, at, ("range",))
    if found is None:
        return None
    return [_item(found[0], items[at].start, items[found[1] - 1].end)], found[1]


def _compared(items: list[Item], at: int, _out: list[Item]) -> tuple[list[Item], int] | None:
    if _is(items, at, "cmp"):
        after = at + 1
        ages = []
        while _is(items, after, "noise") or _is(items, after, "age"):
            ages += [items[after]] if items[after].kind == "age" else []
            after += 1
        if not _is(items, after, "quantity"):
            return None
        first = _side(items[at].value, items[after].value)
        end = after + 1
        if _is(items, end, "slash") and _is(items, end + 1, "quantity") and items[after].value.unit is None:
            lower = items[end + 1].value
            pair = (
                _side(
                    items[at].value, items[after].value._replace(unit=lower.unit, unit_text=lower.unit_text)
                ),
                _side(items[at].value, lower),
            )
            return [Item("pair", pair, items[at].start, items[end + 1].end)], end + 2
        # "greater than 18 years of age" keeps the word that says it is an age.
        joint = end
        while _is(items, joint, "age"):
            ages.append(items[joint])
            joint += 1
        step = joint + 1 if joint < len(items) and items[joint].kind in ("and", "comma", "range") else joint
        if _is(items, step, "cmp") and _is(items, step + 1, "quantity"):
            second = _side(items[step].value, items[step + 1].value)
            both = _merge(first, second) or _merge(second, first)
            if both is not None and (first.unit is None or second.unit is not None or step > joint):
                return [*ages, _item(both, items[at].start, items[step + 1].end)], step + 2
        return [*ages[: len(ages) - (joint - end)], _item(first, items[at].start, items[after].end)], end
    if _is(items, at, "quantity"):
        behind = at + 1
        ages = []
        while _is(items, behind, "age"):
            ages.append(items[behind])
            behind += 1
        if (
            _is(items, behind, "open")
            and _is(items, behind + 1, "inclusive")
            and _is(items, behind + 2, "close")
            and _is(items, behind + 3, "post")
        ):
            behind += 3
        if _is(items, behind, "post"):
            bounds = _side(items[behind].value, items[at].value)
            return [*ages, _item(bounds, items[at].start, items[behind].end)], behind + 1
    return None


def _whole(item: Item) -> int | None:
    """The grade that an item writes: a Roman or a small whole number."""
    if item.kind == "roman":
        return int(item.value)
    if item.kind == "count":
        return int(item.value)
    if (
        item.kind == "quantity"
        and item.value.unit is None
        and item.value.relative_to is None
        and item.value.value == item.value.value.to_integral_value()
        and item.value.value < 100
    ):
        return int(item.value.value)
    return None


def _graded(items: list[Item], at: int, out: list[Item]) -> tuple[list[Item], int] | None:
    """Grades behind a score: `II or III`, `I-III`, `0, 1 or 2`, `III or higher`."""
    start = at
    op = None
    if _is(items, at, "cmp") and _is(items, at + 1, "roman"):
        op, at = items[at].value, at + 1
    if (
        op is None
        and _is(items, at, "quantity")
        and "decimal_comma" in items[at].value.notes
        and _after_score(out)
    ):
        return _commas(items, at)
    if at >= len(items) or _whole(items[at]) is None or not _after_score(out):
        return None
    grades, end, words = [_whole(items[at])], at + 1, [items[at]]
    ranged = False
    while op is None:
        joint = end
        while (
            joint < len(items)
            and items[joint].kind in ("comma", "or", "range", "and", "slash")
            and joint < end + 2
        ):
            joint += 1
        if joint == end or joint >= len(items) or _whole(items[joint]) is None:
            break
        ranged = ranged or items[joint - 1].kind == "range"
        grades.append(_whole(items[joint]))
        words.append(items[joint])
        end = joint + 1
    if op is None and _is(items, end, "post"):
        op, end = items[end].value, end + 1
        if len(grades) > 1:
            return None
    values = [g for g in grades if g is not None]
    if op is None:
        low, high = min(values), max(values)
        if ranged and len(values) != 2:
            return None
        if not ranged and sorted(set(values)) != list(range(low, high + 1)):
            return None
        low_bound, high_bound = (
            Bound(value=Decimal(low), closed=True),
            Bound(value=Decimal(high), closed=True),
        )
        bounds = Bounds(low_bound, high_bound, None, None, False, None)
    else:
        bounds = _side(op, Quantity(Decimal(values[0])))
    roman = any(w.kind == "roman" for w in words)
    return [
        _item(bounds._replace(words=("roman",) if roman else ()), items[start].start, items[end - 1].end)
    ], end


def _commas(items: list[Item], at: int) -> tuple[list[Item], int] | None:
    """`ASA 1,2`: grades, not a decimal."""
    grades = [int(g) for g in items[at].value.raw.split(",")]
    if items[at].value.unit is not None or len(grades) != 2 or grades[1] != grades[0] + 1:
        return None
    low, high = (Bound(value=Decimal(g), closed=True) for g in grades)
    return [_item(Bounds(low, high, None, None, False, None), items[at].start, items[at].end)], at + 1


def _after_score(out: list[Item]) -> bool:
    """Whether the last thing named was a score, with nothing but filling words since."""
    for item in reversed(out[-6:]):
        if item.kind == "term":
            return bool(item.value.kind == "score")
        if item.kind not in ("noise", "word", "open", "close", "roman"):
            return False
    return False


def _joined(items: list[Item]) -> list[Item]:
    """Two bounds of one concept side by side, as in `>= 18 years and <= 75 years`, as one."""
    out: list[Item] = []
    for item in items:
        if item.kind == "bounds" and len(out) > 1 and out[-1].kind == "and" and out[-2].kind == "bounds":
            both = _merge(out[-2].value, item.value) or _merge(item.value, out[-2].value)
            if both is not None and not out[-2].value.words:
                start = out[-2].start
                del out[-2:]
                out.append(_item(both, start, item.end))
                continue
        out.append(item)
    return out


_READERS = {
    "extreme": (_extreme,),
    "between": (_between,),
    "cmp": (_compared, _graded),
    "quantity": (_chain, _range, _compared, _graded),
    "roman": (_graded,),
    "count": (_graded,),
}
