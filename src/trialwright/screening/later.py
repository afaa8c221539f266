"""When a person's verdict changes if nothing new is recorded: wash-outs end, results grow stale, ages pass.

An answer depends on the index date only through dates that move with it, held against dates of the record
that stand still. Both only ever move on, so where no moving date passes a standing one between two days,
nothing changes between them; the days on which one passes are found by halving.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from trialwright.model.dates import completed_years
from trialwright.model.explanation import Turn
from trialwright.model.logic import Answer
from trialwright.model.period import Period
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary
from trialwright.screening.atoms import AgeAtom, Atom, ConditionAtom, EventWindow, ExposureAtom
from trialwright.screening.codes import BIRTH
from trialwright.screening.options import ScreeningOptions
from trialwright.screening.outcome import judge, judge_trial
from trialwright.screening.plan import Plan, make_plan
from trialwright.screening.records import Record
from trialwright.screening.windows import DateWindow, age_at, possible_births, time_unit

HORIZON = Period("P1Y")


class Told(NamedTuple):
    """The trial-level answer at a date, and those of the criteria by their ids."""

    trial: Answer
    criteria: dict[str, Answer]


class Future:
    """A person's verdicts for one study at later dates, from the rows that are there now."""

    def __init__(
        self,
        study: Study,
        record: Record,
        *,
        index_date: date,
        vocabulary: Vocabulary,
        options: ScreeningOptions,
    ) -> None:
        self._study, self._options, self._vocabulary = study, options, vocabulary
        self._record = record.up_to(index_date)
        self._day = index_date
        self._plans: dict[date, Plan] = {}
        self._births = [
            born for row, _ in self._record.rows if row.code == BIRTH
            if (born := possible_births(row.day, row.text))
        ]  # fmt: skip
        self._marks = sorted(self._standing())

    def _plan(self, day: date) -> Plan:
        if day not in self._plans:
            self._plans[day] = make_plan(
                (self._study,), index_date=day, vocabulary=self._vocabulary, options=self._options
            )
        return self._plans[day]

    def told(self, day: date) -> Told:
        """The verdicts at a date."""
        from trialwright.screening.reference import answer

        plan = self._plan(day)
        (study,) = plan.studies
        person = self._record.at(day, self._options)
        given = [answer(atom, person).answer for atom in plan.atoms]
        answers = [judge(c.expr, [given[k] for k in c.slots]).answer for c in study.criteria]
        trial = judge_trial(study, answers, strict=self._options.strict)
        return Told(trial, dict(zip((c.id for c in study.criteria), answers, strict=True)))

    def turns(self, last: date) -> Iterator[Turn]:
        """The dates after the index date, up to `last`, on which the trial-level verdict changes."""
        before = self.told(self._day)
        for day in self.days(last):
            now = self.told(day)
            if now.trial.verdict is before.trial.verdict:
                continue
            yield Turn(
                date=day.isoformat(),
                verdict=now.trial.verdict.value,
                reason=now.trial.reason.value if now.trial.reason else None,
                changed=tuple(c for c, a in now.criteria.items() if a != before.criteria[c]),
            )
            before = now

    def days(self, last: date) -> list[date]:
        """The only dates after the index date on which anything can change."""
        if any(isinstance(a, ExposureAtom) and a.duration for a in self._plan(self._day).atoms):
            # How long something lasted within a moving window: two moving dates, so every day counts.
            span = (last - self._day).days
            return [self._day + timedelta(days=i) for i in range(1, span + 1)]
        found: list[date] = []
        self._halve(self._day, self._positions(self._day), last, self._positions(last), found)
        return found

    def _halve(
        self, early: date, before: Sequence[Any], late: date, after: Sequence[Any], found: list[date]
    ) -> None:
        if before == after or late <= early:
            return
        if (late - early).days == 1:
            found.append(late)
            return
        middle = early + timedelta(days=(late - early).days // 2)
        between = self._positions(middle)
        self._halve(early, before, middle, between, found)
        self._halve(middle, between, late, after, found)

    def _positions(self, day: date) -> list[Any]:
        """How many standing dates each moving date has reached and passed; it only ever grows."""
        plan = self._plan(day)
        moving: list[date | None] = [
            day, Period("-P1Y").from_day(day), Period("-P30D").from_day(day),
        ]  # fmt: skip
        counts: list[Any] = []
        for criterion in plan.studies[0].criteria:
            for slot in criterion.slots:
                atom = plan.atoms[slot]
                moving += _moving(atom, day)
                if isinstance(atom, AgeAtom):
                    counts += self._ages(atom, day)
        counts += [b <= day and completed_years(b, day) >= 60 for born in self._births for b in born]
        marks = self._marks
        return counts + [(bisect_left(marks, d), bisect_right(marks, d)) for d in moving if d is not None]

    def _ages(self, atom: AgeAtom, day: date) -> Iterator[tuple[int, int]]:
        interval = atom.interval
        unit = time_unit(interval)
        bounds = sorted(b.value for b in (interval.low, interval.high) if b is not None)
        if unit is None:
            return
        if unit == "a" and any(v != v.to_integral_value() for v in bounds):
            unit, bounds = "mo", [v * 12 for v in bounds]
        for born in self._births:
            for birth in born:
                age = age_at(birth, day, unit)
                yield bisect_left(bounds, age), bisect_right(bounds, age)

    def _standing(self) -> set[date]:
        """Dates of the record that moving dates are held against."""
        found = {b for born in self._births for b in born}
        for row, _ in self._record.rows:
            found |= {d for d in (row.day, row.last_day) if d is not None}
        for atom in self._plan(self._day).atoms:
            if isinstance(atom, ConditionAtom):
                for row, _ in self._record.rows:
                    lasting = atom.covers_for(row.code) if row.code in atom.codes else None
                    if row.day is not None and lasting is not None:
                        found.add(lasting.from_day(row.day))
        return found


def _moving(atom: Atom, day: date) -> list[date | None]:
    """The dates of an atom that move with the index date."""
    found: list[date | None] = []
    window = getattr(atom, "window", None)
    if isinstance(window, DateWindow):
        found += [window.first, window.last]
    begun = getattr(atom, "begun", None)
    if begun is not None:
        found += [begun.after, begun.before]
    if isinstance(atom, ExposureAtom):
        found.append(day - timedelta(days=atom.gap))
    # A window around an event stands still: no new row moves the event.
    assert window is None or isinstance(window, DateWindow | EventWindow)  # noqa: S101  there is no third
    return found
