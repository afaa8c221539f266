"""Pass `timing`: words about time into windows, durations and wash-outs.

Takes items with quantities of time, gives `window`, `duration` and `washout` items. What is said but not
understood stays as it is, so that the parser cannot overlook it.
"""

from __future__ import annotations

import msgspec

from trialwright.compiling.criteria.chinese_times import chinese_at, is_chinese
from trialwright.compiling.criteria.durations import duration_at
from trialwright.compiling.criteria.line import Item, Line
from trialwright.compiling.criteria.washouts import washout_at
from trialwright.compiling.criteria.windows import Read, Said, window_at

_CLAUSES = {"comma", "semi", "stop", "colon", "line", "and", "or", "if", "unless", "except", "such_as"}
# With these a reading may begin; lengths alone too.
_LEADS = {
    "within",
    "for",
    "last",
    "next",
    "recent",
    "cmp",
    "count",
    "extreme",
    "half",
    "after",
}


def timing(line: Line) -> Line:
    """The line with its windows, durations and wash-outs."""
    items = line.items
    if not any(_tells_time(i) for i in items) and not any(
        _is_moot(items, at) for at in range(len(items))
    ):
        return line
    chinese = is_chinese(line)
    out: list[Item] = []
    clauses: list[int] = []
    clause = at = 0
    while at < len(items):
        item = items[at]
        read: Read | None = None
        said = Said(line, items, clause)
        if chinese:
            read = chinese_at(said, at)
        if read is None and _begins(item):
            read = washout_at(said, at) or window_at(said, at) or duration_at(said, at)
        if read is None and _is_moot(items, at):
            read = [Item("noise", None, item.start, items[at + 1].end)], at + 2
        if read is not None:
            out.extend(read[0])
            at = read[1]
            continue
        if item.kind in _CLAUSES:
            clause = at + 1
        elif item.kind == "open":
            clauses.append(clause)
            clause = at + 1
        elif item.kind == "close" and clauses:
            clause = clauses.pop()
        out.append(item)
        at += 1
    return msgspec.structs.replace(line, items=tuple(out))


def _begins(item: Item) -> bool:
    return _is_time(item) or item.kind in _LEADS or any(kind in _LEADS for kind, _ in item.also)


def _tells_time(item: Item) -> bool:
    return _is_time(item) or item.can_be("timeunit")


def _is_time(item: Item) -> bool:
    return item.kind in ("quantity", "bounds") and (bool(item.value.time) or item.kind == "bounds")


def _is_moot(items: tuple[Item, ...], at: int) -> bool:
    """Whether "before study entry" stands here without a length of time: every value is from before it."""
    return (
        items[at].can_be("before")
        and at + 1 < len(items)
        and items[at + 1].can_be("anchor")
        and (at == 0 or not _is_time(items[at - 1]))
    )
