"""Groups within one criterion that nobody or everybody meets.

Takes a tree, gives notes: an `all` of two ranges that are apart, an `any` of two that leave nothing out.
"""

from __future__ import annotations

from trialwright.compiling.criteria.checking.atoms import clash, exhaust, follows
from trialwright.model.expression import AllOf, AnyOf, Demographic, Expr, Measurement, Not
from trialwright.model.source import Note
from trialwright.model.vocabulary import Vocabulary

# Longer lists are compared in their beginning, so that the work stays small.
_MOST = 24


def empty_groups(expr: AllOf | AnyOf, vocabulary: Vocabulary, *, likely: bool) -> list[Note]:
    """Notes on members of the group that contradict each other, or leave nothing out.

    An outline (`likely`) may take for one group what is a list of classes; there only two lone ranges count.
    """
    members = expr.of[:_MOST]
    if len(members) < 2 or (likely and len(members) > 2):
        return []
    for place, one in enumerate(members):
        for other in members[place + 1 :]:
            if isinstance(expr, AllOf):
                if clash(one, other, vocabulary) or _denied(one, other, vocabulary):
                    message = f"nobody can meet both parts of this: {_what(one)}"
                    if _exact(one) and _exact(other):
                        message += "; were the signs of comparison lost?"
                    return [Note(code="cannot_be_met", message=message, span=expr.span)]
            elif exhaust(one, other, vocabulary):
                message = f"everybody meets one part of this: {_what(one)}"
                return [Note(code="always_met", message=message, span=expr.span)]
    return []


def _denied(one: Expr, other: Expr, vocabulary: Vocabulary) -> bool:
    """Whether one says what the other denies."""
    if isinstance(other, Not):
        return follows(one, other.of, vocabulary)
    return isinstance(one, Not) and follows(other, one.of, vocabulary)


def _exact(leaf: Expr) -> bool:
    """Whether one number alone is asked for."""
    interval = getattr(leaf, "interval", None)
    return interval is not None and interval.low == interval.high


def _what(leaf: Expr) -> str:
    """What a leaf is about."""
    if isinstance(leaf, Not):
        return _what(leaf.of)
    if isinstance(leaf, Demographic):
        return leaf.attribute
    if isinstance(leaf, Measurement):
        return leaf.concept.name or leaf.concept.text
    concept = getattr(leaf, "concept", None)
    return "the same" if concept is None else concept.text
