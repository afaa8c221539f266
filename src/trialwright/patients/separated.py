"""Files of separated values as they come: packing, header, and the character between the cells.

Gives what DuckDB needs to read every cell as text by its place, so that no header, however strange, matters.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from pathlib import Path
from typing import IO, NamedTuple

from trialwright.duck import quoted
from trialwright.errors import PatientsError
from trialwright.patients.cells import BLANKS

_DELIMITERS = ",;\t|"
_LONGEST_HEADER = 4_000_000
_LONGEST_LINE = 32_000_000


class Separated(NamedTuple):
    """A file of separated values: its column names, and the SELECT-able source of its cells c0, c1, ..."""

    names: tuple[str, ...]
    source: str


def open_separated(path: Path, *, named: Path | None = None) -> Separated:
    """Look at the beginning of the file; raises PatientsError where there is no header in UTF-8.

    `named` is what messages call it, where the file is only made from what the user gave.
    """
    where = str(named or path)
    try:
        packed = _starts_with(path, b"\x1f\x8b")
        other = _starts_with(path, b"PAR1") or _starts_with(path, b"PK\x03\x04")
    except OSError as error:
        raise PatientsError(f"it cannot be opened ({error.strerror})", where=where) from None
    if path.stat().st_size == 0:
        raise PatientsError("the file is empty", where=where, cure="give a table with a header and rows")
    if other:
        raise PatientsError(
            "this is no file of separated values, but a Parquet file or a packed one",
            where=where,
            cure="give a CSV, TSV or XLSX file by its own name",
        )
    names, delimiter = _read_header(path, packed, where)
    kinds = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(names)))
    source = (
        f"read_csv({quoted(_literal(str(path)))}, header = true, auto_detect = false, "
        f"delim = {quoted(delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
        f"compression = '{'gzip' if packed else 'none'}', max_line_size = {_LONGEST_LINE}, "
        f"buffer_size = {2 * _LONGEST_LINE}, columns = {{{kinds}}})"
    )
    return Separated(names, source)


def complaint(error: Exception) -> str:
    """What DuckDB found wrong with the file, in words that quote no cell."""
    text = str(error)
    line = re.match(r".*?CSV Error on Line: (\d+)", text)
    place = f" in line {line[1]}" if line else ""
    found = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if found:
        return f"the header has {found[1]} columns, and the row{place} has {found[2]} cells"
    if "unterminated quote" in text:
        return f"a quotation mark{place} is not closed"
    if "Invalid unicode" in text:
        return f"the text{place} is not UTF-8"
    if "invalid state" in text:
        return "its lines end in two ways, or its quotation marks are not closed"
    return f"it cannot be read{place} ({type(error).__name__})"


def _starts_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _literal(path: str) -> str:
    """The path with the signs of a pattern made plain; DuckDB takes a path for a pattern."""
    return re.sub(r"([*?\[])", r"[\1]", path)


def _read_header(path: Path, packed: bool, where: str) -> tuple[tuple[str, ...], str]:
    """The names of the columns, and the character between them: the one that makes most of them."""
    try:
        with path.open("rb") as raw:
            stream: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
            head = stream.read(_LONGEST_HEADER)
    except (OSError, EOFError):
        raise PatientsError("the file cannot be unpacked", where=where) from None
    text = head.decode("utf-8-sig", errors="replace")
    rows = {sign: _first_row(text, sign) for sign in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda sign: len(rows[sign]))
    names = tuple(name.strip(BLANKS) for name in rows[delimiter])
    if any("\ufffd" in name or "\x00" in name for name in names):
        raise PatientsError("the header is not UTF-8", where=where, cure="save the table as CSV with UTF-8")
    if not any(names):
        raise PatientsError("there is no header", where=where, cure="name the columns in the first line")
    return names, delimiter


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
