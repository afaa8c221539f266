"""Groups of a trial as prose tells them: "12 were assigned to X and 12 to Y", "six controls got Z".

Takes a stretch of English, states arms with their sizes and what they got. Groups count only where
there are at least two in one sentence and their sizes do not exceed the whole.
"""

from __future__ import annotations

import re

from msgspec import Struct

from trialwright.formats.draft import Draft
from trialwright.formats.prose import NUMBER, PROSE_AT_MOST, number_of, sentences
from trialwright.formats.subjects import Phrase, is_treatment, phrase_at
from trialwright.model.source import Span

_WHO = r"(?P<who>(?:\s+[A-Za-z][\w\-/'’]*){0,4}?)"
_ASSIGNED = re.compile(
    rf"(?<![\w.%±/])(?P<n>{NUMBER}){_WHO}\s+(?:(?:were|was|are|will\s+be|be)\s+)?(?:randomly\s+|then\s+)?"
    r"(?P<verb>(?:assigned|allocated|randomi[sz]ed)\s+to(?:\s+receive)?|administered|treated\s+with|"
    r"given|received?|"
    r"infused\s+with|transfused\s+with|underwent|get|got|to(?:\s+receive)?)\s+(?:the\s+|an?\s+)?",
    re.IGNORECASE,
)
_SIZED = re.compile(
    r"(?P<label>[A-Za-z][\w\-/+]*(?:\s+[\w\-/+]+){0,3}?)\s+(?:group|"
    r"arm)s?\s*[,(]\s*n\s*=\s*(?P<n>\d{1,5})",
    re.IGNORECASE,
)
# "low dose (n = 14), high dose (n = 13) or saline (n = 15)" of a sentence that tells who got what.
_COUNTED = re.compile(
    r"(?<![\w\-])(?P<label>[A-Za-z][\w\-/+]{0,40}(?: [\w\-/+]{1,40}){0,5})\s?\(\s?n\s?="
    r"\s?(?P<n>\d{1,5})\s?\)"
)
_GIVING = re.compile(
    r"\b(?:randomi[sz]ed|randomly|assigned|allocated|divided|received?|treated|given)\b", re.IGNORECASE
)
_LEADING = re.compile(
    r".*\b(?:to|or|and|of|the|into|with|either|received?|receive|given|an?|groups?|arms?|patients|participants|"
    r"subjects|were|was|versus|vs)\s+(?=\S)",
    re.IGNORECASE,
)
_IN_EACH = re.compile(
    rf"(?<![\w.%])(?P<n>{NUMBER})\s+(?:[\w\-]+\s+)?(?:in|per)\s+(?:each|either|every)?\s*(?:group|arm)\b",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"\bcontrols?\b", re.IGNORECASE)
_AFTER_CONTROL = re.compile(r"\s*\(\s*(?P<word>controls?)(?:\s+group)?\s*\)", re.IGNORECASE)
_AMOUNT = re.compile(
    rf"(?:{NUMBER}|single|multiple|repeated|daily|weekly)\s+(?:doses?\s+of\s+|rounds?\s+of\s+|"
    rf"times\s+of\s+)?",
    re.IGNORECASE,
)
_TREATED = re.compile(
    r"\b(?:(?:the\s+)?(?:treated|treatment|active|intervention|experimental)\s+(?:group|arm|patients)|"
    r"each\s+(?:was|patient)|"
    r"each\s+of\s+them)\s+(?:will\s+receive|received?|was\s+given|were\s+given|got)\b",
    re.IGNORECASE,
)
_STOPS = frozenset({"and", "or", "during", "whereas", "while", "with"})


class Group(Struct, frozen=True, kw_only=True):
    """A group in a sentence: its size, its name, what it got, and the clause that says so."""

    size: int
    size_span: Span
    label: Phrase
    given: Phrase | None
    clause: Span
    control: bool


def state_groups(draft: Draft, start: int, end: int) -> Span | None:
    """State the arms of the first sentence that tells at least two; gives the place of that sentence."""
    if draft.holds("arms"):
        return None
    for place in sentences(draft.text, start, min(end, start + PROSE_AT_MOST)):
        if place[1] - place[0] > 2000:
            continue
        groups = _groups_of(draft.text, place)
        # Side effects have sizes too; only those that add up to all who took part are groups.
        if len(groups) < 2 and (draft.holds("enrollment.actual") or draft.holds("enrollment.planned")):
            groups = _counted_groups(draft.text, place)
        if len(groups) > 1 and _adds_up(draft, groups):
            for position, group in enumerate(groups):
                _state_group(draft, position, group)
            _state_treated(draft, start, end, groups)
            return place
    return None


def _groups_of(text: str, place: Span) -> list[Group]:
    groups: list[Group] = []
    for match in _ASSIGNED.finditer(text, *place):
        continues = match["verb"].lower().startswith("to")
        if continues and not groups:
            continue
        amount = _AMOUNT.match(text, match.end(), place[1])
        begin = amount.end() if amount else match.end()
        given = phrase_at(text, begin, place[1], _STOPS)
        if given is None or given.value.lower() in ("two", "groups", "one"):
            continue
        control = _AFTER_CONTROL.match(text, given.end)
        who = _CONTROL.search(match["who"])
        label = given
        if who:
            at = match.start("who") + who.start()
            label = Phrase(who.group().lower().removesuffix("s"), at, at + len(who.group()))
        elif control:
            label = Phrase(text[given.start : control.end()], given.start, control.end())
        clause_end = _clause_end(text, given.end, place[1])
        groups.append(
            Group(
                size=number_of(match["n"]),
                size_span=match.span("n"),
                label=label,
                given=given,
                clause=(match.start(), clause_end),
                control=bool(who or control),
            )
        )
    if len(groups) < 2:
        groups = [
            Group(
                size=int(m["n"]),
                size_span=m.span("n"),
                label=Phrase(m["label"], *m.span("label")),
                given=None,
                clause=m.span(),
                control=bool(_CONTROL.search(m["label"])),
            )
            for m in _SIZED.finditer(text, *place)
        ]
    return groups


def _counted_groups(text: str, place: Span) -> list[Group]:
    """Groups that a sentence names by what they got, each with its size in brackets."""
    if not _GIVING.search(text, *place):
        return []
    groups = []
    for match in _COUNTED.finditer(text, *place):
        lead = _LEADING.match(match["label"])
        start = match.start("label") + (lead.end() if lead else 0)
        words = text[start : match.end("label")]
        if len(words) > 1 and words.casefold() not in (
            "patients",
            "participants",
            "subjects",
            "group",
            "groups",
        ):
            label = Phrase(words, start, match.end("label"))
            groups.append(
                Group(
                    size=int(match["n"]),
                    size_span=match.span("n"),
                    label=label,
                    given=None,
                    clause=(start, match.end()),
                    control=bool(_CONTROL.search(words)),
                )
            )
    labels = {group.label.value.casefold() for group in groups}
    return groups if len(labels) == len(groups) > 1 else []


def _clause_end(text: str, start: int, end: int) -> int:
    match = re.compile(
        r",?\s+(?:whereas|while|and\s+(?:the\s+)?\w+\s+(?:control|patients|to\b|were|received))|[;.]\s"
    ).search(text, start, end)
    return match.start() if match else end - (text[end - 1] in ".;")


def _adds_up(draft: Draft, groups: list[Group]) -> bool:
    """Whether the sizes can be those of the arms: together all who took part, where that is known."""
    whole = [*draft.values("enrollment.actual"), *draft.values("enrollment.planned")]
    total = sum(group.size for group in groups)
    return total in whole if whole else total > 1


def _state_group(draft: Draft, position: int, group: Group) -> None:
    arm = f"arms[{position}]"
    draft.state(f"{arm}.label", group.label.value, (group.label.start, group.label.end), 0.8)
    draft.state(f"{arm}.size", group.size, group.size_span, 0.9)
    if group.given is None:
        return
    if group.clause[1] - group.clause[0] > 60:
        draft.state(f"{arm}.description", draft.text[group.clause[0] : group.clause[1]], group.clause, 0.8)
    span = (group.given.start, group.given.end)
    draft.state(f"{arm}.interventions[0]", group.given.value, span, 0.8)
    if group.given.value not in draft.values("interventions.name") and (
        is_treatment(group.given.value) or group.given.value.isupper() or "-" in group.given.value
    ):
        field = f"interventions[{draft.count('interventions')}].name"
        draft.state(field, group.given.value, span, 0.8)


def _state_treated(draft: Draft, start: int, end: int, groups: list[Group]) -> None:
    """A sentence about "the treated group" describes the one arm that is no control."""
    treated = [
        i
        for i, g in enumerate(groups)
        if not g.control and g.label.value.lower() not in ("placebo", "vehicle", "saline")
    ]
    if len(treated) != 1 or draft.holds(f"arms[{treated[0]}].description"):
        return
    for place in sentences(draft.text, start, min(end, start + PROSE_AT_MOST)):
        if place[1] - place[0] < 600 and _TREATED.search(draft.text, *place):
            draft.state(f"arms[{treated[0]}].description", draft.text[place[0] : place[1]], place, 0.8)
            return


def state_written_sizes(draft: Draft) -> None:
    """Sizes of the arms of a page, where its summary or description tells them."""
    for field in ("detailed_description", "brief_summary"):
        for statement in draft.stated(field):
            if statement.span:
                _state_even_sizes(draft, *statement.span)


def _state_even_sizes(draft: Draft, start: int, end: int) -> None:
    """Size by "15 in each group" the arms that a page has listed, where that adds up to the whole."""
    arms = draft.count("arms")
    if draft.values("arms.size") or arms < 2:
        return
    match = _IN_EACH.search(draft.text, start, min(end, start + PROSE_AT_MOST))
    whole = [*draft.values("enrollment.actual"), *draft.values("enrollment.planned")]
    if match and number_of(match["n"]) * arms in whole:
        for position in range(arms):
            draft.state(f"arms[{position}].size", number_of(match["n"]), match.span("n"), 0.9)
