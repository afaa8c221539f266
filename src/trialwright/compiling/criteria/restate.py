"""Reads a tree back from the plain words in which `explain` told it, by descent over the same phrases.

Takes a text, gives its expression when every character of it is told in those phrases; else None, and the
text is for the passes to read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from trialwright.compiling.criteria.details import DEEPEST, DetailReader
from trialwright.compiling.criteria.phrasebook import LANGUAGES, Phrasebook, is_pure, phrasebook_of
from trialwright.compiling.criteria.reader import Other
from trialwright.model.concept import Concept
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Attestation,
    Change,
    Condition,
    Demographic,
    Except,
    Exposure,
    Expr,
    IfThen,
    Measurement,
    Not,
    Protocol,
    Unparsed,
)
from trialwright.model.vocabulary import Vocabulary

_COUNT = re.compile(r"[0-9]{1,18}")


def restate(text: str, vocabulary: Vocabulary) -> Expr | None:
    """The expression that a text of `explain` tells, with its places in the text; None for any other text.

    >>> from trialwright.language.vocabulary import load_vocabulary
    >>> told = restate("CD4 count above 50 /uL", load_vocabulary())
    >>> told.concept.name, str(told.interval.low.value), told.interval.unit
    ('CD4 count', '50', '/uL')
    """
    for language in LANGUAGES:
        book = phrasebook_of(language, vocabulary)
        if book.may_begin(text):
            reader = _TreeReader(text, book)
            try:
                expr = reader.expr()
            except Other:
                continue
            if reader.place == len(text):
                return expr
    return None


class _TreeReader(DetailReader):
    """A reader of groups and leaves."""

    def __init__(self, text: str, book: Phrasebook) -> None:
        super().__init__(text, book)
        self.slots |= {
            "expr": self.expr,
            "premise": self.operand,
            "then": self.operand,
            "points": self.points,
            "number": lambda: int(self.match(_COUNT)),
            "state": self.state,
            "values": self.values,
        }

    def node(self, kind: Callable[..., Expr], start: int, /, **fields: Any) -> Expr:
        """A node with its place."""
        return self.make(kind, span=(start, self.place), **fields)

    # ------------------------------------------------------------ groups
    def expr(self) -> Expr:
        """A group, a conditional, an exception, or one member alone."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Other
        try:
            return self._expr()
        finally:
            self.depth -= 1

    def _expr(self) -> Expr:
        start = self.place
        if said := self.phrase("if"):
            return self.node(IfThen, start, if_=said["premise"], then=said["then"])
        if said := self.phrase("at_least"):
            return self.node(AtLeast, start, n=said["number"], of=said["points"])
        if said := self.phrase("all"):
            return self.node(AllOf, start, of=said["points"])
        if said := self.phrase("any"):
            return self.node(AnyOf, start, of=said["points"])
        first = self.operand()
        if self.joint("except"):
            unless = self.operand()
            if not self.word(self.book.phrases["except"].words[2]):
                raise Other
            return self.node(Except, start, base=first, unless=unless)
        for key, kind in (("and", AllOf), ("or", AnyOf)):
            if self.joint(key):
                return self.node(kind, start, of=(first, *self.chain(key, self.operand)))
        return first

    def points(self) -> tuple[Expr, ...]:
        """The members of a list."""
        if self.phrase("nothing") is not None:
            return ()
        return self.chain("also", self.operand)

    def operand(self) -> Expr:
        """One member: a group in brackets, a negation, or a leaf."""
        start = self.place
        if said := self.phrase("group"):
            inner: Expr = said["expr"]
            return inner
        if said := self.phrase("not"):
            return self.node(Not, start, of=said["expr"])
        return self.leaf()

    # ------------------------------------------------------------ leaves
    def leaf(self) -> Expr:
        """What a person, the protocol, or data answer."""
        start = self.place
        for about in self.book.groups["about"]:
            if said := self.phrase(f"about {about}"):
                return self.node(Attestation, start, about=about, text=said["quoted"])
        if said := self.phrase("protocol"):
            return self.node(Protocol, start, text=said["quoted"])
        if said := self.phrase("unparsed"):
            return self.node(Unparsed, start, text=said["quoted"])
        for read in (self.change, self.exposure, self.demographic, self.measurement, self.condition):
            found = self.attempt(read)
            if found is not None:
                return found
        raise Other

    def change(self) -> Expr:
        """How much a measure has changed."""
        start = self.place
        said = self.phrase("change")
        if said is None:
            raise Other
        interval = self.amount(pure=is_pure(said["concept"], self.book.vocabulary))
        if interval is None:
            raise Other
        per, window = self.per(), self.window()
        return self.node(Change, start, concept=said["concept"], interval=interval, per=per, window=window)

    def exposure(self) -> Expr:
        """What was done or given."""
        start = self.place
        for kind in self.book.groups["given"]:
            if said := self.phrase(f"given {kind}"):
                status = self.one_of("when")
                dose, duration = self.held("dose"), self.held("lasting")
                count = self.held("occasions", pure=True)
                window = self.window()
                if status is None and window is None:
                    raise Other
                return self.node(
                    Exposure, start, concept=said["concept"], kind=kind, status=status or "any", dose=dose,
                    duration=duration, count=count, window=window,
                )  # fmt: skip
        raise Other

    def demographic(self) -> Expr:
        """Age, sex and the like."""
        start = self.place
        attribute = next(
            (
                key
                for key in self.book.groups["attribute"]
                if key and self.phrase(f"attribute {key}") is not None
            ),
            None,
        )
        if attribute is None:
            said = self.phrase("attribute")
            if said is None:
                raise Other
            attribute = said["quoted"]
        interval = self.amount()
        being = self.part("being")
        return self.node(
            Demographic, start, attribute=attribute, interval=interval, values=being and being["values"]
        )

    def measurement(self) -> Expr:
        """A result of a test."""
        start = self.place
        concept = self.concept()
        interval = self.amount(pure=is_pure(concept, self.book.vocabulary))
        result = self.part("result")
        if interval is None and result is None:
            raise Other
        select, window = self.one_of("select") or "latest", self.window()
        return self.node(
            Measurement, start, concept=concept, interval=interval, values=result and result["values"],
            select=select, window=window,
        )  # fmt: skip

    def condition(self) -> Expr:
        """A disease or state."""
        start = self.place
        for status in self.book.groups["state"]:
            if said := self.phrase(f"state {status}"):
                concept, qualifiers = said["state"]
                duration, window = self.held("lasting"), self.window()
                if status == "dated":
                    if window is None:
                        raise Other
                    status = "any"
                return self.node(
                    Condition, start, concept=concept, status=status, qualifiers=qualifiers,
                    duration=duration, window=window,
                )  # fmt: skip
        raise Other

    def state(self) -> tuple[Concept, tuple[str, ...]]:
        """A condition with what narrows it."""
        concept = self.concept()
        said = self.part("qualifiers")
        return concept, said["qualifiers"] if said else ()

    def values(self) -> tuple[str, ...]:
        """The words that a result can be."""
        return () if self.phrase("no_values") is not None else self.chain("either", self.value)

    def value(self) -> str:
        """One of them."""
        for key in self.book.groups["value"]:
            if self.phrase(f"value {key}") is not None:
                return key
        return self.quoted()
