"""What the columnar engine asks of a database: to hold tables of one run, and to answer queries over them.

Every query is written once, in DuckDB's dialect and of what all dialects share: whole numbers, figures and
text. Times come as moments, so that no database has to know a calendar or how to print a time.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from tempfile import NamedTemporaryFile
from typing import Any, Protocol

# Microseconds from the year 1 to 1970.
EPOCH = 62_135_596_800_000_000
DAY = 86_400_000_000
# Stands for null in the files; nothing that a person writes into a cell.
NULL = "\x1bnull\x1b"

# The people as every store holds them; `x` is the number to reckon with, `number_text` how it is printed.
PEOPLE: dict[str, str] = {
    "subject_id": "VARCHAR", "code": "VARCHAR", "unit": "VARCHAR", "text_value": "VARCHAR",
    "numeric_value": "DOUBLE", "x": "DOUBLE", "number_text": "VARCHAR", "moment": "BIGINT",
    "end_moment": "BIGINT", "ref_low": "DOUBLE", "ref_high": "DOUBLE",
}  # fmt: skip
# What is answered outside the one pass, with the row that decided; a subject_id stands before.
BESIDE = {
    "k": "INTEGER", "answer": "INTEGER", "flags": "BIGINT", "shown": "VARCHAR", "shown_unit": "VARCHAR",
    "shown_moment": "BIGINT",
}  # fmt: skip


class Store(Protocol):
    """A database for one run.

    source: what stands behind FROM for the people, with the columns of PEOPLE. subject: BIGINT or VARCHAR,
    what a subject_id is. Text is compared and ordered by code point. studies_at_once: how many are counted
    by one query; more is better where a query is dear and a row is cheap.
    """

    source: str
    subject: str
    studies_at_once: int

    def guard(self) -> AbstractContextManager[None]:
        """Turns errors of the database into one sentence without any cell of the table."""

    def create(self, name: str, select: str) -> None:
        """Keep the rows of a query as a table."""

    def extend(self, name: str, select: str) -> None:
        """Add the rows of a query, column by column in their order, to a table."""

    def load(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Keep rows that Python made as a table."""

    def query(self, select: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a few at a time; other queries may be asked meanwhile."""

    def look(self, select: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query over the people alone, from which the dictionaries are made."""


def prepared(query: str) -> str:
    """A patient table, a query in DuckDB's dialect, as a query with the columns of PEOPLE."""
    return (
        "SELECT subject_id, code, unit, text_value, numeric_value, numeric_value AS x, "  # noqa: S608
        "regexp_replace(CAST(numeric_value AS VARCHAR), '\\.0$', '') AS number_text, "
        f"epoch_us(time) + {EPOCH} AS moment, epoch_us(end_time) + {EPOCH} AS end_moment, ref_low, ref_high "
        f"FROM ({query})"
    )


def time_of(moment: int) -> datetime:
    """The time of a moment.

    >>> time_of(moment_of(datetime(2024, 8, 31, 7, 15, 0, 250)))
    datetime.datetime(2024, 8, 31, 7, 15, 0, 250)
    """
    return datetime.min + timedelta(microseconds=moment)


def moment_of(time: datetime) -> int:
    """The moment of a time: microseconds since the year 1."""
    return (time - datetime.min) // timedelta(microseconds=1)


@contextmanager
def spooled(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A temporary CSV file of rows, all cells quoted: a file is the fast way for millions."""
    with NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([NULL if cell is None else cell for cell in row] for row in rows)
        file.flush()
        yield file.name
