"""MedPath pages: headings alone on a line, and tables whose cells have been glued together.

Takes the text of such a page, gives its record. Table rows are cut by the names of the page's own
interventions and by the forms of time frames; phases may have been cut short by the site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialwright.formats import grids
from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.eligibility import state_eligibility
from trialwright.formats.groups import state_written_sizes
from trialwright.formats.lines import (
    Line,
    Section,
    cut_sections,
    heading_key,
    is_furniture,
    split_lines,
    without_furniture,
)
from trialwright.formats.places import state_places
from trialwright.formats.prose import state_written_design
from trialwright.formats.sections import POSTED
from trialwright.formats.tables import cut_arm_row, cut_outcome_row, figure_words
from trialwright.formats.values import SIMPLE, state_date, state_model, state_phases, state_text, unescape
from trialwright.language.enumerations import (
    is_not_applicable,
    is_unavailable,
    read_allocation,
    read_masking,
    read_model,
    read_phases,
    read_purpose,
    read_status,
)
from trialwright.model.source import Record

NAME = "medpath-text"

_HEADINGS = {
    "conditions": "conditions",
    "interventions": "interventions",
    "registration number": "identifiers",
    "other identifiers": "identifiers",
    "lead sponsor": "sponsor",
    "collaborators": "collaborators",
    "keywords": "keywords",
    "brief summary": "summary",
    "detailed description": "description",
    "recruitment & eligibility": "recruitment",
    "status": "status",
    "sex": "sex",
    "ages": "ages",
    "age": "ages",
    "minimum age": "minimum_age",
    "maximum age": "maximum_age",
    "healthy volunteers": "volunteers",
    "target recruitment": "planned",
    "target recruit count": "planned",
    "inclusion criteria": "eligibility",
    "exclusion criteria": "eligibility",
    "study & design": "study and design",
    "study type": "study_type",
    "study design": "study design",
    "primary purpose": "purpose",
    "allocation": "allocation",
    "masking": "masking",
    "first posted date": "first_posted",
    "last posted date": "last_posted",
    "start date": "start_date",
    "study start date": "start_date",
    "completion date": "completion_date",
    "primary completion date": "primary_completion_date",
    "arm && interventions": "arms",
    "arms & interventions": "arms",
    "arm & interventions": "arms",
    "primary outcome measures": "primary",
    "secondary outcome measures": "secondary",
    "other outcome measures": "other",
    "other pre-specified outcome measures": "other",
    "trial locations": "locations",
    "related news": "end",
    "related trials": "end",
}
_LOWER = frozenset(
    {"study and design", "study_type", "study design", "arms", "primary", "secondary", "other", "locations"}
)
_ENDS = {
    "summary": frozenset({"description", "recruitment"}) | _LOWER,
    "description": frozenset({"recruitment"}) | _LOWER,
    "eligibility": frozenset({"eligibility"}) | _LOWER,
    "planned": frozenset({"eligibility", "status", "sex", "ages", "minimum_age", "maximum_age", "volunteers"})
    | _LOWER,
    "arms": frozenset({"primary", "secondary", "other", "locations", "end"}),
    "primary": frozenset({"secondary", "other", "locations", "end"}),
    "secondary": frozenset({"primary", "other", "locations", "end"}),
    "other": frozenset({"locations", "end"}),
}
_ARM_HEADER = re.compile(r"Group\s*Intervention\s*Description", re.IGNORECASE)
_OUTCOME_HEADER = re.compile(r"Name\s*Time\s*Method", re.IGNORECASE)
# Where one cell ends and the next begins without a known name between them: "careNo treatment".
_GLUE = re.compile(r"(?<=[a-z)])(?=[A-Z][a-z]+ )")
_MOST_ROWS = 500


def sniff(text: str) -> float:
    """The headings and glued column names that only this site has."""
    keys = set()
    headers = 0
    for line in split_lines(text[:200_000]):
        if len(line.text) < 60:
            keys.add(heading_key(line.text))
            headers += bool(_ARM_HEADER.fullmatch(line.text) or _OUTCOME_HEADER.fullmatch(line.text))
    own = {
        "recruitment & eligibility",
        "target recruitment",
        "arm && interventions",
        "study & design",
        "registration number",
    }
    score = 0.2 * len(own & keys) + 0.25 * min(headers, 2) + 0.3 * ("medpath" in keys)
    return min(1.0, score) if own & keys else 0.0


def read(document: Document) -> tuple[Record, ...]:
    """The one record of the page."""
    draft = Draft(document, NAME)
    words = figure_words(document.text[:200_000])
    criteria: list[Line] = []
    for section in cut_sections(split_lines(document.text), _HEADINGS, _ENDS):
        if section.key == "eligibility" and section.heading:
            criteria += [section.heading, *section.lines]
        elif section.key == "planned":
            SIMPLE["planned"](draft, without_furniture(section.lines[:1]))
            criteria += section.lines[1:]
        else:
            _state(draft, section, words)
    state_eligibility(draft, criteria)
    state_written_design(draft)
    state_written_sizes(draft)
    return (draft.record(),)


def _state(draft: Draft, section: Section, words: frozenset[str]) -> None:
    key, lines = section.key, without_furniture(section.lines)
    if key == "":
        _state_head(draft, lines)
    elif key == "study design":
        _state_design(draft, lines)
    elif key == "arms":
        _state_arms(draft, lines)
    elif key in ("primary", "secondary", "other"):
        _state_outcomes(draft, key, section, words)
    elif key == "locations":
        state_places(draft, [line for line in section.lines if not is_furniture(line)])
    elif key == "summary":
        state_text(draft, "brief_summary", lines)
    elif key in POSTED and lines:
        state_date(draft, POSTED[key], lines)
    elif key in SIMPLE and lines:
        SIMPLE[key](draft, lines)


def _state_head(draft: Draft, lines: Sequence[Line]) -> None:
    """The title, and under it phase and status in either order."""
    titles = [line for line in lines if len(line.text.split()) > 1 and read_phases(line.text) is None]
    if not titles:
        titles = [line for line in lines[:1] if read_phases(line.text) is None]
    if titles:
        draft.state_line("brief_title", titles[0])
    for line in lines:
        if titles and line == titles[0]:
            continue
        if read_phases(line.text) is not None or is_not_applicable(line.text):
            state_phases(draft, (line,))
        elif read_status(line.text) and not draft.holds("overall_status"):
            SIMPLE["status"](draft, (line,))


def _state_design(draft: Draft, lines: Sequence[Line]) -> None:
    """The design, one word a line or several with commas; each word finds its own list."""
    for line in lines[:20]:
        place = line.start
        for piece in re.split(r"([,;|])", line.text):
            start = place + len(piece) - len(piece.lstrip())
            place += len(piece)
            words = piece.strip()
            words = re.sub(
                r"^(?:allocation|intervention(?:al)? model|masking|primary purpose)\s*:\s*",
                "",
                words,
                flags=re.IGNORECASE,
            )
            span = (start, start + len(piece.strip()))
            if not words or words in ",;|":
                continue
            if value := read_model(words):
                draft.state("design.intervention_model", value, span)
            elif (value := read_allocation(words)) and value != "NA":
                draft.state("design.allocation", value, span)
            elif masking := read_masking(words):
                draft.state("design.masking", masking[0], span)
            elif value := read_purpose(words):
                draft.state("design.primary_purpose", value, span)
            elif len(lines) == 1 and words == line.text:
                state_model(draft, (line,))


def _state_arms(draft: Draft, lines: Sequence[Line]) -> None:
    """Rows of group, intervention and description; an arm with two interventions has two rows."""
    if any(grids.is_row(line) for line in lines):
        grids.state_arms(draft, lines)
        return
    rows = [line for line in lines if not _ARM_HEADER.fullmatch(line.text)][:_MOST_ROWS]
    if rows and is_unavailable(rows[0].text):
        draft.lack("arms", "stated_unavailable")
        return
    names = sorted(set(draft.values("interventions.name")), key=len, reverse=True)
    arms: dict[str, int] = {}
    last = ""
    for row in rows:
        cut = cut_arm_row(row.text, names)
        if cut is None:
            last = _state_odd_row(draft, row, arms, last)
            continue
        label = row.text[: cut.start].strip()
        if label not in arms:
            arms[label] = draft.count("arms")
            draft.state(
                f"arms[{arms[label]}].label",
                label,
                (row.start, row.start + len(row.text[: cut.start].rstrip())),
            )
        last = arm = f"arms[{arms[label]}]"
        field = f"{arm}.interventions[{draft.count(arm + '.interventions')}]"
        draft.state(field, cut.name, (row.start + cut.start, row.start + cut.end))
        description = row.text[cut.end :].strip()
        if description and not draft.holds(f"{arm}.description"):
            draft.state(f"{arm}.description", unescape(description), (row.end - len(description), row.end))


def _state_odd_row(draft: Draft, row: Line, arms: dict[str, int], last: str) -> str:
    """A row without a known intervention: an arm that gets none, or more of the description above."""
    cuts = [m.start() for m in _GLUE.finditer(row.text[:200])]
    span = (row.start, row.end)
    if len(cuts) != 1:
        if last:
            draft.note("text_continued", f"the line goes on with the description of {last}", span)
        else:
            draft.note("row_not_cut", "the cells of this row of the table of arms cannot be told apart", span)
        return last
    label = row.text[: cuts[0]]
    arms.setdefault(label, draft.count("arms"))
    arm = f"arms[{arms[label]}]"
    draft.state(f"{arm}.label", label, (row.start, row.start + cuts[0]), 0.8)
    draft.state(f"{arm}.description", unescape(row.text[cuts[0] :]), (row.start + cuts[0], row.end), 0.8)
    return arm


def _state_outcomes(draft: Draft, level: str, section: Section, words: frozenset[str]) -> None:
    """Rows of name, time and method; the method stands below, between blank lines."""
    rows = [line for line in section.lines if not _OUTCOME_HEADER.fullmatch(line.text)]
    if section.heading is None or not rows:
        return
    if is_unavailable(rows[0].text):
        draft.lack("outcomes", "stated_unavailable")
        return
    heading = (section.heading.start, section.heading.end)
    if any(grids.is_row(line) for line in section.lines):
        grids.state_outcomes(draft, section.lines, level, heading)
        return
    outcome = ""
    described: Line | None = None
    for line in rows[:_MOST_ROWS]:
        if is_furniture(line):
            continue
        cut = cut_outcome_row(line.text, words)
        # A method is a paragraph of its own, so a blank line stands before it, and none before a row
        # that follows a row; after a method only a cut can tell the next row from more of the method.
        below = outcome and line.gap and described is None
        more = (
            described is not None
            and (not line.gap or cut is None)
            and not _ends_method(draft, described, line)
        )
        if below and not (cut is not None and len(line.text) < 100 and _is_strong(line.text, cut)):
            described = line
            draft.state(f"{outcome}.description", unescape(line.text), (line.start, line.end))
            continue
        if more and outcome:
            draft.note(
                "text_continued",
                f"the line goes on with the description of {outcome}",
                (line.start, line.end),
            )
            continue
        outcome = f"outcomes[{draft.count('outcomes')}]"
        described = None
        end = len(line.text) if cut is None else cut
        draft.state(f"{outcome}.level", level, heading)
        measure = line.text[:end].rstrip()
        draft.state(f"{outcome}.measure", unescape(measure), (line.start, line.start + len(measure)))
        if cut is not None:
            draft.state(f"{outcome}.time_frame", unescape(line.text[cut:]), (line.start + cut, line.end))


def _is_strong(row: str, cut: int) -> bool:
    """Whether a row that stands where a method should is a row all the same: it ends in a bare time."""
    return row[cut - 1].isalpha() and bool(
        re.fullmatch(r"(?:Up to |Day |Week |Month )?\d{1,4}\s*\w{0,8}", row[cut:])
    )


def _ends_method(draft: Draft, described: Line, line: Line) -> bool:
    """Whether a line after a method begins a new row although its time is not told: a short name."""
    return line.gap and described.text[-1] in ".]);" and len(line.text) < 80 and line.text[-1] not in ".;:,"
