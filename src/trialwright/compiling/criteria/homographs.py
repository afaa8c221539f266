"""Short forms with several meanings: the unit, the bound and the words beside them decide, or nothing does.

Takes a line whose numbers are read, gives it the terms that its short forms stand for; data: homographs.txt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, cast, get_args

import msgspec

from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.line import Bounds, Item, Line, Token
from trialwright.compiling.criteria.tokenize import stem
from trialwright.compiling.criteria.words import words
from trialwright.model.source import Note
from trialwright.model.unit import find_unit
from trialwright.model.vocabulary import Term, TermKind

HOMOGRAPHS = Path(__file__).with_name("homographs.txt")
_NEAR, _BESIDE, _LIST = 6, 2, 12
_ENDS = {".", ";"}
_TIES = {"-", "+"}
# What may stand between a short form and the bound that is its own, and between it and that of a whole list.
_BETWEEN = {"noise", "open", "close", "colon"}
_LISTED = _BETWEEN | {"term", "word", "comma", "and", "or", "slash", "for"}


class Condition(NamedTuple):
    """One thing that decides: its kind, and the words, units or limits that go with it."""

    kind: str
    words: frozenset[str] = frozenset()
    low: Decimal | None = None
    high: Decimal | None = None


class Reading(NamedTuple):
    """What a short form may stand for: a name with its kind, or `-` and `?` for no term; and when."""

    name: str
    kind: TermKind | None
    when: tuple[Condition, ...]


Readings = Mapping[str, tuple[Reading, ...]]


@lru_cache(maxsize=1)
def homographs() -> Readings:
    """The readings of each short form of the file."""
    return read_homographs(HOMOGRAPHS.read_text(encoding="utf-8"))


def read_homographs(text: str) -> Readings:
    r"""The readings of each short form; raises ValueError where a line is of no known form.

    >>> read_homographs("Hx\n  history (other): near past; else")["Hx"][0].name
    'history'
    """
    out: dict[str, tuple[Reading, ...]] = {}
    short = ""
    for line in text.splitlines():
        if line.startswith("  "):
            out[short] += (_reading(line.strip()),)
        elif line and not line.startswith("#"):
            short = line.strip()
            out[short] = ()
    return out


def _reading(line: str) -> Reading:
    head, mark, when = line.partition(": ")
    name, _, kind = head.partition(" (")
    kind = kind.rstrip(")")
    if not mark or (kind not in get_args(TermKind) and name not in ("-", "?")):
        raise ValueError(f"this is no reading of a short form: {line}")
    return Reading(
        name, cast("TermKind | None", kind or None), tuple(_condition(c.split()) for c in when.split("; "))
    )


def _condition(said: list[str]) -> Condition:
    kind, *rest = said
    if kind == "bare":
        low, _, high = (rest[0] if rest else "..").partition("..")
        return Condition(kind, low=Decimal(low) if low else None, high=Decimal(high) if high else None)
    if kind not in _TESTS:
        raise ValueError(f"this is no condition: {' '.join(said)}")
    # Words in lower case are met without case and plural.
    found = rest if kind == "unit" else [stem(w) if w.islower() else w for w in rest]
    return Condition(kind, frozenset(found))


def distinguish(line: Line, lexicon: Lexicon) -> Line:
    """The line with its short forms decided, but for those that the document or the user defines."""
    known = homographs()
    if known.keys().isdisjoint([t.text for t in line.tokens]):
        return line
    items = list(line.items)
    notes: list[Note] = []
    for at, item in enumerate(items):
        short = line.plain[item.start : item.end]
        if (
            short not in known
            or short in line.meanings
            or short in lexicon.own
            or item.kind not in ("term", "word")
        ):
            continue
        reading = next((r for r in known[short] if any(_holds(c, line, at) for c in r.when)), None)
        if reading is not None and reading.kind is not None:
            term = lexicon.term(reading.name) or Term(name=reading.name, kind=reading.kind)
            items[at] = item._replace(kind="term", value=term, also=())
            continue
        items[at] = item._replace(kind="word", value=None, also=())
        if reading is None or reading.name == "?":
            names = dict.fromkeys(r.name for r in known[short] if r.kind is not None)
            notes.append(
                Note(
                    code="homograph",
                    message=f"{short} can be {' or '.join(names)}, or something else; nothing here decides",
                    span=(item.start, item.end),
                )
            )
    return msgspec.structs.replace(line, items=tuple(items), notes=(*line.notes, *notes))


def _part_of_a_name(plain: str, item: Item) -> bool:
    """Whether a sign ties the word to another: "PD-1", "Ca++", "anti-TB"."""
    return plain[item.end : item.end + 1] in _TIES or (item.start > 0 and plain[item.start - 1] == "-")


def _holds(condition: Condition, line: Line, at: int) -> bool:
    return _TESTS[condition.kind](condition, line, at)


def _bounds(line: Line, at: int) -> list[Bounds]:
    """The bounds that are those of the item alone: behind it, else directly before it."""
    items = line.items
    place, last = at + 1, min(at + 4, len(items))
    while place < last and (
        items[place].kind in _BETWEEN
        or line.plain[items[place].start : items[place].end].lower() in words("generic_measure")
    ):
        place += 1
    if place < len(items) and (found := _values(items[place])):
        return found
    return _values(items[at - 1]) if at else []


def _values(item: Item) -> list[Bounds]:
    if item.kind == "bounds":
        return [item.value]
    return list(item.value) if item.kind == "pair" else []


def _unit(condition: Condition, line: Line, at: int) -> bool:
    own = _bounds(line, at)
    for bounds in own or _of_list(line, at):
        if bounds.relative_to in condition.words:
            return True
        unit = find_unit(bounds.unit or "") if own else None
        if own and (bounds.unit in condition.words or (unit and unit.dimension in condition.words)):
            return True
    return False


def _of_list(line: Line, at: int) -> list[Bounds]:
    """The bounds that a whole list has: "AST, ALT and TB below 2 x ULN"."""
    for step in (1, -1):
        place = at + step
        while 0 <= place < len(line.items) and abs(place - at) < _LIST and line.items[place].kind in _LISTED:
            place += step
        if 0 <= place < len(line.items) and (found := _values(line.items[place])):
            return found
    return []


def _bare(condition: Condition, line: Line, at: int) -> bool:
    found = [b for b in _bounds(line, at) if b.unit in (None, "1") and not b.relative_to and not b.time]
    ends = [end.value for b in found for end in (b.low, b.high) if end is not None]
    low, high = condition.low, condition.high
    return bool(ends) and all((low is None or e >= low) and (high is None or e <= high) for e in ends)


def _outcome(_condition: Condition, line: Line, at: int) -> bool:
    around = line.items[max(0, at - 1) : at] + line.items[at + 1 : at + 1 + _BESIDE]
    return any(i.kind == "outcome" for i in around)


def _side(line: Line, at: int, step: int, count: int) -> Sequence[Token]:
    """Up to so many words before or behind an item, within its sentence."""
    item, tokens = line.items[at], line.tokens
    start = next(n for n, t in enumerate(tokens) if t.end > item.start)
    place = (
        start - 1 if step < 0 else next((n for n, t in enumerate(tokens) if t.start >= item.end), len(tokens))
    )
    out: list[Token] = []
    while 0 <= place < len(tokens) and len(out) < count:
        token = tokens[place]
        if token.text in _ENDS or token.kind == "line":
            break
        if token.kind in ("word", "number"):
            out.append(token)
        place += step
    return out


def _said(condition: Condition, tokens: Sequence[Token]) -> bool:
    return any(t.key in condition.words or t.text in condition.words for t in tokens)


def _near(condition: Condition, line: Line, at: int) -> bool:
    return _said(condition, [*_side(line, at, -1, _NEAR), *_side(line, at, 1, _NEAR)])


def _ahead(condition: Condition, line: Line, at: int) -> bool:
    return _said(condition, _side(line, at, -1, _BESIDE))


def _behind(condition: Condition, line: Line, at: int) -> bool:
    return _said(condition, _side(line, at, 1, _BESIDE))


_TESTS: dict[str, Callable[[Condition, Line, int], bool]] = {
    "unit": _unit,
    "bare": _bare,
    "outcome": _outcome,
    "near": _near,
    "ahead": _ahead,
    "behind": _behind,
    "else": lambda _condition, _line, _at: True,
}
