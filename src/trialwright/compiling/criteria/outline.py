"""Pass `outline`: what the sure reading left unparsed becomes a likely tree, of which no part decides.

Takes a line with its expression, puts drafted nodes in the place of unparsed words. Their concepts have
no codes, so that every verdict on them is unknown until a person confirms the reading.
"""

from __future__ import annotations

from typing import Any

import msgspec

from trialwright.compiling.criteria.line import Item, Line
from trialwright.compiling.criteria.outlining.draft import Draft
from trialwright.model.expression import Attestation, Condition, Exposure, Expr, Unparsed, leaves
from trialwright.model.source import Note

_PARTING = frozenset({"or", "and", "comma", "not", "window", "duration", "bounds", "washout", "pair"})


def outline(line: Line) -> Line:
    """The line with an outline of every part that was not understood."""
    expr = line.expr
    if expr is None or not line.items:
        return line
    drawn = _outlined(line, expr)
    return line if drawn is expr else msgspec.structs.replace(line, expr=drawn)


def _outlined(line: Line, expr: Expr) -> Expr:
    if isinstance(expr, Unparsed):
        return _drawn(line, expr)
    if isinstance(expr, Attestation):
        return _divided(line, expr)
    changes: dict[str, Any] = {}
    for field in ("of", "if_", "then", "base", "unless"):
        inner = getattr(expr, field, None)
        if isinstance(inner, tuple):
            new = tuple([_outlined(line, e) for e in inner])
            if any(a is not b for a, b in zip(new, inner, strict=True)):
                changes[field] = new
        elif inner is not None:
            one = _outlined(line, inner)
            if one is not inner:
                changes[field] = one
    return msgspec.structs.replace(expr, **changes) if changes else expr


def _soft(expr: Expr) -> Expr:
    """The shape of words of which none names an illness, a treatment or a number; they stay unparsed."""
    if isinstance(expr, Condition | Exposure):
        return Unparsed(text=expr.concept.text, span=expr.span)
    changes: dict[str, Any] = {}
    for field in ("of", "if_", "then", "base", "unless"):
        inner = getattr(expr, field, None)
        if isinstance(inner, tuple):
            changes[field] = tuple(map(_soft, inner))
        elif inner is not None:
            changes[field] = _soft(inner)
    return msgspec.structs.replace(expr, **changes) if changes else expr


def _divided(line: Line, words: Attestation) -> Expr:
    """What only a person can answer, parted at its joints and with its denial told."""
    if words.span is None or words.about in ("consent", "documentation"):
        return words
    items = _items(line, words.span)
    draft = Draft(line)
    lists = draft.wording
    if words.about in ("capacity", "willingness") and not any(
        i.kind in _PARTING or draft.said(i).split()[0] in lists.denying or draft.said(i) in lists.preventing
        for i in items
    ):
        return words
    drawn = draft.text(items)
    if drawn is None:
        return words
    kept = all(isinstance(leaf, Attestation) for leaf in leaves(drawn))
    if words.about == "investigator_judgement" and kept and not any(i.kind in ("not", "or") for i in items):
        # Only a judgement and its reasons: parting them would say no more.
        return words
    treatments = [e for e in leaves(drawn) if isinstance(e, Exposure) and e.status == "planned"]
    return words if words.about == "plan" and not treatments else drawn


def _items(line: Line, span: tuple[int, int]) -> list[Item]:
    start, end = span
    return [i for i in line.items if start <= i.start and i.end <= end]


def _drawn(line: Line, words: Unparsed) -> Expr:
    """The likely tree of words that were not understood; the words themselves where there is none."""
    if words.span is None:
        return words
    items = _items(line, words.span)
    if not items:
        return words
    draft = Draft(line)
    drawn = draft.text(items)
    if drawn is None or isinstance(drawn, Unparsed):
        return words
    if not draft.hard and draft.plain <= draft.administrative:
        drawn = _soft(drawn)
    note = Note(code="outlined", message="the shape of these words is likely, not sure", span=words.span)
    return msgspec.structs.replace(drawn, notes=(*drawn.notes, note))
