"""Spreadsheets (.xlsx) as the table that they hold: the first sheet with a header, written as CSV.

Takes an opened archive, gives its text for the readers of tables. Days are written as ISO dates where the
sheet formats them as dates; whether a date was meant at all is the readers' question.
"""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from trialwright.errors import ReadError

# No register's whole export is larger; sheets made to fill memory are.
_LARGEST = 128 * 1024 * 1024
_STEEPEST = 300
_MOST_COLUMNS = 500
_BUILT_IN_DATES = frozenset({14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 30, 36, 45, 46, 47, 50, 57})
_REFERENCE = re.compile(r"([A-Z]{1,3})\d+")


def is_spreadsheet(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is a workbook and no bundle of documents."""
    return "xl/workbook.xml" in archive.namelist()


def sheet_text(archive: zipfile.ZipFile) -> str:
    """The first sheet that holds more than one row, as CSV; raises ReadError where there is none."""
    shared = _shared_words(archive)
    dated = _date_styles(archive)
    base = datetime.date(1904, 1, 1) if _counts_from_1904(archive) else datetime.date(1899, 12, 30)
    sheets = sorted(
        (n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)),
        key=lambda n: int(re.sub(r"\D", "", n)),
    )
    for name in sheets:
        rows = _Sheet(shared, dated, base).read(_member(archive, name))
        if len(rows) > 1:
            return "\n".join(",".join(_quoted(cell) for cell in row) for row in rows) + "\n"
    raise ReadError("the workbook has no sheet with a header and rows under it")


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"' if re.search(r'[",\r\n]', words) else words


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        member = archive.getinfo(name)
    except KeyError:
        return b""
    if member.file_size > _LARGEST or (
        member.file_size > 8 << 20 and member.file_size > _STEEPEST * max(member.compress_size, 1)
    ):
        raise ReadError("the workbook unpacks to more than any table of trials is")
    try:
        with archive.open(member) as file:
            return file.read(_LARGEST)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError):
        raise ReadError("the workbook is cut off or damaged; save it again") from None


def _parse(
    raw: bytes, start: Callable[..., None], end: Callable[..., None], words: Callable[..., None]
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = words
    parser.EntityDeclHandler = _entity
    try:
        parser.Parse(raw, True)
    except expat.ExpatError:
        raise ReadError("the workbook is cut off or damaged; save it again") from None


def _entity(*_: object) -> None:
    raise ReadError("the workbook declares entities of its own, which is unsafe")


def _shared_words(archive: zipfile.ZipFile) -> list[str]:
    raw = _member(archive, "xl/sharedStrings.xml")
    found: list[str] = []
    parts: list[str] = []
    state = {"in": False, "phonetic": False}

    def start(name: str, _: dict[str, str]) -> None:
        if name == "si":
            parts.clear()
        elif name == "rPh":
            state["phonetic"] = True
        state["in"] = name == "t" and not state["phonetic"]

    def end(name: str) -> None:
        if name == "si":
            found.append("".join(parts))
        elif name == "rPh":
            state["phonetic"] = False
        state["in"] = False

    def words(text: str) -> None:
        if state["in"]:
            parts.append(text)

    if raw:
        _parse(raw, start, end, words)
    return found


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """The numbers of the cell styles that show a number as a date."""
    raw = _member(archive, "xl/styles.xml")
    custom: set[int] = set()
    dated: set[int] = set()
    state = {"cells": False, "count": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            form = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", attributes.get("formatCode", "")).casefold()
            if re.search(r"y|d|mmm", form) and attributes.get("numFmtId", "").isdigit():
                custom.add(int(attributes["numFmtId"]))
        elif name == "cellXfs":
            state["cells"] = True
        elif name == "xf" and state["cells"]:
            number = attributes.get("numFmtId", "0")
            if number.isdigit() and (int(number) in _BUILT_IN_DATES or int(number) in custom):
                dated.add(state["count"])
            state["count"] += 1

    def end(name: str) -> None:
        if name == "cellXfs":
            state["cells"] = False

    if raw:
        _parse(raw, start, end, lambda _: None)
    return frozenset(dated)


def _counts_from_1904(archive: zipfile.ZipFile) -> bool:
    head = _member(archive, "xl/workbook.xml")
    return re.search(rb'date1904\s*=\s*"(?:1|true)"', head) is not None


class _Sheet:
    """Gathers the rows of one sheet while the parser runs."""

    def __init__(self, shared: list[str], dated: frozenset[int], base: datetime.date) -> None:
        self._shared = shared
        self._dated = dated
        self._base = base
        self._rows: list[list[str]] = []
        self._row: list[str] = []
        self._cell: dict[str, str] = {}
        self._parts: list[str] = []
        self._reads = False

    def read(self, raw: bytes) -> list[list[str]]:
        """The rows that hold anything, all as long as the first."""
        if raw:
            _parse(raw, self._start, self._end, self._words)
        width = max((len(r) for r in self._rows), default=0)
        return [r + [""] * (width - len(r)) for r in self._rows]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row = []
        elif name == "c":
            self._cell, self._parts = attributes, []
        self._reads = name in ("v", "t")

    def _words(self, text: str) -> None:
        if self._reads:
            self._parts.append(text)

    def _end(self, name: str) -> None:
        self._reads = False
        if name == "c":
            found = _REFERENCE.fullmatch(self._cell.get("r", ""))
            column = _column(found[1]) if found else len(self._row)
            if column < _MOST_COLUMNS:
                self._row += [""] * (column + 1 - len(self._row))
                self._row[column] = self._value("".join(self._parts))
        elif name == "row" and any(self._row):
            self._rows.append(self._row)

    def _value(self, words: str) -> str:
        kind = self._cell.get("t", "n")
        if kind == "s":
            return self._shared[int(words)] if words.isdigit() and int(words) < len(self._shared) else ""
        if kind == "n" and re.fullmatch(r"\d{1,6}(?:\.\d+)?", words):
            style = self._cell.get("s", "0")
            if style.isdigit() and int(style) in self._dated:
                return (self._base + datetime.timedelta(days=int(float(words)))).isoformat()
            return words.removesuffix(".0")
        return "" if kind == "e" else words


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
