"""Spelling slips in long words: one letter too few, too many, wrong, or two exchanged.

Takes the words of a vocabulary, gives for an unknown word the only one that is so near. A word that is
itself English stays, and a drug is never guessed by a wrong letter: its neighbours are other drugs. Method:
deletions of both words are compared (W. Garbe, SymSpell, 2012).
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

# Shorter words have too many neighbours: of these for a letter too few or too many, of those for a wrong one.
_LONG, _LONGER = 7, 8
_KEPT = 20_000
REAL = Path(__file__).with_name("real_words.txt")


class Spelled(NamedTuple):
    """A word of the vocabulary: its key, and how it is written."""

    key: str
    text: str


@lru_cache(maxsize=1)
def real_words() -> frozenset[str]:
    """English words that are no slips, though a word of the vocabulary is near."""
    lines = REAL.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


class Spelling:
    """The slips that can be mended: by words, and by words without drugs where a letter may be wrong."""

    def __init__(self, words: Iterable[Spelled], drugs: Container[str], known: Container[str]) -> None:
        self._known = known
        self._near: dict[str, list[Spelled]] = {}
        self._words: dict[str, Spelled] = {}
        self._drugs = drugs
        self._found: dict[str, Spelled | None] = {}
        for word in words:
            text = word.text
            if len(text) < _LONG or not (text.isalpha() and text.isascii()) or text in self._words:
                continue
            self._words[text] = word
            if len(text) > _LONG:
                for shorter in _shorter(text):
                    self._near.setdefault(shorter, []).append(word)

    def mended(self, key: str) -> Spelled | None:
        """The word that was meant by a word nobody knows, where only one is near."""
        if len(key) < _LONG:
            return None
        if key not in self._found:
            if len(self._found) > _KEPT:
                self._found.clear()
            self._found[key] = self._mend(key)
        return self._found[key]

    def _mend(self, key: str) -> Spelled | None:
        if key in self._known or key in real_words() or not (key.isalpha() and key.isascii()):
            return None
        found = {word.key: word for word in self._near.get(key, ()) if _ends_alike(key, word.text)}
        if len(key) > _LONG:
            for shorter in _shorter(key):
                if shorter in self._words and _ends_alike(shorter, key):
                    found[self._words[shorter].key] = self._words[shorter]
                for word in self._near.get(shorter, ()):
                    if word.key not in self._drugs and _is_slip(key, word.text):
                        found[word.key] = word
        return next(iter(found.values())) if len(found) == 1 else None


def is_variant(written: str, meant: str) -> bool:
    """Whether a word is another form of the same, and no slip: "haematological", "illnesses".

    >>> is_variant("haematological", "hematological"), is_variant("illnesse", "illness")
    (True, True)
    """
    one, other = (w.replace("ae", "e").replace("oe", "e").replace("s", "z") for w in (written, meant))
    return one in (other, other + "e") and (one == other or other.endswith("z"))


def _shorter(word: str) -> set[str]:
    """The word without one of its letters; its first letter stays."""
    return {word[:at] + word[at + 1 :] for at in range(1, len(word))}


def _ends_alike(shorter: str, longer: str) -> bool:
    """Whether the letter that one word has more is no ending: "creatinin", but not "measure" of "measured".

    >>> _ends_alike("creatinin", "creatinine"), _ends_alike("platlet", "platelet")
    (True, True)
    >>> _ends_alike("measure", "measured")
    False
    """
    if not longer.startswith(shorter):
        return True
    return longer[-1] == "e" and shorter[-1] not in "aeiou"


def _is_slip(written: str, meant: str) -> bool:
    """Whether one letter inside differs, or two neighbours are exchanged; the ends of both words agree.

    >>> _is_slip("haemaglobin", "haemoglobin"), _is_slip("bilriubin", "bilirubin")
    (True, True)
    >>> _is_slip("leukemic", "leukemia")
    False
    """
    if len(written) != len(meant) or len(meant) < _LONGER or written[-1] != meant[-1]:
        return False
    differ = [at for at in range(len(meant)) if written[at] != meant[at]]
    if len(differ) == 2:
        first, second = differ
        return second == first + 1 and written[first] == meant[second] and written[second] == meant[first]
    return len(differ) == 1
