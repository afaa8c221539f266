"""RIS, the exchange form of reference managers: two letters, two blanks, a dash, the words.

Takes such a text, gives a record a paper. A number of a trial registry stands only in the abstract, and is
the paper's own where its closing lines say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trialwright.formats.document import Document
from trialwright.formats.entries import collect, guarded, part_of
from trialwright.formats.nbib import citation_of
from trialwright.formats.paper import Paper, Unwrapped, read_paper, read_published
from trialwright.formats.publication import DOI
from trialwright.model.source import Record, Span
from trialwright.model.study import Refusal

NAME = "ris"
# What its documents look like before anybody reads them.
KINDS = (None,)

_TAGGED = re.compile(r"(?P<tag>[A-Z][A-Z0-9])  ?- ?(?P<words>.*)")
_START = re.compile(r"^TY  ?- ?[A-Z]", re.MULTILINE)
_NOTHING = "it is no RIS record with a title"
# Only where the number is surely PubMed's: its own tag, or words that name it.
_PMID = re.compile(r"(?:PMID:?\s*|pubmed[^\s]{0,40}?/)(\d{4,9})\b", re.IGNORECASE)

Fields = dict[str, list[Unwrapped]]


def sniff(text: str) -> float:
    """A line that gives the type of the first reference, and other tags below it."""
    head = text[:20_000]
    found = _START.search(head)
    if found is None or head[: found.start()].strip():
        return 0.0
    return 0.99 if re.search(r"^(?:T1|TI|AU|A1|AB|N2|PY|Y1|ER|JO|DO)  ?-", head, re.MULTILINE) else 0.0


def read(document: Document) -> tuple[Record | Refusal, ...]:
    """A record a paper."""
    return collect(document, _papers(document))


def _papers(document: Document) -> Iterator[Record | Refusal]:
    starts = [m.start() for m in _START.finditer(document.text)]
    for position, (start, end) in enumerate(zip(starts, [*starts[1:], len(document.text)], strict=True)):
        words = document.text[start:end].rstrip()
        fields = _fields(words)
        name = str(position + 1)
        part = part_of(document, words, name if len(starts) > 1 else "")
        yield guarded(document, name, _NOTHING, _record, part, fields, position)


def _fields(text: str) -> Fields:
    fields: Fields = {}
    tag, pieces, at = "", list[Span](), 0

    def close() -> None:
        if tag:
            fields.setdefault(tag, []).append(Unwrapped(text, pieces, "\n" if tag in ("AB", "N2") else " "))

    for line in text.splitlines(keepends=True):
        found = _TAGGED.fullmatch(line.rstrip("\r\n"))
        start = at + (found.start("words") if found else 0)
        words = text[start : at + len(line)]
        left = start + len(words) - len(words.lstrip())
        span = (left, max(left, left + len(words.strip())))
        if found:
            close()
            tag, pieces = found["tag"], [span]
        elif tag and words.strip():
            pieces.append(span)
        at += len(line)
    close()
    return fields


def _one(fields: Fields, *tags: str) -> Unwrapped:
    return next((u for t in tags for u in fields.get(t, ()) if u.text), Unwrapped("", ()))


def _record(document: Document, fields: Fields, position: int) -> Record:
    title, abstract = _one(fields, "TI", "T1", "CT"), _one(fields, "AB", "N2")
    if not title.text and not abstract.text:
        raise ValueError("no title")
    doi = DOI.search(_one(fields, "DO").text) or DOI.search(_one(fields, "UR", "L3", "M3").text)
    date = next((d for t in ("DA", "PY", "Y1") if (d := read_published(_one(fields, t).text))), None)
    paper = Paper(
        title=title.node(),
        abstract=abstract.text,
        abstract_node=abstract.node(),
        placing=abstract.place,
        keywords=[u.node() for u in fields.get("KW", ())],
        kinds=[u.text for t in ("M3", "TY") for u in fields.get(t, ())],
        pmid=_pmid(fields),
        doi=doi.group().rstrip(".,;)]") if doi else None,
        citation=_citation(fields),
        date=date,
        place=_one(fields, "DO", "TI", "T1", "AB", "N2").node(),
    )
    return read_paper(document, NAME, position, paper)


def _pmid(fields: Fields) -> str | None:
    """The number of PubMed, under `AN` where the reference says that it comes from there."""
    words = " ".join(u.text for t in ("AN", "UR", "N1", "C2", "L2", "ID", "M1") for u in fields.get(t, ()))
    if found := _PMID.search(words):
        return found[1]
    number, base = _one(fields, "AN").text, _one(fields, "DB", "DP").text
    known = re.search(r"pubmed|medline|nlm", base, re.IGNORECASE)
    return number if known and re.fullmatch(r"\d{4,9}", number) else None


def _citation(fields: Fields) -> str | None:
    first, last = _one(fields, "SP").text, _one(fields, "EP").text
    pages = f"{first}-{last}" if last and "-" not in first else first
    year = re.match(r"\d{4}", _one(fields, "PY", "Y1", "DA").text)
    journal = _one(fields, "J2", "JA", "JO", "JF", "T2").text
    return citation_of(
        journal, year.group() if year else "", _one(fields, "VL").text, _one(fields, "IS").text, pages
    )
