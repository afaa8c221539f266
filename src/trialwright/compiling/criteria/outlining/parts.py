"""Cutting items into the parts of a list, and brackets into items of their own.

Takes the items of a clause, gives its parts, each with what joins it to the part before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.compiling.criteria.line import Item, kinds_of

if TYPE_CHECKING:
    from trialwright.compiling.criteria.outlining.draft import Draft

_DEEPEST = 12
_JOINTS = frozenset({"comma", "and", "or", "slash", "such_as"})
_ADDED = frozenset({"tail", "window", "duration", "select"})
_DENYING = frozenset({"cue", "noise", "not"})
_NAMING = frozenset({"word", "term", "adjective", "group"})


class Part:
    """A part of a list: its items, what joins it to the part before, and whether a comma stood there too."""

    __slots__ = ("items", "joint", "strong")

    def __init__(self, items: list[Item], joint: str, strong: bool) -> None:
        self.items = items
        self.joint = joint
        self.strong = strong


def parts_of(draft: Draft, items: list[Item]) -> list[Part]:
    """The parts of a list; additions behind a comma stay with the part before them."""
    items = _decided(draft, items)
    now = Part([], "", False)
    out = [now]
    comma, joint = False, ""
    for place, item in enumerate(items):
        kind = item.kind
        if kind == "slash":
            kind = "or" if _parting(draft, items, place) else "noise"
        if kind in _JOINTS:
            comma = comma or (kind == "comma" and bool(now.items))
            if kind == "such_as" or (kind != "comma" and joint != "such_as"):
                joint = kind
            continue
        if comma or joint:
            added = not joint and now.items and (item.kind in _ADDED or draft.is_boundary(item))
            if now.items and not added:
                now = Part([], joint or "comma", comma and bool(joint))
                out.append(now)
            comma, joint = False, ""
        now.items.append(item)
    return _denials_joined([p for p in out if p.items])


def _denials_joined(parts: list[Part]) -> list[Part]:
    """Read "Unable or unwilling to ..." as one denial."""
    for place in range(len(parts) - 2, -1, -1):
        items = parts[place].items
        if (
            items[0].kind in _DENYING
            and all(i.kind in _DENYING for i in items)
            and any(i.kind == "cue" for i in items)
        ):
            items += parts[place + 1].items
            del parts[place + 1]
    return parts


def _parting(draft: Draft, items: list[Item], place: int) -> bool:
    """Whether a slash parts two alternatives, and not the halves of one name."""
    if place == 0 or place + 1 >= len(items):
        return False
    before, behind = items[place - 1], items[place + 1]
    if before.kind not in _NAMING or behind.kind not in _NAMING:
        return False
    raw = draft.line.plain[before.start : behind.end]
    return before.end - before.start > 3 and behind.end - behind.start > 3 and not raw.isupper()


def _decided(draft: Draft, items: list[Item]) -> list[Item]:
    """The items without "with or without X", which asks nothing."""
    if "not" not in kinds_of(items):
        return items
    out: list[Item] = []
    skipping = False
    for place, item in enumerate(items):
        if item.kind == "not" and place > 1 and draft.said(item) == "without":
            before = items[place - 2 : place]
            if before[1].kind in ("or", "slash") and draft.said(before[0]) == "with":
                del out[-2:]
                skipping = True
                continue
        if skipping and item.kind not in ("comma", "and", "or", "semi"):
            continue
        skipping = False
        out.append(item)
    return out


def between(items: list[Item], mark: str) -> list[list[Item]]:
    """The items between the marks of one kind; brackets are folded already."""
    out: list[list[Item]] = [[]]
    for item in items:
        if item.kind == mark:
            out.append([])
        else:
            out[-1].append(item)
    return out


def unfolded(items: list[Item]) -> list[Item]:
    """The items with the brackets as they stood."""
    out: list[Item] = []
    for item in items:
        if item.kind == "group":
            out.append(Item("open", None, item.start, item.start + 1))
            out += unfolded(item.value)
            out.append(Item("close", None, item.end - 1, item.end))
        else:
            out.append(item)
    return out


def folded(items: list[Item]) -> list[Item]:
    """The items with each pair of brackets as one item of kind `group` that holds those inside."""
    if kinds_of(items).isdisjoint(("open", "close")):
        return items
    stack: list[tuple[int, list[Item]]] = [(0, [])]
    for item in items:
        if item.kind == "open" and len(stack) < _DEEPEST:
            stack.append((item.start, []))
        elif item.kind == "close":
            if len(stack) > 1:
                start, inside = stack.pop()
                stack[-1][1].append(Item("group", inside, start, item.end))
        elif item.kind != "open":
            stack[-1][1].append(item)
    while len(stack) > 1:
        inside = stack.pop()[1]
        stack[-1][1].extend(inside)
    return stack[0][1]
