"""Why one person is eligible for a study, undecided, or not: the trees with a verdict at every node.

The JSON document of `screen --explain`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from trialwright.model.study import Refusal


class SourceRow(Struct, frozen=True, kw_only=True):
    """A row of the person's record, as the source gave it."""

    code: str
    time: str | None = None
    numeric_value: float | None = None
    text_value: str | None = None
    unit: str | None = None
    end_time: str | None = None
    ref_low: float | None = None
    ref_high: float | None = None


class Looked(Struct, frozen=True, kw_only=True):
    """Where a leaf looked: the dates of its window (null: no such end), and what rows there are at all.

    window: null where the leaf asks about the index date or about the whole record. rows: dated or undated
    rows of the leaf's codes up to the index date; latest: the date of the last of them.
    """

    window: tuple[str | None, str | None] | None = None
    rows: int = 0
    latest: str | None = None


class ExplainedNode(Struct, frozen=True, kw_only=True):
    """A node of a criterion's tree with its verdict; what follows `of` belongs to leaves.

    role: `if`, `then`, `unless`, or empty. deciding: the verdict of the criterion rests on this node.
    value, unit, time: of the row that decided, which `row` is; `needed` settles an unknown.
    """

    type: str
    words: str
    role: str = ""
    verdict: str
    reason: str | None = None
    deciding: bool = False
    of: tuple[ExplainedNode, ...] = ()
    value: str | None = None
    unit: str | None = None
    time: str | None = None
    row: SourceRow | None = None
    looked: Looked | None = None
    needed: str | None = None


Effect = Literal["passes", "rules_out", "holds_up", "to_confirm"]


class ExplainedCriterion(Struct, frozen=True, kw_only=True):
    """A criterion with its tree, and what it does to the person.

    deciding: the trial-level verdict rests on it.
    """

    id: str
    kind: Literal["inclusion", "exclusion"]
    text: str
    verdict: str
    reason: str | None = None
    effect: Effect
    deciding: bool = False
    tree: ExplainedNode


class WantedAnswer(Struct, frozen=True, kw_only=True):
    """What a leaf of a criterion has to be."""

    criterion: str
    what: str
    verdict: Literal["met", "not_met"]


class WantedFact(Struct, frozen=True, kw_only=True):
    """A fact with the answers that it has to give."""

    needed: str
    answers: tuple[WantedAnswer, ...]


class OpenFact(Struct, frozen=True, kw_only=True):
    """A fact that is open and matters, and what it could do all alone.

    decides: whatever it says, the verdict is no longer unknown. by: `record`, or `person` where somebody has
    to say or to read it.
    """

    needed: str
    criteria: tuple[str, ...]
    by: Literal["record", "person"]
    decides: bool
    could_qualify: bool
    could_exclude: bool


class Turn(Struct, frozen=True, kw_only=True):
    """A later date on which the verdict changes if no new rows come, and the criteria that turn then."""

    date: str
    verdict: str
    reason: str | None = None
    changed: tuple[str, ...] = ()


class ExplainedStudy(Struct, frozen=True, kw_only=True):
    """One study for one person.

    why: the verdict in a sentence. to_qualify: a smallest set of facts, with answers, that makes the person
    eligible; null where no facts can, or where it does not matter. to_settle: a smallest set after which the
    verdict is no longer unknown; null where it does not matter. over: there was too much to search.
    later: when the verdict changes within the horizon; eligible_from: the first date on which the person
    is eligible, eligible_until: the last date, for who is eligible now.
    """

    id: str
    verdict: str
    reason: str | None = None
    why: str
    criteria: tuple[ExplainedCriterion, ...] = ()
    assumptions: tuple[str, ...] = ()
    to_qualify: tuple[WantedFact, ...] | None = None
    to_settle: tuple[str, ...] | None = None
    facts: tuple[OpenFact, ...] = ()
    over: bool = False
    eligible_from: str | None = None
    eligible_until: str | None = None
    later: tuple[Turn, ...] = ()


class Explanation(Struct, frozen=True, kw_only=True):
    """One person and all studies; `horizon` is the last date that `later` looks at.

    not_screened: `deceased`, and then there are no studies.
    """

    index_date: str
    subject_id: str | int
    horizon: str
    assumptions: tuple[str, ...] = ()
    not_screened: str | None = None
    studies: tuple[ExplainedStudy, ...] = ()
    refused: tuple[Refusal, ...] = ()
