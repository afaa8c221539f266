"""Rows that Python makes of a source, kept as Parquet in a temporary folder that lives as long as they do.

Rows go to a text file, and a full file becomes one Parquet file through DuckDB: memory does not grow with the
source. Empty cells are null; texts that are too long for any result are cut, and counted.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from trialwright.duck import quoted

# So many rows are one Parquet file: enough that it is read fast, few enough that the text file stays small.
ROWS_A_PART = 500_000
# The longest text that is kept; screening reads nothing of such a length as a result.
LONGEST_TEXT = 1_000
# A line holds ten cells at most, each no longer than a text.
_LONGEST_LINE = 1_000_000
# The end of a line in files that Python writes here, as SQL spells it.
_OWN_END = "\\r\\n"


class TemporaryFolder:
    """A folder that is gone with the last value that holds it, and at the latest with the process."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="trialwright-"))
        self._end = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


class Part:
    """Rows of some columns on their way into Parquet files of a folder."""

    def __init__(self, folder: Path, name: str, columns: Mapping[str, str], connection: Any) -> None:
        self.columns = dict(columns)
        self.cut = 0
        self._connection = connection
        self._folder = folder / name
        self._folder.mkdir()
        self._number = 0
        self._rows = 0
        self._text = folder / f"{name}.csv"
        self._open()

    def _open(self) -> None:
        # A character that no text of Unicode can hold becomes a question mark.
        self._file = self._text.open("w", encoding="utf-8", errors="replace", newline="")
        self._rows = 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows; each holds the cells in the order of the columns, None for null."""
        made = io.StringIO(newline="")
        # With this end of line every cell that holds a break of any kind is quoted.
        csv.writer(made, lineterminator="\r\n").writerows(rows)
        text = made.getvalue()
        # A table cannot hold the character of number nought.
        self._file.write(text.replace("\0", "") if "\0" in text else text)
        self._rows += len(rows)
        if self._rows >= ROWS_A_PART:
            self._turn()
            self._open()

    def clean(self, text: str | None, limit: int = LONGEST_TEXT) -> str | None:
        """A text as a cell can hold it; None for an empty one."""
        if not text:
            return None
        if len(text) > limit:
            self.cut += 1
            text = text[:limit]
        return text

    def close(self) -> str:
        """Bring the last rows into a file; the relation, in SQL, that reads all of them."""
        if self._rows or not self._number:
            self._turn()
        else:
            self._file.close()
            self._text.unlink()
        return f"read_parquet({quoted(str(self._folder / '*.parquet'))})"

    def _turn(self) -> None:
        self._file.close()
        target = self._folder / f"{self._number:06}.parquet"
        self._connection.execute(
            f"COPY (SELECT * FROM {text_relation(self._text, self.columns, _OWN_END)}) "  # noqa: S608
            f"TO {quoted(str(target))} (FORMAT parquet)"
        )
        self._text.unlink()
        self._number += 1


def text_relation(path: Path, columns: Mapping[str, str], end: str = "\\n") -> str:
    """The relation, in SQL, that reads a text file without a header; `end`: the end of a line, escaped."""
    kinds = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns.items())
    return (
        f"read_csv({quoted(str(path))}, header = false, auto_detect = false, "
        f"delim = ',', quote = '\"', escape = '\"', nullstr = '', new_line = '{end}', "
        f"max_line_size = {_LONGEST_LINE}, buffer_size = {32 * _LONGEST_LINE}, columns = {{{kinds}}})"
    )


def in_batches(rows: Iterable[Sequence[Any]], size: int = 10_000) -> Iterator[list[Sequence[Any]]]:
    """The rows in lists of a bounded length."""
    batch: list[Sequence[Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
