"""The eligibility text against the register's own fields: ages and sex that disagree.

Takes a study and its compiled criteria, gives notes; neither side is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from trialwright.compiling.criteria.checking.possible import is_no_age
from trialwright.model.dates import Age
from trialwright.model.expression import AllOf, AnyOf, Criterion, Demographic, Expr, Not
from trialwright.model.interval import Bound
from trialwright.model.source import Note
from trialwright.model.study import Study

_SIZE = {"a": ("mo", Decimal(12)), "mo": ("mo", Decimal(1)), "wk": ("d", Decimal(7)), "d": ("d", Decimal(1))}
_CLASSED = ("euctr", "ctis")


class Said(NamedTuple):
    """What a criterion demands of age or sex."""

    leaf: Demographic
    criterion: Criterion


class End(NamedTuple):
    """One end of the ages that a text admits, and where it stands."""

    bound: Bound
    unit: str
    said: Said


def against_registry(study: Study, criteria: tuple[Criterion, ...]) -> tuple[Note, ...]:
    """Notes on ages and sex in the text that the register contradicts, and on impossible ages there."""
    register = study.eligibility
    said = [s for criterion in criteria for s in _said(criterion)]
    lows, highs = _ends(said, "low"), _ends(said, "high")
    least, most = register.minimum_age, register.maximum_age
    if _in_classes(study):
        # Such a register has classes of age; a text that stays within them does not differ.
        lows = [end for end in lows if least is not None and _beyond(end, least, -1)]
        highs = [end for end in highs if most is not None and _beyond(end, most, 1)]
    return (
        *_ages_apart(lows, least, "minimum"),
        *_ages_apart(highs, most, "maximum"),
        *_sexes_apart(said, register.sex),
        *_register_ages(least, most),
    )


def _said(criterion: Criterion) -> Iterator[Said]:
    """What every person must be, and in an exclusion must not be."""
    if criterion.expr is not None and criterion.kind is not None:
        for leaf in _demanded(criterion.expr, holds=criterion.kind == "inclusion"):
            yield Said(leaf, criterion)


def _demanded(expr: Expr, *, holds: bool) -> Iterator[Demographic]:
    """The demographics that hold of every person who passes; denied ones are turned round."""
    if any(note.code == "outlined" for note in expr.notes):
        return
    match expr:
        case Demographic():
            if holds:
                yield expr
            elif (turned := _turned(expr)) is not None:
                yield turned
        case Not(of=inner):
            yield from _demanded(inner, holds=not holds)
        case AllOf(of=of) if holds:
            for child in of:
                yield from _demanded(child, holds=holds)
        case AnyOf(of=of) if not holds:
            for child in of:
                yield from _demanded(child, holds=holds)


def _turned(leaf: Demographic) -> Demographic | None:
    """What those are who are not this: at least 18 for under 18, men for women."""
    interval = leaf.interval
    if leaf.attribute == "sex" and leaf.values in (("male",), ("female",)):
        return Demographic(
            attribute="sex", values=("female" if leaf.values == ("male",) else "male",), span=leaf.span
        )
    if leaf.attribute != "age" or interval is None or (interval.low is None) == (interval.high is None):
        return None
    low = None if interval.high is None else Bound(value=interval.high.value, closed=not interval.high.closed)
    high = None if interval.low is None else Bound(value=interval.low.value, closed=not interval.low.closed)
    return Demographic(
        attribute="age", interval=type(interval)(low=low, high=high, unit=interval.unit), span=leaf.span
    )


def _ends(said: list[Said], end: str) -> list[End]:
    """The lower or upper ends of all ages that the text demands."""
    return [
        End(bound, s.leaf.interval.unit or "a", s)
        for s in said
        if s.leaf.attribute == "age"
        and s.leaf.interval is not None
        and (bound := getattr(s.leaf.interval, end)) is not None
    ]


def _in_classes(study: Study) -> bool:
    """Whether the ages come from a register that has classes (adults 18 to 64) in place of numbers."""
    return any(source.format.startswith(_CLASSED) for source in study.sources)


def _beyond(end: End, typed: Age, sign: int) -> bool:
    """Whether an end lies outside what the register admits."""
    here, there = _SIZE.get(end.unit), _SIZE.get(typed.unit)
    if here is None or there is None or here[0] != there[0]:
        return False
    return (end.bound.value * here[1] - typed.value * there[1]) * sign > 0


def _ages_apart(ends: list[End], typed: Age | None, which: str) -> Iterator[Note]:
    """A note where no end that the text states is that of the register."""
    if typed is None or any(_same(end, typed) for end in ends):
        # Where several ages are stated they are those of several groups; one of them is the register's.
        return
    for end in ends[:1]:
        yield Note(
            code="age_differs",
            message=f"the text says {which} age {end.bound.value:f} {end.unit}, "
            f"the register {typed.value:f} {typed.unit}",
            span=end.said.leaf.span,
            source=end.said.criterion.source,
        )


def _same(end: End, typed: Age) -> bool:
    """Whether an end is that of the register, which cannot say whether it belongs to the range."""
    here, there = _SIZE.get(end.unit), _SIZE.get(typed.unit)
    if here is None or there is None or here[0] != there[0]:
        return True
    value, other = end.bound.value * here[1], typed.value * there[1]
    # A register counts in whole years: it says 17 for 17.5, and 17 for under 18.
    if end.unit == typed.unit and end.bound.value // 1 == typed.value:
        return True
    return value == other or (not end.bound.closed and abs(value - other) <= min(here[1], there[1]))


def _sexes_apart(said: list[Said], registered: str | None) -> Iterator[Note]:
    """A note where the text admits another sex than the register."""
    found = [s for s in said if s.leaf.attribute == "sex" and s.leaf.values]
    sexes = {value for s in found for value in s.leaf.values or ()}
    if not registered or not found or len(sexes) != 1 or registered.lower() in sexes:
        return
    yield Note(
        code="sex_differs",
        message=f"the text says {sexes.pop()}, the register {registered}",
        span=found[0].leaf.span,
        source=found[0].criterion.source,
    )


def _register_ages(least: Age | None, most: Age | None) -> Iterator[Note]:
    """Notes on ages of the register that nobody has."""
    for age in _given(least, most):
        if is_no_age(age.value, age.unit):
            message = f"the register says {age.value:f} {age.unit}; nobody reaches that age"
            yield Note(code="impossible_age", message=message)
    if least is not None and most is not None:
        here, there = _SIZE.get(least.unit), _SIZE.get(most.unit)
        if here and there and here[0] == there[0] and least.value * here[1] > most.value * there[1]:
            message = f"the register's minimum age, {least.value:f} {least.unit}, lies above its maximum, "
            yield Note(code="impossible_age", message=f"{message}{most.value:f} {most.unit}")


def _given(*ages: Age | None) -> Iterable[Age]:
    return (age for age in ages if age is not None)
