"""What the text of a cell says, as expressions of DuckDB's SQL: a time, a number, a code, or nothing.

Only text is made here; `wide` puts the expressions into a query, `inspecting` counts where they find nothing.
"""

from __future__ import annotations

from datetime import datetime

from trialwright.duck import quoted
from trialwright.patients.columns import Column

# What is no part of a value at the ends of a cell.
BLANKS = " \t\r\n\u00a0\ufeff"
_NUMBER = r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?"
_DAY = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([T ].*)?"
_OFFSET = r"(Z|z|[+-][0-9]{2}(:?[0-9]{2}(:?[0-9]{2})?)?)$"
_PARTIAL = r"[0-9]{4}(-(0[1-9]|1[0-2]))?"
_SIGNS = "[<>=≤≥ ]*[+-]?"
_COMMA = r"[+-]?[0-9]+,[0-9]+"


def clean(index: int, missing: tuple[str, ...] = ()) -> str:
    """The cell at a place without outer blanks, null where it is empty or says that it is missing."""
    text = f"trim(c{index}, {quoted(BLANKS)})"
    if not missing:
        return f"nullif({text}, '')"
    words = ", ".join(quoted(word) for word in dict.fromkeys(("", *missing)))
    return f"CASE WHEN {text} NOT IN ({words}) THEN {text} END"


def translated(column: Column, text: str) -> str:
    """What stands for a cell: itself, its translation, or with the system before a code that names none.

    Null for what the column's `values` do not know, an empty text for what they say is nothing.
    """
    if column.values is not None:
        branches = " ".join(f"WHEN {quoted(k)} THEN {quoted(v)}" for k, v in column.values.items())
        text = f"CASE {text} {branches} END"
    if column.system:
        text = (
            f"CASE WHEN {text} = '' OR regexp_matches({text}, '[:/]') THEN {text} "
            f"ELSE {quoted(column.system + ':')} || {text} END"
        )
    return text


def number(text: str | None) -> str | None:
    """The number that a text is: digits, at most one point, a sign, an exponent; no comma (3.1)."""
    if text is None:
        return None
    return (
        f"CASE WHEN regexp_full_match({text}, '{_NUMBER}') AND isfinite(TRY_CAST({text} AS DOUBLE)) "
        f"THEN TRY_CAST({text} AS DOUBLE) END"
    )


def pointed(text: str, decimal: str) -> str:
    """A result or number with a point for the decimal sign of the map; one without that sign stays."""
    if decimal == ".":
        return text
    return f"regexp_replace({text}, '^({_SIGNS}[0-9]+),([0-9]+)', '\\1.\\2')"


def has_point(text: str) -> str:
    """Whether a text begins with a number that has a point."""
    return f"regexp_matches({text}, '^{_SIGNS}[0-9]*[.][0-9]')"


def has_decimal_comma(text: str) -> str:
    """Whether a text is a number written with a comma for the point."""
    return f"regexp_full_match({text}, '{_COMMA}')"


def moment(text: str, formats: tuple[str, ...]) -> str:
    """The wall-clock time that a text is, in one of the formats or as ISO 8601; null where it is none."""
    iso = (
        f"CASE WHEN regexp_full_match({text}, '{_DAY}') THEN TRY_CAST(CASE WHEN length({text}) > 10 "
        f"THEN trim(regexp_replace({text}, '{_OFFSET}', '')) ELSE {text} END AS TIMESTAMP) END"
    )
    if formats:
        iso = f"coalesce(try_strptime({text}, [{', '.join(map(quoted, formats))}]), {iso})"
    # A year of two digits would be read as one of the first century.
    return f"CASE WHEN year({iso}) BETWEEN 1800 AND 2500 THEN {iso} END"


def is_partial(text: str) -> str:
    """Whether a text gives a year, or a year and a month, and no day."""
    return f"regexp_full_match({text}, '{_PARTIAL}')"


def first_moment(text: str, formats: tuple[str, ...]) -> str:
    """The time that a text is; of a year or month alone its first day, for the row's time."""
    day = f"CASE WHEN length({text}) = 4 THEN {text} || '-01-01' ELSE {text} || '-01' END"
    return f"CASE WHEN {is_partial(text)} THEN TRY_CAST({day} AS TIMESTAMP) ELSE {moment(text, formats)} END"


def timestamp(when: datetime | None) -> str:
    """A moment of the map as SQL."""
    return f"TIMESTAMP '{when.isoformat(sep=' ')}'" if when is not None else "NULL"
