"""What leads to a length of time: "within the last", "for at least", "over the next", and its clause.

Takes the items of a line, gives for a place the preposition, the words beside it and the length they lead to.
"""

from __future__ import annotations

from typing import NamedTuple

from trialwright.compiling.criteria.anchors import SEPARATORS
from trialwright.compiling.criteria.lengths import Length, length_at, one_unit
from trialwright.compiling.criteria.line import Item, Line
from trialwright.model.interval import Bound

Read = tuple[list[Item], int]
_ARTICLES = {"the", "a", "an", "any", "of", "about", "approximately", "his", "her", "their"}
# Measures whose values are lengths of time.
TIMED = {"life expectancy", "gestational age"}
# What may stand before a length of time while nothing has been named yet.
_FILLING = {"noise", "within", "sex", "bothsex", "not", "verb", "status", "if", "for", "range"}


class Lead(NamedTuple):
    """What leads to a length of time: the preposition, "last", "next" or "first", and the length."""

    word: str
    last: bool
    next: bool
    first: bool
    bracket: bool
    length: Length
    place: int


class Said(NamedTuple):
    """A line, its items, and the item with which the clause at hand begins."""

    line: Line
    items: tuple[Item, ...]
    clause: int

    def text(self, at: int) -> str:
        """The words of an item in lower case."""
        item = self.items[at]
        return self.line.plain[item.start : item.end].lower()

    def can_be(self, at: int, kind: str) -> bool:
        """Whether there is such an item at that place."""
        return 0 <= at < len(self.items) and self.items[at].can_be(kind)

    def ends(self, at: int) -> bool:
        """Whether a clause ends before that place."""
        return at >= len(self.items) or self.items[at].kind in SEPARATORS

    def han(self, at: int) -> bool:
        """Whether an item is written in Chinese."""
        return "\u3400" <= self.line.plain[self.items[at].start] <= "\u9fff"

    def nothing_named(self, at: int) -> bool:
        """Whether the clause has named nothing before that place."""
        return (
            all(i.kind in _FILLING or i.can_be("aged") for i in self.items[max(self.clause, at - 12) : at])
            and at - self.clause <= 12
        )

    def planned(self, at: int) -> bool:
        """Whether the clause speaks of what is to come."""
        return any(
            (i.kind == "cue" and i.value == "plan") or i.can_be("future")
            for i in self.items[max(self.clause, at - 12) : at]
        )


def lead_at(said: Said, at: int) -> Lead | None:
    """What leads to a length of time, and the length, where one follows within a few words."""
    items = said.items
    word, last, coming, first, bracket = "", False, False, False, False
    place = at
    sign: Item | None = None
    while place < len(items) and place < at + 7:
        item = items[place]
        found = length_at(said.line, items, place)
        if found is None and (last or (word and place > at)) and (one := one_unit(said.line, items, place)):
            # "in the past year"; "during the week before".
            turned = said.can_be(one[1], "before") or said.can_be(one[1], "after")
            if last or (turned and said.text(one[1]) != "of"):
                found = one
        if found is not None:
            length, end = found
            said_first = said.line.plain[item.start : item.start + 7].lower()
            if item.kind == "bounds" and said_first.startswith(("over a ", "over th")):
                word, length = "over", length.within()
            if sign is not None and length.exact:
                length = _signed(length, sign)
            return Lead(word, last, coming, first, bracket, length, end)
        text = said.text(place)
        if item.kind == "cmp" and sign is None and not last:
            sign = item
        elif item.can_be("within") and item.kind != "cmp" and not said.han(place):
            word = text.split()[0]
        elif item.can_be("for") and item.kind == "for":
            word = "for"
        elif item.can_be("last") or item.can_be("recent"):
            last = True
        elif item.can_be("next") and (word or last or item.kind == "word"):
            coming = True
        elif item.can_be("first") and word:
            first = True
        elif item.kind == "open" and word == "within" and place == at + 1:
            bracket = True
        elif not (
            (item.kind == "noise" and text in _ARTICLES and (word or last or coming or sign))
            or (item.can_be("span") and word)
        ):
            return None
        place += 1
    return None


def _signed(length: Length, sign: Item) -> Length:
    """The length with a comparison that stands before its preposition: "at least for 3 months"."""
    side, closed = sign.value
    if length.low is None or side == "equal":
        return length
    bound = Bound(value=length.low.value, closed=closed)
    if side == "low":
        return length._replace(low=bound, high=None, exact=False)
    return length._replace(low=None, high=bound, exact=False)
