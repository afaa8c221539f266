"""Headers that tell a time for all that they stand over: "Within 14 days before randomization: Hb > 9 g/dL".

Takes a header and a reader of what stands below it; gives the statements with the window of the header, or
None where the header says something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from trialwright.compiling.criteria.line import Item, Line
from trialwright.compiling.criteria.words import texts_of, words
from trialwright.model.expression import (
    Condition,
    Exposure,
    Expr,
    IfThen,
    Measurement,
    Unparsed,
    leaves,
    with_children,
)
from trialwright.model.window import Window

_IN_HEADERS = frozenset(
    "noise word verb status adjective window within for comma count and or cmp post after tail "
    "before bounds".split()
)
_LONGEST = 14
# 有以下疾病, 下列药物: in an exclusion any of them.
_ANY_HAN = re.compile(r"(?:以下|下列|下述)(?:疾病|情况|情形|药物|治疗|手术|事件|疾患)(?:之一|者)?")


def told_above(
    line: Line,
    header: list[Item],
    counted: Callable[[list[Item]], Expr | None],
    plain: Callable[[], Expr | None],
) -> Expr | None:
    """What stands below a header, at the time that the header tells.

    `counted` reads it under the header's other words ("any of the following"), `plain` by itself.
    """
    windows = [i for i in header if i.kind == "window"]
    if len(windows) != 1 or len(header) > _LONGEST or any(i.kind not in _IN_HEADERS for i in header):
        return None
    rest = [i for i in header if i.kind not in ("window", "comma")]
    verbs = [i for i in rest if i.kind == "verb"]
    rest = [i for i in rest if i.kind not in ("verb", "status")]
    while verbs and rest and _text(line, rest[:1]) == "of":
        rest = rest[1:]
    if any(i.kind != "noise" for i in rest):
        expr = counted(rest)
        if expr is None and line.kind == "exclusion" and _ANY_HAN.fullmatch(_joined(line, rest)):
            expr = plain()
        elif expr is None and _is_panel(line, rest):
            expr = plain()
            if expr is None or not any(isinstance(leaf, Measurement) for leaf in leaves(expr)):
                return None
            return at_time(expr, windows[0].value, values_only=True)
    else:
        expr = plain()
    if expr is None:
        return None
    if verbs and any(not isinstance(leaf, Exposure | Unparsed) for leaf in leaves(expr)):
        return None
    return at_time(expr, windows[0].value)


def at_time(expr: Expr, window: Window, *, values_only: bool = False) -> Expr:
    """The tree with a window on every leaf that tells no time of its own, a premise set aside."""
    if isinstance(expr, Measurement):
        return expr if expr.window is not None else msgspec.structs.replace(expr, window=window)
    if isinstance(expr, Condition | Exposure):
        if values_only or expr.window is not None or expr.duration is not None:
            return expr
        return msgspec.structs.replace(expr, window=window, status="any")
    if isinstance(expr, IfThen):
        then = at_time(expr.then, window, values_only=values_only)
        return msgspec.structs.replace(expr, then=then)
    return with_children(expr, lambda part: at_time(part, window, values_only=values_only))


def _is_panel(line: Line, items: list[Item]) -> bool:
    """Whether words only say that values follow: "laboratory values", 实验室检查."""
    for item in items:
        if item.kind != "noise" and not line.plain[item.start].isascii():
            said = "".join(line.plain[i.start : i.end] for i in items)
            for word in sorted(words("panel"), key=len, reverse=True):
                said = said.replace(word, "")
            return not said
    return all(w in words("panel") for w in texts_of(line, [i for i in items if i.kind != "noise"]))


def _joined(line: Line, items: list[Item]) -> str:
    return "".join(line.plain[i.start : i.end] for i in items if i.kind != "noise")


def _text(line: Line, items: list[Item]) -> str:
    return line.plain[items[0].start : items[-1].end].lower()
