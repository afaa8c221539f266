"""Reading a sure statement out of a longer clause, with the rest kept as unparsed words.

Takes the items of a clause that as a whole is not understood; gives `all` of a measurement or age and of
the unparsed rest
where the rest can only narrow it, or None.
"""

from __future__ import annotations

from collections.abc import Callable

from trialwright.compiling.criteria.leaf import Statement
from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.measures import premise_of
from trialwright.compiling.criteria.sides import judged, names_defect, replaces
from trialwright.compiling.criteria.slots import means
from trialwright.compiling.criteria.subgroups import group_of
from trialwright.compiling.criteria.timed_heads import at_time
from trialwright.compiling.criteria.words import narrows, people_end, said_of, texts_of, words
from trialwright.model.expression import AllOf, Demographic, Expr, IfThen, Measurement, Unparsed, leaves

Reader = Callable[[list[Item]], Expr | None]
_JOINTS = {"and", "or", "comma", "slash", "colon", "semi", "stop"}
_WIDENING = {"or", "except", "unless", "if", "not"}


def unparsed(line: Line, items: list[Item]) -> Unparsed:
    """The words of these items as not understood; of the whole line where there are none."""
    if not items:
        text = line.text.strip()
        start = line.text.find(text)
        return Unparsed(text=text, span=(start, start + len(text)))
    start, end = span_of(items)
    return Unparsed(text=" ".join(line.text[start:end].split()), span=(start, end))


def hard(expr: Expr) -> bool:
    """Whether an expression rests on numbers only, so that its words cannot be half of something else."""
    return all(isinstance(leaf, Measurement | Demographic) for leaf in leaves(expr))


def headed(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "Adults 18 years or older undergoing bronchoscopy": the bounds first, then words that narrow."""
    place = next((p for p, i in enumerate(items) if i.kind == "bounds"), None)
    if place is None or any(i.kind in _WIDENING or i.kind in ("open", "cue") for i in items[:place]):
        return None
    end = place + 1
    while end < len(items) and items[end].kind in ("age", "sex", "bothsex", "window"):
        end += 1
    if items[end - 1].kind == "sex" and any(i.kind == "fertile" for i in items[end:]):
        return None
    end = _time_taken(line, items, end)
    rest = items[end:]
    if (
        not rest
        or rest[0].kind in _JOINTS | _WIDENING
        or rest[0].kind in ("cmp", "range", "bounds", "quantity", "post", "select", "rate", "uln", "times")
    ):
        return None
    bounds = items[place].value
    loose = bounds.unit is None and bounds.relative_to is None and not bounds.words
    if (
        loose
        and rest[0].kind
        not in ("noise", "for", "within", "before", "after", "window", "tail", "such_as", "verb")
        and line.plain[rest[0].start : rest[0].end].lower() not in words("restrictive")
    ):
        # The word may be the unit of the number.
        return None
    if not line.plain[rest[0].start].isalnum() and rest[0].kind != "open":
        return None
    if any(i.kind in _JOINTS for i in items[:place]):
        return None
    after = {i.kind for i in rest}
    if after & {"except", "unless", "if"} or ("or" in after and after & {"bounds", "age", "quantity"}):
        return None
    told = items[:end]
    if not any(i.kind == "window" for i in told) and (by := means(line, rest)) is not None:
        told, rest = [*told, rest[-1]], by
    head = Statement(line, told).read()
    if head is None and told != items[:end]:
        return None
    if head is None and end > place + 1:
        head, rest = Statement(line, items[: place + 1]).read(), items[place + 1 :]
    if head is None or not hard(head):
        return None
    if all(i.kind == "noise" for i in rest) or (
        rest[-1].kind == "bothsex" and all(i.kind in ("noise", "within", "for") for i in rest[:-1])
    ):
        # "in men and women" says nothing new.
        return head
    about = premise_of(line, rest, span_of(rest))
    if about is not None:
        if line.kind == "exclusion":
            return AllOf(of=(about, head), span=span_of(items))
        return IfThen(if_=about, then=head, span=span_of(items))
    if people := people_end(line, rest) if rest[0].kind in ("for", "within") else 0:
        return _for_some(line, head, rest, rest[people:], items, read)
    behind = read(rest)
    if behind is None and not narrows(line, rest):
        return None
    return AllOf(
        of=(head, behind if behind is not None else unparsed(line, rest)),
        span=span_of(items),
    )


def _for_some(
    line: Line, head: Expr, rest: list[Item], about: list[Item], items: list[Item], read: Reader
) -> Expr | None:
    """Read "LVEF > 50 % in those who received doxorubicin": a value asked of some."""
    if not about:
        return head
    if any(isinstance(leaf, Demographic) for leaf in leaves(head)):
        return unparsed(line, items)
    holds = group_of(line, rest, named=True) or read(about) or unparsed(line, about)
    if line.kind == "exclusion":
        return AllOf(of=(holds, head), span=span_of(items))
    return IfThen(if_=holds, then=head, span=span_of(items))


def _time_taken(line: Line, items: list[Item], end: int) -> int:
    """Behind "obtained within 2 weeks": the time at which the value before it was taken."""
    behind = end
    while behind < len(items) and (
        items[behind].kind == "noise" or line.plain[items[behind].start : items[behind].end] in words("taken")
    ):
        behind += 1
    return behind + 1 if behind < len(items) and items[behind].kind == "window" else end


def bracketed(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "Obesity (BMI > 30 kg/m2)": the words and the numbers that define them must both hold."""
    opened = [p for p, i in enumerate(items) if i.kind == "open"]
    for place in opened:
        close = _closing(items, place)
        if close is None:
            return None
        inside = items[place + 1 : close]
        while inside and all(w in words("defining") for w in texts_of(line, inside[:1])):
            inside = inside[1:]
        if not inside:
            continue
        tested = any(i.kind == "outcome" for i in inside) and any(i.kind == "term" for i in inside)
        if not tested and not any(i.kind == "bounds" for i in inside):
            continue
        before, behind = items[:place], items[close + 1 :]
        behind = behind[1:] if behind and behind[0].kind in ("comma", "stop") and len(behind) == 1 else behind
        if (
            not before
            or any(i.kind in _WIDENING | {"semi", "stop", "colon"} for i in behind)
            or any(i.kind in _WIDENING - {"not"} for i in before)
            or (behind and behind[0].kind == "comma" and any(i.kind == "bounds" for i in behind))
        ):
            return None
        if len([i for i in inside if i.kind != "noise"]) == 1:
            alone = read([*before, *[i for i in inside if i.kind != "noise"]])
            if alone is not None and hard(alone):
                return _with(line, alone, behind, items)
            if not any(i.kind == "term" for i in before) and not any(i.kind == "bounds" for i in before):
                return _adults(line, before, inside, behind, items)
            return None
        if names_defect(line, before) and not any(i.kind == "term" for i in before):
            values = read(inside)
            if values is None or not hard(values):
                return None
            told = judged(line, before, values, span_of(items))
            return None if told is None else _with(line, told, behind, items)
        negated = before[0].kind == "not"
        if negated or any(i.kind == "bounds" for i in before):
            return None
        number = read(inside)
        if number is None or not hard(number):
            return None
        head = read(before)
        people = all(
            i.kind == "noise" or said_of(line, i).rstrip("s") in words("grown_ups") for i in before
        ) and isinstance(number, Demographic)
        if people or replaces(line, before, head):
            return _with(line, number, behind, items)
        both = AllOf(
            of=(head if head is not None else unparsed(line, before), number),
            span=(items[0].start, items[close].end),
        )
        return _with(line, both, behind, items)
    return None


def defined(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "Anemia, defined as Hb < 9 g/dL": the word and the numbers that define it must both hold."""
    place = next((p for p, i in enumerate(items) if said_of(line, i) in words("defined")), None)
    if not place or any(i.kind in _WIDENING | {"and", "semi", "stop", "colon"} for i in items[:place]):
        return None
    behind = items[place + 1 :]
    while behind and all(w in words("defining") for w in texts_of(line, behind[:1])):
        behind = behind[1:]
    before = items[:place]
    while before and before[-1].kind in ("comma", "noise"):
        before = before[:-1]
    if not behind or not before or any(i.kind in ("comma", "open") for i in before):
        return None
    number = read(behind)
    if number is None or not hard(number):
        return None
    head = read(before)
    if head is None and any(i.kind == "bounds" for i in before):
        return None
    windows = [i for i in before if i.kind == "window"]
    if len(windows) == 1:
        # "Adequate function within 7 days before entry, defined as ...": the values of that time.
        number = at_time(number, windows[0].value)
    elif windows or any(i.kind in ("duration", "washout") for i in before):
        return None
    if replaces(line, before, head):
        return number
    return AllOf(of=(head or unparsed(line, before), number), span=span_of(items))


def _closing(items: list[Item], opened: int) -> int | None:
    """Where the parenthesis closes that opens here."""
    depth = 0
    for place in range(opened, len(items)):
        depth += (items[place].kind == "open") - (items[place].kind == "close")
        if depth == 0:
            return place
    return None


def preceded(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "Diabetic patients with HbA1c > 8 %": words that narrow, then the bounds."""
    place = next((p for p, i in enumerate(items) if i.kind == "bounds"), None)
    if place is None or any(
        i.kind in _WIDENING | _JOINTS | {"open", "close", "cue", "age", "cmp", "quantity"}
        for i in items[:place]
    ):
        return None
    withs = [
        p
        for p in range(place)
        if items[p].kind == "noise"
        and line.plain[items[p].start : items[p].end].lower() in ("with", "having", "have", "has", "had")
    ]
    if not withs or not any(i.kind in ("word", "term", "sex") for i in items[: withs[-1]]):
        return None
    before, number = items[: withs[-1]], items[withs[-1] + 1 :]
    if not number or any(i.kind == "term" and i.value.kind in ("quantity", "score") for i in before):
        return None
    expr = Statement(line, number).read() or headed(line, number, read)
    if expr is None:
        return None
    head = read(before)
    if head is None and not narrows(line, before):
        return None
    return AllOf(of=(head if head is not None else unparsed(line, before), expr), span=span_of(items))


def _adults(
    line: Line, before: list[Item], inside: list[Item], behind: list[Item], items: list[Item]
) -> Expr | None:
    """Read "Older adults (65 years or more)"."""
    named = [i for i in before if i.kind not in ("noise", "sex", "bothsex", "age")]
    telling = next(i for i in inside if i.kind == "bounds")
    if (
        not telling.value.time
        or telling.value.unit != "a"
        or any(i.kind in ("window", "duration", "cue", "term", "not") for i in before)
    ):
        return None
    if not any(line.plain[i.start : i.end].lower().rstrip("s") in words("grown_ups") for i in before):
        return None
    age = Statement(line, [telling]).read()
    if age is None:
        return None
    rest = [i for i in named if line.plain[i.start : i.end].lower().rstrip("s") not in words("of_some_age")]
    expr: Expr = (
        age
        if not rest and not any(i.kind == "sex" for i in before)
        else AllOf(of=(unparsed(line, before), age), span=span_of(items))
    )
    return _with(line, expr, behind, items)


def _with(line: Line, expr: Expr, behind: list[Item], items: list[Item]) -> Expr | None:
    if not [i for i in behind if i.kind not in ("noise", "comma", "stop")]:
        return expr
    if not narrows(line, [i for i in behind if i.kind not in ("comma", "stop")]):
        return None
    if len(behind) == 2 and said_of(line, behind[0]) in ("with", "having") and behind[1].kind == "term":
        ill = Statement(line, behind).read()
        if ill is not None:
            return AllOf(of=(expr, ill), span=span_of(items))
    return AllOf(of=(expr, unparsed(line, behind)), span=span_of(items))
