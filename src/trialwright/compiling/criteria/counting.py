"""Counted lists: "at least two of the following", "any 2 of: A; B; C", 符合以下至少2项.

Takes a header and its points, gives `any`, `all`, `at_least` or a denial of them; None where it is unsure
how many are asked for, or what the points are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.pieces import split_at, top, trim
from trialwright.compiling.criteria.points import may_be_numbered, numbered
from trialwright.compiling.criteria.remainder import unparsed
from trialwright.compiling.criteria.stances import stance_of
from trialwright.compiling.criteria.words import words
from trialwright.language.numbers import chinese_number
from trialwright.model.expression import AllOf, AnyOf, AtLeast, Expr, Not, Unparsed

_WORD = re.compile(r"[a-z]+|[0-9]+|>=|≥|[^\s]")
_MAY_COUNT = re.compile(
    r"(?:least|any|one|two|three|four|five|six|either|[1-9]).{0,40}\b(?:of|followings?)\b"
)
_COUNTS = re.compile(
    r"least|minimum|any|one|two|three|four|five|six|either|all|none|each|both|[1-9≥]|>=|[一二两三四五项条种全]"
)
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "either": 1}
# In such words a header ends that counts what follows.
_OPENING = ("of", "following", "followings")
_HAN_NOUN = r"(?:条件|标准|情况|情形|指标|各项|项目|危险因素|高危因素|症状|体征|特征|疾病|表现)?"
_HAN_COUNTED = re.compile(
    r"(?:患者|受试者)?(?:(?:以下|下列|下述|如下)" + _HAN_NOUN + r")?"
    r"(?:必须|须|需|应)?(?:同时)?(?:至少)?(?:符合|满足|具备|具有|存在|伴有|合并|出现|发生|有)?(?P<least>至少|任意|任何)?"
    r"(?:以下|下列|下述|如下)?(?:[一二三四五六七八九十0-9]{1,2}(?:项|条|个|种))?"
    + _HAN_NOUN
    + r"(?:中|之中)?的?(?P<least2>至少|任意|任何|任)?"
    r"(?:(?P<any>一项|任一|任一项|之一|1项|任意一项|一条|任意一条|其一|一种)|(?P<all>全部|所有|各项|所有条件)|"
    r"(?P<n>[一二两三四五1-9])(?:项|条|个|种))(?P<more>以上|及以上|或以上|或更多|或以上者)?"
    + _HAN_NOUN
    + r"(?:者|即可|的)?"
)


class Counter(Protocol):
    """What reads the points of a list."""

    line: Line

    def paragraph(self, items: list[Item]) -> Expr | None:
        """Sentences, or None."""

    def clause(self, items: list[Item]) -> Expr | None:
        """A clause, or None."""


class Count(NamedTuple):
    """How many points are asked for: all, none, or at least `n` of the `out_of` that are said to be there.

    Where points are barred, who meets one of them is kept out.
    """

    how: Literal["all", "none", "some", "barred"]
    n: int = 1
    least: bool = False
    out_of: int | None = None


@lru_cache(maxsize=1 << 12)
def count_of(text: str) -> Count | None:
    """What a header asks for, when it says nothing else.

    >>> count_of("at least two of the following")
    Count(how='some', n=2, least=True, out_of=None)
    >>> count_of("two of the women") is None
    True
    """
    stance = stance_of(text)
    if stance is not None:
        return None if stance == "open" else Count(stance)
    if not text.isascii() and (han := _HAN_COUNTED.fullmatch(text.replace(" ", ""))) is not None:
        return _han_count(han, "至少" in text)
    said = _WORD.findall(text.replace("minimum of", "at least").replace("a at least", "at least"))
    at = 0
    while at < len(said) and said[at] in words("count_lead"):
        at += 1
    least = any_ = False
    if said[at : at + 2] == ["at", "least"] or (at < len(said) and said[at] in (">=", "≥")):
        least, at = True, at + (2 if said[at] == "at" else 1)
    if at < len(said) and said[at] == "any":
        any_, at = True, at + 1
    if at >= len(said):
        return None
    word, at = said[at], at + 1
    if word in ("all", "each", "both"):
        count = Count("all")
    elif word == "none":
        count = Count("none")
    elif (n := _number(word)) is not None:
        if said[at : at + 3] == ["(", word, ")"] or said[at : at + 3] == ["(", str(n), ")"]:
            at += 3
        if said[at : at + 2] in (["or", "more"], ["or", "greater"]):
            least, at = True, at + 2
        count = Count("some", n, least or (any_ and n > 1))
    elif any_:
        # "any of the following"
        count, at = Count("some"), at - 1
    else:
        return None
    rest = said[at:]
    if not rest or any(w not in words("count_rest") and _number(w) is None for w in rest):
        return None
    if not set(rest) & words("count_point"):
        return None
    numbers = [m for w in rest if (m := _number(w)) is not None]
    if len(numbers) > 1:
        return None
    return count._replace(out_of=numbers[0] if numbers else None)


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) < 3 else NUMBERS.get(word)


def _han_count(found: re.Match[str], least: bool) -> Count | None:
    if found["any"]:
        return Count("some", 1)
    if found["all"]:
        return Count("all")
    n = int(found["n"]) if found["n"].isdigit() else chinese_number(found["n"])
    if n is None:
        return None
    return Count("some", int(n), least or bool(found["least2"] or found["more"] or found["least"]))


def operator(counter: Counter, header: list[Item], points: list[list[Item]]) -> Expr | None:
    """Read "At least two of the following": an operator over the points; a condition may stand before it."""
    if not header or not points:
        return None
    count = _count(counter, header)
    if count is not None:
        return _over(counter, count, points, span_of([*header, *points[-1]]))
    if stance_of(_text(counter, header)) is not None:
        return None
    for place in range(len(header) - 2, 0, -1):
        # "Heart failure with at least two of the following"
        if counter.line.plain[header[place].start : header[place].end].lower() not in words("count_joint"):
            continue
        count = _count(counter, header[place + 1 :])
        if count is None or count.how == "none":
            continue
        before = counter.clause(header[:place])
        counted = _over(counter, count, points, span_of([*header[place + 1 :], *points[-1]]))
        if before is None or counted is None:
            return None
        return AllOf(of=(before, counted), span=span_of([*header, *points[-1]]))
    return None


def _over(counter: Counter, count: Count, points: list[list[Item]], span: tuple[int, int]) -> Expr | None:
    of = tuple(counter.paragraph(p) or unparsed(counter.line, p) for p in points)
    if all(isinstance(e, Unparsed) for e in of) or (count.out_of is not None and count.out_of != len(of)):
        return None
    if count.how == "all":
        return AllOf(of=of, span=span) if len(of) > 1 else of[0]
    if count.how == "barred" and counter.line.kind == "exclusion":
        return AnyOf(of=of, span=span) if len(of) > 1 else of[0]
    if count.how in ("none", "barred"):
        # What a denial means among exclusions is open.
        denied = AnyOf(of=of, span=span) if len(of) > 1 else of[0]
        return None if counter.line.kind == "exclusion" else Not(of=denied, span=span)
    if count.n > len(of):
        return None
    if count.n == 1 and not count.least:
        return AnyOf(of=of, span=span)
    return AtLeast(n=count.n, of=of, span=span)


def counted(counter: Counter, items: list[Item]) -> Expr | Literal[False] | None:
    """Read "Any 2 of: A; B; C" and "Two or more of A, B": False where nothing is counted."""
    found = numbered(counter.line, items) if may_be_numbered(counter.line, items) else None
    if found is not None:
        return _listed(counter, *found, span_of(items))
    mark = top(items, ("stop", "colon", "semi"))
    if mark is not None and items[mark].kind == "colon" and mark:
        header, rest = items[:mark], trim(items[mark + 1 :])
        if not rest or not _counts(counter, header):
            return _plainly(counter, items)
        points = _points(counter, rest)
        return None if points is None else operator(counter, header, points)
    if mark is not None:
        return False
    if items[-1].kind == "close":
        place = next((p for p, i in enumerate(items) if i.kind == "open"), 0)
        if (
            place
            and _counts(counter, items[:place])
            and not any(i.kind in ("open", "close") for i in items[place + 1 : -1])
        ):
            points = _points(counter, items[place + 1 : -1])
            return None if points is None else operator(counter, items[:place], points)
    return _plainly(counter, items)


def _plainly(counter: Counter, items: list[Item]) -> Expr | Literal[False] | None:
    """Read "Two or more of A, B and C" and "one of the following is positive: A, B"."""
    start = counter.line.plain[items[0].start : items[min(len(items), 12) - 1].end].lower()
    if not _MAY_COUNT.search(start):
        return False
    plain = counter.line.plain
    for place in range(1, min(len(items) - 1, 12)):
        end = items[place].end
        if not plain[end - 10 if end > 10 else 0 : end].lower().endswith(_OPENING):
            continue
        header = _text(counter, items[: place + 1])
        if not header.endswith((" of", " of the following", "following", "followings")):
            continue
        count = count_of(header + " these" if header.endswith(" of") else header)
        if count is None:
            continue
        behind = items[place + 1 :]
        shared = _outcome(behind)
        behind = behind[shared:]
        if header.endswith(" of") and counter.line.plain[behind[0].start : behind[0].end].lower() in words(
            "count_rest"
        ):
            continue
        if not (shared or count.least):
            return None
        outcome = [i for i in items[place + 1 : place + 1 + shared] if i.kind == "outcome"]
        plus = next(
            (
                p
                for p, i in enumerate(items)
                if p > place and counter.line.plain[i.start : i.end].lower() in words("together")
            ),
            None,
        )
        if shared and plus is not None and 0 < plus < len(items) - 1:
            if any(i.kind == "comma" for i in items[place + 1 : plus]):
                # "positive: A, B plus ALT > 90": it may be added to the last point only.
                return None
            # "one of these is positive in A/B plus ALT > 90": both must be there.
            some, more = _plainly(counter, items[:plus]), counter.clause(items[plus + 1 :])
            if not some or more is None:
                return None
            return AllOf(of=(some, more), span=span_of(items))
        points = _points(counter, behind, outcome)
        if points is None or len(points) < 2 or count.how != "some":
            return None
        of = [counter.clause([*outcome, *p]) for p in points]
        known = tuple(e for e in of if e is not None)
        if len(known) < len(of) or count.n > len(of):
            return None
        if count.n == 1 and not count.least:
            return AnyOf(of=known, span=span_of(items))
        return AtLeast(n=count.n, of=known, span=span_of(items))
    return False


def _outcome(items: list[Item]) -> int:
    """How many items say "is positive in" before the points."""
    end = 0
    while end < len(items) and items[end].kind in ("noise", "outcome", "within", "for", "colon"):
        end += 1
    return end if any(i.kind == "outcome" for i in items[:end]) else 0


def _listed(
    counter: Counter, header: list[Item], points: list[list[Item]], joint: str, span: tuple[int, int]
) -> Expr | None:
    """Numbered points, with or without words that say how many are asked for."""
    header = trim(header)
    if header:
        return operator(counter, header, points)
    of = tuple(counter.paragraph(p) or unparsed(counter.line, p) for p in points)
    if all(isinstance(e, Unparsed) for e in of):
        return None
    if joint == "or" or (not joint and counter.line.kind == "exclusion"):
        return AnyOf(of=of, span=span)
    return AllOf(of=of, span=span) if counter.line.kind == "inclusion" else None


def _counts(counter: Counter, header: list[Item]) -> bool:
    """Whether a header ends in words that count."""
    stance = stance_of(_text(counter, header))
    if stance is not None:
        return stance != "open"
    if not _COUNTS.search(_text(counter, header)):
        return False
    return any(_count(counter, header[place:]) for place in range(min(len(header), 14)))


def _count(counter: Counter, header: list[Item]) -> Count | None:
    """What a header before a colon asks for; "two or more of" speaks of what follows."""
    said = _text(counter, header)
    return count_of(said + " these" if said.endswith(" of") else said)


def _text(counter: Counter, items: list[Item]) -> str:
    return " ".join(counter.line.plain[items[0].start : items[-1].end].lower().split())


def _points(
    counter: Counter, items: list[Item], outcome: list[Item] | None = None
) -> list[list[Item]] | None:
    """The points of a list in a line, all with one outcome or not; None where they are in doubt."""
    found = numbered(counter.line, items)
    if found is not None:
        return None if trim(found[0]) else found[1]
    if top(items, ("semi",)) is not None:
        return [p for p in (_unjoined(trim(p)) for p in split_at(items, ("semi",))) if p]
    if top(items, ("and",)) is not None and top(items, ("or",)) is not None:
        return None
    outcome = outcome or []
    parts = split_at(items, ("comma", "or", "and", "slash") if outcome else ("comma", "or", "and"))
    points = [p for p in (_unjoined(trim(p)) for p in parts) if p]
    # "hypertension, defined as SBP > 150": a comma within a point; and what is not understood may be half.
    if any(p[0].kind in ("tail", "such_as", "not") or counter.clause([*outcome, *p]) is None for p in points):
        return None
    return points


def _unjoined(items: list[Item]) -> list[Item]:
    """A point without the "or" or "and" that leads to it."""
    while items and items[0].kind in ("or", "and"):
        items = items[1:]
    while items and items[-1].kind in ("or", "and"):
        items = items[:-1]
    return items
