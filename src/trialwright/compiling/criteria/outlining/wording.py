"""The word classes that an outline goes by: what begins an addition, denies, names people or drugs.

Takes the lists of its `words.txt`, gives them as sets; nothing is read here.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from trialwright.compiling.criteria.words import read_words

# Words in which operations and pictures end: what is planned is then a treatment.
OPERATIONS = ("ectomy", "plasty", "otomy", "scopy", "graphy", "surgery", "plasties", "stomy")


class Wording(Struct, frozen=True, kw_only=True):
    """One set of words for each class."""

    boundary: frozenset[str]
    people: frozenset[str]
    preventing: frozenset[str]
    denying: frozenset[str]
    given: frozenset[str]
    pregnancy_length: frozenset[str]
    measuring: frozenset[str]
    ceasing: frozenset[str]
    generic: frozenset[str]
    auxiliary: frozenset[str]
    administrative: frozenset[str]
    permission: frozenset[str]
    forbidding: frozenset[str]
    obliging: frozenset[str]
    stating: frozenset[str]
    subject: frozenset[str]
    one_word_denied: frozenset[str]


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The word classes; read once."""
    lists = read_words(Path(__file__).with_name("words.txt"))
    return Wording(**{name: lists[name] for name in Wording.__struct_fields__})


def lowered(plain: str) -> str:
    """The text in lower case, of the same length."""
    lower = plain.lower()
    if len(lower) == len(plain):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)
