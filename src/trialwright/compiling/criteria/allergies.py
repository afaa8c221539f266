"""Allergies: "allergy to aspirin or penicillin", "known hypersensitivity to the study drug", 对阿司匹林过敏.

Takes the items of a clause, gives a condition for each thing that is named, with all its words: against what
somebody is allergic is no condition of its own.
"""

from __future__ import annotations

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.words import words
from trialwright.model.concept import Concept
from trialwright.model.expression import AnyOf, Condition, Expr, Not

_SIMPLE = (
    "term",
    "word",
    "noise",
    "or",
    "and",
    "comma",
    "slash",
    "adjective",
    "open",
    "close",
    "status",
    "verb",
)


def allergic(line: Line, items: list[Item]) -> Expr | None:
    """The allergy that a clause names, denied or not; None for anything else."""
    telling = [p for p, i in enumerate(items) if i.kind != "noise"]
    if len(telling) < 2:
        return None
    denied = items[telling[0]].kind == "not"
    said = line.plain[items[telling[denied]].start :].lower() if len(telling) > 2 else ""
    if said.startswith("对"):
        found = _han(line, items, telling[denied])
    else:
        found = _against(line, items, telling[denied:])
    if found is None:
        return None
    history = next((i.value for i in items if i.kind == "status"), "any") == "history"
    head, things = _things(line, found)
    of: list[Expr] = [
        Condition(
            concept=Concept(text=head + _words(line, thing)),
            status="history" if history else "any",
            span=span_of(thing),
        )
        for thing in things
    ]
    made = of[0] if len(of) == 1 else AnyOf(of=tuple(of), span=span_of(found))
    return Not(of=made, span=span_of(items)) if denied else made


def _words(line: Line, items: list[Item]) -> str:
    start, end = span_of(items)
    return " ".join(line.text[start:end].split())


def _things(line: Line, found: list[Item]) -> tuple[str, list[list[Item]]]:
    """The words before the things that are named, and each of these; all as one where that is unsure."""
    to = next((p for p, i in enumerate(found) if _is_to(line, i)), None)
    if to is None or any(i.kind in ("open", "close") for i in found):
        return "", [found]
    parts: list[list[Item]] = [[]]
    for item in found[to + 1 :]:
        if item.kind in ("comma", "or", "and", "slash"):
            parts.append([])
        else:
            parts[-1].append(item)
    things = [p for p in parts if any(i.kind in ("word", "term") for i in p)]
    if len(things) < 2:
        return "", [found]
    return _words(line, found[: to + 1]) + " ", things


def _is_to(line: Line, item: Item) -> bool:
    return line.plain[item.start : item.end].lower() in words("allergic_to")


def _against(line: Line, items: list[Item], telling: list[int]) -> list[Item] | None:
    """The items of "allergy to ..."."""
    at = 0
    while at < len(telling) and items[telling[at]].kind in ("status", "adjective"):
        at += 1
    if at + 2 > len(telling):
        return None
    heads: list[int] = []
    while at < len(telling) and (
        line.plain[items[telling[at]].start : items[telling[at]].end].lower() in words("allergy")
        or (heads and items[telling[at]].kind in ("or", "and", "comma", "slash"))
    ):
        heads.append(telling[at])
        at += 1
    if not heads or at >= len(telling):
        return None
    to = telling[at]
    if not _is_to(line, items[to]) or to + 1 == len(items):
        return None
    behind = items[to + 1 :]
    if any(i.kind not in _SIMPLE or (i.kind == "term" and i.value.kind == "condition") for i in behind):
        return None
    if any(i.kind in ("quantity", "status", "verb") for i in behind):
        return None
    return items[heads[0] :]


def _han(line: Line, items: list[Item], start: int) -> list[Item] | None:
    """The items of 对...过敏."""
    end = len(items)
    while end > start and (items[end - 1].kind in ("noise", "status", "stop")):
        end -= 1
    if end - start < 3:
        return None
    if line.plain[items[end - 1].start : items[end - 1].end] not in words("allergy"):
        return None
    between = items[start : end - 1]
    if any(i.kind not in _SIMPLE or (i.kind == "term" and i.value.kind == "condition") for i in between):
        return None
    return items[start:end]
