"""Answers beyond the verdicts of a screening, worked out when they are asked for and then kept.

Takes the plan, the table and the run of an engine; every answer is a tuple in the order of the studies.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from trialwright.model.answers import FactCounts, NearMiss, NearMisses, Share, WhatIf
from trialwright.model.screening import PatientTable
from trialwright.screening.answered import Answered, answered_by
from trialwright.screening.plan import Plan
from trialwright.screening.relaxing import (
    NEAR,
    Flip,
    count_misses,
    draw_curves,
    find_flips,
    find_misses,
    is_near,
)
from trialwright.screening.shares import drop_each, share_out
from trialwright.screening.wanted import count_facts


class Insights:
    """What a screening can tell besides who qualifies."""

    def __init__(self, plan: Plan, table: PatientTable, run: Any) -> None:
        self._plan, self._table, self._run = plan, table, run

    @cached_property
    def _answered(self) -> Answered:
        return answered_by(self._run, self._plan, self._table)

    @cached_property
    def _flips(self) -> tuple[list[Flip], ...]:
        return tuple(find_flips(self._plan, i, self._answered, self._table) for i in self._places)

    @property
    def _places(self) -> range:
        return range(len(self._plan.studies))

    @cached_property
    def shares(self) -> tuple[tuple[Share, ...], ...]:
        """The Shapley share of each criterion in the people ruled out, and in those held up."""
        return tuple(share_out(self._plan.studies[i], self._answered.states(i)) for i in self._places)

    @cached_property
    def what_if(self) -> tuple[WhatIf, ...]:
        """What each criterion costs, and each bound."""
        return tuple(
            WhatIf(
                shares=self.shares[i],
                dropped=drop_each(self._plan.studies[i], self._answered.states(i)),
                curves=draw_curves(self._plan, i, self._flips[i]),
            )
            for i in self._places
        )

    @cached_property
    def misses(self) -> tuple[list[NearMiss], ...]:
        """The nearest bound of everybody whom one bound alone rules out."""
        return tuple(find_misses(self._plan, i, self._flips[i]) for i in self._places)

    def near_misses(self, within: float = NEAR) -> list[NearMiss]:
        """Those of them who are within that relative distance, study by study, the nearest first."""
        return [
            miss
            for found in self.misses
            for miss in sorted(found, key=lambda m: m.distance if m.relative is None else m.relative)
            if is_near(miss, within)
        ]

    def near_counts(self, within: float = NEAR) -> tuple[NearMisses, ...]:
        """How many miss narrowly, criterion by criterion."""
        return tuple(count_misses(self._plan, i, self.misses[i], within) for i in self._places)

    @cached_property
    def facts(self) -> tuple[FactCounts, ...]:
        """What would decide the undecided."""
        return tuple(count_facts(self._plan, i, self._answered.undecided(i)) for i in self._places)
