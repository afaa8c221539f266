"""What a table of people can and cannot answer: counts of what it holds, and of what criteria ask of it.

The JSON document of `patients check`; no value of any person is in it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from trialwright.model.study import Refusal


class CodeCount(Struct, frozen=True, kw_only=True):
    """How often a code occurs, and what the vocabulary calls it; null where it does not know it."""

    code: str
    rows: int
    people: int
    name: str | None = None


class UnitCount(Struct, frozen=True, kw_only=True):
    """Rows whose unit cannot be brought to the one of their measure."""

    code: str
    unit: str
    rows: int


class LeafCoverage(Struct, frozen=True, kw_only=True):
    """One question of a criterion, in words, and the people who have rows for it.

    answered_by: `data`; a `person`, where no record can answer; `nothing`, where the question itself was
    not understood. people: with any row for it; in_window: with one in its dates, null where it has none,
    or others for every person.
    """

    asks: str
    answered_by: Literal["data", "person", "nothing"]
    people: int | None = None
    in_window: int | None = None


class CriterionCoverage(Struct, frozen=True, kw_only=True):
    """The questions of one criterion, in the order of its text."""

    id: str
    leaves: tuple[LeafCoverage, ...]


class StudyCoverage(Struct, frozen=True, kw_only=True):
    """The criteria of one study, with the windows that had to be assumed."""

    id: str
    criteria: tuple[CriterionCoverage, ...]
    assumptions: tuple[str, ...] = ()


class PatientCheck(Struct, frozen=True, kw_only=True):
    """The JSON document of `patients check`; `codes` by frequency, times as the table has them."""

    people: int
    rows: int
    undated: int
    first: str | None
    last: str | None
    codes: tuple[CodeCount, ...]
    unknown_units: tuple[UnitCount, ...]
    problems: tuple[str, ...] = ()
    index_date: str | None = None
    studies: tuple[StudyCoverage, ...] = ()
    refused: tuple[Refusal, ...] = ()
