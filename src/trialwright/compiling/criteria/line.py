"""What travels through the passes: tokens, items, and the line that carries them.

Every place counts characters of the line's own text, half-open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from trialwright.model.expression import Expr
from trialwright.model.interval import Bound
from trialwright.model.source import Note
from trialwright.model.vocabulary import Term

Kind = Literal["inclusion", "exclusion"] | None


class Token(Struct, frozen=True, gc=False, array_like=True):
    """A word, number, sign or Chinese character; `key` is the word without case and plural."""

    kind: Literal["number", "word", "sign", "han", "line"]
    text: str
    key: str
    start: int
    end: int


class Item(Struct, frozen=True, gc=False, array_like=True):
    """A recognised piece: `kind` as listed in `lexicon`, `value` what it means.

    Tokens and items are structs, which are made and asked much faster than tuples with names.
    """

    kind: str
    value: Any
    start: int
    end: int
    also: tuple[tuple[str, Any], ...] = ()

    def _replace(self, **changes: Any) -> Item:
        """The item with other fields."""
        return msgspec.structs.replace(self, **changes)

    def can_be(self, kind: str) -> bool:
        """Whether the words can be read as that kind."""
        if self.kind == kind:
            return True
        for other, _ in self.also:  # noqa: SIM110 - a generator costs more than the search
            if other == kind:
                return True
        return False

    def as_a(self, kind: str) -> Any:
        """What the words mean when read as that kind."""
        return self.value if self.kind == kind else next((v for k, v in self.also if k == kind), None)


class Quantity(NamedTuple):
    """A number with the unit written beside it; `time` when that is a unit of time."""

    value: Decimal
    unit: str | None = None
    unit_text: str | None = None
    time: bool = False
    relative_to: Literal["ULN", "LLN"] | None = None
    notes: tuple[str, ...] = ()
    raw: str = ""
    # The power of ten that stands behind the number: 6 for "5 million", whose value is 5000000.
    scale: int = 0


class Bounds(NamedTuple):
    """The two ends of a comparison, their unit, and what was taken to be meant."""

    low: Bound | None
    high: Bound | None
    unit: str | None
    unit_text: str | None
    time: bool
    relative_to: Literal["ULN", "LLN"] | None
    notes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def kinds_of(items: Sequence[Item]) -> set[str]:
    """The kinds of the items; what they lack tells which readings cannot apply."""
    return {i.kind for i in items}


def span_of(items: Sequence[Item]) -> tuple[int, int]:
    """From the first character of the items to the last; shared words may stand out of their order."""
    if len(items) == 1:
        return items[0].start, items[0].end
    return min([i.start for i in items]), max([i.end for i in items])


class Meaning(NamedTuple):
    """What a short form stands for in one document: its long words, the term that they name, and the usual.

    `usual` is what the vocabulary alone would have taken it for.
    """

    long: str
    term: Term | None
    usual: Term | None

    @property
    def changed(self) -> bool:
        """Whether the document means something else than the vocabulary."""
        return (self.term and self.term.name) != (self.usual and self.usual.name)


class Line(Struct, frozen=True, kw_only=True):
    """One criterion on its way: `plain` is its folded text, of the same length.

    `meanings` are those of the abbreviations that its document defines and it uses.
    """

    text: str
    plain: str = ""
    kind: Kind = None
    tokens: tuple[Token, ...] = ()
    items: tuple[Item, ...] = ()
    expr: Expr | None = None
    notes: tuple[Note, ...] = ()
    meanings: Mapping[str, Meaning] = msgspec.field(default_factory=dict)
