"""Points on lines of their own below a header: nested, excepted, joined by a hanging "or".

Takes the items of the header and of each point; gives None where the joints between the points disagree.
"""

from __future__ import annotations

import re
from typing import Literal

from trialwright.compiling.criteria.counting import Counter
from trialwright.compiling.criteria.counts import Count, count_of
from trialwright.compiling.criteria.exceptions import excepted
from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.pieces import top
from trialwright.compiling.criteria.remainder import unparsed
from trialwright.compiling.criteria.words import texts_of
from trialwright.model.expression import AllOf, AnyOf, Expr, Unparsed

_THESE = re.compile(r"但?(?:以下|下列|如下)(?:各项|任何|任意)?(?:情况|情形|疾病|肿瘤|者|病例)?")
_JOINTS = ("comma", "semi", "stop", "or", "and")
_LEADING = (
    "for",
    "with",
    "of",
    "the",
    "those",
    "in",
    "if",
    "when",
    "case",
    "cases",
    "following",
    "followings",
    "by",
)
_LOOSE = (
    "a",
    "any",
    "as",
    "are",
    "below",
    "conditions",
    "present",
    "apply",
    "applies",
    "met",
    "listed",
    "is",
)


def alternatives(reader: Counter, points: list[list[Item]]) -> Expr | None:
    """Read "gout or" with "- asthma or" and "- stroke" below it: each leads to the next."""
    if any(p[-1].kind != "or" for p in points[:-1]):
        return None
    points = [bare for bare in map(_unjoined, points) if bare]
    if len(points) < 2 or any(p[-1].kind == "colon" for p in points):
        return None
    if any(" with " in reader.line.plain[p[0].start : p[-1].end] for p in points[:-1]):
        # "Diabetes with HbA1c > 9 or": what follows may be said of the diabetes.
        return None
    of = tuple(reader.paragraph(p) or unparsed(reader.line, p) for p in points)
    if all(isinstance(e, Unparsed) for e in of):
        return None
    return AnyOf(of=of, span=span_of([points[0][0], points[-1][-1]]))


def joint_of(line: Line, points: list[list[Item]]) -> Literal["all", "any"] | None:
    """What joins the points of a label: the words between them, or else the kind of the criterion."""
    said = {"or" if p[0].kind == "or" else "and" for p in points[1:] if p[0].kind in ("or", "and")}
    said |= {_joint(p) for p in points[:-1]} - {""}
    if said == {"or"}:
        return "any"
    if line.kind == "exclusion":
        # "Excluded: HbA1c > 9 and; FPG > 10" may ask for one or for both.
        return None if said else "any"
    return None if "or" in said else "all"


def levels(line: Line, items: list[Item]) -> list[list[Item]]:
    """The header and its points, each with the points that stand below it."""
    marks = []
    depth = 0
    for place, item in enumerate(items):
        depth += (item.kind == "open") - (item.kind == "close")
        if item.kind == "line" and depth <= 0:
            marks.append((place, _level(line, item)))
    if not marks:
        return [items]
    first = marks[0][1]
    cuts: list[int] = []
    led = False
    for place, (indent, mark) in marks:
        # A point that ends in a colon leads to points with another mark.
        led = led or items[place - 1].kind == "colon"
        if not cuts or indent < first[0] or (indent, mark) == first or not (indent > first[0] or led):
            cuts.append(place)
            led = False
    ends = [*cuts[1:], len(items)]
    return [items[: cuts[0]], *(items[a + 1 : b] for a, b in zip(cuts, ends, strict=True))]


def _level(line: Line, item: Item) -> tuple[int, str]:
    """How far a point is indented, and the sort of its mark."""
    words = line.plain[item.start : item.end].strip("\n")
    mark = re.sub(r"[a-zA-Z]+", "a", re.sub(r"[0-9]+", "1", words.strip()))
    return len(words) - len(words.lstrip()), mark


def below(reader: Counter, header: list[Item], points: list[list[Item]]) -> Expr | Literal[False] | None:
    """What a hanging "or" or an exception makes of the points; False where the header has neither."""
    if header[-1].kind == "or" and len(header) > 1:
        return alternatives(reader, [header, *points])
    if (place := top(header, ("except", "unless"))) is not None:
        return excepted_points(reader, header, place, points)
    return False


def narrowed(reader: Counter, header: list[Item], points: list[list[Item]]) -> Expr | Literal[False] | None:
    """Read "diabetes with:": what the points add to it, each or all of them, stays open."""
    if texts_of(reader.line, header[-1:]) not in (["with"], ["and"], ["plus"]):
        return False
    base = reader.clause(header[:-1]) if len(header) > 1 else None
    if base is None:
        return None
    more = unparsed(reader.line, [i for p in points for i in p])
    return AllOf(of=(base, more), span=span_of([header[0], points[-1][-1]]))


def excepted_points(reader: Counter, header: list[Item], place: int, points: list[list[Item]]) -> Expr | None:
    """Read "cancer except:" and "anaemia unless:" with the exceptions as points."""
    before, word = header[:place], header[place]
    if word is header[-1] and (said := _except_these(reader.line, before)) is not None:
        # 恶性肿瘤,以下情况除外
        before = said
    op = _operator(reader.line, word, header[place + 1 :], points)
    if not before or op is None:
        return None
    points = [bare for bare in map(_unjoined, points) if bare]
    behind = [i for p in points for i in p]

    def read(items: list[Item]) -> Expr | None:
        if items is before:
            return reader.clause(items)
        of = tuple(reader.paragraph(p) or unparsed(reader.line, p) for p in points)
        if op == "open" or all(isinstance(e, Unparsed) for e in of):
            return None
        if len(of) == 1:
            return of[0]
        span = span_of(behind)
        return AllOf(of=of, span=span) if op == "all" else AnyOf(of=of, span=span)

    return excepted(reader.line, before, word, behind, read) if behind else None


def _except_these(line: Line, before: list[Item]) -> list[Item] | None:
    """What stands before a comma and 以下情况."""
    comma = next((p for p in range(len(before) - 1, 0, -1) if before[p].kind == "comma"), None)
    if comma is None:
        return None
    said = line.plain[before[comma].end : before[-1].end].strip()
    return before[:comma] if _THESE.fullmatch(said) else None


def _operator(
    line: Line, word: Item, tail: list[Item], points: list[list[Item]]
) -> Literal["all", "any", "open"] | None:
    """How the exceptions are joined; None where the words behind "except" are more than a lead to them."""
    said = texts_of(line, tail)
    while said and said[-1] == ":":
        said = said[:-1]
    while said and said[0] in _LEADING[:9]:
        said = said[1:]
    if said and not set(said) <= {*_LEADING, *_LOOSE}:
        count = count_of(" ".join(said))
        if count == Count("all"):
            # All of them may be said of one illness, and the person may have another one.
            return "all" if word.kind == "unless" else "open"
        return "any" if count in (Count("some"), Count("some", 1, True)) else None
    joints = {_joint(p) for p in points[:-1]} - {""}
    if joints == {"and"} and word.kind == "unless":
        return "all"
    # "Unless: A; B" may ask for one or for both.
    return "any" if word.kind == "except" or joints == {"or"} else "open"


def _joint(point: list[Item]) -> str:
    return point[-1].kind if point[-1].kind in ("or", "and") else ""


def _unjoined(items: list[Item]) -> list[Item]:
    """A point without the words and signs that join it to the others."""
    start, end = 0, len(items)
    while start < end and items[start].kind in _JOINTS:
        start += 1
    while end > start and items[end - 1].kind in _JOINTS:
        end -= 1
    return items[start:end]
