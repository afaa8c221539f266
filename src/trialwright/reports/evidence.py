"""The words behind every value: statements grouped by field, quoted with some context.

Takes a study with the texts of its sources; gives numbered evidence and values that point at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from trialwright.model.source import Note, Source, Span, Statement
from trialwright.model.study import Study
from trialwright.reports.words import count, label, spell_value

_CONTEXT = 70
_LONGEST = 1200
_LAST_STEP = re.compile(r"(?:\.[^.\[\]]*|\[\d*\])$")
_LONG_VALUE = 90


class Cited(NamedTuple):
    """A value of the page; `anchor` is the id of its evidence, `hint` the words in short."""

    text: str
    anchor: str | None = None
    number: int | None = None
    hint: str | None = None
    long: bool = False


class Quote(NamedTuple):
    """Words of a source with what stands around them; `left_out` words only say how much was cut."""

    before: str
    words: str
    left_out: str
    tail: str
    after: str
    file: str
    place: str
    value: str | None
    language: str | None


class Evidence(NamedTuple):
    """All quotes for one field, under one number."""

    anchor: str
    number: int
    label: str
    field: str
    quotes: tuple[Quote, ...]


def name_file(uri: str) -> str:
    """The last part of a path or address, or all of it where it has no parts."""
    return re.split(r"[/\\]", uri.rstrip("/\\"))[-1] or uri


def _flatten(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    # Line ends are shown by a sign: on a page they part a label from its value.
    parts = (_flatten(line) for line in text.split("\n"))
    return " ↵ ".join(p for p in parts if p)


def _joint(blank: str) -> str:
    return " ↵ " if "\n" in blank else " " if blank else ""


def _before(text: str, begin: int) -> str:
    piece = text[max(0, begin - _CONTEXT) : begin]
    flat = _lines(piece)
    # The context is cut at a blank, so that it does not begin or end inside a word.
    if begin > _CONTEXT:
        flat = f"…{flat.partition(' ')[2] or flat}"
    return flat + _joint(piece[len(piece.rstrip()) :]) if flat else ""


def _after(text: str, stop: int) -> str:
    piece = text[stop : stop + _CONTEXT]
    flat = _lines(piece)
    if len(text) > stop + _CONTEXT:
        flat = f"{flat.rpartition(' ')[0] or flat}…"
    return _joint(piece[: len(piece) - len(piece.lstrip())]) + flat if flat else ""


def _place(span: Span | None, pointer: str | None) -> str:
    where = f"characters {count(span[0])} to {count(span[1])}" if span else ""
    return ", ".join(p for p in (where, f"at {pointer}" if pointer else "") if p)


def quote(
    source: Source | None,
    text: str | None,
    span: Span | None,
    *,
    pointer: str | None = None,
    value: str | None = None,
    raw: str | None = None,
) -> Quote:
    """The quoted words of a place; without a text the words the statement kept are all there is."""
    file = name_file(source.uri) if source else "unknown source"
    language = source.language if source else None
    place = _place(span, pointer)
    if text is None or span is None or span[1] > len(text):
        words, before, after = raw or value or "", "", ""
    else:
        begin, stop = span
        words = text[begin:stop]
        before, after = _before(text, begin), _after(text, stop)
    cut = len(words) - _LONGEST
    if cut > 0:
        start, end = words[: _LONGEST * 2 // 3], words[-_LONGEST // 3 :]
        left_out = f"… {count(cut)} more characters …"
        start, end = _flatten(start), _flatten(end)
    else:
        start, end, left_out = _flatten(words), "", ""
    return Quote(before, start, left_out, end, after, file, place, _news(value, start), language)


def _news(value: str | None, words: str) -> str | None:
    # A value that only repeats the words, or their beginning where it was cut, tells nothing new.
    if value is None:
        return None
    said, plain = words.casefold(), _flatten(value).casefold()
    repeats = said.startswith(plain[:-1]) if plain.endswith("…") else said == plain
    return None if repeats else value


class Witness:
    """The evidence of one study: it numbers what was stated and cites it for values of the page."""

    def __init__(self, study: Study, texts: dict[str, str], prefix: str) -> None:
        self._sources = {s.id: s for s in study.sources}
        self._texts = texts
        self._prefix = prefix
        self._fields: dict[str, list[int]] = {}
        self._groups: list[tuple[str, list[Statement]]] = []
        self._below: dict[str, int] = {}
        by_field: dict[str, list[Statement]] = {}
        for statement in study.statements:
            by_field.setdefault(statement.field, []).append(statement)
        for field, statements in by_field.items():
            for group in _split(statements):
                self._fields.setdefault(field, []).append(len(self._groups))
                self._groups.append((field, group))
            self._note_ancestors(field)
        self.evidence = tuple(self._evidence(i) for i in range(len(self._groups)))
        self._number_of = {
            id(statement): index for index, (_, group) in enumerate(self._groups) for statement in group
        }

    def _note_ancestors(self, field: str) -> None:
        first = self._fields[field][0]
        while found := _LAST_STEP.search(field):
            field = field[: found.start()]
            if field in self._below:
                return
            self._below[field] = first

    def _evidence(self, index: int) -> Evidence:
        field, group = self._groups[index]
        quotes = tuple(self._quote(s) for s in group)
        return Evidence(f"{self._prefix}-e{index + 1}", index + 1, label(field), field, quotes)

    def _quote(self, statement: Statement) -> Quote:
        return quote(
            self._sources.get(statement.source),
            self._texts.get(statement.source),
            statement.span,
            pointer=statement.pointer,
            value=spell_value(statement.value),
            raw=statement.raw,
        )

    def file_of(self, source: str | None) -> str:
        """The file name of a source, by its id."""
        known = self._sources.get(source or "")
        return name_file(known.uri) if known else source or "unknown source"

    def quote_note(self, note: Note) -> Quote | None:
        """The words that a note speaks of, where it names its place."""
        if note.span is None or note.source not in self._texts:
            return None
        return quote(self._sources.get(note.source), self._texts[note.source], note.span)

    def cite(self, text: str, path: str, value: Any = None) -> Cited:
        """The text as a value of that path, pointing at the statements it came from."""
        index = self._find(path, text if value is None else value)
        return self._cited(text, index)

    def cite_statement(self, text: str, statement: Statement) -> Cited:
        """The text pointing at the evidence that holds this very statement."""
        return self._cited(text, self._number_of.get(id(statement)))

    def words_of(self, path: str) -> str | None:
        """The words stated for exactly this path, in short."""
        found = self._fields.get(path)
        if not found:
            return None
        words = self.evidence[found[0]].quotes[0].words
        return words if len(words) <= 80 else f"{words[:80]}…"

    def _cited(self, text: str, index: int | None) -> Cited:
        if index is None:
            return Cited(text, long=len(text) > _LONG_VALUE)
        known = self.evidence[index]
        first = known.quotes[0]
        words = first.words if len(first.words) <= 160 else f"{first.words[:160]}…"
        hint = f"“{words}” · {first.file}, {first.place}"
        return Cited(text, known.anchor, known.number, hint, len(text) > _LONG_VALUE)

    def _find(self, path: str, value: Any) -> int | None:
        if path in self._fields:
            return self._match(self._fields[path], value)
        if path in self._below:
            return self._below[path]
        while found := _LAST_STEP.search(path):
            path = path[: found.start()]
            if path in self._fields:
                return self._match(self._fields[path], value)
        return None

    def _match(self, groups: list[int], value: Any) -> int:
        wanted = spell_value(value).casefold()
        for index in groups:
            if any(spell_value(s.value).casefold() == wanted for s in self._groups[index][1]):
                return index
        return groups[0]


def _split(statements: list[Statement]) -> Iterable[list[Statement]]:
    # A source that states a field several times lists its members; each member is a group of its
    # own. Sources that state it once each are witnesses of one value and stay together.
    sources = [s.source for s in statements]
    if len(set(sources)) == len(sources):
        return [statements]
    by_value: dict[str, list[Statement]] = {}
    for statement in statements:
        by_value.setdefault(spell_value(statement.value), []).append(statement)
    return by_value.values()
