"""Where a value came from: sources, spans, statements, and records made of them.

A record is a list of statements with their places; a study is computed from the statements of its records.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, Literal

import msgspec
from msgspec import Struct

from trialwright.errors import IllegalValue

Span = tuple[int, int]
Absence = Literal[
    "not_stated",
    "stated_unavailable",
    "sentinel",
    "not_loaded",
    "unparsable",
    "not_applicable",
]


def check_span(span: Span | None, owner: str) -> None:
    """Refuse a span that starts before the text or ends before it starts."""
    if span is not None and not 0 <= span[0] <= span[1]:
        raise IllegalValue(f"span of {owner} runs from {span[0]} to {span[1]}")


class Source(Struct, frozen=True, kw_only=True):
    """One document: its format, where it was found, its fingerprint and its language."""

    id: str
    format: str
    uri: str
    sha256: str
    language: str | None = None


class Statement(Struct, frozen=True, kw_only=True, gc=False):
    """One value that a source gives for one field, with the place of its words.

    `field` is a dotted path of the study (`arms[0].label`), `raw` the words as written when they
    differ from the value. `span` counts characters of the decoded text, half-open; `pointer` is
    a JSON Pointer or XPath. `places` leads from a long value back into a document with markup: pairs of
    an offset in the value and its place in the document, one for each run; null where the value is
    exactly what stands at `span`.
    """

    field: str
    value: Any
    source: str
    span: Span | None = None
    pointer: str | None = None
    raw: str | None = None
    certainty: float = 1.0
    places: tuple[tuple[int, int], ...] | None = None

    def place_of(self, start: int, end: int) -> Span | None:
        """Where the characters of the value between two offsets stand in the document."""
        if self.span is None:
            return None
        if self.places is None:
            return self.span[0] + start, self.span[0] + end
        if not self.places:
            return self.span
        return self._place(start), max(self._place(start), self._place(max(start, end - 1)) + 1)

    def _place(self, offset: int) -> int:
        """The place of one character; what the page only implies stands at the run before it."""
        places = self.places or ()
        number = max(0, bisect_right(places, offset, key=lambda pair: pair[0]) - 1)
        at, place = places[number]
        limit = places[number + 1][1] if number + 1 < len(places) else (self.span or (0, place))[1]
        return min(place + max(0, offset - at), max(place, limit - 1))

    def __post_init__(self) -> None:
        """Refuse a statement without a place."""
        # A big registry record makes thousands of these, so the words are only put together when needed.
        if self.span is not None:
            if not 0 <= self.span[0] <= self.span[1]:
                check_span(self.span, f"statement {self.field}")
        elif self.pointer is None:
            raise IllegalValue(f"statement of {self.field} has neither span nor pointer")


class Note(Struct, frozen=True, kw_only=True):
    """Something a reader should know; `code` is stable, `message` is for people."""

    code: str
    message: str
    span: Span | None = None
    source: str | None = None


class Conflict(Struct, frozen=True, kw_only=True):
    """Statements that disagree; `statements` and `chosen` are positions in the study's list."""

    field: str
    statements: tuple[int, ...]
    kind: Literal[
        "value",
        "precision",
        "planned_actual",
        "superseded",
        "sentinel",
        "granularity",
        "translation",
    ]
    chosen: int | None = None
    why: str = ""


class Record(Struct, frozen=True, kw_only=True):
    """What one document says about one trial: its text and the statements found in it.

    `absent` gives the reason for fields that the document names without a value.
    """

    source: Source
    text: str
    statements: tuple[Statement, ...] = ()
    absent: dict[str, Absence] = {}
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        """Refuse spans that lie outside the text."""
        for statement in self.statements:
            if statement.span is not None and statement.span[1] > len(self.text):
                raise IllegalValue(
                    f"statement {statement.field} ends at {statement.span[1]}, "
                    f"the text of {self.source.uri} at {len(self.text)}"
                )


def numbered(record: Record, number: int) -> Record:
    """The record as the source of that number, so that records of many runs can stand side by side."""
    name, replace = f"s{number}", msgspec.structs.replace
    return replace(
        record,
        source=replace(record.source, id=name),
        statements=tuple(replace(s, source=name) for s in record.statements),
        notes=tuple(replace(n, source=name if n.source else None) for n in record.notes),
    )
