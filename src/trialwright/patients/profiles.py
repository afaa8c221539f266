"""Columns as their first rows show them: numbers, days, yes and no, or something else.

Takes a wide file, gives a profile a column; what is concluded from it is the matter of `guessing`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from trialwright.errors import PatientsError
from trialwright.patients import cells
from trialwright.patients.opening import opened
from trialwright.patients.separated import complaint, open_separated
from trialwright.patients.staging import TemporaryFolder
from trialwright.patients.workbooks import is_workbook, write_sheet

ROWS = 500
# Of a very wide table fewer rows tell enough.
_FEWEST, _CELLS = 20, 200_000
MOST = 0.8
_MISSING = ("NA", "N/A", ".", "NULL", "NaN", "nan", "None", "missing")
_ISO = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ].*)?")
_PARTIAL = re.compile(r"(18|19|20)\d\d(-\d\d)?")
LOCAL = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_NUMBER = re.compile(r"(?:[<>]=?|[≤≥])?\s*([+-]?(?:\d+[.]?\d*|[.]\d+)(?:[eE][+-]?\d+)?)")
_COMMA = re.compile(r"[<>=≤≥ ]*[+-]?\d+,\d+")
_POINT = re.compile(r"[<>=≤≥ ]*[+-]?\d+[.]\d+")
_YES = ("1", "yes", "y", "true", "pos", "positive", "是", "有")
_NO = ("0", "no", "n", "false", "neg", "negative", "否", "无")


class Profile(NamedTuple):
    """A column as its first rows show it: name, and the cells that are not empty."""

    name: str
    cells: tuple[str, ...]

    def share(self, pattern: re.Pattern[str]) -> float:
        """The part of the cells that are wholly of a form."""
        return sum(bool(pattern.fullmatch(c)) for c in self.cells) / len(self.cells) if self.cells else 0.0

    @property
    def is_dates(self) -> bool:
        """Whether most cells are days."""
        return self.share(_ISO) + self.share(LOCAL) >= MOST

    @property
    def is_births(self) -> bool:
        """Whether most cells are days, or years or months that somebody can be born in."""
        return self.share(_ISO) + self.share(LOCAL) + self.share(_PARTIAL) >= MOST

    @property
    def numbers(self) -> list[float]:
        """The numbers of the column, without their comparators; none where most cells are something else."""
        if self.share(_NUMBER) < MOST:
            return []
        return [float(found[1]) for c in self.cells if (found := _NUMBER.fullmatch(c))]

    @property
    def yes_and_no(self) -> tuple[str, str] | None:
        """The cells for yes and for no, of a column that has nothing else."""
        kinds = {c.casefold(): c for c in self.cells}
        yes, no = ([kinds[w] for w in words if w in kinds] for words in (_YES, _NO))
        if len(kinds) == len(yes) + len(no) and len(yes) <= 1 and len(no) <= 1 and kinds:
            return (yes or ["1"])[0], (no or ["0"])[0]
        return None


class Seen(NamedTuple):
    """The columns by their first rows, the words that seem to mean a missing cell, the decimal sign."""

    profiles: list[Profile]
    missing: tuple[str, ...]
    decimal: str


def read_profiles(path: Path, sheet: str | None) -> Seen:
    """What the first rows of the file show; raises PatientsError where it is no table."""
    folder, file = TemporaryFolder(), path
    if not path.is_file():
        raise PatientsError("there is no such file", where=str(path), cure="give a CSV, TSV or XLSX file")
    if is_workbook(path):
        file = folder.path / "sheet.csv"
        write_sheet(path, sheet, file)
    separated = open_separated(file, named=path)
    number = max(_FEWEST, min(ROWS, _CELLS // len(separated.names)))
    with opened(str(path), complaint, "save it as CSV with UTF-8, each row with all its cells") as connection:
        rows = connection.execute(
            f"SELECT * FROM {separated.source} LIMIT {number}"  # noqa: S608
        ).fetchall()
    if not rows:
        raise PatientsError("the table has no rows", where=str(path), cure="give a table with rows")
    columns = [[(cell or "").strip(cells.BLANKS) for cell in column] for column in zip(*rows, strict=True)]
    there = {cell for column in columns for cell in column}
    missing = tuple(word for word in _MISSING if word in there)
    commas = sum(bool(_COMMA.fullmatch(cell)) for column in columns for cell in column)
    points = sum(bool(_POINT.fullmatch(cell)) for column in columns for cell in column)
    decimal = "," if commas > points else "."
    return Seen(
        [
            Profile(name, tuple(_pointed(c, decimal) for c in column if c and c not in missing))
            for name, column in zip(separated.names, columns, strict=True)
        ],
        missing,
        decimal,
    )


def _pointed(cell: str, decimal: str) -> str:
    return cell.replace(",", ".") if decimal == "," and _COMMA.fullmatch(cell) else cell
