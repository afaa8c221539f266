"""What stands under a label, whatever the page: the values of one section stated.

Takes sections with the keys of `labels`, states their values; lists, tables with tabs and single values
each in their way. Criteria are gathered from all sections that hold some.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from trialwright.formats import grids
from trialwright.formats.draft import EXPECTED, Draft
from trialwright.formats.eligibility import state_eligibility
from trialwright.formats.labelled import pieces_of, state_design_words
from trialwright.formats.lines import Line, extent, heading_key, is_furniture, without_bullet
from trialwright.formats.places import state_places
from trialwright.formats.publication import state_citation
from trialwright.formats.tables import cut_outcome_row
from trialwright.formats.values import (
    SIMPLE,
    split_intervention,
    state_date,
    state_enrollment,
    unescape,
)
from trialwright.language.calendar import read_date
from trialwright.language.enumerations import is_unavailable, looks_like_person, read_arm_type
from trialwright.model.source import Absence

_CRITERIA = frozenset({"eligibility", "inclusion", "exclusion"})
_LISTS = frozenset({"conditions", "interventions", "keywords", "collaborators", "identifiers", "secondary"})
_DATES = frozenset({"start_date", "completion_date", "primary_completion_date"})
# When a register showed the trial first and last; "3 years ago" is no such date.
POSTED = {"first_posted": "study_first_post_date", "last_posted": "last_update_post_date"}
_LEVELS = {
    "primary": "primary",
    "secondary_outcomes": "secondary",
    "other_outcomes": "other",
    "outcomes": None,
}
_TIME_FRAME = re.compile(
    r"[\[(]\s*time\s?frame\s*:\s*(?P<when>[^\])]{1,400}(?:\([^()]{0,80}\)[^\])]{0,200})?)[\])]", re.I
)
_PREFIX = re.compile(
    r"(?P<level>primary|secondary|other)(?:\s+(?:outcome|endpoint)s?)?\s*[:\-–]\s+(?=\S)", re.I
)
_MAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}")
_PHONE = re.compile(r"\+?[\d()][\d\s().\-]{6,24}(?:\s*(?:ext\.?|x)\s*\d{1,6})?")
_CONTACT = re.compile(r"(?:name|phone(?: number)?|tel(?:ephone)?|e-?mail)\s*[:：]\s*(?=\S)", re.IGNORECASE)
_LONGEST_NAME = 200
_SENTENCE = re.compile(r"(?:\S+\s+){7}\S+[.。]$")
_MOST = 1000


class Part(Struct, frozen=True, kw_only=True):
    """The lines under one label, with the key of what they are."""

    key: str
    heading: Line | None
    lines: tuple[Line, ...]


def state_part(draft: Draft, part: Part) -> None:
    """State what one section gives; criteria wait for `state_criteria`."""
    lines = [without_bullet(line) for line in part.lines if not is_furniture(line)]
    key = part.key
    heading = part.heading.text.lower() if part.heading else ""
    if not lines or key in _CRITERIA or key == "nothing":
        return
    if key in _LEVELS:
        _state_outcomes(draft, part, lines)
    elif key in ("arms", "interventions") and any(grids.is_row(line) for line in lines):
        grids.state_arms(draft, lines)
    elif key == "arms":
        _state_arms(draft, lines)
    elif key == "locations":
        rows = [line for line in lines if grids.is_row(line)]
        if rows:
            grids.state_locations(draft, rows)
        elif not _state_by_country(draft, lines):
            state_places(draft, lines)
    elif key == "contacts":
        _state_contacts(draft, lines)
    elif key == "publications":
        for line in lines[:100]:
            state_citation(draft, line, None)
    elif key in ("enrollment", "actual"):
        words = f"{heading} {lines[0].text}".lower()
        state_enrollment(draft, lines, "actual" if "actual" in words or key == "actual" else "planned")
    elif key in _DATES:
        if not draft.holds(key):
            state_date(draft, key, lines, kind=_kind(heading))
    elif key in POSTED:
        if not draft.holds(POSTED[key]) and read_date(lines[0].text):
            state_date(draft, POSTED[key], lines)
    elif key == "design":
        state_design_words(draft, lines[:8])
    elif key in _LISTS:
        _state_list(draft, key, lines)
    elif not _is_stated(draft, key):
        _state_simple(draft, key, part, lines)


def lack_part(draft: Draft, key: str, reason: Absence) -> None:
    """Say why what stands under a label is not there."""
    for field in _ABSENT.get(key, (_FIELDS.get(key, key),)):
        if field in EXPECTED:
            draft.lack(field, reason)


def _state_simple(draft: Draft, key: str, part: Part, lines: Sequence[Line]) -> None:
    state = SIMPLE.get(key)
    if state is not None:
        # A bullet at the start of a text belongs to the text.
        state(draft, part.lines if key in ("summary", "description") else lines)


_FIELDS = {
    "status": "overall_status",
    "sex": "eligibility.sex",
    "ages": "eligibility.minimum_age",
    "minimum_age": "eligibility.minimum_age",
    "maximum_age": "eligibility.maximum_age",
    "volunteers": "eligibility.healthy_volunteers",
    "sponsor": "lead_sponsor.name",
    "summary": "brief_summary",
    "description": "detailed_description",
    "allocation": "design.allocation",
    "masking": "design.masking",
    "model": "design.intervention_model",
    "purpose": "design.primary_purpose",
    "planned": "enrollment.planned",
}


_ABSENT = {
    "sponsor": ("lead_sponsor",),
    "enrollment": ("enrollment.planned", "enrollment.actual"),
    "actual": ("enrollment.actual",),
    "ages": ("eligibility.minimum_age", "eligibility.maximum_age"),
    "secondary": ("identifiers",),
    **dict.fromkeys(_LEVELS, ("outcomes",)),
    **dict.fromkeys(_CRITERIA, ("eligibility.text",)),
}


def _is_stated(draft: Draft, key: str) -> bool:
    """Whether an earlier section has given the value: pages repeat themselves, often more shortly."""
    return draft.holds(_FIELDS.get(key, key))


def _kind(heading: str) -> str | None:
    if "actual" in heading:
        return "ACTUAL"
    return "ESTIMATED" if re.search(r"estimated|anticipated|planned", heading) else None


def _state_list(draft: Draft, key: str, lines: Sequence[Line]) -> None:
    """Names, one a line or with semicolons; what comes after a blank line is no more of a list."""
    kept: list[Line] = []
    for line in lines:
        if kept and line.gap and key != "interventions":
            break
        kept += pieces_of(line, ";|")
    # A paragraph tells about interventions and names none.
    kept = [line for line in kept if len(line.text) < _LONGEST_NAME and not _SENTENCE.search(line.text)]
    known = {str(v).casefold() for v in draft.values(key)}
    kept = [line for line in kept if line.text.casefold() not in known][:300]
    if kept:
        SIMPLE["identifiers" if key == "secondary" else key](draft, kept)


def _state_arms(draft: Draft, lines: Sequence[Line]) -> None:
    """Arms as paragraphs: "Experimental: label", what they get, "Drug: name"."""
    arm = ""
    for line in lines[:_MOST]:
        head, colon, tail = line.text.partition(":")
        kind = read_arm_type(head) if colon and tail.strip() else None
        sort, begin = split_intervention(line)
        if kind:
            arm = f"arms[{draft.count('arms')}]"
            name = tail.strip()
            draft.state(f"{arm}.type", kind, (line.start, line.start + len(head)))
            draft.state(f"{arm}.label", name, (line.end - len(name), line.end))
        elif sort:
            name, place = draft.text[begin : line.end], (begin, line.end)
            if arm:
                draft.state(f"{arm}.interventions[{draft.count(arm + '.interventions')}]", name, place)
            if name not in draft.values("interventions.name"):
                item = f"interventions[{draft.count('interventions')}]"
                draft.state(f"{item}.name", name, place)
                draft.state(f"{item}.type", sort, (line.start, line.start + len(head)))
        elif arm and not draft.holds(f"{arm}.description") and heading_key(line.text) not in ("description",):
            draft.state(f"{arm}.description", unescape(line.text), (line.start, line.end))


def _state_outcomes(draft: Draft, part: Part, lines: Sequence[Line]) -> None:
    level = _LEVELS[part.key]
    place = (part.heading.start, part.heading.end) if part.heading else extent(lines)
    if is_unavailable(lines[0].text):
        draft.lack("outcomes", "stated_unavailable")
        return
    if any(grids.is_row(line) for line in lines):
        grids.state_outcomes(draft, lines, level, place)
        return
    outcome = ""
    framed = any(_TIME_FRAME.search(line.text[:3000]) for line in lines[:_MOST])
    for line in lines[:_MOST]:
        prefix = _PREFIX.match(line.text)
        frame = _TIME_FRAME.search(line.text[:3000])
        if prefix:
            level = prefix["level"].lower()
            place = (line.start, line.start + prefix.end("level"))
        if level is None:
            continue
        if framed and frame is None and outcome:
            if not draft.holds(f"{outcome}.description"):
                draft.state(f"{outcome}.description", unescape(line.text), (line.start, line.end))
            continue
        begin = prefix.end() if prefix else 0
        cut = frame.start() if frame else cut_outcome_row(line.text) or len(line.text)
        measure = line.text[begin:cut].strip()
        if not measure:
            continue
        outcome = f"outcomes[{draft.count('outcomes')}]"
        draft.state(f"{outcome}.level", level, place)
        start = line.start + begin + len(line.text[begin:cut]) - len(line.text[begin:cut].lstrip())
        draft.state(f"{outcome}.measure", unescape(measure), (start, start + len(measure)))
        if frame:
            when = frame["when"].strip()
            at = line.start + frame.start("when")
            draft.state(f"{outcome}.time_frame", unescape(when), (at, at + len(when)))
        elif cut < len(line.text):
            draft.state(f"{outcome}.time_frame", unescape(line.text[cut:]), (line.start + cut, line.end))


def _state_by_country(draft: Draft, lines: Sequence[Line]) -> bool:
    """Sites under their countries: "Norway", "Bergen, Vestland, Norway, 5003", and the facility below."""

    def parts(line: Line) -> list[tuple[str, int]]:
        found, at = [], line.start
        for piece in line.text.split(","):
            found.append((piece.strip(), at + len(piece) - len(piece.lstrip())))
            at += len(piece) + 1
        return [(words, place) for words, place in found if words and not any(c.isdigit() for c in words)]

    def names(line: Line, country: Line) -> bool:
        return "," in line.text and country.text in [words for words, _ in parts(line)]

    if len(lines) < 2 or "," in lines[0].text or not names(lines[1], lines[0]):
        return False
    country: Line = lines[0]
    place = ""
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if following is not None and "," not in line.text and names(following, line):
            country, place = line, ""
        elif names(line, country):
            place = f"locations[{draft.count('locations')}]"
            inner = [(words, at) for words, at in parts(line) if words != country.text]
            for (words, at), name in zip(inner, ("city", "state"), strict=False):
                draft.state(f"{place}.{name}", words, (at, at + len(words)))
            draft.state_line(f"{place}.country", country)
        elif place and not draft.holds(f"{place}.facility"):
            draft.state_line(f"{place}.facility", line)
    return True


def _state_contacts(draft: Draft, lines: Sequence[Line]) -> None:
    """Names of people, each with the telephone number and the address below it."""
    for whole in lines[:50]:
        named = _CONTACT.match(whole.text)
        line = Line(whole.text[named.end() :], whole.start + named.end(), whole.end) if named else whole
        last = draft.count("contacts") - 1
        mail, phone = _MAIL.search(line.text[:300]), _PHONE.fullmatch(line.text)
        if mail and last >= 0:
            draft.state(
                f"contacts[{last}].email", mail.group(), (line.start + mail.start(), line.start + mail.end())
            )
        elif phone and last >= 0:
            draft.state_line(f"contacts[{last}].phone", line)
        elif looks_like_person(line.text):
            draft.state_line(f"contacts[{last + 1}].name", line)


def state_criteria(draft: Draft, parts: Sequence[Part]) -> None:
    """The block of criteria, from all sections that hold some, their headings included."""
    block: list[Line] = []
    first: list[list[Line]] = []
    previous = -2
    told_apart = any(part.key in ("inclusion", "exclusion") and part.lines for part in parts)
    for position, part in enumerate(parts):
        # What stands between the heading of the whole and the first of its halves is no criterion.
        if part.key == "eligibility" and told_apart:
            continue
        if part.key not in _CRITERIA or not (part.lines or part.key == "eligibility"):
            continue
        lines = list(part.lines)
        if part.heading and part.key != "eligibility":
            # The value may stand beside the heading, on its line.
            lines = [part.heading, *(line for line in lines if line.start >= part.heading.end)]
        if not lines:
            continue
        if first and previous == position - 1:
            first[-1] += lines
        else:
            first.append(lines)
        previous = position
    for lines in first:
        block += lines
    if len(first) < 2 or not block:
        state_eligibility(draft, block)
        return
    stretches = [extent(lines) for lines in first]
    whole = (stretches[0][0], stretches[-1][1])
    if whole[1] - whole[0] <= 1.3 * sum(end - start for start, end in stretches):
        state_eligibility(draft, block)
        return
    draft.state_joined("eligibility.text", stretches)
