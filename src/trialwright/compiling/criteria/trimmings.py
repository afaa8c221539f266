"""Words beside a value that say nothing new: "60 points", "Age (years): 18-70", "low platelets (< 30)".

Takes items with bounds, gives them without such words; a sign in brackets is an outcome, a unit in brackets
that of the bounds behind it.
"""

from __future__ import annotations

from trialwright.compiling.criteria.line import Bounds, Item
from trialwright.compiling.criteria.words import words
from trialwright.language.times import find_time_unit
from trialwright.language.units import read_unit

_MEASURES = ("quantity", "score")
_NAMES = ("term", "age")
_ENDS = ("comma", "semi", "stop", "close", "line", "colon")
_SIGNS = {"+": "positive", "-": "negative", "−": "negative"}


def trimmed(items: list[Item], plain: str) -> list[Item]:
    """The items without words that only repeat."""
    if any(item.kind == "conceded" for item in items):
        items = _without_concessions(items)
    out: list[Item] = []
    at = 0
    while at < len(items):
        item = items[at]
        if item.kind == "open" and out and out[-1].kind in _NAMES and _closes(items, at):
            made = _signed(items, at, out[-1], plain) or _united(items, at, plain)
            if made is not None:
                out += made[0]
                at = made[1]
                continue
        if item.kind == "word" and out and _is_point(out, items, at, plain):
            out[-1] = out[-1]._replace(end=item.end)
        elif (item.kind == "word" and _repeats(items, at, plain)) or (
            item.kind in ("word", "within") and _leads_to_age(out, items, at, plain)
        ):
            out.append(item._replace(kind="noise", value=None))
        else:
            out.append(item)
        at += 1
    return out


def _without_concessions(items: list[Item]) -> list[Item]:
    """The items with "even if on insulin" as words that ask nothing."""
    out: list[Item] = []
    open_ = False
    for item in items:
        open_ = item.kind == "conceded" or (open_ and item.kind not in _ENDS)
        out.append(item._replace(kind="noise", value=None, also=()) if open_ else item)
    return out


def _closes(items: list[Item], at: int) -> bool:
    """Whether a bracket closes soon."""
    return any(i.kind == "close" for i in items[at + 2 : at + 7])


def _signed(items: list[Item], at: int, name: Item, plain: str) -> tuple[list[Item], int] | None:
    """Read "HBsAg (+)"."""
    if name.kind != "term" or items[at + 2].kind != "close" or name.value.kind in _MEASURES:
        return None
    sign = _SIGNS.get(plain[items[at].end : items[at + 2].start].strip())
    return None if sign is None else ([Item("outcome", sign, items[at].start, items[at + 2].end)], at + 3)


def _united(items: list[Item], at: int, plain: str) -> tuple[list[Item], int] | None:
    """Read "Haemoglobin (g/dL) > 9" and "Age (years): 18-70"."""
    close = next(p for p in range(at + 2, at + 7) if items[p].kind == "close")
    behind = close + 1
    colon = items[behind : behind + 1] if behind < len(items) and items[behind].kind == "colon" else []
    behind += len(colon)
    if behind >= len(items) or items[behind].kind != "bounds":
        return None
    bounds: Bounds = items[behind].value
    if bounds.unit is not None or bounds.relative_to is not None:
        return None
    text = plain[items[at].end : items[close].start].strip()
    span = items[at].end, items[close].start
    time = find_time_unit(text.lower())
    if time is not None:
        bounds = bounds._replace(unit=time, unit_text=text, time=True)
    else:
        unit = read_unit(plain, span[0])
        if unit is None or plain[unit.end : span[1]].strip():
            return None
        bounds = bounds._replace(unit=unit.code, unit_text=text)
    return [items[behind]._replace(value=bounds, start=items[at].start)], behind + 1


def _is_point(out: list[Item], items: list[Item], at: int, plain: str) -> bool:
    """Whether a word counts the points of a score."""
    if out[-1].kind != "bounds" or out[-1].value.unit is not None or out[-1].value.relative_to is not None:
        return False
    item = items[at]
    if plain[item.start : item.end].lower() not in words("points"):
        return False
    if at + 1 < len(items) and items[at + 1].kind == "word" and items[at + 1].start == item.end:
        return False
    named = next((i for i in reversed(out[:-1]) if i.kind in ("term", "word", "age")), None)
    return named is not None and named.kind == "term" and named.value.kind == "score"


def _leads_to_age(out: list[Item], items: list[Item], at: int, plain: str) -> bool:
    """Whether words only lead from "age" to its bounds: "age of patients in the range from 18 to 90"."""
    if not _ranges(items[at], plain):
        return False
    behind = at + 1
    while behind < min(len(items), at + 4) and (
        items[behind].kind in ("noise", "age") or _ranges(items[behind], plain)
    ):
        behind += 1
    if behind >= len(items) or items[behind].kind != "bounds":
        return False
    if any(i.kind == "age" for i in items[at:behind]):
        # "ranging in age from 18 to 90 years"
        return items[at].kind == "within" or items[at + 1].kind in ("within", "age", "noise")
    before = len(out)
    while before and out[before - 1].kind == "noise":
        before -= 1
    return before > 0 and out[before - 1].kind == "age"


def _ranges(item: Item, plain: str) -> bool:
    """Whether a word only says that a range follows."""
    return item.kind == "within" or (
        item.kind == "word" and plain[item.start : item.end].lower() in words("ranging")
    )


def _repeats(items: list[Item], at: int, plain: str) -> bool:
    """Whether a word tells only the side that the bounds are on: "low platelets (< 30 x 10^9/L)"."""
    said = plain[items[at].start : items[at].end].lower()
    low, high = said in words("lowered"), said in words("raised")
    if not (low or high) or at + 2 >= len(items):
        return False
    name, behind = items[at + 1], items[at + 2]
    if behind.kind == "open" and at + 3 < len(items):
        behind = items[at + 3]
    if name.kind != "term" or name.value.kind != "quantity" or behind.kind != "bounds":
        return False
    if low:
        return behind.value.low is None
    return behind.value.high is None
