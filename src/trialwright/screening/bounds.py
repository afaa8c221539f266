"""Bounds that can be moved: which numbers of a person a leaf looked at, and the leaf with another bound.

Takes atoms about quantities, changes and ages; a moved atom is answered by the reference like any other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import msgspec

from trialwright.errors import IllegalValue
from trialwright.model import expression as ex
from trialwright.model.answers import Side
from trialwright.model.interval import Bound
from trialwright.model.logic import Reason
from trialwright.screening.atoms import AgeAtom, Atom, ChangeAtom, MeasurementAtom, Question
from trialwright.screening.measurements import (
    difference_of,
    limit_of_normal,
    results_of,
    score_of,
)
from trialwright.screening.person import Person, Row
from trialwright.screening.reading import Conversion, conversion_of, find_number, read_number
from trialwright.screening.windows import age_at, time_unit

_ITSELF = Conversion(1.0)


class Reading(NamedTuple):
    """A number that a leaf looked at: on the leaf's scale, and as its row gave it.

    `conversion` takes a number in the row's own unit to the scale.
    """

    number: float
    value: float
    unit: str | None
    row: Row | None
    conversion: Conversion


class Limit(NamedTuple):
    """A bound of a leaf on its own scale."""

    side: Side
    number: float
    closed: bool


def bounds_of(atom: Atom) -> tuple[Limit, ...]:
    """The bounds of an atom that can be moved; none where it asks for no number."""
    found: list[Limit] = []
    match atom:
        case MeasurementAtom(question=Question(limits=limits)) | ChangeAtom(question=Question(limits=limits)):
            if limits is None or atom.question.relative_to == "baseline":
                return ()
            if math.isfinite(limits.low):
                found.append(Limit("low", limits.low, limits.low_closed))
            if math.isfinite(limits.high):
                found.append(Limit("high", limits.high, limits.high_closed))
        case AgeAtom(interval=interval):
            if interval.low:
                found.append(Limit("low", float(interval.low.value), interval.low.closed))
            if interval.high:
                found.append(Limit("high", float(interval.high.value), interval.high.closed))
    return tuple(found)


def move(atom: Atom, side: Side, number: float, *, closed: bool) -> Atom | None:
    """The atom with that bound; None where no number would be left."""
    replace = msgspec.structs.replace
    if isinstance(atom, AgeAtom):
        try:
            bound = Bound(value=Decimal(repr(number)), closed=closed)
            interval = (
                replace(atom.interval, low=bound) if side == "low" else replace(atom.interval, high=bound)
            )
        except IllegalValue:
            return None
        return replace(atom, interval=interval)
    assert isinstance(atom, MeasurementAtom | ChangeAtom)  # noqa: S101  nothing else has bounds
    assert atom.question.limits is not None  # noqa: S101  likewise
    limits = (
        replace(atom.question.limits, low=number, low_closed=closed)
        if side == "low"
        else replace(atom.question.limits, high=number, high_closed=closed)
    )
    return replace(atom, question=replace(atom.question, limits=limits))


def readings(atom: Atom, person: Person) -> tuple[Reading, ...]:
    """The numbers that the atom looked at; a value known only as "below 50" is none."""
    match atom:
        case AgeAtom():
            return _ages(atom, person)
        case ChangeAtom():
            found = difference_of(atom, person)
            unit = atom.question.scale.spelling if atom.question.scale else None
            if isinstance(found, Reason):
                return ()
            return (Reading(found.number, found.number, unit, found.row, _ITSELF),)
        case MeasurementAtom(question=question) if question.scale is not None:
            return _results(atom, person)
        case _:
            return ()


def _ages(atom: AgeAtom, person: Person) -> tuple[Reading, ...]:
    unit = time_unit(atom.interval)
    if unit is None or person.birth is None or person.has_conflicting_birth:
        return ()
    ages = sorted({age_at(birth, person.day, unit) for birth in person.birth})
    return tuple(Reading(float(age), float(age), unit, person.birth_row, _ITSELF) for age in ages)


def _results(atom: MeasurementAtom, person: Person) -> tuple[Reading, ...]:
    window = person.window(atom.window)
    if window is None:
        return ()
    inside = [r for r in results_of(atom.question, person) if r.time.date() in window]
    if not inside:
        score = score_of(atom, person, window) if atom.formula else Reason.MISSING
        return (
            () if isinstance(score, Reason) else (Reading(float(score), float(score), None, None, _ITSELF),)
        )
    if atom.select in ("latest", "first"):
        moment = (max if atom.select == "latest" else min)(r.time for r in inside)
        inside = [r for r in inside if r.time == moment]
    return tuple(_known(_reading(r.row, atom.question, person) for r in inside))


def _known(found: Iterable[Reading | None]) -> list[Reading]:
    return [reading for reading in found if reading is not None]


def _reading(row: Row, question: Question, person: Person) -> Reading | None:
    """The number of a row; None where it has none that is sure."""
    scale = question.scale
    assert scale is not None  # noqa: S101  the caller has asked
    found = find_number(row.number, row.text, row.unit, viral_load=question.viral_load)
    if found is None or isinstance(found, Reason):
        return None
    figure, spelling = found
    if figure.side != 0:
        return None
    if question.relative_to is not None:
        relation = limit_of_normal(row, figure, spelling, question, scale, person)
        if isinstance(relation, Reason):
            return None
        limit, number = relation
        # The limit may be given in another unit than the row's; the row's own number keeps its unit.
        factor = number / limit / figure.number if figure.number else 1.0 / limit
        return Reading(number / limit, figure.number, spelling, row, Conversion(factor))
    value = read_number(row.number, row.text, row.unit, scale=scale, viral_load=question.viral_load)
    conversion = scale.conversion(spelling) or _ITSELF
    if value is None or isinstance(value, Reason):
        return None
    return Reading(value.number, figure.number, spelling, row, conversion)


def unit_of(leaf: ex.Expr, atom: Atom) -> tuple[str | None, Conversion]:
    """The unit that the criterion gives its bounds in, and how they come to the leaf's scale."""
    interval = getattr(leaf, "interval", None)
    if interval is None:
        return None, _ITSELF
    if isinstance(atom, AgeAtom):
        return time_unit(interval), _ITSELF
    scale = getattr(getattr(atom, "question", None), "scale", None)
    if interval.relative_to is not None:
        return f"x {interval.relative_to}", _ITSELF
    conversion = conversion_of(interval, scale) if scale is not None else None
    return interval.unit, conversion or _ITSELF


def name_of(leaf: ex.Expr) -> str:
    """What a leaf is about, in a word or two."""
    match leaf:
        case ex.Measurement(concept=concept) | ex.Condition(concept=concept) | ex.Exposure(concept=concept):
            return concept.name or concept.text
        case ex.Change(concept=concept):
            return f"change of {concept.name or concept.text}"
        case ex.Demographic(attribute=attribute):
            return attribute
        case _:
            return " ".join(getattr(leaf, "text", type(leaf).__name__).split())
