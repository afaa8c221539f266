"""What a comparison says about a measure: its concept, its interval, whom it is for.

Takes terms and bounds, gives values of the model, with notes on what was taken to be meant; a unit that
belongs to another measure is refused.
"""

from __future__ import annotations

from decimal import Decimal

from trialwright.compiling.criteria.line import Bounds, Item, Line
from trialwright.model.concept import Concept
from trialwright.model.expression import AllOf, Condition, Demographic, Expr
from trialwright.model.interval import Bound, Interval, UnitStatus
from trialwright.model.source import Note
from trialwright.model.unit import find_unit
from trialwright.model.vocabulary import Term

_TIMED = {"life expectancy", "gestational age"}
NUMBER_NOTES = {
    "ten_e": "10E9 is taken to mean 10 to the power of nine",
    "exponent_lost": "the exponent has lost its mark (x109 for x 10^9)",
    "decimal_comma": "the comma is taken as a decimal mark",
    "thousand_mark": "the point is taken as a thousands mark",
    "operator_assumed": "no comparison is written; at least so many times the limit is taken",
    "normal_by_letter": "N is taken as the upper limit of normal",
    "units_differ": "the same bound in another unit has another value; the first is taken",
}


def concept_of(term: Term, text: str) -> Concept:
    """The concept of a term, with the words of the text."""
    return Concept(text=text, name=term.name, codes=term.codes)


def premise_of(line: Line, items: list[Item], span: tuple[int, int]) -> Expr | None:
    """Whom a statement is about ("female patients in fertile age"), or None."""
    about = [i for i in items if i.kind not in ("noise", "for", "within", "if", "comma")]
    if not about or any(i.kind not in ("sex", "fertile") for i in about):
        return None
    sexes = {i.value for i in about if i.kind == "sex"} or {"female"}
    if len(sexes) > 1:
        return None
    sex = Demographic(attribute="sex", values=(next(iter(sexes)),), span=span)
    fertile = [i.value for i in about if i.kind == "fertile"]
    if not fertile:
        return sex
    if "potential" in fertile:
        told = next(i for i in about if i.kind == "fertile")
        said = " ".join(line.text[told.start : told.end].split()).removeprefix("of ").removeprefix("with ")
        concept = Concept(text=said, name="childbearing potential")
        return AllOf(of=(sex, Condition(concept=concept, status="current", span=span)), span=span)
    low, high = Bound(value=Decimal(15), closed=True), Bound(value=Decimal(49), closed=True)
    note = Note(code="fertile_age", message="fertile age is taken as 15 to 49 years", span=span)
    age = Demographic(
        attribute="age",
        interval=Interval(low=low, high=high, unit="a", unit_status="assumed"),
        span=span,
        notes=(note,),
    )
    return AllOf(of=(sex, age), span=span)


def notes_of(b: Bounds, span: tuple[int, int]) -> tuple[Note, ...]:
    """What was taken to be meant in a number, as notes."""
    return tuple(Note(code=code, message=NUMBER_NOTES[code], span=span) for code in dict.fromkeys(b.notes))


def number_notes(items: list[Item]) -> tuple[Note, ...]:
    """What was taken to be meant in each number that was read, as notes; `check` keeps what no leaf tells."""
    return tuple(
        Note(code=code, message=NUMBER_NOTES[code], span=(i.start, i.end))
        for i in items
        if i.kind == "quantity" and i.value.notes
        for code in i.value.notes
    )


def interval_of(b: Bounds, term: Term | None) -> Interval | None:
    """The interval of a comparison, or None where its unit belongs to another measure."""
    status: UnitStatus = "stated"
    unit = b.unit
    if b.relative_to:
        unit, status = None, "dimensionless"
    elif unit is None:
        pure = term is not None and (term.kind == "score" or term.dimension == "pure")
        status = "dimensionless" if pure else "missing"
    elif term is not None and not owns(term, unit, b.time):
        return None
    if b.time and term is None:
        return None
    if (
        unit is None
        and term is None
        and not b.relative_to
        and any(x is not None and 1900 <= x.value <= 2100 for x in (b.low, b.high))
    ):
        # A number that may be a year is no value.
        return None
    return Interval(
        low=b.low,
        high=b.high,
        unit=unit,
        unit_text=b.unit_text,
        unit_status=status,
        relative_to=b.relative_to,
    )


def owns(term: Term, unit: str, time: bool) -> bool:
    """Whether a measure can have that unit."""
    if time:
        return term.name in _TIMED
    if term.kind == "score":
        return unit == "%" and term.plausible is not None and term.plausible[1] == 100
    if unit == term.unit or term.dimension is None:
        return (
            term.unit is None
            or unit == term.unit
            or term.name == "eGFR"
            or unit.split("/")[0] in ("g", "[lb_av]", "m", "[degF]", "mL")
        )
    if term.dimension == "cells" and unit == "/L":
        return True
    known = find_unit(unit) or find_unit(unit.replace("10*3/uL", "10*9/L"))
    if known is None:
        return term.dimension == "cells" and unit.startswith("10*")
    if {known.dimension, term.dimension} <= {"mass", "substance"}:
        return True
    if term.name == "haemoglobin" and known.dimension == "substance":
        return True
    if term.name == "HbA1c" or {known.dimension, term.dimension} <= {"percent", "pure"}:
        return True
    return known.dimension == term.dimension
