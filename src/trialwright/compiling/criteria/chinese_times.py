"""Times in Chinese order: 入组前4周内, 近3个月内, 术后1年内, 末次化疗距入组至少4周, 至少3个月未使用.

Takes the items at a place, gives the window, duration or wash-out that begins there; the anchor stands before
its length, so the words of an event are looked at before they are passed.
"""

from __future__ import annotations

from trialwright.compiling.criteria.durations import aged
from trialwright.compiling.criteria.leads import Read, Said
from trialwright.compiling.criteria.lengths import Length, length_at
from trialwright.compiling.criteria.line import Item, Line
from trialwright.compiling.criteria.washouts import ended
from trialwright.model.concept import Concept
from trialwright.model.period import Period
from trialwright.model.window import Anchor, Window

_NAMING = {"word", "term", "anchor", "cue", "noise", "adjective"}
_LONGEST = 7


def is_chinese(line: Line) -> bool:
    """Whether a length of time on the line is written in Chinese."""
    return not line.plain.isascii() and any(
        i.kind in ("quantity", "bounds")
        and i.value.time
        and any("\u3400" <= c <= "\u9fff" for c in line.plain[max(i.start - 1, 0) : i.end + 1])
        for i in line.items
    )


def chinese_at(said: Said, at: int) -> Read | None:
    """A time in Chinese that begins at this item."""
    if not said.han(at) and said.items[at].kind not in ("quantity", "bounds"):
        return None
    item = said.items[at]
    if item.can_be("measured_from"):
        return _apart(said, at)
    if item.kind == "select":
        return _lasting(said, at)
    if item.can_be("last") or item.can_be("next") or said.text(at) == "既往":
        return _counted_from_now(said, at)
    if item.kind in ("quantity", "bounds"):
        return _bare(said, at)
    if item.kind in _NAMING:
        return _anchored(said, at)
    return None


def _length(said: Said, at: int) -> tuple[Length, int] | None:
    """The length at a place, behind "about" or "last", with the word for "within" behind it."""
    while at < len(said.items) and (said.items[at].kind == "noise" or said.can_be(at, "last")):
        at += 1
    found = length_at(said.line, said.items, at)
    if found is None:
        return None
    end = found[1]
    return found[0], end + 1 if said.can_be(end, "within") and said.han(end) else end


def _anchored(said: Said, at: int) -> Read | None:
    """A length behind 前 or 后 and the words of its anchor."""
    turn = at
    while turn < len(said.items) and turn < at + _LONGEST and said.items[turn].kind in _NAMING:
        turn += 1
    if turn == at or turn >= len(said.items) or not said.han(turn):
        return None
    before, after = said.can_be(turn, "before"), said.can_be(turn, "after")
    if not (before or after):
        return None
    found = _length(said, turn + 1)
    if found is None:
        return None
    length, end = found
    words = said.items[at:turn]
    # The anchor is the last step named; other words before it belong to the sentence.
    step = next((n for n in range(at, turn) if said.items[n].can_be("anchor")), None)
    if step == turn - 1 or words[-1].kind == "cue":
        anchor: Anchor = "screening" if step is None else said.items[step].as_a("anchor")
        event = None
        begin = at if step is None else step
    else:
        anchor, begin = "event", at
        while said.items[begin].kind == "noise":
            begin += 1
        event = Concept(text="".join(said.line.text[said.items[begin].start : words[-1].end].split()))
    if not words or begin >= turn:
        return None
    led = list(said.items[at:begin])
    if length.low is not None and length.high is None and before:
        kept = _denied(said, begin, length, end, (anchor, event))
        if kept is not None:
            return led + kept[0], kept[1]
        interval = length.interval()
        if interval is None:
            return None
        return [*led, Item("duration", interval, said.items[begin].start, said.items[end - 1].end)], end
    if after and said.ends(end):
        # Nothing else is named: the event itself is asked for.
        return _window(said, length.before(), turn, end, ("screening", None), list(said.items[at:turn]))
    span = length.before() if before else length.after()
    return _window(said, span, begin, end, (anchor, event), led)


def _counted_from_now(said: Said, at: int) -> Read | None:
    """近3个月内, 未来6个月内."""
    found = _length(said, at + 1)
    if found is None:
        return None
    length = found[0].within()
    span = length.after() if said.can_be(at, "next") else length.before()
    return _window(said, span, at, found[1], ("screening", None), [])


def _bare(said: Said, at: int) -> Read | None:
    """A length without anchor: 5年内, 3个月以内, 至少3个月未使用, 一年以上病史."""
    found = length_at(said.line, said.items, at)
    if found is None or aged(said, at, found[1]):
        return None
    length, end = found
    inside = said.can_be(end, "within") and said.items[end].kind != "cmp" and said.han(end)
    if inside or said.text(at).endswith("以内"):
        end = end + 1 if inside else end
        to_come = said.planned(at) or said.can_be(end, "future") or _plans(said, end)
        span = length.within().after() if to_come else length.within().before()
        return _window(said, span, at, end, ("screening", None), [])
    if length.low is None or length.high is not None:
        return None
    denied = _denied(said, at, length, end, ("screening", None))
    if denied is not None:
        return denied
    if any(i.can_be("lasted") for i in said.items[end : end + 4]):
        interval = length.interval()
        if interval is not None:
            return [Item("duration", interval, said.items[at].start, said.items[end - 1].end)], end
    return None


def _plans(said: Said, at: int) -> bool:
    return at < len(said.items) and said.items[at].kind == "cue" and said.items[at].value == "plan"


def _denied(
    said: Said, at: int, length: Length, end: int, anchor: tuple[Anchor, Concept | None]
) -> Read | None:
    """A wash-out: what is denied for so long, or has ended so long ago."""
    behind = end
    while behind < len(said.items) and said.items[behind].kind == "noise":
        behind += 1
    denies = behind < len(said.items) and said.items[behind].kind == "not"
    if not denies and not ended(said, at) and not said.can_be(behind, "ended"):
        return None
    if said.line.kind == "exclusion":
        return None
    end = behind + 1 if denies else end
    return _window(said, length.within().before(), at, end, anchor, [], kind="washout")


def _apart(said: Said, at: int) -> Read | None:
    """末次化疗距入组至少4周, 距末次化疗至少4周."""
    place = at + 1
    while place < len(said.items) and place < at + 9 and said.items[place].kind in _NAMING:
        place += 1
    found = _length(said, place)
    if found is None or found[0].exact:
        return None
    length, end = found
    step = place == at + 2 and said.items[at + 1].can_be("anchor")
    anchor: Anchor = said.items[at + 1].as_a("anchor") if step else "screening"
    # Words between belong to what has been done; 距 itself says no more.
    led = [] if step else [said.items[at]._replace(kind="noise", also=()), *said.items[at + 1 : place]]
    begin = at if step else place
    if length.low is None:
        return _window(said, length.before(), begin, end, (anchor, None), led)
    if length.high is not None or said.line.kind == "exclusion":
        return _window(said, length.before(), begin, end, (anchor, None), led)
    return _window(said, length.within().before(), begin, end, (anchor, None), led, kind="washout")


def _lasting(said: Said, at: int) -> Read | None:
    """持续3个月以上."""
    found = _length(said, at + 1)
    if found is None:
        return None
    interval = (found[0].least() if found[0].exact else found[0]).interval()
    if interval is None:
        return None
    return [Item("duration", interval, said.items[at].start, said.items[found[1] - 1].end)], found[1]


def _window(
    said: Said,
    span: tuple[Period | None, Period | None] | None,
    begin: int,
    end: int,
    anchor: tuple[Anchor, Concept | None],
    led: list[Item],
    *,
    kind: str = "window",
) -> Read | None:
    if span is None:
        return None
    window = Window(anchor=anchor[0], event=anchor[1], from_=span[0], to=span[1])
    return [*led, Item(kind, window, said.items[begin].start, said.items[end - 1].end)], end
