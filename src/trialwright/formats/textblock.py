"""A bare block of text out of a ClinicalTrials.gov record: indented, wrapped, without title or number.

Takes such a block, gives a record that has little: the text itself as description, or as criteria, and
what its prose says. Where the tags are gone, nothing tells which trial it belonged to.
"""

from __future__ import annotations

import re

from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.eligibility import heading_kind, state_eligibility
from trialwright.formats.lines import READ_AT_MOST, extent, split_lines
from trialwright.formats.narrative import (
    is_planned,
    state_narrative,
    state_written_identifiers,
    stretches,
)
from trialwright.formats.values import state_text
from trialwright.model.source import Record

NAME = "textblock-text"

_INDENTED = re.compile(r"^[ \t]{4,}\S", re.MULTILINE)
_FLUSH = re.compile(r"^\S", re.MULTILINE)
_WIDEST = 130


def sniff(text: str) -> float:
    """Every line indented and wrapped, none flush left."""
    sample = text[:60_000]
    if _FLUSH.search(sample):
        return 0.0
    indented = len(_INDENTED.findall(sample))
    widest = max((len(line.text) for line in split_lines(sample)), default=0)
    return 0.7 if indented >= 2 and widest <= _WIDEST else 0.0


def read(document: Document) -> tuple[Record, ...]:
    """The one record of the block."""
    draft = Draft(document, NAME)
    lines = split_lines(document.text[:READ_AT_MOST])
    criteria = next((i for i, line in enumerate(lines) if heading_kind(line)), len(lines))
    prose, block = lines[:criteria], lines[criteria:]
    state_text(draft, "detailed_description", prose)
    state_eligibility(draft, block)
    if prose:
        start, end = extent(prose)
        kind = "planned" if is_planned(document.text, start, end) else "actual"
        state_narrative(draft, stretches(prose), kind)
        state_written_identifiers(draft, start, end)
    where = extent(lines) if lines else None
    draft.note("fragment", "a block of text without title or number; what it belonged to is not known", where)
    return (draft.record(),)
