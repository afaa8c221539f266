"""Strokes within lists: in "Hb > 9 g/dL, ALT/AST < 3 x ULN" the comma parts what is asked, the stroke not.

Takes the items of a list with commas and strokes, gives the group of its parts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.remainder import hard, unparsed
from trialwright.compiling.criteria.timed_heads import at_time
from trialwright.model.expression import AllOf, Expr

Reader = Callable[[list[Item]], Expr | None]


def apart(line: Line, items: list[Item], read: Reader) -> Expr | Literal[False] | None:
    """The parts between commas, in which alone a stroke joins; None for no such list, False for doubt."""
    if line.kind == "exclusion":
        return None
    parts: list[list[Item]] = [[]]
    slashed, depth = False, 0
    for item in items:
        depth += (item.kind == "open") - (item.kind == "close")
        if depth <= 0 and item.kind in ("and", "or", "not"):
            return None
        if depth <= 0 and item.kind == "slash" and parts[-1] and parts[-1][-1].kind != "bounds":
            slashed = True
        if depth <= 0 and item.kind == "comma":
            parts.append([])
        else:
            parts[-1].append(item)
    parts = [p for p in parts if any(i.kind not in ("noise", "bothsex") for i in p)]
    times = [p for p in parts if all(i.kind in ("noise", "window") for i in p)]
    parts = [p for p in parts if p not in times]
    if not slashed or len(parts) < 2 or len(times) > 1:
        return None
    found = [read(p) for p in parts]
    values = [e for e in found if e is not None and hard(e)]
    if not values:
        return None
    if sum(e is not None for e in found) > len(values) + 1:
        # "age > 18, gout, asthma/COPD": the illnesses may be alternatives.
        return False
    of = tuple(e if e is not None else unparsed(line, p) for e, p in zip(found, parts, strict=True))
    made: Expr = AllOf(of=of, span=span_of(items))
    for item in (i for p in times for i in p if i.kind == "window"):
        made = at_time(made, item.value)
    return made
