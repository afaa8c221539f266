"""What is known about the things that criteria speak of: words, codes, units, plausible ranges.

Language fills a vocabulary from data files; compiling recognises words by it, screening reads rows by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from trialwright.errors import IllegalValue
from trialwright.model.concept import Concept
from trialwright.model.period import Period
from trialwright.model.unit import Dimension

TermKind = Literal[
    "quantity", "score", "coded", "condition", "drug", "procedure", "device", "cell", "vaccine",
    "trial", "other",
]  # fmt: skip


class Lasting(Struct, frozen=True, kw_only=True):
    """How long a diagnosis without a recorded end covers from its start; null is for ever."""

    codes: tuple[str, ...]
    period: Period | None = None


class Term(Struct, frozen=True, kw_only=True):
    """One thing with all its words (English and Chinese), its codes, and how its rows are read.

    exact: those words that mean the term in this very case only ("CAPS" are no caps).
    unit, dimension, plausible: quantities and scores; `plausible` in the canonical unit.
    molar_mass: g/mol, for mass to substance; without it the conversion is refused.
    quantitative: those codes of a coded result whose rows hold numbers.
    lasting: conditions; test, persistence: the test that defines a condition, and whether the
    state is lifelong or passing. women_only: only women under 60 can have it.
    parts: names of the terms from which it is computed when no result is there.
    """

    name: str
    kind: TermKind
    words: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    unit: str | None = None
    dimension: Dimension | None = None
    plausible: tuple[Decimal, Decimal] | None = None
    molar_mass: Decimal | None = None
    quantitative: tuple[str, ...] = ()
    lasting: tuple[Lasting, ...] = ()
    test: str | None = None
    persistence: Literal["lifelong", "passing"] | None = None
    women_only: bool = False
    parts: tuple[str, ...] = ()
    source: str | None = None

    def __post_init__(self) -> None:
        """Refuse a plausible range that no number fits."""
        if self.plausible and self.plausible[0] > self.plausible[1]:
            raise IllegalValue(f"plausible range of {self.name!r} ends before it begins")


class Vocabulary:
    """Terms, found by name or by the codes of a concept; `own` names those that a user brought."""

    def __init__(self, terms: Iterable[Term], *, own: Iterable[str] = ()) -> None:
        self.terms = tuple(terms)
        self.own = frozenset(own)
        self._by_name = {t.name: t for t in self.terms}
        self._by_code: dict[str, Term] = {}
        for term in self.terms:
            for code in term.codes:
                self._by_code.setdefault(code, term)

    def named(self, name: str) -> Term | None:
        """The term of that name."""
        return self._by_name.get(name)

    def describe(self, concept: Concept) -> Term | None:
        """The term of a concept: by its name, else the first that shares a code with it."""
        known = self._by_name.get(concept.name or concept.text)
        if known is not None and (not concept.codes or set(known.codes) & set(concept.codes)):
            return known
        for code in concept.codes:
            if code in self._by_code:
                return self._by_code[code]
        return None
