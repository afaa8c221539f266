"""Plain text that no reader recognises: what can be found in it without knowing who wrote it.

Takes any text, gives a record with what stands under clear words: numbers of registries, a title,
labelled values, criteria under their headings, what the prose says, papers. A note says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.eligibility import begins_criteria, heading_kind, state_eligibility
from trialwright.formats.labelled import label_of, state_labels
from trialwright.formats.lines import Line, heading_key, is_furniture, split_lines
from trialwright.formats.narrative import is_planned, state_narrative, state_written_identifiers, stretches
from trialwright.formats.publication import DOI, is_citation, state_citation
from trialwright.language.enumerations import is_not_loaded, is_unavailable, read_phases, read_status
from trialwright.language.identifiers import find_identifiers, is_junk
from trialwright.model.source import Record

NAME = "plain-text"

_AFTER_CRITERIA = frozenset(
    "trial design|study design|study & design|locations|contacts|contact|outcomes|primary outcome|"
    "primary outcomes|"
    "primary outcome measures|secondary outcomes|arms|arms and interventions|sponsor|references|publications|"
    "interventions|study type|sites|results|more information|trial locations|contacts and locations".split(
        "|"
    )
)
_TITLE_WORDS = re.compile(
    r"\b(?:study|trial|safety|efficacy|effect|effects|effectiveness|evaluation|comparison|treatment|"
    r"therapy|patients|with|in|of|for|versus|phase)\b",
    re.IGNORECASE,
)
# A line of Chinese that names a trial or a study and is no sentence.
_CHINESE_TITLE = re.compile(
    r"(?=.*[\u4e00-\u9fff]{4})[^。；;：:\n]{0,150}(?:试验|研究|观察|评价)[^。；;：:\n]{0,40}"
)
_PMID = re.compile(r"\bPMID\s*[:：]?\s*\d{1,9}\b")


def sniff(text: str) -> float:
    """Any text with letters, but only where nobody else wants it."""
    return 0.05 if any(c.isalpha() for c in text[:100_000]) else 0.0


def read(document: Document) -> tuple[Record, ...]:
    """The one record of the text."""
    draft = Draft(document, NAME)
    draft.note("format_not_recognised", "no known kind of page; read as plain text, look at what was found")
    lines = tuple(line for line in split_lines(document.text) if not is_furniture(line))
    start, stop = _criteria(lines)
    rest = (*lines[:start], *lines[stop:])
    head = state_labels(draft, rest)
    _state_title(draft, head)
    state_eligibility(draft, lines[start:stop])
    if rest:
        first, last = rest[0].start, rest[-1].end
        kind = "planned" if is_planned(document.text, first, last) else "actual"
        prose = [line for line in rest if len(line.text) > 60 and label_of(line) is None]
        state_narrative(draft, stretches(prose), kind)
        found = draft.holds(f"enrollment.{kind}")
        state_written_identifiers(draft, first, last, own_when_alone=found or draft.holds("eligibility.text"))
    cited = [
        li
        for li in rest
        if is_citation(li) or (len(li.text) < 600 and (DOI.search(li.text) or _PMID.search(li.text)))
    ]
    for line in cited[:50]:
        state_citation(draft, line, None)
    return (draft.record(),)


def _criteria(lines: Sequence[Line]) -> tuple[int, int]:
    """From the first heading of criteria to the next heading of something else."""
    start = next((i for i, line in enumerate(lines) if begins_criteria(line)), len(lines))
    stop = start
    while stop < len(lines) and heading_key(lines[stop].text[:80]) not in _AFTER_CRITERIA:
        found = label_of(lines[stop]) if len(lines[stop].text) < 400 else None
        if (
            found
            and not heading_kind(lines[stop])
            and found[0]
            in ("sponsor", "phases", "study_type", "start_date", "completion_date", "primary", "identifiers")
        ):
            break
        stop += 1
    return start, stop


def _state_title(draft: Draft, head: Sequence[Line]) -> None:
    """The first line, where it has the words of a title and not those of a sentence."""
    if not head or draft.holds("brief_title"):
        return
    if looks_like_title(head[0]):
        draft.state_line("brief_title", head[0])


def is_value_alone(words: str) -> bool:
    """Whether words are the number, status or phase of a trial, or say that there is none: no title."""
    if len(words) > 120:
        return False
    inside = find_identifiers(words)
    rest = words
    for found in reversed(inside):
        rest = rest[: found.start] + rest[found.end :]
    return (
        not any(c.isalpha() for c in rest)
        or is_junk(words)
        or is_unavailable(words)
        or is_not_loaded(words)
        or read_status(words) is not None
        or read_phases(words) is not None
    )


def looks_like_title(line: Line) -> bool:
    """Whether a line has the words of a title and not those of a sentence."""
    if len(line.text) > 400 or heading_kind(line) or is_citation(line) or is_value_alone(line.text):
        return False
    if _CHINESE_TITLE.fullmatch(line.text):
        return True
    words = line.text.split()
    if not 3 <= len(words) <= 60:
        return False
    sentence = line.text[-1] in ".。" and (len(words) > 25 or ". " in line.text)
    return not sentence and (bool(_TITLE_WORDS.search(line.text)) or not line.text.isascii())
