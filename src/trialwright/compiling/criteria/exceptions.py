"""Exceptions: "malignancy except basal cell carcinoma", "unless on dialysis".

Takes what stands before and behind the word; gives `except` under any negation. Where the exception is one
kind of what it is taken from, a person may have both kinds: then the tree leaves the answer open.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.remainder import unparsed
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Condition,
    Except,
    Exposure,
    Expr,
    IfThen,
    Measurement,
    Not,
    Unparsed,
    leaves,
)
from trialwright.model.window import Window

Reader = Callable[[list[Item]], Expr | None]


def excepted(line: Line, before: list[Item], word: Item, behind: list[Item], read: Reader) -> Expr | None:
    """The expression of both sides, or None where it is unsure what the exception is taken from."""
    base = read(before)
    if base is None:
        return None
    span = span_of([*before, word, *behind])
    inner = base.of if isinstance(base, Not) else base
    if any(isinstance(part, Not | Except | IfThen) for part in _all(inner)):
        return None
    unless = read(behind)
    if unless is None:
        # What is not understood may hold a time that belongs to the whole.
        if word.kind == "except" and any(i.kind in ("window", "duration") for i in behind):
            return None
        unless = unparsed(line, behind)
    if word.kind == "except" and _one_sort(inner, unless):
        inner, unless = _timed(inner, unless)
        if not isinstance(unless, Unparsed):
            # Besides the kind that is let through there may be another one.
            unless = AllOf(of=(unless, unparsed(line, behind)), span=span_of(behind))
    elif isinstance(inner, AnyOf | AllOf) and not _measured(inner):
        return None
    elif line.kind == "inclusion" and not isinstance(base, Not) and word.kind == "except":
        # It may let more people in ("except in patients with ITP") or fewer.
        return None
    if word.kind == "unless" and line.kind == "inclusion" and not isinstance(base, Not):
        # A requirement that falls away: who meets the exception need not meet it.
        return IfThen(if_=Not(of=unless, span=span_of(behind)), then=inner, span=span)
    made = Except(base=inner, unless=unless, span=span)
    return Not(of=made, span=span) if isinstance(base, Not) else made


def _all(expr: Expr) -> list[Expr]:
    found: list[Expr] = [expr]
    for field in ("of", "base", "unless", "if_", "then"):
        below = getattr(expr, field, None)
        for part in below if isinstance(below, tuple) else ((below,) if below is not None else ()):
            found += _all(part)
    return found


def _measured(expr: Expr) -> bool:
    return all(isinstance(leaf, Measurement) for leaf in leaves(expr))


def _one_sort(base: Expr, unless: Expr) -> bool:
    """Whether the exception is of the same sort as what it is taken from."""
    sorts = {type(leaf) for leaf in leaves(base)}
    return sorts <= {Condition, Exposure} and (
        isinstance(unless, Unparsed) or {type(leaf) for leaf in leaves(unless)} <= sorts
    )


def _timed(base: Expr, unless: Expr) -> tuple[Expr, Expr]:
    """Both sides with the window that stands on one of them, and one status."""
    windows = {id(w): w for leaf in leaves(base) if (w := getattr(leaf, "window", None)) is not None}
    later = {id(w): w for leaf in leaves(unless) if (w := getattr(leaf, "window", None)) is not None}
    if not windows and len(later) == 1:
        base = _within(base, next(iter(later.values())))
    elif len(windows) == 1 and not later:
        unless = _within(unless, next(iter(windows.values())))
    if any(getattr(leaf, "status", None) != "current" for leaf in leaves(base)):
        unless = _ever(unless)
    return base, unless


def _within(expr: Expr, window: Window) -> Expr:
    if isinstance(expr, AnyOf | AllOf):
        return msgspec.structs.replace(expr, of=tuple(_within(e, window) for e in expr.of))
    if isinstance(expr, Condition | Exposure) and expr.duration is None:
        return msgspec.structs.replace(expr, window=window, status="any")
    return expr


def _ever(expr: Expr) -> Expr:
    if isinstance(expr, AnyOf | AllOf):
        return msgspec.structs.replace(expr, of=tuple(map(_ever, expr.of)))
    if isinstance(expr, Condition):
        return msgspec.structs.replace(expr, status="any")
    return expr
