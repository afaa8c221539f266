"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods): one sheet is written out as CSV, to be read like any other.

Cells become what a person reads in them: dates as 2024-05-31, whole numbers without a fraction, errors of a
formula as nothing. Read by python-calamine, which the extra `trialwright[xlsx]` installs.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trialwright.errors import MissingExtra, PatientsError

_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
# What a workbook shows where a formula came to nothing.
_MISTAKES = {"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"}


def is_workbook(path: Path) -> bool:
    """Whether the name is that of a workbook."""
    return path.is_file() and path.name.lower().endswith(_SUFFIXES)


def write_sheet(path: Path, sheet: str | None, target: Path) -> tuple[str, ...]:
    """Write the sheet of that name, or the first, as a CSV file; sentences about what is not read.

    Raises MissingExtra where the reader is not installed, PatientsError where there is no such sheet.
    """
    name, rows, others = read_sheet(path, sheet)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        # A line of nothing would be read as one cell.
        writer.writerows(row for row in rows if any(row))
    if not others:
        return ()
    more = f" and {len(others) - 6} more" if len(others) > 6 else ""
    listed = ", ".join(repr(other[:40]) for other in others[:6])
    return (f"only the sheet {name!r} is read, not {listed}{more}",)


def read_sheet(path: Path, sheet: str | None) -> tuple[str, Iterator[list[str]], list[str]]:
    """The name of the sheet, its rows as texts, and the names of the other sheets that hold something."""
    try:
        import python_calamine as calamine
    except ImportError:
        raise MissingExtra("python-calamine", "xlsx") from None
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        names = list(book.sheet_names)
        filled = [name for name in names if _is_filled(book, name)]
        name = sheet or (filled or names or [""])[0]
        rows = book.get_sheet_by_name(name).to_python() if name in names else []
    except (calamine.CalamineError, OSError) as error:
        locked = isinstance(error, calamine.PasswordError)
        raise PatientsError(
            "the workbook is locked with a password"
            if locked
            else f"this is no workbook that can be read ({type(error).__name__})",
            where=str(path),
            cure="save it as CSV with UTF-8, or as XLSX without a password",
        ) from None
    if name not in names:
        there = ", ".join(repr(other[:40]) for other in names[:12]) or "none"
        raise PatientsError(
            f"there is no sheet {name!r}; the sheets are {there}",
            where=str(path),
            cure="name one of them in the map",
        )
    return name, ([_text(value) for value in row] for row in rows), [n for n in filled if n != name]


def _is_filled(book: Any, name: str) -> bool:
    import python_calamine as calamine

    try:
        return bool(book.get_sheet_by_name(name).height)
    except calamine.CalamineError:
        # A chart is a sheet without cells.
        return False


def _text(value: Any) -> str:
    """What a person reads in a cell."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    text = "" if value is None else str(value)
    return "" if text in _MISTAKES else text
