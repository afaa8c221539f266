"""What each distinct code, unit and text of a table means for each atom, worked out once.

A million rows share a few hundred codes, units and texts. They are read here by the functions of the
reference; the engine then only joins, compares numbers and dates, and counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from trialwright.model.logic import MET, NOT_MET, Answer, Reason, Verdict
from trialwright.model.period import Period
from trialwright.screening.atoms import (
    Atom,
    AttributeAtom,
    ConditionAtom,
    ExposureAtom,
    MeasurementAtom,
    Question,
    SexAtom,
)
from trialwright.screening.codes import DEATH, MEDICATION_LIST, PROBLEM_LIST, plain_code
from trialwright.screening.conditions import _meets, _states
from trialwright.screening.exposures import is_running
from trialwright.screening.measurements import _by_text, judge_row
from trialwright.screening.person import Person, Row
from trialwright.screening.plan import Plan
from trialwright.screening.reading import read_word
from trialwright.screening.windows import DateWindow, earliest_start

# Moments are microseconds since the year 1, so that they are never negative; none lies outside these.
EARLIEST, LATEST = 0, 400_000_000_000_000_000
_DAY = 86_400_000_000
NO_RESULT = 9
ROW_CODES = {Reason.UNIT: 2, Reason.AMBIGUOUS: 3, Reason.MISSING: 4}

# Flags of a person: the bits of the last column.
MALE, FEMALE, DECEASED, PROBLEMS_CLOSED, MEDICATION_CLOSED, OLD = 1, 2, 4, 8, 16, 32


class Kind:
    """What a row is for an atom."""

    RESULT, EVIDENCE, COVERING, CONDITION, EXPOSURE, FLAG, DECLARATION = range(7)


class Pair(NamedTuple):
    """What rows of a code and unit are for an atom; unused columns keep harmless values.

    factor to bad: how a number is judged. since, until: the window of a result, moments. start_from to
    end_from: what `status` asks of a cover; meet_until to meet_end: what the window asks of it.
    """

    pair: int
    code: str
    unit: str
    k: int
    kind: int
    factor: float | None = None
    decadic: bool = False
    plausible_low: float = -math.inf
    plausible_high: float = math.inf
    low: float = -math.inf
    high: float = math.inf
    bad: int = 2
    backward: bool = False
    since: int = EARLIEST
    until: int = LATEST
    start_from: int = EARLIEST
    start_until: int = LATEST
    start_since: int = EARLIEST
    end_from: int = EARLIEST
    meet_until: int = LATEST
    meet_since: int = EARLIEST
    meet_end: int = EARLIEST
    undated: int = 0
    inverted: bool = False


class Told(NamedTuple):
    """What a text says for a pair: its row code; `alone`: it outranks the number; `shown`: it is printed."""

    pair: int
    text: str
    c: int
    alone: bool
    shown: bool


def moment(day: date | None, *, after: bool = False, missing: int = EARLIEST) -> int:
    """The first moment of a date, or of the day after it."""
    if day is None:
        return missing
    return (day.toordinal() - 1 + after) * _DAY


def pairs_of(plan: Plan, columnar: dict[int, Atom], found: Iterable[tuple[str, str]]) -> list[Pair]:
    """All meanings of the codes and units that occur, for the atoms that are answered by columns."""
    pairs: list[Pair] = []
    flags = len(plan.atoms)
    since = moment(Period("-P1Y").from_day(plan.index_date))
    for code, unit in found:
        plain = plain_code(code)
        for k, atom in columnar.items():
            meaning = _meaning(atom, k, plain, unit, plan)
            if meaning is not None:
                pairs.append(meaning._replace(pair=len(pairs), code=code, unit=unit, k=k))
        flag = _FLAGS.get(plain)
        if flag is not None:
            kind = Kind.DECLARATION if plain in (PROBLEM_LIST, MEDICATION_LIST) else Kind.FLAG
            start = since if kind == Kind.DECLARATION else EARLIEST
            pairs.append(Pair(len(pairs), code, unit, flags, kind, undated=flag, since=start))
    return pairs


_FLAGS = {
    "SEX:M": MALE, "SEX:MALE": MALE, "SEX:F": FEMALE, "SEX:FEMALE": FEMALE, DEATH: DECEASED,
    PROBLEM_LIST: PROBLEMS_CLOSED, MEDICATION_LIST: MEDICATION_CLOSED,
}  # fmt: skip


def _meaning(atom: Atom, k: int, plain: str, unit: str, plan: Plan) -> Pair | None:
    blank = Pair(0, "", "", k, 0)
    match atom:
        case MeasurementAtom() if plain in atom.question.codes:
            assert isinstance(atom.window, DateWindow)  # noqa: S101  others are not columnar
            return _result(blank, atom.question, plain, unit, atom.window)._replace(
                backward=atom.select == "first"
            )
        case ConditionAtom():
            return _condition(blank, atom, plain, unit, plan.index_date)
        case ExposureAtom() if plain in atom.codes and atom.begun is None:
            return _exposure(blank, atom, plan.index_date)
        case SexAtom() if plain in _FLAGS and plain.startswith("SEX:"):
            return blank._replace(kind=Kind.FLAG, undated=_FLAGS[plain])
        case AttributeAtom() if plain.startswith(atom.prefix):
            wanted = plain.removeprefix(atom.prefix).lower() in atom.wanted
            return blank._replace(kind=Kind.FLAG, undated=1 if wanted else 2)
    return None


def _result(blank: Pair, question: Question, plain: str, unit: str, window: DateWindow) -> Pair:
    made = blank._replace(kind=Kind.RESULT, since=moment(window.first), until=moment(window.last, after=True))
    if question.scale is None:
        low, high = _sign_bounds(question, plain)
        readable = low is not None
        return made._replace(
            factor=1.0 if readable else None, plausible_low=0.0, low=low or 0.0, high=high, bad=3
        )
    conversion = question.scale.conversion(unit.strip() or None)
    if conversion is None or question.limits is None:
        return made
    return made._replace(
        factor=conversion.factor,
        decadic=conversion.decadic,
        plausible_low=question.scale.plausible[0],
        plausible_high=question.scale.plausible[1],
        low=question.limits.floor,
        high=question.limits.ceiling,
    )


def _sign_bounds(question: Question, plain: str) -> tuple[float | None, float]:
    """Between which numbers a bare number is one of the values asked for; none: it cannot be read."""
    quantitative = plain in question.quantitative
    some, none = (read_word(x, None, values=question.values, quantitative=quantitative) for x in (1.0, 0.0))
    if MET not in (some, none) and NOT_MET not in (some, none):
        return None, 0.0
    if some == MET:
        return (0.0 if none == MET else 5e-324), math.inf
    return (0.0, 0.0) if none == MET else (math.inf, math.inf)


def _condition(blank: Pair, atom: ConditionAtom, plain: str, unit: str, day: date) -> Pair | None:
    if atom.test is not None and plain in atom.test.codes:
        reach = Period("-P30D").from_day(day) if atom.persistence == "passing" else None
        return _result(blank, atom.test, plain, unit, DateWindow(reach, day))
    if plain not in atom.codes:
        return None
    lasting = atom.covers_for(plain)
    made = blank._replace(kind=Kind.CONDITION)
    if atom.persistence == "lifelong":
        return made._replace(kind=Kind.EVIDENCE)
    if atom.persistence == "passing" or atom.status == "current" or atom.begun is not None:
        made = made._replace(
            start_since=moment(earliest_start(day, lasting)) if lasting else EARLIEST, end_from=moment(day)
        )
        if atom.begun is not None:
            made = made._replace(
                start_from=moment(atom.begun.after),
                start_until=moment(atom.begun.before, after=True, missing=LATEST),
            )
    if atom.persistence == "passing":
        return made._replace(kind=Kind.COVERING)
    window = atom.window
    if isinstance(window, DateWindow):
        made = made._replace(
            meet_until=moment(window.last, after=True),
            meet_since=moment(earliest_start(window.first, lasting))
            if lasting and window.first
            else EARLIEST,
            meet_end=moment(window.first),
        )
    undated = Row(plain, None, None, None, None, None, None, None)
    states = _states(undated, atom, day)
    meets = not isinstance(window, DateWindow) or _meets(undated, atom, window)
    return made._replace(undated=(1 if states else 0) | (2 if meets else 0))


def _exposure(blank: Pair, atom: ExposureAtom, day: date) -> Pair:
    made = blank._replace(kind=Kind.EXPOSURE, undated=1)
    if atom.status == "current":
        return made._replace(end_from=moment(day - timedelta(days=atom.gap)))
    if isinstance(atom.window, DateWindow):
        return made._replace(
            end_from=moment(atom.window.first),
            start_until=moment(atom.window.last, after=True),
            undated=1 if atom.window.first is None else 0,
        )
    if atom.status == "past":
        return made._replace(end_from=moment(day), inverted=True)
    return made


def told_by(plan: Plan, pairs: Iterable[Pair], texts: Iterable[tuple[str, str, str]]) -> Iterator[Told]:
    """What the texts of the table say, for every pair that they occur with."""
    by_key: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        by_key.setdefault((pair.code, pair.unit), []).append(pair)
    nobody = Person((), plan.index_date, plan.options)
    for code, unit, text in texts:
        for pair in by_key.get((code, unit), ()):
            if pair.kind == Kind.RESULT:
                told = _told_result(plan.atoms[pair.k], pair, text, nobody)
                if told is not None:
                    yield told
            elif (pair.kind == Kind.EXPOSURE and is_running(text)) or (
                pair.kind == Kind.DECLARATION and text.strip().lower() == "complete"
            ):
                yield Told(pair.pair, text, 0, True, False)


def _told_result(atom: Atom, pair: Pair, text: str, nobody: Person) -> Told | None:
    question = atom.test if isinstance(atom, ConditionAtom) else getattr(atom, "question", None)
    if not isinstance(question, Question) or not text.strip():
        return None
    row = Row(plain_code(pair.code), None, None, text, pair.unit or None, None, None, None)
    answers = [judge_row(row._replace(number=x), question, nobody) for x in (None, 0.0, 1.0, -1.0)]
    # Where no number changes the answer, the text alone decides. Judging numbers needs a unit that can
    # be read, so for quantities the form of the text is asked instead.
    alone = answers[0] == answers[1] == answers[2] == answers[3]
    if question.scale is not None:
        alone = _by_text(row, question)
    return Told(pair.pair, text, row_code(answers[0]), alone, _by_text(row, question))


def row_code(answer: Answer | None) -> int:
    """The number that stands for the answer of one row."""
    if answer is None:
        return NO_RESULT
    if answer.verdict is Verdict.UNKNOWN:
        return ROW_CODES[answer.reason or Reason.AMBIGUOUS]
    return 0 if answer == MET else 1
