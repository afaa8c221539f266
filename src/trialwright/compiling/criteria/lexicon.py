"""The words of the criteria grammar, and the tree of phrases that the recogniser walks.

Kinds of items: cmp post range between | number quantity roman | age sex fertile term | and or comma semi
stop colon
slash open close line | not status adjective outcome select | within before after last anchor for since |
uln lln times |
except unless outside if such_as following | cue protocol noise word | the kinds of `recognise.SOFT`, which
stay words.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from trialwright.compiling.criteria.spelling import Spelled, Spelling
from trialwright.compiling.criteria.tokenize import keys_of, stem
from trialwright.language.numbers import WORDS
from trialwright.language.times import UNITS
from trialwright.model.vocabulary import Vocabulary


class Entry(Struct, frozen=True):
    """A phrase: its token keys, what it is, and whether its case matters."""

    keys: tuple[str, ...]
    kind: str
    value: Any
    exact: str | None


GRAMMAR = Path(__file__).with_name("grammar.txt")


def read_grammar(text: str) -> list[tuple[str, Any, list[str]]]:
    """Kind, value and spellings of each block of the grammar's words."""
    blocks: list[tuple[str, Any, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("  "):
            blocks[-1][2].extend(word.strip() for word in line.split(" | ") if word.strip())
        elif line and not line.startswith("#"):
            kind, *value = line.split()
            blocks.append((kind, _value(value), []))
    return blocks


def _value(words: list[str]) -> Any:
    if not words:
        return None
    return (words[0], words[1] == "closed") if len(words) == 2 else words[0]


# Words that are long enough for a slip of spelling.
_LETTERS = re.compile(r"(?<![^\W_])[A-Za-z]{7,}(?![^\W_])")
_ROMAN = {r: n for n, r in enumerate("I II III IV V VI VII VIII".split(), 1)}
_ROMAN_SIGN = {chr(0x2160 + n): n + 1 for n in range(8)}
ROMANS = _ROMAN | _ROMAN_SIGN


class Lexicon:
    """All phrases: of one token by its key, longer ones by their first two, longest first."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        table: dict[tuple[str, ...], list[Entry]] = {}
        for kind, value, spellings in read_grammar(GRAMMAR.read_text(encoding="utf-8")):
            for spelling in spellings:
                self._add(table, spelling, kind, value)
        for word, number in WORDS.items():
            self._add(table, word, "count", number)
        for word, unit in UNITS.items():
            self._add(table, word, "timeunit", unit, exact=len(word) == 1 and word.isascii())
        for term in vocabulary.terms:
            for spelling in (*term.words, term.name):
                short = len(spelling) <= 3 and spelling.isascii() and spelling != spelling.lower()
                self._add(table, spelling, "term", term, exact=short or spelling in term.exact)
        self.phrases = table
        # What a user calls by a word is never guessed at.
        brought = (term for term in vocabulary.terms if term.name in vocabulary.own)
        self.own = frozenset(word for term in brought for word in (*term.words, term.name))
        self.known = {key for keys in table for key in keys}
        self.last = {keys[-1] for keys in table}
        self.single: dict[str, tuple[Entry, ...]] = {}
        # Keys of which a spelling holds in its own case only.
        self.cased: set[str] = set()
        self.longer: dict[str, dict[str, tuple[Entry, ...]]] = {}
        by_two: dict[tuple[str, str], list[Entry]] = {}
        for keys, entries in table.items():
            if len(keys) == 1:
                self.single[keys[0]] = tuple(entries)
                if any(e.exact is not None for e in entries):
                    self.cased.add(keys[0])
            else:
                by_two.setdefault((keys[0], keys[1]), []).extend(entries)
        for (first, second), entries in by_two.items():
            longest_first = tuple(sorted(entries, key=lambda e: -len(e.keys)))
            self.longer.setdefault(first, {})[second] = longest_first

    @staticmethod
    def _add(
        table: dict[tuple[str, ...], list[Entry]],
        spelling: str,
        kind: str,
        value: Any,
        *,
        exact: bool = False,
    ) -> None:
        keys = keys_of(spelling)
        if not keys:
            return
        entry = Entry(keys, kind, value, spelling if exact else None)
        known = table.setdefault(keys, [])
        if not any(e.kind == kind for e in known):
            known.append(entry)

    @cached_property
    def spelling(self) -> Spelling:
        """How the words of the terms are spelled; made when the first unknown word is met."""
        words: dict[str, str] = {}
        drugs: set[str] = set()
        for term in self.vocabulary.terms:
            found = {w.lower() for word in (*term.words, term.name) for w in _LETTERS.findall(word)}
            for word in found:
                if word not in words:
                    key = words[word] = stem(word)
                    words.setdefault(key, key)
            if term.kind in ("drug", "vaccine", "cell"):
                drugs.update(words[word] for word in found)
        spelled = (Spelled(key, word) for word, key in words.items())
        return Spelling(spelled, drugs, self.known)

    def term(self, phrase: str) -> Any:
        """The term that a phrase spells, or None."""
        keys = keys_of(phrase)
        for entry in self.phrases.get(keys, ()):
            if entry.kind == "term" and (entry.exact is None or entry.exact == phrase):
                return entry.value
        return None


@lru_cache(maxsize=8)
def lexicon_of(vocabulary: Vocabulary) -> Lexicon:
    """The lexicon of a vocabulary; made once."""
    return Lexicon(vocabulary)
