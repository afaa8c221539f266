"""Windows in words: "within 30 days before enrolment", "in the last year", "more than 6 months ago".

Takes the items at a place and what leads to their length, gives the `window` item that begins there; a length
with "for" is a duration, one since which nothing may have happened a wash-out.
"""

from __future__ import annotations

from trialwright.compiling.criteria.anchors import Anchored, anchor_at
from trialwright.compiling.criteria.leads import TIMED, Lead, Read, Said
from trialwright.compiling.criteria.lengths import Length, length_at
from trialwright.compiling.criteria.line import Item
from trialwright.model.concept import Concept
from trialwright.model.period import Period
from trialwright.model.window import Anchor, Window


def window_at(said: Said, at: int, lead: Lead) -> Read | None:
    """A window that begins at this item."""
    place = lead.place
    length = lead.length
    items = said.items
    while said.can_be(place, "span"):
        place += 1
    if lead.bracket and place < len(items) and items[place].kind == "close":
        place += 1
    end = items[place - 1].end
    over, kept = _alternative(said, place)
    if _lifelong(said, at):
        return None
    start = items[at].start
    if lead.next and not said.can_be(over, "before"):
        named = _after(said, over)
        made = _window(length.within().after(), named)
        return _given(said, made, start, end, over, kept, named)
    if lead.first:
        named = _after(said, over) or _of(said, over)
        if named is None or not lead.word:
            return None
        return _given(said, _window(length.within().after(), named), start, end, over, kept, named)
    if lead.last:
        if lead.word == "for":
            return None
        named = _before(said, over) or _of(said, over) or _from(said, over)
        if named is None and (said.can_be(over, "after") and items[over].kind != "noise"):
            return None
        least = length.low is not None and length.high is None
        if least and not lead.word:
            return None
        return _given(said, _window(length.within().before(), named), start, end, over, kept, named)
    if lead.word == "for":
        return None
    if lead.word in ("within", "during", "over", "throughout"):
        length = length if length.low is not None and length.high is not None else length.within()
    led = bool(lead.word)
    if length.exact and (shared := _shared(said, over)) is not None:
        back, forth = length.before(), shared[0].within().after()
        if back is not None and forth is not None:
            return _given(said, _window((back[0], forth[1]), shared[1]), start, end, over, kept, shared[1])
    if (two := _two_ends(said, over, length)) is not None:
        return _given(said, two[0], start, end, two[1].next, kept, two[1])
    both = _both_sides(said, over)
    if both is not None and length.exact:
        back, forth = length.before(), length.after()
        if back is not None and forth is not None:
            return _given(said, _window((back[0], forth[1]), both), start, end, over, kept, both)
    if said.can_be(over, "before") and (named := _before(said, over)) is not None:
        if not led and at > 0 and items[at - 1].kind in ("range", "between", "cmp"):
            return None
        return _given(said, _window(length.before(), named), start, end, over, kept, named)
    if said.can_be(over, "after") and items[over].kind != "noise" and not lead.bracket:
        named = _after(said, over)
        return None if named is None else _later(said, at, lead, length, over, kept, named)
    if (named := _after(said, over)) is not None:
        return _later(said, at, lead, length, over, kept, named)
    if led or _upper(length) or said.can_be(over, "from"):
        named = (_of(said, over) if lead.word in ("within", "during", "in") else None) or _from(said, over)
        if named is not None:
            if named.anchor == "event" and said.nothing_named(at):
                return _later(said, at, lead, length, over, kept, named)
            if named.anchor != "event" or not _starts(said, over, named):
                return _given(said, _window(length.before(), named), start, end, over, kept, named)
            return _later(said, at, lead, length, over, kept, named)
    if _ago(said, over):
        span = length.within() if led else length
        return _given(said, _window(span.before(), None), start, items[over].end, over + 1, kept, None)
    if lead.word == "during" and said.ends(over):
        return _given(said, _window(length.before(), None), start, end, over, kept, None)
    if lead.word == "within" or (lead.word == "in" and (_upper(length) or said.planned(at))):
        if said.can_be(over, "apart") and not lead.bracket:
            return None
        if said.planned(at):
            return _given(said, _window(length.within().after(), None), start, end, over, kept, None)
        if lead.word == "in" and not said.ends(over):
            return None
        return _given(said, _window(length.before(), None), start, end, over, kept, None)
    return None


def _lifelong(said: Said, at: int) -> bool:
    """Whether the length is one of life: "life expectancy within 12 months"."""
    for before in range(at - 1, max(at - 4, said.clause - 1), -1):
        item = said.items[before]
        if item.can_be("grown") or (item.kind == "term" and item.value.name in TIMED):
            return True
        if item.kind not in ("noise", "word"):
            return False
    return False


def _upper(length: Length) -> bool:
    return length.low is None and length.high is not None


def _later(
    said: Said, at: int, lead: Lead, length: Length, over: int, kept: list[Item], named: Anchored
) -> Read | None:
    """A window counted forward from an event, or back from now to the event that is asked for.

    "Relapse within 6 months after surgery" asks for a relapse; "within 6 months after surgery", with nothing
    named before, asks for surgery.
    """
    start = said.items[at].start
    if said.nothing_named(at) and named.anchor == "event":
        if length.exact and not lead.word:
            return None
        span = length.before()
        begin = over
        while begin < len(said.items) and (
            said.items[begin].kind in ("after", "range", "noise", "between") or said.can_be(begin, "from")
        ):
            begin += 1
        end = said.items[begin - 1].end
        return _given(said, _window(span, None), start, end, begin, kept, None)
    return _given(said, _window(length.after(), named), start, named.end, over, kept, named)


def _window(span: tuple[Period | None, Period | None] | None, named: Anchored | None) -> Window | None:
    if span is None:
        return None
    anchor: Anchor = "screening" if named is None else named.anchor
    event: Concept | None = None if named is None else named.event
    return Window(anchor=anchor, event=event, from_=span[0], to=span[1])


def _given(
    said: Said,
    made: Window | None,
    start: int,
    end: int,
    place: int,
    kept: list[Item],
    named: Anchored | None,
) -> Read | None:
    """The window item; words that say another length beside it stay, for they widen or narrow it."""
    if made is None:
        return None
    if named is not None:
        place = named.next
        if kept:
            kept = [*kept[:-1], kept[-1]._replace(end=max(kept[-1].end, named.end))]
        else:
            end = named.end
    return [Item("window", made, start, end), *kept], place


def _alternative(said: Said, at: int) -> tuple[int, list[Item]]:
    """Behind "or 5 half-lives", where that stands, and the items of those words."""
    items = said.items
    if not (at < len(items) and items[at].kind in ("or", "comma", "open")):
        return at, []
    place = at + 1
    while place < len(items) and place < at + 7:
        if items[place].can_be("halflife"):
            end = place + 1
            end = _whichever(said, end)
            return end, list(items[at:end])
        if items[place].kind in ("stop", "semi", "line", "window"):
            break
        place += 1
    return at, []


def _whichever(said: Said, at: int) -> int:
    """Behind ", whichever is longer," and "(whichever is longer)"."""
    items = said.items
    if at + 1 >= len(items) or items[at].kind not in ("comma", "open") or said.text(at + 1) != "whichever":
        return at
    end = at + 1
    while end < len(items) and end < at + 7 and items[end].kind not in ("close", "comma"):
        end += 1
    return min(end + 1, len(items))


def _before(said: Said, at: int) -> Anchored | None:
    """The anchor behind "before"."""
    if not said.can_be(at, "before") or said.text(at) == "of":
        return None
    return anchor_at(said.line, said.items, at + 1)


def _of(said: Said, at: int) -> Anchored | None:
    """The anchor behind "of"."""
    if at < len(said.items) and said.text(at) == "of":
        return anchor_at(said.line, said.items, at + 1)
    return None


def _from(said: Said, at: int) -> Anchored | None:
    """The anchor behind "from" or "to", where the length reaches back from it."""
    if said.can_be(at, "from") or (at < len(said.items) and said.text(at) == "to"):
        named = anchor_at(said.line, said.items, at + 1)
        if named is not None and (said.can_be(at, "from") or named.anchor != "event"):
            return named
    return None


def _after(said: Said, at: int) -> Anchored | None:
    """The anchor behind "after", "post" or "since"."""
    if at < len(said.items) and said.items[at].kind == "range" and said.can_be(at + 1, "after"):
        at += 1
    if not said.can_be(at, "after"):
        return None
    at += 1
    if at < len(said.items) and said.items[at].kind == "range":
        at += 1
    return anchor_at(said.line, said.items, at)


def _both_sides(said: Said, at: int) -> Anchored | None:
    """The anchor of "before or after X"."""
    if (
        said.can_be(at, "before")
        and at + 2 < len(said.items)
        and said.items[at + 1].kind in ("or", "and", "slash")
        and said.can_be(at + 2, "after")
    ):
        return _after(said, at + 2)
    return None


def _shared(said: Said, at: int) -> tuple[Length, Anchored] | None:
    """The second length and the anchor of "2 weeks before and 4 weeks after X"."""
    if not said.can_be(at, "before") or said.ends(at + 2) or said.items[at + 1].kind not in ("and", "or"):
        return None
    found = length_at(said.line, said.items, at + 2)
    named = None if found is None else _after(said, found[1])
    return None if found is None or named is None else (found[0], named)


def _two_ends(said: Said, at: int, near: Length) -> tuple[Window, Anchored] | None:
    """The window of "at least 30 days and at most 12 months before X"."""
    if near.low is None or near.high is not None or said.ends(at + 1):
        return None
    if said.items[at].kind not in ("and", "range") and said.text(at) != "but":
        return None
    found = length_at(said.line, said.items, at + 1)
    if found is None or not _upper(found[0]):
        return None
    named = _before(said, found[1])
    first, last = near.before(), found[0].before()
    if named is None or first is None or last is None:
        return None
    made = _window((last[0], first[1]), named)
    return None if made is None else (made, named)


def _starts(said: Said, at: int, named: Anchored) -> bool:
    """Whether an event is one that begins something, so that "within a day of it" lies behind it."""
    return any(i.can_be("starting") for i in said.items[at : named.next])


def _ago(said: Said, at: int) -> bool:
    """Whether "ago" stands here, or "before" with nothing behind it."""
    if not said.can_be(at, "ago"):
        return False
    return said.text(at) in ("ago", "earlier", "previously") or said.ends(at + 1)
