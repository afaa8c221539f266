"""What would decide the undecided people of a study, counted: which one test is worth ordering.

Takes undecided people by their answers; people whose open criteria look alike are worked out once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from trialwright.model.answers import FactCount, FactCounts
from trialwright.model.logic import Answer, Verdict
from trialwright.screening.answered import slots_of
from trialwright.screening.deciding import Deciding, decide
from trialwright.screening.facts import Fact, answers_of, facts_of
from trialwright.screening.outcome import judge
from trialwright.screening.plan import Plan, PlannedStudy

_NONE, _OVER = "none", "over"


def count_facts(plan: Plan, index: int, undecided: Counter[tuple[int, ...]]) -> FactCounts:
    """The facts that undecided people of a study wait for."""
    study, strict = plan.studies[index], plan.options.strict
    facts = facts_of(study, plan)
    alike: dict[Any, tuple[tuple[tuple[Answer, ...], ...], int]] = {}
    for ranks, people in undecided.items():
        answers = answers_of(study, dict(zip(slots_of(study), ranks, strict=True)))
        key = _open_part(study, facts, answers)
        alike[key] = answers, alike.get(key, (answers, 0))[1] + people
    qualify, settle = Counter[str](), Counter[str]()
    tally: dict[int, Counter[str]] = {}
    where = {spot: i for i, fact in enumerate(facts) for spots in fact.questions for spot in spots}
    for answers, people in alike.values():
        found = decide(study, facts, answers, strict=strict)
        qualify[_size(found, found.to_qualify)] += people
        settle[_size(found, found.to_settle)] += people
        for alone in found.alone:
            counts = tally.setdefault(where[alone.fact.questions[0][0]], Counter())
            counts["wanted"] += people
            counts["decides"] += people * alone.decides
            counts["could_qualify"] += people * alone.could_qualify
            counts["could_exclude"] += people * alone.could_exclude
    rows = [_row(study, facts[i], counts) for i, counts in sorted(tally.items())]
    rows.sort(key=lambda r: (-r.decides, -r.could_qualify, -r.could_exclude, -r.wanted))
    return FactCounts(to_qualify=_ordered(qualify), to_settle=_ordered(settle), facts=tuple(rows))


def _row(study: PlannedStudy, fact: Fact, counts: Counter[str]) -> FactCount:
    criteria = (study.criteria[spot.criterion].id for spots in fact.questions for spot in spots)
    return FactCount(
        needed=fact.needed,
        criteria=tuple(dict.fromkeys(criteria)),
        wanted=counts["wanted"],
        decides=counts["decides"],
        could_qualify=counts["could_qualify"],
        could_exclude=counts["could_exclude"],
    )


def _open_part(
    study: PlannedStudy, facts: Sequence[Fact], answers: Sequence[Sequence[Answer]]
) -> tuple[Any, ...]:
    """Equal for people who wait for the same: their open criteria, and what is known of the facts there.

    Known answers to the other questions of a fact belong to it, since they narrow what it can still say.
    """
    waiting = {
        c
        for c, criterion in enumerate(study.criteria)
        if judge(criterion.expr, answers[c]).answer.verdict is Verdict.UNKNOWN
    }
    beside = [
        tuple(answers[spots[0].criterion][spots[0].leaf] for spots in fact.questions)
        for fact in facts
        if len(fact.questions) > 1 and any(s.criterion in waiting for spots in fact.questions for s in spots)
    ]
    return tuple((c, answers[c]) for c in sorted(waiting)), tuple(beside)


def _size(found: Deciding, facts: Sequence[object] | None) -> str:
    if facts is not None:
        return str(len(facts))
    return _OVER if found.over else _NONE


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (not pair[0].isdigit(), pair[0].zfill(4))))
