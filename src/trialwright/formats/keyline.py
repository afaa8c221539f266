"""Aggregator pages that put each label on a line of its own ("Status:") and its value on the next.

Takes the text of such a page, gives its record. These pages lose much: ids, arms, outcomes and design
are not there, an unknown enrolment is 0, and an end date known to the month gets a first day.
"""

from __future__ import annotations

from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.eligibility import state_eligibility
from trialwright.formats.lines import (
    Section,
    cut_sections,
    heading_key,
    split_lines,
    without_furniture,
)
from trialwright.formats.narrative import state_title_identifiers
from trialwright.formats.prose import state_title_subject, state_written_design
from trialwright.formats.values import SIMPLE, state_date
from trialwright.model.source import Record

NAME = "keyline-text"

# Labels with a colon or a question mark, and the headings of the page without one.
_LABELS = {
    "status": "status",
    "trial status": "status",
    "overall status": "status",
    "recruitment status": "status",
    "trial end date": "end",
    "end date": "end",
    "completion date": "end",
    "trial completion date": "end",
    "trial start date": "start",
    "start date": "start",
    "primary completion date": "primary_end",
    "trial primary completion date": "primary_end",
    "target enrollment": "planned",
    "target enrolment": "planned",
    "enrollment": "planned",
    "participant gender": "sex",
    "gender": "sex",
    "sex": "sex",
    "phase": "phases",
    "trial phase": "phases",
    "study type": "study_type",
    "accepts healthy volunteers": "volunteers",
    "healthy volunteers": "volunteers",
    "lead sponsor": "sponsor",
    "sponsor": "sponsor",
    "collaborator": "collaborators",
    "collaborators": "collaborators",
    "condition": "conditions",
    "conditions": "conditions",
    "treatment": "interventions",
    "treatments": "interventions",
    "intervention": "interventions",
    "interventions": "interventions",
    "keywords": "keywords",
    "minimum age": "minimum_age",
    "maximum age": "maximum_age",
    "participant ages": "ages",
    "age": "ages",
    "ages": "ages",
    "registry id": "identifiers",
    "trial id": "identifiers",
    "nct id": "identifiers",
    "identifier": "identifiers",
    "identifiers": "identifiers",
}
_BARE = {
    "summary": "summary",
    "detailed description": "description",
    "details": "details",
    "criteria": "criteria",
}
_HEADINGS = {**_LABELS, **_BARE, "overview": "overview"}
_AFTER_TEXT = frozenset({"phases", "volunteers", "details", "criteria", "sponsor", "description"})
_ENDS = {"summary": _AFTER_TEXT, "description": _AFTER_TEXT, "criteria": frozenset[str]()}


def sniff(text: str) -> float:
    """How many of its labels stand alone on a line."""
    labels = set()
    bare = set()
    for line in split_lines(text[:200_000]):
        if len(line.text) < 40:
            key = heading_key(line.text)
            if line.text[-1] in ":?：？" and key in _LABELS:
                labels.add(_LABELS[key])
            elif key in _BARE or key == "overview":
                bare.add(key)
    if not labels or (len(labels) == 1 and not bare):
        return 0.0
    return min(0.95, 0.15 * len(labels) + 0.1 * len(bare))


def read(document: Document) -> tuple[Record, ...]:
    """The one record of the page."""
    draft = Draft(document, NAME)
    sections = cut_sections(split_lines(document.text), _colon_headings(document.text), _ENDS)
    for section in sections:
        _state(draft, section)
    state_title_subject(draft)
    state_title_identifiers(draft)
    state_written_design(draft)
    return (draft.record(),)


def _colon_headings(text: str) -> dict[str, str]:
    """The headings; those of labels that the page has without their colon are not taken."""
    return {k: v for k, v in _HEADINGS.items() if k in _BARE or k == "overview" or _is_label(text, k)}


def _is_label(text: str, label: str) -> bool:
    return any(f"{label}{sign}" in text.casefold() for sign in ":?：？")


def _state(draft: Draft, section: Section) -> None:
    lines = without_furniture(section.lines)
    if section.key in ("", "overview"):
        title = next((line for line in lines if len(line.text.split()) > 1 or not line.text.isascii()), None)
        if title and not draft.holds("brief_title"):
            draft.state_line("brief_title", title)
    elif section.key == "end":
        state_date(draft, "completion_date", lines, imputes=True)
    elif section.key == "start":
        state_date(draft, "start_date", lines, imputes=True)
    elif section.key == "primary_end":
        state_date(draft, "primary_completion_date", lines, imputes=True)
    elif section.key == "criteria":
        state_eligibility(draft, section.lines)
    elif section.key in SIMPLE and lines:
        SIMPLE[section.key](draft, lines)
