"""Abbreviations that a text defines itself, and the other places where it means the same thing.

Takes a phrase found in a text, gives further places of it: the definition of an abbreviation in it, or
its short form where the phrase holds the definition.
"""

from __future__ import annotations

import re

from trialwright.formats.subjects import Phrase
from trialwright.model.source import Span

_SHORT = re.compile(r"\b[A-Z][A-Za-z]{0,3}[A-Z][A-Za-z]{0,4}(?:-\d{1,2})?\b")
_DEFINED = re.compile(r"^(?P<long>.{3,120}?)\s*\((?P<short>[A-Z][\w\-]{1,12})\)")


def other_places(text: str, phrase: Phrase, start: int, end: int) -> list[Span]:
    """Places between two positions, outside the phrase, where the text means the same by other words."""
    places = [
        *_definition(text, phrase, start, end),
        *_short_form(text, phrase, start, end),
        *_plural(text, phrase, start, end),
    ]
    return [p for p in dict.fromkeys(places) if p[1] <= phrase.start or p[0] >= phrase.end][:3]


def _definition(text: str, phrase: Phrase, start: int, end: int) -> list[Span]:
    """Where "acute renal failure (ARF)" or "(acute renal failure, ARF)" stands for an ARF in the phrase."""
    short = _SHORT.match(phrase.value)
    if short is None:
        return []
    name = short.group()
    letters = name.rstrip("s").split("-")[0].casefold()
    for match in re.compile(re.escape(name) + r"\b").finditer(text, start, min(end, start + 60_000)):
        before = text[max(start, match.start() - 160) : match.start()]
        opening = re.search(r"(?:,\s*|\s*\(\s*)$", before)
        if opening is None or not re.match(r"\s*\)", text[match.end() : match.end() + 3]):
            continue
        words = list(re.finditer(r"[A-Za-z][\w\-]*", before[: opening.start()]))[-len(letters) :]
        if len(words) == len(letters) and all(
            w.group()[0].casefold() == c for w, c in zip(words, letters, strict=True)
        ):
            return [(match.start() - len(before) + words[0].start(), match.end())]
    return []


def _short_form(text: str, phrase: Phrase, start: int, end: int) -> list[Span]:
    """Where a phrase that holds a definition, "donor killer cells (KCs)", is written short, "donor KCs"."""
    defined = _DEFINED.match(phrase.value)
    if defined is None:
        return []
    count = sum(c.isupper() for c in defined["short"])
    words = defined["long"].split()
    prefix = words[: max(0, len(words) - count)]
    short = r"\s+".join(map(re.escape, [*prefix, defined["short"]]))
    found = re.compile(short + r"\b").search(text, phrase.end, min(end, phrase.end + 60_000))
    return [found.span()] if found else []


def _plural(text: str, phrase: Phrase, start: int, end: int) -> list[Span]:
    """Where an abbreviation stands in the plural, or in the singular, for the first time."""
    if not re.fullmatch(r"[A-Za-z]*-?[A-Z]{2,}s?", phrase.value):
        return []
    form = re.compile(rf"(?<![\w\-]){re.escape(phrase.value.rstrip('s'))}s?(?![\w\-])")
    found = form.search(text, start, min(end, start + 60_000))
    return [found.span()] if found else []
