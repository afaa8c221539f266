"""A place in a text, and the phrases of one language tried there.

Takes a text with a phrasebook; reading moves the place, and raises `Other` where the words do not stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from trialwright.compiling.criteria.phrasebook import Phrasebook
from trialwright.errors import IllegalValue

T = TypeVar("T")
Said = dict[str, Any]


class Other(Exception):
    """The text does not go on as expected; no error, it says something else."""


class Reader:
    """A text with the place that has been reached; `slots` tells how what stands in braces is read."""

    def __init__(self, text: str, book: Phrasebook) -> None:
        self.text = text
        self.book = book
        self.place = 0
        self.depth = 0
        self.slots: dict[str, Callable[[], Any]] = {}

    def word(self, literal: str) -> bool:
        """Whether these words stand here; the place moves behind them."""
        if self.text.startswith(literal, self.place):
            self.place += len(literal)
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> str:
        """What fits a pattern here."""
        found = pattern.match(self.text, self.place)
        if found is None:
            raise Other
        self.place = found.end()
        return found[0]

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What is read here, or None and the place stays."""
        start = self.place
        try:
            return read()
        except Other:
            self.place = start
            return None

    def phrase(self, key: str, **slots: Callable[[], Any]) -> Said | None:
        """What the slots of a phrase say if it stands here, else None and the place stays."""
        phrase = self.book.phrases[key]
        start = self.place
        said: Said = {}
        try:
            for word, slot in zip(phrase.words, (*phrase.slots, None), strict=True):
                if not self.word(word):
                    self.place = start
                    return None
                if slot is not None:
                    said[slot] = (slots.get(slot) or self.slots[slot])()
        except Other:
            self.place = start
            return None
        return said

    def part(self, key: str, **slots: Callable[[], Any]) -> Said | None:
        """A phrase behind what has been said."""
        start = self.place
        said = self.phrase(key, **slots) if self.word(self.book.blank) else None
        if said is None:
            self.place = start
        return said

    def one_of(self, group: str) -> str | None:
        """Which of the phrases without slots of a group stands behind what has been said."""
        for key in self.book.groups[group]:
            if self.part(f"{group} {key}") is not None:
                return key
        return None

    def joint(self, key: str) -> bool:
        """Whether the words between two members stand here."""
        return self.word(self.book.phrases[key].words[1])

    def chain(self, key: str, read: Callable[[], T]) -> tuple[T, ...]:
        """One or more members with a joint between them."""
        found = [read()]
        while self.joint(key):
            found.append(read())
        return tuple(found)

    def make(self, kind: Callable[..., T], /, **fields: Any) -> T:
        """A value of the model; words that state what cannot exist are other words."""
        try:
            return kind(**fields)
        except IllegalValue:
            raise Other from None
