"""DuckDB as a store: it reads the table where it lies, and its queries are run as they are written.

What does not fit into memory goes to temporary files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from trialwright.duck import open_connection
from trialwright.model.screening import PatientTable
from trialwright.screening.source import guarded
from trialwright.screening.store import NULL, prepared, spooled


class DuckStore:
    """DuckDB reads the table where it lies; what does not fit into memory goes to temporary files."""

    studies_at_once = 1

    def __init__(self, table: PatientTable) -> None:
        self.table = table
        self.connection = open_connection()
        self.source = f"({prepared(table.query)})"
        self.subject = "BIGINT" if table.subject_type == "number" else "VARCHAR"

    def guard(self) -> AbstractContextManager[None]:
        """Turns errors of DuckDB into one sentence."""
        return guarded(self.table)

    def create(self, name: str, select: str) -> None:
        """Keep the rows of a query as a table."""
        self.connection.execute(f"CREATE TABLE {name} AS {select}")

    def extend(self, name: str, select: str) -> None:
        """Add the rows of a query to a table."""
        self.connection.execute(f"INSERT INTO {name} {select}")

    def load(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Keep rows that Python made as a table."""
        with spooled(rows) as path:
            self.create(name, f"SELECT * FROM {spooled_source(path, columns)}")  # noqa: S608

    def query(self, select: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query; each on a cursor of its own."""
        cursor = self.connection.cursor()
        cursor.execute("SET enable_progress_bar = false")
        cursor.execute(select)
        while batch := cursor.fetchmany(10_000):
            yield from batch

    look = query


def spooled_source(path: str, columns: Mapping[str, str]) -> str:
    """What reads a spooled file in DuckDB."""
    kinds = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
    return (
        f"read_csv('{path}', header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
        f"nullstr = '{NULL}', allow_quoted_nulls = true, columns = {{{kinds}}})"
    )
