"""What bounds that stand side by side say together: one interval, one unit, one value in two units, a rate.

Takes items with bounds, gives them settled.
"""

from __future__ import annotations

from trialwright.compiling.criteria.intervals import is_a, item_of, merge, text_of
from trialwright.compiling.criteria.line import Bounds, Item
from trialwright.compiling.criteria.ranges import either
from trialwright.language.times import find_time_unit
from trialwright.model.unit import find_unit

_RATES = {"P1D": "d", "P1W": "wk", "P1M": "mo", "P1Y": "a"}
_BUT_NOT = {"but no", "but not"}
_BUT = {"but", "yet", "但", "但是"} | _BUT_NOT
_ENDS = ("stop", "comma", "semi", "close", "and", "or", "age", "line", "colon")


def contrasted(items: list[Item], plain: str) -> list[Item]:
    """The items with "but" before a comparison as "and": `> 7 %, but < 10 %`, `but no more than 65`."""
    out: list[Item] = []
    turn: tuple[str, bool] | None = None
    for at, item in enumerate(items):
        if item.kind == "cmp" and turn is not None:
            which, closed = item.value
            item, turn = item._replace(value=("low" if which == "high" else "high", not closed)), None
        said = text_of(item, plain) if item.kind in ("word", "not", "except") else ""
        if said in _BUT and out and at + 1 < len(items):
            behind = next((i for i in items[at + 1 : at + 4] if i.kind != "noise"), None)
            if behind is not None and said == "but" and _is_value(behind):
                item = item._replace(kind="and", value=None, also=())
            elif behind is not None and behind.kind == "cmp" and behind.value[0] != "equal":
                if said in _BUT_NOT:
                    turn = behind.value
                while out and out[-1].kind == "comma":
                    out.pop()
                item = item._replace(kind="and", value=None, also=())
        out.append(item)
    return out


def ratios(items: tuple[Item, ...], text: str) -> list[Item]:
    """The items with `AST:ALT` as one name: it is the ratio that is compared."""
    out: list[Item] = []
    for item in items:
        if (
            len(out) > 1
            and _is_value(item)
            and out[-1].kind == "colon"
            and _is_value(out[-2])
            and text[out[-1].start] == ":"
            and out[-2].end == out[-1].start
            and out[-1].end == item.start
        ):
            start = out[-2].start
            del out[-2:]
            item = Item("word", None, start, item.end)
        out.append(item)
    return out


def _is_value(item: Item) -> bool:
    return item.kind == "term" and item.value.kind in ("quantity", "coded")


def settle(items: list[Item], plain: str) -> list[Item]:
    """The items with neighbours joined."""
    out: list[Item] = []
    for at, item in enumerate(items):
        if item.kind == "bounds" and _joins(out, item, items, at):
            continue
        if (
            item.kind == "bounds"
            and is_a(out, len(out) - 1, "slash")
            and is_a(out, len(out) - 2, "bounds")
            and _is_pair(out[-2].value, item.value)
        ):
            upper = out[-2]
            del out[-2:]
            two = (_with_unit(upper.value, item.value), item.value)
            out.append(Item("pair", two, upper.start, item.end))
            continue
        if item.kind == "close" and _is_same_value(out):
            first, other = out[-3], out[-1]
            del out[-3:]
            out.append(first._replace(value=_noted(first.value, other.value), end=item.end))
            continue
        if item.kind == "rate" and _is_rate(out, item, plain):
            continue
        if item.kind == "word" and _late_unit(out, item, plain):
            continue
        if item.kind == "inclusive":
            if item.value == "no":
                item = item._replace(kind="word", value=None)
            elif is_a(out, len(out) - 1, "comma") and out[-2:-1] and out[-2].kind in ("age", "bounds"):
                # "40 to 75 years of age, inclusive"
                out.pop()
                continue
        out.append(item)
    return out


def _joins(out: list[Item], item: Item, items: list[Item], at: int) -> bool:
    """Puts bounds to those before them, as in `>= 18 years and <= 75 years`, or shares their unit."""
    if out and out[-1].kind == "bounds" and item.value.unit and out[-1].value.unit == item.value.unit:
        # 20岁以上70岁以下
        both = merge(out[-1].value, item.value)
        if both is not None and not out[-1].value.words and not item.value.words:
            out[-1] = item_of(both, out[-1].start, item.end)
            return True
    if len(out) > 1 and out[-1].kind in ("and", "or") and out[-2].kind == "bounds":
        first: Bounds = out[-2].value
        both = either(first, item.value) if out[-1].kind == "and" else None
        if both is not None and not first.words and (first.low or not first.unit or item.value.unit):
            start = out[-2].start
            del out[-2:]
            out.append(item_of(both, start, item.end))
            return True
        if first.unit is None and not first.relative_to and not first.words:
            # "< 18 or > 35 kg/m2"
            out[-2] = out[-2]._replace(value=_with_unit(first, item.value))
        elif (
            item.value.unit is None
            and not item.value.relative_to
            and (at + 1 == len(items) or items[at + 1].kind in _ENDS)
        ):
            # "13-17 years or 18-20"
            out.append(item._replace(value=_with_unit(item.value, first)))
            return True
    return False


def opposed(items: list[Item]) -> list[Item]:
    """The items of an exclusion, "below 18 years and above 65 years" as alternatives: nobody is both."""
    out = list(items)
    for at in range(1, len(items)):
        if items[at].kind != "bounds":
            continue
        joint = at - 1
        first = joint - 1
        while first > 0 and items[first].kind == "age":
            first -= 1
        if items[joint].kind == "and" and is_a(items, first, "bounds"):
            below, above = items[first].value, items[at].value
            if (
                below.low is None
                and above.high is None
                and below.high.value < above.low.value
                and (below.unit == above.unit or below.unit is None)
                and below.relative_to == above.relative_to
            ):
                out[joint] = items[joint]._replace(kind="or", value=None, also=())
    return out


def _is_pair(first: Bounds, second: Bounds) -> bool:
    """Whether a stroke parts the bounds of two pressures: `140-159/90-99 mmHg`."""
    if second.relative_to or first.relative_to or first.words or (first.unit and first.unit != second.unit):
        return False
    for one, two in ((first.low, second.low), (first.high, second.high)):
        if (one is None) != (two is None) or (one is not None and two is not None and one.value <= two.value):
            return False
    return True


def _with_unit(bounds: Bounds, of: Bounds) -> Bounds:
    return bounds._replace(unit=of.unit, unit_text=of.unit_text, time=of.time, relative_to=of.relative_to)


def _is_same_value(out: list[Item]) -> bool:
    """Whether a bracket says the bounds before it in another unit: `> 47 mmol/mol (> 6.4 %)`."""
    if len(out) < 3 or out[-2].kind != "open" or out[-3].kind != "bounds":
        return False
    if out[-1].kind not in ("bounds", "quantity"):
        return False
    first, other = out[-3].value, out[-1].value
    if other.unit is None or first.unit == other.unit or first.relative_to or other.relative_to:
        return False
    if first.time != other.time:
        return False
    if out[-1].kind == "quantity":
        return first.low is None or first.high is None
    return (first.low is None) == (other.low is None) and (first.high is None) == (other.high is None)


def _noted(first: Bounds, other: object) -> Bounds:
    """The first bounds, with a note where the second are not the same value."""
    mine, yours = find_unit(first.unit or ""), find_unit(getattr(other, "unit", None) or "")
    if mine is None or yours is None or mine.dimension != yours.dimension:
        return first
    for one, two in ((first.low, getattr(other, "low", None)), (first.high, getattr(other, "high", None))):
        if one is None:
            continue
        value = two.value if two is not None else getattr(other, "value", one.value)
        a, b = float(one.value) * mine.factor, float(value) * yours.factor
        if abs(a - b) > 0.05 * max(abs(a), abs(b)):
            return first._replace(notes=(*first.notes, "units_differ"))
    return first


def _is_rate(out: list[Item], rate: Item, plain: str) -> bool:
    """Puts "per week" to the unit of the bounds before it; behind a rise it says how fast that is."""
    place = len(out) - 1
    while place > len(out) - 4 and place > 0 and out[place].kind in ("word", "term", "times"):
        place -= 1
    if place < 0 or out[place].kind != "bounds":
        return False
    bounds: Bounds = out[place].value
    if bounds.time or bounds.relative_to or any(i.kind == "rise" for i in out[max(0, place - 6) : place]):
        return False
    unit = f"{bounds.unit or ''}/{_RATES[rate.value]}"
    text = " ".join(t for t in (bounds.unit_text, text_of(rate, plain)) if t)
    out[place] = out[place]._replace(value=bounds._replace(unit=unit, unit_text=text))
    return True


def _late_unit(out: list[Item], item: Item, plain: str) -> bool:
    """Gives bounds the unit of time that a bracket or a comma parts from them: `(16-24) weeks`."""
    if out and out[-1].kind == "bounds" and plain[out[-1].end - 1] == ")":
        bounds = out[-1].value
        unit = None if bounds.unit or bounds.relative_to else find_time_unit(text_of(item, plain))
        if unit is not None:
            out[-1] = out[-1]._replace(
                value=bounds._replace(unit=unit, unit_text=text_of(item, plain), time=True)
            )
        return unit is not None
    if len(out) < 2 or out[-1].kind not in ("close", "comma") or out[-2].kind != "bounds":
        return False
    bounds = out[-2].value
    unit = None if bounds.unit or bounds.relative_to else find_time_unit(text_of(item, plain))
    if unit is None:
        return False
    if out[-1].kind == "close" and not is_a(out, len(out) - 3, "open"):
        return False
    out[-2] = out[-2]._replace(
        value=bounds._replace(unit=unit, unit_text=plain[item.start : item.end], time=True)
    )
    return True
