"""The numbers and units of one measurement: not plausible, a unit of another measure, no unit.

Takes a measurement and the vocabulary, gives notes; a probable slip is named, never mended.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from trialwright.compiling.criteria.checking.scales import factor_to
from trialwright.model.expression import Change, Measurement
from trialwright.model.interval import Interval
from trialwright.model.source import Note
from trialwright.model.unit import find_unit
from trialwright.model.vocabulary import Term, Vocabulary

# The units that laboratories write for a measure of that canonical unit, this one first.
_USUAL = {
    "10*9/L": ("10*9/L", "/uL"),
    "/uL": ("/uL", "10*9/L"),
    "g/L": ("g/L", "g/dL"),
    "mmol/L": ("mmol/L", "mg/dL", "umol/L"),
    "umol/L": ("umol/L", "mg/dL", "mmol/L"),
    "mg/L": ("mg/L", "mg/dL"),
}
# A note on a missing unit weighs what people write, not every unit that a laboratory has.
_WRITTEN = 2
# A reading at the very edge of what is plausible is no second reading.
_EDGE = 2.0
_FEWEST = 1e-5
_SHORT = 3
# Two ways to report one measure: mass and substance, cells per volume and per hundred cells.
_BESIDE = (
    {"mass", "substance"},
    {"cells", "percent"},
    {"percent", "pure"},
    *({d} for d in ("cells", "mass", "substance", "enzyme", "viral_load", "percent", "pure")),
)


def doubts(leaf: Measurement | Change, vocabulary: Vocabulary) -> list[Note]:
    """Notes on the number and the unit of a measurement."""
    interval = leaf.interval
    if interval is None or interval.relative_to is not None:
        return []
    if leaf.concept.name is None:
        note = _foreign(leaf, interval, vocabulary)
        return [] if note is None else [note]
    term = vocabulary.named(leaf.concept.name)
    if term is None:
        return []
    if interval.unit_status == "missing":
        note = _missing(leaf, interval, term)
    else:
        note = _unconverted(leaf, interval, term)
        if note is None and isinstance(leaf, Measurement):
            note = _implausible(leaf, interval, term)
    return [] if note is None else [note]


def _unconverted(leaf: Measurement | Change, interval: Interval, term: Term) -> Note | None:
    """Mass against substance of a measure without one molar mass: haemoglobin in mmol/L, per chain or not."""
    here, there = find_unit(interval.unit or ""), find_unit(term.unit or "")
    if here is None or there is None or {here.dimension, there.dimension} != {"mass", "substance"}:
        return None
    if factor_to(interval.unit, term) is not None:
        return None
    return Note(
        code="unit_not_converted",
        message=f"{interval.unit_text or interval.unit} cannot be turned into {term.unit}, "
        f"in which {term.name} is compared",
        span=leaf.span,
    )


def _foreign(leaf: Measurement | Change, interval: Interval, vocabulary: Vocabulary) -> Note | None:
    """A measure that was not surely read because of its unit: one of another measure, or a slip."""
    unit, text = interval.unit, leaf.concept.text
    # A per cent of anything can be a change.
    if unit is None or unit == "%":
        return None
    term = _measures(vocabulary).get(text if len(text) <= _SHORT else text.lower())
    if term is None or term.unit is None:
        return None
    if factor_to(unit, term) is not None:
        return None if isinstance(leaf, Change) else _implausible(leaf, interval, term)
    known = find_unit(unit)
    if known is None or term.dimension is None or {known.dimension, term.dimension} in _BESIDE:
        return None
    return Note(
        code="unit_unfit",
        message=f"{interval.unit_text or unit} is no unit of {term.name}, which is measured in {term.unit}",
        span=leaf.span,
    )


@lru_cache(maxsize=4)
def _measures(vocabulary: Vocabulary) -> dict[str, Term]:
    """The measures by their words; words of one to three letters keep their case."""
    return {
        word if len(word) <= _SHORT else word.lower(): term
        for term in vocabulary.terms
        if term.kind == "quantity"
        for word in (*term.words, term.name)
    }


def _missing(leaf: Measurement | Change, interval: Interval, term: Term) -> Note | None:
    """A number without a unit, and what it could be."""
    if term.kind != "quantity" or term.unit is None:
        return None
    units = _USUAL.get(term.unit, (term.unit,))[:_WRITTEN]
    fit = [u for u in units if _fits(interval, u, term)]
    likely = [u for u in fit if _fits(interval, u, term, edge=_EDGE)]
    if term.plausible and len(likely) > 1:
        return Note(
            code="unit_unclear",
            message=f"no unit is written for {term.name}; the number could be in {' or '.join(likely)}",
            span=leaf.span,
        )
    rest = f"; only {fit[0]} would be plausible" if term.plausible and len(units) > 1 == len(fit) else ""
    return Note(code="unit_missing", message=f"no unit is written for {term.name}{rest}", span=leaf.span)


def _implausible(leaf: Measurement, interval: Interval, term: Term) -> Note | None:
    """A bound outside what the measure can be, with the slip that would explain it."""
    unit = interval.unit
    if term.plausible is None or _fits(interval, unit, term):
        return None
    worst = next(b for b in (interval.low, interval.high) if b and not _is_plausible(b.value, unit, term))
    written = f"{worst.value:f} {interval.unit_text or unit or ''}".rstrip()
    fit = [u for u in _USUAL.get(term.unit or "", ()) if u != unit and _fits(interval, u, term)]
    # One slip is likelier than two: a unit of the same volume comes first.
    fit.sort(key=lambda u: u.rpartition("/")[2] != (unit or "").rpartition("/")[2])
    message = f"{written} is no plausible {term.name}"
    if fit:
        message += f"; {worst.value:f} {fit[0]} would be: {_slip(unit or '', fit[0])}"
    elif term.kind == "score":
        low, high = term.plausible
        message += f", which goes from {low} to {high}"
    return Note(code="implausible", message=message, span=leaf.span)


def _slip(written: str, meant: str) -> str:
    """What may have been lost between two units."""
    if meant.startswith("10*") and not written.startswith("10*"):
        return "was a power of ten lost?"
    if written in ("/L", "/mL") or meant == written.replace("mol", "umol"):
        return "was a micro sign lost?"
    if meant == written.replace("mol", "mmol"):
        return "was the m of milli lost?"
    if written.startswith("10*") and not meant.startswith("10*"):
        return "is the power of ten one too many?"
    return "was the unit mistaken?"


def _fits(interval: Interval, unit: str | None, term: Term, edge: float = 1.0) -> bool:
    """Whether all bounds would be plausible in that unit; true where nobody can tell."""
    return all(
        bound is None or _is_plausible(bound.value, unit, term, edge)
        for bound in (interval.low, interval.high)
    )


def _is_plausible(value: Decimal, unit: str | None, term: Term, edge: float = 1.0) -> bool:
    factor = factor_to(unit, term)
    # Nought and one hundred per cent are honest limits of a scale.
    if factor is None or term.plausible is None or value == 0 or (unit == "%" and value == 100):
        return True
    low, high = map(float, term.plausible)
    if term.dimension == "cells":
        # A count can be nought, but no bound is set at a few cells in a litre.
        low = max(low, high * _FEWEST)
    return low * edge <= float(value) * factor <= high / edge
