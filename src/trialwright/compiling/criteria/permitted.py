"""Who is let in: "(patients with a negative HCV RNA are eligible)", "糖尿病，但HbA1c<8%者可入组".

Takes the items of a clause. Among exclusions who is let in is an exception; elsewhere what stands before
"are eligible if" is the premise, and what stands behind it is asked.
"""

from __future__ import annotations

from collections.abc import Callable

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.pieces import split_at
from trialwright.compiling.criteria.remainder import unparsed
from trialwright.compiling.criteria.subgroups import group_of
from trialwright.compiling.criteria.unsettled import permits
from trialwright.compiling.criteria.words import people_end, said_of, words
from trialwright.model.expression import Except, Expr, IfThen

Reader = Callable[[list[Item]], Expr | None]
_ENDS = ("comma", "semi", "stop")
_CONDITIONS = ("if", "unless", "except", "not")


def let_in(line: Line, items: list[Item]) -> list[Item] | None:
    """The items with what is let in as an exception; None where it is unsure what it is taken from."""
    if line.kind != "exclusion" or not permits(line, items):
        return items
    opened = next((p for p, i in enumerate(items) if i.kind == "open" and _closing(items, p)), None)
    if opened is not None and permits(line, items[opened : _closing(items, opened)]):
        end = _closing(items, opened)
        who = _who(line, items[opened + 1 : end])
        if who is None or permits(line, items[:opened]) or (items[end:] and permits(line, items[end:])):
            return None
        return [*items[: opened + 1], _except(who), *who, *items[end:]]
    place = next((p for p in range(len(items) - 1, 0, -1) if items[p].kind in _ENDS), None)
    if place is None or permits(line, items[:place]):
        return None
    who = _who(line, items[place + 1 :])
    return None if who is None else [*items[:place], _except(who), *who]


def _closing(items: list[Item], opened: int) -> int:
    return next((p for p in range(opened + 1, len(items)) if items[p].kind in ("close", "open")), 0)


def _except(who: list[Item]) -> Item:
    return Item("except", None, who[0].start, who[0].start)


def _who(line: Line, items: list[Item]) -> list[Item] | None:
    """Those who are let in, without the words that let them in."""
    if not permits(line, items) or any(i.kind in _CONDITIONS for i in items):
        return None
    start, end = 0, len(items)
    while end and said_of(line, items[end - 1]) in words("letting") | words("person_han"):
        end -= 1
    while start < end and said_of(line, items[start]) in words("but"):
        start += 1
    start += people_end(line, items[start:end])
    return items[start:end] if start < end and end < len(items) else None


def eligible_if(line: Line, before: list[Item], behind: list[Item], read: Reader) -> Expr | bool:
    """Read "X are eligible if Y": Y is asked of X. True where it is unsure, False for other words."""
    end = len(before)
    while end and said_of(line, before[end - 1]) in words("letting"):
        end -= 1
    if not permits(line, before[end - 1 :] if end else before):
        return False
    who = before[:end]
    if not who or people_end(line, who) == len(who):
        return read(behind) or True
    if not any(said_of(line, i) in words("persons") | words("person_han") or i.kind == "sex" for i in who):
        # "ALT < 5 x ULN is allowed if ...": what is allowed is no premise.
        return True
    if any(i.kind in (*_CONDITIONS, "or", "comma", "and", "open") for i in who) or not behind:
        return True
    if group_of(line, who) is False and any(i.kind in ("bounds", "age") for i in who):
        return True
    holds, asked = read(who), read(behind) or unparsed(line, behind)
    if holds is None:
        return True
    span = span_of([*who, *behind])
    if line.kind == "exclusion":
        return Except(base=holds, unless=asked, span=span)
    return IfThen(if_=holds, then=asked, span=span)


def lets_in(line: Line, items: list[Item]) -> bool:
    """Whether a part says who is let in, and more than that both sexes are."""
    told = [i for i in items if i.kind not in ("noise", "sex", "bothsex", "and", "or", "comma")]
    return bool(told) and permits(line, items)


def bracketed_permission(line: Line, items: list[Item]) -> bool:
    """Whether brackets let somebody in whom the words before them keep out."""
    places = [p for p, i in enumerate(items) if i.kind == "open"]
    return any(permits(line, items[p : _closing(items, p)]) for p in places if _closing(items, p))


def parts_let_in(line: Line, items: list[Item], mark: str) -> bool:
    """Whether a later part lets people in whom the earlier ones keep out."""
    parts = [p for p in split_at(items, (mark,)) if p]
    later = any(lets_in(line, p) for p in parts[1:])
    return later and (line.kind == "exclusion" or any(i.kind == "not" for i in parts[0]))
