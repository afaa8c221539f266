"""Some of the people, of whom alone something is asked: "patients over 70 must ...", "65岁以上患者须...".

Takes the items that name people, tells whether they surely are a part of those who are studied. An age from
which adults count, or an illness, may as well be what the trial asks of all: then it stays open.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal

from trialwright.compiling.criteria.leaf import Statement
from trialwright.compiling.criteria.line import Bounds, Item, Line, span_of
from trialwright.compiling.criteria.measures import premise_of
from trialwright.compiling.criteria.words import people_end, said_of, words
from trialwright.model.expression import Exposure, Expr

Reader = Callable[[list[Item]], Expr | None]
# Up to this age a lower bound is that of adults, which most trials ask of everybody.
_ADULT = Decimal(21)
_PEOPLE = ("sex", "bothsex", "fertile")


def group_of(line: Line, items: list[Item], *, named: bool = False) -> Expr | Literal[False] | None:
    """The premise that people are; False where it stays open, None where nobody is told apart.

    `named`: the words say that they speak of some ("for patients over 18, ...").
    """
    end = people_end(line, items)
    last = said_of(line, items[-1]) if items else ""
    han = last in words("person_han") and items[-1].kind in ("noise", "word")
    items = items[:-1] if han else items
    if items and items[0].kind in ("for", "within") and not end:
        if not han and items[-1].kind not in _PEOPLE:
            return None
        items = items[1:]
    if not end and not han and not any(i.kind in _PEOPLE for i in items[:2]):
        return None
    about = [i for i in items[end:] if i.kind not in ("noise", "comma")]
    while about and said_of(line, about[0]) in words("being_people"):
        about = about[1:]
    if not named and not any(i.kind not in ("sex", "bothsex") for i in about):
        return None
    if not about:
        return None
    if (sex := premise_of(line, about, span_of(about))) is not None:
        return sex
    bounds = [i for i in about if i.kind == "bounds"]
    if any(i.kind not in ("bounds", "age", "sex", "bothsex", "verb", "term") for i in about):
        return False
    made = Statement(line, about).read()
    if made is None or len(bounds) > 1:
        return False
    if bounds and not any(i.kind == "term" for i in about):
        return made if named or _is_part(bounds[0].value) else False
    taken = isinstance(made, Exposure) and made.kind == "drug" and about[0].kind == "verb"
    return made if not bounds and taken and about[0].value == "current" else False


def _is_part(age: Bounds) -> bool:
    """Whether an age tells some people apart, and is not that of all adults."""
    if age.low is None or age.high is not None:
        return age.low is None
    return age.unit in (None, "a") and age.low.value > _ADULT
