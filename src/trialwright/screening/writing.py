"""Rows as a file, Parquet or CSV by its name: written under another name and renamed when it is whole."""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted
from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from trialwright.duck import quoted
from trialwright.errors import OutputError
from trialwright.screening.source import connect


@contextmanager
def placing(path: str | Path, what: str) -> Iterator[Path]:
    """A name to write to, which becomes `path` at the end; nothing half-written is left.

    Raises OutputError for a suffix that is neither .parquet nor .csv, and where nothing can be written;
    `what` names the rows.
    """
    target = Path(path)
    if target.suffix.lower() not in (".parquet", ".csv"):
        raise OutputError(
            f"{what} cannot be written as {target.suffix or 'a file without a suffix'}",
            where=str(path),
            cure="name the file .parquet or .csv",
        )
    try:
        with NamedTemporaryFile(dir=target.parent, prefix=".trialwright-", delete=False) as opened:
            part = Path(opened.name)
        try:
            part.chmod(0o666 & ~_umask())
            yield part
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror})",
            where=str(path),
            cure="check that the folder is there",
        ) from None


def write_csv(part: Path, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a head line and the rows; nothing is an empty cell."""
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def write_parquet(
    part: Path, columns: Mapping[str, str], rows: Iterable[Sequence[Any]], *, filled: Sequence[str] = ()
) -> None:
    """Write the rows with these column types of DuckDB; in `filled` columns nothing is an empty text."""
    with NamedTemporaryFile(dir=part.parent, prefix=".trialwright-", suffix=".csv") as file:
        write_csv(Path(file.name), tuple(columns), rows)
        kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        texts = ", ".join(f"coalesce({name}, '') AS {name}" for name in filled)
        replaced = f" REPLACE ({texts})" if texts else ""
        with connect() as connection:
            connection.execute(
                f"COPY (SELECT *{replaced} FROM read_csv({quoted(file.name)}, header = true, delim = ',', "
                f"quote = '\"', escape = '\"', auto_detect = false, columns = {{{kinds}}})) "
                f"TO {quoted(str(part))} (FORMAT parquet)"
            )


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
