"""Sites of a trial as pages list them: a facility, then city, state and country; and contacts below.

Takes the lines of a list of places, states locations and contacts. A person in the place of a
facility is kept, with little certainty and a note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialwright.formats.draft import Draft
from trialwright.formats.lines import Line
from trialwright.language.enumerations import is_not_loaded, is_unavailable, looks_like_person

_COUNT = re.compile(r"Locations?\s*\(\d+\)", re.IGNORECASE)
# Countries whose own names have a comma in them.
_COMMA_COUNTRY = re.compile(
    r",\s*(?P<country>Korea, Republic of|Korea, Democratic People's Republic of|Iran, Islamic Republic of|"
    r"Moldova, Republic of|Macedonia, The Former Yugoslav Republic of|Tanzania, United Republic of|"
    r"Venezuela, Bolivarian Republic of|Congo, The Democratic Republic of the|Taiwan, Province of China|"
    r"Palestinian Territory, occupied)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:contact|principal investigator|sub-?investigator|study (?:chair|director))", re.IGNORECASE
)
_MAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}")
_PHONE = re.compile(r"\+?[\d()][\d\s().\-]{6,24}(?:\s*(?:ext\.?|x)\s*\d{1,6})?")
_FLAG = re.compile(r"[\U0001F1E6-\U0001F1FF\s]+")
_MOST = 3000


def state_places(draft: Draft, lines: Sequence[Line]) -> None:
    """State each place that has both a facility and a line of city and country, and each contact."""
    if any(is_not_loaded(line.text) for line in lines):
        draft.lack("locations", "not_loaded")
        return
    places = [line for line in lines if not _COUNT.fullmatch(line.text)][:_MOST]
    if places and is_unavailable(places[0].text):
        draft.lack("locations", "stated_unavailable")
        return
    facility: Line | None = None
    for position, line in enumerate(places):
        following = places[position + 1].text if position + 1 < len(places) else ""
        last = draft.count("contacts") - 1
        if _ROLE.fullmatch(line.text):
            if last >= 0:
                draft.state_line(f"contacts[{last}].role", line)
        elif _ROLE.fullmatch(following):
            draft.state_line(f"contacts[{last + 1}].name", line)
        elif _MAIL.fullmatch(line.text) or _PHONE.fullmatch(line.text):
            if last >= 0:
                draft.state_line(f"contacts[{last}].{'email' if '@' in line.text else 'phone'}", line)
        elif facility is None and not _is_area(line.text, following):
            facility = line
        elif "," in line.text:
            _state_place(draft, facility, line)
            facility = None
        else:
            facility = line


def _is_area(words: str, following: str) -> bool:
    """Whether a line is city and country although no facility stands before it: the next is no such line."""
    return (
        "," in words
        and "," not in following
        and words.count(",") in (1, 2, 3)
        and not re.search(
            r"hospital|universit|cent(?:er|re)|clinic|institut|school|college|ltd|inc\b", words, re.IGNORECASE
        )
    )


def _state_place(draft: Draft, facility: Line | None, area: Line) -> None:
    place = f"locations[{draft.count('locations')}]"
    if facility is not None:
        person = looks_like_person(facility.text)
        draft.state_line(f"{place}.facility", facility, 0.3 if person else 1.0)
        if person:
            draft.note(
                "person_as_facility",
                f"{place}: the words in the place of the facility are the name of a person",
                (facility.start, facility.end),
            )
    comma = _COMMA_COUNTRY.search(area.text)
    pieces: list[tuple[int, int]] = []
    # A flag before the city is no part of its name.
    flag = _FLAG.match(area.text)
    at = flag.end() if flag else 0
    stop = comma.start() if comma else len(area.text)
    for piece in area.text[at:stop].split(","):
        left = len(piece) - len(piece.lstrip())
        pieces.append((at + left, at + left + len(piece.strip())))
        at += len(piece) + 1
    if comma:
        pieces.append(comma.span("country"))
    pieces = [p for p in pieces if p[0] < p[1]]
    names = {1: ("country",), 2: ("city", "country")}.get(len(pieces), ("city", "state", "country"))
    chosen = pieces if len(pieces) < 3 else [pieces[0], pieces[-2], pieces[-1]]
    for name, (start, end) in zip(names, chosen, strict=True):
        if not area.text[start:end].isdigit():
            draft.state(f"{place}.{name}", area.text[start:end], (area.start + start, area.start + end))
