"""Organs: which organ a word means, and the term of the vocabulary that stands for severe illness of several.

Takes words, gives organs; the terms are found by the organs that their own words name, in any order.
"""

from __future__ import annotations

import re
from functools import lru_cache

from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.words import words
from trialwright.model.vocabulary import Term

ORGANS = ("heart", "kidney", "lung", "liver", "digestive", "endocrine", "nerve", "immune", "blood", "tumour")
_HEADS = re.compile(
    r"^(?:the |other )+|\b(?:system|disease|disorder|illness|problem|failure|dysfunction)s?$"
    r"|(?:系统)?(?:疾病|病变)$|系统$"
)


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    return {word: organ for organ in ORGANS for word in words(f"organ_{organ}")}


def organ_of(text: str) -> str | None:
    """The organ that a word means.

    >>> organ_of("renal"), organ_of("the lungs"), organ_of("river")
    ('kidney', 'lung', None)
    """
    said = " ".join(text.lower().split())
    for _ in range(3):
        said = _HEADS.sub("", said).strip()
    table = _table()
    return table.get(said) or table.get(said.removesuffix("s")) or table.get(said.removesuffix("系统"))


@lru_cache(maxsize=8)
def _severe(lexicon: Lexicon) -> dict[frozenset[str], Term]:
    """The terms for severe illness of several organs, by the organs that their words name."""
    found: dict[frozenset[str], Term] = {}
    for term in lexicon.vocabulary.terms:
        if term.kind != "condition":
            continue
        for phrase in term.words:
            if not phrase.startswith("severe ") or "," not in phrase:
                continue
            named = [
                organ_of(part)
                for part in re.split(r",| or | and ", phrase.removeprefix("severe "))
                if part.strip()
            ]
            if len(named) > 2 and None not in named:
                found.setdefault(frozenset(o for o in named if o), term)
    return found


def severe_term(lexicon: Lexicon, named: list[str]) -> Term | None:
    """The term for severe illness of these organs, or None where there is none."""
    organs = [organ_of(text) for text in named]
    if len(organs) < 3 or None in organs:
        return None
    return _severe(lexicon).get(frozenset(o for o in organs if o))
