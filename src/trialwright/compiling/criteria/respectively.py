"""Two values for two sexes in their order: "Hb < 13 and < 12 g/dL in men and women, respectively".

Takes the items of a clause, gives them with each value beside its sex, so that each holds for its own people.
"""

from __future__ import annotations

import re

from trialwright.compiling.criteria.arms import bounded
from trialwright.compiling.criteria.line import Bounds, Item, Line
from trialwright.compiling.criteria.words import words

_MAN = re.compile(r"\b(?:m[ae]n|males?|boys?)\b|男", re.IGNORECASE)
_WOMAN = re.compile(r"\b(?:wom[ae]n|females?|girls?)\b|女", re.IGNORECASE)
_JOINTS = ("and", "or", "slash", "comma")
_FILLING = ("noise", "for", "within", "open", "close")


def beside(line: Line, items: list[Item]) -> list[Item]:
    """The items with each value behind its sex, or the same items where they are told otherwise."""
    values = [p for p, i in enumerate(items) if i.kind in ("bounds", "quantity", "pair")]
    sexes = _sexes(line, items)
    if not values or len(sexes) != 2 or sexes[0].value == sexes[1].value:
        return items
    first, last = values[0], values[-1]
    behind, before = sexes[0].start >= items[last].end, sexes[1].end <= items[first].start
    if not (behind or before) or _told_apart(items, sexes):
        return items
    if len(values) == 1 and items[first].kind == "pair":
        # "> 102/88 cm for men/women"
        upper, lower = items[first].value
        unit = lower.unit or upper.unit
        text = lower.unit_text or upper.unit_text
        ends = [b._replace(unit=unit, unit_text=text) for b in (upper, lower)]
    elif len(values) == 2 and items[first].kind == "bounds":
        if any(i.kind not in (*_JOINTS, "noise") for i in items[first + 1 : last]):
            return items
        other = bounded(items[: first + 1], items[last])
        said = any(line.plain[i.start : i.end].lower() in words("respectively") for i in items)
        if other.kind != "bounds" or not (said or _same_side(items[first].value, other.value)):
            return items
        low, high = items[first].value, other.value
        if low.unit is None and not low.relative_to:
            low = low._replace(unit=high.unit, unit_text=high.unit_text, relative_to=high.relative_to)
        ends = [low, high]
    else:
        return items
    place = items[first]
    kept = [
        i
        for i in items
        if i.kind not in ("bounds", "quantity", "pair", "sex", "bothsex", *_JOINTS)
        and line.plain[i.start : i.end].lower() not in words("respectively")
    ]
    named = [i for i in kept if i.kind not in _FILLING]
    if not named or any(i.kind not in ("term", "word", "adjective", "age") for i in named):
        return items
    joint = Item("and", None, place.end, place.end)
    one = place._replace(kind="bounds", value=ends[0])
    two = items[last]._replace(kind="bounds", value=ends[1])
    return [*named, one, sexes[0], joint, two, sexes[1]]


def _sexes(line: Line, items: list[Item]) -> list[Item]:
    """The sexes in their order, out of "men and women" as well."""
    out: list[Item] = []
    for item in items:
        if item.kind == "sex":
            out.append(item)
        elif item.kind == "bothsex":
            said = line.plain[item.start : item.end]
            man, woman = _MAN.search(said), _WOMAN.search(said)
            if man is None or woman is None:
                return []
            pair = [item._replace(kind="sex", value="male"), item._replace(kind="sex", value="female")]
            out += pair if man.start() < woman.start() else pair[::-1]
    return out


def _same_side(one: Bounds, other: Bounds) -> bool:
    """Whether both are lower or both upper limits: "> 18 and < 30 in men and women" is one interval."""
    return (one.low is None) == (other.low is None) and (one.high is None) == (other.high is None)


def _told_apart(items: list[Item], sexes: list[Item]) -> bool:
    """Whether something else than a joint stands between the two sexes."""
    return any(
        sexes[0].end <= i.start
        and i.end <= sexes[1].start
        and i.kind not in (*_JOINTS, "noise", "for", "within")
        for i in items
    )
