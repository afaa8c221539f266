"""Counted lists: "at least two of the following", "any 2 of: A; B; C", 符合以下至少2项.

Takes a header and its points, gives `any`, `all` or `at_least` over them; None where the number is unsure.
"""

from __future__ import annotations

import re
from typing import Literal, Protocol

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.pieces import split_at, top, trim
from trialwright.language.numbers import chinese_number
from trialwright.model.expression import AllOf, AnyOf, AtLeast, Expr, Unparsed

_FOLLOWING = re.compile(
    r"\b(?:(?P<least>at least|minimum of|>=|≥) ?)?(?P<n>one|two|three|four|five|[1-9]|any|all|each|either)"
    r"(?P<more> or more)?(?: \([0-9]\))?"
    r"(?: criteria| criterion| conditions?)?"
    r"(?: of| from)?(?: the)?(?: followings?\b| these\b| below\b)"
    r"|\b(?P<least2>(?:at least|minimum of|any|>=|≥) ?)?(?P<n2>one|two|three|four|five|[1-9])"
    r"(?P<more2> or more)? of ?:"
    r"|(?P<zh>符合|满足|具备|至少)?(?P<zhn>以下|下列)",
)
_COUNTED = re.compile(
    r"(?:(?:any|at least|a minimum of|minimum of|>=|≥) ?)*(?P<n>one|two|three|four|five|[1-9])"
    r"(?P<more> or more)? (?:of|from|out of)\b(?! following\b| these\b)"
)
_HAN_COUNTED = re.compile(
    r"(?:患者|受试者)?(?:须|需|应)?(?:符合|满足|具备|具有|存在|有)?(?P<least>至少|任意|任何)?(?:以下|下列)?"
    r"(?:条件|标准|情况|指标|各项|项目)?(?:中|之中)?的?(?P<least2>至少|任意|任何|任)?"
    r"(?:(?P<any>一项|任一|任一项|之一|1项|任意一项|一条|其一)|(?P<all>全部|所有|各项|所有条件)|"
    r"(?P<n>[一二两三四五1-9])(?:项|条|个|种))(?P<more>以上|及以上|或以上|或更多|或以上者)?(?:条件|标准|者|即可)?"
)
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "any": 1, "either": 1}
_LEAST = ("at least", "any", "a minimum", "minimum", ">=", "≥")


class Counter(Protocol):
    """What reads the points of a list."""

    line: Line

    def paragraph(self, items: list[Item]) -> Expr | None:
        """Sentences, or None."""

    def clause(self, items: list[Item]) -> Expr | None:
        """A clause, or None."""

    def unparsed(self, items: list[Item]) -> Unparsed:
        """The words as not understood."""


def operator(counter: Counter, header: list[Item], points: list[list[Item]]) -> Expr | None:
    """Read "At least two of the following": an operator over the points."""
    if not header or not points:
        return None
    text = counter.line.plain[header[0].start : header[-1].end + 1].lower()
    text = " ".join(text.split())
    if not text.endswith(":"):
        text += ":"
    found = _FOLLOWING.search(text)
    if (
        found is None
        or found["zhn"]
        or text[found.end() :].strip(" :.") not in ("", "criteria", "conditions", "criterion")
    ):
        return None
    before = [i for i in header if i.start < header[0].start + found.start()]
    n_words = len(text[: found.start()].split())
    kept = [i for i in before[:n_words] if i.kind not in ("noise", "verb", "bounds", "cmp")]
    kept = [
        i
        for i in kept
        if counter.line.plain[i.start : i.end].lower()
        not in (
            "meet",
            "meets",
            "meeting",
            "satisfy",
            "fulfill",
            "fulfil",
            "fulfilling",
            "satisfying",
            "satisfies",
            "by",
            "have",
        )
    ]
    if kept or any(i.kind == "not" for i in header):
        return None
    word = found["n"] or found["n2"]
    of = [counter.paragraph(p) or counter.unparsed(p) for p in points if p]
    start, end = header[0].start, points[-1][-1].end
    if not of or all(isinstance(e, Unparsed) for e in of):
        return None
    if word in ("all", "each"):
        return AllOf(of=tuple(of), span=(start, end))
    n = NUMBERS.get(word) or int(word)
    if n == 1 and not (found["least"] or found["more"] or found["more2"] or found["least2"]):
        return AnyOf(of=tuple(of), span=(start, end))
    if n > len(of) or not (found["least"] or found["more"] or found["more2"] or found["least2"]):
        return None if n != 1 else AnyOf(of=tuple(of), span=(start, end))
    return AtLeast(n=n, of=tuple(of), span=(start, end))


def counted(counter: Counter, items: list[Item]) -> Expr | Literal[False] | None:
    """Read "Any 2 of: A; B; C" and "Two or more of A, B": False where nothing is counted."""
    if top(items, ("stop",)) is not None:
        return False
    mark = top(items, ("colon", "semi"))
    if mark is not None and items[mark].kind == "colon" and mark:
        header, rest = items[:mark], trim(items[mark + 1 :])
        if (han := _HAN_COUNTED.fullmatch(_text(counter, header).replace(" ", ""))) is not None:
            return _han_counted(counter, han, rest, span_of(items))
        found = _FOLLOWING.search(" ".join(_text(counter, header).split()) + ":")
        if found is None or found["zhn"] or not rest:
            return False
        points = _points(rest)
        return None if points is None else operator(counter, header, points)
    said = _text(counter, items)
    opening = _COUNTED.match(said)
    if opening is None or mark is not None:
        return False
    behind = [i for i in items if i.start >= items[0].start + opening.end()]
    points = _points(behind)
    if points is None or len(points) < 2 or not (opening["more"] or said.startswith(_LEAST)):
        return None
    of = [counter.clause(p) for p in points]
    n = NUMBERS.get(opening["n"]) or int(opening["n"])
    known = tuple(e for e in of if e is not None)
    if len(known) < len(of) or n > len(of):
        return None
    return AtLeast(n=n, of=known, span=span_of(items))


def _han_counted(
    counter: Counter, found: re.Match[str], rest: list[Item], span: tuple[int, int]
) -> Expr | None:
    """Read 符合以下至少2项：A；B；C."""
    points = _points(rest)
    if points is None or len(points) < 2:
        return None
    of = tuple(counter.paragraph(p) or counter.unparsed(p) for p in points)
    if all(isinstance(e, Unparsed) for e in of):
        return None
    if found["any"]:
        return AnyOf(of=of, span=span)
    if found["all"]:
        return AllOf(of=of, span=span)
    n = chinese_number(found["n"]) if not found["n"].isdigit() else int(found["n"])
    if n is None or not 1 <= n <= len(of) or not (found["least"] or found["least2"] or found["more"]):
        return None
    return AtLeast(n=int(n), of=of, span=span)


def _text(counter: Counter, items: list[Item]) -> str:
    return counter.line.plain[items[0].start : items[-1].end].lower()


def _points(items: list[Item]) -> list[list[Item]] | None:
    """The points of a list in a line; None where "and" and "or" leave them in doubt."""
    if top(items, ("semi",)) is not None:
        parts = split_at(items, ("semi",))
    else:
        if top(items, ("and",)) is not None and top(items, ("or",)) is not None:
            return None
        parts = split_at(items, ("comma", "or", "and"))
    return [p for p in (_unjoined(trim(p)) for p in parts) if p]


def _unjoined(items: list[Item]) -> list[Item]:
    """A point without the "or" or "and" that leads to it."""
    while items and items[0].kind in ("or", "and"):
        items = items[1:]
    while items and items[-1].kind in ("or", "and"):
        items = items[:-1]
    return items
