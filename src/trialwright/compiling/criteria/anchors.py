"""What a window is counted from: a step of the study, or an event with its own words.

Takes the items behind "before", "of" or "after", gives the anchor and where its words end.
"""

from __future__ import annotations

from typing import NamedTuple

from trialwright.compiling.criteria.line import Item, Line
from trialwright.model.concept import Concept
from trialwright.model.window import Anchor

SEPARATORS = {"and", "or", "comma", "semi", "stop", "colon", "line", "open", "close"}
_STOPS = SEPARATORS | {
    "bounds",
    "quantity",
    "window",
    "duration",
    "except",
    "unless",
    "if",
    "such_as",
    "tail",
    "protocol",
    "not",
    "outcome",
    "cmp",
    "uln",
    "for",
}
# Noise words with which another clause begins.
_CLAUSE = set("that which who whose must should shall will is are was were has".split())
# Words between a step and what repeats it.
_JOINING = {"into", "this", "the"}
_LONGEST = 8


class Anchored(NamedTuple):
    """An anchor, its event, the character where its words end, and the item behind them."""

    anchor: Anchor
    event: Concept | None
    end: int
    next: int


def anchor_at(line: Line, items: tuple[Item, ...], at: int) -> Anchored | None:
    """The anchor whose words begin here."""
    place, count = at, len(items)
    while place < count and (
        (items[place].kind in ("noise", "timeunit") and not items[place].can_be("anchor"))
        or (
            items[place].can_be("occasion")
            and place + 1 < count
            and items[place + 1].kind not in SEPARATORS
            and items[place + 1].kind != "quantity"
            and place < at + 6
        )
    ):
        place += 1
    if place >= count:
        return None
    item = items[place]
    numbered = place + 1 < count and items[place + 1].kind == "quantity"
    if item.can_be("occasion") and numbered and items[place + 1].value.unit is None:
        # "Visit 2"
        text = line.text[item.start : items[place + 1].end]
        return Anchored("event", Concept(text=text), items[place + 1].end, place + 2)
    if item.can_be("anchor"):
        return _step(line, items, place)
    if item.can_be("studied") and (place + 1 >= count or _closes(line, items, place + 1)):
        return _behind(line, items, place, "enrollment")
    if item.kind == "cue" and item.value == "consent":
        # Consent is given where screening begins.
        return Anchored("screening", None, item.end, place + 1)
    return _event(line, items, place)


def _step(line: Line, items: tuple[Item, ...], place: int) -> Anchored | None:
    """A step of the study; "first dose of X" and "screening colonoscopy" are events."""
    behind = place + 1
    if behind < len(items) and not _closes(line, items, behind):
        follower = items[behind]
        if follower.kind == "noise" and _text(line, follower) == "of" and behind + 1 < len(items):
            further = items[behind + 1]
            if further.can_be("anchor") or further.can_be("studied") or further.kind == "noise":
                return _behind(line, items, place, items[place].as_a("anchor"))
            return _event(line, items, place)
        if follower.kind in ("word", "term", "verb", "adjective", "range"):
            return _event(line, items, place)
    return _behind(line, items, place, items[place].as_a("anchor"))


def _behind(line: Line, items: tuple[Item, ...], place: int, anchor: Anchor) -> Anchored:
    """The step with the words that only repeat it: "inclusion in this study", "baseline visit"."""
    end, count = place + 1, len(items)
    last = place
    while end < count and end < place + 6:
        item = items[end]
        if item.can_be("anchor") or item.can_be("occasion") or item.can_be("studied"):
            last = end
        else:
            text = _text(line, item)
            if item.kind not in ("noise", "within", "range") and text not in _JOINING:
                break
            if text in _CLAUSE or "with" in text:
                break
        end += 1
    return Anchored(anchor, None, items[last].end, last + 1)


def _closes(line: Line, items: tuple[Item, ...], at: int) -> bool:
    """Whether the words of a name end before this item."""
    item = items[at]
    return (
        item.kind in _STOPS
        or item.kind in ("within", "before", "after", "cue", "status", "age", "if")
        or (item.kind == "noise" and _text(line, item) in _CLAUSE)
        or item.can_be("occasion")
    )


def _event(line: Line, items: tuple[Item, ...], place: int) -> Anchored | None:
    """An event in the words of the text."""
    end, count = place, len(items)
    while end < count and end < place + _LONGEST:
        item = items[end]
        if item.kind in _STOPS or (item.kind == "noise" and _text(line, item) in _CLAUSE):
            break
        if item.kind == "word" and _text(line, item) == "defined":
            break
        end += 1
    while end > place and items[end - 1].kind in ("noise", "within", "before", "after", "range"):
        end -= 1
    if end == place or items[place].kind in ("within", "before", "after", "range", "between"):
        return None
    text = " ".join(line.text[items[place].start : items[end - 1].end].split())
    if not any(c.isalpha() for c in text):
        return None
    return Anchored("event", Concept(text=text), items[end - 1].end, end)


def _text(line: Line, item: Item) -> str:
    return line.plain[item.start : item.end].lower()
