"""What screening gives back: one verdict row a person and criterion, and the counts over them.

`met` says that the condition as written holds; the trial-level row (criterion "") says eligible as met.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from trialwright.model.answers import FactCounts, NearMisses, WhatIf
from trialwright.model.study import Refusal


class PatientTable(Struct, frozen=True, kw_only=True):
    """The one table of people that every source becomes.

    `query` is a SELECT in DuckDB's dialect that yields subject_id, time, code, numeric_value,
    text_value, unit, end_time, ref_low, ref_high; `origin` names the source for messages, `problems` says
    what it lacks or holds that nobody will read.
    """

    query: str
    origin: str
    subject_type: Literal["number", "text"] = "text"
    problems: tuple[str, ...] = ()


class VerdictRow(NamedTuple):
    """One verdict; value, unit and time are those of the row that decided, as the source gave them."""

    study: str
    subject_id: str | int
    criterion: str
    verdict: str
    reason: str | None
    value: str | None
    unit: str | None
    time: str | None
    needed: str | None


class CriterionCount(Struct, frozen=True, kw_only=True):
    """How many people met one criterion; `sole_reason`: excluded by nothing else.

    `remaining` counts the people whom no criterion up to this one, in the order of the text, has failed.
    """

    id: str
    met: int = 0
    not_met: int = 0
    unknown: int = 0
    sole_reason: int = 0
    remaining: int = 0
    unknown_because: dict[str, int] = {}


class StudyCount(Struct, frozen=True, kw_only=True):
    """How many people a trial would take; `to_confirm` names what no record can answer.

    what_if, near_misses, facts: null where they were not asked for.
    """

    id: str
    to_confirm: tuple[str, ...] = ()
    screened: int = 0
    eligible: int = 0
    undecided: int = 0
    not_eligible: int = 0
    criteria: tuple[CriterionCount, ...] = ()
    assumptions: tuple[str, ...] = ()
    what_if: WhatIf | None = None
    near_misses: NearMisses | None = None
    facts: FactCounts | None = None


class ScreeningSummary(Struct, frozen=True, kw_only=True):
    """The JSON document of `screen`; `problems` counts what in the table could not be read."""

    index_date: str
    assumptions: tuple[str, ...] = ()
    not_screened: dict[str, int] = {}
    problems: tuple[str, ...] = ()
    studies: tuple[StudyCount, ...] = ()
    refused: tuple[Refusal, ...] = ()
