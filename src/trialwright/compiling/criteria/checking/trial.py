"""The criteria of one text against one another: said twice, required and excluded, never met together.

Takes criteria with their places, gives notes; what may speak of different groups of people is not compared.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from trialwright.compiling.criteria.checking.atoms import clash, exhaust, follows, named, shape
from trialwright.compiling.criteria.words import words
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Attestation,
    Criterion,
    Demographic,
    Expr,
    Measurement,
    Not,
    Protocol,
    Unparsed,
    children,
)
from trialwright.model.source import Note, Span
from trialwright.model.vocabulary import Vocabulary

# What may differ between two spellings of one criterion.
_BLANK = re.compile(r"[^\w<>=≤≥+./-]+")
_LEAD = 60
_SHORTEST = 8
_MOST_REPEATED = 3
_FEW_WORDS = 7
_WORDY = 3
_MOST_COMPARED = 20


class Demand(NamedTuple):
    """A leaf that must hold, or must not, for a person to be eligible; and the criterion that says so."""

    leaf: Expr
    holds: bool
    criterion: Criterion


def against_itself(text: str, criteria: Sequence[Criterion], vocabulary: Vocabulary) -> tuple[Note, ...]:
    """Notes on criteria of a text that repeat or contradict others of the same people."""
    notes: dict[tuple[str, Span | None], Note] = {}
    for group in _groups(text, criteria):
        for note in (*_repeated(text, group), *_contradicting(group, vocabulary)):
            notes.setdefault((note.code, note.span), note)
    return tuple(notes.values())


def _groups(text: str, criteria: Sequence[Criterion]) -> Iterator[list[Criterion]]:
    """Criteria that speak of the same people: no heading between them names others."""
    group: list[Criterion] = []
    seen: list[str] = []
    end = 0
    for criterion in criteria:
        if criterion.span is None or criterion.kind is None:
            continue
        between = text[end : criterion.span[0]]
        end = criterion.span[1]
        kind: str = criterion.kind
        again = kind in seen and seen[-1] != kind
        if again or _names_people(between):
            if group:
                yield group
            group, seen = [], []
        if not seen or seen[-1] != kind:
            seen.append(kind)
        if not _names_people(criterion.text[:_LEAD], within=True):
            group.append(criterion)
    if group:
        yield group


def _names_people(said: str, *, within: bool = False) -> bool:
    """Whether a heading, or the beginning of a criterion, singles out some of the people.

    A heading may also say that what follows is allowed, or of another time: then no criterion repeats it.
    """
    lowered = said.lower()
    if not within and _listed("heading_apart").search(lowered):
        return True
    found = _listed("group_of_people").search(lowered)
    if found is None:
        return False
    return not within or found.start() == 0 or ":" in said or "：" in said


@cache
def _listed(name: str) -> re.Pattern[str]:
    """The words of a list as one pattern; Latin ones stand alone."""
    listed = sorted(words(name))
    latin = "|".join(re.escape(word) for word in listed if word.isascii())
    return re.compile("|".join([rf"\b(?:{latin})s?\b", *(word for word in listed if not word.isascii())]))


def _repeated(text: str, group: list[Criterion]) -> list[Note]:
    """Notes on criteria that an earlier one has said in the same words, or with the same meaning."""
    notes: list[Note] = []
    texts: dict[str, Criterion] = {}
    shapes: dict[object, Criterion] = {}
    for criterion in group:
        said = _BLANK.sub("", criterion.text.lower())
        told = shape(criterion.expr) if criterion.expr is not None and _is_sure(criterion.expr) else None
        first = texts.get(said) if len(said) >= _SHORTEST else None
        first = first or (None if told is None else shapes.get(told))
        if first is None:
            texts[said] = criterion
            if told is not None:
                shapes[told] = criterion
        elif first.kind != criterion.kind:
            open_ = isinstance(criterion.expr, Unparsed | Attestation | Protocol)
            if open_ or len(criterion.text.split()) < 3:
                continue
            message = f"{first.id} and {criterion.id} say the same: it is required and excluded"
            notes.append(Note(code="required_and_excluded", message=message, span=criterion.span))
        elif not _apart(text, first, criterion, group):
            message = f"{criterion.id} says the same as {first.id}"
            notes.append(Note(code="said_twice", message=message, span=criterion.span))
    # A whole list said again is meant for other people, though no heading names them.
    return notes if len(notes) <= _MOST_REPEATED else []


def _apart(text: str, first: Criterion, second: Criterion, group: list[Criterion]) -> bool:
    """Whether a short point stands under two headings, which may complete it in two ways."""
    if len(second.text.split()) > _FEW_WORDS:
        return False
    run = group[group.index(first) : group.index(second) + 1]
    return any(
        sum(c.isalpha() for c in text[a.span[1] : b.span[0]]) >= _WORDY
        for a, b in itertools.pairwise(run)
        if a.span is not None and b.span is not None
    )


def _is_sure(expr: Expr) -> bool:
    """Whether a tree says all that its words say, and something that data can answer."""
    if not _is_read(expr) or isinstance(expr, Unparsed | Attestation | Protocol):
        return False
    below = children(expr)
    return all(_is_sure(child) or isinstance(child, Attestation | Protocol) for child in below)


def _is_read(expr: Expr) -> bool:
    return not any(note.code == "outlined" for note in expr.notes)


def _contradicting(group: list[Criterion], vocabulary: Vocabulary) -> Iterator[Note]:
    """Notes on pairs of demands that no person meets."""
    told: set[tuple[str, str]] = set()
    # Only leaves about one thing can contradict each other, and a thing is rarely named more than twice.
    about: dict[object, list[Demand]] = {}
    for demand in (d for criterion in group for d in _demands(criterion)):
        earlier = about.setdefault(_about(demand.leaf), [])
        for other in earlier:
            pair = other.criterion.id, demand.criterion.id
            if pair[0] != pair[1] and pair not in told:
                note = _opposed(other, demand, vocabulary)
                if note is not None:
                    told.add(pair)
                    yield note
        if len(earlier) < _MOST_COMPARED:
            earlier.append(demand)


def _about(leaf: Expr) -> object:
    """What a leaf asks about."""
    concept = getattr(leaf, "concept", None)
    return type(leaf), getattr(leaf, "attribute", None) if concept is None else named(concept)


def _demands(criterion: Criterion) -> Iterator[Demand]:
    """What must hold, and what must not, for a person to pass this criterion."""
    if criterion.expr is not None:
        yield from _demanded(criterion.expr, criterion.kind == "inclusion", criterion)


def _demanded(expr: Expr, holds: bool, criterion: Criterion) -> Iterator[Demand]:
    if not _is_read(expr):
        return
    match expr:
        case Not(of=inner):
            yield from _demanded(inner, not holds, criterion)
        case AllOf(of=of) if holds:
            for child in of:
                yield from _demanded(child, holds, criterion)
        case AnyOf(of=of) if not holds:
            for child in of:
                yield from _demanded(child, holds, criterion)
        case AllOf() | AnyOf() | Attestation() | Protocol() | Unparsed():
            return
        case _:
            yield Demand(expr, holds, criterion)


def _opposed(first: Demand, second: Demand, vocabulary: Vocabulary) -> Note | None:
    """A note where no person meets both demands."""
    ids = f"{first.criterion.id} and {second.criterion.id}"
    what = _what(second.leaf)
    if first.holds != second.holds:
        required, excluded = (first, second) if first.holds else (second, first)
        if follows(required.leaf, excluded.leaf, vocabulary):
            return Note(
                code="required_and_excluded",
                message=f"{ids} leave nobody: {what} is required and excluded",
                span=second.criterion.span,
            )
        return None
    opposed = clash if first.holds else exhaust
    if opposed(first.leaf, second.leaf, vocabulary):
        message = f"{ids} leave nobody: no {what} meets both"
        if first.holds:
            message += "; do they speak of two groups of people?"
        return Note(code="cannot_be_met_together", message=message, span=second.criterion.span)
    return None


def _what(leaf: Expr) -> str:
    if isinstance(leaf, Demographic):
        return leaf.attribute
    concept = getattr(leaf, "concept", None)
    if concept is None:
        return "the same"
    return (concept.name if isinstance(leaf, Measurement) else None) or str(concept.text)
