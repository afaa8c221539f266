"""Leaves of an outline whose time is in doubt: a time stands over them or at the end of their list.

Takes a drafted tree and the items it was drawn from, gives it without codes on leaves that may have lost
their time: an old stroke must not rule out where the text asks for one of the last months.
"""

from __future__ import annotations

import msgspec

from trialwright.compiling.criteria.line import Item
from trialwright.compiling.criteria.onsets import is_to_come
from trialwright.compiling.criteria.words import words
from trialwright.model.concept import Concept
from trialwright.model.expression import Condition, Exposure, Expr, Measurement, leaves, with_children

_TIMES = ("window", "duration", "washout")
_PARTING = ("semi", "stop", "line", "colon")


def undated(expr: Expr, items: list[Item]) -> Expr:
    """The tree in which only leaves keep their codes whose time is told, or that have none."""
    times = [i for i in items if i.kind in _TIMES and not (i.kind == "window" and is_to_come(i.value))]
    if not times:
        return expr
    told = [leaf for leaf in leaves(expr) if getattr(leaf, "window", None) or getattr(leaf, "duration", None)]

    def asked(part: Expr) -> Expr:
        if not isinstance(part, Measurement | Condition | Exposure):
            return with_children(part, asked)
        if part.span is None or not part.concept.codes or part in told:
            return part
        if _under_time(part.span[0], items) or any(
            _before_time(part, time, items, told) for time in times if time.start >= part.span[1]
        ):
            return msgspec.structs.replace(part, concept=Concept(text=part.concept.text))
        return part

    return asked(expr)


def _under_time(start: int, items: list[Item]) -> bool:
    """Whether the words over a point or before a colon tell a time."""
    over = False
    for item in items:
        if item.start >= start:
            break
        if item.kind in ("colon", "line"):
            # Points are told by the first line, not by each other.
            if over:
                return True
            if item.kind == "line":
                return False
        over = over or item.kind in _TIMES
    return False


def _before_time(
    leaf: Measurement | Condition | Exposure, time: Item, items: list[Item], told: list[Expr]
) -> bool:
    """Whether a time behind a leaf may be meant for it as well."""
    end = time.start if leaf.span is None else leaf.span[1]
    between = [i.kind for i in items if end <= i.start < time.start]
    if any(kind in _PARTING for kind in between):
        return False
    carrier = next((e for e in told if (s := getattr(e, "span", None)) and s[0] <= time.start <= s[1]), None)
    if isinstance(leaf, Measurement):
        return carrier is None or isinstance(carrier, Measurement)
    if isinstance(carrier, Measurement):
        return False
    return isinstance(leaf, Exposure) or "comma" not in between or leaf.concept.name in words("passing")
