"""Drafting the likely shape of words that were not surely read: sentences, conditions, lists, exceptions.

Takes the items of a part of a line, gives a tree whose leaves are drafted by `phrases`; no leaf has codes.
"""

from __future__ import annotations

import re

from trialwright.compiling.criteria.counting import NUMBERS, counted, operator
from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.phrases import (
    Phrase,
    attested,
    is_boundary,
    is_hard,
    is_measuring,
    node_of,
    phrases_of,
    said,
)
from trialwright.compiling.criteria.pieces import trim
from trialwright.compiling.criteria.remainder import unparsed
from trialwright.compiling.criteria.words import words
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Except,
    Expr,
    IfThen,
    Measurement,
    Not,
    Protocol,
    Unparsed,
    leaves,
)

_DEEPEST, _LONGEST = 12, 600
_COUNT = re.compile(
    r"(?:(?:at least|minimum of|any|>=|≥) ?)?\b(?P<n>one|two|three|four|five|six|[1-9])(?: \([0-9]\))?(?: or more)?"
    r"(?: other| additional)? (?:of|from|out of) (?:the |these |any )?(?:[a-z0-9]+ )?(?:following|these|below|signs|symptoms|criteria)"
    r"\b[^:]{0,60}$"
)
_JOINTS = {"comma", "and", "or", "slash", "such_as"}


class Part:
    """A part of a list: its items, and what joins it to the part before."""

    __slots__ = ("items", "joint", "strong")

    def __init__(self, items: list[Item], joint: str, strong: bool) -> None:
        self.items = items
        self.joint = joint
        self.strong = strong


class Draft:
    """Reads items generously; what it gives is likely, never sure."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.exclusion = line.kind == "exclusion"
        self.depth = 0
        self.steps = 0
        self.context = ""
        self.hard = False
        self.plain = self.administrative = 0

    # ------------------------------------------------------------------ sentences
    def text(self, items: list[Item]) -> Expr | None:
        """Points, sentences, and the parts between semicolons."""
        return self.paragraph(folded(items))

    def paragraph(self, items: list[Item]) -> Expr | None:
        """A header over points, or sentences."""
        self.depth += 1
        try:
            if self.depth > _DEEPEST or not items:
                return None
            for mark in ("line", "stop", "semi"):
                parts = [p for p in (trim(p) for p in parted(items, mark)) if p]
                if len(parts) > 1:
                    return self._sentences(parts, mark)
            return self.clause(items)
        finally:
            self.depth -= 1

    def _sentences(self, parts: list[list[Item]], mark: str) -> Expr | None:
        if mark == "line":
            made = self._counted(parts[0], parts[1:])
            if made is not None:
                return made
        elif mark == "semi":
            colon = next((p for p, i in enumerate(parts[0]) if i.kind == "colon"), None)
            if colon:
                points = [parts[0][colon + 1 :], *parts[1:]]
                made = self._counted(parts[0][:colon], [p for p in points if p])
                if made is not None:
                    return made
        of = [e for e in (self.paragraph(p) for p in parts) if e is not None]
        return self.group("any" if self.exclusion else "all", of, span_of([i for p in parts for i in p]))

    def inside(self, items: list[Item], name: str) -> Expr | None:
        """What stands in brackets behind a name, which its bare values are meant for."""
        before, self.context = self.context, name
        try:
            return self.paragraph(items)
        finally:
            self.context = before

    def unparsed(self, items: list[Item]) -> Unparsed:
        """The words as not understood."""
        return unparsed(self.line, items)

    def group(self, op: str, of: list[Expr], span: tuple[int, int]) -> Expr | None:
        """One, all or any of some expressions."""
        if len(of) < 2:
            return of[0] if of else None
        return AllOf(of=tuple(of), span=span) if op == "all" else AnyOf(of=tuple(of), span=span)

    # ------------------------------------------------------------------ clauses
    def clause(self, items: list[Item]) -> Expr | None:
        """A label with its values, a condition, an exception, a list, or one phrase."""
        items = trim(items)
        self.steps += 1
        if not items or self.steps > _LONGEST or self.depth > _DEEPEST:
            return None
        self.depth += 1
        try:
            return self._clause(items)
        finally:
            self.depth -= 1

    def _clause(self, items: list[Item]) -> Expr | None:
        kinds = {i.kind for i in items}
        span = span_of(items)
        if "protocol" in kinds and not kinds & {"bounds", "window", "duration"}:
            return Protocol(text=self.words(items), span=span)
        if "colon" in kinds:
            place = next(p for p, i in enumerate(items) if i.kind == "colon")
            return self._labelled(items[:place], items[place + 1 :])
        made = counted(self, items)
        if made:
            return made
        if "unless" in kinds or any(i.kind == "if" and said(self.line, i) != "when" for i in items):
            return self._conditional(items, span)
        return self._ruled(items, span) or self._list(items)

    def _ruled(self, items: list[Item], span: tuple[int, int]) -> Expr | None:
        """Read "X is not permitted", and "patients with X must Y"."""
        permission, forbidding, obliging = words("permission"), words("forbidding"), words("obliging")
        for place in range(1, len(items)):
            item = items[place]
            text = said(self.line, item)
            if item.kind == "not":
                behind = [said(self.line, i) for i in items[place + 1 : place + 4]]
                named = next((w for w in behind if w not in ("be", "is", "are")), "")
                if named not in permission:
                    continue
            elif text not in forbidding:
                if text in obliging and not self.exclusion and self._of_people(items[:place]):
                    premise = self._list(items[:place])
                    rest = self.clause(items[place + 1 :])
                    if premise is None or rest is None:
                        return premise or rest
                    return IfThen(if_=premise, then=rest, span=span)
                continue
            told = self._list(items[:place])
            return told if told is None or self.exclusion else Not(of=told, span=span)
        return None

    def _counted(self, header: list[Item], points: list[list[Item]]) -> Expr | None:
        """Read "gout, defined by at least two of the following signs": a count over the points."""
        made = operator(self, header, points)
        if made is not None or not header or len(points) < 2:
            return made
        start, end = span_of(header)
        found = _COUNT.search(self.line.plain[start:end].lower())
        if found is None:
            return None
        of = [e for e in (self.paragraph(p) for p in points) if e is not None]
        n = NUMBERS.get(found["n"]) or int(found["n"])
        if n > len(of):
            return None
        whole = span_of([*header, *(i for p in points for i in p)])
        told: Expr = AtLeast(n=n, of=tuple(of), span=whole)
        before = [i for i in header if i.end <= start + found.start()]
        subject = self._list(before) if before else None
        if subject is None or not before[-1:] or _is_label(subject) and before[-1].kind in ("noise", "verb", "word"):
            subject = subject if any(i.kind == "term" for i in before) else None
        return told if subject is None else AllOf(of=(subject, told), span=whole)

    def words(self, items: list[Item]) -> str:
        """The words of these items as they stand in the text."""
        start, end = span_of(items)
        return " ".join(self.line.text[start:end].split())

    def _labelled(self, header: list[Item], rest: list[Item]) -> Expr | None:
        header, rest = trim(header), trim(rest)
        if not header or not rest:
            return self.clause(header or rest)
        points = [p.items for p in self._parts(rest)]
        made = self._counted(header, points)
        if made is not None:
            return made
        if rest[0].kind in ("bounds", "outcome", "pair") and not any(i.kind == "bounds" for i in header):
            return self.clause(header + rest)
        value = self.clause(rest)
        label = self._list(header)
        if value is None or label is None:
            return value or label
        span = span_of([*header, *rest])
        if header[0].kind == "not" and all(isinstance(leaf, Measurement) for leaf in leaves(value)):
            return value
        if all(isinstance(leaf, Measurement) for leaf in leaves(value)) or isinstance(value, AllOf):
            return value if _is_label(label) else self.group("all", [label, value], span)
        if isinstance(label, Not):
            return Not(of=_any(label.of, value, span), span=span)
        return _any(label, value, span)

    def _conditional(self, items: list[Item], span: tuple[int, int]) -> Expr | None:
        place = next(
            p
            for p, i in enumerate(items)
            if i.kind == "unless" or (i.kind == "if" and said(self.line, i) != "when")
        )
        word = items[place]
        parts = self._parts(items[:place]) if place else []
        if word.kind == "if" and len(parts) > 1 and items[place - 1].kind != "comma" and parts[-1].joint == "comma":
            # In a list, the condition is for the part that it stands in.
            end = next((p for p in range(place, len(items)) if items[p].kind in ("comma", "or")), len(items))
            start = len(items[:place]) - len(parts[-1].items)
            of = [e for e in (self.clause(items[start:place]), self.clause(items[place + 1 : end])) if e is not None]
            one = self.group("all", of, span_of(items[start:end]))
            others = [self.clause(items[: start - 1]), one, self.clause(items[end + 1 :])]
            return self.group(self._joint(items[:place]), [e for e in others if e is not None], span)
        if place == 0:
            comma = next((p for p, i in enumerate(items) if i.kind == "comma"), None)
            if comma is None:
                return self._list(items[1:])
            left, right = items[comma + 1 :], items[1:comma]
        else:
            left, right = items[:place], items[place + 1 :]
            later = next((p for p, i in enumerate(right) if i.kind == "comma"), None)
            if word.kind == "if" and left[-1].kind in ("and", "comma", "or") and later:
                # "..., and if female, ..."
                before = self.clause(left)
                behind = self._conditional([word, *right], span)
                of = [e for e in (before, behind) if e is not None]
                return self.group("any" if self.exclusion else "all", of, span)
        base, premise = self.clause(left), self.clause(right)
        if base is None or premise is None:
            return base or premise
        if word.kind == "unless":
            return Except(base=base, unless=premise, span=span)
        if self.exclusion:
            return AllOf(of=(base, premise), span=span)
        return IfThen(if_=premise, then=base, span=span)

    def _joint(self, items: list[Item]) -> str:
        """How a list is joined that a condition cuts."""
        return "all" if any(i.kind == "bounds" for i in items) and not self.exclusion else "any"

    def _of_people(self, items: list[Item]) -> bool:
        """Whether words name some of the people, as "patients with gout" does and "the infection" does not."""
        if not items:
            return False
        first = [i for i in items[:3] if i.kind in ("sex", "fertile") or said(self.line, i) in words("subject")]
        return bool(first) and any(i.kind not in ("noise", "bothsex", "count") for i in items)

    # ------------------------------------------------------------------ lists
    def _parts(self, items: list[Item]) -> list[Part]:
        """The parts of a list; additions behind a comma stay with the part before them."""
        items = _decided(self.line, items)
        out = [Part([], "", False)]
        comma = False
        joint = ""
        for place, item in enumerate(items):
            kind = item.kind
            if kind == "slash" and not self._parting(items, place):
                kind = "noise"
            if kind in _JOINTS:
                if not out[-1].items and kind in ("and", "or", "slash"):
                    joint = joint if joint == "such_as" else ("or" if kind == "slash" else kind)
                    continue
                comma = comma or kind == "comma"
                if kind == "such_as":
                    joint = "such_as"
                elif kind != "comma":
                    joint = "or" if kind == "slash" else kind
                continue
            if comma or joint:
                addition = (
                    not joint
                    and out[-1].items
                    and (is_boundary(self.line, item) or item.kind in ("tail", "window", "duration", "select"))
                )
                if addition:
                    out[-1].items.append(item)
                else:
                    out.append(Part([item], joint or "comma", comma and bool(joint)))
                comma, joint = False, ""
                continue
            out[-1].items.append(item)
        out = [p for p in out if p.items]
        for place in range(len(out) - 2, -1, -1):
            if all(i.kind in ("cue", "noise", "not") for i in out[place].items) and any(
                i.kind == "cue" for i in out[place].items
            ):
                # "Unable or unwilling to ..." is one denial.
                out[place].items += out[place + 1].items
                del out[place + 1]
        return out

    def _parting(self, items: list[Item], place: int) -> bool:
        """Whether a slash parts two alternatives, and not the halves of one name."""
        if place == 0 or place + 1 >= len(items):
            return False
        before, behind = items[place - 1], items[place + 1]
        if not {before.kind, behind.kind} <= {"word", "term", "adjective", "group"}:
            return False
        left, right = said(self.line, before), said(self.line, behind)
        raw = self.line.plain[before.start : behind.end]
        return len(left) > 3 and len(right) > 3 and not raw.isupper()

    def _list(self, items: list[Item]) -> Expr | None:
        """A list of phrases, or one phrase with what it is said to be except for."""
        parts = self._parts(items)
        if not parts:
            return None
        # One denial of all that follows is read once, at the list.
        return self._joined(parts)

    def _joined(self, parts: list[Part]) -> Expr | None:
        joints = {p.joint for p in parts[1:]}
        if "and" in joints and "or" in joints and "such_as" not in joints:
            return self._mixed(parts)
        return self._even(parts)

    def _mixed(self, parts: list[Part]) -> Expr | None:
        """Read "A and B, or C": a word behind a comma joins more loosely; else "or" does."""
        loose = {p.joint for p in parts[1:] if p.strong}
        word = loose.pop() if len(loose) == 1 else "or"
        runs: list[list[Part]] = [[parts[0]]]
        for part in parts[1:]:
            if part.joint == word and (part.strong or not any(p.strong and p.joint == word for p in parts)):
                runs.append([part])
            else:
                runs[-1].append(part)
        if len(runs) < 2:
            return self._even(parts)
        of = [e for e in (self._joined(r) for r in runs) if e is not None]
        span = span_of([i for p in parts for i in p.items])
        return self.group("any" if word == "or" else "all", of, span)

    def _even(self, parts: list[Part]) -> Expr | None:
        """A list with one sort of joint: a head that holds for all, then the parts."""
        span = span_of([i for p in parts for i in p.items])
        cut = next((n for n, p in enumerate(parts) if any(i.kind == "except" for i in p.items)), None)
        unless: Expr | None = None
        if cut is not None:
            place = next(n for n, i in enumerate(parts[cut].items) if i.kind == "except")
            behind = [Part(parts[cut].items[place + 1 :], "", False)]
            later = cut + 1
            while later < len(parts) and not _restarts(self.line, parts[later].items):
                behind.append(parts[later])
                later += 1
            behind = [p for p in behind if p.items]
            for part in behind[:1]:
                part.joint = ""
            unless = self._joined(behind) if behind else None
            if place == 0 and cut == 0:
                return unless
            before = parts[cut].items[:place]
            tail = parts[later:]
            if not before:
                cut -= 1
                before = parts[cut].items
            parts = [*parts[:cut], Part(before, parts[cut].joint, parts[cut].strong), *tail]
        read = [phrases_of(self.line, p.items, self) for p in parts]
        about = next((p.about for r in read for p in r if p.about), None)
        if about is not None:
            for phrases in read:
                attested(self.line, [p for p in phrases if not is_hard(self.line, p)], about)
        _share(self.line, read)
        op = self._op(parts, read)
        head = read[0][:-1] if len(read) > 1 else []
        first = read[0][-1:] if len(read) > 1 else read[0]
        denied = bool(len(read) > 1 and first and first[0].negated and first[0].leading)
        of: list[Expr] = []
        over: list[Expr] = []
        reaching = denied
        for number, phrases in enumerate([first, *read[1:]]):
            if number and reaching and _own_sense(self.line, parts[number].items, phrases):
                reaching = False
            if number and first and first[0].about and parts[number].joint == "such_as":
                reaching = False
            if reaching:
                for phrase in phrases:
                    phrase.negated = phrase.negated and number > 0 and not phrase.leading
                if number and first[0].about:
                    attested(self.line, phrases, first[0].about)
            made = [e for e in (node_of(self.line, p, self) for p in phrases) if e is not None]
            if len(made) > 1 and phrases[0].negated and phrases[0].leading and isinstance(made[0], Not):
                # What narrows a denied thing is denied with it: "no stroke with residual deficit".
                inner = self.group("all", [made[0].of, *made[1:]], span_of(parts[number].items))
                made = [Not(of=inner or made[0].of, span=span_of(parts[number].items))]
            node = self.group("all", made, span_of(parts[number].items))
            if node is None:
                continue
            if cut is not None and number == cut and unless is not None:
                node = (
                    Not(of=Except(base=node.of, unless=unless, span=span), span=span)
                    if isinstance(node, Not)
                    else Except(base=node, unless=unless, span=span)
                )
            (of if not denied or reaching else over).append(node)
        whole = self.group(op, of, span)
        if denied and whole is not None:
            inner = self.group("any" if op != "all" or len(of) > 1 else op, of, span)
            whole = Not(of=inner or whole, span=span)
        heads = [e for e in (node_of(self.line, p, self) for p in head) if e is not None]
        return self.group("all", [*heads, *([whole] if whole is not None else []), *over], span)

    def _op(self, parts: list[Part], read: list[list[Phrase]]) -> str:
        joints = {p.joint for p in parts[1:]}
        if joints & {"or", "such_as"}:
            return "any"
        told = any(p.bounds or p.durations or p.about for r in read for p in r)
        if "and" in joints:
            if self.exclusion or (len(parts) > 2 and not told):
                return "any"
            # "Pregnant and lactating women" are two populations; what has a value or a verb is asked for besides.
            bare = all(len(r) == 1 and r[0].bare for r in read)
            return "any" if bare and not told and self.line.kind is None else "all"
        return "all" if told and not self.exclusion else "any"


def _decided(line: Line, items: list[Item]) -> list[Item]:
    """The items without "with or without X", which asks nothing."""
    if not any(i.kind == "not" for i in items):
        return items
    out: list[Item] = []
    skipping = False
    for place, item in enumerate(items):
        if item.kind == "not" and said(line, item) == "without" and place > 1:
            before = items[place - 2 : place]
            if before[1].kind in ("or", "slash") and said(line, before[0]) == "with":
                del out[-2:]
                skipping = True
                continue
        if skipping and item.kind not in ("comma", "and", "or", "semi"):
            continue
        skipping = False
        out.append(item)
    return out


def _is_label(label: Expr) -> bool:
    concept = getattr(label, "concept", None)
    return concept is not None and len(concept.text.split()) < 4


def _any(label: Expr, value: Expr, span: tuple[int, int]) -> Expr:
    left = label.of if isinstance(label, AnyOf) else (label,)
    right = value.of if isinstance(value, AnyOf) else (value,)
    return AnyOf(of=(*left, *right), span=span)


def _restarts(line: Line, items: list[Item]) -> bool:
    """Whether a part begins anew, and so no longer belongs to an exception."""
    return items[0].kind in ("status", "verb", "not") or said(line, items[0]) in ("any", "evidence of")


def _own_sense(line: Line, items: list[Item], phrases: list[Phrase]) -> bool:
    """Whether a part is denied by itself, or asked for, and not under the denial at the front."""
    if not phrases:
        return False
    if phrases[0].negated and phrases[0].leading:
        return True
    return items[0].kind in ("cue", "age", "bounds") or said(line, items[0]) in ("must", "should", "with", "able")


def _share(line: Line, read: list[list[Phrase]]) -> None:
    """What is said once for a list: a status, a measure, a bound, a window at the end."""
    for left, right in zip(read, read[1:], strict=False):
        if not left or not right:
            continue
        one, other = left[-1], right[0]
        if other.status is None and other.verb is None:
            other.status, other.verb = one.status, one.verb
        if other.bounds and not other.content and one.content and (one.bounds or one.outcome is None):
            other.content, other.borrowed = one.content, True
    for place in range(len(read) - 2, -1, -1):
        left, right = read[place], read[place + 1]
        if not left or not right:
            continue
        one, other = left[-1], right[0]
        if other.bounds and not one.bounds and not other.borrowed and is_measuring(line, one):
            one.bounds = list(other.bounds)
        if not one.windows and other.windows and not one.bounds and not one.durations and len(right) == 1:
            one.windows = list(other.windows)


def parted(items: list[Item], mark: str) -> list[list[Item]]:
    """The items between the marks of one kind."""
    out: list[list[Item]] = [[]]
    for item in items:
        if item.kind == mark:
            out.append([])
        else:
            out[-1].append(item)
    return out


def folded(items: list[Item]) -> list[Item]:
    """The items with each pair of brackets as one item of kind `group` that holds those inside."""
    stack: list[tuple[Item | None, list[Item]]] = [(None, [])]
    for item in items:
        if item.kind == "open" and len(stack) < _DEEPEST:
            stack.append((item, []))
        elif item.kind == "close":
            if len(stack) > 1:
                opened, inside = stack.pop()
                start = opened.start if opened is not None else item.start
                stack[-1][1].append(Item("group", inside, start, item.end))
        elif item.kind != "open":
            stack[-1][1].append(item)
    while len(stack) > 1:
        _, inside = stack.pop()
        stack[-1][1].extend(inside)
    return stack[0][1]


