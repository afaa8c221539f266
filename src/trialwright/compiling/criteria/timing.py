"""Pass `timing`: words about time into windows and durations.

Takes items with quantities of time, gives `window` and `duration` items. What is said but not understood
stays as it is, so that the parser cannot overlook it.
"""

from __future__ import annotations

import msgspec

from trialwright.compiling.criteria.line import Bounds, Item, Line
from trialwright.language.times import make_period
from trialwright.model.concept import Concept
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period
from trialwright.model.window import Anchor, Window

_STOPS = {
    "and",
    "or",
    "comma",
    "semi",
    "stop",
    "colon",
    "line",
    "open",
    "close",
    "bounds",
    "window",
    "except",
    "unless",
    "if",
}
_NOW = Period("P0D")


def timing(line: Line) -> Line:
    """The line with its windows and durations."""
    items = line.items
    if not any(_is_time(i) for i in items) and not any(_is_moot(items, at) for at in range(len(items))):
        return line
    out: list[Item] = []
    at = 0
    while at < len(items):
        found = _window(items, at, line) or _duration(items, at)
        if found is None and _is_moot(items, at):
            found = Item("noise", None, items[at].start, items[at + 1].end), at + 2
        if found is None:
            out.append(items[at])
            at += 1
        else:
            out.append(found[0])
            at = found[1]
    return msgspec.structs.replace(line, items=tuple(out))


def _is_time(item: Item) -> bool:
    return item.kind in ("quantity", "bounds") and bool(item.value.time)


def _is_moot(items: tuple[Item, ...], at: int) -> bool:
    """Whether "before study entry" stands here without a length of time: every value is from before it."""
    return (
        items[at].can_be("before")
        and at + 1 < len(items)
        and items[at + 1].can_be("anchor")
        and (at == 0 or not _is_time(items[at - 1]))
    )


def _time(item: Item) -> tuple[Period | None, bool] | None:
    """The period before the anchor that an item measures, and whether it is an upper limit."""
    if item.kind == "quantity" and item.value.time:
        return make_period(item.value.value, item.value.unit, before=True), True
    if item.kind == "bounds" and item.value.time:
        bounds: Bounds = item.value
        if bounds.high is not None and bounds.low is None and bounds.unit is not None:
            return make_period(bounds.high.value, bounds.unit, before=True), True
    return None


def _window(items: tuple[Item, ...], at: int, line: Line) -> tuple[Item, int] | None:
    """A window that begins at this item."""
    place = at
    literal = last = False
    anchor: tuple[Anchor, Concept | None] | None = None
    count = len(items)
    # Chinese order: anchor, "before", length, "within".
    if (
        items[place].can_be("anchor")
        and place + 1 < count
        and items[place + 1].can_be("before")
        and _han(items[place], line)
    ):
        anchor = (items[place].as_a("anchor"), None)
        place += 2
        if place < count and items[place].can_be("last"):
            place += 1
    if anchor is None:
        if items[place].can_be("within"):
            literal = (
                line.plain[items[place].start : items[place].end].lower().startswith(("within", "during"))
            )
            place += 1
        while place < count and items[place].kind == "noise" and place == at + 1:
            place += 1
        if place < count and items[place].can_be("last"):
            last = True
            place += 1
    if place >= count:
        return None
    time = _time(items[place])
    if time is None or time[0] is None:
        return None
    if (
        items[place].kind == "bounds"
        and place == at
        and not last
        and not literal
        and anchor is None
        and not _points(items, place + 1)
    ):
        return None
    period = time[0]
    place += 1
    inside = place < count and items[place].can_be("within") and _han(items[place], line)
    if inside:
        place += 1
    if anchor is not None:
        return _made(period, anchor, items[at].start, items[place - 1].end), place
    if last or inside:
        named = _anchor(items, place, line)
        if named is None:
            if not _open_end(items, place):
                return None
            return _made(period, ("screening", None), items[at].start, items[place - 1].end), place
        return _made(period, named[0], items[at].start, named[1]), named[2]
    before = place
    if before < count and items[before].can_be("before"):
        of = line.plain[items[before].start : items[before].end].lower() == "of"
        named = _anchor(items, before, line)
        if named is None or (of and (named[0][0] == "event" or not literal)):
            return None
        if (
            place - at == 1
            and at > 0
            and (items[at - 1].can_be("for") or items[at - 1].kind in ("cmp", "range", "and", "between"))
        ):
            return None
        return _made(period, named[0], items[at].start, named[1]), named[2]
    if literal and _open_end(items, place):
        return _made(period, ("screening", None), items[at].start, items[place - 1].end), place
    return None


def _points(items: tuple[Item, ...], at: int) -> bool:
    return at < len(items) and items[at].can_be("before")


def _han(item: Item, line: Line) -> bool:
    return "\u3400" <= line.plain[item.start] <= "\u9fff"


def _open_end(items: tuple[Item, ...], at: int) -> bool:
    """Whether nothing follows that would say since when or until when."""
    return (
        at >= len(items)
        or not (items[at].can_be("after") or items[at].can_be("before") or items[at].kind == "for")
        or items[at].kind == "noise"
    )


def _made(period: Period, anchor: tuple[Anchor, Concept | None], start: int, end: int) -> Item:
    window = Window(anchor=anchor[0], event=anchor[1], from_=period, to=_NOW)
    return Item("window", window, start, end)


def _anchor(
    items: tuple[Item, ...], at: int, line: Line
) -> tuple[tuple[Anchor, Concept | None], int, int] | None:
    """The anchor behind "before": its kind, where its words end, and the next item."""
    if not (at < len(items) and items[at].can_be("before")):
        return None
    place = at + 1
    while place < len(items) and items[place].kind == "noise":
        place += 1
    end = place
    while end < len(items) and items[end].kind not in _STOPS and not items[end].can_be("quantity"):
        end += 1
    if end == place:
        return None
    words = items[place:end]
    if words[0].can_be("anchor") and all(w.kind == "noise" for w in words[1:]):
        return (words[0].as_a("anchor"), None), words[0].end, end
    if len(words) > 6 or any(w.kind in ("cmp", "not", "status", "outcome", "uln", "for") for w in words[1:]):
        return None
    for later in range(1, len(words)):
        if (
            words[later].can_be("anchor")
            and words[0].kind == "cue"
            and all(w.kind == "noise" for w in words[later + 1 :])
        ):
            return None
    text = " ".join(line.text[words[0].start : words[-1].end].split())
    return ("event", Concept(text=text)), words[-1].end, end


def washed_out(duration: Interval) -> Window | None:
    """The window in which nothing may be found when "no X" has held for at least that long."""
    if duration.low is None or duration.high is not None or duration.unit is None:
        return None
    period = make_period(duration.low.value, duration.unit, before=True)
    return None if period is None else Window(anchor="screening", event=None, from_=period, to=_NOW)


def _duration(items: tuple[Item, ...], at: int) -> tuple[Item, int] | None:
    """Read "for at least 24 months prior to study entry": how long something has lasted."""
    if not items[at].can_be("for") or at + 1 >= len(items):
        return None
    place = at + 1
    item = items[place]
    if item.kind == "bounds" and item.value.time:
        bounds = item.value
        low, high = bounds.low, bounds.high
    elif item.kind == "quantity" and item.value.time:
        bounds = item.value
        low, high = Bound(value=item.value.value, closed=True), None
    else:
        return None
    interval = Interval(low=low, high=high, unit=bounds.unit, unit_text=bounds.unit_text)
    end, place = item.end, place + 1
    if place < len(items) and items[place].can_be("before") and items[place].kind != "noise":
        behind = place + 1
        while behind < len(items) and items[behind].kind == "noise":
            behind += 1
        if behind < len(items) and items[behind].can_be("anchor"):
            end, place = items[behind].end, behind + 1
        else:
            return None
    return Item("duration", interval, items[at].start, end), place
