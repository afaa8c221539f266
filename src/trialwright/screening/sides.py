"""Many bounds judged at one reading: which of a person's numbers lie on which side of them.

Takes the atom of a form and the bounds of its leaves, gives their answers. The reference engine answers for
one leaf of each group whose bounds lie alike among the person's numbers; so no rule of reading stands here
again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from trialwright.model.interval import Bound, Interval
from trialwright.model.logic import MET, Answer
from trialwright.screening.atoms import AgeAtom, Atom, ChangeAtom, MeasurementAtom
from trialwright.screening.forms import Bounds, as_decimal, bounds_of
from trialwright.screening.outcome import RANK
from trialwright.screening.person import Person
from trialwright.screening.reading import Limits, Value
from trialwright.screening.windows import age_at, time_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Numbers this close to a bound are not on a side of it: the bound is then asked for exactly. Wider than the
# part in 10^9 within which the semantics calls numbers equal.
_NEAR = 1e-8


class _Listening(Limits, frozen=True, kw_only=True):
    """Limits that remember every value they are asked about."""

    heard: list[Value]

    def judge(self, value: Value) -> Answer:
        self.heard.append(value)
        return MET


def with_bounds(atom: Atom, bounds: Bounds) -> Atom:
    """The atom of another leaf of the same form."""
    match atom:
        case MeasurementAtom(question=question) | ChangeAtom(question=question) if question.limits:
            limits = Limits(
                low=bounds.low,
                high=bounds.high,
                low_closed=bounds.low_closed,
                high_closed=bounds.high_closed,
            )
            return _with_limits(atom, limits)
        case AgeAtom(interval=interval) if time_unit(interval) is not None:
            return AgeAtom(interval=_interval(bounds, interval.unit))
    return atom


def _with_limits(atom: MeasurementAtom | ChangeAtom, limits: Limits) -> Atom:
    return msgspec.structs.replace(atom, question=msgspec.structs.replace(atom.question, limits=limits))


def _interval(bounds: Bounds, unit: str | None) -> Interval:
    def end(value: float, closed: bool) -> Bound | None:
        return (
            None if value in (float("inf"), float("-inf")) else Bound(value=as_decimal(value), closed=closed)
        )

    return Interval(
        low=end(bounds.low, bounds.low_closed), high=end(bounds.high, bounds.high_closed), unit=unit
    )


def is_bounded(atom: Atom) -> bool:
    """Whether leaves of the atom's form differ in bounds."""
    match atom:
        case MeasurementAtom(question=question) | ChangeAtom(question=question):
            return question.limits is not None
        case AgeAtom(interval=interval):
            return time_unit(interval) is not None
        case _:
            return False


def numbers_compared(atom: Atom, person: Person) -> set[float]:
    """Every number of the person's record that is held against the bounds of the atom."""
    from trialwright.screening.reference import answer

    match atom:
        case MeasurementAtom() | ChangeAtom():
            listening = _Listening(heard=[])
            answer(_with_limits(atom, listening), person)
            return {value.number for value in listening.heard}
        case AgeAtom(interval=interval):
            unit = time_unit(interval)
            if person.birth is None or unit is None or person.has_conflicting_birth:
                return set()
            ages = {float(age_at(day, person.day, unit)) for day in person.birth}
            # Half years are counted in months.
            return ages | {age_at(day, person.day, "mo") / 12 for day in person.birth}
        case _:
            return set()


def answers_within(
    atom: Atom, low: NDArray[Any], high: NDArray[Any], ends: NDArray[Any], person: Person
) -> NDArray[Any]:
    """The answers, as ranks, of leaves of one form; low, high, ends: their bounds; all of shape (leaves,)."""
    import numpy as np

    from trialwright.screening.reference import answer

    def one(position: int) -> int:
        bounds = bounds_of(float(low[position]), float(high[position]), int(ends[position]))
        return RANK[answer(with_bounds(atom, bounds), person).answer]

    if len(low) == 1 or not is_bounded(atom):
        return np.full(len(low), one(0), np.uint8)
    numbers = np.array(sorted(numbers_compared(atom, person)))
    low_side, low_near = _sides(numbers, low)
    high_side, high_near = _sides(numbers, high)
    found = np.empty(len(low), np.uint8)
    near = low_near | high_near
    groups = low_side * (len(numbers) + 3) + high_side
    clear = np.flatnonzero(~near)
    _, first, member = np.unique(groups[clear], return_index=True, return_inverse=True)
    found[clear] = np.array([one(int(clear[i])) for i in first], np.uint8)[member]
    exact: dict[tuple[float, float, int], int] = {}
    for position in np.flatnonzero(near).tolist():
        key = (low[position], high[position], ends[position])
        if key not in exact:
            exact[key] = one(position)
        found[position] = exact[key]
    return found


def _sides(numbers: NDArray[Any], bounds: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """How many numbers lie below each bound, and whether one lies at it; no bound is a side of its own."""
    import numpy as np

    finite = np.isfinite(bounds)
    plain = np.where(finite, bounds, 0.0)
    slack = np.abs(plain) * _NEAR
    below = np.searchsorted(numbers, plain - slack, side="left")
    up_to = np.searchsorted(numbers, plain + slack, side="right")
    return np.where(finite, below, len(numbers) + 1), finite & (below != up_to)
