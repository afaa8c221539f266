"""Cutting items into pieces at the top level: outside of parentheses.

Takes the items of a line, gives parts of them; nothing is read here.
"""

from __future__ import annotations

from trialwright.compiling.criteria.line import Item, kinds_of


def split_at(items: list[Item], kinds: tuple[str, ...]) -> list[list[Item]]:
    """The items between those of the kinds, outside of parentheses."""
    if kinds_of(items).isdisjoint(kinds):
        return [list(items)]
    out: list[list[Item]] = [[]]
    depth = 0
    for item in items:
        kind = item.kind
        depth += (kind == "open") - (kind == "close")
        if depth <= 0 and kind in kinds:
            out.append([])
        else:
            out[-1].append(item)
    return out


def top(items: list[Item], kinds: tuple[str, ...]) -> int | None:
    """The first item of these kinds outside of parentheses."""
    if kinds_of(items).isdisjoint(kinds):
        return None
    depth = 0
    for place, item in enumerate(items):
        kind = item.kind
        depth += (kind == "open") - (kind == "close")
        if depth == 0 and kind in kinds:
            return place
    return None


_LOOSE = frozenset({"comma", "stop", "semi", "and", "colon"})


def trim(items: list[Item]) -> list[Item]:
    """The items without punctuation and filling words at the ends."""
    start, end = 0, len(items)
    while start < end and items[start].kind in _LOOSE:
        start += 1
    while end > start and items[end - 1].kind in _LOOSE:
        end -= 1
    return items[start:end]
