"""Pass `outline`: what the sure reading left unparsed becomes a likely tree, of which no part decides.

Takes a line with its expression, puts drafted nodes in the place of unparsed words. Their concepts have
no codes, so that every verdict on them is unknown until a person confirms the reading.
"""

from __future__ import annotations

import msgspec

from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.line import Item, Line
from trialwright.compiling.criteria.outlining.deciding import decisive
from trialwright.compiling.criteria.outlining.draft import Draft, Sure
from trialwright.compiling.criteria.parse import Parser
from trialwright.compiling.criteria.unsettled import unsettled
from trialwright.compiling.criteria.untimed import undated
from trialwright.model.expression import (
    About,
    AllOf,
    Attestation,
    Condition,
    Exposure,
    Expr,
    Unparsed,
    leaves,
    with_children,
)
from trialwright.model.source import Note

_PARTING = frozenset({"or", "and", "comma", "not", "window", "duration", "bounds", "washout", "pair"})


def outline(line: Line, lexicon: Lexicon) -> Line:
    """The line with an outline of every part that was not understood."""
    expr = line.expr
    if expr is None or not line.items:
        return line
    about = next((leaf.about for leaf in leaves(expr) if isinstance(leaf, Attestation)), None)
    reader = Parser(line, lexicon)
    # Where it is unsure whom the words are about, no part of them rules anybody out.
    open_ = not isinstance(expr, Unparsed) or unsettled(line, list(line.items))
    drawn = _outlined(line, expr, about, None if open_ else reader.statement)
    return line if drawn is expr else msgspec.structs.replace(line, expr=drawn)


def _outlined(line: Line, expr: Expr, about: About | None, sure: Sure | None) -> Expr:
    if isinstance(expr, Unparsed):
        return _drawn(line, expr, about, sure)
    if isinstance(expr, Attestation):
        return _divided(line, expr)
    drawn = with_children(expr, lambda part: _outlined(line, part, about, sure))
    if isinstance(expr, AllOf) and isinstance(drawn, AllOf) and about is not None and expr.span is not None:
        whole = all(isinstance(e, Unparsed | Attestation) for e in expr.of)
        if whole and all(isinstance(e, Attestation) for e in drawn.of):
            # The words around an attestation only say more of it.
            text = " ".join(line.text[slice(*expr.span)].split())
            return Attestation(about=about, text=text, span=expr.span)
    return drawn


def _softened(draft: Draft, drawn: Expr, about: About | None = None) -> Expr:
    """The shape with plain words taken for what they are, where no record could hold anything of it.

    Beside an attestation they belong to it; where most of them speak of running a trial, they stay unparsed.
    """
    if draft.hard:
        return drawn
    about = next((leaf.about for leaf in leaves(drawn) if isinstance(leaf, Attestation)), about)
    if (about is None or draft.hindered) and draft.plain >= draft.administrative:
        # Something has a name; "a deformity that prevents typing" is a thing as well.
        return drawn
    return _soft(drawn, about)


def _soft(expr: Expr, about: About | None) -> Expr:
    if isinstance(expr, Condition | Exposure):
        text, span = expr.concept.text, expr.span
        return Attestation(about=about, text=text, span=span) if about else Unparsed(text=text, span=span)
    return with_children(expr, lambda part: _soft(part, about))


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
    if drawn is None or draft.exhausted:
        return words
    drawn = _softened(draft, drawn)
    kept = all(isinstance(leaf, Attestation) for leaf in leaves(drawn))
    if words.about == "investigator_judgement" and kept and not any(i.kind in ("not", "or") for i in items):
        # Only a judgement and its reasons: parting them would say no more.
        return words
    treatments = [e for e in leaves(drawn) if isinstance(e, Exposure) and e.status == "planned"]
    return words if words.about == "plan" and not treatments else drawn


def _items(line: Line, span: tuple[int, int]) -> list[Item]:
    start, end = span
    return [i for i in line.items if start <= i.start and i.end <= end]


def _drawn(line: Line, words: Unparsed, about: About | None, sure: Sure | None) -> Expr:
    """The likely tree of words that were not understood; the words themselves where there is none."""
    if words.span is None:
        return words
    items = _items(line, words.span)
    if not items:
        return words
    draft = Draft(line, sure)
    drawn = draft.text(items)
    if drawn is None or draft.exhausted or isinstance(drawn, Unparsed):
        return words
    drawn = decisive(undated(_softened(draft, drawn, about), items), line.kind)
    if isinstance(drawn, Attestation):
        return drawn
    note = Note(code="outlined", message="the shape of these words is likely, not sure", span=words.span)
    return msgspec.structs.replace(drawn, notes=(*drawn.notes, note))
