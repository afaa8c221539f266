"""Wash-outs in words: "at least 4 weeks since chemotherapy", "tobacco-free for at least 3 months".

Takes the items at a place, gives the `washout` item that begins there: the window in which nothing may be
found.
"""

from __future__ import annotations

from trialwright.compiling.criteria.anchors import SEPARATORS, anchor_at
from trialwright.compiling.criteria.leads import Lead, Read, Said
from trialwright.compiling.criteria.lengths import Length
from trialwright.compiling.criteria.line import Item
from trialwright.model.concept import Concept
from trialwright.model.interval import Interval
from trialwright.model.window import Anchor, Window

_GIVEN = {"drug", "procedure", "device", "cell", "vaccine", "trial"}
_TREATED = (
    "therapy",
    "treatment",
    "dose",
    "surgery",
    "chemotherapy",
    "radiotherapy",
    "radiation",
    "vaccination",
    "transfusion",
    "use",
    "administration",
    "intake",
    "drug",
    "medication",
    "infusion",
    "injection",
)


def washout_at(said: Said, at: int, lead: Lead) -> Read | None:
    """A wash-out that begins at this item."""
    if said.line.kind == "exclusion":
        # There such words name whom to exclude; nobody is asked to have waited.
        return None
    if lead.last or lead.next or lead.first or lead.word not in ("", "for"):
        return None
    length, place, items = lead.length, lead.place, said.items
    if length.high is not None and not length.exact:
        return None
    while said.can_be(place, "span"):
        place += 1
    passed = place
    while passed < len(items) and items[passed].kind == "noise":
        passed += 1
    if not lead.word and said.can_be(passed, "elapsed"):
        end = passed + 1
        if said.can_be(end, "after") or said.can_be(end, "from"):
            end += 1
        return _made(said, at, length, items[end - 1].end, end, None)
    if not lead.word and said.can_be(place, "after") and said.text(place) == "since":
        if said.nothing_named(at) and _treated(said, place + 1):
            return _made(said, at, length, items[place].end, place + 1, None)
        return None
    if not ended(said, at) or (length.exact and not lead.word):
        return None
    if said.can_be(place, "before") and said.text(place) != "of":
        named = anchor_at(said.line, items, place + 1)
        if named is not None:
            return _made(said, at, length, named.end, named.next, (named.anchor, named.event))
    if said.can_be(place, "ago"):
        return _made(said, at, length, items[place].end, place + 1, None)
    if lead.word and not said.can_be(place, "after"):
        return _made(said, at, length, items[place - 1].end, place, None)
    return None


def washed_out(duration: Interval) -> Window | None:
    """The window in which nothing may be found when "no X" has held for at least that long."""
    if duration.low is None or duration.high is not None or duration.unit is None:
        return None
    span = Length(duration.low, duration.high, duration.unit, None).within().before()
    return None if span is None else Window(from_=span[0], to=span[1])


def _made(
    said: Said, at: int, length: Length, end: int, place: int, anchor: tuple[Anchor, Concept | None] | None
) -> Read | None:
    span = length.within().before()
    if span is None:
        return None
    named, event = anchor or ("screening", None)
    window = Window(anchor=named, event=event, from_=span[0], to=span[1])
    return [Item("washout", window, said.items[at].start, end)], place


def ended(said: Said, at: int) -> bool:
    """Whether the clause says that something has ended or is kept away from."""
    for before in range(at - 1, max(at - 10, said.clause - 1), -1):
        item = said.items[before]
        if item.can_be("ended") or item.can_be("free"):
            return True
        if item.kind == "word" and said.text(before).endswith("-free"):
            return True
    return False


def _treated(said: Said, at: int) -> bool:
    """Whether the words that follow name a treatment."""
    for later in range(at, min(at + 8, len(said.items))):
        item = said.items[later]
        if item.kind in SEPARATORS:
            return False
        if item.kind == "term" and item.value.kind in _GIVEN:
            return True
        if said.text(later).endswith(_TREATED) or said.text(later) == "last dose of":
            return True
    return False
