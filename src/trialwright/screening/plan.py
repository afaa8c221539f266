"""Trees to plan: every leaf is given its codes, dates and limits, and every distinct one is asked once.

Takes studies, a vocabulary, an index date and options; gives atoms that all criteria share, and for each
criterion its tree with the atoms that stand at its leaves. Assumed windows are named here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from trialwright.model import expression as ex
from trialwright.model.interval import Bound, Interval
from trialwright.model.study import Eligibility, Study
from trialwright.model.vocabulary import Vocabulary
from trialwright.screening.atoms import Atom
from trialwright.screening.grounding import Ground
from trialwright.screening.limits import limits_of_record
from trialwright.screening.options import ScreeningOptions

# Fertile age, as a condition, is 15 to 49 (section 5).
_FERTILE = ("childbearing", "fertile age")


class PlannedCriterion(Struct, frozen=True, kw_only=True):
    """A criterion with, for its leaves in the order of the text, the atom and what would settle it."""

    id: str
    exclusion: bool
    expr: ex.Expr
    slots: tuple[int, ...]
    needed: tuple[str, ...]
    text: str = ""


class PlannedStudy(Struct, frozen=True, kw_only=True):
    """A study as its criteria, and what had to be assumed for them."""

    id: str
    criteria: tuple[PlannedCriterion, ...]
    assumptions: tuple[str, ...]


class Plan(Struct, frozen=True, kw_only=True):
    """All that is to be asked of a person's record at the index date."""

    index_date: date
    atoms: tuple[Atom, ...]
    studies: tuple[PlannedStudy, ...]
    options: ScreeningOptions


def make_plan(
    studies: tuple[Study, ...], *, index_date: date, vocabulary: Vocabulary, options: ScreeningOptions
) -> Plan:
    """The plan of screening people for the studies at a date."""
    ground = Ground(index_date, vocabulary, options)
    atoms: dict[Atom, int] = {}
    planned = []
    for study in studies:
        criteria, assumptions = [], []
        for criterion, expr in criteria_asked(study.eligibility):
            slots, needed = [], []
            for leaf, hurts in leaves_with_sign(expr, criterion.kind == "exclusion"):
                grounded = ground.leaf(leaf, hurts)
                slots.append(atoms.setdefault(grounded.atom, len(atoms)))
                needed.append(grounded.needed)
                if grounded.assumed:
                    assumptions.append(f"{criterion.id}: {grounded.assumed}")
            criteria.append(
                PlannedCriterion(
                    id=criterion.id,
                    exclusion=criterion.kind == "exclusion",
                    expr=expr,
                    slots=tuple(slots),
                    needed=tuple(needed),
                    text=criterion.text,
                )
            )
        planned.append(
            PlannedStudy(id=study.id, criteria=tuple(criteria), assumptions=tuple(dict.fromkeys(assumptions)))
        )
    return Plan(index_date=index_date, atoms=tuple(atoms), studies=tuple(planned), options=options)


def split_plan(plan: Plan, most: int) -> list[Plan]:
    """The plan as plans for some of its studies in turn, each with `most` atoms at the most.

    A study is never divided: one that asks more than that has a plan of its own.
    """
    groups: list[list[PlannedStudy]] = [[]]
    asked: set[int] = set()
    for study in plan.studies:
        own = {k for criterion in study.criteria for k in criterion.slots}
        if groups[-1] and len(asked | own) > most:
            groups.append([])
            asked = set()
        groups[-1].append(study)
        asked |= own
    return [plan] if len(groups) == 1 else [_part(plan, tuple(group)) for group in groups]


def _part(plan: Plan, studies: tuple[PlannedStudy, ...]) -> Plan:
    """The plan of some studies, with their own atoms only."""
    used = sorted({k for study in studies for criterion in study.criteria for k in criterion.slots})
    place = {k: i for i, k in enumerate(used)}
    replace = msgspec.structs.replace
    return replace(
        plan,
        atoms=tuple(plan.atoms[k] for k in used),
        studies=tuple(
            replace(s, criteria=tuple(replace(c, slots=tuple(place[k] for k in c.slots)) for c in s.criteria))
            for s in studies
        ),
    )


def criteria_asked(eligibility: Eligibility) -> Iterator[tuple[ex.Criterion, ex.Expr]]:
    """Every criterion that a person is held against, with the tree that is judged for it."""
    for criterion in (*eligibility.criteria, *limits_of_record(eligibility)):
        if criterion.kind is None or criterion.expr is None:
            # What nobody has read, or knows to include or to exclude, decides nothing.
            yield criterion, ex.Unparsed(text=criterion.text)
        else:
            yield criterion, expand(criterion.expr)


def expand(expr: ex.Expr) -> ex.Expr:
    """Childbearing potential, as a condition, said as what it is: recorded female and aged 15 to 49."""
    if isinstance(expr, ex.Condition):
        words = (expr.concept.name or "", expr.concept.text)
        if any(mark in word.lower() for word in words for mark in _FERTILE):
            return ex.AllOf(
                of=(
                    ex.Demographic(attribute="sex", values=("female",)),
                    ex.Demographic(attribute="age", interval=_years(15, 49)),
                ),
                span=expr.span,
            )
        return expr
    match expr:
        case ex.AllOf(of=of) | ex.AnyOf(of=of) | ex.AtLeast(of=of):
            changes: dict[str, Any] = {"of": tuple(expand(e) for e in of)}
        case ex.Not(of=inner):
            changes = {"of": expand(inner)}
        case ex.IfThen(if_=premise, then=then):
            changes = {"if_": expand(premise), "then": expand(then)}
        case ex.Except(base=base, unless=unless):
            changes = {"base": expand(base), "unless": expand(unless)}
        case _:
            return expr
    return msgspec.structs.replace(expr, **changes)


def leaves_with_sign(expr: ex.Expr, hurts: bool) -> Iterator[tuple[ex.Expr, bool]]:
    """The leaves in the order of the text, and whether being met there hurts the person."""
    match expr:
        case ex.AllOf(of=of) | ex.AnyOf(of=of) | ex.AtLeast(of=of):
            for child in of:
                yield from leaves_with_sign(child, hurts)
        case ex.Not(of=inner):
            yield from leaves_with_sign(inner, not hurts)
        case ex.IfThen(if_=premise, then=then):
            yield from leaves_with_sign(premise, not hurts)
            yield from leaves_with_sign(then, hurts)
        case ex.Except(base=base, unless=unless):
            yield from leaves_with_sign(base, hurts)
            yield from leaves_with_sign(unless, not hurts)
        case _:
            yield expr, hurts


def _years(low: int, high: int) -> Interval:
    from decimal import Decimal

    return Interval(
        low=Bound(value=Decimal(low), closed=True), high=Bound(value=Decimal(high), closed=True), unit="a"
    )
