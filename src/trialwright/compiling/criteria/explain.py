"""A compiled criterion in plain words, English or Chinese, to be checked against the text.

Takes an expression, gives one sentence in the phrases of `phrases.txt`; all that the tree says is in it, and
`restate` reads it back to the same tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from trialwright.compiling.criteria.phrasebook import (
    ESCAPES,
    QUOTE,
    UNQUOTE,
    Language,
    Phrasebook,
    is_pure,
    phrasebook_of,
    usual_codes,
    usual_status,
)
from trialwright.language.vocabulary import load_vocabulary
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

__all__ = ["Language", "explain"]

# Longer groups are told as a list of points.
_LONGEST_CHAIN = 3
_DURATION = re.compile(r"(?P<number>[0-9]+)(?P<letter>[A-Z])|T")
_PLAIN_CODE = re.compile(r"[A-Za-z0-9:._+/-]+")
_PLAIN_WORDS = re.compile(r"[A-Za-z\u4e00-\u9fff-]+(?: [A-Za-z\u4e00-\u9fff-]+)*")


def explain(expr: Expr, language: Language = "en", *, vocabulary: Vocabulary | None = None) -> str:
    """The expression in plain words, which compile to the same expression with the same vocabulary.

    Without a vocabulary it is the shipped one. Spans and notes are not told, nor how a text calls what the
    vocabulary names, nor how it spells a unit that is known.

    >>> from decimal import Decimal
    >>> from trialwright.model.interval import Bound
    >>> above = Interval(low=Bound(value=Decimal(50), closed=False), unit="/uL")
    >>> cells = Concept(text="CD4", name="CD4 count", codes=("LOINC:24467-3",))
    >>> explain(Measurement(concept=cells, interval=above))
    'CD4 count above 50 /uL'
    """
    return _Speaker(phrasebook_of(language, vocabulary or load_vocabulary())).expr(expr)


class _Speaker:
    """The phrases of one language, applied to the nodes of a tree."""

    def __init__(self, book: Phrasebook) -> None:
        self.book = book

    def fill(self, key: str, **said: str) -> str:
        """The phrase of that key."""
        return self.book.phrases[key].fill(said)

    def chain(self, key: str, parts: Sequence[str]) -> str:
        """Parts with the joint of that key between them."""
        told = parts[0]
        for part in parts[1:]:
            told = self.fill(key, one=told, more=part)
        return told

    def line(self, parts: Iterable[str]) -> str:
        """The parts that say something, one behind the other."""
        return self.book.blank.join(part for part in parts if part)

    # ------------------------------------------------------------ groups
    def expr(self, expr: Expr) -> str:
        """The words of one node with all below it."""
        match expr:
            case AllOf(of=of):
                return self.group("all", "and", of)
            case AnyOf(of=of):
                return self.group("any", "or", of)
            case AtLeast(n=n, of=of):
                return self.fill("at_least", number=str(n), points=self.points(of))
            case IfThen(if_=premise, then=then):
                return self.fill("if", premise=self.operand(premise), then=self.operand(then))
            case Except(base=base, unless=unless):
                return self.fill("except", one=self.operand(base), more=self.operand(unless))
            case Not(of=inner):
                return self.fill("not", expr=self.expr(inner))
            case Attestation(about=about, text=text):
                return self.fill(f"about {about}", quoted=self.quoted(text))
            case Protocol(text=text):
                return self.fill("protocol", quoted=self.quoted(text))
            case Unparsed(text=text):
                return self.fill("unparsed", quoted=self.quoted(text))
            case _:
                return self.leaf(expr)

    def group(self, key: str, joint: str, of: tuple[Expr, ...]) -> str:
        """A short group as a chain, any other as a list of points."""
        if 1 < len(of) <= _LONGEST_CHAIN:
            return self.chain(joint, [self.operand(e) for e in of])
        return self.fill(key, points=self.points(of))

    def points(self, of: tuple[Expr, ...]) -> str:
        """The members of a group."""
        return self.chain("also", [self.operand(e) for e in of]) if of else self.fill("nothing")

    def operand(self, expr: Expr) -> str:
        """One member; a group within a group stands in brackets."""
        told = self.expr(expr)
        if isinstance(expr, AllOf | AnyOf | AtLeast | IfThen | Except):
            return self.fill("group", expr=told)
        return told

    # ------------------------------------------------------------ leaves
    def leaf(self, expr: Expr) -> str:
        """What data can answer."""
        parts: list[str] = []
        match expr:
            case Measurement(concept=concept, interval=interval, values=values, select=select):
                parts = [self.concept(concept), self.interval(interval, pure=self.pure(concept))]
                if values is not None:
                    parts.append(self.fill("result", values=self.values(values)))
                if select != "latest":
                    parts.append(self.fill(f"select {select}"))
            case Change(concept=concept, interval=interval, per=per):
                parts = [self.fill("change", concept=self.concept(concept))]
                parts += [self.interval(interval, pure=self.pure(concept)), self.per(per)]
            case Condition(concept=concept, status=status, qualifiers=qualifiers, duration=duration):
                state = self.line((self.concept(concept), self.qualifiers(qualifiers)))
                when = "dated" if status == "any" and expr.window is not None else status
                parts = [self.fill(f"state {when}", state=state), self.slot("lasting", duration)]
            case Exposure(
                concept=concept, kind=kind, status=status, dose=dose, duration=duration, count=count
            ):
                parts = [self.fill(f"given {kind}", concept=self.concept(concept))]
                if status != "any" or expr.window is None:
                    parts.append(self.fill(f"when {status}"))
                parts += [self.slot("dose", dose), self.slot("lasting", duration)]
                parts.append(self.slot("occasions", count, pure=True))
            case Demographic(attribute=attribute, interval=interval, values=values):
                parts = [self.attribute(attribute), self.interval(interval, aged=attribute == "age")]
                if values is not None:
                    parts.append(self.fill("being", values=self.values(values)))
        return self.line((*parts, self.window(getattr(expr, "window", None))))

    def slot(self, key: str, interval: Interval | None, *, pure: bool = False) -> str:
        """An interval within a phrase."""
        return "" if interval is None else self.fill(key, interval=self.interval(interval, pure=pure))

    def attribute(self, attribute: str) -> str:
        """What of a person is meant."""
        known = self.book.groups["attribute"].get(attribute) if attribute else None
        return known.fill({}) if known else self.fill("attribute", quoted=self.quoted(attribute))

    def qualifiers(self, qualifiers: tuple[str, ...]) -> str:
        """What narrows a condition."""
        if not qualifiers:
            return ""
        examples = self.book.phrases["examples"].words[0]
        told = [
            q if _PLAIN_WORDS.fullmatch(q) and not f"({q}".startswith(examples) else self.quoted(q)
            for q in qualifiers
        ]
        return self.fill("qualifiers", qualifiers=self.chain("next", told))

    def values(self, values: tuple[str, ...]) -> str:
        """The words that a result can be."""
        if not values:
            return self.fill("no_values")
        known = self.book.groups["value"]
        return self.chain("either", [known[v].fill({}) if v in known else self.quoted(v) for v in values])

    # ------------------------------------------------------------ concepts
    def pure(self, concept: Concept) -> bool:
        """Whether the numbers of a concept stand without unit."""
        return is_pure(concept, self.book.vocabulary)

    def quoted(self, text: str) -> str:
        """Words as they are, between marks."""
        return QUOTE + "".join(ESCAPES.get(sign, sign) for sign in text) + UNQUOTE

    def concept(self, concept: Concept) -> str:
        """The name of a concept, or its words; examples; and codes that do not go without saying."""
        vocabulary, name = self.book.vocabulary, concept.name
        if name is None:
            parts = [self.quoted(concept.text)]
        else:
            parts = [self.book.shown.get(name) or self.fill("term", quoted=self.quoted(name))]
        if concept.alternatives:
            examples = [self.concept(a) for a in concept.alternatives]
            parts.append(self.fill("examples", concepts=self.chain("next", examples)))
        if concept.codes != usual_codes(name, concept.alternatives, vocabulary):
            codes = [c if _PLAIN_CODE.fullmatch(c) else self.quoted(c) for c in concept.codes]
            parts.append(
                self.fill("codes", codes=self.chain("next", codes)) if codes else self.fill("no_codes")
            )
        return self.line(parts)

    # ------------------------------------------------------------ numbers
    def interval(self, interval: Interval | None, *, pure: bool = False, aged: bool = False) -> str:
        """The bounds with their unit, and what is not plain about the unit."""
        if interval is None:
            return ""
        low, high = interval.low, interval.high
        said = {"low": _digits(low), "high": _digits(high)}
        if low is None or high is None:
            told = self._bound("high", interval) if low is None else self._bound("low", interval)
        elif said["low"] == said["high"]:
            told = self.fill("exactly", low=said["low"])
        elif low.closed and high.closed:
            told = self.fill("between", **said)
        else:
            told = self.fill("both", one=self._bound("low", interval), more=self._bound("high", interval))
        if interval.unit is not None:
            unit = self.unit(interval.unit, one=(said["high"] or said["low"]) == "1", aged=aged)
            if unit is None:
                told = self.line((told, self.fill("unit code", quoted=self.quoted(interval.unit))))
            else:
                told += unit if _is_han(unit) else f" {unit}"
        elif interval.unit_text is not None:
            told = self.line((told, self.fill("unit words", quoted=self.quoted(interval.unit_text))))
        status, relative = interval.unit_status, interval.relative_to
        parts = [told]
        if relative is not None:
            parts.append(self.fill(f"times {relative}"))
        if status != usual_status(interval.unit, interval.unit_text, relative, pure=pure):
            parts.append(self.fill(f"unit {status}"))
        return self.line(parts)

    def _bound(self, end: str, interval: Interval) -> str:
        bound = interval.low if end == "low" else interval.high
        assert bound is not None  # noqa: S101 - the caller has looked
        key = f"{end} {'closed' if bound.closed else 'open'}"
        return self.fill(key, **{end: _digits(bound)})

    def unit(self, code: str, *, one: bool, aged: bool = False) -> str | None:
        """A unit in words or signs; None where nobody knows it."""
        groups = self.book.groups
        if aged and code in groups["aged"]:
            return groups["aged"][code].fill({})
        if code in groups["more"]:
            return groups["one" if one else "more"][code].fill({})
        return self.book.written.get(code)

    # ------------------------------------------------------------ time
    def length(self, period: Period) -> str:
        """How long a period is, whatever its direction."""
        time, told = False, []
        for found in _DURATION.finditer(period.text):
            time = time or found[0] == "T"
            if found["number"]:
                unit = {"Y": "a", "M": "min" if time else "mo", "W": "wk", "D": "d", "H": "h"}[
                    found["letter"]
                ]
                words = self.book.groups["one" if found["number"] == "1" else "more"]
                told.append(self.line((found["number"], words[unit].fill({}))))
        return self.line(told)

    def per(self, period: Period | None) -> str:
        """What a change is counted by."""
        if period is None:
            return ""
        short = self.book.groups["each"].get(period.text)
        if short:
            return short.fill({})
        length = self.length(period)
        return self.fill("per", length=self.fill("minus", length=length) if _is_before(period) else length)

    def moment(self, period: Period, anchor: str) -> str:
        """A day before or after an anchor, or the anchor itself."""
        if period.text == "P0D":
            return anchor
        return self.fill(
            "before" if _is_before(period) else "after", length=self.length(period), anchor=anchor
        )

    def window(self, window: Window | None) -> str:
        """The dates that count."""
        if window is None:
            return ""
        if window.anchor == "event" and window.event is not None:
            anchor = self.concept(window.event)
        else:
            anchor = self.fill(f"anchor {window.anchor}")
            if window.event is not None:
                anchor = self.line((anchor, self.fill("event", concept=self.concept(window.event))))
        told = self._dates(window, anchor)
        return told if window.status == "stated" else self.line((told, self.fill("window assumed")))

    def _dates(self, window: Window, anchor: str) -> str:
        since, to = window.from_, window.to
        if since is None:
            if to is None:
                return self.fill("window open", anchor=anchor)
            return self.fill("window to", end=self.moment(to, anchor))
        if to is None:
            return self.fill("window from", start=self.moment(since, anchor), anchor=anchor)
        if _is_before(since) and to.text == "P0D":
            return self.fill("window before", length=self.length(since), anchor=anchor)
        if since.text == "P0D" and to.text != "P0D" and not _is_before(to):
            return self.fill("window after", length=self.length(to), anchor=anchor)
        return self.fill("window from to", start=self.moment(since, anchor), end=self.moment(to, anchor))


def _digits(bound: Bound | None) -> str:
    return "" if bound is None else format(bound.value, "f")


def _is_before(period: Period) -> bool:
    return period.text.startswith("-")


def _is_han(text: str) -> bool:
    return "\u4e00" <= text[:1] <= "\u9fff"
