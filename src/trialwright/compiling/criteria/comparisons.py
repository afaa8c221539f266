"""Statements that compare a number: measures, pairs of blood pressures, counts of events, changes.

Takes a statement with its slots, gives its node, or None where something in it has no place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwright.compiling.criteria.line import Bounds, Item
from trialwright.compiling.criteria.measures import concept_of, interval_of, notes_of
from trialwright.compiling.criteria.slots import Slots
from trialwright.compiling.criteria.words import is_generic, is_name
from trialwright.model.concept import Concept
from trialwright.model.expression import AllOf, AnyOf, Change, Expr, Measurement
from trialwright.model.interval import Interval
from trialwright.model.period import Period
from trialwright.model.vocabulary import Term

if TYPE_CHECKING:
    from trialwright.compiling.criteria.leaf import Statement


def measured(said: Statement, s: Slots, terms: list[Item], bounds: Item) -> Expr | None:
    """A measure with its bounds, coded where its words are those of the vocabulary."""
    b: Bounds = bounds.value
    if (
        s.verb
        or s.status == "current"
        or s.durations
        or s.tail
        or any(i.kind not in ("term", "bounds", "word", "within") for i in s.core)
    ):
        return None
    named = [i for i in s.core if i.kind in ("term", "word", "within")]
    place = s.core.index(bounds)
    if place == 0 and not terms:
        return number_of(said, s, named, b)
    if place != len(s.core) - 1 or not named or len(named) > 6:
        return None
    if len(terms) > 1:
        return None
    term: Term | None = terms[0].value if terms else None
    if term is not None and term.kind not in ("quantity", "score", "coded"):
        return None
    plain = len(named) == 1 and not s.adjectives
    if not plain and (
        not is_name(said.words(named)) or named[0].kind == "within" or named[-1].kind == "within"
    ):
        return None
    if named[0].kind == "within":
        return None
    if term is None and (not nameable(said, named) or s.adjectives or is_generic(said.words(named))):
        return None
    if (
        term is not None
        and not plain
        and (s.adjectives or not nameable(said, [i for i in named if i.kind == "word"]))
    ):
        return None
    concept = (
        concept_of(term, said.words(named)) if term is not None and plain else Concept(text=said.words(named))
    )
    interval = interval_of(b, term if plain or (term is not None and b.time) else None)
    if interval is None:
        return None
    select: Any = "any" if s.status == "history" and s.select == "latest" else s.select
    values = None
    return Measurement(
        concept=concept,
        interval=interval,
        values=values,
        select=select,
        window=s.windows[0] if s.windows else None,
        span=said.span,
        notes=notes_of(b, said.span),
    )


def number_of(said: Statement, s: Slots, named: list[Item], b: Bounds) -> Expr | None:
    """Read "At least 2 relapses in the past year": how often something happened."""
    if (
        not s.windows
        or not 0 < len(named) < 4
        or b.unit is not None
        or b.relative_to
        or s.adjectives
        or s.status
    ):
        return None
    if not nameable(said, named) or any(i.kind != "word" for i in named) or not is_name(said.words(named)):
        return None
    interval = Interval(low=b.low, high=b.high, unit_status="dimensionless")
    return Measurement(
        concept=Concept(text=said.words(named)), interval=interval, window=s.windows[0], span=said.span
    )


def pressures(said: Statement, s: Slots) -> Expr | None:
    """Read "BP > 140/90 mmHg": either pressure above, or both below; either one keeps out by itself."""
    terms = [i for i in s.core if i.kind == "term"]
    if (
        len(s.core) != 2
        or len(terms) != 1
        or terms[0].value.name != "blood pressure"
        or s.verb
        or s.tail
        or s.durations
    ):
        return None
    pair = next(i for i in s.core if i.kind == "pair").value
    window = s.windows[0] if s.windows else None
    of = []
    for name, code, b in (
        ("systolic pressure", "LOINC:8480-6", pair[0]),
        ("diastolic pressure", "LOINC:8462-4", pair[1]),
    ):
        if b.unit not in (None, "mm[Hg]"):
            return None
        interval = Interval(
            low=b.low,
            high=b.high,
            unit="mm[Hg]",
            unit_text=b.unit_text,
            unit_status="stated" if b.unit else "assumed",
        )
        concept = Concept(text=said.words(terms), name=name, codes=(code,))
        of.append(Measurement(concept=concept, interval=interval, window=window, span=said.span))
    above = pair[0].low is not None and pair[0].high is None
    if above or said.line.kind == "exclusion":
        return AnyOf(of=tuple(of), span=said.span)
    return AllOf(of=tuple(of), span=said.span)


def nameable(said: Statement, words: list[Item]) -> bool:
    """Whether plain words can be the name of a measure."""
    texts = [said.line.plain[w.start : w.end] for w in words]
    return all(t[:1].isalpha() for t in texts) and not any(len(t) == 1 and t.islower() for t in texts)


def changed(said: Statement, s: Slots, terms: list[Item], b: Bounds) -> Expr | None:
    """A rise of a measure, by itself or per time."""
    if len(terms) != 1 or not s.rise or len(s.core) != 2 or terms[0].value.kind != "quantity":
        return None
    if s.durations or (s.windows and s.windows[0].anchor == "screening"):
        # "within 48 hours" says how long the rise took, not that it ended today.
        return None
    interval = interval_of(b, terms[0].value)
    if interval is None:
        return None
    return Change(
        concept=concept_of(terms[0].value, said.words(terms)),
        interval=interval,
        per=Period(s.rate) if s.rate else None,
        window=s.windows[0] if s.windows else None,
        span=said.span,
        notes=notes_of(b, said.span),
    )
