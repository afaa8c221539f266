"""The map of a wide table: which column is the person, which the time, and what each of the others means.

Takes a TOML file, gives a frozen `ColumnMap`; every mistake in it is named in one sentence before any row is
read. The whole form is told in docs/wide-tables.md.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, NoReturn, get_args

from msgspec import Struct

from trialwright.errors import PatientsError

Form = Literal["value", "code", "time", "age"]
AgeUnit = Literal["a", "mo", "wk", "d"]
BIRTH = "MEDS_BIRTH"


class Column(Struct, frozen=True, kw_only=True):
    """What the cells of one column are.

    form (`as` in the file): `value`, a result; `code`, itself a code, or translated by `values`; `time`,
    when `code` happened; `age`, from which the birth follows. values: cell → what stands for it, an empty
    text for "nothing". system: put before codes that name none. at, time_column: the time of its rows
    where it is not that of the whole map; an empty `time_column` is no time.
    """

    name: str
    form: Form = "value"
    code: str | None = None
    values: dict[str, str] | None = None
    system: str | None = None
    unit: str | None = None
    unit_column: str | None = None
    ref_low_column: str | None = None
    ref_high_column: str | None = None
    at: datetime | None = None
    time_column: str | None = None
    end_column: str | None = None
    note_column: str | None = None


class ColumnMap(Struct, frozen=True, kw_only=True):
    """The columns of a wide table by name; `missing` are words that stand for an empty cell.

    time or at: the column, or the one moment, of all rows whose column says nothing else. end, note: of
    the rows whose cell is a code. decimal: the sign in numbers. time_format: how times are written where
    not like 2024-05-31, in strptime's signs. sheet: of a workbook, the first one when it is null.
    """

    origin: str
    subject: str
    columns: tuple[Column, ...]
    time: str | None = None
    at: datetime | None = None
    end: str | None = None
    note: str | None = None
    sheet: str | None = None
    missing: tuple[str, ...] = ()
    decimal: Literal[".", ","] = "."
    time_format: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All columns of the file that the map speaks of, each once."""
        found = [self.subject, self.time, self.end, self.note]
        for c in self.columns:
            found += [c.name, c.unit_column, c.ref_low_column, c.ref_high_column]
            found += [c.time_column, c.end_column, c.note_column]
        return tuple(dict.fromkeys(name for name in found if name))

    def time_of(self, column: Column) -> datetime | str | None:
        """The moment, or the name of the column with the moment, of the rows of a column."""
        if column.at is not None or column.time_column is not None:
            return column.at or column.time_column or None
        return self.at or self.time or None


_TOP = ("subject", "time", "at", "end", "note", "sheet", "missing", "decimal", "time_format", "columns")
_KEYS = {
    "value": (
        "code", "values", "unit", "unit_column", "ref_low_column", "ref_high_column", "at", "time_column",
        "end_column",
    ),
    "code": ("values", "system", "at", "time_column", "end_column", "note_column"),
    "time": ("code", "end_column", "note_column"),
    "age": ("unit", "at", "time_column"),
}  # fmt: skip
_CURE = "the form is shown in docs/wide-tables.md"


def read_columns(path: str | Path) -> ColumnMap:
    """The map that a TOML file holds; raises PatientsError in one sentence where it is none."""
    where = str(path)
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PatientsError(f"the column map cannot be read ({error.strerror})", where=where) from None
    except UnicodeDecodeError as error:
        raise PatientsError(f"this is not UTF-8 text (byte {error.start})", where=where) from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise PatientsError(
            f"this is no TOML: {str(error)[:1].lower()}{str(error)[1:]}",
            where=where,
            cure="text stands in double quotes",
        ) from None
    return _Reader(where).read_map(content)


class _Reader:
    """Checks a map field by field; its errors say in which column of which file."""

    def __init__(self, where: str) -> None:
        self.where = where

    def refuse(self, message: str, cure: str | None = None) -> NoReturn:
        raise PatientsError(message, where=self.where, cure=cure)

    def read_map(self, content: dict[str, Any]) -> ColumnMap:
        self._known(content, _TOP, "no field of a column map")
        subject = self._text(content, "subject")
        if not subject:
            self.refuse("it does not say which column is the person", 'write subject = "..."')
        time, at = self._text(content, "time"), self._moment(content)
        if time and at:
            self.refuse("'time' and 'at' exclude each other", "keep the one that holds for most columns")
        entries = content.get("columns", {})
        if not isinstance(entries, dict) or not all(isinstance(e, dict) for e in entries.values()):
            self.refuse("'columns' is no table of columns", "begin each with [columns.NAME]")
        if not entries:
            self.refuse("it maps no column", "begin each with [columns.NAME]")
        made = ColumnMap(
            origin=self.where,
            subject=subject,
            time=time,
            at=at,
            end=self._text(content, "end"),
            note=self._text(content, "note"),
            sheet=self._text(content, "sheet"),
            missing=self._texts(content, "missing"),
            decimal=self._decimal(content),
            time_format=self._formats(content),
            columns=tuple(
                _Reader(f"{self.where}, column {name!r}").read_column(name.strip(), entry)
                for name, entry in entries.items()
            ),
        )
        self._whole(made)
        return made

    def _whole(self, made: ColumnMap) -> None:
        """Refuse what only the map as a whole shows."""
        names = [column.name for column in made.columns]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            self.refuse(f"the column {twice!r} is mapped twice")
        for column in made.columns:
            if column.form == "age" and made.time_of(column) is None:
                self.refuse(
                    f"the age in {column.name!r} has no day on which it was asked",
                    'write at = "2024-05-31" or time_column = "..." below it',
                )

    def read_column(self, name: str, entry: dict[str, Any]) -> Column:
        form = entry.get("as", "value")
        if form not in get_args(Form):
            self.refuse(f"'as' is none of {', '.join(get_args(Form))}", _CURE)
        keys = _KEYS[form]
        for key in entry:
            if key != "as" and key not in keys:
                elsewhere = any(key in other for other in _KEYS.values())
                why = f"'{key}' does not go with as = \"{form}\"" if elsewhere else None
                self.refuse(why or f"{key!r} is no field of a column{_near(key, ('as', *keys))}", _CURE)
        made = Column(
            name=name,
            form=form,
            code=self._text(entry, "code"),
            values=self._values(entry),
            system=self._text(entry, "system"),
            unit=self._text(entry, "unit"),
            at=self._moment(entry),
            time_column=self._text(entry, "time_column", empty=True),
            **{
                key: self._text(entry, key)
                for key in ("unit_column", "ref_low_column", "ref_high_column", "end_column", "note_column")
            },
        )
        self._agree(made)
        return made

    def _agree(self, made: Column) -> None:
        """Refuse fields that say nothing together, or too little."""
        if not made.name:
            self.refuse("a column needs a name")
        if made.form in ("value", "time") and not made.code:
            self.refuse("it needs a code", 'write code = "LOINC:718-7" or the like')
        if made.unit and made.unit_column:
            self.refuse("'unit' and 'unit_column' exclude each other")
        if made.at and made.time_column is not None:
            self.refuse("'at' and 'time_column' exclude each other")
        if made.form == "age" and made.unit not in (None, *get_args(AgeUnit)):
            self.refuse(f"the unit of an age is one of {', '.join(get_args(AgeUnit))}")

    def _known(self, entry: dict[str, Any], known: Collection[str], what: str) -> None:
        for key in entry:
            if key not in known:
                self.refuse(f"{key!r} is {what}{_near(key, known)}", _CURE)

    def _text(self, entry: dict[str, Any], key: str, *, empty: bool = False) -> str | None:
        value = entry.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not (value.strip() or empty):
            self.refuse(f"{key!r} is a text", f'write {key} = "..."')
        return value.strip()

    def _texts(self, entry: dict[str, Any], key: str) -> tuple[str, ...]:
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.refuse(f"{key!r} is a list of texts", f'write {key} = ["...", "..."]')
        return tuple(dict.fromkeys(v.strip() for v in value))

    def _formats(self, entry: dict[str, Any]) -> tuple[str, ...]:
        given = entry.get("time_format", [])
        formats = self._texts({"time_format": [given] if isinstance(given, str) else given}, "time_format")
        for form in formats:
            if not ("%d" in form and ("%m" in form or "%b" in form or "%B" in form) and "%Y" in form):
                # Two digits of a year would have to be guessed into a century.
                self.refuse(
                    "'time_format' needs a day, a month and a year of four digits",
                    'write it like time_format = "%d/%m/%Y"',
                )
        return formats

    def _decimal(self, entry: dict[str, Any]) -> Literal[".", ","]:
        sign = entry.get("decimal", ".")
        if sign not in (".", ","):
            self.refuse("'decimal' is a point or a comma", 'write decimal = ","')
        return "," if sign == "," else "."

    def _moment(self, entry: dict[str, Any]) -> datetime | None:
        value = entry.get("at")
        if value is None:
            return None
        try:
            if isinstance(value, str):
                value = datetime.fromisoformat(value.strip())
        except ValueError:
            value = None
        if not isinstance(value, date):
            self.refuse("'at' is no day", 'write it like at = "2024-05-31"')
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        return datetime(value.year, value.month, value.day)

    def _values(self, entry: dict[str, Any]) -> dict[str, str] | None:
        value = entry.get("values")
        if value is None:
            return None
        if not isinstance(value, dict) or not value or not all(isinstance(v, str) for v in value.values()):
            self.refuse("'values' gives a text for each cell", 'write values = {M = "SEX//M", F = "SEX//F"}')
        return {cell.strip(): meaning.strip() for cell, meaning in value.items()}


def _near(word: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {found[0]!r}?" if found else ""
