"""On which side of a bound health lies: "No liver dysfunction: ALT < 3 x ULN", "Inadequate marrow: ANC > 1".

Takes the words of a heading and the values behind it; gives what they ask together. Where a heading names
a defect, its values tell either the defect or what should be; the side of the bound tells which.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.words import words
from trialwright.model.expression import AllOf, AnyOf, Expr, Measurement, Not, leaves

Side = Literal["good", "bad", "both"] | None
_DEFECT = re.compile(
    r"\b(?:inadequate|insufficient|impair\w*|abnormal\w*|dysfunction|insufficiency|failure|poor|unacceptable)\b"
    r"|不全|异常|障碍|不足|衰竭"
)
_SOUND = re.compile(r"\b(?:adequate|sufficient|normal|acceptable|satisfactory)\b|足够|良好|正常")
_FUNCTION = re.compile(r"\bfunctions?\b|功能")


def _said(line: Line, items: list[Item]) -> str:
    start, end = span_of(items)
    return line.plain[start:end].lower()


def side_of(leaf: Expr) -> Side:
    """Whether a bound tells health or illness of its measure; None where that is not known."""
    if not isinstance(leaf, Measurement) or leaf.interval is None:
        return None
    name, interval = leaf.concept.name, leaf.interval
    if (interval.low is None) == (interval.high is None):
        return None
    if name in words("ill_above"):
        return "bad" if interval.high is None else "good"
    if name in words("ill_below"):
        return "bad" if interval.low is None else "good"
    return None


def sides(expr: Expr) -> Side:
    """The side of all bounds of a list."""
    found = {side_of(leaf) for leaf in leaves(expr)}
    if found == {"good", "bad"}:
        return "both"
    return found.pop() if len(found) == 1 else None


def _parts(expr: Expr) -> tuple[Expr, ...] | None:
    parts = expr.of if isinstance(expr, AllOf | AnyOf) else (expr,)
    return parts if all(isinstance(p, Measurement) for p in parts) else None


def names_defect(line: Line, header: list[Item]) -> bool:
    """Whether a heading speaks of a function that is not as it should be, or denies that."""
    if not header:
        return False
    said, denied = _said(line, header), any(i.kind == "not" for i in header)
    if line.kind == "exclusion":
        return bool(_SOUND.search(said)) if denied else bool(_DEFECT.search(said))
    return denied and bool(_DEFECT.search(said))


def judged(line: Line, header: list[Item], expr: Expr, span: tuple[int, int]) -> Expr | None:
    """What the values under the heading of a defect ask; None where that is unsure."""
    parts, side = _parts(expr), sides(expr)
    if line.kind != "exclusion":
        # "No dysfunction": the values tell what is normal, or the dysfunction that must not be.
        if side == "good":
            return expr
        if side != "bad" or parts is None:
            return None
        return Not(of=AnyOf(of=parts, span=span) if len(parts) > 1 else parts[0], span=span)
    if side == "good" and parts is not None:
        turned = tuple(Not(of=p, span=p.span) for p in parts)
        return AnyOf(of=turned, span=span) if len(turned) > 1 else turned[0]
    denied = any(i.kind == "not" for i in header)
    return expr if side == "bad" or (side is None and not denied) else None


def under_defect(
    line: Line, header: list[Item], rest: list[Item], read: Callable[[list[Item]], Expr | None]
) -> Expr | None:
    """The values under "Inadequate marrow function" or "No organ dysfunction"."""
    expr = read(rest)
    if expr is None or any(not isinstance(leaf, Measurement) for leaf in leaves(expr)):
        # The heading of illnesses is a name for them.
        named = len(header) <= 8 and all(i.kind in ("noise", "word", "term", "adjective") for i in header)
        return expr if named else None
    return judged(line, header, expr, span_of([*header, *rest]))


def replaces(line: Line, before: list[Item], head: Expr | None) -> bool:
    """Whether numbers in brackets or behind "defined as" tell all that the words before them mean."""
    name = getattr(getattr(head, "concept", None), "name", None)
    if name is None:
        told = _said(line, before)
        named = any(i.kind == "term" for i in before)
        return not named and bool(_FUNCTION.search(told)) and names_defect(line, before)
    if getattr(head, "window", None) or getattr(head, "duration", None):
        return False
    return name in words("told_by_number") and getattr(head, "status", None) == "current"
