"""What a sure part of an outline may decide: it can rule a person out, and never qualifies anybody.

Takes a drafted tree and the kind of its criterion; gives it with codes only where the part alone decides
against the person, and without any where nothing of it is unsure.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from trialwright.compiling.criteria.line import Kind
from trialwright.model.concept import Concept
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Condition,
    Demographic,
    Exposure,
    Expr,
    Measurement,
    Not,
    leaves,
    with_children,
)

# The value of the whole that a part must be able to force by itself.
Forced = Literal["true", "false"] | None


def decisive(expr: Expr, kind: Kind) -> Expr:
    """The tree with codes where they may stand."""
    if not any(map(_decides, leaves(expr))):
        return expr
    placed = _placed(expr, "true" if kind == "exclusion" else "false")
    if all(map(_decides, leaves(placed))):
        # Nothing is unsure but the shape, and that is what an outline is unsure of.
        return _placed(expr, None)
    return placed


def _placed(expr: Expr, forced: Forced) -> Expr:
    match expr:
        case Not():
            turned: Forced = None if forced is None else "true" if forced == "false" else "false"
            return with_children(expr, lambda part: _placed(part, turned))
        case AllOf():
            return with_children(expr, lambda part: _placed(part, forced if forced == "false" else None))
        case AnyOf():
            return with_children(expr, lambda part: _placed(part, forced if forced == "true" else None))
        case Demographic() if forced is None:
            return _unsure(expr)
        case Measurement() | Condition() | Exposure() if forced is None and expr.concept.codes:
            return msgspec.structs.replace(expr, concept=Concept(text=expr.concept.text))
        case _:
            return with_children(expr, lambda part: _placed(part, None))


def _decides(leaf: Expr) -> bool:
    return isinstance(leaf, Demographic) or bool(getattr(getattr(leaf, "concept", None), "codes", ()))


def _unsure(leaf: Demographic) -> Expr:
    """An age or sex as a thing without codes."""
    concept = Concept(text=leaf.attribute)
    if leaf.interval is not None:
        return Measurement(concept=concept, interval=leaf.interval, span=leaf.span, notes=leaf.notes)
    return Condition(concept=Concept(text=(leaf.values or ("",))[0]), span=leaf.span, notes=leaf.notes)
