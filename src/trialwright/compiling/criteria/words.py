"""Lists of plain words that several readers consult: endings of diseases, words that no name holds.

Takes the name of a list, gives its words, read from `words.txt` once.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from trialwright.compiling.criteria.lexicon import read_grammar
from trialwright.compiling.criteria.line import Item, Line

WORDS = Path(__file__).with_name("words.txt")
_RISK = re.compile(r"\brisks? (?:of|for)\b")


def read_words(path: Path) -> dict[str, frozenset[str]]:
    """The lists of a file, by their names."""
    blocks = read_grammar(path.read_text(encoding="utf-8"))
    return {kind: frozenset(spellings) for kind, _, spellings in blocks}


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    return read_words(WORDS)


def words(name: str) -> frozenset[str]:
    """The words of a list."""
    return _lists()[name]


def texts_of(line: Line, items: list[Item]) -> list[str]:
    """The words of the text that these items cover, in lower case."""
    out: list[str] = []
    for item in items:
        out += line.plain[item.start : item.end].lower().replace("-", " ").split()
    return out


def said_of(line: Line, item: Item) -> str:
    """The words of an item, in lower case."""
    return line.plain[item.start : item.end].lower()


def people_end(line: Line, items: list[Item]) -> int:
    """How many items name people at the beginning: "in those who have", "for patients"."""
    at, found = 0, False
    if items and items[0].kind in ("for", "within"):
        at = 1
    while at < len(items) and (items[at].kind == "noise" or said_of(line, items[at]) in words("persons")):
        found = found or said_of(line, items[at]) in words("persons")
        at += 1
    return at if found else 0


@lru_cache(maxsize=1 << 16)
def is_disease(word: str) -> bool:
    """Whether a word ends as diseases do."""
    return word.lower().removesuffix("s").endswith(tuple(words("disease_ending")))


def is_name(text: str) -> bool:
    """Whether words can be the name of something: they hold no negation, comparison or range."""
    lowered = text.lower()
    if not lowered.isascii() and (
        any(han in lowered for han in words("no_name_han")) or lowered.startswith("非")
    ):
        return False
    if "risk" in lowered and _RISK.search(lowered):
        return False
    return words("no_name").isdisjoint(lowered.split())


def narrows(line: Line, items: list[Item]) -> bool:
    """Whether words behind or before a value can only narrow it.

    "at birth" or "in the mother" speaks of another time or person: then the value alone decides nothing.
    """
    said = [t.strip("().,;") for t in texts_of(line, [i for i in items if i.kind != "bothsex"])]
    if not said or any(i.kind in ("sex", "fertile") for i in items):
        return False
    if said[0] in ("with", "who", "having"):
        # What the person has besides, at whatever time.
        return True
    if any(word in words("shifting") for word in said):
        return False
    if items[0].kind == "not":
        return said[0] == "without"
    if said[0] in ("at", "during", "on") and any(word in words("study_time") for word in said):
        return True
    return not (said[0] in words("shift_begin") or any(said[0].startswith(w) for w in "前后时"))


def is_generic(name: str) -> bool:
    """Whether a name only says that something is measured: "a baseline score"."""
    said = name.lower().split()
    return said[-1] in words("generic_measure") and all(
        w in ("a", "an", "the", "baseline", "total", "mean") for w in said[:-1]
    )
