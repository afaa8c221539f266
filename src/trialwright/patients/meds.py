"""Table files in the shape of the MEDS standard: Parquet or CSV (also .gz) with columns by name.

Missing columns are null; subject_id stays the integer or text that it is. Times are wall clock: an offset
in a text is dropped; a Parquet column with a zone is read in the zone that is given.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trialwright.duck import open_connection, quoted
from trialwright.errors import PatientsError
from trialwright.model.screening import PatientTable

REQUIRED = ("subject_id", "code")
EXPECTED = ("time", "numeric_value", "unit")
_TIMES = ("time", "end_time")
_NUMBERS = ("numeric_value", "ref_low", "ref_high")
ORDER = (
    "subject_id",
    "time",
    "code",
    "numeric_value",
    "text_value",
    "unit",
    "end_time",
    "ref_low",
    "ref_high",
)
HOW_TO_MAP = "write a column map (trialwright patients guess FILE makes a first one)"
_CSV_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
_LONGEST_LINE = 32_000_000
_INTEGER = r"-?(0|[1-9][0-9]{0,17})"
_OFFSET = r"(Z|z|[+-][0-9]{2}(:?[0-9]{2}(:?[0-9]{2})?)?)$"


def sniff(path: Path) -> bool:
    """Whether the path is a Parquet file, a folder of them, or a file of separated values."""
    if path.is_dir():
        return any(path.rglob("*.parquet"))
    name = path.name.lower()
    if name.endswith((*_CSV_SUFFIXES, ".parquet")):
        return True
    with path.open("rb") as file:
        start = file.read(4096)
    return start[:4] == b"PAR1" or (b"subject_id" in start and b"code" in start)


def read(path: Path, time_zone: str) -> PatientTable:
    """The patient table of the file."""
    if path.is_file() and path.stat().st_size == 0:
        raise PatientsError("the file is empty", where=str(path), cure="give a table with a header and rows")
    is_parquet = path.is_dir() or path.name.lower().endswith(".parquet") or _starts_with(path, b"PAR1")
    return _read_parquet(path, time_zone) if is_parquet else _read_csv(path)


def _starts_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _read_parquet(path: Path, time_zone: str) -> PatientTable:
    target = str(path / "**" / "*.parquet") if path.is_dir() else str(path)
    source = f"read_parquet({quoted(target)}{', union_by_name = true' if path.is_dir() else ''})"
    with _database(path) as connection:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608
        kinds = {str(row[0]): str(row[1]) for row in described}
        _require(path, tuple(kinds))
        kind = kinds["subject_id"]
        number = kind in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
        columns = [_parquet_column(name, kinds.get(name), number, time_zone) for name in ORDER]
        query = f"SELECT {', '.join(columns)} FROM {source} WHERE subject_id IS NOT NULL"  # noqa: S608
        _try(path, connection, query)
    return PatientTable(
        query=query,
        origin=str(path),
        subject_type="number" if number else "text",
        problems=_remarks(tuple(kinds)),
    )


def _parquet_column(name: str, kind: str | None, number: bool, time_zone: str) -> str:
    if name == "subject_id":
        wanted = "BIGINT" if number else "VARCHAR"
        return name if kind == wanted else f"CAST({name} AS {wanted}) AS {name}"
    if name in _TIMES:
        if kind == "TIMESTAMP":
            return name
        if kind == "TIMESTAMP WITH TIME ZONE":
            return f"timezone({quoted(time_zone)}, {name}) AS {name}"
        if kind == "VARCHAR":
            return f"{_wall_clock(name)} AS {name}"
        return f"CAST({name if kind else 'NULL'} AS TIMESTAMP) AS {name}"
    if name in _NUMBERS:
        if kind is None:
            return f"CAST(NULL AS DOUBLE) AS {name}"
        # A missing number that was written as NaN is no number.
        value = name if kind == "DOUBLE" else f"CAST({name} AS DOUBLE)"
        return f"CASE WHEN isfinite({value}) THEN {value} END AS {name}"
    if kind == "VARCHAR":
        return name
    return f"CAST({name if kind else 'NULL'} AS VARCHAR) AS {name}"


def _read_csv(path: Path) -> PatientTable:
    header, delimiter = _header(path)
    _require(path, tuple(header))
    # All cells are text: sniffing would turn codes into numbers and times into other times.
    names = ", ".join(f"{quoted(_unique(header, i))}: 'VARCHAR'" for i in range(len(header)))
    source = (
        f"read_csv({quoted(str(path))}, header = true, auto_detect = false, delim = {quoted(delimiter)}, "
        f"quote = '\"', escape = '\"', nullstr = '', max_line_size = {_LONGEST_LINE}, "
        f"buffer_size = {2 * _LONGEST_LINE}, columns = {{{names}}})"
    )
    with _database(path) as connection:
        times = [name for name in _TIMES if name in header]
        checks = "".join(
            f", count(*) FILTER (WHERE {name} IS NOT NULL AND {_wall_clock(name, 'TRY_CAST')} IS NULL)"
            for name in times
        )
        found = connection.execute(
            "SELECT count(subject_id), count(*) FILTER (WHERE NOT regexp_full_match(subject_id, "  # noqa: S608
            f"'{_INTEGER}')), {_wordy(header)}{checks} FROM {source}"
        ).fetchone()
        people, words, wordy, *spoilt = found or (0, 0, 0)
        if not people:
            raise PatientsError("the table has no rows", where=str(path), cure="give a table with rows")
        for name, number in zip(times, spoilt, strict=True):
            if number:
                raise PatientsError(
                    f"{number} cells of the column {name} are no time",
                    where=str(path),
                    cure="write times like 2024-05-01T23:30:00",
                )
        columns = [
            _csv_text(header) if name == "text_value" else _csv_column(name, name in header, words == 0)
            for name in ORDER
        ]
        query = f"SELECT {', '.join(columns)} FROM {source} WHERE subject_id IS NOT NULL"  # noqa: S608
        _try(path, connection, query)
    problems = _remarks(tuple(header))
    if wordy:
        problems += (f"{wordy} cells of the column numeric_value are no numbers, and are read as words",)
    return PatientTable(
        query=query, origin=str(path), subject_type="text" if words else "number", problems=problems
    )


def _wordy(header: list[str]) -> str:
    """How many cells where a number belongs hold something else."""
    if "numeric_value" not in header:
        return "0"
    return f"count(*) FILTER (WHERE numeric_value IS NOT NULL AND {_number('numeric_value')} IS NULL)"


def _remarks(names: tuple[str, ...]) -> tuple[str, ...]:
    """What the table lacks of what criteria ask for, and the columns that nobody will read."""
    lacking = [name for name in EXPECTED if name not in names]
    strange = [name[:40] for name in names if name not in ORDER]
    found = []
    if lacking:
        found.append(f"there is no column {' and no column '.join(lacking)}: it is read as empty")
    if strange:
        more = f" and {len(strange) - 6} more" if len(strange) > 6 else ""
        found.append(f"columns that are not read: {', '.join(strange[:6])}{more}")
    return tuple(found)


def _csv_column(name: str, is_there: bool, number: bool) -> str:
    if name == "subject_id":
        return f"CAST(subject_id AS {'BIGINT' if number else 'VARCHAR'}) AS subject_id"
    if not is_there:
        kind = "TIMESTAMP" if name in _TIMES else "DOUBLE" if name in _NUMBERS else "VARCHAR"
        return f"CAST(NULL AS {kind}) AS {name}"
    if name in _TIMES:
        return f"{_wall_clock(name)} AS {name}"
    if name in _NUMBERS:
        return f"CASE WHEN isfinite({_number(name)}) THEN {_number(name)} END AS {name}"
    return name


def _csv_text(header: list[str]) -> str:
    """The text of a row; words that stand where the number belongs are words all the same."""
    own = "text_value" if "text_value" in header else "CAST(NULL AS VARCHAR)"
    if "numeric_value" not in header:
        return f"{own} AS text_value"
    words = f"CASE WHEN {_number('numeric_value')} IS NULL THEN numeric_value END"
    return f"coalesce({own}, {words}) AS text_value"


def _number(name: str) -> str:
    return f"TRY_CAST({name} AS DOUBLE)"


def _wall_clock(name: str, cast: str = "CAST") -> str:
    """A time without its offset; a date has none, and its last part must not be taken for one."""
    text = f"trim({name})"
    return (
        f"{cast}(CASE WHEN length({text}) > 10 THEN trim(regexp_replace({text}, '{_OFFSET}', '')) "
        f"ELSE {text} END AS TIMESTAMP)"
    )


def _header(path: Path) -> tuple[list[str], str]:
    """The names of the columns and the character between them."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = gzip.GzipFile(fileobj=raw) if packed else raw
            line = stream.readline(1_000_000)
        text = line.decode("utf-8-sig").rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError):
        raise PatientsError(
            "this is no table in UTF-8", where=str(path), cure="save it as CSV with UTF-8 text"
        ) from None
    delimiter = max(",;\t", key=text.count)
    try:
        header = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    except csv.Error:
        header = []
    return [name.strip() for name in header], delimiter


def _unique(header: list[str], index: int) -> str:
    """The name of a column; a second one of the same name gets a number."""
    name = header[index]
    return name if name and header.index(name) == index else f"{name or 'column'} {index + 1}"


def _require(path: Path, names: tuple[str, ...]) -> None:
    absent = [name for name in REQUIRED if name not in names]
    if absent:
        there = ", ".join(name[:40] for name in names[:20]) or "none"
        raise PatientsError(
            f"the column {' and the column '.join(absent)} is missing; the columns are {there}",
            where=str(path),
            cure="name the columns as in the MEDS standard; for a table with a column a fact "
            f"{HOW_TO_MAP} and give it as --columns",
        )


def _try(path: Path, connection: Any, query: str) -> None:
    if not connection.execute(f"SELECT 1 FROM ({query}) LIMIT 1").fetchall():  # noqa: S608
        raise PatientsError("the table has no rows", where=str(path), cure="give a table with rows")


@contextmanager
def _database(path: Path) -> Iterator[Any]:
    """A database for looking at the file; its errors become one sentence without any cell."""
    import duckdb

    connection = open_connection()
    try:
        yield connection
    except duckdb.ConversionException:
        raise PatientsError(
            "a cell is no time or number",
            where=str(path),
            cure="write times like 2024-05-01T23:30:00 and put words into text_value",
        ) from None
    except duckdb.Error as error:
        raise PatientsError(
            f"this is no table that can be read ({type(error).__name__})",
            where=str(path),
            cure="give a Parquet or CSV file with the columns of the MEDS standard",
        ) from None
    finally:
        connection.close()
