"""Conditions on conditions: "ALT <= 2 x ULN (<= 4 x ULN if metastatic)", "If female, ...".

Takes the items of a clause; an inclusion asks something of those whom its premise names and nothing of the
others, an exclusion must find both. A premise that is not understood is kept as unparsed words.
"""

from __future__ import annotations

from collections.abc import Callable

from trialwright.compiling.criteria.line import Bounds, Item, Line, span_of
from trialwright.compiling.criteria.measures import premise_of
from trialwright.compiling.criteria.pieces import top
from trialwright.compiling.criteria.remainder import hard, unparsed
from trialwright.compiling.criteria.words import texts_of, words
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Attestation,
    Exposure,
    Expr,
    IfThen,
    Not,
    Unparsed,
    leaves,
)

Reader = Callable[[list[Item]], Expr | None]
_LINKS = ("open", "comma", "or", "and", "semi", "stop", "noise")


def thresholds(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "Platelets > 60 (> 30 if the marrow is involved)": one bound for some, one for the others."""
    places = [p for p, i in enumerate(items) if i.kind == "bounds"]
    if len(places) != 2:
        return None
    first, second = places
    base = items[: first + 1]
    if any(i.kind in ("or", "if", "unless", "except", "not", "open", "semi", "stop", "cue") for i in base):
        return None
    between, behind = items[first + 1 : second], items[second + 1 :]
    if not between or not any(i.kind in _LINKS[:6] for i in between):
        return None
    lead, premise = 0, behind
    while lead < len(between) and between[lead].kind in _LINKS:
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
    special = read([*base[:-1], _like(items[second], items[first].value)])
    if usual is None or special is None or not hard(usual) or not hard(special):
        return None
    if len(leaves(usual)) != len(leaves(special)):
        return None
    if swapped:
        usual, special = special, usual
    if (
        any(i.kind == "or" for i in between)
        and not swapped
        and not _nested(items[first].value, items[second].value)
    ):
        # "1 to 2, or 3 to 4 if on warfarin": whether 1 to 2 is open to all is unsure.
        return None
    holds = _read_premise(line, about, read)
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
    person = _person(line, items)
    if person:
        return items[person:] or None
    last = line.plain[items[-1].start : items[-1].end]
    if said_before and last in words("person_han") and len(items) > 1:
        return items[:-1]
    if items[0].kind in ("for", "within") and premise_of(items, span_of(items)) is not None:
        return items[1:]
    return None


def _person(line: Line, items: list[Item]) -> int:
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


def _read_premise(line: Line, items: list[Item], read: Reader) -> Expr:
    """The premise as an expression; its words where it is not understood."""
    about = premise_of(items, span_of(items))
    if about is None and _partnered(line, items):
        telling = [i for i in items if i.kind != "noise"]
        person = premise_of(telling[:1], span_of(telling[:1]))
        if person is not None:
            return AllOf(of=(person, unparsed(line, telling[1:])), span=span_of(items))
    return about or read(items) or unparsed(line, items)


def premised(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "If female, ...", "For patients with gout: ...", "Women of childbearing potential must ..."."""
    if items[0].kind not in ("if", "for", "within") and not any(
        i.kind in ("sex", "fertile") for i in items[:8]
    ):
        return None
    cut = _cut(line, items)
    if cut is None:
        return _uncovered(line, items)
    about, then, duty = cut
    if not about or not then or any(i.kind in ("if", "except", "unless", "colon", "cue") for i in about):
        return None
    if set(texts_of(line, about)) <= words("vague_premise"):
        return None
    if words("shut_out") & set(texts_of(line, then)):
        # "If pregnant, she will be excluded" asks for the contrary.
        return None
    if line.kind == "exclusion" and (duty or _asks(line, then)):
        # What people must do is no reason to exclude them; the text stands in the wrong place.
        return None
    holds = _read_premise(line, about, read)
    made = _contraception(line, then) if duty or line.kind != "exclusion" else None
    asked = made or read(then) or _dose(line, holds, then) or unparsed(line, then)
    if isinstance(asked, Unparsed) and any(isinstance(leaf, Unparsed) for leaf in leaves(holds)):
        return None
    span = span_of(items)
    if line.kind == "exclusion":
        if duty or (not hard(holds) and isinstance(asked, Unparsed)):
            return None
        return AllOf(of=(holds, asked), span=span)
    return IfThen(if_=holds, then=asked, span=span)


def _cut(line: Line, items: list[Item]) -> tuple[list[Item], list[Item], bool] | None:
    """The premise, what is asked, and whether it is worded as a duty."""
    first = items[0]
    if first.kind == "if":
        place = next(
            (
                p
                for p, i in enumerate(items)
                if i.kind in ("comma", "colon") or line.plain[i.start : i.end].lower() in words("then")
            ),
            None,
        )
        if place is None or place < 2:
            return None
        if any(i.kind in ("open", "close", "semi", "stop") for i in items[:place]):
            return None
        then = items[place + 1 :]
        while then and (
            line.plain[then[0].start : then[0].end].lower() in words("then") or then[0].kind == "comma"
        ):
            then = then[1:]
        return items[1:place], then, False
    person = _person(line, items)
    if (
        not person
        and first.kind in ("for", "within")
        and len(items) > 1
        and items[1].kind in ("sex", "fertile")
    ):
        person = 1
    if person:
        place = top(items, ("comma", "colon"))
        if place is None or place <= person:
            return None
        if any(i.kind in ("bounds", "window", "duration", "or", "and") for i in items[:place]):
            return None
        return items[person:place], items[place + 1 :], False
    return _duty(line, items)


def _duty(line: Line, items: list[Item]) -> tuple[list[Item], list[Item], bool] | None:
    """Read "Women of childbearing potential must ..."; of other people such words may tell who is studied."""
    plain, duty = line.plain, words("duty")
    # A list, since every clause is asked.
    said = [p for p, i in enumerate(items) if plain[i.start : i.end].lower() in duty]
    if not said:
        return None
    place = said[0]
    if place == 0 or place + 1 == len(items):
        return None
    about = items[:place]
    if premise_of(about, span_of(about)) is None and not _partnered(line, about):
        return None
    return about, items[place + 1 :], True


def _partnered(line: Line, about: list[Item]) -> bool:
    """Whether a duty is that of people with a partner of some kind."""
    telling = [i for i in about if i.kind != "noise"]
    if (
        not telling
        or telling[0].kind != "sex"
        or any(i.kind in ("bounds", "or", "and", "comma") for i in about)
    ):
        return False
    return bool(words("partners") & set(texts_of(line, telling[1:])))


def _uncovered(line: Line, items: list[Item]) -> Expr | None:
    """Read "Women of childbearing potential not using contraception": both must be found."""
    if line.kind == "inclusion":
        return None
    place = 0
    while place < len(items) and items[place].kind in ("sex", "fertile", "noise"):
        place += 1
    about, rest = items[:place], items[place:]
    if not about or not rest or rest[0].kind not in ("not", "cue"):
        return None
    said = texts_of(line, rest[:2])
    if rest[0].kind == "cue" and not said[0].startswith(("un", "refus", "declin", "non", "拒", "不")):
        return None
    if any(i.kind in ("or", "and", "comma", "if", "except", "unless", "semi") for i in rest):
        return None
    person, refusal = premise_of(about, span_of(about)), _contraception(line, rest)
    if person is None or refusal is None:
        return None
    return AllOf(of=(person, refusal), span=span_of(items))


def _asks(line: Line, then: list[Item]) -> bool:
    """Whether words ask for something: a duty, an agreement, contraception."""
    said = texts_of(line, then)
    if set(said) & words("duty"):
        return True
    if then[0].kind == "cue" and then[0].value in ("willingness", "consent"):
        return not said[0].startswith(("un", "non", "refus", "declin"))
    return _contraception(line, then) is not None and "not" not in said


def _contraception(line: Line, items: list[Item]) -> Expr | None:
    """A duty to use contraception, which only the person can promise."""
    span = span_of(items)
    said = line.plain[span[0] : span[1]].lower()
    if not any(word in said for word in words("contraception")):
        return None
    if any(i.kind in ("outcome", "bounds", "term") for i in items):
        return None
    return Attestation(about="willingness", text=" ".join(line.text[span[0] : span[1]].split()), span=span)


def _dose(line: Line, holds: Expr, then: list[Item]) -> Expr | None:
    """Read "stable dose for at least 8 weeks" of the drug that the premise names."""
    lasted = [i for i in then if i.kind == "duration"]
    others = [i for i in then if i.kind not in ("duration", "noise")]
    if len(lasted) != 1 or not isinstance(holds, Exposure) or holds.kind != "drug":
        return None
    said = texts_of(line, others)
    if not said or not {"dose", "dosage", "stable", "剂量稳定"} & set(said):
        return None
    if any(i.kind != "word" for i in others):
        return None
    taken = Exposure(
        concept=holds.concept,
        kind=holds.kind,
        status="current",
        duration=lasted[0].value,
        span=(lasted[0].start, lasted[0].end),
    )
    return AllOf(of=(taken, unparsed(line, others)), span=span_of(then))
