"""What matching gives back: the trials for one person, in order, with what failed and what is still open.

`met` says eligible. What no record can answer is set aside and stands under `to_confirm`.
"""

from __future__ import annotations

from msgspec import Struct

from trialwright.model.study import Refusal


class FailedCriterion(Struct, frozen=True, kw_only=True):
    """A criterion that definitely tells against the person; value, unit and time of the row that decided."""

    criterion: str
    text: str
    value: str | None = None
    unit: str | None = None
    time: str | None = None


class OpenCriterion(Struct, frozen=True, kw_only=True):
    """A criterion that is unknown: why, and what would settle it."""

    criterion: str
    text: str
    reason: str
    needed: str


class Match(Struct, frozen=True, kw_only=True):
    """One trial for the person.

    open_facts: how many different things would have to be found out to decide it. held: how many of its
    criteria are known to hold, an exclusion by not being met; both are 0 where the person is not eligible.
    """

    study: str
    title: str
    documents: tuple[str, ...] = ()
    verdict: str
    reason: str | None = None
    open_facts: int = 0
    held: int = 0
    failed: tuple[FailedCriterion, ...] = ()
    unknown: tuple[OpenCriterion, ...] = ()
    to_confirm: tuple[OpenCriterion, ...] = ()


class Cause(Struct, frozen=True, kw_only=True):
    """What tells against the person in how many trials; each trial counts once."""

    subject: str
    trials: int


class Matching(Struct, frozen=True, kw_only=True):
    """The JSON document of `screen --subject`.

    matches: eligible first, then undecided with the fewest open facts first, then (when asked for) not
    eligible; among equals those of which more is known to hold, then by their id. `trials` counts all, and
    `matches` may be fewer.
    """

    subject_id: str | int
    index_date: str
    assumptions: tuple[str, ...] = ()
    not_screened: dict[str, int] = {}
    problems: tuple[str, ...] = ()
    trials: int = 0
    eligible: int = 0
    undecided: int = 0
    not_eligible: int = 0
    not_eligible_because: tuple[Cause, ...] = ()
    matches: tuple[Match, ...] = ()
    refused: tuple[Refusal, ...] = ()
