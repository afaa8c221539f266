"""Three-valued logic: verdicts, the reasons of an unknown, and Kleene's truth tables.

Every engine computes with these tables, so `unknown` is never mistaken for yes or no.
Source: S. C. Kleene, Introduction to Metamathematics (1952), section 64, the strong tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple


class Verdict(Enum):
    """Whether a condition, as it is written, holds for a person."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Reason(Enum):
    """Why a verdict is unknown; the order is the order in which a composite shows them."""

    CONFLICT = "conflict"
    UNIT = "unit"
    AMBIGUOUS = "ambiguous"
    STALE = "stale"
    MISSING = "missing"
    NOT_ASSESSABLE = "not_assessable"


_RANK = {reason: rank for rank, reason in enumerate(Reason)}


class Answer(NamedTuple):
    """A verdict, and the reason when it is unknown."""

    verdict: Verdict
    reason: Reason | None = None


MET = Answer(Verdict.MET)
NOT_MET = Answer(Verdict.NOT_MET)


def unknown(reason: Reason) -> Answer:
    """The unknown answer with that reason."""
    return Answer(Verdict.UNKNOWN, reason)


def first_reason(reasons: Iterable[Reason]) -> Reason:
    """The reason that a composite shows: the first in the order of `Reason`.

    >>> first_reason([Reason.MISSING, Reason.UNIT])
    <Reason.UNIT: 'unit'>
    """
    return min(reasons, key=_RANK.__getitem__)


def _open(answers: list[Answer]) -> Answer:
    return unknown(first_reason(a.reason for a in answers if a.reason is not None))


def negate(answer: Answer) -> Answer:
    """Swap met and not met; unknown stays unknown.

    >>> negate(MET).verdict
    <Verdict.NOT_MET: 'not_met'>
    """
    if answer.verdict is Verdict.MET:
        return NOT_MET
    if answer.verdict is Verdict.NOT_MET:
        return MET
    return answer


def conjoin(answers: Iterable[Answer]) -> Answer:
    """`all`: not met if one is not met, else unknown if one is unknown, else met."""
    given = list(answers)
    if any(a.verdict is Verdict.NOT_MET for a in given):
        return NOT_MET
    if any(a.verdict is Verdict.UNKNOWN for a in given):
        return _open(given)
    return MET


def disjoin(answers: Iterable[Answer]) -> Answer:
    """`any`: met if one is met, else unknown if one is unknown, else not met."""
    return negate(conjoin(negate(a) for a in answers))


def count_met(answers: Iterable[Answer], least: int) -> Answer:
    """`at_least`: met when `least` are met, not met when they no longer can be."""
    given = list(answers)
    met = sum(a.verdict is Verdict.MET for a in given)
    unsettled = sum(a.verdict is Verdict.UNKNOWN for a in given)
    if met >= least:
        return MET
    if met + unsettled < least:
        return NOT_MET
    return _open(given)


def imply(premise: Answer, conclusion: Answer) -> Answer:
    """`if_then`: any of (not premise, conclusion)."""
    return disjoin((negate(premise), conclusion))


def exempt(base: Answer, unless: Answer) -> Answer:
    """`except`: all of (base, not unless)."""
    return conjoin((base, negate(unless)))
