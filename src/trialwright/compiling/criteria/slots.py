"""The slots of a statement: concept words, bounds, windows, status and the like, gathered from its items.

Takes items without connectives, gives the slots only when every item has found its place.
"""

from __future__ import annotations

from msgspec import Struct

from trialwright.compiling.criteria.line import Item, Line
from trialwright.compiling.criteria.words import narrows, people_end, texts_of, words
from trialwright.model.interval import Interval
from trialwright.model.window import Window

# What a means may be told with: "as assessed by ECG or MUGA".
_OF_MEANS = {"word", "noise", "or", "and", "within", "for", "verb", "term", "tail"}


class Slots(Struct):
    """What has been found in a statement so far."""

    core: list[Item]
    parens: list[list[Item]]
    windows: list[Window]
    durations: list[Interval]
    adjectives: list[str]
    status: str | None = None
    verb: str | None = None
    select: str = "latest"
    negated: bool = False
    outcome: str | None = None
    rise: bool = False
    rate: str | None = None
    tail: str | None = None
    trailing: tuple[int, int] | None = None


def words_of(line: Line, items: list[Item]) -> str:
    """The words of these items as they stand in the text."""
    return " ".join(line.text[items[0].start : items[-1].end].split())


def means(line: Line, rest: list[Item]) -> list[Item] | None:
    """The means by which a value was taken, before a time at the end: "by MUGA within 28 days"."""
    if len(rest) < 3 or rest[-1].kind != "window":
        return None
    said = texts_of(line, rest[:1])
    told = rest[:-1]
    if not said or (rest[0].kind != "tail" and said[0] not in words("by_means") | words("taken")):
        return None
    if any(i.kind not in _OF_MEANS for i in told):
        return None
    return None if any(i.kind == "term" and i.value.kind != "procedure" for i in told) else told


def _tells_value(item: Item) -> bool:
    """Whether an item compares something; "RECIST 1.1" does not."""
    if item.kind == "quantity":
        return bool(item.value.unit or item.value.relative_to)
    return item.kind in ("bounds", "pair", "duration")


def gather(line: Line, items: list[Item]) -> Slots | None:
    """The items of a statement in their slots, or None when one has no place."""
    s = Slots([], [], [], [], [])
    depth = 0
    group: list[Item] = []
    seen_bounds = False
    for at, item in enumerate(items):
        kind = item.kind
        if kind == "open":
            depth += 1
            if depth == 1:
                group = []
                continue
        elif kind == "close":
            depth -= 1
            if depth == 0:
                s.parens.append(group)
                continue
            if depth < 0:
                return None
        if depth:
            group.append(item)
            continue
        if kind in ("noise", "bothsex"):
            if kind == "bothsex":
                s.core.append(item)
        elif (
            kind in ("window", "duration")
            and any(i.kind in ("term", "word") for i in s.core)
            and any(i.kind in ("term", "word") for i in items[at + 1 :])
        ):
            # A name does not go on behind the words about time.
            return None
        elif (
            kind == "word"
            and seen_bounds
            and at + 1 < len(items)
            and items[at + 1].kind == "window"
            and line.plain[item.start : item.end].lower() in words("taken")
        ):
            # "assessed within 14 days"
            continue
        elif kind == "window":
            s.windows.append(item.value)
        elif kind == "duration":
            s.durations.append(item.value)
        elif kind == "status":
            if s.status not in (None, item.value):
                s.status = "any"
            else:
                s.status = item.value
        elif kind == "verb" and not any(i.kind == "bounds" for i in s.core):
            s.verb = "current" if item.value == "current" and s.verb is None else (s.verb or item.value)
        elif kind == "adjective" and not seen_bounds:
            s.adjectives.append(words_of(line, [item]))
        elif kind == "select":
            s.select = item.value
        elif kind == "not" and not s.core and not s.negated:
            s.negated = True
            if "current" in words_of(line, [item]).lower() or "active" in words_of(line, [item]).lower():
                s.status = "current"
            if any(word in words_of(line, [item]).lower() for word in words("ever")):
                s.status = "history"
        elif kind == "outcome" and s.outcome is None:
            s.outcome = item.value
        elif kind == "rise" and not s.rise:
            s.rise = True
        elif kind == "slash" and s.rise and seen_bounds:
            continue
        elif kind == "rate" and s.rate is None and seen_bounds:
            s.rate = item.value
        elif kind == "tail" and s.core and not seen_bounds:
            if any(map(_tells_value, items[at:])):
                # "defined by HbA1c > 9 %": a number says more than a qualifier can.
                return None
            s.tail = words_of(line, items[at:])
            break
        elif (
            seen_bounds
            and not s.negated
            and line.plain[item.start : item.end].lower() in words("restrictive")
        ):
            rest = items[at:]
            if rest[-1].kind == "bothsex" and all(i.kind in ("within", "for", "noise") for i in rest[:-1]):
                # "in men and women" says nothing new.
                break
            if people_end(line, rest):
                # "in patients with HCC": the value is asked of them alone.
                return None
            if not s.windows and (by := means(line, rest)) is not None:
                s.windows.append(rest[-1].value)
                rest = by
            if any(
                i.kind in ("bounds", "quantity", "except", "unless", "if", "window") for i in rest
            ) and not all(i.kind != "bounds" for i in rest):
                return None
            if not narrows(line, rest):
                return None
            s.trailing = (item.start, rest[-1].end)
            break
        elif kind in (
            "term",
            "bounds",
            "quantity",
            "pair",
            "word",
            "age",
            "sex",
            "fertile",
            "for",
            "within",
            "roman",
            "timeunit",
        ):
            s.core.append(item)
            seen_bounds = seen_bounds or kind == "bounds"
        else:
            return None
    return None if depth else s
