"""When something began or will begin: illnesses that last for life, treatments that are still to come.

Takes a window and the words of its statement, gives the duration that it means, or whether it lies ahead.
"""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from trialwright.compiling.criteria.leads import Said
from trialwright.compiling.criteria.lengths import NOW, Length
from trialwright.compiling.criteria.line import Item, Line
from trialwright.compiling.criteria.words import words
from trialwright.model.expression import AllOf, Condition, Exposure, Expr, Not
from trialwright.model.interval import Bound, Interval
from trialwright.model.vocabulary import Term
from trialwright.model.window import Window

_LENGTH = re.compile(r"-P(?P<number>[0-9]+)(?P<letter>[YMWD])")
_UNITS = {"Y": "a", "M": "mo", "W": "wk", "D": "d"}


def begun_within(window: Window, said: str) -> Interval | None:
    """How long an illness may have lasted that was "diagnosed within the last 6 months"."""
    if window.anchor == "event" or window.to != NOW or window.from_ is None:
        return None
    if not any(word in said.lower() for word in words("found")):
        return None
    length = _LENGTH.fullmatch(window.from_.text)
    if length is None:
        return None
    most = Bound(value=Decimal(length["number"]), closed=True)
    return Interval(high=most, unit=_UNITS[length["letter"]], unit_status="stated")


def is_for_life(term: Term) -> bool:
    """Whether an illness stays once it has begun, so that a time tells when that was."""
    return term.persistence == "lifelong" or term.name in words("for_life")


def is_to_come(window: Window) -> bool:
    """Whether a window begins at its anchor or behind it."""
    return window.from_ is not None and window.from_.shortest >= 0 and window.to != NOW


def none_since(line: Line, items: list[Item], node: Expr) -> Expr:
    """Read "More than 6 months since a stroke": there was one, and none in those 6 months."""
    if line.kind != "inclusion" or not isinstance(node, Condition | Exposure) or node.window is None:
        return node
    window = node.window
    led = next((i for i in items if i.kind != "noise"), None)
    if led is None or not is_since(line, led):
        return node
    lately = msgspec.structs.replace(window, from_=window.to, to=NOW)
    none = Not(of=msgspec.structs.replace(node, window=lately), span=node.span)
    # A treatment need not have been given at all.
    return none if isinstance(node, Exposure) else AllOf(of=(node, none), span=node.span)


def is_since(line: Line, item: Item) -> bool:
    """Whether a window leads to what lies behind it: "more than 6 months since"."""
    if item.kind != "window" or item.value.from_ is not None or item.value.to in (None, NOW):
        return False
    return line.plain[item.start : item.end].lower().endswith(tuple(words("since")))


def begun_lately(said: Said, at: int, length: Length) -> bool:
    """Whether a short time says how long something has lasted: "diabetes of less than 1 year", 服药不足3个月.

    A stroke of less than 3 months was within them; an illness for life, or a treatment, has begun in them.
    """
    if length.low is not None or length.high is None or length.exact:
        return False
    told = said.items[at]
    for item in reversed(said.items[max(said.clause, at - 6) : at]):
        if item.kind != "term":
            continue
        if item.value.kind == "condition":
            return is_for_life(item.value)
        return item.value.kind == "drug" and "\u3400" <= said.line.plain[told.start] <= "\u9fff"
    return False
