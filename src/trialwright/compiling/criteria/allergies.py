"""Allergies: "allergy to aspirin or penicillin", "known hypersensitivity to the study drug", 对阿司匹林过敏.

Takes the items of a clause, gives one condition with all its words: against what somebody is allergic is no
condition of its own.
"""

from __future__ import annotations

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.words import words
from trialwright.model.concept import Concept
from trialwright.model.expression import Condition, Expr, Not

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
    start, end = span_of(found)
    status = next((i.value for i in items if i.kind == "status"), "any")
    made = Condition(
        concept=Concept(text=" ".join(line.text[start:end].split())),
        status="history" if status == "history" else "any",
        span=(start, end),
    )
    return Not(of=made, span=span_of(items)) if denied else made


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
    if line.plain[items[to].start : items[to].end].lower() not in words("allergic_to") or to + 1 == len(
        items
    ):
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
