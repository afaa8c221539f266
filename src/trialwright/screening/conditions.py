"""What a leaf about a disease or state answers for one person (section 5 of the semantics)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from trialwright.model.logic import MET, NOT_MET, Answer, Reason, unknown
from trialwright.model.period import Period
from trialwright.screening.atoms import ConditionAtom
from trialwright.screening.measurements import Result, results_of, together
from trialwright.screening.person import LeafAnswer, Person, Row, shown_by
from trialwright.screening.windows import DateWindow


class Cover(NamedTuple):
    """The dates that a row covers; `first` null is the unknown past, `last` null for ever."""

    row: Row
    first: date | None
    last: date | None

    def covers(self, day: date) -> bool:
        """Whether the cover contains a date."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def cover_of(row: Row, atom: ConditionAtom) -> Cover | None:
    """What a row covers; None for an undated row of a passing disease."""
    lasting = atom.covers_for(row.code)
    day = row.day
    if day is None:
        return Cover(row, None, None) if lasting is None else None
    if row.last_day is not None:
        return Cover(row, day, row.last_day)
    return Cover(row, day, None if lasting is None else lasting.from_day(day))


def answer_condition(atom: ConditionAtom, person: Person) -> LeafAnswer:
    """The answer of a `condition` leaf."""
    if atom.women_only and person.cannot_be_pregnant:
        return LeafAnswer(NOT_MET)
    if atom.persistence == "lifelong" and atom.window is None and atom.begun is None:
        return _lifelong(atom, person)
    if atom.persistence == "passing" and atom.window is None and atom.begun is None:
        return _passing(atom, person)
    return _plain(atom, person)


def is_closed(person: Person) -> bool:
    """Whether absence of a condition means no."""
    return "conditions" in person.options.closed_world or person.has_complete("problems")


def _absent(person: Person, older: bool) -> LeafAnswer:
    if is_closed(person):
        return LeafAnswer(NOT_MET)
    return LeafAnswer(unknown(Reason.STALE if older else Reason.MISSING))


def _plain(atom: ConditionAtom, person: Person) -> LeafAnswer:
    rows = person.rows(atom.codes)
    window = person.window(atom.window) if atom.window is not None else None
    if atom.window is not None and window is None:
        return LeafAnswer(unknown(Reason.MISSING))
    stating = [row for row in rows if _states(row, atom, person.day)]
    meeting = [row for row in rows if window is None or _meets(row, atom, window)]
    if stating and meeting:
        both = [row for row in stating if row in meeting]
        return shown_by(MET, _newest(both or meeting))
    ended = [row for row in rows if row.last_day is not None and row.last_day < person.day]
    if atom.status == "current" and rows and len(ended) == len(rows):
        return shown_by(NOT_MET, _newest(rows))
    return _absent(person, older=bool(rows))


def _states(row: Row, atom: ConditionAtom, day: date) -> bool:
    """Whether the row says what status and duration ask for."""
    cover = cover_of(row, atom)
    if atom.status != "current" and atom.begun is None:
        return True
    if cover is None or not cover.covers(day):
        return False
    if atom.begun is None:
        return True
    # An undated diagnosis counts as the oldest.
    return atom.begun.after is None if cover.first is None else cover.first in atom.begun


def _meets(row: Row, atom: ConditionAtom, window: DateWindow) -> bool:
    """Whether the row's cover meets the window; an undated row only one without a beginning."""
    if row.day is None:
        return window.first is None
    cover = cover_of(row, atom)
    if cover is None or cover.first is None or cover.first > window.last:
        return False
    return window.first is None or cover.last is None or cover.last >= window.first


def _newest(rows: Sequence[Row]) -> Row:
    """The row with the latest time; undated rows are the oldest."""
    ordered = sorted(rows, key=lambda r: (shown_by(MET, r).value or "", r.unit or ""))
    return max(ordered, key=lambda r: r.time or datetime.min)


def _tests(atom: ConditionAtom, person: Person) -> list[Result]:
    return results_of(atom.test, person) if atom.test is not None else []


def _lifelong(atom: ConditionAtom, person: Person) -> LeafAnswer:
    """HIV infection and the like: any evidence, unless a negative test came on or after its latest date."""
    tests = _tests(atom, person)
    evidence = [(row, False) for row in person.rows(atom.codes)]
    evidence += [(t.row, t.by_text) for t in tests if t.answer == MET]
    if evidence:
        latest = max((row.day or date.min for row, _ in evidence), default=date.min)
        against = [t for t in tests if t.answer == NOT_MET and t.time.date() >= latest]
        if against:
            return LeafAnswer(unknown(Reason.CONFLICT))
        return _of_rows(MET, evidence)
    recent = [t for t in tests if t.time.date() >= Period("-P1Y").from_day(person.day)]
    if recent:
        return _latest(recent)
    return _absent(person, older=bool(tests))


def _passing(atom: ConditionAtom, person: Person) -> LeafAnswer:
    """Pregnancy: the latest of recent tests and of diagnoses that cover the index date decides."""
    tests, rows = _tests(atom, person), person.rows(atom.codes)
    since = Period("-P30D").from_day(person.day)
    current = [t for t in tests if t.time.date() >= since]
    for row in rows:
        cover = cover_of(row, atom)
        if row.time is not None and cover is not None and cover.covers(person.day):
            current.append(Result(row, row.time, MET, by_text=False))
    if current:
        return _latest(current)
    return _absent(person, older=bool(tests or rows))


def _latest(results: Sequence[Result]) -> LeafAnswer:
    moment = max(r.time for r in results)
    now = [r for r in results if r.time == moment]
    answer = together([r.answer for r in now])
    return _of_rows(answer, [(r.row, r.by_text) for r in now if r.answer == answer])


def _of_rows(answer: Answer, rows: Sequence[tuple[Row, bool]]) -> LeafAnswer:
    """The answer with what its latest row says."""
    if not rows:
        return LeafAnswer(answer)
    shown = [(row, shown_by(answer, row, by_text=by_text)) for row, by_text in rows]
    shown.sort(key=lambda pair: (pair[1].value or "", pair[1].unit or ""))
    return max(shown, key=lambda pair: pair[0].time or datetime.min)[1]
