"""The questions that criteria ask of a record, made concrete: codes, dates and limits instead of words.

A leaf of a tree becomes one atom; equal leaves of all criteria and studies become the same one. Both
engines answer atoms, and nothing in an atom depends on a person.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from trialwright.model.interval import Interval
from trialwright.model.logic import Reason
from trialwright.model.period import Period
from trialwright.screening.codes import CodeSet
from trialwright.screening.reading import Limits, Scale
from trialwright.screening.windows import DateWindow, Since

Select = Literal["latest", "first", "any", "all"]
ListName = Literal["problems", "medication"]


class EventWindow(Struct, frozen=True):
    """A window around the latest date of an event, another one for every person."""

    event: CodeSet
    start: Period | None
    end: Period | None


AnyWindow: TypeAlias = DateWindow | EventWindow


class Question(Struct, frozen=True, kw_only=True):
    """What a result must be: a number within `limits` on a `scale`, or one of the `values`.

    `limits` null with a scale: the criterion's own unit cannot be brought to the scale.
    """

    codes: CodeSet
    scale: Scale | None = None
    limits: Limits | None = None
    relative_to: str | None = None
    values: tuple[str, ...] = ()
    quantitative: CodeSet = CodeSet(())
    viral_load: bool = False


class MeasurementAtom(Struct, frozen=True, kw_only=True, tag="measurement"):
    """Results of a window; `parts` are the questions that a missing score is computed from."""

    question: Question
    select: Select
    window: AnyWindow
    women_only: bool = False
    formula: str | None = None
    parts: tuple[Question, ...] = ()
    masses: tuple[float, ...] = ()


class ChangeAtom(Struct, frozen=True, kw_only=True, tag="change"):
    """The difference between the two latest dates of a window, as a rate where `per` is given."""

    question: Question
    per: Period | None
    window: AnyWindow


class ConditionAtom(Struct, frozen=True, kw_only=True, tag="condition"):
    """A disease or state; `lasting` tells for groups of codes how long a row without an end covers."""

    codes: CodeSet
    status: Literal["current", "history", "any"]
    lasting: tuple[tuple[CodeSet, Period | None], ...]
    begun: Since | None = None
    window: AnyWindow | None = None
    women_only: bool = False
    test: Question | None = None
    persistence: Literal["lifelong", "passing"] | None = None

    def covers_for(self, code: str) -> Period | None:
        """How long a row of this code covers; None is for ever."""
        periods = [period for codes, period in self.lasting if code in codes]
        if not periods or None in periods:
            return None
        return max((p for p in periods if p is not None), key=lambda p: p.longest)


class ExposureAtom(Struct, frozen=True, kw_only=True, tag="exposure"):
    """Something given; `gap` joins rows to runs, `closed_by` is the list that makes absence mean no."""

    codes: CodeSet
    status: Literal["current", "past", "any"]
    gap: int
    closed_by: ListName
    begun: Since | None = None
    duration: Interval | None = None
    count: Interval | None = None
    dose: Question | None = None
    window: AnyWindow | None = None


class AgeAtom(Struct, frozen=True, kw_only=True, tag="age"):
    """The age at the index date."""

    interval: Interval


class SexAtom(Struct, frozen=True, kw_only=True, tag="sex"):
    """The recorded sex: `F`, `M`, both or none of them."""

    wanted: frozenset[str]


class AttributeAtom(Struct, frozen=True, kw_only=True, tag="attribute"):
    """Another attribute with static rows: `RACE//...`, `LANGUAGE//...`."""

    prefix: str
    wanted: frozenset[str]


class FixedAtom(Struct, frozen=True, kw_only=True, tag="fixed"):
    """What no record can answer: always unknown, for this reason."""

    reason: Reason


Atom: TypeAlias = (
    MeasurementAtom
    | ChangeAtom
    | ConditionAtom
    | ExposureAtom
    | AgeAtom
    | SexAtom
    | AttributeAtom
    | FixedAtom
)
