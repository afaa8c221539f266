"""Verdict rows from the answers in a store: people and the rows that decided come in order, side by side.

For every person the reference's own logic makes the rows of a study; each pattern of leaf answers is judged
once. Any store will do; DuckDB has a faster way of its own (rowwise.py).
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Any

from trialwright.model.screening import VerdictRow
from trialwright.screening.columnar import Columns
from trialwright.screening.evidence import make_evidence, make_people
from trialwright.screening.outcome import ANSWERS
from trialwright.screening.person import LeafAnswer
from trialwright.screening.plan import Plan, split_plan
from trialwright.screening.reference import judge_person
from trialwright.screening.store import Store, time_of

# A table of PostgreSQL has at most 1,600 columns, and `people` has two an atom.
MOST_ATOMS = 700


class Together:
    """Runs over parts of a plan as one: studies that ask too much for one table are asked in turn."""

    def __init__(self, plan: Plan, open_store: Callable[[], Store]) -> None:
        self._runs = [StreamedRun(part, open_store()) for part in split_plan(plan, MOST_ATOMS)]
        self.deceased = self._runs[0].deceased
        self.tallies = [tally for run in self._runs for tally in run.tallies]

    def rows(self) -> Iterator[VerdictRow]:
        """All verdict rows in order."""
        for run in self._runs:
            yield from run.rows()


class StreamedRun(Columns):
    """The verdicts of all people: counts at once, rows when they are asked for."""

    def __init__(self, plan: Plan, store: Store) -> None:
        with store.guard():
            super().__init__(plan, store)
        self._rows_ready = False

    def rows(self) -> Iterator[VerdictRow]:
        """All verdict rows in order."""
        if not self.plan.studies:
            return
        first, *others = self.plan.studies
        with self.store.guard(), ExitStack() as stack:
            if not self._rows_ready:
                make_people(self)
                make_evidence(self)
                self._rows_ready = True
            # People come once; the rows of all studies but the first wait in files for their turn.
            waiting = [(study, stack.enter_context(TemporaryFile())) for study in others]
            for subject, leaves in self._people():
                yield from judge_person(first, subject, leaves, self.plan)[1]
                for study, file in waiting:
                    pickle.dump(judge_person(study, subject, leaves, self.plan)[1], file)
            for _, file in waiting:
                file.seek(0)
                while rows := _next(file):
                    yield from rows

    def _people(self) -> Iterator[tuple[Any, dict[int, LeafAnswer]]]:
        """Everybody in order, with the answers of all atoms and the rows that decided them."""
        atoms = range(len(self.plan.atoms))
        columns = "".join(f", v{k}" for k in atoms)
        people = self.store.query(f"SELECT subject_id{columns} FROM people ORDER BY subject_id")  # noqa: S608
        decided = self.store.query(
            "SELECT subject_id, k, value, unit, moment FROM evidence ORDER BY subject_id"
        )
        waiting = next(decided, None)
        for subject, *given in people:
            leaves = {k: LeafAnswer(ANSWERS[rank]) for k, rank in zip(atoms, given, strict=True)}
            # Rows of people who are not screened may lie between.
            while waiting is not None and waiting[0] <= subject:
                owner, k, value, unit, moment = waiting
                # The second place of a score that can be computed has no row.
                if owner == subject and k in leaves:
                    time = time_of(moment).isoformat() if moment is not None else None
                    leaves[k] = LeafAnswer(leaves[k].answer, value, unit, time)
                waiting = next(decided, None)
            yield subject, leaves


def _next(file: IO[bytes]) -> list[VerdictRow]:
    """The rows of the next person in a file of this run's own; none at its end."""
    try:
        rows: list[VerdictRow] = pickle.load(file)  # noqa: S301
    except EOFError:
        return []
    return rows
