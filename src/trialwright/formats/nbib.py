"""PubMed's MEDLINE text (.nbib): tagged lines, six blanks where a field goes on.

Takes such a text, gives a record a paper. Numbers of trial registries stand under `SI` and, by custom, in
the closing lines of the abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trialwright.formats.document import Document
from trialwright.formats.entries import collect, guarded, part_of
from trialwright.formats.nodes import Node
from trialwright.formats.paper import Paper, Unwrapped, read_paper, read_published
from trialwright.model.source import Record, Span
from trialwright.model.study import Refusal

NAME = "nbib"
# What its documents look like before anybody reads them.
KINDS = (None,)

_TAGGED = re.compile(r"(?P<tag>[A-Z]{2,4}) {0,2}- ?(?P<words>.*)")
_START = re.compile(r"^PMID- ", re.MULTILINE)
# Data banks that register trials; PubMed lists genes and proteins under the same tag.
REGISTERS = re.compile(
    r"clinicaltrials\.gov|isrctn|anzctr|chictr|ctri|drks|irct|jrct|umin|japic|jprn|kct|cris|pactr|rpcec|rebec|"
    r"slctr|tctr|ntr|netherlands|nederlands|eudract|euctr|ctis|snctp|lbctr|repec|utn|ictrp",
    re.IGNORECASE,
)
_NOTHING = "it is no MEDLINE record with a title"

Fields = dict[str, list[Unwrapped]]


def sniff(text: str) -> float:
    """A line with a PubMed number, and other tags below it."""
    head = text[:20_000]
    found = _START.search(head)
    if found is None or head[: found.start()].strip():
        return 0.0
    tags = re.findall(r"^(?:TI|AB|DP|OWN|STAT|FAU|AU|JT|TA) {0,2}- ", head, re.MULTILINE)
    return 0.99 if len(tags) > 1 else 0.0


def read(document: Document) -> tuple[Record | Refusal, ...]:
    """A record a paper."""
    return collect(document, _papers(document))


def _papers(document: Document) -> Iterator[Record | Refusal]:
    starts = [m.start() for m in _START.finditer(document.text)]
    for position, (start, end) in enumerate(zip(starts, [*starts[1:], len(document.text)], strict=True)):
        words = document.text[start:end].rstrip()
        fields = _fields(words)
        name = _one(fields, "PMID").text or str(position + 1)
        part = part_of(document, words, name if len(starts) > 1 else "")
        yield guarded(document, name, _NOTHING, _record, part, fields, position)


def _fields(text: str) -> Fields:
    fields: Fields = {}
    tag, pieces, at = "", list[Span](), 0

    def close() -> None:
        if tag:
            fields.setdefault(tag, []).append(Unwrapped(text, pieces))

    for line in text.splitlines(keepends=True):
        found = _TAGGED.fullmatch(line.rstrip("\r\n"))
        if found and not line.startswith("      "):
            close()
            tag, pieces = found["tag"], [_trimmed(text, at + found.start("words"), at + found.end("words"))]
        elif tag and line.strip():
            pieces.append(_trimmed(text, at, at + len(line)))
        at += len(line)
    close()
    return fields


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    left = start + len(words) - len(words.lstrip())
    return left, max(left, left + len(words.strip()))


def _one(fields: Fields, *tags: str) -> Unwrapped:
    return next((fields[t][0] for t in tags if fields.get(t)), Unwrapped("", ()))


def _record(document: Document, fields: Fields, position: int) -> Record:
    title, abstract = _one(fields, "TI", "TT", "BTI"), _one(fields, "AB")
    if not title.text and not abstract.text:
        raise ValueError("no title")
    doi = next(
        (
            u.text.removesuffix("[doi]").strip()
            for t in ("LID", "AID")
            for u in fields.get(t, ())
            if "[doi]" in u.text
        ),
        None,
    )
    date = _one(fields, "DP")
    paper = Paper(
        title=title.node(),
        abstract=abstract.text,
        abstract_node=abstract.node(),
        placing=abstract.place,
        banked=[n for u in fields.get("SI", ()) if (n := _number(u)) is not None],
        keywords=[Node(u.text.lstrip("*"), None, u.node().span) for u in fields.get("OT", ())],
        kinds=[u.text for u in fields.get("PT", ())],
        pmid=_one(fields, "PMID").text or None,
        doi=doi,
        citation=_citation(fields),
        date=read_published(date.text),
        place=_one(fields, "SO", "PMID", "TI", "AB").node(),
    )
    return read_paper(document, NAME, position, paper)


def _number(field: Unwrapped) -> Node | None:
    """The number of a trial registry in a field such as `ClinicalTrials.gov/NCT...`."""
    bank, slash, number = field.text.partition("/")
    if not slash or not REGISTERS.search(bank):
        return None
    start, end = field.node().span or (0, 0)
    return Node(
        number.strip(),
        None,
        (end - len(number.lstrip()), end) if end - start == len(field.text) else (start, end),
    )


def _citation(fields: Fields) -> str | None:
    """The citation as PubMed writes it, or put together from its parts in the same way."""
    if source := _one(fields, "SO").text:
        return re.sub(r"\s*(?:doi|pii):.*$", "", source).rstrip(". ")
    journal, date = _one(fields, "TA", "JT").text, _one(fields, "DP").text
    return citation_of(
        journal, date, _one(fields, "VI").text, _one(fields, "IP").text, _one(fields, "PG").text
    )


def citation_of(journal: str, date: str, volume: str, issue: str, pages: str) -> str | None:
    """A citation put together: `J Invented Med. 2031 May;12(3):45-51`."""
    if not journal:
        return None
    where = volume + (f"({issue})" if issue else "") + (f":{pages}" if pages else "")
    return f"{journal.rstrip('.')}. {date};{where}".rstrip("; .") if date or where else journal.rstrip(".")
