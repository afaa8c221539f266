"""What only adds to the part before it: "with or without gout", "diabetes with HbA1c > 8 % or BMI > 40".

Takes items of a clause; gives them without what asks for nothing, or the tree in which what is added holds
together with what it is added to. False where it stays open how far an addition reaches.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.words import words
from trialwright.model.expression import AllOf, Condition, Demographic, Expr, Measurement, leaves

_SPLITTING = ("or", "and", "comma", "slash", "semi", "colon", "open", "close", "if", "unless", "except")
Reader = Callable[[list[Item]], Expr | None]


def either_way(line: Line, items: list[Item]) -> list[Item] | Literal[False]:
    """Read "gout with or without tophi": the items without what may be there or not."""
    for place in range(1, len(items) - 1):
        if items[place + 1].kind != "not" or items[place].kind not in ("or", "and", "slash"):
            continue
        if _said(line, items[place - 1]) not in words("either_way"):
            continue
        behind = items[place + 2 :]
        if any(i.kind in ("comma", "or", "and", "slash", "semi", "if", "unless", "except") for i in behind):
            return False
        kept = items[: place - 1]
        return kept if any(i.kind not in ("noise", "bothsex") for i in kept) else False
    return items


def added(line: Line, operands: list[list[Item]], read: Reader) -> Expr | Literal[False] | None:
    """Read "diabetes with HbA1c > 8 % or BMI > 40": both alternatives are values of the diabetes."""
    for number, operand in enumerate(operands[:-1]):
        place = _addition(line, operand)
        if place is None:
            continue
        values = [operand[place + 1 :], *operands[number + 1 :]]
        if number or not all(any(i.kind == "bounds" for i in v) for v in values):
            return False
        if any(_addition(line, v) is not None for v in values):
            return False
        head, held = read(operand[:place]), read(_run(operand[place + 1 :], operands[1:], line))
        if head is None or held is None:
            return False
        return AllOf(of=(head, held), span=span_of([i for o in operands for i in o]))
    return None


def alternative(items: list[Item]) -> list[Item]:
    """Read "creatinine < 1.5 mg/dL (or clearance > 60 mL/min)": the items without such brackets."""
    place = next(p for p, i in enumerate(items) if i.kind == "open")
    inside = items[place + 1 : -1]
    if not place or not inside or inside[0].kind != "or" or any(i.kind in _SPLITTING for i in inside[1:]):
        return items
    if any(i.kind in _SPLITTING for i in items[:place]):
        return items
    return items[:place] + inside


def unlike(line: Line, operands: list[list[Item]], read: list[Expr | None]) -> bool:
    """Whether "over 40 years, gout or asthma" joins unlike things, so that the comma may stand for "and"."""
    commas = [
        line.plain[one[-1].end : other[0].start].strip() in (",", "、") for one, other in pairwise(operands)
    ]
    if not any(commas):
        return False
    kinds = {type(leaf) for e in read if e is not None for leaf in leaves(e)}
    return Demographic in kinds or {Measurement, Condition} <= kinds


def _run(first: list[Item], others: list[list[Item]], line: Line) -> list[Item]:
    """The parts as one list again, joined by "or"."""
    out = list(first)
    for other in others:
        out += [Item("or", None, out[-1].end, other[0].start), *other]
    return out


def _addition(line: Line, operand: list[Item]) -> int | None:
    """Where a word stands that adds what follows to what stands before it."""
    for place in range(1, len(operand) - 1):
        item = operand[place]
        if item.kind not in ("noise", "word", "for") or _said(line, item) not in words("adding"):
            continue
        if any(i.kind in ("term", "age", "cue", "word") for i in operand[:place]):
            return place
    return None


def _said(line: Line, item: Item) -> str:
    return line.plain[item.start : item.end].lower()
