"""One pass over a wide file before it is used: whose it is, and what in it cannot become a row.

What would make answers wrong is refused, what is only left out is counted; no message holds a cell that is
not shared by several rows.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from trialwright.errors import PatientsError
from trialwright.patients import ages, cells
from trialwright.patients.columns import BIRTH, ColumnMap
from trialwright.patients.separated import Separated

_INTEGER = r"-?(0|[1-9][0-9]{0,17})"
# A word that fewer rows share might be somebody's own.
SHARED = 5
# DuckDB plans a query in the square of its expressions; of more columns the file is rather read again.
AT_ONCE = 200


class Inspected(NamedTuple):
    """Whether the ids are numbers, how many people there are, and what in their rows is not read."""

    number: bool
    people: int
    problems: tuple[str, ...]


class Doubt(NamedTuple):
    """Cells that are not what the map says: where it is true, the sentence about so many, and its cure.

    With a `cure` the table is refused; `words` is the cell whose shared spellings are named.
    """

    condition: str
    sentence: str
    cure: str | None = None
    words: str | None = None


def inspect(
    connection: Any, separated: Separated, chart: ColumnMap, places: Mapping[str, int], path: Path
) -> Inspected:
    """Whose table it is, and the sentences about what will not be read.

    Raises PatientsError where there are no rows, or cells of which a wrong answer could come.
    """
    doubts = list(_doubts(chart, places))
    subject = cells.clean(places[chart.subject])
    rows, named, words, people = connection.execute(
        f"SELECT count(*), count({subject}), "
        f"count(*) FILTER (WHERE NOT regexp_full_match({subject}, '{_INTEGER}')), "
        f"count(DISTINCT {subject}) FROM {separated.source}"
    ).fetchone() or (0, 0, 0, 0)
    if not named:
        what = f"no row has anything in {chart.subject!r}" if rows else "the table has no rows"
        raise PatientsError(what, where=str(path), cure="give a table with rows")
    found = _count(connection, separated.source, doubts)
    for doubt, number in zip(doubts, found, strict=True):
        if number and doubt.cure is not None:
            raise PatientsError(doubt.sentence.format(_cells(number)), where=str(path), cure=doubt.cure)
    problems = [
        doubt.sentence.format(_cells(number)) + _shared(connection, separated.source, doubt)
        for doubt, number in zip(doubts, found, strict=True)
        if number
    ]
    if rows > named:
        problems.append(f"{rows - named} rows have nothing in {chart.subject!r} and are left out")
    strange = [name for name in separated.names if name not in places]
    if strange:
        more = f" and {len(strange) - 6} more" if len(strange) > 6 else ""
        listed = ", ".join(" ".join(name.split())[:40] or "(no name)" for name in strange[:6])
        problems.append(f"columns that the map leaves out: {listed}{more}")
    return Inspected(words == 0, people, tuple(problems))


def _count(connection: Any, source: str, doubts: Sequence[Doubt]) -> list[int]:
    """How many cells each doubt is about."""
    found: list[int] = []
    for start in range(0, len(doubts), AT_ONCE):
        some = doubts[start : start + AT_ONCE]
        counts = ", ".join(f"count(*) FILTER (WHERE {doubt.condition})" for doubt in some)
        found += connection.execute(f"SELECT {counts} FROM {source}").fetchone() or ()
    return found


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number} cells"


def _doubts(chart: ColumnMap, places: Mapping[str, int]) -> Iterator[Doubt]:
    """What may be wrong with the cells of each column."""

    def of(name: str) -> str:
        return cells.clean(places[name], chart.missing)

    cure = "write times like 2024-05-31, tell the map their time_format, or which words mean missing"
    for name in _time_columns(chart):
        bad = f"{of(name)} IS NOT NULL AND {cells.moment(of(name), chart.time_format)} IS NULL"
        yield Doubt(bad, f"column {name!r}: {{}} that cannot be read as a time", cure)
    for name in _number_columns(chart) if chart.decimal == "," else ():
        # 1.234 would be a thousand to whoever writes decimals with a comma.
        yield Doubt(
            cells.has_point(of(name)),
            f"column {name!r}: {{}} with a point in the number, where the map has decimal commas",
            "write all numbers one way",
        )
    for column in chart.columns:
        name, text = column.name, of(column.name)
        if column.values is not None:
            unknown = f"{text} IS NOT NULL AND {cells.translated(column, text)} IS NULL"
            yield Doubt(unknown, f"column {name!r}: {{}} not among its values", words=text)
        if column.form == "time":
            first = cells.first_moment(text, chart.time_format)
            yield Doubt(
                f"{text} IS NOT NULL AND {first} IS NULL",
                f"column {name!r}: {{}} that cannot be read as a time",
                cure,
            )
            if column.code != BIRTH:
                yield Doubt(
                    cells.is_partial(text),
                    f"column {name!r}: {{}} without a day; the first day that is possible stands for it",
                )
        elif column.form == "age":
            _, years, day = ages.age(column, chart, places)
            yield Doubt(
                f"{text} IS NOT NULL AND {years} IS NULL",
                f"column {name!r}: {{}} that cannot be read as an age",
            )
            yield Doubt(
                f"{years} IS NOT NULL AND {day} IS NULL",
                f"column {name!r}: {{}} without a day for which the age holds",
            )
        elif column.form == "value" and column.values is None and chart.decimal == ".":
            yield Doubt(
                cells.has_decimal_comma(text),
                f"column {name!r}: {{}} with a decimal comma, read as words",
            )
        for limit in filter(None, (column.ref_low_column, column.ref_high_column)):
            bound = cells.number(cells.pointed(of(limit), chart.decimal))
            yield Doubt(
                f"{of(limit)} IS NOT NULL AND {bound} IS NULL",
                f"column {limit!r}: {{}} that cannot be read as a limit of normal",
            )


def _number_columns(chart: ColumnMap) -> tuple[str, ...]:
    """The columns whose cells are read as numbers where they are some."""
    names: list[str | None] = []
    for column in chart.columns:
        if column.form in ("value", "age") and column.values is None:
            names.append(column.name)
        names += [column.ref_low_column, column.ref_high_column]
    return tuple(dict.fromkeys(name for name in names if name))


def _time_columns(chart: ColumnMap) -> tuple[str, ...]:
    """The columns whose cells must be times because rows take theirs from them."""
    codes = any(column.form == "code" for column in chart.columns)
    names = [chart.end] if codes else []
    for column in chart.columns:
        when = chart.time_of(column) if column.form != "time" else None
        names += [when if isinstance(when, str) else None, column.end_column]
    return tuple(dict.fromkeys(name for name in names if name))


def _shared(connection: Any, source: str, doubt: Doubt) -> str:
    """The spellings of doubtful cells that several rows share, so that the map can be mended."""
    if doubt.words is None:
        return ""
    found = connection.execute(
        f"SELECT {doubt.words} AS word, count(*) AS n FROM {source} WHERE {doubt.condition} "
        f"GROUP BY word HAVING n >= {SHARED} AND length(word) <= 40 ORDER BY n DESC, word LIMIT 4"
    ).fetchall()
    return ": " + ", ".join(f"{word!r} ({n})" for word, n in found) if found else ""
