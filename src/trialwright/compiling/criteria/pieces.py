"""Cutting items into pieces at the top level: outside of parentheses.

Takes the items of a line, gives parts of them; nothing is read here.
"""

from __future__ import annotations

from trialwright.compiling.criteria.line import Item


def split_at(items: list[Item], kinds: tuple[str, ...]) -> list[list[Item]]:
    """The items between those of the kinds, outside of parentheses."""
    out: list[list[Item]] = [[]]
    depth = 0
    for item in items:
        depth += (item.kind == "open") - (item.kind == "close")
        if depth <= 0 and item.kind in kinds:
            out.append([])
        else:
            out[-1].append(item)
    return out


def top(items: list[Item], kinds: tuple[str, ...]) -> int | None:
    """The first item of these kinds outside of parentheses."""
    depth = 0
    for place, item in enumerate(items):
        depth += (item.kind == "open") - (item.kind == "close")
        if depth == 0 and item.kind in kinds:
            return place
    return None


def trim(items: list[Item]) -> list[Item]:
    """The items without punctuation and filling words at the ends."""
    start, end = 0, len(items)
    loose = ("comma", "stop", "semi", "and", "colon")
    while start < end and items[start].kind in loose:
        start += 1
    while end > start and items[end - 1].kind in loose:
        end -= 1
    return items[start:end]
