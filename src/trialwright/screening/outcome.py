"""From the answers at the leaves to the verdict of a criterion and of a trial (section 2 of the semantics).

Kleene's tables decide; besides, the first leaf that decided is found, and what would settle an unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from trialwright.model import expression as ex
from trialwright.model.logic import (
    MET,
    NOT_MET,
    Answer,
    Reason,
    Verdict,
    conjoin,
    count_met,
    disjoin,
    exempt,
    first_reason,
    imply,
    negate,
    unknown,
)

if TYPE_CHECKING:
    from trialwright.screening.plan import PlannedCriterion, PlannedStudy

# The order of `all`: the least of its members decides. 0 not met, 1 to 6 the reasons, 7 met.
ANSWERS: tuple[Answer, ...] = (NOT_MET, *(unknown(r) for r in Reason), MET)
RANK = {answer: rank for rank, answer in enumerate(ANSWERS)}


class Outcome(NamedTuple):
    """The answer of a tree, the position of the leaf that decided it, and the leaves that are open."""

    answer: Answer
    decider: int | None
    open: tuple[int, ...]


def judge(expr: ex.Expr, answers: Sequence[Answer]) -> Outcome:
    """The outcome of a tree whose leaves, in the order of the text, have these answers."""
    return _judge(expr, enumerate(answers))


def _judge(expr: ex.Expr, leaves: Iterator[tuple[int, Answer]]) -> Outcome:
    match expr:
        case ex.AllOf(of=of):
            parts = [_judge(e, leaves) for e in of]
            return _composite(conjoin(p.answer for p in parts), parts)
        case ex.AnyOf(of=of):
            parts = [_judge(e, leaves) for e in of]
            return _composite(disjoin(p.answer for p in parts), parts)
        case ex.AtLeast(n=n, of=of):
            parts = [_judge(e, leaves) for e in of]
            return _composite(count_met((p.answer for p in parts), n), parts)
        case ex.Not(of=inner):
            return _negated(_judge(inner, leaves))
        case ex.IfThen(if_=premise, then=then):
            parts = [_judge(premise, leaves), _judge(then, leaves)]
            return _composite(imply(*(p.answer for p in parts)), [_negated(parts[0]), parts[1]])
        case ex.Except(base=base, unless=unless):
            parts = [_judge(base, leaves), _judge(unless, leaves)]
            return _composite(exempt(*(p.answer for p in parts)), [parts[0], _negated(parts[1])])
        case _:
            position, answer = next(leaves)
            return Outcome(answer, position, (position,) if answer.verdict is Verdict.UNKNOWN else ())


def _negated(part: Outcome) -> Outcome:
    return part._replace(answer=negate(part.answer))


def _composite(answer: Answer, parts: list[Outcome]) -> Outcome:
    decider = next((p.decider for p in parts if p.answer == answer), None)
    if answer.verdict is not Verdict.UNKNOWN:
        return Outcome(answer, decider, ())
    return Outcome(answer, decider, tuple(i for p in parts for i in p.open))


def words_needed(criterion: PlannedCriterion, outcome: Outcome) -> str | None:
    """What would settle an unknown criterion; None for a settled one."""
    if outcome.answer.verdict is not Verdict.UNKNOWN:
        return None
    return "; ".join(dict.fromkeys(criterion.needed[i] for i in outcome.open))


def fails(criterion: PlannedCriterion, answer: Answer) -> bool:
    """Whether a criterion definitely tells against the person."""
    return answer == (MET if criterion.exclusion else NOT_MET)


def is_set_aside(answer: Answer, *, strict: bool) -> bool:
    """Whether a criterion is open only because no record could answer it."""
    return answer.reason is Reason.NOT_ASSESSABLE and not strict


def judge_trial(study: PlannedStudy, answers: Sequence[Answer], *, strict: bool) -> Answer:
    """The trial-level answer: eligible is met."""
    if any(fails(c, a) for c, a in zip(study.criteria, answers, strict=True)):
        return NOT_MET
    holding = [a.reason for a in answers if a.reason and not is_set_aside(a, strict=strict)]
    return unknown(first_reason(holding)) if holding else MET


def trial_needs(
    study: PlannedStudy,
    trial: Answer,
    answers: Sequence[Answer],
    words: Sequence[str | None],
    *,
    strict: bool,
) -> str | None:
    """What is still wanted of a person who does not fail: what is needed, then what is to be confirmed."""
    if trial == NOT_MET:
        return None
    needed = [w for a, w in zip(answers, words, strict=True) if w and not is_set_aside(a, strict=strict)]
    confirm = [
        f"confirm {c.id}"
        for c, a in zip(study.criteria, answers, strict=True)
        if is_set_aside(a, strict=strict)
    ]
    return "; ".join([*needed, *confirm]) or None
