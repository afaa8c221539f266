"""Saved HTML pages: rendered as a person would paste them, then read by the reader of that kind of page.

Takes the source of a page, gives its record; every span counts characters of the source, tags included.
Structured data in the page's scripts (schema.org) are read first, the words of the page then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

import msgspec

from trialwright.errors import UnknownFormat
from trialwright.formats import (
    abstract,
    chictr,
    headed,
    keyline,
    labelled,
    medpath,
    plain,
    veeva,
)
from trialwright.formats.document import Document, Reader, language_of
from trialwright.formats.jsonld import read_scripts
from trialwright.formats.rendering import Rendering, render
from trialwright.model.source import Note, Record, Statement

NAME = "html"
KINDS = ("HTML", "XML")

READERS: tuple[Reader, ...] = cast(
    "tuple[Reader, ...]", (medpath, veeva, keyline, chictr, headed, labelled, abstract, plain)
)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_FRAGMENT = re.compile(
    r"\s*<(?:div|p|table|dl|ul|ol|h[1-6]|section|article|main|span|header|form)(?:\s[^<>]*)?>", re.IGNORECASE
)
_OTHER_ROOT = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?!!|html\b)[A-Za-z_]", re.IGNORECASE)
_HEAD = 4000
_POSITION = re.compile(r"\[\d+\]")


def sniff(text: str) -> float:
    """The declaration or the root element of a page, or an element of one at the very start."""
    head = text[:_HEAD]
    if not head.lstrip("\ufeff \t\r\n").startswith("<"):
        return 0.0
    found = _PAGE.search(head)
    if found and not (_OTHER_ROOT.match(head) and found.start() > 300):
        return 0.97
    return 0.6 if _FRAGMENT.match(head) else 0.0


def read(document: Document) -> tuple[Record, ...]:
    """The records of the page, mostly one."""
    rendering = render(document.text)
    if not rendering.text.strip():
        raise UnknownFormat(
            "the HTML page holds no words once scripts and menus are left out",
            where=document.uri,
            cure="open it in a browser and save it again when it has loaded",
        )
    inner = msgspec.structs.replace(document, text=rendering.text)
    records = _read_words(inner, rendering)
    told = read_scripts(document, rendering.scripts)
    return tuple(
        _back(document, record, rendering, told if number == 0 else ())
        for number, record in enumerate(records)
    )


def _read_words(inner: Document, rendering: Rendering) -> tuple[Record, ...]:
    """The records of the rendered words, by the reader that is surest of them."""
    scores = [reader.sniff(inner.text) for reader in READERS]
    reader = READERS[scores.index(max(scores))]
    if reader in (headed, labelled, plain):
        # What the page marks as labels helps where no family of pages is known.
        records = headed.read_marked(inner, rendering.labels)
        if reader is not plain or len(records[0].statements) > 3 or not _has_prose(inner.text):
            return records
    return tuple(record for record in reader.read(inner) if isinstance(record, Record))


def _has_prose(text: str) -> bool:
    return any(len(line) > 160 for line in text[:200_000].splitlines())


def _titled(statements: list[Statement], rendering: Rendering) -> list[Statement]:
    """The statements, and the page's one main heading as title where its reader found none."""
    if any(s.field == "brief_title" and s.certainty == 1 for s in statements):
        return statements
    main = [at for at, rank in rendering.labels.items() if rank == 1]
    if len(main) != 1:
        return statements
    end = rendering.text.find("\n", main[0])
    span = (main[0], len(rendering.text) if end < 0 else end)
    words = rendering.text[span[0] : span[1]]
    if plain.is_value_alone(words):
        return statements
    return [*statements, Statement(field="brief_title", value=words, source="", span=span)]


def _back(document: Document, record: Record, rendering: Rendering, told: Sequence[Statement]) -> Record:
    """The record with its places moved from the rendered words to the source of the page."""
    source = msgspec.structs.replace(
        record.source,
        format=record.source.format.removesuffix("-text") + "-html",
        language=language_of(rendering.text),
    )
    statements = _joined(
        [_moved(s, document.text, rendering) for s in _titled(list(record.statements), rendering)], told
    )
    statements = [msgspec.structs.replace(s, source=source.id) for s in statements]
    absent = {f: why for f, why in record.absent.items() if not _is_told(f, statements)}
    notes = [
        msgspec.structs.replace(n, span=rendering.place(*n.span) if n.span else None) for n in record.notes
    ]
    if rendering.cut and not any(n.code == "text_cut" for n in notes):
        notes.append(Note(code="text_cut", message="the page is very long; only its beginning was read"))
    return Record(
        source=source, text=document.text, statements=tuple(statements), absent=absent, notes=tuple(notes)
    )


def _moved(statement: Statement, source: str, rendering: Rendering) -> Statement:
    if statement.span is None:
        return statement
    start, end = statement.span
    span = rendering.place(start, end)
    words = source[span[0] : span[1]]
    places = None
    if isinstance(statement.value, str) and words != statement.value:
        places = _places(statement, rendering)
    raw = statement.raw
    if raw is None and words != statement.value:
        raw = rendering.text[start:end] if rendering.text[start:end] != statement.value else None
    return msgspec.structs.replace(statement, span=span, raw=raw, places=places)


def _places(statement: Statement, rendering: Rendering) -> tuple[tuple[int, int], ...] | None:
    """The way from the value back into the source, where the value is what was rendered."""
    start, end = statement.span or (0, 0)
    if statement.places is not None:
        pairs: list[tuple[int, int]] = []
        lengths = [at for at, _ in statement.places[1:]] + [len(statement.value)]
        for (at, place), stop in zip(statement.places, lengths, strict=True):
            pairs += [(at + o, p) for o, p in rendering.places(place, place + stop - at)]
        return tuple(pairs)
    if rendering.text[start:end] != statement.value:
        return None
    pairs_of = rendering.places(start, end)
    return pairs_of if len(pairs_of) > 1 else None


def _is_told(field: str, statements: Sequence[Statement]) -> bool:
    if field == "id":
        return any(
            _POSITION.sub("", s.field) == "identifiers" and s.value["role"] == "registry" for s in statements
        )
    if field == "lead_sponsor":
        return any(s.field == "lead_sponsor.name" for s in statements)
    return any(
        _POSITION.sub("", s.field) == field or _POSITION.sub("", s.field).startswith(field + ".")
        for s in statements
    )


def _joined(page: list[Statement], told: Sequence[Statement]) -> list[Statement]:
    """The statements of the scripts before those of the page; equal members of lists get one position."""
    first: list[Statement] = []
    for statement in told:
        name, _, rest = statement.field.partition("[")
        if not rest:
            first.append(statement)
        elif (position := _position(statement, name, page, first)) is not None:
            first.append(msgspec.structs.replace(statement, field=f"{name}[{position}]"))
    return [*first, *page]


def _position(
    statement: Statement, name: str, page: Sequence[Statement], first: Sequence[Statement]
) -> int | None:
    """Where a member of the scripts' list belongs; None where the page has a list of its own without it."""
    used = set()
    for other in (*page, *first):
        head, _, rest = other.field.partition("[")
        if head == name and rest:
            number = int(rest.partition("]")[0])
            used.add(number)
            if rest.endswith("]") and _fold(other.value) == _fold(statement.value):
                return number
    if name != "identifiers" and any(s.field.startswith(name + "[") for s in page):
        return None
    return max(used, default=-1) + 1


def _fold(value: object) -> str:
    words = value["value"] if isinstance(value, dict) and "value" in value else value
    return " ".join(str(words).casefold().split())
