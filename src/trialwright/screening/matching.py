"""The other direction of screening: one person, many trials, in the order in which they are worth a look.

Takes an index of trials and the table of people; gives the trials for one of them. Verdicts come from the
index; the trials that are listed are screened besides by the reference engine, which tells their reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from trialwright.errors import EngineError
from trialwright.model.logic import Verdict
from trialwright.model.matching import Cause, FailedCriterion, Match, Matching, OpenCriterion
from trialwright.model.screening import PatientTable, VerdictRow
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary
from trialwright.screening.grounding import Ground
from trialwright.screening.index import Trial, TrialIndex
from trialwright.screening.judging import Judged, judge_trials, names_of
from trialwright.screening.options import ScreeningOptions
from trialwright.screening.outcome import ANSWERS, fails, is_set_aside
from trialwright.screening.person import Person
from trialwright.screening.plan import Plan, make_plan
from trialwright.screening.records import read_one
from trialwright.screening.reference import answer, judge_person

Fetch = Callable[[Sequence[int]], Sequence[Trial]]
_MET = len(ANSWERS) - 1
# Trials whose reasons are told at a time, so that a long list needs little memory.
_TOLD_AT_ONCE = 500


def match(
    index: TrialIndex,
    fetch: Fetch,
    patients: PatientTable,
    subject: str | int,
    *,
    index_date: date,
    vocabulary: Vocabulary,
    options: ScreeningOptions | None = None,
    limit: int | None = None,
    with_failed: bool = False,
) -> Matching:
    """The trials of the index for one person at the index date.

    `fetch` gives trials by their keys, in the order of the keys. `limit` is how many are listed at most;
    `with_failed` lists those too for which the person is not eligible. Raises UsageError for an unknown
    subject, PatientsError when the table cannot be used.
    """
    options = options or ScreeningOptions()
    record = read_one(patients, subject)
    person = record.at(index_date, options)
    whole = Matching(
        subject_id=record.subject,
        index_date=index_date.isoformat(),
        assumptions=options.named(),
        problems=patients.problems,
    )
    if person.is_deceased:
        return _replaced(whole, not_screened={"deceased": 1})
    judged = judge_trials(index, person, Ground(index_date, vocabulary, options))
    order = in_order(judged, with_failed=with_failed)[:limit]
    matches: list[Match] = []
    for start in range(0, len(order), _TOLD_AT_ONCE):
        part = order[start : start + _TOLD_AT_ONCE]
        trials = fetch([int(index.trial_keys[place]) for place in part])
        plan = make_plan(
            tuple(Study(id=trial.id, eligibility=trial.eligibility) for trial in trials),
            index_date=index_date,
            vocabulary=vocabulary,
            options=options,
        )
        matches += _told(plan, trials, person, [_standing(judged, place) for place in part])
    return _replaced(
        whole,
        trials=index.trials,
        eligible=int((judged.ranks == _MET).sum()),
        undecided=int(((judged.ranks > 0) & (judged.ranks < _MET)).sum()),
        not_eligible=int((judged.ranks == 0).sum()),
        not_eligible_because=_causes(index, judged),
        matches=tuple(matches),
    )


def _causes(index: TrialIndex, judged: Judged) -> tuple[Cause, ...]:
    named = [Cause(subject=name, trials=count) for name, count in names_of(index, judged.failing)]
    # "At least four of these three" has no leaf that could be named.
    nameless = int(((judged.ranks == 0) & (judged.failing < 0)).sum())
    return (*named, Cause(subject="what nobody can meet", trials=nameless)) if nameless else tuple(named)


def _replaced(whole: Matching, **changes: Any) -> Matching:
    import msgspec

    return msgspec.structs.replace(whole, **changes)


def in_order(judged: Judged, *, with_failed: bool) -> list[int]:
    """The trials, numbered as in the index: eligible, then undecided by open facts, then perhaps the others.

    Among equals come first those of which more is known to hold; then the order of the index, by id, stays.
    """
    import numpy as np

    groups = np.where(judged.ranks == _MET, 0, np.where(judged.ranks > 0, 1, 2))
    order = np.lexsort((-judged.held, judged.open, groups))
    return [int(place) for place in (order if with_failed else order[groups[order] < 2])]


class _Standing(NamedTuple):
    """How the person stands to a trial by the index."""

    verdict: str
    reason: str | None
    open_facts: int
    held: int


def _standing(judged: Judged, place: int) -> _Standing:
    told = ANSWERS[judged.ranks[place]]
    reason = told.reason.value if told.reason else None
    return _Standing(told.verdict.value, reason, int(judged.open[place]), int(judged.held[place]))


def _told(plan: Plan, trials: Sequence[Trial], person: Person, standings: Sequence[_Standing]) -> list[Match]:
    """The matches with their reasons, which the reference engine tells."""
    answers = tuple(answer(atom, person) for atom in plan.atoms)
    matches = []
    for study, trial, standing in zip(plan.studies, trials, standings, strict=True):
        found, (head, *rows) = judge_person(study, None, answers, plan)
        if (head.verdict, head.reason) != (standing.verdict, standing.reason):
            # Two ways to one verdict; where they part, none is given.
            raise EngineError(
                f"the index of trials and the reference engine disagree about {trial.id}",
                cure="make the index again with: library compile",
            )
        decided = standing.verdict == Verdict.NOT_MET.value
        listed = zip(study.criteria, found, rows, strict=True)
        failed: list[FailedCriterion] = []
        unknown: list[OpenCriterion] = []
        confirm: list[OpenCriterion] = []
        for criterion, given, row in listed:
            if fails(criterion, given):
                failed.append(_failed(row, criterion.text))
            elif given.verdict is Verdict.UNKNOWN and not decided:
                aside = is_set_aside(given, strict=plan.options.strict)
                (confirm if aside else unknown).append(_open(row, criterion.text))
        matches.append(
            Match(
                study=trial.id,
                title=trial.title,
                documents=trial.documents,
                verdict=standing.verdict,
                reason=standing.reason,
                open_facts=standing.open_facts,
                held=standing.held,
                failed=tuple(failed),
                unknown=tuple(unknown),
                to_confirm=tuple(confirm),
            )
        )
    return matches


def _failed(row: VerdictRow, text: str) -> FailedCriterion:
    return FailedCriterion(criterion=row.criterion, text=text, value=row.value, unit=row.unit, time=row.time)


def _open(row: VerdictRow, text: str) -> OpenCriterion:
    return OpenCriterion(criterion=row.criterion, text=text, reason=row.reason or "", needed=row.needed or "")
