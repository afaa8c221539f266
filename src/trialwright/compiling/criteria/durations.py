"""How long something lasts: "for at least 24 months", "of 6 weeks' duration", "hypertension > 2 years".

Takes the items at a place, gives the `duration` item that begins there; ages, lengths of life and of
gestation, and times per time are none.
"""

from __future__ import annotations

from trialwright.compiling.criteria.anchors import SEPARATORS, anchor_at
from trialwright.compiling.criteria.leads import TIMED, Lead, Read, Said
from trialwright.compiling.criteria.lengths import NOW, Length, length_at
from trialwright.compiling.criteria.line import Item
from trialwright.compiling.criteria.onsets import begun_lately
from trialwright.model.window import Window

_PER = {"a", "per", "each", "every", "/", "an", "q"}
# From so many years on a number of years without "for" is an age.
_GROWN_UP = 16


def since_at(said: Said, at: int) -> Read | None:
    """Read "since 2 weeks": it has lasted that long."""
    if said.text(at) != "since":
        return None
    found = length_at(said.line, said.items, at + 1)
    if found is None or said.can_be(found[1], "after") or said.can_be(found[1], "before"):
        return None
    return _made(said, at, found[0].least() if found[0].exact else found[0], found[1])


def duration_at(said: Said, at: int, lead: Lead) -> Read | None:
    """A duration that begins at this item."""
    if lead.word == "for":
        if per_time(said, None, lead.place) or aged(said, at, lead.place):
            return None
        return _lasting(said, at, lead.length.least() if lead.last else lead.length, lead.place)
    if lead.word or lead.last or lead.next or lead.first:
        return None
    return _bare(said, at, lead.length, lead.place)


def _lasting(said: Said, at: int, length: Length, place: int) -> Read | None:
    """Behind "for": up to when or from when on, where that is said."""
    items = said.items
    while said.can_be(place, "span"):
        place += 1
    made = _made(said, at, length, place)
    if made is None:
        return None
    before = said.can_be(place, "before") and items[place].kind != "noise"
    if not before:
        # What begins after an event keeps its words: no window says "from then on for so long".
        return made
    named = anchor_at(said.line, items, place + 1)
    if named is None:
        return made
    if named.anchor != "event":
        # The duration ends where screening looks at it.
        return [made[0][0]._replace(end=named.end)], named.next
    window = Window(anchor=named.anchor, event=named.event, to=NOW)
    return [made[0][0], Item("window", window, items[place].start, named.end)], named.next


def _bare(said: Said, at: int, length: Length, place: int) -> Read | None:
    """A length without preposition: behind what lasts, or before "of" and what lasts."""
    items = said.items
    if per_time(said, at, place) or aged(said, at, place) or said.can_be(place, "apart"):
        return None
    if said.can_be(place, "lasted") and not said.ends(place):
        length = length.least() if length.exact else length
        end = place if said.text(place) == "history" or items[place].kind == "status" else place + 1
        return _made(said, at, length, end)
    if said.can_be(place, "before") and said.text(place) != "of":
        return None
    if said.can_be(place, "after") or said.can_be(place, "elapsed"):
        return None
    of = place < len(items) and said.text(place) == "of" and not said.ends(place + 1)
    if length.exact:
        # "6 weeks of physical therapy"
        if of and not said.can_be(at - 1, "range") and items[place + 1].kind in ("word", "term", "verb"):
            return _made(said, at, length.least(), place)
        return None
    if of:
        if length.low is None and any(i.can_be("starting") for i in items[place + 1 : place + 4]):
            return None
        return _made(said, at, length, place)
    if length.unit == "a" and max(b.value for b in (length.low, length.high) if b) >= _GROWN_UP:
        return None
    alone = at > 0 and items[at - 1].kind == "open" and place < len(items) and items[place].kind == "close"
    if not alone and (said.nothing_named(at) or _measured(said, at)):
        return None
    if length.low is not None and length.high is not None and not _told_long(said, at):
        return None
    if length.unit == "min" and length.low is None:
        # "Less than 45 minutes" is how far away somebody lives as well.
        return None
    if length.low is not None or _told_long(said, at) or begun_lately(said, at, length):
        return _made(said, at, length, place)
    span = length.before()
    if span is None:
        return None
    window = Window(from_=span[0], to=span[1])
    return [Item("window", window, items[at].start, items[place - 1].end)], place


def _made(said: Said, at: int, length: Length, place: int) -> Read | None:
    interval = length.interval()
    if interval is None:
        return None
    return [Item("duration", interval, said.items[at].start, said.items[place - 1].end)], place


def _told_long(said: Said, at: int) -> bool:
    """Whether the clause speaks of a duration."""
    return any(
        (i.can_be("lasted") and i.kind != "status")
        or (i.kind == "for" and "duration" in said.line.plain[i.start : i.end].lower())
        for i in said.items[max(said.clause, at - 8) : at]
    )


def _measured(said: Said, at: int) -> bool:
    """Whether the clause names a measure, whose value the length may be."""
    return any(
        i.kind == "term" and i.value.kind in ("quantity", "score", "coded")
        for i in said.items[max(said.clause, at - 8) : at]
    )


def per_time(said: Said, at: int | None, place: int) -> bool:
    """Whether a length is a rate ("2 hours per day", "3 days a week") or what a rate is counted in."""
    items = said.items
    if at and (items[at - 1].kind == "slash" or said.text(at - 1) in ("every", "each", "per")):
        return True
    if place < len(items) and said.text(place) in _PER and said.can_be(place + 1, "timeunit"):
        return True
    for later in range(place, min(place + 6, len(items))):
        if items[later].kind in SEPARATORS:
            return False
        if items[later].kind in ("rate", "slash"):
            return True
        if items[later].kind in ("window", "quantity", "bounds", "within", "for"):
            return False
    return False


def aged(said: Said, at: int, place: int) -> bool:
    """Whether a length is an age, or a length of life or of gestation."""
    items = said.items
    if "岁" in said.line.plain[items[at].start : items[place - 1].end]:
        return True
    for behind in range(place, min(place + 3, len(items))):
        item = items[behind]
        if item.kind == "age" or item.can_be("grown") or _timed(item):
            return True
        if item.kind != "noise":
            break
    nearest = True
    for before in range(at - 1, max(at - 9, -1), -1):
        item = items[before]
        if item.kind in ("semi", "stop", "line", "comma", "or"):
            return False
        if item.can_be("grown") or _timed(item):
            return True
        if item.kind == "age" or (nearest and (item.can_be("aged") or item.kind == "sex")):
            return True
        if item.kind == "bounds":
            return False
        if item.kind not in ("noise", "within", "for", "open", "range", "colon", "and"):
            nearest = False
    return False


def _timed(item: Item) -> bool:
    return item.kind == "term" and item.value.name in TIMED
