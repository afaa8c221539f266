"""Abbreviations that a text defines itself: "short form (SF)", "SF (short form)", 谷丙转氨酶（ALT）.

Takes texts, gives what each short form stands for, and puts that meaning into lines that use it. Method:
A. S. Schwartz and M. A. Hearst, Pac Symp Biocomput 2003, 451-462, with stricter limits on what is a match.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

import msgspec

from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.line import Line
from trialwright.compiling.criteria.words import words
from trialwright.language.folding import fold
from trialwright.model.expression import Change, Condition, Exposure, Expr, Measurement, with_children
from trialwright.model.source import Note
from trialwright.model.vocabulary import Term

_BRACKET = re.compile(r"\(([^()\n]{2,120})\)")
_SHORT = re.compile(r"[A-Za-z][A-Za-z0-9]{1,9}")
_WORD = re.compile(r"[A-Za-z0-9']+")
_HAN = re.compile(r"[\u3400-\u9fff]{2,16}$")
_BEFORE = re.compile(r"([A-Za-z][A-Za-z0-9]{1,9}) ?$")
_SENTENCE = re.compile(r"[.;:,\n()]")
_REACH = 160
_ALIKE = 0.8


class Meaning(NamedTuple):
    """What a short form stands for in one document: its long words, and the term that they name.

    `changed` says that the vocabulary alone would have taken it for something else.
    """

    long: str
    term: Term | None
    changed: bool


Meanings = Mapping[str, Meaning]


def abbreviations(*texts: str) -> dict[str, str]:
    """The long words of each short form that the texts define; an earlier text has precedence.

    Within one text the first definition counts; a second that says something else takes both away.

    >>> abbreviations("Acute respiratory distress syndrome (ARDS) or CVA (cerebrovascular accident)")
    {'ARDS': 'Acute respiratory distress syndrome', 'CVA': 'cerebrovascular accident'}
    """
    out: dict[str, str] = {}
    for text in texts:
        for short, long in _defined(text).items():
            out.setdefault(short, long)
    return {short: long for short, long in out.items() if long}


def _defined(text: str) -> dict[str, str]:
    if "(" not in text and "（" not in text:
        return {}
    plain = fold(text)
    out: dict[str, str] = {}
    for bracket in _BRACKET.finditer(plain):
        found = _pair(plain, bracket)
        if found is None:
            continue
        short, long = found
        known = out.setdefault(short, long)
        if known.lower().rstrip("s") != long.lower().rstrip("s"):
            out[short] = ""
    return out


def _pair(plain: str, bracket: re.Match[str]) -> tuple[str, str] | None:
    """The short and the long form that one bracket ties together."""
    inner = bracket[1].strip(" \"'")
    before = plain[max(0, bracket.start() - _REACH) : bracket.start()].rstrip()
    parts = [part.strip() for part in re.split(r"[,;]", inner)]
    short = next((part for part in parts[:2] if _is_short(part)), None)
    if short is not None:
        long = _long(short, _tail(before, short)) or next(
            (found for part in parts if part != short and (found := _long(short, part)) == part), None
        )
        if long is None and len(parts) == 1 and (han := _HAN.search(before)):
            long = han[0]
        return (short, long) if long else None
    outer = _BEFORE.search(before)
    if outer is not None and _is_short(outer[1]) and _long(outer[1], inner) == inner:
        return outer[1], inner
    return None


def _is_short(text: str) -> bool:
    """Whether a word looks like an abbreviation: mostly capitals, at least two."""
    if _SHORT.fullmatch(text) is None:
        return False
    capitals = sum(c.isupper() for c in text)
    letters = sum(c.isalpha() for c in text)
    # "Hb" and "Cr" are short forms; "Yes" is none.
    return capitals * 2 >= letters and (capitals > 1 or len(text) == 2) and text not in words("no_short")


def _tail(before: str, short: str) -> str:
    """The words before a bracket among which the long form must stand."""
    found = _WORD.finditer(before, _clause(before))
    starts = [word.start() for word in found]
    if not starts:
        return ""
    return before[starts[max(0, len(starts) - min(len(short) + 5, len(short) * 2))] :]


def _clause(before: str) -> int:
    """Where the sentence begins that ends with the text."""
    last = 0
    for mark in _SENTENCE.finditer(before):
        last = mark.end()
    return last


def _long(short: str, candidate: str) -> str | None:
    """The shortest end of the candidate in which the letters of the short form stand in order.

    The first letter begins a word. Every word that carries meaning gives a letter, but for one.
    """
    initials = _initials(short, candidate)
    if initials is not None:
        return initials
    place = len(candidate)
    used: list[int] = []
    for at in range(len(short) - 1, -1, -1):
        letter = short[at].lower()
        place -= 1
        while place >= 0 and (
            candidate[place].lower() != letter or (at == 0 and place > 0 and candidate[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return None
        used.append(place)
    long = candidate[place:].strip()
    begun = [(w.start(), w.end(), w[0]) for w in _WORD.finditer(candidate, place)]
    if len(long) <= len(short) or any(word == short for _, _, word in begun):
        return None
    idle = [
        word
        for start, end, word in begun
        if not any(start <= u < end for u in used) and word.lower() not in words("unmeaning")
    ]
    first = sum(any(start == u for u in used) for start, _, _ in begun)
    return long if len(idle) <= 1 and first * 2 >= min(len(short), len(begun)) else None


def _initials(short: str, candidate: str) -> str | None:
    """The end of the candidate whose words begin with the letters of the short form, one each."""
    at = len(short) - 1
    for word in reversed(list(_WORD.finditer(candidate))):
        if word[0][0].lower() == short[at].lower():
            at -= 1
        elif word[0].lower() not in words("unmeaning"):
            return None
        if at < 0:
            return candidate[word.start() :].strip()
    return None


def meanings_of(found: Mapping[str, str], lexicon: Lexicon) -> dict[str, Meaning]:
    """What the short forms mean by the vocabulary; a long form that it lacks leaves the words alone.

    "INR" of immune non-responders is no ratio, although the vocabulary has one of that name.
    """
    out: dict[str, Meaning] = {}
    for short, long in found.items():
        usual = lexicon.term(short)
        if "\u3400" <= long[-1] <= "\u9fff":
            # How far a Chinese name reaches to the left only the vocabulary can tell.
            names = [lexicon.term(long[at:]) for at in range(len(long) - 1)]
            term = next((name for name in names if name is not None), None)
            if term is None:
                continue
        else:
            term = lexicon.term(long)
        if term is None and usual is not None and _names(long, usual, lexicon):
            term = usual
        same = (term.name if term else None) == (usual.name if usual else None)
        out[short] = Meaning(long, term, not same)
    return out


def _names(long: str, term: Term, lexicon: Lexicon) -> bool:
    """Whether a long form holds a name of the term, or is nearly one."""
    lowered = f" {long.lower().replace('-', ' ')} "
    for word in (*term.words, term.name):
        name = word.lower().replace("-", " ")
        if len(name) > 4 and (
            f" {name} " in lowered or SequenceMatcher(None, name, lowered.strip()).ratio() > _ALIKE
        ):
            return True
    return False


def in_line(text: str, meanings: Meanings, lexicon: Lexicon) -> Meanings:
    """The meanings for one line: those of the document, and first those that the line defines itself."""
    own = abbreviations(text)
    return {**meanings, **meanings_of(own, lexicon)} if own else meanings


def meant(line: Line, meanings: Meanings) -> Line:
    """The line in which every short form is what the document says, with a note where that is a change."""
    if not meanings or meanings.keys().isdisjoint({t.text for t in line.tokens}):
        return line
    items = list(line.items)
    notes: list[Note] = []
    for at, item in enumerate(items):
        if item.kind not in ("term", "word"):
            continue
        short = line.plain[item.start : item.end]
        meaning = meanings.get(short)
        if meaning is None or not meaning.changed:
            continue
        kind = "word" if meaning.term is None else "term"
        items[at] = item._replace(kind=kind, value=meaning.term, also=())
        notes.append(
            Note(
                code="abbreviation",
                message=f"{short} is taken for {meaning.long}, as the text defines it",
                span=(item.start, item.end),
            )
        )
    if not notes:
        return line
    return msgspec.structs.replace(line, items=tuple(items), notes=(*line.notes, *notes))


def named(expr: Expr, names: Mapping[str, str]) -> Expr:
    """The expression in which a concept that is only a short form has its long form as name."""
    expr = with_children(expr, lambda part: named(part, names))
    if not isinstance(expr, Measurement | Change | Condition | Exposure):
        return expr
    concept = expr.concept
    if concept.name is not None or concept.codes or concept.text not in names:
        return expr
    return msgspec.structs.replace(expr, concept=msgspec.structs.replace(concept, name=names[concept.text]))
