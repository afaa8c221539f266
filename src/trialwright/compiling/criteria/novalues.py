"""Numbers that are compared and yet are no value: sizes of samples, versions, scales, years, half-lives.

Takes what was read with its neighbours, says whether it is a bound of something about a person.
"""

from __future__ import annotations

from trialwright.compiling.criteria.intervals import is_a, text_of
from trialwright.compiling.criteria.line import Bounds, Item
from trialwright.compiling.criteria.words import words

_NEAR = 4


def is_value(found: Item, items: list[Item], end: int, out: list[Item], plain: str) -> bool:
    """Whether bounds, read up to the item at `end` and behind those of `out`, bound a value."""
    bounds: Bounds = found.value
    if _is_distance(items, end + is_a(items, end, "word"), plain):
        return False
    before = text_of(out[-1], plain) if out else ""
    if before in words("sample") or before.endswith(("centile", "centiles")):
        return False
    if bounds.unit is not None or bounds.relative_to is not None:
        if is_a(out, len(out) - 1, "open") and _is_scale(bounds, items, end, out, plain):
            return False
        # From 0 to 100 % is everything.
        return not (
            bounds.unit == "%"
            and bounds.low is not None
            and bounds.high is not None
            and bounds.low.value == 0
            and bounds.high.value == 100
        )
    if before in words("version"):
        return False
    if any(i.kind == "term" for i in out[-_NEAR:]) and _is_standing(items, end, plain):
        return False
    if _of_following(items, end, plain) or _half_lives(items, end, plain):
        return False
    if bounds.low is None or bounds.high is None or bounds.low.value == bounds.high.value:
        return True
    if before in words("numbered") or (out and out[-1].kind == "quantity"):
        return False
    if all(1900 <= b.value <= 2100 for b in (bounds.low, bounds.high)) and not (
        out and out[-1].kind == "term"
    ):
        return False
    return not _is_scale(bounds, items, end, out, plain)


def _is_distance(items: list[Item], sign: int, plain: str) -> bool:
    """Whether a number tells how far from a limit: "3 above the upper limit", "2 points above baseline"."""
    if not is_a(items, sign, "cmp") or items[sign].end - items[sign].start < 4:
        return False
    last = min(sign + 3, len(items))
    return any(
        i.kind == "uln" or text_of(i, plain).startswith(("baseline", "cut")) for i in items[sign + 1 : last]
    )


def _is_scale(bounds: Bounds, items: list[Item], end: int, out: list[Item], plain: str) -> bool:
    """Whether a range from nought tells how far a scale goes."""
    if bounds.low is None or bounds.high is None or bounds.low.value != 0 or bounds.high.value < 3:
        return False
    behind = [w for i in items[end : end + _NEAR] for w in text_of(i, plain).split()]
    ahead = [text_of(i, plain) for i in out[-2:]]
    if out and out[-1].kind == "term" and out[-1].value.kind == "score":
        return False
    if is_a(out, len(out) - 1, "open") and is_a(out, len(out) - 2, "bounds") and is_a(items, end, "close"):
        # "= 4 (0-10)"
        return True
    return any(w in words("scale") for w in behind) or any(w in words("scale") for w in ahead)


def _is_standing(items: list[Item], end: int, plain: str) -> bool:
    """Whether a number counts deviations from others, or hundredths: `> 2 SD`, `> 95 (percentile)`."""
    place = end + is_a(items, end, "open")
    if not is_a(items, place, "word"):
        return False
    said = plain[items[place].start : items[place].start + 20].lower()
    return text_of(items[place], plain) in words("standing") or said.startswith("standard deviation")


def _of_following(items: list[Item], end: int, plain: str) -> bool:
    """Whether a number of the points that follow is meant: `>= 2 of the following`."""
    place, last = end, min(end + _NEAR, len(items))
    while place < last and items[place].kind == "noise":
        place += 1
    return (
        place > end
        and place < len(items)
        and text_of(items[place], plain).startswith(("following", "below", "these"))
    )


def _half_lives(items: list[Item], end: int, plain: str) -> bool:
    """Whether half-lives are counted."""
    return any(
        text_of(items[at], plain).startswith(("half-li", "halfli", "half"))
        for at in range(end, min(end + 3, len(items)))
        if items[at].kind == "word" or is_a(items, at, "times")
    )


def standing(items: list[Item], plain: str) -> list[Item]:
    """The items in which a measure that is told as a standing among others is no measure any more.

    "BMI (percentile) > 95" and "BMI > 2 SD" bound no body mass index: the words keep what is said.
    """
    out = items
    for at, item in enumerate(items):
        if item.kind != "word" or text_of(item, plain) not in words("standing"):
            continue
        place = at - 1
        while place >= 0 and items[place].kind in ("open", "noise", "bounds", "close", "adjective"):
            place -= 1
        told = items[place] if place >= 0 and place < at else None
        if told is None or told.kind != "term" or told.value.kind != "quantity":
            continue
        if any(_has_unit(i) for i in items[place:at]):
            continue
        out = list(out) if out is items else out
        out[place] = told._replace(kind="word", value=None, also=())
    return out


def _has_unit(item: Item) -> bool:
    return item.kind == "bounds" and item.value.unit is not None
