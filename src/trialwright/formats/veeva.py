"""Pages of ClinicalTrials.Veeva: cards copied one under the other, with stray letters and "Loading...".

Takes the text of such a page, gives its record. The letter above the sponsor is an avatar, not data;
sites that had not been loaded when the page was copied are absent for that reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.eligibility import heading_kind, state_eligibility
from trialwright.formats.groups import state_written_sizes
from trialwright.formats.lines import (
    Line,
    Section,
    cut_sections,
    heading_key,
    split_lines,
    without_furniture,
)
from trialwright.formats.prose import state_written_design
from trialwright.formats.values import (
    SIMPLE,
    split_intervention,
    state_enrollment,
    state_phases,
    state_sponsor,
    unescape,
)
from trialwright.language.enumerations import (
    is_not_applicable,
    is_not_loaded,
    is_unavailable,
    read_arm_type,
    read_phases,
    read_sponsor_class,
    read_status,
)
from trialwright.model.source import Record

NAME = "veeva-text"

_HEADINGS = {
    "status and phase": "status and phase",
    "conditions": "conditions",
    "treatments": "interventions",
    "study type": "study_type",
    "funder types": "funders",
    "collaborators": "collaborators",
    "identifiers": "identifiers",
    "details and patient eligibility": "details",
    "about": "summary",
    "full description": "description",
    "enrollment": "enrollment",
    "sex": "sex",
    "ages": "ages",
    "volunteers": "volunteers",
    "inclusion criteria": "eligibility",
    "exclusion criteria": "eligibility",
    "inclusion and exclusion criteria": "eligibility",
    "trial design": "design",
    "primary purpose": "purpose",
    "allocation": "allocation",
    "interventional model": "model",
    "masking": "masking",
    "trial contacts and locations": "locations",
    "central trial contact": "contacts",
    "central trial contacts": "contacts",
    "start date": "start_date",
    "end date": "completion_date",
    "data sourced from clinicaltrials.gov": "end",
}
_TAIL = frozenset({"design", "purpose", "allocation", "model", "masking", "locations", "contacts", "end"})
_ENDS = {
    "summary": frozenset({"description", "enrollment", "sex", "ages", "volunteers", "eligibility"}) | _TAIL,
    "description": frozenset({"enrollment", "ages", "volunteers", "eligibility", "sex"}) | _TAIL,
    "eligibility": _TAIL,
    "masking": frozenset({"locations", "contacts", "end"}),
    "end": frozenset[str](),
}
_GROUPS = re.compile(
    r"(?P<people>\d{1,7})\s+participants? in (?P<arms>\d{1,3}) patient groups?\b.*", re.IGNORECASE
)
_PHONE = re.compile(r"\+?[\d()][\d\s().\-]{6,24}(?:\s*(?:ext\.?|x)\s*\d{1,6})?")
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}")


def sniff(text: str) -> float:
    """The headings that only this site has."""
    keys = {heading_key(line.text) for line in split_lines(text[:200_000]) if len(line.text) < 60}
    own = {
        "status and phase",
        "details and patient eligibility",
        "trial contacts and locations",
        "funder types",
    }
    score = 0.35 * len(own & keys) + 0.05 * len(keys & set(_HEADINGS))
    return min(1.0, score + (0.3 if "clinicaltrials.veeva" in keys else 0)) if own & keys else 0.0


def read(document: Document) -> tuple[Record, ...]:
    """The one record of the page."""
    draft = Draft(document, NAME)
    sections = cut_sections(split_lines(document.text), _HEADINGS, _ENDS)
    for section in _joined(sections):
        _state(draft, section)
    state_written_design(draft)
    state_written_sizes(draft)
    return (draft.record(),)


def _joined(sections: Sequence[Section]) -> list[Section]:
    """The sections, and the criteria without a heading set apart from the line about volunteers."""
    whole: list[Section] = []
    for section in sections:
        if section.key == "eligibility" and section.heading:
            body = (section.heading, *section.lines)
            whole.append(Section(key="eligibility", heading=section.heading, lines=body))
        elif section.key in ("volunteers", "ages", "sex") and len(section.lines) > 1:
            first, rest = section.lines[:1], section.lines[1:]
            whole.append(Section(key=section.key, heading=section.heading, lines=first))
            whole.append(Section(key="eligibility", heading=None, lines=rest))
        else:
            whole.append(section)
    return whole


def _state(draft: Draft, section: Section) -> None:
    key, lines = section.key, without_furniture(section.lines)
    if key == "":
        _state_head(draft, lines)
    elif key == "status and phase":
        _state_status_and_phase(draft, lines)
    elif key == "funders":
        if (
            len(lines) == 1
            and draft.holds("lead_sponsor.name")
            and (kind := read_sponsor_class(lines[0].text))
        ):
            draft.state("lead_sponsor.class", kind, (lines[0].start, lines[0].end))
    elif key == "enrollment":
        if lines:
            planned = re.search(r"estimated|anticipated|planned", lines[0].text, re.IGNORECASE)
            state_enrollment(draft, lines, "planned" if planned else "actual")
    elif key == "eligibility":
        state_eligibility(draft, section.lines)
    elif key == "masking":
        cut = _first_arm(lines)
        SIMPLE["masking"](draft, lines[: min(1, cut)])
        _state_arms(draft, lines[min(1, cut) :])
    elif key in ("purpose", "allocation", "model"):
        SIMPLE[key](draft, lines[:1])
        _state_arms(draft, lines[1:])
    elif key == "design":
        _state_arms(draft, lines)
    elif key == "locations":
        if any(is_not_loaded(line.text) for line in section.lines):
            draft.lack("locations", "not_loaded")
        elif any(is_unavailable(line.text) for line in section.lines):
            draft.lack("locations", "stated_unavailable")
    elif key == "contacts":
        _state_contacts(draft, lines)
    elif key == "end" and section.heading:
        span = (section.heading.start, section.heading.end)
        draft.note("origin_named", "the page says that its data come from ClinicalTrials.gov", span)
    elif key in SIMPLE and lines:
        SIMPLE[key](draft, lines)


def _state_head(draft: Draft, lines: Sequence[Line]) -> None:
    """Title, avatar letter, sponsor."""
    words = [line for line in lines if len(line.text) > 2 or not line.text[0].isalpha()]
    if words:
        draft.state_line("brief_title", words[0])
    if len(words) > 1:
        state_sponsor(draft, "lead_sponsor", words[-1])


def _state_status_and_phase(draft: Draft, lines: Sequence[Line]) -> None:
    phases = [line for line in lines if read_phases(line.text) is not None or is_not_applicable(line.text)]
    others = [line for line in lines if line not in phases]
    status = [line for line in others if read_status(line.text)] or others
    if status:
        SIMPLE["status"](draft, status[:1])
    if phases:
        state_phases(draft, phases)


def _arm_type(line: Line) -> str | None:
    """The type of an arm where the line says "Experimental group" and nothing else."""
    kind = re.fullmatch(r"(.{2,40}?)\s+group", line.text, re.IGNORECASE)
    return read_arm_type(kind[1]) if kind else None


def _first_arm(lines: Sequence[Line]) -> int:
    for position, line in enumerate(lines):
        if _GROUPS.fullmatch(line.text):
            return position
        if position + 1 < len(lines) and _arm_type(lines[position + 1]):
            return position
    return len(lines)


def _state_arms(draft: Draft, lines: Sequence[Line]) -> None:
    """Arms: label, "... group", "Description:" with its lines, "Treatment:" with its lines."""
    for line in lines:
        if found := _GROUPS.fullmatch(line.text):
            kind = "actual" if draft.holds("enrollment.actual") else "planned"
            state_enrollment(
                draft, (Line(found["people"], line.start, line.start + found.end("people")),), kind
            )
            break
    starts = [
        i for i in range(len(lines) - 1) if _arm_type(lines[i + 1]) and not _GROUPS.fullmatch(lines[i].text)
    ]
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=False):
        arm = f"arms[{draft.count('arms')}]"
        label, sort = lines[start], lines[start + 1]
        draft.state_line(f"{arm}.label", label)
        draft.state(f"{arm}.type", _arm_type(sort), (sort.start, sort.end))
        part = ""
        body: dict[str, list[Line]] = {"description": [], "treatment": [], "": []}
        for line in lines[start + 2 : stop]:
            key = heading_key(line.text).removesuffix("s")
            if line.text[-1] == ":" and key in body:
                part = key
            else:
                body[part].append(line)
        if words := body["description"]:
            span = (words[0].start, words[-1].end)
            draft.state(f"{arm}.description", unescape(draft.text[span[0] : span[1]]), span)
        for position, line in enumerate(body["treatment"]):
            _, begin = split_intervention(line)
            draft.state(f"{arm}.interventions[{position}]", draft.text[begin : line.end], (begin, line.end))


def _state_contacts(draft: Draft, lines: Sequence[Line]) -> None:
    """Names between semicolons; a telephone number or an address belongs to the name before it."""
    for line in lines[:50]:
        place = line.start
        for piece in line.text.split(";"):
            start = place + len(piece) - len(piece.lstrip())
            end = start + len(piece.strip())
            place += len(piece) + 1
            last = draft.count("contacts") - 1
            if start >= end or heading_kind(line):
                continue
            if mail := _EMAIL.fullmatch(piece.strip()):
                if last >= 0:
                    draft.state(f"contacts[{last}].email", mail.group(), (start, end))
            elif _PHONE.fullmatch(piece.strip()):
                if last >= 0:
                    draft.state(f"contacts[{last}].phone", piece.strip(), (start, end))
            else:
                draft.state(f"contacts[{last + 1}].name", piece.strip(), (start, end))
