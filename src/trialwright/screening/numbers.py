"""Changes and derived scores by columns: the one number that the rows of each moment give.

The same rules as `moment_value` of the reference: different numbers of a moment contradict each other, a
one-sided value is ambiguous, an unreadable one keeps its reason.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from trialwright.model.logic import Reason
from trialwright.screening.atoms import ChangeAtom, EventWindow, MeasurementAtom, Question
from trialwright.screening.codes import plain_code
from trialwright.screening.dictionary import ROW_CODES, moment
from trialwright.screening.reading import Value, read_figure, read_number
from trialwright.screening.sql import NUMBER, day_of, listed
from trialwright.screening.store import DAY, Store
from trialwright.screening.windows import DateWindow


def is_change(atom: object) -> bool:
    """Whether the change can be computed by columns: fixed dates, and a rate per days or weeks."""
    return (
        isinstance(atom, ChangeAtom)
        and isinstance(atom.window, DateWindow)
        and atom.question.relative_to is None
        and atom.question.limits is not None
        and atom.question.scale is not None
        and (atom.per is None or (atom.per.months == 0 and atom.per.minutes == 0))
    )


def is_derived(atom: object) -> bool:
    """Whether a missing score can be computed by columns."""
    return (
        isinstance(atom, MeasurementAtom)
        and atom.formula is not None
        and not isinstance(atom.window, EventWindow)
        and atom.question.relative_to is None
        and atom.question.limits is not None
    )


def read_numbers(
    store: Store, day_after: int, questions: list[Question], found: list[tuple[str, str]]
) -> None:
    """Make the table `reading`: subject, number of the question, moment, canonical number or row code."""
    pairs: list[tuple[Any, ...]] = []
    for code, unit in found:
        for q, question in enumerate(questions):
            if plain_code(code) in question.codes and question.scale is not None:
                conversion = question.scale.conversion(unit.strip() or None)
                factor = conversion.factor if conversion else None
                decadic = bool(conversion and conversion.decadic)
                pairs.append((len(pairs), code, unit, q, factor, decadic, *question.scale.plausible))
    store.load(
        "number_pair",
        {
            "pair": "INTEGER", "code": "VARCHAR", "unit": "VARCHAR", "q": "INTEGER", "factor": "DOUBLE",
            "decadic": "BOOLEAN", "low": "DOUBLE", "high": "DOUBLE",
        },
        pairs,
    )  # fmt: skip
    texts = store.look(
        "SELECT DISTINCT code, coalesce(unit, '') AS unit, text_value "
        f"FROM {store.source} AS r WHERE text_value IS NOT NULL AND code IN ({listed({p[1] for p in pairs})})"
    )
    store.load(
        "number_told",
        {"pair": "INTEGER", "text": "VARCHAR", "y": "DOUBLE", "c": "INTEGER", "alone": "BOOLEAN"},
        _told(questions, pairs, texts),
    )
    store.create(
        "reading",
        f"""
SELECT subject_id, q, moment, CASE WHEN c = 0 THEN y END AS y, c, shown, shown_unit FROM (
  SELECT r.subject_id, p.q, r.moment, r.unit AS shown_unit, coalesce(r.number_text, r.text_value) AS shown,
    CASE WHEN told.alone OR x IS NULL THEN told.y ELSE n END AS y,
    CASE WHEN told.alone OR x IS NULL THEN coalesce(told.c, 9)
         WHEN n BETWEEN p.low AND p.high THEN 0 ELSE {ROW_CODES[Reason.UNIT]} END AS c
  FROM (SELECT * FROM {store.source} AS people WHERE moment < {day_after}) AS r
  JOIN number_pair AS p ON p.code = r.code AND p.unit = coalesce(r.unit, '')
  LEFT JOIN number_told AS told ON told.pair = p.pair AND told.text = r.text_value,
  LATERAL (SELECT {NUMBER} AS n) AS converted
) AS judged WHERE c < 9""",
    )


def _told(
    questions: list[Question], pairs: list[tuple[Any, ...]], texts: Iterable[tuple[str, str, str]]
) -> Iterator[tuple[Any, ...]]:
    asked: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for pair, code, unit, q, *_ in pairs:
        asked.setdefault((code, unit), []).append((pair, q))
    for pair, q, unit, text in ((*a, u, t) for c, u, t in texts for a in asked.get((c, u), ())):
        question = questions[q]
        if question.scale is None or not text.strip():
            continue
        read = read_number(None, text, unit or None, scale=question.scale, viral_load=question.viral_load)
        # A comparator outranks a number beside it; every other text gives way to it.
        figure = read_figure(text.strip())
        alone = figure is not None and figure.side != 0
        if read is None:
            yield pair, text, None, 9, alone
        elif isinstance(read, Value):
            ambiguous = ROW_CODES[Reason.AMBIGUOUS]
            yield (pair, text, read.number if read.side == 0 else None, ambiguous if read.side else 0, alone)
        else:
            yield pair, text, None, ROW_CODES[read], alone


# One number, or why there is none, for the rows of a moment: rank 1 is a contradiction.
_ONE = (
    "CASE WHEN max(y) - min(y) > 1e-9 * greatest(abs(max(y)), abs(min(y))) THEN 1 "
    "ELSE min(CASE WHEN c > 0 THEN c END) END AS reason, max(y) AS y"
)


def add_change(store: Store, k: int, q: int, atom: ChangeAtom) -> None:
    """Put the answers of a change beside the others."""
    assert isinstance(atom.window, DateWindow)  # noqa: S101  is_change has said so
    limits = atom.question.limits
    assert limits is not None  # noqa: S101  likewise
    first, last = atom.window.first, atom.window.last
    since = f"day >= {moment(first)}"
    rate = f" / ((later - earlier) / {DAY}) * {atom.per.days}" if atom.per is not None else ""
    store.extend(
        "beside",
        f"""
WITH dated AS (
  SELECT *, {day_of("moment")} AS day FROM reading WHERE q = {q}
), placed AS (
  SELECT *, max(moment) OVER (PARTITION BY subject_id, day) AS newest FROM dated
), daily AS (
  SELECT subject_id, day, newest, {_ONE} FROM placed WHERE moment = newest GROUP BY subject_id, day, newest
), counted AS (
  SELECT *, row_number() OVER (PARTITION BY subject_id ORDER BY day DESC) AS place
  FROM daily WHERE {since} AND day <= {moment(last)}
), two AS (
  SELECT subject_id, max(CASE WHEN place = 1 THEN day END) AS later, max(CASE WHEN place = 2 THEN day END) AS
    earlier, max(CASE WHEN place = 1 THEN y END) AS v2, max(CASE WHEN place = 2 THEN y END) AS v1,
    min(reason) AS reason, max(CASE WHEN place = 1 THEN newest END) AS newest
  FROM counted WHERE place <= 2 GROUP BY subject_id
), everyone AS (
  SELECT subject_id, min(CASE WHEN {since} THEN 5 ELSE 4 END) AS absent FROM daily GROUP BY subject_id
), judged AS (
  SELECT e.subject_id, newest, CASE WHEN earlier IS NULL THEN absent
    WHEN reason IS NOT NULL THEN reason
    WHEN (v2 - v1){rate} BETWEEN {_number(limits.floor)} AND {_number(limits.ceiling)} THEN 7 ELSE 0 END
    AS answer
  FROM everyone AS e LEFT JOIN two AS t ON t.subject_id = e.subject_id
), printed AS (
  SELECT p.*, row_number() OVER (PARTITION BY p.subject_id
    ORDER BY coalesce(p.shown, ''), coalesce(p.shown_unit, '')) AS place
  FROM placed AS p JOIN judged AS j ON j.subject_id = p.subject_id AND j.newest = p.moment
  WHERE j.answer IN (0, 7)
)
SELECT j.subject_id, {k}, j.answer, 0, s.shown, s.shown_unit, s.moment
FROM judged AS j LEFT JOIN printed AS s
  ON s.subject_id = j.subject_id AND s.place = 1 AND j.answer IN (0, 7)""",
    )


def add_derived(store: Store, k: int, parts: list[int], atom: MeasurementAtom) -> None:
    """Put the answers of a score computed from its parts beside the others, under the number `k`."""
    assert isinstance(atom.window, DateWindow)  # noqa: S101  is_derived has said so
    limits = atom.question.limits
    assert limits is not None  # noqa: S101  likewise
    first, last = atom.window.first, atom.window.last
    inside = f"moment >= {moment(first)} AND moment < {moment(last, after=True)}"
    b, i, c = parts
    mass = [f"y{b} * {atom.masses[0]!r} / 10000.0", f"y{i}", f"y{c} * {atom.masses[2]!r} / 10000.0"]
    value = (
        f"floor(3.78 * ln(greatest({mass[0]}, 1.0)) + 11.2 * ln(greatest({mass[1]}, 1.0)) "
        f"+ 9.57 * ln(least(greatest({mass[2]}, 1.0), 4.0)) + 6.43 + 0.5)"
    )
    columns = ", ".join(
        f"max(CASE WHEN q = {q} THEN y END) AS y{q}, "
        f"coalesce(max(CASE WHEN q = {q} THEN 0 END), 5) AS there{q}"
        for q in sorted(set(parts))
    )
    there = ", ".join(f"CASE WHEN there{q} = 0 THEN 9 ELSE 5 END" for q in sorted(set(parts)))
    wanted = ", ".join(str(q) for q in sorted(set(parts)))
    store.extend(
        "beside",
        f"""
WITH newest AS (
  SELECT *, max(CASE WHEN {inside} THEN moment END) OVER (PARTITION BY subject_id, q) AS latest
  FROM reading WHERE q IN ({wanted})
), part AS (
  SELECT subject_id, q, {_ONE} FROM newest WHERE moment = latest GROUP BY subject_id, q
  UNION ALL
  SELECT subject_id, q, min(CASE WHEN moment < {moment(first)} THEN 4 ELSE 5 END), NULL
  FROM newest WHERE latest IS NULL GROUP BY subject_id, q
), together AS (
  SELECT subject_id, {columns}, min(reason) AS reason FROM part GROUP BY subject_id
)
SELECT subject_id, {k},
  CASE WHEN least(coalesce(reason, 9), {there}) < 9 THEN least(coalesce(reason, 9), {there})
  WHEN {value} BETWEEN {_number(limits.floor)} AND {_number(limits.ceiling)} THEN 7 ELSE 0 END, 0,
  NULL, NULL, NULL FROM together""",
    )


def _number(value: float) -> str:
    return f"CAST('{value!r}' AS DOUBLE)"
