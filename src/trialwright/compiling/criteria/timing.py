"""Pass `timing`: words about time into windows, durations and wash-outs.

Takes items with quantities of time, gives `window`, `duration` and `washout` items. What is said but not
understood stays as it is, so that the parser cannot overlook it.
"""

from __future__ import annotations

import msgspec

from trialwright.compiling.criteria.chinese_times import chinese_at, is_chinese
from trialwright.compiling.criteria.durations import duration_at, since_at
from trialwright.compiling.criteria.leads import Read, Said, lead_at
from trialwright.compiling.criteria.line import Item, Line, kinds_of
from trialwright.compiling.criteria.washouts import washout_at
from trialwright.compiling.criteria.windows import window_at

_CLAUSES = {"comma", "semi", "stop", "colon", "line", "and", "or", "if", "unless", "except", "such_as"}
# Without these nothing tells a time.
_TIMELY = frozenset({"quantity", "bounds", "timeunit", "half", "before"})
# With these a reading may begin, and with a length alone.
_LEADS = {"within", "for", "last", "cmp", "count", "extreme", "after"}


def timing(line: Line) -> Line:
    """The line with its windows, durations and wash-outs."""
    items = line.items
    if kinds_of(items).isdisjoint(_TIMELY) and not any(i.also for i in items):
        return line
    if not any(map(_tells_time, items)) and not any(_is_moot(items, at) for at in range(len(items))):
        return line
    chinese = is_chinese(line)
    out: list[Item] = []
    clauses: list[int] = []
    clause = at = 0
    while at < len(items):
        item = items[at]
        read: Read | None = None
        if chinese:
            read = chinese_at(Said(line, items, clause), at)
        if read is None and (item.kind in _LEADS or item.also or _is_time(item)):
            read = _read(Said(line, items, clause), at)
        if read is None and (item.also or item.kind == "before") and _is_moot(items, at):
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


def _read(said: Said, at: int) -> Read | None:
    """What a time that begins at this item says."""
    if said.items[at].kind == "after":
        return since_at(said, at)
    lead = lead_at(said, at)
    if lead is None:
        return None
    return washout_at(said, at, lead) or window_at(said, at, lead) or duration_at(said, at, lead)


def _tells_time(item: Item) -> bool:
    return _is_time(item) or item.can_be("timeunit") or item.can_be("half")


def _is_time(item: Item) -> bool:
    return item.kind in ("quantity", "bounds") and (bool(item.value.time) or item.kind == "bounds")


def _is_moot(items: tuple[Item, ...], at: int) -> bool:
    """Whether "before study entry" stands here without a length of time: every value is from before it."""
    return (
        items[at].can_be("before")
        and at + 1 < len(items)
        and items[at + 1].can_be("anchor")
        and (at == 0 or not (items[at - 1].kind in ("quantity", "bounds") and items[at - 1].value.time))
    )
