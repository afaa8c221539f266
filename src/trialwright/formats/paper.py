"""A paper as bibliographic formats give it: title, abstract, numbers and citation become a record.

Takes the parts that a reader of MEDLINE, PubMed XML or RIS has found, each with its place; the abstract is
read with the same prose reading as an abstract copied from the web.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from trialwright.formats.document import Document, document_of
from trialwright.formats.draft import Draft
from trialwright.formats.entries import Entry
from trialwright.formats.lines import split_lines
from trialwright.formats.narrative import is_planned, state_narrative, stretches
from trialwright.formats.nodes import Node
from trialwright.language.calendar import find_dates, read_date
from trialwright.language.identifiers import classify, find_identifiers, is_junk
from trialwright.model.dates import PartialDate
from trialwright.model.source import Record, Span, Statement

# Where the words of an abstract between two positions stand in the document: a span or a pointer.
Placing = Callable[[Span], tuple[Span | None, str | None]]

_PROTOCOL = re.compile(r"\b(?:study|trial) protocol\b|\bprotocol (?:for|of) (?:a|an|the)\b", re.IGNORECASE)
# Kinds of papers that gather or discuss trials; the numbers they name are not their own.
_ABOUT_OTHERS = re.compile(
    r"review|meta-analysis|comment|editorial|letter|news|guideline|erratum|retract|biography|introductory",
    re.IGNORECASE,
)
_REGISTRATION = re.compile(
    r"(?:^|[.\n;]\s*|\()(?:[\w ]{0,30}registration|registered|[\w .]{0,30}regist(?:ry|er)|funding|funded by|"
    r"clinicaltrials\.gov|trial (?:number|identifier)|identifier)\b",
    re.IGNORECASE,
)
_CLOSING = 320


class Paper(Struct, frozen=True, kw_only=True):
    """The parts of a paper; `banked` are the numbers of trial registries that its index gives."""

    title: Node
    abstract: str
    abstract_node: Node
    placing: Placing
    banked: Sequence[Node] = ()
    keywords: Sequence[Node] = ()
    kinds: Sequence[str] = ()
    pmid: str | None = None
    doi: str | None = None
    citation: str | None = None
    date: PartialDate | None = None
    place: Node


def read_paper(document: Document, format_name: str, position: int, paper: Paper) -> Record:
    """The record of the trial that the paper reports, plans, or merely speaks of."""
    draft = Entry(document, format_name, position)
    title = re.sub(r"^\[(.*)\]\.?$", r"\1", paper.title.text).removesuffix(".")
    if title:
        draft.put("brief_title", title, paper.title)
    protocol = any("protocol" in k.casefold() for k in paper.kinds) or bool(_PROTOCOL.search(title))
    about_others = any(_ABOUT_OTHERS.search(k) for k in paper.kinds) or bool(
        re.search(r"\b(?:systematic review|meta-analys[ei]s|pooled analys[ei]s)\b", title, re.IGNORECASE)
    )
    own = _state_numbers(draft, paper, about_others)
    if not about_others:
        _state_prose(draft, paper, protocol)
    if paper.abstract:
        draft.put("brief_summary", paper.abstract, paper.abstract_node)
    for keyword in paper.keywords:
        draft.name("keywords", keyword)
    draft.publication(
        paper.place,
        doi=paper.doi,
        pmid=paper.pmid,
        citation=paper.citation,
        date=paper.date,
        relation="result" if own and not protocol else None,
    )
    return draft.record()


def _state_numbers(draft: Entry, paper: Paper, about_others: bool) -> bool:
    """State the registry numbers; says whether there is one that is the trial's own.

    Two numbers of one registry cannot both be this trial's, unless the abstract's closing lines name one.
    """
    banked = [(_classified(n.text), n) for n in paper.banked if n.text and not is_junk(n.text)]
    told = find_identifiers(paper.abstract[:200_000])
    closing = {f.value for f in told if _is_closing(paper.abstract, f.start)}
    candidates = {value: scheme for (value, scheme), _ in banked if scheme != "other"}
    if not candidates:
        candidates = {f.value: f.scheme for f in told if f.value in closing}
    schemes = list(candidates.values())
    own: set[str] = set()
    for value, scheme in candidates.items():
        rivals = [v for v, s in candidates.items() if s == scheme and v in closing]
        if not about_others and (schemes.count(scheme) == 1 or rivals == [value]):
            own.add(value)
    if len(candidates) > len(own) and not about_others:
        draft.note("several_registrations", f"the paper names {len(candidates)} registrations as its subject")
    known: set[str] = set()
    for (value, scheme), node in banked:
        if value not in known:
            known.add(value)
            role = "registry" if value in own else "other"
            draft.put(draft.next("identifiers"), {"value": value, "scheme": scheme, "role": role}, node)
    for found in told:
        if found.value in known:
            continue
        known.add(found.value)
        span, pointer = paper.placing((found.start, found.end))
        role = "registry" if found.value in own else "other"
        number = {"value": found.value, "scheme": found.scheme, "role": role}
        words = paper.abstract[found.start : found.end]
        draft.put(draft.next("identifiers"), number, Node(words, pointer, span))
    return bool(own)


def _classified(words: str) -> tuple[str, str]:
    """A number that a data bank of trials gives; the Dutch ones have a form only there."""
    value, scheme = classify(words)
    dutch = re.fullmatch(r"(?:NTR|NL)[ -]?\d{1,5}", value, re.IGNORECASE)
    return (value, "ntr") if scheme == "other" and dutch else (value, scheme)


def _is_closing(abstract: str, place: int) -> bool:
    """Whether a number stands where abstracts give their own: at the end, or behind such a label."""
    before = abstract[max(0, place - 160) : place]
    if not _REGISTRATION.search(before.rpartition(". ")[2] or before) and not _REGISTRATION.search(before):
        return False
    return (
        len(abstract) - place <= _CLOSING
        or re.search(r"(?:^|\n)[A-Z &/]{0,30}REGIST[A-Z ]{0,30}:[^\n]*$", abstract[:place]) is not None
    )


def _state_prose(draft: Entry, paper: Paper, protocol: bool) -> None:
    """What the abstract says, moved to the places where its words stand in the document."""
    if not paper.abstract:
        return
    inner = Draft(document_of(paper.abstract), "abstract")
    parts = stretches(split_lines(paper.abstract))
    planned = protocol or (
        is_planned(paper.abstract, 0, len(paper.abstract))
        and not re.search(r"\b(?:were|was) (?:randomi[sz]ed|enrolled|assigned|included)\b", paper.abstract)
    )
    state_narrative(inner, parts, "planned" if planned else "actual")
    record = inner.record()
    for found in record.statements:
        if found.span is None or found.field in ("brief_title", "brief_summary"):
            continue
        words = paper.abstract[found.span[0] : found.span[1]]
        value = found.value
        span, pointer = paper.placing(found.span)
        draft.add(
            Statement(
                field=found.field,
                value=value,
                source=draft.source.id,
                span=span,
                pointer=pointer,
                raw=None if words == value else words,
                certainty=found.certainty,
            )
        )
    for note in record.notes:
        span = paper.placing(note.span)[0] if note.span else None
        draft.note(note.code, note.message, span)


def read_published(words: str) -> PartialDate | None:
    """The date of a bibliographic field: "2019 Nov 12", "2020 Jan-Feb", "2015/03/01", "2011 Winter".

    >>> read_published("2020 Jan-Feb").value, read_published("2015/03//").value
    ('2020-01', '2015-03')
    """
    plain = re.sub(r"([A-Z][a-z]{2,8})\s*[-–/]\s*(?:\d{4} )?[A-Z][a-z]{2,8}", r"\1", words.strip())
    plain = plain.rstrip("/ ")
    found = read_date(plain)
    if found is not None:
        return found
    if dated := find_dates(plain):
        return dated[0].date
    year = re.match(r"(?:19|20)\d\d", plain)
    return PartialDate(value=year.group(), precision="year") if year else None


class Unwrapped:
    """The words of a field that goes on over several lines, with the way back to their places."""

    def __init__(self, text: str, pieces: Sequence[Span], joint: str = " ") -> None:
        self.pieces = [p for p in pieces if p[0] < p[1]]
        self.text = joint.join(text[a:b] for a, b in self.pieces)
        self._joint = len(joint)

    def node(self) -> Node:
        """All words with the place of all."""
        if not self.pieces:
            return Node(None, "/")
        return Node(self.text, None, (self.pieces[0][0], self.pieces[-1][1]))

    def place(self, span: Span) -> tuple[Span | None, str | None]:
        """Where words between two positions of the joined text stand in the document."""
        return (self._at(span[0], False), self._at(span[1], True)), None

    def _at(self, position: int, end: bool) -> int:
        for first, last in self.pieces:
            size = last - first
            if position < size or (end and position == size):
                return first + position
            position -= size + self._joint
            if position < 0:
                return last
        return self.pieces[-1][1]
