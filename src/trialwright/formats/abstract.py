"""Abstracts of papers as copied from the web: a citation, paragraphs without labels, perhaps a Chinese half.

Takes such a text, gives the record of the trial that it reports. The Chinese half repeats the English
one: it is read as a second witness to the same fields.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.lines import Line, is_furniture, split_lines
from trialwright.formats.narrative import state_narrative, state_written_identifiers, stretches
from trialwright.formats.publication import is_citation, state_citation
from trialwright.formats.values import state_text
from trialwright.model.source import Record

NAME = "abstract-text"

_AFFILIATION = re.compile(
    r"\b(?:department|institute|universit|hospital|cent(?:er|re)|school|college|division|laborator|faculty|"
    r"clinic|ministry|academy)",
    re.IGNORECASE,
)
_AUTHORS = re.compile(r"(?:[A-Z][\w'’\-]+(?:\s+[A-Z][\w'’\-.]*){0,3}\s*\d*\s*[,;]\s*){2,}")
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|we|can|may|evaluated|showed)\b", re.IGNORECASE)
_SECTION = re.compile(r"\b(?:background|objectives?|methods|results|conclusions?)\s*[:：]", re.IGNORECASE)
_LONG = 140


def sniff(text: str) -> float:
    """A citation line among the first lines, and paragraphs below it."""
    lines = split_lines(text[:60_000])
    cited = any(is_citation(line) for line in lines[:12])
    long_ones = sum(len(line.text) > _LONG for line in lines)
    if not lines or not long_ones:
        return 0.0
    if cited:
        return 0.75 if long_ones > 1 or len(lines) < 6 else 0.6
    return (
        0.5
        if len({m.group().lower() for m in _SECTION.finditer(text[:60_000])}) > 2 and len(lines) < 30
        else 0.0
    )


def read(document: Document) -> tuple[Record, ...]:
    """The one record of the abstract."""
    draft = Draft(document, NAME)
    lines = [line for line in split_lines(document.text) if not is_furniture(line)]
    cited = next((i for i, line in enumerate(lines[:12]) if is_citation(line)), -1)
    body = _body(lines, cited)
    title = _title(lines, cited, body)
    if title is not None:
        draft.state_line("brief_title", title)
    parts = stretches(body)
    state_narrative(draft, parts, "actual")
    found = draft.holds("enrollment.actual")
    if body:
        state_written_identifiers(draft, body[0].start, body[-1].end, own_when_alone=found)
    own = any(v["role"] == "registry" for v in draft.values("identifiers"))
    if cited >= 0:
        state_citation(draft, lines[cited], "result" if own or found else None)
    english = [
        line for line in body if any(not p.chinese and p.start <= line.start < p.end for p in parts[:1])
    ]
    state_text(draft, "brief_summary", english)
    return (draft.record(),)


def _body(lines: Sequence[Line], cited: int) -> list[Line]:
    """The paragraphs of the abstract: long lines, and short ones between them."""
    after = list(lines[cited + 1 :])
    start = next((i for i, line in enumerate(after) if _is_paragraph(line)), None)
    if start is None:
        start = 0
    return after[start:]


def _is_paragraph(line: Line) -> bool:
    sentence = len(line.text) > 50 and line.text[-1] in ".。" and _FINITE.search(line.text)
    return (len(line.text) > _LONG or bool(sentence)) and not _is_front_matter(line)


def _is_front_matter(line: Line) -> bool:
    return bool(_AUTHORS.match(line.text)) or (
        bool(_AFFILIATION.search(line.text)) and not _FINITE.search(line.text)
    )


def _title(lines: Sequence[Line], cited: int, body: Sequence[Line]) -> Line | None:
    """The one line outside the paragraphs that is no affiliation, no list of authors and no sentence."""
    first = body[0].start if body else 0
    for position, line in enumerate(lines):
        if line.start >= first:
            return None
        words = line.text.rstrip(".")
        if position == cited or len(words.split()) < 4 or len(words) > 350 or _is_front_matter(line):
            continue
        if not _FINITE.search(words) and ". " not in words:
            return line
    return None
