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
from trialwright.model.expression import AllOf, AnyOf, Demographic, Expr

Reader = Callable[[list[Item]], Expr | None]
_TAIL = frozenset({"age", "noise", "for", "within", "bounds"})
_OPEN = frozenset(
    "bounds age cue cmp quantity open close if unless except excepted not such_as semi colon stop line"
    " fertile arm for".split()
)
_LISTING = frozenset({"or", "comma", "slash", "and"})
_GROWN = ("older", "younger", "of age", "aged", "岁")


_SPREAD = frozenset({"bounds", "and", "age", "noise"})
# Words that narrow the people before them.
_LEADING = ("with", "who", "whose", "having", "diagnosed with", "suffering from", "without")
_NARROWING = frozenset("age sex bothsex fertile if unless except semi stop line washout".split())


def led_by_age(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "Women over the age of 35 with ...": the age is sure, whatever the people have besides."""
    place = next((p for p, i in enumerate(items) if i.kind == "bounds"), 0)
    before = [i for i in items[:place] if i.kind not in ("comma", "age")]
    end = place + 1
    if place + 2 < len(items) and [i.kind for i in items[end : end + 2]] == ["and", "bounds"]:
        end += 2
    while end < len(items) and items[end].kind in ("age", "inclusive"):
        end += 1
    rest = items[end + 1 :] if items[end : end + 1] and items[end].kind == "comma" else items[end:]
    if not rest or line.plain[rest[0].start : rest[0].end].lower() not in _LEADING:
        return None
    if not all(i.kind in ("noise", "sex", "bothsex") or _is_people(line, i) for i in before):
        return None
    if not any(i.kind in ("sex", "bothsex", "age") or _is_people(line, i) for i in items[:end]):
        return None
    if not kinds_of(rest).isdisjoint(_NARROWING) or any(
        (i.kind == "bounds" and i.value.time) or (i.kind == "or" and _is_people(line, n))
        for i, n in zip(rest, [*rest[1:], rest[-1]], strict=True)
    ):
        return None
    told = [i for i in items[:end] if i.kind != "comma" and not _is_word(i)]
    head = _spread(line, told) or Statement(line, told).read()
    sure = head.of if isinstance(head, AllOf) else (head,)
    if not all(isinstance(e, Demographic) for e in sure):
        return None
    return AllOf(of=(*sure, read(rest) or unparsed(line, rest)), span=span_of(items))


def _is_people(line: Line, item: Item) -> bool:
    """Whether a word only says that somebody takes part."""
    return line.plain[item.start : item.end].lower() in words("aged_persons")


def _is_word(item: Item) -> bool:
    return item.kind == "word"


def _spread(line: Line, items: list[Item]) -> Expr | None:
    """Read "between 4 months and 21 years of age", of which each end has a unit of its own."""
    bounds = [i for i in items if i.kind == "bounds"]
    if len(bounds) != 2 or not kinds_of(items) <= _SPREAD or sum(i.kind == "and" for i in items) != 1:
        return None
    low, high = bounds[0].value, bounds[1].value
    if low.high or high.low or not (low.time and high.time) or low.unit == high.unit:
        return None
    told = [i for i in items if i.kind == "age"]
    if not told:
        return None
    ages = [Statement(line, sorted([*told, b], key=lambda i: i.start)).read() for b in bounds]
    if not all(isinstance(age, Demographic) for age in ages):
        return None
    return AllOf(of=tuple(age for age in ages if age is not None), span=span_of(items))


def _outside(line: Line, items: list[Item]) -> Expr | None:
    """Read "women younger than 18 or older than 40", whom a trial excludes."""
    bounds = [i for i in items if i.kind == "bounds"]
    people = [i for i in items if i.kind in ("sex", "bothsex") or _is_people(line, i)]
    if line.kind != "exclusion" or len(bounds) != 2 or len(people) != 1 or people[0].start > bounds[0].start:
        return None
    told = [i for i in items if i not in people and i not in bounds and i.kind not in ("age", "noise")]
    if [i.kind for i in told] != ["or"] or bounds[0].value.low or bounds[1].value.high:
        return None
    named = [i for i in items if i.kind == "age"]
    ages = [Statement(line, sorted([*named, b], key=lambda i: i.start)).read() for b in bounds]
    if not all(isinstance(age, Demographic) for age in ages):
        return None
    either = AnyOf(of=tuple(age for age in ages if age is not None), span=span_of(items))
    if people[0].kind != "sex":
        return either
    sex = Demographic(attribute="sex", values=(people[0].value,), span=(people[0].start, people[0].end))
    return AllOf(of=(sex, either), span=span_of(items))


def aged(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """All of the people, their sex and their age."""
    two = _spread(line, items) or _outside(line, items)
    if two is not None:
        return two
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
