"""Why one person is eligible, undecided or not: every node of every tree with its verdict and its evidence.

Takes studies and one record, answers them by the reference, and adds what would decide the person and when
the verdict changes by itself. Words for nodes are handed in, so that they are those of the compiler.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from trialwright.model.explanation import (
    Effect,
    ExplainedCriterion,
    ExplainedStudy,
    Explanation,
    OpenFact,
    WantedAnswer,
    WantedFact,
)
from trialwright.model.logic import (
    MET,
    NOT_MET,
    Answer,
    Verdict,
)
from trialwright.model.period import Period
from trialwright.model.screening import PatientTable
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary
from trialwright.screening.bounds import name_of
from trialwright.screening.deciding import decide
from trialwright.screening.facts import Fact, facts_of
from trialwright.screening.later import HORIZON, Future
from trialwright.screening.nodes import Tree, Words
from trialwright.screening.options import ScreeningOptions
from trialwright.screening.outcome import fails, is_set_aside, judge, judge_trial
from trialwright.screening.person import LeafAnswer, Person
from trialwright.screening.plan import Plan, PlannedCriterion, PlannedStudy, leaves_with_sign, make_plan
from trialwright.screening.records import Record, read_one


def explain(
    studies: Sequence[Study],
    patients: PatientTable,
    subject: str | int,
    *,
    index_date: date,
    vocabulary: Vocabulary,
    options: ScreeningOptions,
    horizon: Period = HORIZON,
    words: Words = name_of,
) -> Explanation:
    """Why a person is eligible for each study, undecided, or not.

    `words` says a leaf in words; `horizon` is how far ahead later dates are looked at. Raises UsageError
    when the table has nobody of that id.
    """
    record = read_one(patients, subject)
    person = record.at(index_date, options)
    last = horizon.from_day(index_date)
    told = Explanation(
        index_date=index_date.isoformat(),
        subject_id=record.subject,
        horizon=last.isoformat(),
        assumptions=options.named(),
        not_screened="deceased" if person.is_deceased else None,
    )
    if person.is_deceased:
        return told
    explained = []
    for study in studies:
        plan = make_plan((study,), index_date=index_date, vocabulary=vocabulary, options=options)
        future = Future(study, record, index_date=index_date, vocabulary=vocabulary, options=options)
        explained.append(_Explaining(plan, record, person, words).study(future, last))
    return msgspec.structs.replace(told, studies=tuple(explained))


class _Judged(NamedTuple):
    """A criterion with the answers at its leaves, and its own."""

    criterion: PlannedCriterion
    leaves: tuple[LeafAnswer, ...]
    answer: Answer


class _Explaining:
    """One study for one person."""

    def __init__(self, plan: Plan, record: Record, person: Person, words: Words) -> None:
        from trialwright.screening.reference import answer

        self._plan, self._record, self._person, self._words = plan, record, person, words
        self._given = tuple(answer(atom, person) for atom in plan.atoms)

    def study(self, future: Future, last: date) -> ExplainedStudy:
        """The study with its verdict, its trees, and what would change the verdict."""
        (planned,) = self._plan.studies
        strict = self._plan.options.strict
        judged = []
        for criterion in planned.criteria:
            leaves = tuple(self._given[k] for k in criterion.slots)
            answer = judge(criterion.expr, [leaf.answer for leaf in leaves]).answer
            judged.append(_Judged(criterion, leaves, answer))
        trial = judge_trial(planned, [j.answer for j in judged], strict=strict)
        effects = [_effect(j, strict=strict) for j in judged]
        criteria = tuple(self._criterion(j, effect, trial) for j, effect in zip(judged, effects, strict=True))
        turns = tuple(future.turns(last))
        is_met = trial == MET
        entries = [t.date for t in turns if t.verdict == "met"]
        exits = [t.date for t in turns if t.verdict != "met"]
        told = ExplainedStudy(
            id=planned.id,
            verdict=trial.verdict.value,
            reason=trial.reason.value if trial.reason else None,
            why=_why(trial, criteria),
            criteria=criteria,
            assumptions=planned.assumptions,
            eligible_from=entries[0] if entries and not is_met else None,
            eligible_until=_day_before(exits[0]) if exits and is_met else None,
            later=turns,
        )
        return told if trial.verdict is not Verdict.UNKNOWN else self._with_facts(told, planned, judged)

    def _with_facts(
        self, told: ExplainedStudy, planned: PlannedStudy, judged: Sequence[_Judged]
    ) -> ExplainedStudy:
        answers = [tuple(leaf.answer for leaf in j.leaves) for j in judged]
        found = decide(planned, facts_of(planned, self._plan), answers, strict=self._plan.options.strict)
        return msgspec.structs.replace(
            told,
            to_qualify=None
            if found.to_qualify is None
            else tuple(
                WantedFact(needed=f.fact.needed, answers=tuple(self._wanted(planned, f.fact, f.truths)))
                for f in found.to_qualify
            ),
            to_settle=None
            if found.to_settle is None
            else tuple(dict.fromkeys(f.needed for f in found.to_settle)),
            facts=tuple(
                OpenFact(
                    needed=a.fact.needed,
                    criteria=tuple(
                        dict.fromkeys(planned.criteria[s.criterion].id for q in a.fact.questions for s in q)
                    ),
                    by="record" if a.fact.by_record else "person",
                    decides=a.decides,
                    could_qualify=a.could_qualify,
                    could_exclude=a.could_exclude,
                )
                for a in sorted(found.alone, key=lambda a: (-a.decides, -a.could_qualify, -a.could_exclude))
            ),
            over=found.over,
        )

    def _wanted(self, planned: PlannedStudy, fact: Fact, truths: Sequence[bool]) -> Iterator[WantedAnswer]:
        for spots, truth in zip(fact.questions, truths, strict=True):
            for spot in spots:
                criterion = planned.criteria[spot.criterion]
                leaf = list(leaves_with_sign(criterion.expr, criterion.exclusion))[spot.leaf][0]
                yield WantedAnswer(
                    criterion=criterion.id, what=self._words(leaf), verdict="met" if truth else "not_met"
                )

    def _criterion(self, judged: _Judged, effect: Effect, trial: Answer) -> ExplainedCriterion:
        criterion = judged.criterion
        rests = {
            Verdict.MET: True,
            Verdict.NOT_MET: effect == "rules_out",
            Verdict.UNKNOWN: effect == "holds_up",
        }[trial.verdict]
        tree = Tree(
            criterion,
            judged.leaves,
            plan=self._plan,
            record=self._record,
            person=self._person,
            words=self._words,
        )
        return ExplainedCriterion(
            id=criterion.id,
            kind="exclusion" if criterion.exclusion else "inclusion",
            text=criterion.text,
            verdict=judged.answer.verdict.value,
            reason=judged.answer.reason.value if judged.answer.reason else None,
            effect=effect,
            deciding=rests,
            tree=tree.draw(),
        )


def _day_before(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() - 1).isoformat()


def _effect(judged: _Judged, *, strict: bool) -> Effect:
    if fails(judged.criterion, judged.answer):
        return "rules_out"
    if judged.answer.reason is None:
        return "passes"
    return "to_confirm" if is_set_aside(judged.answer, strict=strict) else "holds_up"


def _why(trial: Answer, criteria: Sequence[ExplainedCriterion]) -> str:
    """The verdict in a sentence."""
    named = {effect: [c.id for c in criteria if c.effect == effect] for effect in ("rules_out", "holds_up")}
    confirm = [c.id for c in criteria if c.effect == "to_confirm"]
    if trial == NOT_MET:
        return f"not eligible: ruled out by {', '.join(named['rules_out'])}"
    after = f"; to be confirmed by a person: {', '.join(confirm)}" if confirm else ""
    if trial == MET:
        return f"eligible by the record{after}"
    return f"undecided: held up by {', '.join(named['holds_up'])}{after}"
