"""What everybody answers, for questions beyond the verdict: people who are alike, and who fails by one thing.

Takes the run of an engine; DuckDB groups and filters by itself, the reference looks through what it kept.
People of any other engine are answered by DuckDB once more, from the same plan and table.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from trialwright.model.screening import PatientTable
from trialwright.screening import sql
from trialwright.screening.dictionary import DECEASED
from trialwright.screening.outcome import ANSWERS, fails, is_set_aside, judge
from trialwright.screening.plan import Plan, PlannedStudy

if TYPE_CHECKING:
    from trialwright.screening.reference import ReferenceRun
    from trialwright.screening.rowwise import RowwiseRun

# What a criterion does to a person: lets them pass (or is set aside), holds them up, rules them out.
PASSES, HOLDS, FAILS = 0, 1, 2


class Failing(NamedTuple):
    """A person whom one criterion alone rules out; `answers` are ranks, one for each of `slots_of`."""

    subject: Any
    criterion: int
    answers: tuple[int, ...]


class Answered(Protocol):
    """Everybody's answers, by the position of a study in the plan."""

    def states(self, study: int) -> Counter[tuple[int, ...]]:
        """People by what each criterion does to them: PASSES, HOLDS or FAILS."""

    def undecided(self, study: int) -> Counter[tuple[int, ...]]:
        """Undecided people by the ranks of their answers, one for each of `slots_of`."""

    def failing_alone(self, study: int) -> Iterator[Failing]:
        """People whom exactly one criterion rules out, in the table's order of subject_id."""


def slots_of(study: PlannedStudy) -> tuple[int, ...]:
    """The distinct atoms of a study, in order."""
    return tuple(sorted({slot for criterion in study.criteria for slot in criterion.slots}))


def states_of(study: PlannedStudy, answers: Sequence[int], *, strict: bool) -> tuple[int, ...]:
    """What each criterion does to somebody with these ranks, one for each of `slots_of`."""
    known = dict(zip(slots_of(study), answers, strict=True))
    found = []
    for criterion in study.criteria:
        answer = judge(criterion.expr, [ANSWERS[known[k]] for k in criterion.slots]).answer
        holds = answer.reason is not None and not is_set_aside(answer, strict=strict)
        found.append(FAILS if fails(criterion, answer) else HOLDS if holds else PASSES)
    return tuple(found)


def answered_by(run: Any, plan: Plan, table: PatientTable) -> Answered:
    """Everybody's answers from the run of an engine."""
    from trialwright.screening.reference import ReferenceRun
    from trialwright.screening.rowwise import RowwiseRun

    if isinstance(run, ReferenceRun):
        return AnsweredOneByOne(run, plan)
    return AnsweredByColumns(run if isinstance(run, RowwiseRun) else RowwiseRun(plan, table))


class AnsweredOneByOne:
    """The answers that the reference kept."""

    def __init__(self, run: ReferenceRun, plan: Plan) -> None:
        self._run, self._plan = run, plan

    def _everybody(self, study: int) -> Iterator[tuple[Any, tuple[int, ...], tuple[int, ...]]]:
        planned, strict = self._plan.studies[study], self._plan.options.strict
        slots = slots_of(planned)
        known: dict[tuple[int, ...], tuple[int, ...]] = {}
        for subject, answers in self._run.people:
            own = tuple(answers[k] for k in slots)
            if own not in known:
                known[own] = states_of(planned, own, strict=strict)
            yield subject, own, known[own]

    def states(self, study: int) -> Counter[tuple[int, ...]]:
        """People by what each criterion does to them."""
        return Counter(states for _, _, states in self._everybody(study))

    def undecided(self, study: int) -> Counter[tuple[int, ...]]:
        """Undecided people by their answers."""
        return Counter(
            own for _, own, states in self._everybody(study) if FAILS not in states and HOLDS in states
        )

    def failing_alone(self, study: int) -> Iterator[Failing]:
        """People whom exactly one criterion rules out."""
        for subject, own, states in self._everybody(study):
            if states.count(FAILS) == 1:
                yield Failing(subject, states.index(FAILS), own)


class AnsweredByColumns:
    """The answers in the tables of the DuckDB engine."""

    def __init__(self, run: RowwiseRun) -> None:
        self._run = run

    def _judged(self, study: int, source: str, kept: str) -> str:
        """A query over `source` that adds the state of each criterion, s0, s1 ..., to what is kept."""
        planned, strict = self._run.plan.studies[study], self._run.plan.options.strict
        trees, states = [], []
        for i, criterion in enumerate(planned.criteria):
            tree = sql.tree(criterion.expr, iter([f"v{k}" for k in criterion.slots]))
            trees.append(f", {tree} AS c{i}")
            states.append(
                f", CASE WHEN c{i} = {7 if criterion.exclusion else 0} THEN {FAILS} "
                f"WHEN c{i} BETWEEN 1 AND {6 if strict else 5} THEN {HOLDS} ELSE {PASSES} END AS s{i}"
            )
        return f"SELECT {kept}{''.join(states)} FROM (SELECT *{''.join(trees)} FROM ({source}) AS a) AS b"

    def _fetch(self, query: str) -> Iterator[tuple[Any, ...]]:
        with self._run.store.guard():
            yield from self._run.store.query(query)

    def _alike(self, study: int) -> str:
        """People who look alike, with their number and their answers to a study's leaves."""
        slots = slots_of(self._run.plan.studies[study])
        return f"SELECT n{''.join(f', {self._run.column(k)} AS v{k}' for k in slots)} FROM alike"

    def states(self, study: int) -> Counter[tuple[int, ...]]:
        """People by what each criterion does to them."""
        size = len(self._run.plan.studies[study].criteria)
        columns = "".join(f"s{i}, " for i in range(size))
        query = f"SELECT {columns}sum(n) FROM ({self._judged(study, self._alike(study), 'n')}) GROUP BY ALL"
        return Counter({tuple(row[:-1]): int(row[-1]) for row in self._fetch(query) if row[-1]})

    def undecided(self, study: int) -> Counter[tuple[int, ...]]:
        """Undecided people by their answers."""
        planned = self._run.plan.studies[study]
        size, slots = len(planned.criteria), slots_of(planned)
        if not size:
            return Counter()
        columns = "".join(f"v{k}, " for k in slots)
        worst = f"greatest({', '.join(f's{i}' for i in range(size))}, 0)"
        judged = self._judged(study, self._alike(study), f"{columns}n")
        query = f"SELECT {columns}sum(n) FROM ({judged}) WHERE {worst} = {HOLDS} GROUP BY ALL"
        return Counter({tuple(row[:-1]): int(row[-1]) for row in self._fetch(query) if row[-1]})

    def failing_alone(self, study: int) -> Iterator[Failing]:
        """People whom exactly one criterion rules out; who has no row that was asked for is not looked at."""
        run, planned = self._run, self._run.plan.studies[study]
        size, slots = len(planned.criteria), slots_of(planned)
        if not size:
            return
        given = "".join(f", {run.column(k)} AS v{k}" for k in slots)
        people = f"SELECT subject_id{given} FROM person WHERE flags & {DECEASED} = 0"
        failing = " + ".join(f"CASE WHEN s{i} = {FAILS} THEN 1 ELSE 0 END" for i in range(size))
        which = " ".join(f"WHEN s{i} = {FAILS} THEN {i}" for i in range(size))
        columns = "".join(f", v{k}" for k in slots)
        query = (
            f"SELECT subject_id, CASE {which} END{columns} FROM "
            f"({self._judged(study, people, f'subject_id{columns}')}) WHERE {failing} = 1 ORDER BY subject_id"
        )
        for subject, criterion, *answers in self._fetch(query):
            yield Failing(subject, criterion, tuple(answers))
