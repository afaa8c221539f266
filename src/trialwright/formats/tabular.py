"""Tables in text (CSV, tab-separated): rows of cells, each with its place in the text.

Takes decoded text, gives rows one after the other; quoted cells may hold separators, quotes and lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from trialwright.errors import ReadError
from trialwright.model.source import Span

# More than any header that fits into what `header` looks at.
_MOST_CELLS = 20_000
_SIGNS = (",", "\t", ";", "|")


class Cell(NamedTuple):
    """The words of a cell and where they stand, quotation marks aside."""

    value: str
    span: Span


def separator(text: str) -> str:
    """The sign that cuts the first line into the most cells."""
    first = text[:20_000].lstrip("\r\n").partition("\n")[0]
    return max(_SIGNS, key=first.count)


def header(text: str) -> list[str]:
    """The cells of the first row; empty where the text does not begin like a table."""
    first = next(rows(text[:20_000]), [])
    return [cell.value.strip() for cell in first] if len(first) > 2 else []


def rows(text: str) -> Iterator[list[Cell]]:
    """The rows that hold anything."""
    sign = re.escape(separator(text))
    form = re.compile(
        rf'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|(?P<plain>[^{sign}\r\n]*))(?P<end>{sign}|\r\n|\n|\r|\Z)'
    )
    at, row = 0, list[Cell]()
    while at <= len(text):
        found = form.match(text, at)
        if found is None:
            # A quotation mark in the middle of a cell, or one that is never closed: the line is a cell.
            stop = re.compile(rf"{sign}|[\r\n]|\Z").search(text, at + 1)
            end = stop.start() if stop else len(text)
            row.append(Cell(text[at:end], (at, end)))
            found = re.compile(rf"{sign}|\r\n|\n|\r|\Z").match(text, end)
            ending, at = (found.group(), found.end()) if found else ("", len(text) + 1)
        else:
            quoted = found["quoted"]
            value = found["plain"] if quoted is None else quoted.replace('""', '"')
            if len(row) >= _MOST_CELLS:
                raise ReadError(f"a row has more than {_MOST_CELLS} cells, which no table of trials has")
            row.append(Cell(value or "", found.span("plain" if quoted is None else "quoted")))
            ending, at = found["end"], found.end()
        if ending not in _SIGNS:
            if len(row) > 1 or row[0].value.strip():
                yield row
            row = []
            if not ending:
                return
