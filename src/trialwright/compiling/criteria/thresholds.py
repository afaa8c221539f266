"""Two bounds of one measure: "ALT <= 2 x ULN (<= 4 x ULN if metastatic)", "Hb > 12 g/dL; women > 11".

Takes the items of a clause; one bound is for those whom the premise names, the other for all others. A
premise that is not understood is kept as unparsed words.
"""

from __future__ import annotations

from collections.abc import Callable

from trialwright.compiling.criteria.arms import bounded
from trialwright.compiling.criteria.line import Bounds, Item, Line, span_of
from trialwright.compiling.criteria.measures import premise_of
from trialwright.compiling.criteria.remainder import hard, unparsed
from trialwright.compiling.criteria.words import people_end, said_of, texts_of, words
from trialwright.model.expression import AllOf, AnyOf, Expr, IfThen, Measurement, Not, leaves
from trialwright.model.interval import Interval

Reader = Callable[[list[Item]], Expr | None]
_LINKS = ("open", "comma", "or", "and", "semi", "stop", "noise")


def thresholds(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "Platelets > 60 (> 30 if the marrow is involved)": one bound for some, one for the others."""
    places = [p for p, i in enumerate(items) if i.kind in ("bounds", "quantity")]
    if len(places) != 2 or items[places[0]].kind != "bounds":
        return None
    first, second = places
    base = items[: first + 1]
    if any(i.kind in ("or", "if", "unless", "except", "not", "open", "semi", "stop", "cue") for i in base):
        return None
    between, behind = items[first + 1 : second], items[second + 1 :]
    names = [i.value.name for i in base if i.kind == "term"]
    if len(names) == 1:
        # "ALT < 3 x ULN; ALT < 5 x ULN allowed if ...": the measure may be said again.
        between = [i for i in between if i.kind != "term" or i.value.name != names[0]]
    while behind and said_of(line, behind[0]) in words("letting"):
        behind = behind[1:]
    told = bounded(base, items[second])
    if told.kind != "bounds":
        return None
    if not between or not any(i.kind in _LINKS[:6] for i in between):
        return None
    lead, premise = 0, behind
    while (
        lead < len(between)
        and between[lead].kind in _LINKS
        and said_of(line, between[lead]) not in words("persons")
    ):
        lead += 1
    if lead < len(between):
        # "(patients with metastases: <= 4 x ULN)": the premise stands before its bound.
        if any(i.kind not in ("close", "stop", "noise") for i in behind):
            return None
        premise = between[lead:]
    swapped = bool(premise) and texts_of(line, premise)[-1] in words("otherwise")
    if swapped:
        # "2 to 3 if on warfarin, otherwise at most 1.5": the first bound is the special one.
        premise = premise[:-1]
    about = _premise(line, premise, said_before=lead < len(between))
    if about is None:
        return None
    usual = read(base)
    special = read([*base[:-1], _like(told, items[first].value)])
    if usual is None or special is None or not hard(usual) or not hard(special):
        return None
    if len(leaves(usual)) != len(leaves(special)):
        return None
    if swapped:
        usual, special = special, usual
    split = any(i.kind == "or" for i in between) and not swapped
    if split and not _nested(items[first].value, told.value):
        # "1 to 2, or 3 to 4 if on warfarin": whether 1 to 2 is open to all is unsure.
        return None
    holds = read_premise(line, about, read)
    span, here = span_of(items), span_of(about)
    others = Not(of=holds, span=here)
    if line.kind == "exclusion":
        return AnyOf(
            of=(AllOf(of=(holds, special), span=span), AllOf(of=(others, usual), span=span)), span=span
        )
    return AllOf(
        of=(IfThen(if_=holds, then=special, span=span), IfThen(if_=others, then=usual, span=span)), span=span
    )


def _nested(one: Bounds, other: Bounds) -> bool:
    """Whether one of two comparisons only moves the bound of the other, so that one holds the other."""
    if (one.low is None) != (other.low is None) or (one.high is None) != (other.high is None):
        return False
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return True
    low, high = other.low.value - one.low.value, other.high.value - one.high.value
    return (low <= 0 <= high) or (high <= 0 <= low)


def _like(item: Item, usual: Bounds) -> Item:
    """The second bound with the unit of the first, where it has none of its own."""
    own: Bounds = item.value
    if own.unit is None and own.relative_to is None:
        own = own._replace(
            unit=usual.unit, unit_text=usual.unit_text, time=usual.time, relative_to=usual.relative_to
        )
    return item._replace(value=own)


def _premise(line: Line, items: list[Item], *, said_before: bool) -> list[Item] | None:
    """The items that say for whom the second bound is, or None where nothing says that it is for some."""
    while items and (
        items[-1].kind in ("close", "comma", "stop", "colon", "or")
        or line.plain[items[-1].start : items[-1].end].lower() in words("then")
    ):
        items = items[:-1]
    if not items or any(
        i.kind
        in ("bounds", "quantity", "window", "duration", "semi", "stop", "open", "close", "cmp", "except")
        for i in items
    ):
        return None
    if items[0].kind == "unless":
        # "unless gout, in which case <= 4"
        said = texts_of(line, items)
        if not said_before or said[-2:] != ["which", "case"]:
            return None
        end = next((p for p, i in enumerate(items) if i.kind == "comma"), None)
        return items[1:end] if end is not None and end > 1 else None
    if items[0].kind == "if":
        return items[1:] or None
    person = people_named(line, items) or people_end(line, items)
    if person:
        return items[person:] or None
    last = line.plain[items[-1].start : items[-1].end]
    if said_before and last in words("person_han") and len(items) > 1:
        return items[:-1]
    if premise_of(line, items, span_of(items)) is not None:
        return items[1:] if items[0].kind in ("for", "within") else items
    if items[0].kind in ("for", "within") and len(items) > 2 and last in words("persons"):
        # "in Asian subjects"
        return items[1:-1]
    return None


def people_named(line: Line, items: list[Item]) -> int:
    """How many items say "in patients with" or "for those who have" before a premise."""
    if items[0].kind not in ("for", "within") or len(items) < 3:
        return 0
    at = 1
    while at < len(items) and items[at].kind == "noise":
        at += 1
    said = [line.plain[i.start : i.end].lower() for i in items[1:at]]
    if at == len(items) or not any(w in words("persons") for w in said):
        return 0
    return at


def read_premise(line: Line, items: list[Item], read: Reader) -> Expr:
    """The premise as an expression; its words where it is not understood."""
    about = premise_of(line, items, span_of(items))
    if about is None and partnered(line, items):
        telling = [i for i in items if i.kind != "noise"]
        person = premise_of(line, telling[:1], span_of(telling[:1]))
        if person is not None:
            return AllOf(of=(person, unparsed(line, telling[1:])), span=span_of(items))
    return about or read(items) or unparsed(line, items)


def partnered(line: Line, about: list[Item]) -> bool:
    """Whether a duty is that of people with a partner of some kind."""
    telling = [i for i in about if i.kind != "noise"]
    if (
        not telling
        or telling[0].kind != "sex"
        or any(i.kind in ("bounds", "or", "and", "comma") for i in about)
    ):
        return False
    return bool(words("partners") & set(texts_of(line, telling[1:])))


def otherwise(first: Expr | None, second: Expr | None) -> Expr | None:
    """Read "creatinine <= 1 mg/dL; if creatinine is > 1 mg/dL, clearance must be >= 60": either is enough."""
    if not isinstance(first, Measurement) or not isinstance(second, IfThen):
        return None
    premise = second.if_
    if not isinstance(premise, Measurement) or premise.concept.name != first.concept.name:
        return None
    if not first.interval or not premise.interval or not _apart(first.interval, premise.interval):
        return None
    spans = [e.span for e in (first, second) if e.span]
    span = (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None
    return AnyOf(of=(first, second.then), span=span)


def _apart(one: Interval, other: Interval) -> bool:
    """Whether one interval begins where the other ends."""
    for low, high, open_ in (
        (one.low, other.high, (one.high, other.low)),
        (other.low, one.high, (other.high, one.low)),
    ):
        if low is not None and high is not None and low.value == high.value and open_ == (None, None):
            return (one.unit, one.relative_to) == (other.unit, other.relative_to)
    return False
