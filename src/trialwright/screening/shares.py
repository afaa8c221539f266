"""What each criterion costs: its Shapley share of the exclusion, and who would come in without it.

Takes people by what each criterion does to them. The share is that of L. S. Shapley, A Value for n-Person
Games (1953), of the game in which a set of criteria is worth the people it rules out; a person whom k
criteria rule out is one simple game with k players who can each win alone, so each has 1/k of them.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from trialwright.model.answers import Dropped, Share
from trialwright.screening.answered import FAILS, HOLDS
from trialwright.screening.plan import PlannedStudy


def share_out(study: PlannedStudy, states: Counter[tuple[int, ...]]) -> tuple[Share, ...]:
    """The share of each criterion in the people ruled out and, apart from that, in those held up."""
    excluded = [Fraction(0)] * len(study.criteria)
    held_up = [Fraction(0)] * len(study.criteria)
    for state, people in states.items():
        kind, shares = (FAILS, excluded) if FAILS in state else (HOLDS, held_up)
        guilty = [i for i, s in enumerate(state) if s == kind]
        for i in guilty:
            shares[i] += Fraction(people, len(guilty))
    return tuple(
        Share(id=criterion.id, excluded=float(e), held_up=float(h))
        for criterion, e, h in zip(study.criteria, excluded, held_up, strict=True)
    )


def drop_each(study: PlannedStudy, states: Counter[tuple[int, ...]]) -> tuple[Dropped, ...]:
    """For each criterion, how many more people would be eligible and undecided without it."""
    eligible, undecided = Counter[int](), Counter[int]()
    for state, people in states.items():
        failing = [i for i, s in enumerate(state) if s == FAILS]
        holding = [i for i, s in enumerate(state) if s == HOLDS]
        if len(failing) == 1:
            (undecided if holding else eligible)[failing[0]] += people
        elif not failing and len(holding) == 1:
            eligible[holding[0]] += people
            undecided[holding[0]] -= people
    return tuple(
        Dropped(id=criterion.id, eligible=eligible[i], undecided=undecided[i])
        for i, criterion in enumerate(study.criteria)
    )
