"""Running text of a trial as a whole: an abstract, a description, a page nobody recognises.

Takes the stretches of a document that are prose, English and Chinese, and states what they say: numbers
of registries with their role, people, design, groups, subject, findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from trialwright.formats.abbreviations import other_places
from trialwright.formats.chinese import state_chinese
from trialwright.formats.draft import Draft
from trialwright.formats.findings import state_findings
from trialwright.formats.groups import state_groups
from trialwright.formats.lines import Line
from trialwright.formats.prose import PROSE_AT_MOST, state_design, state_people, state_phase, state_study_type
from trialwright.formats.subjects import Phrase, find_condition, find_intervention
from trialwright.language.identifiers import FoundIdentifier, find_identifiers

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_OWN_NUMBER = re.compile(
    r"(?:identifier|number|registered|registration|registry|register|clinicaltrials\.gov|isrctn|trial id|"
    r"nct id|no\.?|"
    r"注册|登记|标识符|编号)[^.;。；)）]{0,60}$",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\bwill\s+(?:be|receive|undergo|last|include|enroll|recruit)\b|\b(?:is|are) planned\b|\bplan to\b|"
    r"\b(?:patients|participants|subjects|people|volunteers)\s+(?:receive|get|undergo|"
    r"are\s+(?:given|followed|treated|randomi[sz]ed|assigned))\b",
    re.IGNORECASE,
)
_SEARCHED = 400_000


class Stretch(Struct, frozen=True):
    """Neighbouring lines in one language."""

    chinese: bool
    start: int
    end: int


def stretches(lines: Iterable[Line]) -> list[Stretch]:
    """The lines joined where they are in the same language."""
    joined: list[Stretch] = []
    for line in lines:
        chinese = 4 * len(_HAN.findall(line.text[:2000])) > min(len(line.text), 2000)
        if joined and joined[-1].chinese == chinese:
            joined[-1] = Stretch(chinese, joined[-1].start, line.end)
        else:
            joined.append(Stretch(chinese, line.start, line.end))
    return joined


def is_planned(text: str, start: int, end: int) -> bool:
    """Whether the text speaks of what will be done."""
    return _FUTURE.search(text, start, min(end, start + _SEARCHED)) is not None


def state_narrative(draft: Draft, parts: Iterable[Stretch], kind: str) -> None:
    """State what prose says; `kind` tells whether its numbers of people are `planned` or `actual`."""
    told = list(parts)
    for part in told:
        if part.chinese:
            continue
        start, end = part.start, part.end
        state_phase(draft, start, end)
        state_design(draft, start, end)
        state_study_type(draft, start, end)
        people = state_people(draft, start, end, kind)
        groups = state_groups(draft, start, end)
        _state_subject(draft, start, end, told_of_people=people is not None)
        if kind == "actual" and (people or groups):
            state_findings(draft, max(p[1] for p in (people, groups) if p), end)
    for part in told:
        if part.chinese:
            state_chinese(draft, part.start, part.end)


def _state_subject(draft: Draft, start: int, end: int, *, told_of_people: bool) -> None:
    """Condition and intervention, each with the other places where the text means the same."""
    stop = min(end, start + PROSE_AT_MOST)
    condition = find_condition(draft.text, start, stop, by_word=told_of_people)
    if condition is not None and not draft.holds("conditions"):
        draft.state("conditions[0]", condition.value, (condition.start, condition.end), 0.8)
        for place in other_places(draft.text, condition, start, stop):
            draft.state("conditions[0]", condition.value, place, 0.7)
    if not draft.holds("interventions") and (found := find_intervention(draft.text, start, stop)):
        draft.state("interventions[0].name", found.value, (found.start, found.end), 0.8)
    for statement in draft.stated("interventions[0].name")[:1]:
        if statement.span is not None:
            for place in other_places(draft.text, Phrase(statement.value, *statement.span), start, stop):
                draft.state("interventions[0].name", statement.value, place, 0.7)


def state_written_identifiers(draft: Draft, start: int, end: int, *, own_when_alone: bool = False) -> None:
    """Registry numbers in prose: those the text calls its registration are the trial's, others are mentioned.

    `own_when_alone` takes a single number without such words for the trial's own.
    """
    found = find_identifiers(draft.text, start, min(end, start + _SEARCHED))
    values = {f.value for f in found}
    known = {v["value"]: i for i, v in enumerate(draft.values("identifiers"))}
    own = {f.value for f in found if _is_own(draft.text, f, start)}
    if own_when_alone and not own and len(values) == 1:
        own = values
    # Two numbers of one registry cannot both be this trial's: then nothing says which one is.
    schemes = [scheme for value, scheme in {(f.value, f.scheme) for f in found} if value in own]
    for item in found[:200]:
        if item.value not in known:
            known[item.value] = draft.count("identifiers")
        registry = item.value in own and schemes.count(item.scheme) == 1
        value = {"value": item.value, "scheme": item.scheme, "role": "registry" if registry else "other"}
        if already := draft.stated(f"identifiers[{known[item.value]}]"):
            value = already[0].value
        draft.state(f"identifiers[{known[item.value]}]", value, (item.start, item.end))


def state_title_identifiers(draft: Draft) -> None:
    """The number that a title gives for its own trial, where no label of the page gives one."""
    if not draft.holds("identifiers"):
        for title in draft.stated("brief_title"):
            if title.span is not None:
                state_written_identifiers(draft, *title.span, own_when_alone=True)


def _is_own(text: str, item: FoundIdentifier, start: int) -> bool:
    return _OWN_NUMBER.search(text[max(start, item.start - 80) : item.start]) is not None
