"""Ages behind the people they are of: "men with gout aged 40-70 years", "healthy volunteers older than 18".

Takes the items of a clause and a reader of what stands before the age; gives all of people, sex and age, or
None where it is unsure whose age that is.
"""

from __future__ import annotations

from collections.abc import Callable

from trialwright.compiling.criteria.leaf import Statement
from trialwright.compiling.criteria.line import Item, Line, kinds_of, span_of
from trialwright.compiling.criteria.remainder import unparsed
from trialwright.compiling.criteria.words import narrows, words
from trialwright.model.expression import AllOf, Demographic, Expr

Reader = Callable[[list[Item]], Expr | None]
_TAIL = frozenset({"age", "noise", "for", "within", "bounds"})
_OPEN = frozenset(
    "bounds age cue cmp quantity open close if unless except excepted not such_as semi colon stop line"
    " fertile arm for".split()
)
_LISTING = frozenset({"or", "comma", "slash", "and"})
_GROWN = ("older", "younger", "of age", "aged", "岁")


def aged(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """All of the people, their sex and their age."""
    place = len(items)
    while place and items[place - 1].kind in _TAIL:
        place -= 1
    while place < len(items) and items[place].kind not in ("age", "bounds"):
        place += 1
    before, tail = items[:place], items[place:]
    if before and before[-1].kind == "comma":
        if line.kind == "exclusion":
            return None
        before = before[:-1]
    bounds = [i for i in tail if i.kind == "bounds"]
    if len(bounds) != 1 or not before or not kinds_of(before).isdisjoint(_OPEN):
        return None
    if line.kind == "exclusion" and not kinds_of(before).isdisjoint(_LISTING):
        # The age may be that of the last alone.
        return None
    if before[-1].kind not in ("noise", "term", "word", "sex", "bothsex") or not _told(line, before, tail):
        return None
    age = Statement(line, tail).read()
    if not isinstance(age, Demographic) or age.attribute != "age":
        return None
    return _all(line, before, age, read, span_of(items))


def _told(line: Line, before: list[Item], tail: list[Item]) -> bool:
    """Whether words say that it is an age, and that of the people before it."""
    if any(line.plain[i.start : i.end].lower() in words("other_people") for i in before):
        return False
    if before[-1].kind == "term" and before[-1].value.kind != "condition":
        # "Surgery less than 30 days old"
        return False
    start, end = span_of(tail)
    said = line.plain[start:end].lower()
    if any(i.kind == "age" for i in tail) or any(w in said for w in _GROWN):
        return True
    last = before[-1]
    return last.kind in ("sex", "bothsex") or line.plain[last.start : last.end].lower() in words(
        "aged_persons"
    )


def _all(line: Line, before: list[Item], age: Expr, read: Reader, span: tuple[int, int]) -> Expr | None:
    sexes = {i.value for i in before if i.kind == "sex"}
    others = [i for i in before if i.kind not in ("sex", "bothsex")]
    if len(sexes) > 1 or (sexes and not kinds_of(before).isdisjoint(_LISTING)):
        return None
    of: list[Expr] = []
    if sexes:
        item = next(i for i in before if i.kind == "sex")
        of.append(Demographic(attribute="sex", values=(item.value,), span=(item.start, item.end)))
    told = [i for i in others if i.kind not in ("noise", *_LISTING)]
    if any(line.plain[i.start : i.end].lower().rstrip("s") not in words("grown_ups") for i in told):
        people = read(others)
        if people is None:
            if line.kind == "exclusion" or not narrows(line, others):
                return None
            people = unparsed(line, [i for i in others if i.kind != "noise"])
        of.append(people)
    return age if not of else AllOf(of=(*of, age), span=span)
