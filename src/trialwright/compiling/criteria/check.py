"""Pass `check`: notes on what a reader should doubt, such as a bound that no person's value comes near.

Takes a line with its expression, gives it notes; no value is changed.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.line import Line
from trialwright.model.expression import Change, Condition, Exposure, Expr, Measurement, Unparsed, leaves
from trialwright.model.interval import Interval
from trialwright.model.source import Note
from trialwright.model.unit import find_unit
from trialwright.model.vocabulary import Term


def check(line: Line, lexicon: Lexicon) -> Line:
    """The line with its notes."""
    if line.expr is None:
        return line
    notes = list(line.notes)
    for leaf in leaves(line.expr):
        notes.extend(leaf.notes)
        if isinstance(leaf, Condition | Exposure):
            continue
        if isinstance(leaf, Measurement) and leaf.interval is not None and leaf.concept.name:
            term = lexicon.vocabulary.named(leaf.concept.name)
            if term is not None and (note := _implausible(leaf, leaf.interval, term)):
                notes.append(note)
        if (
            isinstance(leaf, Measurement | Change)
            and leaf.interval is not None
            and leaf.interval.unit_status == "missing"
        ):
            notes.append(
                Note(
                    code="unit_missing", message=f"no unit is written for {leaf.concept.text}", span=leaf.span
                )
            )
        if isinstance(leaf, Unparsed):
            notes.append(Note(code="unparsed", message="these words were not understood", span=leaf.span))
    return msgspec.structs.replace(line, notes=tuple(dict.fromkeys(notes))) if notes else line


def _implausible(leaf: Expr, interval: Interval, term: Term) -> Note | None:
    """A note where a bound lies outside what the measure can be."""
    if term.plausible is None or interval.relative_to is not None or interval.unit_status == "missing":
        return None
    factor = _factor(interval.unit, term)
    if factor is None:
        return None
    low, high = term.plausible
    for bound in (interval.low, interval.high):
        # Nought and one hundred per cent are honest limits of a scale.
        if (
            bound is not None
            and bound.value != 0
            and not float(low) <= float(bound.value) * factor <= float(high)
        ):
            return Note(
                code="implausible",
                message=f"{bound.value} {interval.unit or ''}".rstrip()
                + f" is not a plausible {term.name}; was a unit lost?",
                span=leaf.span,
            )
    return None


def _factor(unit: str | None, term: Term) -> float | None:
    if unit is None or unit == term.unit:
        return 1.0
    if unit == "/L" and term.dimension == "cells":
        return 1e-9 if term.unit == "10*9/L" else 1e-6
    here, there = find_unit(unit), find_unit(term.unit) if term.unit else None
    if here is None or there is None or here.decadic:
        return None
    if here.dimension == there.dimension:
        return here.factor / there.factor
    if term.molar_mass is not None and {here.dimension, there.dimension} == {"mass", "substance"}:
        per_mole = float(
            term.molar_mass if isinstance(term.molar_mass, Decimal) else Decimal(term.molar_mass)
        )
        if here.dimension == "mass":
            return here.factor / per_mole * 1000 / there.factor
        return here.factor * per_mole / 1000 / there.factor
    return None
