"""Small tables that Python made, brought into the database of a run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from tempfile import NamedTemporaryFile
from typing import Any

_NULL = "\\N"


def load(
    connection: Any,
    name: str,
    columns: Mapping[str, str],
    rows: Iterable[Sequence[Any]],
    *,
    into: bool = False,
) -> None:
    """Make a temporary table of rows, or add the rows to it; through a file, which is fast for millions."""
    with NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows([_NULL if cell is None else cell for cell in row] for row in rows)
        file.flush()
        kinds = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
        act = f"INSERT INTO {name} BY NAME" if into else f"CREATE TABLE {name} AS"
        connection.execute(
            f"{act} SELECT * FROM read_csv('{file.name}', header = false, auto_detect = false, delim = ',', "  # noqa: S608
            f"quote = '\"', escape = '\"', nullstr = '{_NULL}', allow_quoted_nulls = true, "
            f"columns = {{{kinds}}})"
        )
