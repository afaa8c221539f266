"""What running English says of a trial: its design, its phase, how many took part.

Takes a stretch of a document, states what is said of this trial and not of others; values that a label
of the page has already given are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trialwright.formats.draft import Draft
from trialwright.formats.subjects import find_condition, find_intervention
from trialwright.language.enumerations import has_phase_letter, read_phases
from trialwright.language.numbers import WORDS
from trialwright.model.source import Span

# Prose beyond this is a book, not the text of one trial.
PROSE_AT_MOST = 60_000
_WORDS = "|".join(sorted(WORDS, key=len, reverse=True))
_TENS = "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{_TENS}-(?:{_WORDS})|{_WORDS})"
PEOPLE = (
    r"(?:patients?|participants?|subjects?|people|persons?|adults?|children|infants|women|men|individuals|"
    r"volunteers|"
    r"recipients|cases|residents|students|eyes|INRs|responders|non-?responders|donors)"
)
_SENTENCE_END = re.compile(
    r"[.!?](?=\s+[A-Z(\"“0-9]|[ \t]*\n|\s*$)|[。！？]|\n[ \t]*\n|\n(?=[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|e\.g|i\.e|cf|ca|Dr|Prof|No|Fig|approx|resp|St|al|i\.v|p\.o)|\b[A-Z])\.$"
)
_PAST_TRIALS = re.compile(
    r"\b(?:previous(?:ly)?|prior studies|prior trials?|several|recent|many|earlier|numerous|"
    r"other)\s+(?:\w+[\s-]+){0,4}(?:stud(?:y|ies)|trials?)\b|"
    r"\b(?:studies|trials) (?:have|has|had)\b",
    re.IGNORECASE,
)
_OF_THIS = re.compile(
    r"\b(?:this|present|our|we|in an?|is an?|study|trial|assigned|allocated|divided|separated|patients|"
    r"participants|subjects)\b",
    re.IGNORECASE,
)
_ALLOCATION = re.compile(
    r"\b(?P<no>(?:non|not)[\s-]?randomi[sz]ed)\b|"
    r"\b(?:randomi[sz]ed(?!\s+(?:withdrawal|trials\b|studies\b|clinical trials\b|controlled trials\b))|"
    r"randomly\s+(?:assigned|allocated|divided|separated|distributed|assign)|"
    r"(?:assigned|allocated|divided|separated|distributed)\s+at\s+random|at\s+random\s+(?:in)?to)\b",
    re.IGNORECASE,
)
_MASKING = re.compile(
    r"\b(?:(?P<DOUBLE>double)|(?P<SINGLE>single)|(?P<TRIPLE>triple)|"
    r"(?P<QUADRUPLE>quadruple))[\s-]?(?:blind(?:ed)?|mask(?:ed)?)\b|"
    r"\b(?P<NONE>open[\s-]label(?:l?ed)?)\b(?!\s+(?:extension|follow|phase|period))",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"\b(?:(?P<PARALLEL>in parallel|parallel[\s-]group)|(?P<CROSSOVER>cross-?over (?:study|trial|design))|"
    r"(?P<SINGLE_GROUP>single[\s-]arm)|(?P<FACTORIAL>factorial (?:design|trial)))\b",
    re.IGNORECASE,
)
_PHASE = re.compile(
    r"\bphase\s+(?:(?:0|1|2|3|4|IV|III|II|I)[ab]?)(?:\s*(?:/|-|–|and|to)\s*(?:phase\s+)?(?:1|2|3|4|IV|III|"
    r"II|I)[ab]?)?(?![\w])(?!\s+(?:trials|studies)\b)",
    re.IGNORECASE,
)
_TRIAL = re.compile(
    r"\b(?:clinical|controlled|randomi[sz]ed|blind|open-labell?(?:ed)?|pilot|"
    r"phase [\w/]+)[\w\s,/-]{0,40}\btrial\b(?! design)",
    re.IGNORECASE,
)
_ENROLLED = (
    re.compile(
        rf"\b(?:a\s+total\s+of|total\s+of|altogether|in\s+all,?)\s+(?P<n>{NUMBER})\b(?=[^.;]{{0,160}}?\b"
        r"(?:enrolled|included|recruited|randomi[sz]ed|entered|participated|treated|assigned|evaluated|"
        r"received|underwent)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\w.%])(?P<n>{NUMBER})\s+(?:[\w\-'’+/]+\s+){{0,3}}?{PEOPLE}(?:\s+[\w\-'’+/()]+){{0,12}}?\s+"
        rf"(?:were|was|have been|will be|are)\s+"
        r"(?:\w+ly\s+)?(?:enrolled|recruited|included|randomi[sz]ed|entered)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:enrolled|recruited|included|randomi[sz]ed|randomly (?:assigned|allocated)|"
        rf"enroll|recruit|include|"
        rf"up\s+to)\s+(?P<n>{NUMBER})\s+(?:[\w\-'’]+\s+){{0,3}}?{PEOPLE}\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:^|(?<=[.;]\s))(?P<n>{NUMBER})\s+{PEOPLE}(?:,[^,.;]{{1,60}},)?\s+(?:\w+ly\s+)?(?:received?|"
        rf"will receive|will be|underwent|undergo|entered)\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\bin\s+(?P<n>{NUMBER})\s+(?:[\w\-'’]+\s+){{0,2}}?{PEOPLE}\b", re.IGNORECASE),
)


def number_of(words: str) -> int:
    """The number that figures or words say: "1,234", "Seven", "twenty-four"."""
    plain = words.replace(",", "").lower()
    if plain.isdigit():
        return int(plain)
    tens, _, ones = plain.partition("-")
    return WORDS[tens] + (WORDS[ones] if ones else 0)


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The places of the sentences between two positions; a blank line and a bullet end one too."""
    begin = start
    for match in _SENTENCE_END.finditer(text, start, end):
        if match.group()[0] == "." and _ABBREVIATION.search(text[max(begin, match.end() - 12) : match.end()]):
            continue
        yield from _trimmed(text, begin, match.end())
        begin = match.end()
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    words = text[start:end]
    plain = words.strip()
    if plain:
        left = start + len(words) - len(words.lstrip())
        yield left, left + len(plain)


def state_design(draft: Draft, start: int, end: int, certainty: float = 0.9) -> None:
    """Design words of sentences that speak of this trial."""
    for place in sentences(draft.text, start, min(end, start + PROSE_AT_MOST)):
        words = draft.text[place[0] : place[1]]
        if len(words) > 3000 or _PAST_TRIALS.search(words) or not _OF_THIS.search(words):
            continue
        if not draft.holds("design.allocation") and (found := _ALLOCATION.search(words)):
            value = "NON_RANDOMIZED" if found["no"] else "RANDOMIZED"
            draft.state("design.allocation", value, _at(place, found), certainty)
        for field, form in (("design.masking", _MASKING), ("design.intervention_model", _MODEL)):
            if not draft.holds(field) and (found := form.search(words)):
                draft.state(field, found.lastgroup, _at(place, found), certainty)


def state_phase(draft: Draft, start: int, end: int) -> None:
    """The phase that a sentence about this trial names."""
    for place in sentences(draft.text, start, min(end, start + PROSE_AT_MOST)):
        words = draft.text[place[0] : place[1]]
        if draft.holds("phases") or len(words) > 3000 or _PAST_TRIALS.search(words):
            continue
        found = _PHASE.search(words)
        if found and _OF_THIS.search(words) and (phases := read_phases(found.group())):
            draft.state("phases", list(phases), _at(place, found), 0.9)
            if has_phase_letter(found.group()):
                draft.note(
                    "phase_letter",
                    f"the letter in {found.group()!r} has no place in the list of phases",
                    _at(place, found),
                )


def state_study_type(draft: Draft, start: int, end: int) -> None:
    """Interventional, where the text calls itself a trial of a kind that only interventions have."""
    if draft.holds("study_type"):
        return
    for place in sentences(draft.text, start, min(end, start + PROSE_AT_MOST)):
        words = draft.text[place[0] : place[1]]
        found = _TRIAL.search(words)
        if (
            found
            and not _PAST_TRIALS.search(words)
            and re.search(r"\b(?:this|in an?|is an?|present|our|we)\b", words, re.IGNORECASE)
        ):
            draft.state("study_type", "INTERVENTIONAL", _at(place, found), 0.8)
            return


def state_people(draft: Draft, start: int, end: int, kind: str) -> Span | None:
    """How many people took part or shall; gives the place of the sentence that says it."""
    if draft.holds(f"enrollment.{kind}"):
        return None
    places = [p for p in sentences(draft.text, start, min(end, start + PROSE_AT_MOST)) if p[1] - p[0] < 3000]
    for form in _ENROLLED:
        for place in places:
            words = draft.text[place[0] : place[1]]
            if _PAST_TRIALS.search(words):
                continue
            found = form.search(words)
            if found and number_of(found["n"]) > 1:
                span = (place[0] + found.start("n"), place[0] + found.end("n"))
                draft.state(f"enrollment.{kind}", number_of(found["n"]), span, 0.9)
                return place
    return None


def _at(place: Span, found: re.Match[str]) -> Span:
    return place[0] + found.start(), place[0] + found.end()


def _text_places(draft: Draft, *fields: str) -> list[Span]:
    return [s.span for field in fields for s in draft.stated(field) if s.span]


def state_written_design(draft: Draft) -> None:
    """Design words in the title and texts of a page, for what its labels have not said."""
    for start, end in _text_places(
        draft, "brief_title", "official_title", "brief_summary", "detailed_description"
    ):
        state_design(draft, start, end, 0.8)


def state_title_subject(draft: Draft) -> None:
    """Condition and intervention out of the title of a page that has no label for them."""
    for start, end in _text_places(draft, "brief_title"):
        if not draft.holds("conditions") and (found := find_condition(draft.text, start, end)):
            draft.state("conditions[0]", found.value, (found.start, found.end), 0.7)
        if not draft.holds("interventions") and (found := find_intervention(draft.text, start, end)):
            draft.state("interventions[0].name", found.value, (found.start, found.end), 0.7)
