"""The phrases, names and units in which trees are told, one table for both directions.

Takes `phrases.txt` and a vocabulary; gives what `explain` fills and `restate` reads back. A name or unit is
only told bare where no reader can take it for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from trialwright.language.units import TABLE, read_table
from trialwright.model.concept import Concept
from trialwright.model.interval import UnitStatus
from trialwright.model.vocabulary import Term, Vocabulary

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
PHRASES = Path(__file__).with_name("phrases.txt")
QUOTE, UNQUOTE = "“", "”"
# Behind a closing mark these stand for what a quoted text may hold, so that a line stays a line.
ESCAPES = {"”": "””", "\n": "”⏎", "\r": "”␍"}

_SLOT = re.compile(r"\{([a-z]+)\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# The groups of phrases that are units of time.
_UNITS = ("aged", "one", "more")
# The phrases that can follow the subject of a leaf.
_BEHIND = frozenset(
    "between exactly low high result being no_values lasting window qualifiers "
    "examples codes no_codes".split()
)
_POWER = re.compile(r"10\*(\d+)")
_POWERS = tuple(f"10*{power}/{of}" for power in range(3, 13) for of in ("L", "mL", "uL", "kg"))


class Phrase(NamedTuple):
    """A phrase: the literal words, and the slots between them (one less)."""

    words: tuple[str, ...]
    slots: tuple[str, ...]

    def fill(self, said: Mapping[str, str]) -> str:
        """The phrase with its slots said."""
        return "".join(
            word + slot for word, slot in zip(self.words, [*(said[s] for s in self.slots), ""], strict=True)
        )


def read_phrases(text: str) -> dict[Language, dict[str, Phrase]]:
    """The phrases of each language by their keys."""
    found: dict[Language, dict[str, Phrase]] = {language: {} for language in LANGUAGES}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            key, *columns = line.split(" | ")
            for language, column in zip(LANGUAGES, columns, strict=True):
                pieces = _SLOT.split(column)
                found[language][key] = Phrase(tuple(pieces[::2]), tuple(pieces[1::2]))
    return found


@cache
def _phrases() -> dict[Language, dict[str, Phrase]]:
    return read_phrases(PHRASES.read_text(encoding="utf-8"))


_START = 4


class Words:
    """Wordings with what they mean, found as the longest that stands at a place."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self.meanings = meanings
        self._by_start: dict[str, list[str]] = {}
        for wording in sorted(meanings, key=len, reverse=True):
            self._by_start.setdefault(wording[:_START], []).append(wording)

    def at(self, text: str, start: int) -> str | None:
        """The longest wording at a place, not cut out of a longer word."""
        # Wordings shorter than a start are kept by themselves, and come last.
        for size in range(_START, 0, -1):
            for wording in self._by_start.get(text[start : start + size], ()):
                if text.startswith(wording, start) and not _goes_on(text, start + len(wording)):
                    return wording
        return None


def _goes_on(text: str, place: int) -> bool:
    """Whether a place lies within a word of Latin letters and digits."""
    around = text[place - 1 : place + 1]
    return len(around) == 2 and around.isascii() and around.isalnum()


class Phrasebook:
    """What one language says: phrases, the bare names of concepts, and the units as clinicians write them."""

    def __init__(self, language: Language, vocabulary: Vocabulary) -> None:
        self.language = language
        self.vocabulary = vocabulary
        self.phrases = _phrases()[language]
        self.blank = " " if language == "en" else ""
        self.groups: dict[str, dict[str, Phrase]] = {}
        for key, phrase in self.phrases.items():
            head, _, tail = key.partition(" ")
            self.groups.setdefault(head, {})[tail] = phrase
        units = {phrase.words[0] for kind in _UNITS for phrase in self.groups[kind].values()}
        literals = {word for p in self.phrases.values() for word in p.words if word.strip()} - units
        openings = {p.words[0] for p in self.phrases.values() if p.words[0].strip()} - units
        bare = self._bare(_displays(language, vocabulary), literals, openings)
        self.names = Words(bare)
        self.shown = {name: wording for wording, name in bare.items()}
        spelled = dict(_known_units())
        for kind in _UNITS:
            spelled.update({phrase.words[0]: code for code, phrase in self.groups[kind].items()})
        # What is asked of a person never stands behind a number.
        behind = literals - {phrase.words[0] for phrase in self.groups["attribute"].values()}
        unsure = {u for word in behind for u in _heads(word.lstrip()) & spelled.keys() if _begins(word, u)}
        self.units = Words({u: c for u, c in spelled.items() if u not in unsure})
        self.written = {code: wording for wording, code in self.units.meanings.items()}
        self.times = Words(
            {phrase.words[0]: unit for kind in ("one", "more") for unit, phrase in self.groups[kind].items()}
        )
        attributes = {p.words[0]: key for key, p in self.groups["attribute"].items() if key}
        self.subjects = Words({**bare, **attributes})
        self._openings = tuple({QUOTE, *openings} - set(attributes))
        self._following = tuple(sorted(self._behind_subjects()))
        self._starts = {o[:3] for o in {*self.subjects.meanings, *self._openings}}

    def may_begin(self, text: str) -> bool:
        """Whether a text can begin like this; costs next to nothing for one that does not."""
        starts = self._starts
        if not (text[:3] in starts or text[:2] in starts or text[:1] in starts):
            return False
        subject = self.subjects.at(text, 0)
        if subject is not None and text.startswith(self._following, len(subject)):
            return True
        return text.startswith(self._openings)

    def _behind_subjects(self) -> Iterator[str]:
        """How the words can go on behind a bare name or attribute."""
        for key, phrase in self.phrases.items():
            if key.split()[0] in _BEHIND and phrase.words[0]:
                yield self.blank + phrase.words[0]
            elif phrase.slots[:1] in (("concept",), ("state",)) and not phrase.words[0] and phrase.words[1]:
                yield phrase.words[1]
        yield from (self.blank + p.words[0] for p in self.groups["value"].values())
        yield self.blank + QUOTE

    def _bare(
        self, names: dict[str, str], literals: Iterable[str], openings: Iterable[str]
    ) -> dict[str, str]:
        """The names that stand without marks: no phrase begins so, and no longer name goes on as a phrase."""
        following = {w for word in literals for w in (word, self.blank + word.lstrip())}
        opened: dict[str, list[str]] = {}
        for opening in openings:
            opened.setdefault(opening[0], []).append(opening)
        unsure = {
            name
            for name in names
            if any(_begins(name, o.rstrip()) or o.startswith(name) for o in opened.get(name[0], ()))
        }
        for longer in names:
            for place in range(1, len(longer)):
                if longer[:place] in names:
                    rest = longer[place:]
                    if any(rest.startswith(f) or f.startswith(rest) for f in following):
                        unsure.add(longer[:place])
        return {wording: name for wording, name in names.items() if wording not in unsure}


def _heads(text: str) -> set[str]:
    """All that a text begins with."""
    return {text[:end] for end in range(1, len(text) + 1)}


def _begins(text: str, word: str) -> bool:
    """Whether a text begins with a word, and not with a longer one."""
    text = text.lstrip()
    return text.startswith(word) and not _goes_on(text, len(word))


def _displays(language: Language, vocabulary: Vocabulary) -> dict[str, str]:
    """How each term is called in a language, where that is sure, with the name of the term."""
    # What a user's word means is not what the shipped term of that name is told by.
    claimed = {w.lower(): t.name for t in vocabulary.terms if t.name in vocabulary.own for w in t.words}
    names = {
        t.name: t.name
        for t in vocabulary.terms
        if _is_plain(t.name) and claimed.get(t.name.lower(), t.name) == t.name
    }
    if language == "en":
        return names
    owners: dict[str, set[str]] = {}
    for term in vocabulary.terms:
        for word in (term.name, *term.words):
            owners.setdefault(word, set()).add(term.name)
    own: dict[str, str] = {}
    for term in vocabulary.terms:
        words = [w for w in term.words if _HAN.search(w) and _is_plain(w) and len(owners[w]) == 1]
        own.update({word: term.name for word in words[:1] or [term.name] if _is_plain(word)})
    return own


def _is_plain(name: str) -> bool:
    """Whether a name holds no sign that the phrases use."""
    return bool(name) and name == name.strip() and not set(name) & set("“”()（）[]{},;:，；：、。\n\r\t")


def write_unit(code: str) -> str:
    """A UCUM unit as clinicians write it.

    >>> write_unit("10*9/L"), write_unit("mL/min/{1.73_m2}")
    ('x 10^9/L', 'mL/min/1.73 m2')
    """
    plain = code.replace("{1.73_m2}", "1.73 m2").replace("{", "").replace("}", "").replace("mm[Hg]", "mmHg")
    plain = plain.replace("[IU]", "IU").replace("[degF]", "°F").replace("Cel", "°C").replace("[lb_av]", "lb")
    return _POWER.sub(r"x 10^\1", plain)


@cache
def _known_units() -> dict[str, str]:
    found: dict[str, str] = {}
    for code in (*read_table(TABLE.read_text(encoding="utf-8")), *_POWERS, "/L"):
        # Of two codes that clinicians write alike the second is told as it is.
        wording = write_unit(code)
        found.setdefault(wording if wording not in found else code, code)
    return {w: c for w, c in found.items() if _is_plain(w) and not w[0].isdigit()}


@lru_cache(maxsize=16)
def phrasebook_of(language: Language, vocabulary: Vocabulary) -> Phrasebook:
    """The phrasebook of a language over a vocabulary; made once."""
    return Phrasebook(language, vocabulary)


# ------------------------------------------------------------ what goes without saying
def usual_codes(
    name: str | None, alternatives: tuple[Concept, ...], vocabulary: Vocabulary
) -> tuple[str, ...]:
    """The codes that a concept has when none are told: those of its term, else those of all its examples."""
    term = vocabulary.named(name) if name is not None else None
    if term is not None and term.codes:
        return term.codes
    if all(a.codes for a in alternatives):
        return tuple(dict.fromkeys(code for a in alternatives for code in a.codes))
    return ()


def usual_status(
    unit: str | None, words: str | None, relative: str | None, *, pure: bool
) -> UnitStatus | None:
    """What is true of a unit when nothing is said of it; None where it must be told."""
    if unit is not None or words is not None:
        return "stated"
    return "dimensionless" if relative is not None or pure else None


def is_pure(concept: Concept, vocabulary: Vocabulary) -> bool:
    """Whether numbers of a concept stand without unit: scores, ratios, and what nobody knows."""
    term: Term | None = vocabulary.named(concept.name) if concept.name is not None else None
    return term is None or term.kind == "score" or term.dimension == "pure"
