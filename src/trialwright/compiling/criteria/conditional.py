"""Conditions on people: "If female, ...", "Patients over 70 must ...", "For patients with gout: ...".

Takes the items of a clause; an inclusion asks something of those whom its premise names and nothing of the
others, an exclusion must find both. A premise that is not understood is kept as unparsed words.
"""

from __future__ import annotations

from collections.abc import Callable

from trialwright.compiling.criteria.line import Item, Line, kinds_of, span_of
from trialwright.compiling.criteria.measures import premise_of
from trialwright.compiling.criteria.permitted import eligible_if
from trialwright.compiling.criteria.pieces import top, trim
from trialwright.compiling.criteria.remainder import hard, unparsed
from trialwright.compiling.criteria.subgroups import group_of
from trialwright.compiling.criteria.thresholds import partnered, people_named, read_premise
from trialwright.compiling.criteria.words import people_end, said_of, texts_of, words
from trialwright.model.expression import (
    AllOf,
    Attestation,
    Exposure,
    Expr,
    IfThen,
    Unparsed,
    leaves,
)

Reader = Callable[[list[Item]], Expr | None]


def premised(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "If female, ...", "For patients with gout: ...", "Women of childbearing potential must ..."."""
    if items[0].kind not in ("if", "for", "within") and not _of_people(line, items):
        return None
    told = _grouped(line, items, read)
    if told is not None:
        return told
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
    holds = read_premise(line, about, read)
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


def _of_people(line: Line, items: list[Item]) -> bool:
    """Whether people stand at the beginning of a clause."""
    if any(i.kind in ("sex", "fertile") for i in items[:8]):
        return True
    if _is_han(line, items[0]):
        return True
    persons, han = words("persons"), words("person_han")
    for item in items[:4]:
        said = said_of(line, item)
        if said in persons or said in han:
            return True
    return False


def _grouped(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "Patients over 70 must ...", "For patients on warfarin, ...", "Patients over 65: ...".

    Where it stays open whether all are meant, the words stay unparsed.
    """
    cut = _group(line, items)
    if cut is None:
        return None
    about, then, duty = cut
    named = about[0].kind in ("for", "within")
    holds = group_of(line, about, named=named)
    led = named and _is_han(line, about[0])
    if holds is None or partnered(line, about):
        return None
    if premise_of(line, about, span_of(about)) is not None and not led:
        return None
    kinds = kinds_of(about)
    promised = kinds.isdisjoint(("sex", "fertile")) and any(i.kind in ("cue", "colon") for i in items)
    if led and holds is False:
        return _for_those(line, about, then, read)
    plain = holds is False and kinds.isdisjoint(("term", "bounds", "age"))
    if plain and (named or not duty or promised):
        # "Patients or their representatives must consent", "PATIENT CHARACTERISTICS: ...".
        return None
    if not then or any(i.kind in ("if", "except", "unless") for i in items):
        return unparsed(line, items)
    if holds is False:
        return None if named and not any(i.kind == "bounds" for i in about) else unparsed(line, items)
    if words("shut_out") & set(texts_of(line, then)) or (line.kind == "exclusion" and duty):
        return unparsed(line, items)
    asked = read(then) or unparsed(line, then)
    span = span_of(items)
    if line.kind == "exclusion":
        return AllOf(of=(holds, asked), span=span)
    return IfThen(if_=holds, then=asked, span=span)


def _is_han(line: Line, item: Item) -> bool:
    return line.plain[item.start] == "对"


def _for_those(line: Line, about: list[Item], then: list[Item], read: Reader) -> Expr | None:
    """Read 对于接受过治疗的患者，...: who they are may stay unparsed, what is asked is theirs alone."""
    who = [i for i in about[1:] if said_of(line, i) not in words("person_han")]
    asked = read(then) if then else None
    if asked is None or not who or line.kind == "exclusion":
        return None
    return IfThen(if_=read(who) or unparsed(line, who), then=asked, span=span_of([*about, *then]))


def _han_led(line: Line, items: list[Item]) -> list[Item]:
    """Read 对于65岁以上的患者，... as "for patients over 65, ..."; 对 alone is mostly "to"."""
    first = items[0]
    if first.kind != "word" or not _is_han(line, first) or len(items) < 3:
        return items
    end = 2 if line.plain[items[1].start : items[1].end] == "于" else 1
    if end == 1 and items[1].kind not in ("bounds", "age", "sex"):
        return items
    last = items[(top(items, ("comma", "colon")) or 0) - 1]
    if last.kind != "sex" and said_of(line, last) not in words("persons_han"):
        return items
    return [first._replace(kind="for", end=items[end - 1].end), *items[end:]]


def _group(line: Line, items: list[Item]) -> tuple[list[Item], list[Item], bool] | None:
    """The people, what is asked of them, and whether it is worded as a duty."""
    duty = next((p for p, i in enumerate(items) if said_of(line, i) in words("duty")), None)
    items = _han_led(line, items)
    place = top(items, ("comma", "colon"))
    if items[0].kind in ("for", "within"):
        return None if not place else (items[:place], items[place + 1 :], duty is not None)
    if place is not None and items[place].kind == "colon" and (duty is None or duty > place):
        return (items[:place], items[place + 1 :], True) if people_end(line, items) else None
    if not duty or any(i.kind in ("semi", "stop", "colon", "open") for i in items[:duty]):
        return None
    comma = place is not None and place < duty
    if line.plain[items[duty].start].isascii():
        return None if comma else (items[:duty], items[duty + 1 :], True)
    # 65岁以上患者...须: the people end before the measure.
    end = next(
        (
            p
            for p in range(duty - 1, 0, -1)
            if said_of(line, items[p]) in words("person_han") and items[p].kind in ("noise", "word")
        ),
        None,
    )
    if end is None or (comma and place != end + 1):
        return None
    then = [i for p, i in enumerate(items) if p > end and p != duty]
    return items[: end + 1], then[1:] if comma else then, True


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
    person = people_named(line, items)
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
    if premise_of(line, about, span_of(about)) is None and not partnered(line, about):
        return None
    return about, items[place + 1 :], True


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
    person, refusal = premise_of(line, about, span_of(about)), _contraception(line, rest)
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


def conditional(line: Line, items: list[Item], place: int, read: Reader) -> Expr | None:
    """Read "X if Y", where the condition stands behind what is asked."""
    behind = trim(items[place + 1 :])
    if place and items[place - 1].kind in ("and", "comma") and top(behind, ("comma",)) is not None:
        # "Older than 60, and if female, ...": the premise begins a statement of its own.
        before = read(items[:place])
        added = premised(line, items[place:], read)
        if before is None or added is None or line.kind == "exclusion":
            return None
        return AllOf(of=(before, added), span=span_of(items))
    if top(trim(items[:place]), ("and", "or", "comma")) is not None:
        # It stays open whether the condition is for the last part or for all.
        return None
    let = eligible_if(line, items[:place], behind, read)
    if let is not False:
        return None if let is True else let
    then = read(items[:place])
    if then is None or not behind or set(texts_of(line, behind[:1])) <= words("vague_premise"):
        return None
    span = span_of(items)
    premise = premise_of(line, behind, span_of(behind)) or read(behind) or unparsed(line, behind)
    if line.kind == "exclusion":
        return AllOf(of=(then, premise), span=span)
    return IfThen(if_=premise, then=then, span=span)
