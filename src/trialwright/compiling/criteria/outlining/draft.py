"""Drafting the likely shape of words: points, sentences, labels, conditions and rules, down to lists.

Takes the items of a part of a line, gives a tree whose leaves have no codes, and counts how far its
words speak of what a record could hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from trialwright.compiling.criteria.counting import counted
from trialwright.compiling.criteria.line import Item, Line, kinds_of, span_of
from trialwright.compiling.criteria.outlining.headers import over_points
from trialwright.compiling.criteria.outlining.lists import grouped, joined
from trialwright.compiling.criteria.outlining.parts import Part, between, folded, parts_of, unfolded
from trialwright.compiling.criteria.outlining.phrase import Phrase
from trialwright.compiling.criteria.outlining.wording import lowered, wording
from trialwright.compiling.criteria.pieces import trim
from trialwright.compiling.criteria.remainder import unparsed
from trialwright.model.expression import (
    AllOf,
    AnyOf,
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
    leaves,
)

_DEEPEST, _LONGEST = 12, 600
_CONDITIONAL = re.compile(
    r"\b(?:allowed|permitted|acceptable|accepted|eligible|may|note|unless|except\w*|if|when|where|other than"
    r"|cohorts?|arms?|groups?|part|phase|recommended|should|either|whichever|alternatively|waived?|however)\b"
    r"|除外|如果|若|或者可|允许"
)
Sure = Callable[[list[Item]], Expr | None]
_BOUNDARY = frozenset({"noise", "word", "verb", "before", "after", "such_as"})
_TELLING = frozenset({"bounds", "window", "duration", "pair", "washout"})


class Draft:
    """Reads items generously: what it gives is likely, never sure.

    hard: something was named that a record could hold; hindered: something keeps the person from what is
    asked; plain, administrative: words of other things, and of running a trial; exhausted: there is too much
    to read, and something was left out.
    """

    def __init__(self, line: Line, sure: Sure | None = None) -> None:
        self.line = line
        self.exclusion = line.kind == "exclusion"
        self.wording = wording()
        self.context = ""
        self.exampling = False
        self.hard = self.hindered = False
        self.exhausted = False
        self.plain = self.administrative = 0
        self._lower = lowered(line.plain)
        # Where words permit, or set conditions, even a plain statement may be none of this person's.
        self.sure = None if sure is None or _CONDITIONAL.search(self._lower) else sure
        self._depth = self._steps = 0

    def said(self, item: Item) -> str:
        """The words of an item, in lower case."""
        return self._lower[item.start : item.end]

    def lower(self, items: list[Item]) -> str:
        """The words of these items in lower case, as one text."""
        start, end = span_of(items)
        return self._lower[start:end]

    def words(self, items: list[Item]) -> str:
        """The words of these items as they stand in the text."""
        start, end = span_of(items)
        return " ".join(self.line.text[start:end].split())

    def is_boundary(self, item: Item) -> bool:
        """Whether a word begins an addition to what stands before it."""
        return item.kind in _BOUNDARY and self.said(item) in self.wording.boundary

    def deeper(self, read: Callable[[Draft, list[Part]], Expr | None], parts: list[Part]) -> Expr | None:
        """What a reader gives one level further down; nothing where that is too deep."""
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                self.exhausted = True
                return None
            return read(self, parts)
        finally:
            self._depth -= 1

    def certain(self, items: list[Item], phrases: list[Phrase]) -> Expr | None:
        """The part as a sure statement, with its codes, where it stands for itself."""
        if self.sure is None or len(phrases) != 1 or not _is_plain(phrases[0]):
            return None
        if not any(i.kind in ("term", "age") for i in items):
            return None
        found = self.sure(unfolded(items))
        return found if found is not None and all(map(_is_coded, leaves(found))) else None

    def unparsed(self, items: list[Item]) -> Unparsed:
        """The words as not understood."""
        return unparsed(self.line, items)

    # ------------------------------------------------------------------ sentences
    def text(self, items: list[Item]) -> Expr | None:
        """Points, sentences, and the parts between semicolons."""
        return self.paragraph(folded(items))

    def inside(self, items: list[Item], name: str, *, examples: bool) -> Expr | None:
        """What stands in brackets behind a name, which its bare values are meant for."""
        before = self.context, self.exampling
        self.context, self.exampling = name, examples
        try:
            return self.paragraph(items)
        finally:
            self.context, self.exampling = before

    def paragraph(self, items: list[Item]) -> Expr | None:
        """A header over points, or sentences."""
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                self.exhausted = True
            if not items or self.exhausted:
                return None
            kinds = kinds_of(items)
            for mark in ("line", "stop", "semi"):
                if mark in kinds:
                    parts = [p for p in between(items, mark) if trim(p)]
                    if len(parts) > 1:
                        return self._sentences(parts, mark)
            return self.clause(items)
        finally:
            self._depth -= 1

    def _sentences(self, parts: list[list[Item]], mark: str) -> Expr | None:
        # "A; B; or C"
        led = {p[0].kind for p in parts[1:]} | {p[-1].kind for p in parts[:-1]}
        parts = [trim(p) for p in parts]
        header, points = parts[0], parts[1:]
        if mark == "semi":
            colon = next((p for p, i in enumerate(header) if i.kind == "colon"), None)
            if colon:
                header, points = header[:colon], [p for p in (header[colon + 1 :], *points) if p]
        if mark == "line" or header is not parts[0]:
            made = over_points(self, header, points)
            if made is not None:
                return made
        of = [e for e in (self.paragraph(p) for p in parts) if e is not None]
        any_ = "or" in led or (self.exclusion and "and" not in led)
        return grouped("any" if any_ else "all", of, span_of([i for p in parts for i in p]))

    # ------------------------------------------------------------------ clauses
    def clause(self, items: list[Item]) -> Expr | None:
        """A label with its values, a condition, an exception, a list, or one phrase."""
        items = trim(items)
        self._steps += 1
        if self._steps > _LONGEST or self._depth > _DEEPEST:
            self.exhausted = True
        if not items or self.exhausted:
            return None
        self._depth += 1
        try:
            return self._clause(items)
        finally:
            self._depth -= 1

    def _clause(self, items: list[Item]) -> Expr | None:
        kinds = kinds_of(items)
        span = span_of(items)
        if "protocol" in kinds and kinds.isdisjoint(_TELLING):
            return Protocol(text=self.words(items), span=span)
        if "colon" in kinds:
            place = next(p for p, i in enumerate(items) if i.kind == "colon")
            return self._labelled(items[:place], items[place + 1 :])
        if "count" in kinds or "cmp" in kinds or "quantity" in kinds or "bounds" in kinds:
            made = counted(self, items)
            if made:
                return made
        place = -1
        if "unless" in kinds or "if" in kinds:
            place = next((p for p, i in enumerate(items) if self._conditions(i)), -1)
        if place >= 0:
            return self._conditional(items, place, span)
        return self._ruled(items, span) or self.listed(items)

    def listed(self, items: list[Item]) -> Expr | None:
        """A list, or one phrase."""
        return joined(self, parts_of(self, items))

    def _conditions(self, item: Item) -> bool:
        # "When" mostly tells a circumstance, which asks for no answer of its own.
        return item.kind == "unless" or (item.kind == "if" and self.said(item) != "when")

    def _labelled(self, header: list[Item], rest: list[Item]) -> Expr | None:
        """A label before a colon, with what it stands for."""
        header, rest = trim(header), trim(rest)
        if not header or not rest:
            return self.clause(header or rest)
        made = over_points(self, header, [p.items for p in parts_of(self, rest)])
        if made is not None:
            return made
        valued = any(i.kind == "bounds" for i in header) or any(i.kind in ("word", "term") for i in rest)
        if rest[0].kind in ("bounds", "outcome", "pair") and not valued:
            return self.clause(header + rest)
        value, label = self.clause(rest), self.listed(header)
        if value is None or label is None:
            return value or label
        span = span_of([*header, *rest])
        measured = all(isinstance(leaf, Measurement) for leaf in leaves(value))
        if header[0].kind == "not" and measured:
            # The values behind the colon define what "no dysfunction" means.
            return value
        if measured or isinstance(value, AllOf):
            return value if _is_short(label) else grouped("all", [label, value], span)
        if isinstance(label, Not):
            return Not(of=_either(label.of, value, span), span=span)
        if isinstance(value, AnyOf):
            return grouped("all", [label, value], span)
        return _either(label, value, span)

    def _conditional(self, items: list[Item], place: int, span: tuple[int, int]) -> Expr | None:
        """Read "if female, X", "X unless Y", and "A, B if Y, C", where the condition is for B alone."""
        word = items[place]
        if place == 0:
            comma = next((p for p, i in enumerate(items) if i.kind == "comma"), None)
            if comma is None:
                return self.listed(items[1:])
            left, right = items[comma + 1 :], items[1:comma]
        else:
            left, right = items[:place], items[place + 1 :]
            if word.kind == "if":
                within = self._conditional_part(items, place, span)
                if within is not None:
                    return within
        base, premise = self.clause(left), self.clause(right)
        if base is None or premise is None:
            return base or premise
        if word.kind == "unless":
            return Except(base=base, unless=premise, span=span)
        if self.exclusion or isinstance(base, Demographic):
            # "Women if they are breast-feeding"
            return AllOf(of=(base, premise), span=span)
        return IfThen(if_=premise, then=base, span=span)

    def _conditional_part(self, items: list[Item], place: int, span: tuple[int, int]) -> Expr | None:
        """A condition that stands in one part of a list, or leads a part of its own."""
        left = items[:place]
        if left[-1].kind in ("and", "comma", "or"):
            if not any(i.kind == "comma" for i in items[place + 1 :]):
                return None
            # "..., and if female, ..."
            of = [e for e in (self.clause(left), self.clause(items[place:])) if e is not None]
            return grouped("any" if self.exclusion else "all", of, span)
        parts = parts_of(self, left)
        if len(parts) < 2 or parts[-1].joint != "comma":
            return None
        end = next((p for p in range(place, len(items)) if items[p].kind in ("comma", "or")), len(items))
        start = place - len(parts[-1].items)
        held = [
            e for e in (self.clause(items[start:place]), self.clause(items[place + 1 : end])) if e is not None
        ]
        others = [self.clause(items[: start - 1]), grouped("all", held, span), self.clause(items[end + 1 :])]
        op = "all" if not self.exclusion and any(i.kind == "bounds" for i in left) else "any"
        return grouped(op, [e for e in others if e is not None], span)

    def _ruled(self, items: list[Item], span: tuple[int, int]) -> Expr | None:
        """Read "X is not permitted", and "patients with X must Y"."""
        lower, forbidding, obliging = self._lower, self.wording.forbidding, self.wording.obliging
        for place in range(1, len(items)):
            item = items[place]
            text = lower[item.start : item.end]
            if item.kind == "not":
                behind = [self.said(i) for i in items[place + 1 : place + 4]]
                named = next((w for w in behind if w not in ("be", "is", "are")), "")
                forbidden = named in self.wording.permission
            else:
                forbidden = text in forbidding
                if text in obliging and self._is_duty(items, place):
                    premise, rest = self.listed(items[:place]), self.clause(items[place + 1 :])
                    if premise is None or rest is None:
                        return premise or rest
                    return IfThen(if_=premise, then=rest, span=span)
            if forbidden:
                told = self.listed(items[:place])
                return told if told is None or self.exclusion else Not(of=told, span=span)
        return None

    def _is_duty(self, items: list[Item], place: int) -> bool:
        """Whether people are obliged to something, and not permitted or kept out."""
        behind = [self.said(i) for i in items[place + 1 : place + 4]]
        return (
            not self.exclusion
            and self._of_people(items[:place])
            and self.wording.permission.isdisjoint(behind)
            and "excluded" not in behind
        )

    def _of_people(self, items: list[Item]) -> bool:
        """Whether words name some of the people: "patients with gout", but not "the infection"."""
        led = any(i.kind in ("sex", "fertile") or self.said(i) in self.wording.subject for i in items[:3])
        return led and any(i.kind not in ("noise", "bothsex", "count") for i in items)


def _is_plain(phrase: Phrase) -> bool:
    """Whether all that is said of a phrase stands with it."""
    return not (phrase.borrowed or phrase.shared or phrase.qualifiers or phrase.arm or phrase.expr)


def _is_coded(leaf: Expr) -> bool:
    if isinstance(leaf, Condition) and leaf.qualifiers:
        return False
    return isinstance(leaf, Demographic) or (
        isinstance(leaf, Measurement | Condition | Exposure) and bool(leaf.concept.codes)
    )


def _is_short(label: Expr) -> bool:
    concept = getattr(label, "concept", None)
    return concept is not None and len(concept.text.split()) < 4


def _either(label: Expr, value: Expr, span: tuple[int, int]) -> Expr:
    left = label.of if isinstance(label, AnyOf) else (label,)
    right = value.of if isinstance(value, AnyOf) else (value,)
    return AnyOf(of=(*left, *right), span=span)
