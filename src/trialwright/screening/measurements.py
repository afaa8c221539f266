"""What a leaf about results answers for one person: measurements, derived scores and changes (section 4)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from trialwright.model.logic import MET, NOT_MET, Answer, Reason, first_reason, unknown
from trialwright.screening.atoms import ChangeAtom, MeasurementAtom, Question
from trialwright.screening.codes import plain_code
from trialwright.screening.person import LeafAnswer, Person, Row, shown_by
from trialwright.screening.reading import (
    ZERO,
    Figure,
    Scale,
    Value,
    find_number,
    read_figure,
    read_number,
    read_word,
)
from trialwright.screening.windows import DateWindow


class Result(NamedTuple):
    """A row that is a result, with its time and what the question makes of it."""

    row: Row
    time: datetime
    answer: Answer
    by_text: bool


def judge_row(row: Row, question: Question, person: Person) -> Answer | None:
    """Met, not met or why not to say; None when the row is no result."""
    if question.scale is None:
        quantitative = row.code in question.quantitative
        return read_word(row.number, row.text, values=question.values, quantitative=quantitative)
    if question.values and row.text and row.text.strip().lower() in question.values:
        return MET
    if question.relative_to in ("ULN", "LLN"):
        return _judge_relative(row, question, question.scale, person)
    value = read_number(row.number, row.text, row.unit, scale=question.scale, viral_load=question.viral_load)
    if value is None:
        return None
    if isinstance(value, Reason):
        return unknown(value)
    if question.relative_to == "baseline":
        return unknown(Reason.AMBIGUOUS)
    return question.limits.judge(value) if question.limits else unknown(Reason.UNIT)


def _judge_relative(row: Row, question: Question, scale: Scale, person: Person) -> Answer | None:
    """The value over a limit of normal: the row's own, else the one that was given for its code."""
    found = find_number(row.number, row.text, row.unit, viral_load=question.viral_load)
    if found is None:
        return None
    if isinstance(found, Reason):
        return unknown(found)
    figure, spelling = found
    relation = limit_of_normal(row, figure, spelling, question, scale, person)
    if isinstance(relation, Reason):
        return unknown(relation)
    if question.limits is None:
        return unknown(Reason.MISSING)
    limit, number = relation
    return question.limits.judge(Value(number / limit, figure.side, figure.strict))


def limit_of_normal(
    row: Row, figure: Figure, spelling: str | None, question: Question, scale: Scale, person: Person
) -> tuple[float, float] | Reason:
    """The limit of normal of a row and its number, both in one unit; or why they cannot be had."""
    limit = row.ref_high if question.relative_to == "ULN" else row.ref_low
    number: float | Reason = figure.number
    if not _is_limit(limit):
        limit, number = _given_limit(row, figure, spelling, question, scale, person)
    if isinstance(number, Reason):
        return number
    return Reason.MISSING if limit is None else (limit, number)


def _is_limit(limit: float | None) -> bool:
    return limit is not None and math.isfinite(limit) and limit > 0


def _given_limit(
    row: Row, figure: Figure, spelling: str | None, question: Question, scale: Scale, person: Person
) -> tuple[float | None, float | Reason]:
    """The limit of `--reference-ranges` and the number to hold against it, in one unit."""
    sex = next(iter(person.sexes)) if len(person.sexes) == 1 else None
    for given in sorted(person.options.reference_ranges, key=lambda r: r.sex is None):
        limit = given.high if question.relative_to == "ULN" else given.low
        if plain_code(given.code) != row.code or given.sex not in (None, sex) or not _is_limit(limit):
            continue
        assert limit is not None  # noqa: S101  _is_limit has said so
        if given.unit is None or figure is ZERO:
            return limit, figure.number
        own, its = scale.conversion(spelling), scale.conversion(given.unit)
        if own is None or its is None:
            return limit, Reason.UNIT
        return its(limit), own(figure.number)
    return None, figure.number


def results_of(question: Question, person: Person) -> list[Result]:
    """All dated rows of the question that are results."""
    found = []
    for row in person.rows(question.codes):
        if row.time is None:
            continue
        answer = judge_row(row, question, person)
        if answer is not None:
            found.append(Result(row, row.time, answer, _by_text(row, question)))
    return found


def _by_text(row: Row, question: Question) -> bool:
    t = (row.text or "").strip()
    if question.scale is None or t.lower() in question.values:
        return bool(t)
    figure = read_figure(t) if t else None
    return figure is not None and figure.side != 0


def answer_measurement(atom: MeasurementAtom, person: Person) -> LeafAnswer:
    """The answer of a `measurement` leaf."""
    if atom.women_only and person.cannot_be_pregnant:
        # The result counts as negative, whatever is recorded.
        sure = read_word(None, "negative", values=atom.question.values, quantitative=False)
        return LeafAnswer(sure or unknown(Reason.AMBIGUOUS))
    window = person.window(atom.window)
    if window is None:
        return LeafAnswer(unknown(Reason.MISSING))
    results = results_of(atom.question, person)
    inside = [r for r in results if r.time.date() in window]
    if not inside:
        if atom.formula:
            return LeafAnswer(derive(atom, person, window))
        return LeafAnswer(unknown(_absence((r.time.date() for r in results), window)))
    return select(inside, atom.select)


def _absence(days: Iterable[date], window: DateWindow) -> Reason:
    """Stale if something lies before the window, else missing."""
    first = window.first
    return Reason.STALE if first is not None and any(day < first for day in days) else Reason.MISSING


def select(inside: Sequence[Result], how: str) -> LeafAnswer:
    """The answer of the results of a window by the select form."""
    if how in ("latest", "first"):
        moment = (max if how == "latest" else min)(r.time for r in inside)
        answer = together([r.answer for r in inside if r.time == moment])
    else:
        answer = each([r.answer for r in inside], how)
    ordered = sorted(
        inside, key=lambda r: (shown_by(answer, r.row, by_text=r.by_text).value or "", r.row.unit or "")
    )
    ordered.sort(key=lambda r: r.time, reverse=how != "first")
    row = min(ordered, key=lambda r: r.answer != answer)
    return shown_by(answer, row.row, by_text=row.by_text)


def together(answers: Sequence[Answer]) -> Answer:
    """Rows of one timestamp: agreement, contradiction, or the first reason of the unreadable ones."""
    met, failed = MET in answers, NOT_MET in answers
    if met and failed:
        return unknown(Reason.CONFLICT)
    reasons = [a.reason for a in answers if a.reason]
    if reasons:
        return unknown(first_reason(reasons))
    return MET if met else NOT_MET


def each(answers: Sequence[Answer], how: str) -> Answer:
    """`all` or `any` of rows that are looked at one by one."""
    decisive = NOT_MET if how == "all" else MET
    if decisive in answers:
        return decisive
    reasons = [a.reason for a in answers if a.reason]
    if reasons:
        return unknown(first_reason(reasons))
    return MET if how == "all" else NOT_MET


def moment_value(question: Question, rows: Sequence[Row]) -> Value | Reason | None:
    """The one number that the rows of a moment give; None when none of them is a result."""
    assert question.scale is not None  # noqa: S101  only numbers are asked for here
    values: list[Value] = []
    reasons: list[Reason] = []
    for row in rows:
        read = read_number(
            row.number, row.text, row.unit, scale=question.scale, viral_load=question.viral_load
        )
        if isinstance(read, Reason):
            reasons.append(read)
        elif read is not None and read.side != 0:
            reasons.append(Reason.AMBIGUOUS)
        elif read is not None:
            values.append(read)
    numbers = [v.number for v in values]
    if numbers and not _same(min(numbers), max(numbers)):
        return Reason.CONFLICT
    if reasons:
        return first_reason(reasons)
    return values[0]._replace(number=max(numbers)) if values else None


def _same(low: float, high: float) -> bool:
    return high - low <= 1e-9 * max(abs(low), abs(high))


def _latest_value(question: Question, person: Person, window: DateWindow) -> float | Reason:
    """The readable `latest` number of a part in the window, or why there is none."""
    moments = _moments(question, person)
    inside = [t for t in moments if t.date() in window]
    if not inside:
        return _absence((t.date() for t in moments), window)
    value = moment_value(question, moments[max(inside)])
    assert value is not None  # noqa: S101  a moment without results is not in the list
    return value if isinstance(value, Reason) else value.number


def _moments(question: Question, person: Person) -> dict[datetime, list[Row]]:
    """The rows that are results, by their timestamp."""
    moments: dict[datetime, list[Row]] = {}
    for row in person.rows(question.codes):
        if row.time is not None and moment_value(question, [row]) is not None:
            moments.setdefault(row.time, []).append(row)
    return moments


def derive(atom: MeasurementAtom, person: Person, window: DateWindow) -> Answer:
    """The answer for a score that is computed from its parts."""
    score = score_of(atom, person, window)
    if isinstance(score, Reason):
        return unknown(score)
    return atom.question.limits.judge(Value(score)) if atom.question.limits else unknown(Reason.UNIT)


def score_of(atom: MeasurementAtom, person: Person, window: DateWindow) -> int | Reason:
    """The score that the parts of the window give, or the first reason why there is none."""
    read = [_latest_value(part, person, window) for part in atom.parts]
    reasons = [r for r in read if isinstance(r, Reason)]
    if reasons:
        return first_reason(reasons)
    bilirubin, inr, creatinine = (float(r) for r in read if not isinstance(r, Reason))
    return meld(bilirubin * atom.masses[0] / 10000.0, inr, creatinine * atom.masses[2] / 10000.0)


def meld(bilirubin: float, inr: float, creatinine: float) -> int:
    """The MELD score; bilirubin and creatinine in mg/dL. Kamath et al., Hepatology 2001;33:464-470.

    >>> meld(10.0, 1.8, 1.0)
    22
    """
    terms = (
        3.78 * math.log(max(bilirubin, 1.0)),
        11.2 * math.log(max(inr, 1.0)),
        9.57 * math.log(min(max(creatinine, 1.0), 4.0)),
    )
    return math.floor(terms[0] + terms[1] + terms[2] + 6.43 + 0.5)


class Difference(NamedTuple):
    """What changed between the two latest dates, in canonical units, and a row of the later one."""

    number: float
    row: Row


def answer_change(atom: ChangeAtom, person: Person) -> LeafAnswer:
    """The answer of a `change` leaf: between the two latest dates of the window."""
    found = difference_of(atom, person)
    if isinstance(found, Reason):
        return LeafAnswer(unknown(found))
    if atom.question.relative_to is not None:
        return LeafAnswer(unknown(Reason.AMBIGUOUS))
    if atom.question.limits is None:
        return LeafAnswer(unknown(Reason.UNIT))
    return shown_by(atom.question.limits.judge(Value(found.number)), found.row)


def difference_of(atom: ChangeAtom, person: Person) -> Difference | Reason:
    """The change of a person, as a rate where the atom asks for one; or why there is none."""
    window = person.window(atom.window)
    if window is None:
        return Reason.MISSING
    moments = _moments(atom.question, person)
    last_of_day: dict[date, datetime] = {}
    for moment in moments:
        day = moment.date()
        last_of_day[day] = max(moment, last_of_day.get(day, moment))
    inside = sorted(day for day in last_of_day if day in window)
    if len(inside) < 2:
        return _absence(last_of_day, window)
    read = [moment_value(atom.question, moments[last_of_day[day]]) for day in inside[-2:]]
    reasons = [r for r in read if isinstance(r, Reason)]
    if reasons:
        return first_reason(reasons)
    before, after = (r.number for r in read if isinstance(r, Value))
    difference = after - before
    if atom.per is not None:
        days = (inside[-1] - inside[-2]).days
        difference = difference / days * (atom.per.from_day(inside[-2]) - inside[-2]).days
    rows = moments[last_of_day[inside[-1]]]
    row = min(rows, key=lambda r: (shown_by(MET, r).value or "", r.unit or ""))
    return Difference(difference, row)
