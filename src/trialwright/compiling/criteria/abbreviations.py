"""Abbreviations that a text defines itself: "short form (SF)", "SF (short form)", 谷丙转氨酶（ALT）.

Takes texts, gives what each short form stands for, and puts that meaning into lines that use it. Method:
A. S. Schwartz and M. A. Hearst, Pac Symp Biocomput 2003, 451-462, with stricter limits on a match.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

import msgspec

from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.line import Item, Line, Meaning
from trialwright.compiling.criteria.words import words
from trialwright.model.expression import Change, Condition, Exposure, Expr, Measurement, with_children
from trialwright.model.source import Note
from trialwright.model.unit import find_unit
from trialwright.model.vocabulary import Term

_BRACKET = re.compile(r"\(([^()\n]{2,120})\)")
_SHORT = re.compile(r"[A-Za-z][A-Za-z0-9]{1,9}")
_WORD = re.compile(r"[A-Za-z0-9']+")
_HAN = re.compile(r"[\u3400-\u9fff]{2,16}$")
_SENTENCE = re.compile(r"[.;:,\n()]")
_REACH = 160
_ALIKE = 0.8
_BESIDE = 6


Meanings = Mapping[str, Meaning]


def abbreviations(*texts: str) -> dict[str, str]:
    """The long words of each short form that the texts define; an earlier text has precedence.

    Within one text the first definition counts; a second that says something else takes both away.

    The texts are folded (`language.folding`).

    >>> abbreviations("Acute respiratory distress syndrome (ARDS) or CVA (cerebrovascular accident)")
    {'ARDS': 'Acute respiratory distress syndrome', 'CVA': 'cerebrovascular accident'}
    """
    out: dict[str, str] = {}
    for text in texts:
        for short, long in _defined(text).items():
            out.setdefault(short, long)
    return {short: long for short, long in out.items() if long}


def _defined(text: str) -> dict[str, str]:
    if "(" not in text:
        return {}
    out: dict[str, str] = {}
    for bracket in _BRACKET.finditer(text):
        found = _pair(text, bracket)
        if found is None:
            continue
        short, long = found
        known = out.setdefault(short, long)
        if known.lower().rstrip("s") != long.lower().rstrip("s"):
            out[short] = ""
    return out


def _pair(plain: str, bracket: re.Match[str]) -> tuple[str, str] | None:
    """The short and the long form that one bracket ties together.

    In "(ulcer, GERD, colitis)" and "(RA, SLE)" are examples: of several words only one may be short.
    """
    inner = bracket[1].strip(" \"'")
    before = plain[max(0, bracket.start() - _REACH) : bracket.start()].rstrip()
    parts = [part.strip() for part in inner.replace(";", ",").split(",")]
    short = next((part for part in parts[:2] if _is_short(part)), None)
    if short is None:
        outer = before[before.rfind(" ") + 1 :]
        return (outer, inner) if _is_short(outer) and _long(outer, inner) == inner else None
    if len(parts) > 2 or (len(parts) == 2 and all(_is_short(part) for part in parts)):
        return None
    if short == parts[0] and (long := _long(short, _tail(before, short))):
        return short, long
    if len(parts) == 2:
        other = parts[parts[0] == short]
        return (short, other) if _long(short, other) == other else None
    han = _HAN.search(before)
    return (short, han[0]) if han else None


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
    if len(short) == 2 and len(begun) > 1:
        # "rheumatic disease (RA)": two letters are soon found anywhere.
        return None
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
        out[short] = Meaning(long, term, usual)
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


def meant(line: Line, lexicon: Lexicon, meanings: Meanings) -> Line:
    """The line in which every short form is what the document says, with a note where that is a change.

    What the line itself defines is first.
    """
    own = abbreviations(line.plain)
    if own:
        meanings = {**meanings, **meanings_of(own, lexicon)}
    if not meanings or meanings.keys().isdisjoint([t.text for t in line.tokens]):
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
        if _measures(items, at, meaning):
            meanings = {other: m for other, m in meanings.items() if other != short}
            continue
        kind = "word" if meaning.term is None else "term"
        items[at] = item._replace(kind=kind, value=meaning.term, also=())
        if any(0 <= beside < len(items) and items[beside].kind == "open" for beside in (at - 1, at + 1)):
            # Here it is defined.
            continue
        notes.append(
            Note(
                code="abbreviation",
                message=f"{short} is taken for {meaning.long}, as the text defines it",
                span=(item.start, item.end),
            )
        )
    return msgspec.structs.replace(line, items=tuple(items), notes=(*line.notes, *notes), meanings=meanings)


def _measures(items: list[Item], at: int, meaning: Meaning) -> bool:
    """Whether a number stands beside it whose unit only the usual meaning has: the definition is a slip."""
    usual = meaning.usual
    if meaning.term is not None or usual is None or usual.unit is None:
        return False
    for item in items[at + 1 : at + 1 + _BESIDE]:
        if item.kind == "quantity" and item.value.unit is not None:
            unit, own = find_unit(item.value.unit), find_unit(usual.unit)
            # "mL/min" and "mL/min/{1.73_m2}" differ in what they are related to alone.
            return usual.unit.startswith(item.value.unit) or bool(
                unit and own and unit.dimension == own.dimension
            )
    return False


def named(line: Line) -> Line:
    """The line in whose expression a concept that is only a short form has its long form as name."""
    names = {short: m.long for short, m in line.meanings.items() if m.term is None}
    if line.expr is None or not names:
        return line
    return msgspec.structs.replace(line, expr=_named(line.expr, names))


def _named(expr: Expr, names: Mapping[str, str]) -> Expr:
    expr = with_children(expr, lambda part: _named(part, names))
    if not isinstance(expr, Measurement | Change | Condition | Exposure):
        return expr
    concept = expr.concept
    if concept.name is not None or concept.codes or concept.text not in names:
        return expr
    return msgspec.structs.replace(expr, concept=msgspec.structs.replace(concept, name=names[concept.text]))
