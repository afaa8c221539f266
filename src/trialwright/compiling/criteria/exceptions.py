"""Exceptions: "malignancy except basal cell carcinoma", "unless on dialysis".

Takes what stands before and behind the word; gives `except` under any negation. Where the exception is one
kind of what it is taken from, a person may have both kinds: then the tree leaves the answer open.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.remainder import unparsed
from trialwright.compiling.criteria.words import texts_of, words
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
from trialwright.model.period import Period
from trialwright.model.window import Window

Reader = Callable[[list[Item]], Expr | None]


def folded(line: Line, items: list[Item]) -> list[Item]:
    """The items with each "(except ...)" and 除...外 as one item behind the part that it belongs to.

    Brackets around nothing but a time fall away.
    """
    out: list[Item] = []
    at = 0
    while at < len(items):
        if items[at].kind == "open" and (end := _closing(items, at)) is not None:
            inside = [i for i in items[at + 1 : end] if i.kind != "comma"]
            telling = [
                i for i in inside if i.kind != "noise" and not set(texts_of(line, [i])) <= words("taken")
            ]
            if len(telling) == 1 and telling[0].kind in ("window", "duration"):
                # "stroke (within 30 days)", "HbA1c < 8 % (documented within 3 months)"
                out.append(telling[0])
                at = end + 1
                continue
            if inside and (found := _aside(line, items[at + 1 : end])) is not None:
                out.append(Item("excepted", found, items[at].start, items[end].end))
                at = end + 1
                continue
        out.append(items[at])
        at += 1
    return _han_folded(line, out)


def _closing(items: list[Item], opened: int) -> int | None:
    """Where the parenthesis closes that opens here; None where another one stands in it."""
    for place in range(opened + 1, len(items)):
        if items[place].kind == "close":
            return place
        if items[place].kind == "open":
            return None
    return None


def _aside(line: Line, inside: list[Item]) -> tuple[Item, tuple[Item, ...]] | None:
    """The word and the exception that brackets hold."""
    first = next((p for p, i in enumerate(inside) if i.kind not in ("noise", "comma")), None)
    if first is None:
        return None
    if inside[first].kind in ("except", "unless") and first + 1 < len(inside):
        return inside[first], tuple(inside[first + 1 :])
    last = inside[-1]
    said = line.plain[last.start : last.end].lower() in words("let_through")
    if (last.kind == "except" or said) and first < len(inside) - 1:
        return last._replace(kind="except"), tuple(inside[first:-1])
    return None


def _han_folded(line: Line, items: list[Item]) -> list[Item]:
    """Read 除高血压外的心血管疾病 and 肿瘤，皮肤癌除外."""
    for place, item in enumerate(items):
        if item.kind != "except" or not line.plain.startswith("除", item.start):
            continue
        if place and place == len(items) - 1 and line.plain.startswith("除外", item.start):
            comma = next((p for p in range(place - 1, 0, -1) if items[p].kind == "comma"), None)
            if comma is None or comma + 1 == place:
                return items
            if line.text[items[comma].start] == "、":
                return items
            held = Item("excepted", (item, tuple(items[comma + 1 : place])), items[comma].start, item.end)
            return [*items[:comma], held]
        for end in range(place + 2, min(len(items), place + 12)):
            if line.plain[items[end].start : items[end].end] in words("outside"):
                held = Item("excepted", (item, tuple(items[place + 1 : end])), item.start, items[end].end)
                rest = items[end + 1 :]
                while rest and rest[0].kind in ("comma", "noise"):
                    rest = rest[1:]
                return [*items[:place], *rest, held] if rest else items
            if items[end].kind in ("semi", "stop", "colon"):
                break
    return items


def with_folded(line: Line, items: list[Item], base: Reader, read: Reader) -> Expr | None:
    """A statement with the exception that was folded into it."""
    held = [i for i in items if i.kind == "excepted"]
    rest = [i for i in items if i.kind != "excepted"]
    if len(held) != 1 or not rest:
        return None
    word, behind = held[0].value
    # The base is read as a statement, the exception may be a list.
    taken = base(rest)
    return (
        None
        if taken is None
        else excepted(line, rest, word, list(behind), lambda i: taken if i is rest else read(i))
    )


def excepted(line: Line, before: list[Item], word: Item, behind: list[Item], read: Reader) -> Expr | None:
    """The expression of both sides, or None where it is unsure what the exception is taken from."""
    joint = next((p for p, i in enumerate(behind) if i.kind == "comma"), None)
    if joint is not None and joint + 1 < len(behind) and behind[joint + 1].kind == "or":
        # "except gout, or asthma": the last may be an alternative to the whole.
        return None
    base = read(before)
    if base is None:
        return None
    span = span_of([*before, word, *behind])
    inner = base.of if isinstance(base, Not) else base
    if any(isinstance(part, Not | Except | IfThen) for part in _all(inner)):
        return None
    # "Except gout and asthma": who has either is let through.
    if word.kind == "except":
        behind = [i._replace(kind="or") if i.kind == "and" else i for i in behind]
    unless = _cured(line, behind, read) or read(behind)
    if unless is None:
        # What is not understood may hold a time that belongs to the whole.
        if word.kind == "except" and any(i.kind in ("window", "duration") for i in behind):
            return None
        unless = unparsed(line, behind)
    if word.kind == "except" and _one_sort(inner, unless):
        inner, unless = _timed(inner, unless)
        parts = unless.of if isinstance(unless, AllOf) else (unless,)
        if not any(isinstance(part, Unparsed) for part in parts):
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


def _cured(line: Line, behind: list[Item], read: Reader) -> Expr | None:
    """Read "adequately treated skin cancer": the illness, and that more is said of it."""
    start = 0
    while start < len(behind) and all(
        said in words("cured") for said in texts_of(line, behind[start : start + 1])
    ):
        start += 1
    if not 0 < start < len(behind):
        return None
    illness = read(behind[start:])
    if illness is None or any(not isinstance(leaf, Condition) for leaf in leaves(illness)):
        return None
    return AllOf(of=(illness, unparsed(line, behind)), span=span_of(behind))


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
    kinds = {type(leaf) for leaf in leaves(unless)}
    return sorts <= {Condition, Exposure} and (
        isinstance(unless, Unparsed) or (kinds != {Unparsed} and kinds - {Unparsed} <= sorts)
    )


def _timed(base: Expr, unless: Expr) -> tuple[Expr, Expr]:
    """Both sides with the window that stands on one of them, and one status."""
    windows = {id(w): w for leaf in leaves(base) if (w := getattr(leaf, "window", None)) is not None}
    later = {id(w): w for leaf in leaves(unless) if (w := getattr(leaf, "window", None)) is not None}
    if not windows and len(later) == 1 and _reaches_now(window := next(iter(later.values()))):
        base = _within(base, window)
    elif len(windows) == 1 and not later:
        unless = _within(unless, next(iter(windows.values())))
    if any(getattr(leaf, "status", None) != "current" for leaf in leaves(base)):
        unless = _ever(unless)
    return base, unless


def _reaches_now(window: Window) -> bool:
    """Whether a window ends at the index date; one that ends before it says how old the exception must be."""
    return window.from_ is not None and window.to == Period("P0D")


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
