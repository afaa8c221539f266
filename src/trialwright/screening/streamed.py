"""Verdict rows from the answers in a store: people and the rows that decided come in order, side by side.

For every person the reference's own logic makes the rows of a study; each pattern of leaf answers is judged
once. Any store will do; DuckDB has a faster way of its own (rowwise.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trialwright.model.screening import VerdictRow
from trialwright.screening.columnar import Columns
from trialwright.screening.evidence import make_evidence, make_people
from trialwright.screening.outcome import ANSWERS
from trialwright.screening.person import LeafAnswer
from trialwright.screening.plan import Plan, PlannedStudy
from trialwright.screening.reference import judge_person
from trialwright.screening.store import Store, time_of


class StreamedRun(Columns):
    """The verdicts of all people: counts at once, rows when they are asked for."""

    def __init__(self, plan: Plan, store: Store) -> None:
        with store.guard():
            super().__init__(plan, store)
        self._rows_ready = False

    def rows(self) -> Iterator[VerdictRow]:
        """All verdict rows in order."""
        with self.store.guard():
            if not self._rows_ready:
                make_people(self)
                make_evidence(self)
                self._rows_ready = True
            for study in self.plan.studies:
                yield from self._rows_of(study)

    def _rows_of(self, study: PlannedStudy) -> Iterator[VerdictRow]:
        used = sorted({k for criterion in study.criteria for k in criterion.slots})
        columns = "".join(f", v{k}" for k in used)
        people = self.store.query(f"SELECT subject_id{columns} FROM people ORDER BY subject_id")  # noqa: S608
        numbers = ", ".join(map(str, used)) or "-1"
        decided = self.store.query(
            f"SELECT subject_id, k, value, unit, moment FROM evidence WHERE k IN ({numbers}) "  # noqa: S608
            "ORDER BY subject_id"
        )
        waiting = next(decided, None)
        for subject, *given in people:
            answers: dict[int, Any] = {k: (ANSWERS[rank],) for k, rank in zip(used, given, strict=True)}
            # Rows of people who are not screened may lie between.
            while waiting is not None and waiting[0] <= subject:
                owner, k, value, unit, moment = waiting
                time = time_of(moment).isoformat() if moment is not None else None
                if owner == subject:
                    answers[k] = (answers[k][0], value, unit, time)
                waiting = next(decided, None)
            leaves = {k: LeafAnswer(*answer) for k, answer in answers.items()}
            _, rows = judge_person(study, subject, leaves, self.plan)
            yield from rows
