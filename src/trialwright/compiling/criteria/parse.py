"""Pass `parse`: items into an expression, by recursive descent from sentences down to single statements.

Takes a line with items, gives it its expression. No wrong tree: a part that is not understood becomes an
`unparsed`
node with its words, and where even its place in the logic is unsure the whole line does.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from trialwright.compiling.criteria.adding import alternative, either_way
from trialwright.compiling.criteria.ages import aged, led_by_age
from trialwright.compiling.criteria.allergies import allergic
from trialwright.compiling.criteria.arms import armed, read_arms, read_groups
from trialwright.compiling.criteria.conditional import conditional, premised
from trialwright.compiling.criteria.counting import counted, operator
from trialwright.compiling.criteria.denials import lacking, twice
from trialwright.compiling.criteria.examples import exampled
from trialwright.compiling.criteria.exceptions import excepted, folded, with_folded
from trialwright.compiling.criteria.heads import parted
from trialwright.compiling.criteria.leaf import Statement
from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.line import Item, Line, kinds_of, span_of
from trialwright.compiling.criteria.listing import read_list
from trialwright.compiling.criteria.nested import below, joint_of, levels, narrowed
from trialwright.compiling.criteria.permitted import (
    bracketed_permission,
    let_in,
    lets_in,
    parts_let_in,
)
from trialwright.compiling.criteria.person import attested
from trialwright.compiling.criteria.pieces import split_at, top, trim
from trialwright.compiling.criteria.remainder import bracketed, defined, headed, preceded, unparsed
from trialwright.compiling.criteria.respectively import beside
from trialwright.compiling.criteria.sides import names_defect, under_defect
from trialwright.compiling.criteria.stances import stance_of
from trialwright.compiling.criteria.thresholds import otherwise, thresholds
from trialwright.compiling.criteria.timed_heads import told_above
from trialwright.compiling.criteria.unsettled import (
    apart_from_others,
    decides,
    labels_some,
    moved,
    of_arm,
    of_others,
    permits,
    rejoined,
)
from trialwright.compiling.criteria.waiting import waited
from trialwright.compiling.criteria.words import words
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Expr,
    Protocol,
    Unparsed,
    leaves,
)

_GROUPS = re.compile(
    r"\b(?:cohort|arm|group|part|phase|control|controls|stage|case|cases|men|women|male|female|exclu\w*|not|unless|except|if|allowed|permitted|note)\b",
    re.IGNORECASE,
)
# With these an exception or a bracket may be taken out of a clause.
_FOLDING = ("except", "unless", "window", "duration", "open")


def parse(line: Line, lexicon: Lexicon) -> Line:
    """The line with its expression."""
    reader = Parser(line, lexicon)
    items = list(line.items)
    expr = reader.whole(items) if items else None
    if expr is None:
        expr = unparsed(line, items)
    return msgspec.structs.replace(line, expr=expr)


class Parser:
    """Reads the items of one line; every method gives None for what it does not surely understand."""

    def __init__(self, line: Line, lexicon: Lexicon) -> None:
        self.line = line
        self.lexicon = lexicon
        self.depth = 0
        self.steps = 0
        # What is not in the line is not looked for in its parts.
        low = line.plain.lower()
        self.names_allergy = any(word in low for word in words("allergic_stem"))
        self.han = not line.plain.isascii() and any(word in low for word in words("organ_side"))
        self.defines = "defined" in low
        self.of_others = of_others(line, list(line.items))
        self.permits = permits(line, list(line.items))
        self.of_arm = bool(line.items) and of_arm(line, list(line.items))

    def whole(self, items: list[Item]) -> Expr | None:
        """A criterion: a header over nested points, or a paragraph."""
        pieces = levels(self.line, items)
        if len(pieces) > 1:
            return self._nested(pieces)
        return self.paragraph(items)

    def _nested(self, pieces: list[list[Item]]) -> Expr | None:
        header, points = pieces[0], [p for p in pieces[1:] if p]
        if not header or not points or len(points) > 60:
            return None
        while header and header[-1].kind in ("colon", "comma", "stop"):
            header = header[:-1]
        if not header or labels_some(self.line, header):
            return None
        joined = below(self, header, points)
        if joined is not False:
            return joined
        made = operator(self, header, points) or self._timed(
            header, points, lambda: self._below(header, points)
        )
        if made is not None:
            return made
        if any(i.kind in ("window", "duration", "washout") for i in header):
            return None
        if (added := narrowed(self, header, points)) is not False:
            return added
        if self._label(header):
            return self._below(header, points)
        return None

    def _below(self, header: list[Item], points: list[list[Item]]) -> Expr | None:
        """Points under a header that only names them."""
        op = joint_of(self.line, points)
        if op is None:
            return None
        of = [self.paragraph(p) or unparsed(self.line, p) for p in points]
        return self._group(op, of, header[0].start, points[-1][-1].end)

    def _timed(
        self, header: list[Item], points: list[list[Item]], plain: Callable[[], Expr | None]
    ) -> Expr | None:
        """What stands below a header that tells its time."""
        return told_above(self.line, header, lambda rest: operator(self, rest, points), plain)

    def _group(self, op: str, of: list[Expr], start: int, end: int) -> Expr | None:
        if all(isinstance(e, Unparsed) for e in of):
            return None
        if len(of) == 1:
            return of[0]
        return (
            AllOf(of=tuple(of), span=(start, end)) if op == "all" else AnyOf(of=tuple(of), span=(start, end))
        )

    def paragraph(self, items: list[Item]) -> Expr | None:
        """Sentences, and the parts between semicolons."""
        items = trim(items)
        if not items:
            return None
        self.depth += 1
        try:
            if self.depth > 24:
                return None
            kinds = kinds_of(items)
            if "line" in kinds:
                return self._nested(levels(self.line, items))
            if "protocol" in kinds and "bounds" not in kinds:
                span = span_of(items)
                text = " ".join(self.line.text[span[0] : span[1]].split())
                return Protocol(text=text, span=span)
            if "colon" in kinds and labels_some(self.line, items):
                return None
            if kinds.isdisjoint(("semi", "stop")):
                if self.of_arm and "bounds" in kinds and of_arm(self.line, items):
                    # What one arm asks is not asked of the others.
                    return None
                if self.of_others and of_others(self.line, items):
                    return self.clause(items)
            if armed(items) and (arms := read_arms(self.line, items, self.statement)) is not None:
                return arms
            if "within" in kinds or "for" in kinds:
                groups = read_groups(self.line, items, self.statement)
                if groups is not None:
                    return groups
            bound = thresholds(self.line, items, self.clause)
            if bound is not None:
                return bound
            if "colon" in kinds and "window" in kinds and (made := self._after_time(items)) is not None:
                return made
            labelled = "semi" in kinds and sum(i.kind == "colon" for i in items) == 1
            colon = top(items, ("colon",)) if labelled and "stop" not in kinds else None
            if colon and names_defect(self.line, items[:colon]):
                return under_defect(self.line, items[:colon], items[colon + 1 :], self.paragraph)
            if labelled and "stop" not in kinds:
                # A premise before a colon is that of all the parts behind it.
                made = premised(self.line, items, self.paragraph)
                if made is not None:
                    return made
            number = counted(self, items)
            if number is not False:
                return number
            if self.permits and (taken := let_in(self.line, items)) is not items:
                return None if taken is None else self.clause(taken)
            for mark in ("stop", "semi"):
                if mark not in kinds:
                    continue
                if self.permits and parts_let_in(self.line, items, mark):
                    # "No HIV infection. Patients with a low viral load are eligible."
                    return None
                parts = [p for p in (trim(p) for p in split_at(items, (mark,))) if p]
                if len(parts) > 1:
                    return self._parts(rejoined(self.line, items, parts), mark)
            return self.clause(items)
        finally:
            self.depth -= 1

    def _after_time(self, items: list[Item]) -> Expr | None:
        """Read "Within 2 weeks before entry: A; B": the time before the colon is that of each part."""
        mark = top(items, ("colon", "semi", "stop"))
        if not mark or items[mark].kind != "colon":
            return None
        rest = trim(items[mark + 1 :])
        joints = ("semi",) if top(rest, ("semi",)) is not None else ("comma", "or", "and")
        points = [p for p in (trim(p) for p in split_at(rest, joints)) if p]
        return self._timed(trim(items[:mark]), points, lambda: self.paragraph(rest)) if points else None

    def _parts(self, parts: list[list[Item]], mark: str) -> Expr | None:
        # "18 to 65 years; both sexes"
        parts = [p for p in parts if any(i.kind not in ("noise", "bothsex") for i in p)] or parts
        if len(parts) == 1:
            return self.clause(parts[0])
        led = {p[0].kind for p in parts[1:]} | {p[-1].kind for p in parts[:-1]}
        parts = [_unled(p) for p in parts]
        if "or" in led and "and" in led:
            return None
        read = [None if n and lets_in(self.line, p) else self.paragraph(p) for n, p in enumerate(parts)]
        if len(read) == 2 and (either := otherwise(*read)) is not None and self.line.kind == "inclusion":
            return either
        exclusion = self.line.kind == "exclusion"
        if exclusion and mark == "stop" and any(e is None for e in read):
            return None
        if sum(e is not None for e in read) < 1:
            return None
        if any(e is None for e in read) and not (mark == "semi" or read[0] is not None):
            return None
        of = [e if e is not None else unparsed(self.line, p) for e, p in zip(read, parts, strict=True)]
        # "A; B; or C"
        op = "any" if exclusion or "or" in led else "all"
        return self._group(op, of, parts[0][0].start, parts[-1][-1].end)

    def _label(self, items: list[Item]) -> bool:
        """Whether words before a colon only name what follows."""
        if not items:
            return True
        text = self.line.plain[items[0].start : items[-1].end]
        if _GROUPS.search(text) or len(items) > 8 or stance_of(text.lower()) is not None:
            return False
        return all(
            i.kind in ("noise", "word", "term", "verb", "adjective", "comma", "and", "for", "within")
            for i in items
        )

    def clause(self, items: list[Item]) -> Expr | None:
        """A colon, an exception, a condition, a list, or one statement."""
        items = trim(items)
        # A hostile line must not make the descent deep or long.
        if not items or self.depth > 24 or self.steps > 400:
            return None
        self.depth += 1
        self.steps += 1
        try:
            made = self._read_clause(items)
            if made is None and self.line.kind == "inclusion" and self.depth < 4:
                made = led_by_age(self.line, items, self.clause)
            if self.of_others and of_others(self.line, items) and (made is None or decides(made)):
                return apart_from_others(self.line, items, self.clause)
            return made
        finally:
            self.depth -= 1

    def _read_clause(self, items: list[Item]) -> Expr | None:
        if self.depth > 2 and (bound := thresholds(self.line, items, self.clause)) is not None:
            return bound
        made = premised(self.line, items, self.clause)
        if made is not None:
            return made
        kinds = kinds_of(items)
        if "colon" in kinds and (colon := top(items, ("colon",))) is not None:
            return self._after_colon(items[:colon], items[colon + 1 :])
        said = attested(self.line, items, self.clause) if "cue" in kinds else None
        if said is not None:
            return said
        if self.names_allergy and (named := allergic(self.line, items)) is not None:
            return named
        if not kinds.isdisjoint(_FOLDING):
            items = folded(self.line, items)
            for kind in ("except", "unless"):
                place = top(items, (kind,))
                if place is not None:
                    return self._exception(items, place)
            kinds = kinds_of(items)
        if self.permits and bracketed_permission(self.line, items):
            return None
        if self.han:
            items = parted(self.line, items)
        if not kinds.isdisjoint(("bounds", "pair")) and not kinds.isdisjoint(("sex", "bothsex")):
            items = beside(self.line, items)
        if not armed(items) and moved(self.line, items):
            return None
        if "if" in kinds and (place := top(items, ("if",))) is not None:
            return conditional(self.line, items, place, self.clause)
        if self.defines and (made := defined(self.line, items, self.clause)) is not None:
            return made
        if "such_as" in kinds:
            return self._examples(items)
        if "not" in kinds:
            kept = either_way(self.line, items)
            if kept is False:
                return None
            if kept is not items:
                return self.clause(kept)
            denied = lacking(self.line, items, self.clause) or twice(self.line, items, self.clause)
            if denied is not None:
                return denied
        if armed(items):
            return read_arms(self.line, items, self.statement)
        if "bounds" in kinds and (people := aged(self.line, items, self.clause)) is not None:
            return people
        if "open" in kinds and items[-1].kind == "close":
            items = alternative(items)
        if "washout" in kinds:
            return waited(self.line, items)
        if top(items, ("and", "or", "comma", "slash")) is None:
            return self.statement(items)
        return (
            bracketed(self.line, items, self.clause)
            or headed(self.line, items, self.clause)
            or read_list(self.line, self.lexicon, items, self.statement)
        )

    def statement(self, items: list[Item]) -> Expr | None:
        """One statement without connectives."""
        items = trim(items)
        if not items or self.depth > 24:
            return None
        kinds = kinds_of(items)
        if "excepted" in kinds:
            return with_folded(self.line, items, self.statement, self.clause)
        bounded = "bounds" in kinds
        return (
            ("cue" in kinds and attested(self.line, items, self.clause))
            or ("open" in kinds and bracketed(self.line, items, self.clause))
            or ("not" in kinds and lacking(self.line, items, self.statement))
            or Statement(self.line, items).read()
            or (bounded and headed(self.line, items, self.statement))
            or (bounded and preceded(self.line, items, self.statement))
            or None
        )

    def _after_colon(self, header: list[Item], rest: list[Item]) -> Expr | None:
        rest = trim(rest)
        if not rest:
            return self.clause(header)
        points = [p for p in (trim(p) for p in split_at(rest, ("comma", "or", "and", "semi"))) if p]
        made = operator(self, header, points) if header else None
        if made is not None:
            return made
        header = trim(header)
        if names_defect(self.line, header):
            return under_defect(self.line, header, rest, self.paragraph)
        if header and header[0].kind == "not":
            return None
        if len([i for i in header if i.kind == "term"]) == 1 and rest[0].kind in ("bounds", "outcome"):
            return self.clause(header + rest)
        measured = [i for i in header if i.kind == "age" or (i.kind == "term" and i.value.kind == "quantity")]
        if armed(rest) and len(measured) == 1 and all(i in measured or i.kind == "noise" for i in header):
            return read_arms(self.line, [*measured, *rest], self.statement)
        if any(i.kind == "age" for i in header) and rest[0].kind == "bounds":
            return self.clause(header + rest)
        if self._label(header):
            expr = self.clause(rest)
            if expr is not None and any(
                e.__class__.__name__ in ("Measurement", "Demographic") for e in leaves(expr)
            ):
                return expr
        return None

    def _exception(self, items: list[Item], place: int) -> Expr | None:
        behind = trim(items[place + 1 :])
        return excepted(self.line, items[:place], items[place], behind, self.clause) if behind else None

    def _examples(self, items: list[Item]) -> Expr | None:
        """Examples, or an alternative to all of them behind ", or"."""
        made = exampled(self.line, self.lexicon, items, self.clause)
        if made is not None or self.line.kind != "exclusion":
            return made
        place = next(
            (
                p
                for p in range(len(items) - 1)
                if items[p].kind == "comma"
                and items[p + 1].kind == "or"
                and any(i.kind == "such_as" for i in items[:p])
            ),
            None,
        )
        if place is None or not any(i.kind in ("bounds", "outcome") for i in items[place:]):
            return None
        one, other = self.clause(items[:place]), self.paragraph(items[place + 2 :])
        if one is None or other is None:
            return None
        return AnyOf(of=(one, other), span=span_of(items))


def _unled(items: list[Item]) -> list[Item]:
    """The part without the word that joins it to the others."""
    start, end = 0, len(items)
    while start < end - 1 and items[start].kind in ("or", "and"):
        start += 1
    while end - 1 > start and items[end - 1].kind in ("or", "and"):
        end -= 1
    return items[start:end]
