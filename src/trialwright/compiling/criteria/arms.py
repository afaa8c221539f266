"""Two arms of one statement: "Hb > 13 g/dL in men and > 12 g/dL in women".

Takes the items of a clause that names both sexes with a value each; every value holds for its own sex only.
"""

from __future__ import annotations

from collections.abc import Callable

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.model.expression import AllOf, AnyOf, Demographic, Expr, IfThen, Measurement, leaves

Reader = Callable[[list[Item]], Expr | None]
_JOINTS = ("and", "or", "comma", "semi", "slash")
_FILLING = ("sex", "for", "within", "noise", "open", "close", "if")


def armed(items: list[Item]) -> bool:
    """Whether values are given for each sex apart."""
    sexes = {i.value for i in items if i.kind == "sex"}
    return len(sexes) == 2 and len([i for i in items if i.kind == "bounds"]) > 1


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
