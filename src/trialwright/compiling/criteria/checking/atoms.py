"""Two leaves that ask the same question: whether one follows from the other, or both cannot hold.

Takes leaves of one criterion or of two, answers only where that is sure.
"""

from __future__ import annotations

from typing import Any

import msgspec

from trialwright.compiling.criteria.checking.scales import range_of
from trialwright.model.concept import Concept
from trialwright.model.expression import (
    Attestation,
    Condition,
    Demographic,
    Exposure,
    Expr,
    Measurement,
    Protocol,
    Unparsed,
)
from trialwright.model.interval import Interval
from trialwright.model.vocabulary import Vocabulary
from trialwright.model.window import Window


def follows(leaf: Expr, other: Expr, vocabulary: Vocabulary) -> bool:
    """Whether the other must hold where the leaf holds."""
    match leaf, other:
        case Measurement(), Measurement():
            return _one_question(leaf, other) and _inside(leaf, other, vocabulary)
        case Demographic(), Demographic():
            return leaf.attribute == other.attribute and _inside(leaf, other, vocabulary)
        case Condition(), Condition():
            return (
                named(leaf.concept) == named(other.concept)
                and set(other.qualifiers) <= set(leaf.qualifiers)
                and other.duration in (None, leaf.duration)
                and _whenever(leaf, other)
            )
        case Exposure(), Exposure():
            return (
                named(leaf.concept) == named(other.concept)
                and leaf.kind == other.kind
                and other.dose in (None, leaf.dose)
                and other.duration in (None, leaf.duration)
                and other.count in (None, leaf.count)
                and _whenever(leaf, other)
            )
        case _:
            return False


def clash(leaf: Expr, other: Expr, vocabulary: Vocabulary) -> bool:
    """Whether the two cannot hold together: numbers apart, or different results of one test."""
    if not _compared(leaf, other):
        return False
    first, second = _numbers(leaf, other)
    if first is not None and second is not None:
        term = _term(leaf, vocabulary)
        return range_of(first, term).apart(range_of(second, term))
    if isinstance(leaf, Demographic) and isinstance(other, Demographic) and leaf.attribute == "sex":
        return not set(leaf.values or ()) & set(other.values or ())
    return False


def exhaust(leaf: Expr, other: Expr, vocabulary: Vocabulary) -> bool:
    """Whether one of the two holds for every number there is."""
    if not _compared(leaf, other):
        return False
    first, second = _numbers(leaf, other)
    if first is None or second is None:
        return False
    term = _term(leaf, vocabulary)
    return range_of(first, term).covers_with(range_of(second, term))


def named(concept: Concept) -> Any:
    """What a concept is compared by: name and codes, else its words; examples belong to it."""
    words = concept.name or " ".join(concept.text.lower().split())
    return words, concept.codes, tuple(named(c) for c in concept.alternatives)


def shape(expr: Expr) -> Any:
    """What a tree says, without places, notes and spellings."""
    if isinstance(expr, Attestation | Protocol | Unparsed):
        return type(expr).__name__, "".join(c for c in expr.text.lower() if c.isalnum())
    said: list[Any] = [type(expr).__name__]
    for field, value in msgspec.structs.asdict(expr).items():
        if field not in ("span", "notes"):
            said.append(_said(value))
    return tuple(said)


def _said(value: Any) -> Any:
    match value:
        case Concept():
            return named(value)
        case Interval():
            return (value.low, value.high, value.unit, value.relative_to)
        case Window():
            return _dates(value)
        case tuple():
            return tuple(_said(v) for v in value)
        case None | str() | int():
            return value
        case msgspec.Struct():
            return shape(value)  # type: ignore[arg-type]
        case _:
            return str(value)


def _dates(window: Window | None) -> Any:
    if window is None:
        return None
    event = None if window.event is None else named(window.event)
    return window.anchor, event, str(window.from_), str(window.to)


def _one_question(leaf: Measurement, other: Measurement) -> bool:
    return (
        named(leaf.concept) == named(other.concept)
        and leaf.select == other.select
        and _dates(leaf.window) == _dates(other.window)
    )


def _compared(leaf: Expr, other: Expr) -> bool:
    match leaf, other:
        case Measurement(), Measurement():
            # Of several results one may be low and another high.
            return _one_question(leaf, other) and leaf.select != "any"
        case Demographic(), Demographic():
            return leaf.attribute == other.attribute
        case _:
            return False


def _numbers(leaf: Expr, other: Expr) -> tuple[Interval | None, Interval | None]:
    return getattr(leaf, "interval", None), getattr(other, "interval", None)


def _inside(
    leaf: Measurement | Demographic, other: Measurement | Demographic, vocabulary: Vocabulary
) -> bool:
    if leaf.interval is not None and other.interval is not None:
        term = _term(leaf, vocabulary)
        return range_of(leaf.interval, term).inside(range_of(other.interval, term))
    if leaf.interval is None and other.interval is None:
        return set(leaf.values or ()) <= set(other.values or ())
    return False


def _term(leaf: Expr, vocabulary: Vocabulary) -> Any:
    name = leaf.concept.name if isinstance(leaf, Measurement) else None
    return vocabulary.named(name) if name else None


def _whenever(leaf: Condition | Exposure, other: Condition | Exposure) -> bool:
    """Whether the other asks for the same time, or for any."""
    if other.window is None:
        return (leaf.window is None and other.status == leaf.status) or other.status == "any"
    return other.status in ("any", leaf.status) and _dates(leaf.window) == _dates(other.window)
