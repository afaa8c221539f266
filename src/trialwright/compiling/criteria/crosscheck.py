"""The eligibility text against the register's own fields: ages and sex that disagree.

Takes a study and its compiled criteria, gives notes; neither side is changed.
"""

from __future__ import annotations

from decimal import Decimal

from trialwright.model.dates import Age
from trialwright.model.expression import AllOf, Criterion, Demographic, Expr
from trialwright.model.interval import Bound
from trialwright.model.source import Note
from trialwright.model.study import Study

_MONTHS = {"a": Decimal(12), "mo": Decimal(1)}


def against_registry(study: Study, criteria: tuple[Criterion, ...]) -> tuple[Note, ...]:
    """Notes on ages and sex in the text that the register's fields contradict."""
    notes = []
    register = study.eligibility
    for criterion in criteria:
        if criterion.kind != "inclusion" or criterion.expr is None:
            continue
        for node in _demanded(criterion.expr):
            if node.attribute == "age" and node.interval is not None:
                unit = node.interval.unit or "a"
                for bound, typed, end in (
                    (node.interval.low, register.minimum_age, "minimum"),
                    (node.interval.high, register.maximum_age, "maximum"),
                ):
                    if bound is not None and typed is not None and not _same(bound, unit, typed):
                        notes.append(
                            Note(
                                code="age_differs",
                                message=f"the text says {end} age {bound.value} {unit}, "
                                f"the register {typed.value} {typed.unit}",
                                span=node.span,
                                source=criterion.source,
                            )
                        )
            elif (
                node.attribute == "sex"
                and node.values
                and register.sex
                and register.sex.lower() != node.values[0]
            ):
                notes.append(
                    Note(
                        code="sex_differs",
                        message=f"the text says {node.values[0]}, the register {register.sex}",
                        span=node.span,
                        source=criterion.source,
                    )
                )
    return tuple(notes)


def _demanded(expr: Expr) -> tuple[Demographic, ...]:
    """The demographics that every person must meet."""
    if isinstance(expr, Demographic):
        return (expr,)
    if isinstance(expr, AllOf):
        return tuple(node for child in expr.of for node in _demanded(child))
    return ()


def _same(bound: Bound, unit: str, typed: Age) -> bool:
    if unit == typed.unit:
        return bound.value == typed.value or (not bound.closed and abs(bound.value - typed.value) == 1)
    if unit in _MONTHS and typed.unit in _MONTHS:
        return bound.value * _MONTHS[unit] == typed.value * _MONTHS[typed.unit]
    return True
