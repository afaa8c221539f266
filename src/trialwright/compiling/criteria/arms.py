"""Two arms of one statement: "Hb > 13 g/dL in men and > 12 g/dL in women".

Takes the items of a clause that names both sexes, or two groups of people, with a value each; every value
holds for its own people only.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.subgroups import group_of
from trialwright.compiling.criteria.words import people_end
from trialwright.model.expression import AllOf, AnyOf, Demographic, Expr, IfThen, Measurement, leaves

Reader = Callable[[list[Item]], Expr | None]
_JOINTS = ("and", "or", "comma", "semi", "slash")
_FILLING = ("sex", "for", "within", "noise", "open", "close", "if")


def armed(items: list[Item]) -> bool:
    """Whether values are given for each sex apart."""
    sexes = {i.value for i in items if i.kind == "sex"}
    if len(sexes) != 2:
        return False
    kinds = [i.kind for i in items if i.kind in ("bounds", "quantity")]
    return len(kinds) > 1 and kinds[0] == "bounds" and (kinds[1] == "bounds" or len(kinds) == 2)


def bounded(before: list[Item], item: Item) -> Item:
    """A bare number behind a comparison with the sign of that ("> 2 mg/dL for men, 1.8 for women")."""
    usual = next((i.value for i in before if i.kind == "bounds"), None)
    if item.kind != "quantity" or usual is None or (usual.low is None) == (usual.high is None):
        return item
    number = item.value
    if number.time != usual.time and number.unit is not None:
        return item
    end = msgspec.structs.replace(usual.low or usual.high, value=number.value)
    unit, text = (number.unit, number.unit_text) if number.unit else (usual.unit, usual.unit_text)
    moved = usual._replace(
        low=end if usual.low else None,
        high=end if usual.high else None,
        unit=unit,
        unit_text=text,
        relative_to=number.relative_to or usual.relative_to,
    )
    return item._replace(kind="bounds", value=moved)


def read_arms(line: Line, items: list[Item], statement: Reader) -> Expr | None:
    """Every arm as a condition of its own, or None where one is not understood."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if item.kind in _JOINTS:
            parts.append([])
        else:
            parts[-1].append(item)
    parts = [p for p in parts if any(i.kind not in ("noise", "open", "close") for i in p)]
    if len(parts) != 2:
        return None
    sexes = [[i for i in p if i.kind == "sex"] for p in parts]
    if any(len(s) != 1 for s in sexes) or sexes[0][0].value == sexes[1][0].value:
        return None
    told = [[i for i in p if i.kind not in _FILLING] for p in parts]
    told = [told[0], [bounded(told[0], i) for i in told[1]]]
    if any(sum(i.kind == "bounds" for i in t) != 1 for t in told):
        return None
    named = [[i for i in t if i.kind != "bounds"] for t in told]
    if bool(named[0]) != bool(named[1]):
        shared = named[0] or named[1]
        told = [t if n else shared + t for t, n in zip(told, named, strict=True)]
    of: list[Expr] = []
    for part, sex in zip(told, sexes, strict=True):
        value = statement(part)
        if value is None or not all(isinstance(leaf, Measurement | Demographic) for leaf in leaves(value)):
            return None
        person = Demographic(attribute="sex", values=(sex[0].value,), span=(sex[0].start, sex[0].end))
        span = span_of([*part, sex[0]])
        of.append(
            AllOf(of=(person, value), span=span)
            if line.kind == "exclusion"
            else IfThen(if_=person, then=value, span=span)
        )
    span = span_of(items)
    return AnyOf(of=tuple(of), span=span) if line.kind == "exclusion" else AllOf(of=tuple(of), span=span)


def read_groups(line: Line, items: list[Item], statement: Reader) -> Expr | None:
    """Read "HbA1c < 8 % in patients under 65 years and < 9 % in patients 65 years and older"."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if item.kind in _JOINTS:
            parts.append([])
        else:
            parts[-1].append(item)
    parts = [p for p in parts if p]
    of: list[Expr] = []
    named: list[Item] = []
    for part in parts:
        place = next((p for p, i in enumerate(part) if p and people_end(line, part[p:])), None)
        if place is None or part[place].kind not in ("for", "within"):
            return None
        told, about = part[:place], part[place:]
        if sum(i.kind == "bounds" for i in told) != 1 or not any(i.kind == "bounds" for i in about):
            return None
        if told[0].kind == "bounds":
            told = [*named, *told]
        named = [i for i in told if i.kind != "bounds"]
        holds, value = group_of(line, about, named=True), statement(told)
        if not holds or value is None or not all(isinstance(leaf, Measurement) for leaf in leaves(value)):
            return None
        of.append(
            AllOf(of=(holds, value), span=span_of(part))
            if line.kind == "exclusion"
            else IfThen(if_=holds, then=value, span=span_of(part))
        )
    if len(of) < 2:
        return None
    span = span_of(items)
    return AnyOf(of=tuple(of), span=span) if line.kind == "exclusion" else AllOf(of=tuple(of), span=span)
