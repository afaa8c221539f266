"""How far a bound must move to let a person in: flips, curves of what-if, and near misses.

Takes people whom one criterion alone rules out; each of its numeric leaves is answered again by the
reference with its bound moved to the numbers that the leaf looked at, nearest first.
"""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from trialwright.model.answers import Curve, NearCount, NearMiss, NearMisses, Point
from trialwright.model.logic import MET, NOT_MET
from trialwright.model.screening import PatientTable
from trialwright.screening.answered import HOLDS, Answered, Failing, slots_of, states_of
from trialwright.screening.bounds import Limit, Reading, bounds_of, move, name_of, readings, unit_of
from trialwright.screening.outcome import ANSWERS, RANK, fails, is_set_aside, judge
from trialwright.screening.person import Person
from trialwright.screening.plan import Plan, PlannedCriterion, PlannedStudy, leaves_with_sign
from trialwright.screening.records import read_some

# More points than these say no more; a curve keeps its first, its last, and every so many between.
MOST_POINTS = 60
NEAR = 0.1
_STEPS = (0.05, 0.1, 0.2, 0.5)


class Spot(NamedTuple):
    """A bound of a leaf: criterion and leaf by their positions, and whether being met there hurts."""

    criterion: int
    leaf: int
    hurts: bool
    limit: Limit


class Flip(NamedTuple):
    """A bound, moved to what a person has, changes what the trial says of them."""

    subject: Any
    spot: Spot
    reading: Reading
    verdict: Literal["met", "unknown"]


def spots_of(study: PlannedStudy, plan: Plan) -> tuple[Spot, ...]:
    """All bounds of a study that can be moved."""
    return tuple(
        Spot(c, position, hurts, limit)
        for c, criterion in enumerate(study.criteria)
        for position, (_, hurts) in enumerate(leaves_with_sign(criterion.expr, criterion.exclusion))
        for limit in bounds_of(plan.atoms[criterion.slots[position]])
    )


def find_flips(plan: Plan, index: int, answered: Answered, table: PatientTable) -> list[Flip]:
    """What moving one bound does to everybody whom one criterion alone rules out, in order of subject_id.

    For each person and bound at most two flips: where the trial no longer says no, and where it says yes.
    """
    study = plan.studies[index]
    spots = defaultdict(list)
    for spot in spots_of(study, plan):
        spots[spot.criterion].append(spot)
    worth: dict[tuple[int, tuple[int, ...]], tuple[Spot, ...]] = {}
    people: dict[Any, Failing] = {}
    for failing in answered.failing_alone(index):
        key = (failing.criterion, failing.answers)
        if key not in worth:
            worth[key] = tuple(s for s in spots[failing.criterion] if _helps(study, plan, failing, s))
        if worth[key]:
            people[failing.subject] = failing
    if not people:
        return []
    atoms = {plan.atoms[study.criteria[s.criterion].slots[s.leaf]] for found in worth.values() for s in found}
    return [
        flip
        for subject, person in read_some(table, plan, people, atoms)
        for failing in (people[subject],)
        for spot in worth[failing.criterion, failing.answers]
        for flip in _flips(study, plan, failing, spot, person)
    ]


def _helps(study: PlannedStudy, plan: Plan, failing: Failing, spot: Spot) -> bool:
    """Whether the leaf of the spot, if it were answered the other way, would save the person."""
    criterion = study.criteria[spot.criterion]
    ranks = dict(zip(slots_of(study), failing.answers, strict=True))
    against = RANK[MET if spot.hurts else NOT_MET]
    if ranks[criterion.slots[spot.leaf]] != against:
        return False
    answers = [ANSWERS[ranks[k]] for k in criterion.slots]
    answers[spot.leaf] = NOT_MET if spot.hurts else MET
    return not fails(criterion, judge(criterion.expr, answers).answer)


def _flips(study: PlannedStudy, plan: Plan, failing: Failing, spot: Spot, person: Person) -> Iterator[Flip]:
    from trialwright.screening.reference import answer

    criterion = study.criteria[spot.criterion]
    atom = plan.atoms[criterion.slots[spot.leaf]]
    ranks = dict(zip(slots_of(study), failing.answers, strict=True))
    answers = [ANSWERS[ranks[k]] for k in criterion.slots]
    strict = plan.options.strict
    others_hold = HOLDS in states_of(study, failing.answers, strict=strict)

    def favour(reading: Reading) -> int:
        """What the trial says with the bound at the reading: 0 no, 1 perhaps, 2 yes."""
        moved = move(atom, spot.limit.side, reading.number, closed=not spot.hurts)
        changed = [*answers]
        # Where no number is left between the bounds, nobody is caught between them.
        changed[spot.leaf] = answer(moved, person).answer if moved is not None else NOT_MET
        given = judge(criterion.expr, changed).answer
        if fails(criterion, given):
            return 0
        holds = given.reason is not None and not is_set_aside(given, strict=strict)
        return 1 if holds or others_hold else 2

    # The further out the bound, the more it lets in: the first reading of each kind is found by halving.
    outwards = _outwards(readings(atom, person), spot)
    first = bisect.bisect_left(outwards, 1, key=favour)
    if first == len(outwards):
        return
    if favour(outwards[first]) == 1:
        yield Flip(failing.subject, spot, outwards[first], "unknown")
        first = bisect.bisect_left(outwards, 2, lo=first, key=favour)
    if first < len(outwards):
        yield Flip(failing.subject, spot, outwards[first], "met")


def _outwards(found: Iterable[Reading], spot: Spot) -> list[Reading]:
    """The readings beyond the bound, in the direction in which it must move, nearest first."""
    side, number, _ = spot.limit
    # To be let in, a low bound goes down to the value; to be no longer caught, it goes up to it.
    upwards = (side == "high") != spot.hurts
    beyond = [r for r in found if (r.number >= number if upwards else r.number <= number)]
    return sorted(beyond, key=lambda r: r.number if upwards else -r.number)


# -- curves ---------------------------------------------------------------------------------------------


def draw_curves(plan: Plan, index: int, flips: Iterable[Flip]) -> tuple[Curve, ...]:
    """For each bound that somebody would come in by: how many more, by where the bound is."""
    study = plan.studies[index]
    steps: dict[Spot, Counter[tuple[float, str]]] = defaultdict(Counter)
    before: dict[tuple[Any, Spot], str] = {}
    for flip in flips:
        steps[flip.spot][flip.reading.number, flip.verdict] += 1
        if (flip.subject, flip.spot) in before:
            steps[flip.spot][flip.reading.number, "left"] += 1
        before[flip.subject, flip.spot] = flip.verdict
    return tuple(_curve(study, plan, spot, steps[spot]) for spot in spots_of(study, plan) if spot in steps)


def _curve(study: PlannedStudy, plan: Plan, spot: Spot, steps: Counter[tuple[float, str]]) -> Curve:
    criterion = study.criteria[spot.criterion]
    leaf = _leaf(criterion, spot.leaf)
    unit, conversion = unit_of(leaf, plan.atoms[criterion.slots[spot.leaf]])
    numbers = sorted({number for number, _ in steps}, key=lambda n: abs(n - spot.limit.number))
    points: list[Point] = []
    eligible = undecided = 0
    for number in numbers:
        eligible += steps[number, "met"]
        undecided += steps[number, "unknown"] - steps[number, "left"]
        bound = _plain(conversion.back(number))
        points.append(Point(bound=bound, eligible=eligible, undecided=undecided))
    return Curve(
        id=criterion.id,
        leaf=spot.leaf,
        what=name_of(leaf),
        side=spot.limit.side,
        bound=_plain(conversion.back(spot.limit.number)),
        unit=unit,
        points=_thinned(points),
    )


def _leaf(criterion: PlannedCriterion, position: int) -> Any:
    return next(
        leaf
        for i, (leaf, _) in enumerate(leaves_with_sign(criterion.expr, criterion.exclusion))
        if i == position
    )


def _plain(number: float) -> float:
    """Without the noise of a conversion: the verdicts take a part in 10^9 for equal."""
    return float(f"{number:.12g}")


def _thinned(points: list[Point]) -> tuple[Point, ...]:
    if len(points) <= MOST_POINTS:
        return tuple(points)
    last = len(points) - 1
    return tuple(points[round(i * last / (MOST_POINTS - 1))] for i in range(MOST_POINTS))


# -- near misses ----------------------------------------------------------------------------------------


def find_misses(plan: Plan, index: int, flips: Iterable[Flip]) -> list[NearMiss]:
    """The nearest bound of everybody whom one bound alone rules out, in order of subject_id."""
    study = plan.studies[index]
    nearest: dict[Any, NearMiss] = {}
    seen: set[tuple[Any, Spot]] = set()
    for flip in flips:
        if (flip.subject, flip.spot) in seen:
            continue
        seen.add((flip.subject, flip.spot))
        miss = _miss(study, flip)
        other = nearest.get(flip.subject)
        if other is None or _farness(miss) < _farness(other):
            nearest[flip.subject] = miss
    return list(nearest.values())


def _miss(study: PlannedStudy, flip: Flip) -> NearMiss:
    criterion = study.criteria[flip.spot.criterion]
    reading, limit = flip.reading, flip.spot.limit
    bound = _plain(reading.conversion.back(limit.number))
    distance = _plain(abs(reading.value - bound))
    return NearMiss(
        study=study.id,
        subject_id=flip.subject,
        criterion=criterion.id,
        what=name_of(_leaf(criterion, flip.spot.leaf)),
        side=limit.side,
        value=reading.value,
        bound=bound,
        unit=reading.unit,
        distance=distance,
        relative=_plain(distance / abs(bound)) if bound else None,
        time=reading.row.time.isoformat() if reading.row and reading.row.time else None,
        verdict=flip.verdict,
    )


def _farness(miss: NearMiss) -> tuple[bool, float]:
    return miss.relative is None, miss.distance if miss.relative is None else miss.relative


def is_near(miss: NearMiss, within: float) -> bool:
    """Whether the distance is at most that part of the bound; of a bound of nought only nothing is."""
    return miss.distance == 0 if miss.relative is None else miss.relative <= within


def count_misses(plan: Plan, index: int, misses: Iterable[NearMiss], within: float = NEAR) -> NearMisses:
    """The near misses of a study, counted by criterion."""
    found = defaultdict(list)
    for miss in misses:
        found[miss.criterion].append(miss)
    counts = []
    for criterion in plan.studies[index].criteria:
        own = found.get(criterion.id)
        if not own:
            continue
        bins = Counter(
            len(_STEPS) if m.relative is None else bisect.bisect_left(_STEPS, m.relative) for m in own
        )
        near = [m for m in own if is_near(m, within)]
        counts.append(
            NearCount(
                id=criterion.id,
                near=len(near),
                eligible=sum(m.verdict == "met" for m in near),
                by_distance={
                    **{f"{step:.0%}": bins[i] for i, step in enumerate(_STEPS)},
                    "more": bins[len(_STEPS)],
                },
            )
        )
    return NearMisses(within=within, criteria=tuple(counts))
