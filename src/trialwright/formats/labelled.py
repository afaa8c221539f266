"""Text with "Label: value" on one line, as exports and forms write it.

Takes such a text, gives its record. The same labels are looked for in text that nobody recognises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.eligibility import state_eligibility
from trialwright.formats.lines import Line, Section, heading_key, split_lines
from trialwright.formats.prose import state_written_design
from trialwright.formats.tables import cut_outcome_row
from trialwright.formats.values import (
    SIMPLE,
    state_age,
    state_date,
    state_enrollment,
    state_identifiers,
    unescape,
)
from trialwright.language.enumerations import (
    is_unavailable,
    read_allocation,
    read_masking,
    read_model,
    read_purpose,
)
from trialwright.language.identifiers import find_identifiers, is_junk
from trialwright.model.source import Record

NAME = "labelled-text"

_LABELS = {
    label: key
    for key, labels in {
        "identifiers": "main id|trial id|nct number|nct id|registration number|registry number|"
        "trial registration|clinicaltrials.gov identifier|clinicaltrials.gov id|registry id",
        "secondary": "secondary id(s)|secondary ids|secondary id|other study id numbers|other ids",
        "brief_title": "public title|brief title|title|study title|trial title",
        "official_title": "scientific title|official title",
        "acronym": "acronym",
        "sponsor": "primary sponsor|lead sponsor|sponsor",
        "collaborators": "secondary sponsor(s)|collaborator|collaborators|secondary sponsor",
        "start_date": "date of first enrolment|date of first enrollment|start date|study start|"
        "study start date|date enrolment start",
        "completion_date": "completion date|study completion|study completion date|end date|trial end date|"
        "results date completed",
        "primary_completion_date": "primary completion date|primary completion",
        "planned": "target sample size|target enrollment|target recruitment|sample size|planned enrollment|"
        "estimated enrollment",
        "actual": "actual enrollment|actual sample size",
        "enrollment": "enrollment|enrolment",
        "status": "recruitment status|overall status|status|trial status|study status",
        "study_type": "study type",
        "design": "study design|design",
        "phases": "phase|phases|study phase|trial phase",
        "conditions": "health condition(s) or problem(s) studied|condition|conditions|disease|"
        "health condition",
        "interventions": "intervention(s)|intervention|interventions|treatment|treatments",
        "eligibility": "key inclusion & exclusion criteria|key inclusion and exclusion criteria|"
        "eligibility criteria|eligibility|criteria",
        "minimum_age": "age minimum|minimum age",
        "maximum_age": "age maximum|maximum age",
        "ages": "ages|age|ages eligible for study",
        "sex": "gender|sex|sexes eligible for study",
        "volunteers": "healthy volunteers|accepts healthy volunteers",
        "primary": "primary outcome(s)|primary outcome|primary outcomes|primary endpoint|"
        "primary outcome measure",
        "secondary_outcomes": "secondary outcome(s)|secondary outcome|secondary outcomes|"
        "secondary endpoint|key secondary outcomes",
        "summary": "brief summary|summary",
        "description": "detailed description|description",
        "keywords": "keywords",
        "allocation": "allocation",
        "masking": "masking|blinding",
        "model": "intervention model|interventional model",
        "purpose": "primary purpose|purpose",
        "nothing": "results|url|last refreshed on|date of registration|register|contact|"
        "countries of recruitment",
    }.items()
    for label in labels.split("|")
}
_LABEL_LINE = re.compile(r"(?P<label>[A-Za-z][A-Za-z0-9 .&()/\-]{1,60}?)\s*[:：][ \t]*(?P<value>.*)")
_LISTS = frozenset({"conditions", "interventions", "collaborators", "keywords", "secondary"})
_IN_CRITERIA = frozenset({"ages", "sex", "status", "masking", "design", "nothing"})
# Labels of numbers that are those of another trial.
_OTHER_TRIALS = re.compile(
    r"relat|parent|linked|previous|extension|follow|\bsee\b|compan|similar|sub-?stud|main stud|other trial|"
    r"other stud(?:y|ies)$|referenc|citation|compared",
    re.IGNORECASE,
)
_LONG_KEYS = frozenset({"eligibility", "summary", "description"})
_DESIGN_PART = re.compile(
    r"(?:(?:allocation|intervention(?:al)? model|masking|blinding|(?:primary )?purpose|"
    r"randomi[sz]ation)\s*[:：]\s*)?(?P<words>[^.;:：]+(?:\([^()]*\))?)",
    re.IGNORECASE,
)


def label_of(line: Line) -> tuple[str, Line | None] | None:
    """The key of the label that begins a line, and the value beside it."""
    match = _LABEL_LINE.fullmatch(line.text[:4000]) if len(line.text) < 200_000 else None
    if match is None:
        return None
    key = _LABELS.get(heading_key(match["label"]))
    if key is None and _OTHER_TRIALS.search(match["label"]) is None and _only_numbers(match["value"]):
        key = "numbers"
    if key is None:
        return None
    value = line.text[match.start("value") :]
    return key, Line(value, line.end - len(value), line.end) if value else None


def _only_numbers(words: str) -> bool:
    """Whether words are numbers of registries and nothing else: under any label they are the trial's."""
    rest = words if len(words) < 2000 else ""
    found = find_identifiers(rest)
    for number in reversed(found):
        rest = rest[: number.start] + rest[number.end :]
    return bool(found) and not any(c.isalnum() for c in re.sub(r"\b(?:and|or)\b", " ", rest))


def sniff(text: str) -> float:
    """How many lines begin with a label and go on with its value."""
    keys = set()
    for line in split_lines(text[:200_000]):
        found = label_of(line) if len(line.text) < 2000 else None
        if found and found[1] is not None:
            keys.add(found[0])
    return min(0.9, 0.12 * len(keys)) if len(keys) > 2 else 0.0


def read(document: Document) -> tuple[Record, ...]:
    """The one record of the text."""
    draft = Draft(document, NAME)
    state_labels(draft, split_lines(document.text))
    state_written_design(draft)
    return (draft.record(),)


def state_labels(draft: Draft, lines: Sequence[Line]) -> tuple[Line, ...]:
    """State what known labels give; returns the lines before the first of them."""
    sections: list[Section] = []
    head: list[Line] = []
    body: list[Line] | None = None
    key = ""
    for line in lines:
        found = label_of(line)
        # Criteria hold lines such as "Age: over 6 weeks", which are no labels of the form.
        if found and key == "eligibility" and found[0] in _IN_CRITERIA:
            found = None
        if found is None:
            (head if body is None else body).append(line)
            continue
        if body is not None:
            sections.append(Section(key=key, heading=None, lines=tuple(body)))
        key, body = found[0], [found[1]] if found[1] else []
    if body is not None:
        sections.append(Section(key=key, heading=None, lines=tuple(body)))
    for section in sections:
        if section.lines:
            _state(draft, section.key, section.lines)
    return tuple(head)


def _state(draft: Draft, key: str, lines: Sequence[Line]) -> None:
    if key in _LISTS:
        lines = [piece for line in lines for piece in pieces_of(line, ";|")]
    elif key not in _LONG_KEYS | {"primary", "secondary_outcomes"}:
        lines = lines[:1]
    if key == "numbers":
        state_identifiers(
            draft,
            [
                Line(line.text[n.start : n.end], line.start + n.start, line.start + n.end)
                for line in lines
                for n in find_identifiers(line.text)
            ],
        )
    elif key == "secondary":
        state_identifiers(draft, [line for line in lines if not is_junk(line.text)])
    elif key == "eligibility":
        state_eligibility(draft, lines)
    elif key in ("actual", "enrollment"):
        actual = key == "actual" or "actual" in lines[0].text.lower()
        state_enrollment(draft, lines, "actual" if actual else "planned")
    elif key == "design":
        state_design_words(draft, lines)
    elif key in ("primary", "secondary_outcomes"):
        _state_outcomes(draft, key.removesuffix("_outcomes"), lines)
    elif key in ("start_date", "completion_date"):
        state_date(draft, key, lines)
    elif key in ("minimum_age", "maximum_age"):
        state_age(draft, lines, key.removesuffix("_age"))
    elif key in SIMPLE:
        SIMPLE[key](draft, lines)


def pieces_of(line: Line, signs: str) -> list[Line]:
    """The parts of a line between separating signs."""
    pieces = []
    at = line.start
    for piece in re.split(f"[{re.escape(signs)}]", line.text):
        plain = piece.strip()
        start = at + len(piece) - len(piece.lstrip())
        at += len(piece) + 1
        if plain:
            pieces.append(Line(plain, start, start + len(plain)))
    return pieces


def state_design_words(draft: Draft, lines: Sequence[Line], *, witness: bool = False) -> None:
    """Design words, with their labels or bare; each finds its own list.

    What has been stated is left alone, unless the lines are a witness of their own.
    """
    stated: set[str] = set()

    def is_free(field: str) -> bool:
        return field not in stated and (witness or not draft.holds(field))

    for line in lines:
        for match in _DESIGN_PART.finditer(line.text[:2000]):
            words = match["words"].strip()
            start = line.start + match.start("words") + len(match["words"]) - len(match["words"].lstrip())
            span = (start, start + len(words))
            for field, value in (
                ("design.allocation", read_allocation(words)),
                ("design.intervention_model", read_model(words)),
                ("design.primary_purpose", read_purpose(words)),
            ):
                if value and value != "NA" and is_free(field):
                    draft.state(field, value, span)
                    stated.add(field)
                    break
            else:
                masking = read_masking(words)
                if masking and is_free("design.masking"):
                    draft.state("design.masking", masking[0], span)
                    stated.add("design.masking")
                    if masking[1]:
                        draft.state("design.who_masked", list(masking[1]), span)


def _state_outcomes(draft: Draft, level: str, lines: Sequence[Line]) -> None:
    for line in [piece for whole in lines for piece in pieces_of(whole, ";")][:200]:
        if is_unavailable(line.text):
            continue
        outcome = f"outcomes[{draft.count('outcomes')}]"
        cut = cut_outcome_row(line.text)
        draft.state(f"{outcome}.level", level, (line.start, line.end))
        end = cut if cut else len(line.text)
        draft.state(f"{outcome}.measure", unescape(line.text[:end]), (line.start, line.start + end))
        if cut:
            draft.state(f"{outcome}.time_frame", unescape(line.text[cut:]), (line.start + cut, line.end))
