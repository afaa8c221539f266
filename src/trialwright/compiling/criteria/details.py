"""What the leaves of a tree are told with: concepts, numbers with their units, lengths of time, windows.

Takes a reader at the place where one of them begins, gives the value of the model that its words mean.
"""

from __future__ import annotations

import re
from decimal import Decimal

from trialwright.compiling.criteria.phrasebook import (
    ESCAPES,
    QUOTE,
    UNQUOTE,
    Phrasebook,
    usual_codes,
    usual_status,
)
from trialwright.compiling.criteria.reader import Other, Reader, Said
from trialwright.model.concept import Concept
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period
from trialwright.model.window import Window

Anchor = tuple[str, Concept | None]

# Brackets within brackets beyond this are no text that a person reads.
DEEPEST = 60
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_FEW = re.compile(r"[0-9]{1,6}")
_CODE = re.compile(r"[A-Za-z0-9:._+/-]+")
_WORDS = re.compile(r"[A-Za-z\u4e00-\u9fff-]+(?: [A-Za-z\u4e00-\u9fff-]+)*")
_SIGNS = {told[1]: sign for sign, told in ESCAPES.items()}
_LETTERS = {"a": "Y", "mo": "M", "wk": "W", "d": "D", "h": "H", "min": "M"}
_ORDER = tuple(_LETTERS)


class DetailReader(Reader):
    """A reader of concepts, numbers and times."""

    def __init__(self, text: str, book: Phrasebook) -> None:
        super().__init__(text, book)
        self.slots |= {
            "quoted": self.quoted,
            "concept": self.concept,
            "concepts": lambda: self.chain("next", self.concept),
            "codes": lambda: self.chain("next", lambda: self.bare(_CODE)),
            "qualifiers": lambda: self.chain("next", lambda: self.bare(_WORDS)),
            "low": lambda: Decimal(self.match(_NUMBER)),
            "high": lambda: Decimal(self.match(_NUMBER)),
            "interval": self.interval,
            "length": self.length,
            "anchor": self.anchor,
            "start": self.moment,
            "end": self.moment,
        }

    # ------------------------------------------------------------ concepts
    def quoted(self) -> str:
        """The words between marks."""
        if not self.word(QUOTE):
            raise Other
        told, start = [], self.place
        while True:
            end = self.text.find(UNQUOTE, start)
            if end < 0:
                raise Other
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
        if self.depth > DEEPEST:
            raise Other
        try:
            start, name = self.place, None
            if self.text.startswith(QUOTE, start):
                text = self.quoted()
            elif said := self.phrase("term"):
                text = name = said["quoted"]
            else:
                text = self.book.names.at(self.text, start) or ""
                if not text:
                    raise Other
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
                raise Other
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
                status = key
                break
        if status is None:
            raise Other
        return self.make(
            Interval,
            low=low,
            high=high,
            unit=unit,
            unit_text=wording,
            unit_status=status,
            relative_to=relative,
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
                raise Other
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
            raise Other
        days = "".join(n + _LETTERS[u] for u, n in told.items() if u not in ("h", "min"))
        time = "".join(n + _LETTERS[u] for u, n in told.items() if u in ("h", "min"))
        return self.make(Period, text=f"P{days}{'T' if time else ''}{time}")

    def measure(self, told: dict[str, str]) -> str:
        """One number with its unit of time, smaller than those before."""
        if told and not self.word(self.book.blank):
            raise Other
        number = self.match(_FEW)
        word = self.book.times.at(self.text, self.place + len(self.book.blank))
        if word is None or not self.word(self.book.blank):
            raise Other
        unit = self.book.times.meanings[word]
        if told and _ORDER.index(unit) <= _ORDER.index(next(reversed(told))):
            raise Other
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
                    raise Other
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
