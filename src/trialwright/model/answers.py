"""Answers beyond the verdict: what a criterion costs, who misses narrowly, what else would decide.

`screen` gives these where they are asked for; counts are people unless said otherwise.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

Side = Literal["low", "high"]


class Share(Struct, frozen=True, kw_only=True):
    """How much of the exclusion, and of the waiting, one criterion accounts for, in people.

    excluded: of whoever fails k criteria each of them accounts for 1/k. held_up: likewise of the undecided
    and the criteria that hold them up.
    """

    id: str
    excluded: float
    held_up: float


class Dropped(Struct, frozen=True, kw_only=True):
    """How many more people would be eligible, and undecided (can be negative), without a criterion."""

    id: str
    eligible: int
    undecided: int


class Point(Struct, frozen=True, kw_only=True):
    """How many more people are eligible, and undecided, when the bound is moved to this number.

    A closed bound at it where the number must be reached, an open one where it must not be.
    """

    bound: float
    eligible: int
    undecided: int


class Curve(Struct, frozen=True, kw_only=True):
    """One bound of one criterion moved outwards, for the people whom this criterion alone rules out.

    `bound` is what the criterion says, in `unit`; `leaf` counts the leaves of its tree from 0 (childbearing
    potential is two of them, a sex and an age). `points` begin nearest to the bound, and the numbers grow
    along them.
    """

    id: str
    leaf: int
    what: str
    side: Side
    bound: float
    unit: str | None
    points: tuple[Point, ...] = ()


class WhatIf(Struct, frozen=True, kw_only=True):
    """What each criterion costs: its share, dropped altogether, and bound by bound."""

    shares: tuple[Share, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    curves: tuple[Curve, ...] = ()


class NearMiss(NamedTuple):
    """A person whom one bound alone rules out; value, bound and distance in the row's own unit.

    relative: the distance over the bound, null for a bound of nought. verdict: what the trial would say
    if the bound were where the value is (met, unknown).
    """

    study: str
    subject_id: str | int
    criterion: str
    what: str
    side: str
    value: float
    bound: float
    unit: str | None
    distance: float
    relative: float | None
    time: str | None
    verdict: str


class NearCount(Struct, frozen=True, kw_only=True):
    """How narrowly people miss one criterion that alone rules them out.

    by_distance: people by their relative distance to the bound, "5%" for up to 5 per cent, "10%" for over 5
    and up to 10, and so on; "more" for all that are further away. near: those within the distance that was
    asked for. eligible: those of them who would be eligible, and not undecided.
    """

    id: str
    near: int
    eligible: int
    by_distance: dict[str, int] = {}


class NearMisses(Struct, frozen=True, kw_only=True):
    """The near misses of a study: the relative distance that counts as near, and counts a criterion."""

    within: float
    criteria: tuple[NearCount, ...] = ()


class FactCount(Struct, frozen=True, kw_only=True):
    """One fact, by what is needed to know it, over the undecided people of a study.

    wanted: people for whom it is open and matters. decides: for whom it would end the waiting, whatever
    it says. could_qualify, could_exclude: for whom some answer of it alone makes them eligible, or not.
    """

    needed: str
    criteria: tuple[str, ...]
    wanted: int
    decides: int
    could_qualify: int
    could_exclude: int


class FactCounts(Struct, frozen=True, kw_only=True):
    """What would decide the undecided people of a study.

    to_qualify, to_settle: people by how many facts that takes, "none" where no facts can do it, "over" where
    there were too many to search. facts: the most useful first.
    """

    to_qualify: dict[str, int] = {}
    to_settle: dict[str, int] = {}
    facts: tuple[FactCount, ...] = ()
