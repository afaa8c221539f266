"""Grades behind a score or a word such as "class": `II or III`, `0, 1 or 2`, `III or higher`.

Takes items, gives bounds over the numbers of the grades; grades with letters (`IIIb`) are not read.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from trialwright.compiling.criteria.intervals import Found, between, is_a, item_of, side, text_of
from trialwright.compiling.criteria.line import Item, Quantity
from trialwright.compiling.criteria.words import words

_JOINTS = ("comma", "or", "range", "and", "slash")
_LETTERED = re.compile(r"(?:I{1,3}|IV|VI{0,3}|[0-9])[A-Da-d]\+?")
_NEAR = 6
_TOP = 100


def graded(items: list[Item], at: int, out: list[Item], plain: str) -> Found:
    """The grades that begin at this item."""
    start, op = at, None
    if is_a(items, at, "cmp"):
        op, at = items[at].value, at + 1
        while is_a(items, at, "noise") or _is_grade_word(items, at, plain):
            at += 1
        if at == start + 1 and not is_a(items, at, "roman") and not is_a(items, at, "count"):
            return None
    if at >= len(items) or items[at].kind not in ("roman", "count", "quantity"):
        return None
    if op is None and any(i.kind == "cmp" for i in out[-3:]):
        # A sign that found no number may be meant for this one.
        return None
    sure = _after_score(out, plain) or _romans(items, at, out, plain)
    if not sure and (op is None or at == start + 1):
        return None
    if op is None and is_a(items, at, "quantity") and "decimal_comma" in items[at].value.notes:
        return _commas(items, at)
    said = _grades(items, at, plain, several=op is None)
    if said is None:
        return None
    grades, end, ranged = said
    kept = [i for i in items[start + 1 : at] if i.kind == "word"]
    if len(grades) == 1 and is_a(items, end, "post"):
        op, end = items[end].value, end + 1
    if len(grades) == 1 and op is None and _is_other(items, start, end, sure, plain):
        return None
    if sure in ("level", "categor") and len(grades) == 1 and op is None and items[at].kind != "roman":
        # A "level of 5" may be of anything.
        return None
    told = ("roman",) if any(i.kind == "roman" for i in items[at:end]) else ()
    if op is not None:
        if len(grades) > 1:
            return None
        bounds = side(op, Quantity(grades[0]))._replace(words=told)
    else:
        low, high = min(grades), max(grades)
        if (ranged and len(grades) != 2) or not (ranged or _is_run(grades)):
            return None
        bounds = between(low, high, told)
    return [*kept, item_of(bounds, items[start].start, items[end - 1].end)], end


def _romans(items: list[Item], at: int, out: list[Item], plain: str) -> str:
    """Whether several Roman numbers behind any name can only be grades: `Killip III or IV`."""
    if not (
        is_a(items, at, "roman") and is_a(items, at + 2, "roman") and items[at + 1].kind in ("range", "or")
    ):
        return ""
    if (
        not out
        or out[-1].kind not in ("word", "term")
        or (out[-1].kind == "term" and items[at + 1].kind == "or")
    ):
        # "HIV I or II" are two viruses.
        return ""
    if text_of(out[-1], plain) in words("no_grade"):
        return ""
    return "grade"


def _no_condition(item: Item) -> bool:
    return item.kind == "word" or (item.kind == "term" and item.value.kind != "condition")


def _is_other(items: list[Item], at: int, end: int, sure: str, plain: str) -> bool:
    """Whether a number alone is no grade: that of a point, `(3)`, or of things, `scores of the 9 items`."""
    if sure == "class" and end < len(items) and _no_condition(items[end]):
        # "class III devices" are none of a person.
        return True
    if items[at].kind != "quantity":
        return False
    if is_a(items, end, "word") and is_a(items, end + 1, "cmp"):
        # "1 point below the cut-off"
        return True
    if end < len(items) and text_of(items[end], plain) == "+":
        return True
    if is_a(items, at - 1, "open") and is_a(items, end, "close"):
        return True
    return sure in ("scor", "scal") and end < len(items) and items[end].kind in ("word", "term")


def _is_grade_word(items: list[Item], at: int, plain: str) -> bool:
    return (
        at < len(items)
        and items[at].kind in ("word", "noise")
        and text_of(items[at], plain) in words("grade_word")
    )


def _grades(
    items: list[Item], at: int, plain: str, *, several: bool
) -> tuple[list[Decimal], int, bool] | None:
    """The grades in a row, the place behind them, and whether they are the ends of a range."""
    first = _grade(items[at])
    if first is None:
        return None
    grades, end, ranged = [first], at + 1, False
    while several:
        joint = end
        while joint < len(items) and items[joint].kind in _JOINTS and joint < end + 2:
            joint += 1
        while joint > end and _is_grade_word(items, joint, plain):
            joint += 1
        if joint == end or joint >= len(items):
            break
        grade = _grade(items[joint])
        if grade is None:
            if items[joint].kind == "word" and _LETTERED.fullmatch(
                plain[items[joint].start : items[joint].end]
            ):
                return None
            break
        ranged = ranged or items[joint - 1].kind == "range"
        grades.append(grade)
        end = joint + 1
    return grades, end, ranged


def _grade(item: Item) -> Decimal | None:
    """The grade that an item writes: a Roman or a small number, also a half one."""
    if item.kind in ("roman", "count"):
        return Decimal(item.value)
    if item.kind == "quantity" and item.value.unit is None and item.value.relative_to is None:
        value: Decimal = item.value.value
        if 0 <= value < _TOP and (value * 2) % 1 == 0:
            return value
    return None


def _is_run(grades: list[Decimal]) -> bool:
    """Whether the grades stand next to each other, so that a range says the same."""
    low = sorted(set(grades))
    return all(after - before <= 1 for before, after in pairwise(low))


def _commas(items: list[Item], at: int) -> Found:
    """`ASA 1,2` and `score of 1,2 or 3`: grades, not a decimal."""
    grades = [Decimal(g) for g in items[at].value.raw.split(",")]
    if items[at].value.unit is not None or len(grades) != 2 or grades[1] != grades[0] + 1:
        return None
    end, high = at + 1, grades[1]
    while is_a(items, end, "or") or is_a(items, end, "and") or is_a(items, end, "comma"):
        more = _grade(items[end + 1]) if end + 1 < len(items) else None
        if more != high + 1:
            break
        high, end = high + 1, end + 2
    return [item_of(between(grades[0], high), items[at].start, items[end - 1].end)], end


def _after_score(out: list[Item], plain: str) -> str:
    """What the last thing named was: a "score", a "class", a "level" and the like, or nothing of the kind."""
    apart = False
    near = out[-_NEAR:]
    for place in range(len(near) - 1, -1, -1):
        item = near[place]
        if item.kind == "term":
            return "score" if item.value.kind == "score" else ""
        text = text_of(item, plain)
        if text in words("grade_word") and not apart:
            if text.startswith("class") and place and text_of(near[place - 1], plain) in words("molecule"):
                return ""
            return next(
                (k for k in ("level", "categor", "scor", "scal", "class") if text.startswith(k)), "grade"
            )
        if item.kind not in ("noise", "word", "open", "close", "roman"):
            return ""
        apart = apart or item.kind == "word"
    return ""
