"""Wash-outs that are asked for: "at least 4 weeks since the last dose of rituximab or chemotherapy".

Takes the items of a clause with a `washout` item; gives the denial of the treatments in that time, or None
where more is said than the treatments.
"""

from __future__ import annotations

from trialwright.compiling.criteria.leaf import Statement
from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.pieces import split_at
from trialwright.compiling.criteria.words import words
from trialwright.model.expression import AnyOf, Exposure, Expr, Not

_GIVEN = ("drug", "procedure", "device", "cell", "vaccine")


def waited(line: Line, items: list[Item]) -> Expr | None:
    """The denial of treatments within the wash-out."""
    place = next(p for p, i in enumerate(items) if i.kind == "washout")
    washout = items[place]
    before = [i for i in items[:place] if i.kind != "noise"]
    if any(not _is_ceasing(line, i) for i in before if i.kind != "term") or line.kind == "exclusion":
        return None
    named = items[place + 1 :] if not any(i.kind == "term" for i in before) else items[:place]
    if named is not items[place + 1 :] and any(i.kind != "noise" for i in items[place + 1 :]) and before:
        return None
    of = []
    for part in split_at(named, ("or", "and", "comma", "slash")):
        term = _treatment(line, part)
        if term is None:
            return None
        window = Item("window", washout.value, washout.start, washout.end)
        given = Statement(line, [term, window]).read()
        if not isinstance(given, Exposure):
            return None
        of.append(given)
    if not of:
        return None
    span = span_of(items)
    return Not(of=of[0] if len(of) == 1 else AnyOf(of=tuple(of), span=span), span=span)


def _treatment(line: Line, part: list[Item]) -> Item | None:
    """The only treatment that a part names."""
    terms = [i for i in part if i.kind == "term"]
    if len(terms) != 1 or terms[0].value.kind not in _GIVEN:
        return None
    for item in part:
        if item.kind in ("noise", "term", "last", "status", "verb"):
            continue
        said = line.plain[item.start : item.end].lower()
        if said not in words("administered") and not _is_ceasing(line, item):
            return None
    return terms[0]


def _is_ceasing(line: Line, item: Item) -> bool:
    return line.plain[item.start : item.end].lower() in words("ceasing_treatment")
