"""Pages of sites that nobody knows: labels on their own lines, before a colon, or in the first of two cells.

Takes the text of such a page, gives its record. What the page's own marks say (a heading, a term of a list)
is used where it came as HTML; in pasted text a line counts as a label only where it is nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from trialwright.formats import sections
from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.grids import cells_of, has_cells, is_row, kind_of_header
from trialwright.formats.labels import key_of
from trialwright.formats.lines import Line, is_furniture, split_lines
from trialwright.formats.narrative import state_written_identifiers
from trialwright.formats.plain import is_value_alone, looks_like_title
from trialwright.formats.prose import state_written_design
from trialwright.formats.values import SIMPLE, state_phases
from trialwright.language.enumerations import is_not_loaded, read_phases, read_status
from trialwright.model.source import Record

NAME = "headed-text"

_COLON = re.compile(r"(?P<label>[^:：\t]{2,100}?)\s*[:：][ \t]*(?P<value>\S.*)?", re.DOTALL)
# Forms number their labels: what is numbered "E.8.1.1" is one, whether it is known or not.
_CODED = re.compile(r"[A-Z]\.\d{1,2}(?:\.\d{1,3}){0,5}\.?\s")
_LONG = frozenset({"eligibility", "inclusion", "exclusion", "summary", "description", "objective"})
# In long texts of pasted pages only these end the text; "Age" or "Status" may be a line of it.
_ENDING = frozenset(
    "inclusion exclusion arms outcomes primary secondary_outcomes other_outcomes locations contacts "
    "publications sponsor collaborators study_type phases start_date completion_date "
    "primary_completion_date planned enrollment actual identifiers brief_title official_title description "
    "keywords posted first_posted last_posted".split()
)
_IN_CRITERIA = frozenset("ages sex volunteers minimum_age maximum_age status design nothing".split())
_TARGET = re.compile(
    r"(?<![\d,.])(?P<n>\d{1,3}(?:,\d{3})+|[1-9]\d{0,6}) target (?:enrol|recruit)l?ment", re.IGNORECASE
)
_RESULTS = re.compile(r"\b(?:results?|baseline|adverse|events?|flow)\b", re.IGNORECASE)
_LOWEST = 7
_MOST_HEAD = 12


class _Found(Struct, frozen=True):
    """A label: its key, its rank on the page, and the value beside it."""

    key: str
    rank: int
    value: Line | None


def sniff(text: str) -> float:
    """How many known labels there are, alone on a line, before a colon or in the first of two cells."""
    keys = set()
    alone = 0
    for line in split_lines(text[:200_000]):
        found = _label(text, line, 0) if len(line.text) < 400 else None
        if found and found.key != "nothing":
            keys.add(found.key)
            alone += found.value is None
    return min(0.58, 0.07 * len(keys)) if len(keys) > 3 and alone > 1 else 0.0


def read(document: Document) -> tuple[Record, ...]:
    """The one record of the page."""
    return read_marked(document, {})


def read_marked(document: Document, marks: Mapping[int, int]) -> tuple[Record, ...]:
    """The one record of a page whose headings and terms are known: their rank by where they begin."""
    draft = Draft(document, NAME)
    lines = [li for li in split_lines(document.text) if is_not_loaded(li.text) or not is_furniture(li)]
    head: list[Line] = []
    parts: list[sections.Part] = []
    for part in _cut(document.text, lines, marks):
        loaded = tuple(line for line in part.lines if not is_not_loaded(line.text))
        if part.lines and not loaded:
            sections.lack_part(draft, part.key, "not_loaded")
        if part.key:
            parts.append(sections.Part(key=part.key, heading=part.heading, lines=loaded))
        else:
            head += loaded
    if any(part.key in ("inclusion", "exclusion") for part in parts):
        parts += _within_eligibility(document.text, parts, marks)
    title = _state_title(draft, head, marks)
    # A page that tells recruitment and the whole study apart means the latter by its status.
    for part in sorted(parts, key=lambda p: not (p.heading and "overall" in p.heading.text.casefold())):
        sections.state_part(draft, part)
    sections.state_criteria(draft, parts)
    _state_badges(draft, [line for line in head[:_MOST_HEAD] if line is not title])
    if lines and not any(v["role"] == "registry" for v in draft.values("identifiers")):
        alone = draft.holds("eligibility.text") or draft.holds("overall_status")
        state_written_identifiers(draft, lines[0].start, lines[-1].end, own_when_alone=alone)
    state_written_design(draft)
    return (draft.record(),)


def _cut(text: str, lines: Sequence[Line], marks: Mapping[int, int]) -> Iterator[sections.Part]:
    """The lines under their labels; the head of the page has the key ""."""
    key, heading, rank = "", None, 0
    body: list[Line] = []
    # What a table interrupts goes on behind it.
    before: tuple[str, int] | None = None
    for line in lines:
        if before is not None and not has_cells(text, line):
            yield sections.Part(key=key, heading=heading, lines=tuple(body))
            (key, rank), heading, body, before = before, None, [], None
        if before is None and (kind := kind_of_header(text, line)) and _opens(kind, key, heading):
            yield sections.Part(key=key, heading=heading, lines=tuple(body))
            before, key, heading, body = (key, rank), kind, None, [line]
            continue
        # Words alone in a row of a table, the other cells empty, are no label of the page.
        in_table = bool(body) and not is_row(line) and has_cells(text, line) and has_cells(text, body[-1])
        if before is not None or in_table:
            body.append(line)
            continue
        found = _label(text, line, marks.get(line.start, 0), key)
        if found is None or (found.key == "" and (not key or found.rank > rank)):
            body.append(line)
            continue
        yield sections.Part(key=key, heading=heading, lines=tuple(body))
        key, heading, rank = found.key or "nothing", line, found.rank
        body = [found.value] if found.value else []
    yield sections.Part(key=key, heading=heading, lines=tuple(body))


def _within_eligibility(
    text: str, parts: Sequence[sections.Part], marks: Mapping[int, int]
) -> list[sections.Part]:
    """The labelled values between the heading of the whole and the first of its halves: ages, sex, ..."""
    return [
        inner
        for part in parts
        if part.key == "eligibility"
        for inner in _cut(text, part.lines, marks)
        if inner.key in _IN_CRITERIA and inner.key != "nothing"
    ]


def _opens(kind: str, key: str, heading: Line | None) -> bool:
    """Whether a table tells of its kind here: not under a heading of that kind, and not among results."""
    if heading is not None and _RESULTS.search(heading.text):
        return False
    if kind == "arms":
        return key not in ("arms", "interventions")
    return key != kind and not (
        kind == "outcomes" and key in ("primary", "secondary_outcomes", "other_outcomes")
    )


def _label(text: str, line: Line, rank: int, within: str = "") -> _Found | None:
    """The label that a line is or begins with; an unknown heading has the key ""."""
    if rank == 1:
        return None if not within else _Found("", 1, None)
    if rank:
        key = key_of(line.text)
        if key is None and (match := _COLON.fullmatch(line.text[:2000])) and match["value"]:
            return _beside(line, match, rank)
        return _Found(key or "", rank, None)
    if len(line.text) > 4000 and not is_row(line):
        return None
    if is_row(line):
        cells = [cell for cell in cells_of(text, line) if cell.text]
        if len(cells) == 2 and (key := key_of(cells[0].text)) and not key_of(cells[1].text):
            return _Found(key, _LOWEST, cells[1]) if _may_cut(key, within, beside=True) else None
        return None
    key = key_of(line.text) if len(line.text) < 80 else None
    if key is not None:
        return _Found(key, _LOWEST, None) if _may_cut(key, within, beside=False) else None
    if _CODED.match(line.text) and key_of(line.text.partition(":")[0]) is None:
        return _Found("", _LOWEST, None)
    match = _COLON.fullmatch(line.text)
    if match is None or not match["value"]:
        return None
    found = _beside(line, match, _LOWEST)
    return found if found and _may_cut(found.key, within, beside=True) else None


def _beside(line: Line, match: re.Match[str], rank: int) -> _Found | None:
    key = key_of(match["label"])
    if key is None:
        return _Found("", rank, None) if rank < _LOWEST else None
    return _Found(key, rank, Line(match["value"], line.start + match.start("value"), line.end))


def _may_cut(key: str, within: str, *, beside: bool) -> bool:
    if within not in _LONG:
        return True
    if within in ("eligibility", "inclusion", "exclusion"):
        return key in _ENDING or (key == "eligibility" and not beside)
    return key in _ENDING or key == "eligibility" or (key in _IN_CRITERIA and beside)


def _state_title(draft: Draft, head: Sequence[Line], marks: Mapping[int, int]) -> Line | None:
    """The heading of the page, or the line of its head that has the words of a title."""
    if draft.holds("brief_title"):
        return None
    chosen = next(
        (line for line in head if marks.get(line.start) == 1 and not is_value_alone(line.text)), None
    )
    if chosen is None:
        chosen = next((line for line in head[:_MOST_HEAD] if looks_like_title(line)), None)
    if chosen is not None and len(chosen.text) > 2:
        draft.state_line("brief_title", chosen)
    return chosen


def _state_badges(draft: Draft, lines: Sequence[Line]) -> None:
    """Phase, status and number of people that stand without a label near the title."""
    for line in lines:
        if not draft.holds("enrollment.planned") and (target := _TARGET.search(line.text[:500])):
            span = (line.start + target.start("n"), line.start + target.end("n"))
            draft.state("enrollment.planned", int(target["n"].replace(",", "")), span)
        if len(line.text) > 60:
            continue
        phases = read_phases(line.text) if "phase" in line.text.lower() else None
        # Under their label sites give the first of two phases only: what else the head says is not lost.
        if phases and list(phases) not in draft.values("phases"):
            state_phases(draft, (line,))
        elif not draft.holds("overall_status") and read_status(line.text):
            SIMPLE["status"](draft, (line,))
