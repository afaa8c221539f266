"""Reads a tree back from the plain words in which `explain` told it, by recursive descent over the same phrases.

Takes a text, gives its expression when every character of it is told in those phrases; else None, and the
text is for the passes to read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from trialwright.compiling.criteria.phrasebook import (
    ESCAPES,
    LANGUAGES,
    QUOTE,
    UNQUOTE,
    Phrasebook,
    is_pure,
    phrasebook_of,
    usual_codes,
    usual_status,
)
from trialwright.errors import IllegalValue
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
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period
from trialwright.model.vocabulary import Vocabulary
from trialwright.model.window import Window

T = TypeVar("T")
Said = dict[str, Any]
Anchor = tuple[str, Concept | None]

# Brackets within brackets beyond this are no text that a person reads.
_DEEPEST = 60
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_COUNT = re.compile(r"[0-9]{1,18}")
_FEW = re.compile(r"[0-9]{1,6}")
_CODE = re.compile(r"[A-Za-z0-9:._+/-]+")
_WORDS = re.compile(r"[A-Za-z\u4e00-\u9fff-]+(?: [A-Za-z\u4e00-\u9fff-]+)*")
_SIGNS = {told[1]: sign for sign, told in ESCAPES.items()}
_LETTERS = {"a": "Y", "mo": "M", "wk": "W", "d": "D", "h": "H", "min": "M"}
_ORDER = tuple(_LETTERS)


class _Other(Exception):  # noqa: N818 - no error: the text says something else
    """The text does not go on as expected."""


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
            reader = _Reader(text, book)
            try:
                expr = reader.expr()
            except _Other:
                continue
            if reader.place == len(text):
                return expr
    return None


class _Reader:
    """A text with the place that has been reached; a method raises `_Other` where its words do not stand."""

    def __init__(self, text: str, book: Phrasebook) -> None:
        self.text = text
        self.book = book
        self.place = 0
        self.depth = 0
        self.slots: dict[str, Callable[[], Any]] = {
            "expr": self.expr,
            "premise": self.operand,
            "then": self.operand,
            "points": self.points,
            "number": lambda: int(self.match(_COUNT)),
            "quoted": self.quoted,
            "concept": self.concept,
            "concepts": lambda: self.chain("next", self.concept),
            "codes": lambda: self.chain("next", lambda: self.bare(_CODE)),
            "state": self.state,
            "qualifiers": lambda: self.chain("next", lambda: self.bare(_WORDS)),
            "values": self.values,
            "low": lambda: Decimal(self.match(_NUMBER)),
            "high": lambda: Decimal(self.match(_NUMBER)),
            "interval": self.interval,
            "length": self.length,
            "anchor": self.anchor,
            "start": self.moment,
            "end": self.moment,
        }

    # ------------------------------------------------------------ phrases
    def word(self, literal: str) -> bool:
        """Whether these words stand here; the place moves behind them."""
        if self.text.startswith(literal, self.place):
            self.place += len(literal)
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> str:
        """What fits a pattern here."""
        found = pattern.match(self.text, self.place)
        if found is None:
            raise _Other
        self.place = found.end()
        return found[0]

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What is read here, or None and the place stays."""
        start = self.place
        try:
            return read()
        except _Other:
            self.place = start
            return None

    def phrase(self, key: str, **slots: Callable[[], Any]) -> Said | None:
        """What the slots of a phrase say if it stands here, else None and the place stays."""
        phrase = self.book.phrases[key]
        start = self.place
        said: Said = {}
        try:
            for word, slot in zip(phrase.words, (*phrase.slots, None), strict=True):
                if not self.word(word):
                    self.place = start
                    return None
                if slot is not None:
                    said[slot] = (slots.get(slot) or self.slots[slot])()
        except _Other:
            self.place = start
            return None
        return said

    def part(self, key: str, **slots: Callable[[], Any]) -> Said | None:
        """A phrase behind what has been said."""
        start = self.place
        said = self.phrase(key, **slots) if self.word(self.book.blank) else None
        if said is None:
            self.place = start
        return said

    def one_of(self, group: str) -> str | None:
        """Which of the phrases without slots of a group stands behind what has been said."""
        for key in self.book.groups[group]:
            if self.part(f"{group} {key}") is not None:
                return key
        return None

    def joint(self, key: str) -> bool:
        """Whether the words between two members stand here."""
        return self.word(self.book.phrases[key].words[1])

    def chain(self, key: str, read: Callable[[], T]) -> tuple[T, ...]:
        """One or more members with a joint between them."""
        found = [read()]
        while self.joint(key):
            found.append(read())
        return tuple(found)

    def make(self, kind: Callable[..., T], /, **fields: Any) -> T:
        """A value of the model; words that state what cannot exist are other words."""
        try:
            return kind(**fields)
        except IllegalValue:
            raise _Other from None

    def node(self, kind: Callable[..., Expr], start: int, /, **fields: Any) -> Expr:
        """A node with its place."""
        return self.make(kind, span=(start, self.place), **fields)

    # ------------------------------------------------------------ groups
    def expr(self) -> Expr:
        """A group, a conditional, an exception, or one member alone."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Other
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
                raise _Other
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
        raise _Other

    def change(self) -> Expr:
        """How much a measure has changed."""
        start = self.place
        said = self.phrase("change")
        if said is None:
            raise _Other
        interval = self.amount(pure=is_pure(said["concept"], self.book.vocabulary))
        if interval is None:
            raise _Other
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
                    raise _Other
                return self.node(
                    Exposure, start, concept=said["concept"], kind=kind, status=status or "any", dose=dose,
                    duration=duration, count=count, window=window,
                )  # fmt: skip
        raise _Other

    def demographic(self) -> Expr:
        """Age, sex and the like."""
        start = self.place
        attribute = next(
            (key for key in self.book.groups["attribute"] if key and self.phrase(f"attribute {key}") is not None),
            None,
        )
        if attribute is None:
            said = self.phrase("attribute")
            if said is None:
                raise _Other
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
            raise _Other
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
                        raise _Other
                    status = "any"
                return self.node(
                    Condition, start, concept=concept, status=status, qualifiers=qualifiers, duration=duration,
                    window=window,
                )  # fmt: skip
        raise _Other

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

    # ------------------------------------------------------------ concepts
    def quoted(self) -> str:
        """The words between marks."""
        if not self.word(QUOTE):
            raise _Other
        told, start = [], self.place
        while True:
            end = self.text.find(UNQUOTE, start)
            if end < 0:
                raise _Other
            told.append(self.text[start:end])
            start = end + 2
            sign = _SIGNS.get(self.text[end + 1 : start])
            if sign is None:
                self.place = end + 1
                return "".join(told)
            told.append(sign)

    def bare(self, pattern: re.Pattern[str]) -> str:
        """Plain words, or words between marks."""
        return self.quoted() if self.text.startswith(QUOTE, self.place) else self.match(pattern)

    def concept(self) -> Concept:
        """A name or words, with examples and codes."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Other
        try:
            start, name = self.place, None
            if self.text.startswith(QUOTE, start):
                text = self.quoted()
            elif said := self.phrase("term"):
                text = name = said["quoted"]
            else:
                text = self.book.names.at(self.text, start) or ""
                if not text:
                    raise _Other
                name = self.book.names.meanings[text]
                self.place += len(text)
            examples = self.part("examples")
            alternatives = examples["concepts"] if examples else ()
            if told := self.part("codes"):
                codes = told["codes"]
            elif self.part("no_codes") is not None:
                codes = ()
            else:
                codes = usual_codes(name, alternatives, self.book.vocabulary)
            return Concept(text=text, name=name, codes=codes, alternatives=alternatives)
        finally:
            self.depth -= 1

    # ------------------------------------------------------------ numbers
    def held(self, key: str, *, pure: bool = False) -> Interval | None:
        """The interval within a phrase."""
        said = self.part(key, interval=lambda: self.interval(pure=pure))
        return None if said is None else said["interval"]

    def amount(self, *, pure: bool = False) -> Interval | None:
        """An interval behind what has been said."""

        def read() -> Interval:
            if not self.word(self.book.blank):
                raise _Other
            return self.interval(pure=pure)

        return self.attempt(read)

    def interval(self, *, pure: bool = False) -> Interval:
        """Bounds with their unit."""
        low, high = self.bounds()
        unit = self.unit()
        words = None
        wording: str | None = None
        if unit is not None:
            wording, unit = unit, self.book.units.meanings[unit]
        elif told := self.part("unit code"):
            unit = wording = told["quoted"]
        elif told := self.part("unit words"):
            words = wording = told["quoted"]
        relative = self.one_of("times")
        status = usual_status(unit, words, relative, pure=pure)
        for key in ("stated", "assumed", "dimensionless", "missing"):
            if self.part(f"unit {key}") is not None:
                status = key  # type: ignore[assignment]
                break
        if status is None:
            raise _Other
        return self.make(
            Interval, low=low, high=high, unit=unit, unit_text=wording, unit_status=status, relative_to=relative
        )

    def bounds(self) -> tuple[Bound | None, Bound | None]:
        """The two ends, of which one may be missing."""
        if said := self.phrase("between"):
            return self.bound(said["low"], closed=True), self.bound(said["high"], closed=True)
        if said := self.phrase("exactly"):
            both = self.bound(said["low"], closed=True)
            return both, both
        low = self.end("low")
        if low is None:
            high = self.end("high")
            if high is None:
                raise _Other
            return None, high
        start = self.place
        high = self.end("high") if self.joint("both") else None
        if high is None:
            self.place = start
        return low, high

    def end(self, side: str) -> Bound | None:
        """A bound at one side."""
        for closed in ("closed", "open"):
            if said := self.phrase(f"{side} {closed}"):
                return self.bound(said[side], closed=closed == "closed")
        return None

    def bound(self, value: Decimal, *, closed: bool) -> Bound:
        """A number with its strictness."""
        return self.make(Bound, value=value, closed=closed)

    def unit(self) -> str | None:
        """The wording of a unit behind a number."""
        blank = self.text.startswith(" ", self.place)
        wording = self.book.units.at(self.text, self.place + blank)
        if wording is not None:
            self.place += blank + len(wording)
        return wording

    # ------------------------------------------------------------ time
    def length(self) -> Period:
        """A length of time in words, as a period forwards."""
        told: dict[str, str] = {}
        while len(told) < len(_ORDER):
            start = self.place
            unit = self.attempt(lambda: self.measure(told))
            if unit is None:
                self.place = start
                break
        if not told:
            raise _Other
        days = "".join(n + _LETTERS[u] for u, n in told.items() if u not in ("h", "min"))
        time = "".join(n + _LETTERS[u] for u, n in told.items() if u in ("h", "min"))
        return self.make(Period, text=f"P{days}{'T' if time else ''}{time}")

    def measure(self, told: dict[str, str]) -> str:
        """One number with its unit of time, smaller than those before."""
        if told and not self.word(self.book.blank):
            raise _Other
        number = self.match(_FEW)
        word = self.book.times.at(self.text, self.place + len(self.book.blank))
        if word is None or not self.word(self.book.blank):
            raise _Other
        unit = self.book.times.meanings[word]
        if told and _ORDER.index(unit) <= _ORDER.index(next(reversed(told))):
            raise _Other
        self.place += len(word)
        told[unit] = number
        return unit

    def per(self) -> Period | None:
        """What a change is counted by."""
        short = self.one_of("each")
        if short is not None:
            return Period(short)
        said = self.part("per", length=self.signed)
        return None if said is None else said["length"]

    def signed(self) -> Period:
        """A length of time in either direction."""
        said = self.phrase("minus")
        return -said["length"] if said else self.length()

    def anchor(self) -> Anchor:
        """What a window stands around."""
        for key in self.book.groups["anchor"]:
            if self.phrase(f"anchor {key}") is not None:
                event = self.part("event")
                return key, event["concept"] if event else None
        return "event", self.concept()

    def moment(self) -> tuple[Period, Anchor]:
        """A day before or after an anchor, or the anchor itself."""
        if said := self.phrase("before"):
            return -said["length"], said["anchor"]
        if said := self.phrase("after"):
            return said["length"], said["anchor"]
        return Period("P0D"), self.anchor()

    def window(self) -> Window | None:
        """The dates that count, behind what has been said."""
        for key in ("before", "after", "from to", "from", "to", "open"):
            if said := self.part(f"window {key}"):
                since, to, anchors = _dates(key, said)
                if len(set(anchors)) > 1:
                    raise _Other
                anchor, event = anchors[0]
                assumed = self.part("window assumed") is not None
                return self.make(
                    Window, anchor=anchor, event=event, from_=since, to=to,
                    status="assumed" if assumed else "stated",
                )  # fmt: skip
        return None


def _dates(key: str, said: Said) -> tuple[Period | None, Period | None, list[Anchor]]:
    """From when, to when, and around what."""
    today = Period("P0D")
    if key == "before":
        return -said["length"], today, [said["anchor"]]
    if key == "after":
        return today, said["length"], [said["anchor"]]
    since, first = said.get("start", (None, None))
    to, last = said.get("end", (None, None))
    return since, to, [a for a in (first, last, said.get("anchor")) if a is not None]
