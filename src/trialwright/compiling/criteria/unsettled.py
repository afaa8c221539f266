"""Words that make it unsure whom a fact is about: other people, one arm, a bound that is moved for some.

Takes the items of a clause or of a whole line; what is said so decides nothing until a form is known for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.remainder import unparsed
from trialwright.compiling.criteria.words import people_end, said_of, words
from trialwright.model.expression import AnyOf, Attestation, Demographic, Expr, leaves

_OTHERS = re.compile(
    r"\b(?:donors?|household|co-?habit\w*|room-?mates?|partners?|spouses?|husbands?|wife|wives|caregivers?|carers?"
    r"|siblings?|family members?|relatives?"
    r"|(?:liv(?:e|es|ing)|contacts?) with (?:a |an |any |other |the )?(?:persons?|people|someone|somebody"
    r"|individuals?|patients?|child|children|infants?))\b"
    r"|供者|供体|同住|共同居住|家庭成员|配偶|伴侣|亲属|照料者|看护者|密切接触者"
)
_ARM = re.compile(
    r"\b(?:arm|cohort|group|stratum|part)s? (?:[a-h]|[0-9]|i{1,3}|iv)\b"
    r"|\bfor (?:the )?(?:[a-z]+[ -]){1,4}(?:arm|cohort|stratum)\b|"
    r"(?:队列|[^分]组) ?[a-h0-9一二三四](?![a-z0-9%])|[a-h0-9一二三四]组"
)
# What is let in is no reason to shut out, and nothing that all must have.
_PERMITS = re.compile(
    r"\b(?:is|are|be|remain) (?:still |also )?(?:eligible|allowed|permitted|acceptable)\b"
    r"|\b(?:may|can) (?:still |also )?(?:be (?:included|enrolled|considered)|enrol|enroll|participate)\b"
    r"|\b(?:allowed|permitted|acceptable) (?:if|in|for|with)\b"
    r"|可以?(?:被)?(?:入组|入选|纳入|参加)|允许(?:入组|入选|纳入)|亦可|也可"
)
_JOINTS = ("and", "or", "comma", "semi", "stop", "slash", "colon", "line")


def words_between(line: Line, items: list[Item]) -> str:
    """The words of a clause in lower case, names of the vocabulary as blanks."""
    return " ".join("_" if i.kind == "term" else said_of(line, i) for i in items)


def permits(line: Line, items: list[Item]) -> bool:
    """Whether people are let in."""
    if not items:
        return False
    start, end = span_of(items)
    return _PERMITS.search(line.plain[start:end].lower()) is not None


def of_others(line: Line, items: list[Item]) -> bool:
    """Whether a clause speaks of people beside the patient: a donor, a partner, a household."""
    said = words_between(line, items)
    return _OTHERS.search(said if said.isascii() else said.replace(" ", "")) is not None


def apart_from_others(
    line: Line, items: list[Item], read: Callable[[list[Item]], Expr | None]
) -> Expr | None:
    """Read "pregnant women, or men whose partner ...": the patient's facts, and an alternative of others."""
    for place, item in enumerate(items[:-1]):
        if item.kind != "or" or line.kind != "exclusion":
            continue
        if of_others(line, items[:place]):
            return None
        behind = items[place + 1 :]
        if of_others(line, behind[: 3 if behind[0].kind == "sex" else 1]):
            before = read(items[:place])
            return None if before is None else AnyOf(of=(before, unparsed(line, behind)), span=span_of(items))
    return None


def of_arm(line: Line, items: list[Item]) -> bool:
    """Whether a clause holds for one arm of the trial."""
    start, end = span_of(items)
    return _ARM.search(line.plain[start:end].lower()) is not None


def labels_some(line: Line, items: list[Item]) -> bool:
    """Whether words before a colon name some people, one arm, or people beside the patient."""
    place = next((p for p, i in enumerate(items) if i.kind == "colon"), len(items))
    header = items[:place]
    if not header or any(i.kind in ("bounds", "window") for i in header):
        return False
    if of_others(line, header) or of_arm(line, header):
        return not any(i.kind == "cue" for i in header)
    aged = any(i.kind == "age" or (i.kind == "bounds" and i.value.time) for i in items[place + 1 : place + 3])
    if said_of(line, header[-1]) in words("sort_of_people") and not aged:
        return True
    if said_of(line, header[-1]) in words("persons") | words("persons_han") and not aged:
        # "Cirrhotic patients: ..."
        return any(i.kind == "term" for i in header)
    return any(said_of(line, i) in words("the_rest") for i in items if i.kind in ("noise", "word"))


def decides(expr: Expr) -> bool:
    """Whether a record could answer something of it; a promise beside a sex is none."""
    found = leaves(expr)
    promised = any(isinstance(leaf, Attestation) for leaf in found)
    return any(
        bool(getattr(getattr(leaf, "concept", None), "codes", ()))
        or (isinstance(leaf, Demographic) and not (promised and leaf.attribute == "sex"))
        for leaf in found
    )


def moved(line: Line, items: list[Item]) -> bool:
    """Whether a second value without a measure of its own is for some: "> 25 (> 23 in Asian subjects)"."""
    values = [p for p, i in enumerate(items) if i.kind in ("bounds", "quantity")]
    for one, other in pairwise(values):
        if items[one].kind != "bounds":
            continue
        between = items[one + 1 : other]
        if not any(i.kind in (*_JOINTS, "open") for i in between) or any(
            i.kind == "age" or (i.kind == "term" and i.value.kind in ("quantity", "score")) for i in between
        ):
            continue
        end = next(
            (p for p in range(other + 1, len(items)) if items[p].kind in (*_JOINTS, "close")), len(items)
        )
        behind = items[other + 1 : end]
        bracket = any(i.kind == "open" for i in between) and not any(i.kind == "close" for i in between)
        if _for_some(line, between) or _for_some(line, behind) or permits(line, behind):
            return True
        if bracket and any(i.kind in ("within", "for") for i in behind):
            return True
        told = [i for i in (*between, *behind) if i.kind == "word" and said_of(line, i) not in words("but")]
        if bracket and told and _alike(items[one], items[other]):
            # "(Japan: >= 20 years)": the same value again could be a conversion, another one is not.
            return True
        if any(said_of(line, i).startswith("at ") for i in behind if i.kind == "noise"):
            return True
    return False


def moves(line: Line, before: list[Item], part: list[Item]) -> bool:
    """Whether a part gives the measure of the part before it another bound for some."""
    if not any(i.kind == "bounds" for i in before):
        return False
    telling = [i for i in part if i.kind != "noise"]
    if not any(i.kind in ("bounds", "quantity") for i in part) or not telling:
        return False
    names = {i.value.name for i in part if i.kind == "term" and i.value.kind in ("quantity", "score")}
    known = {i.value.name for i in before if i.kind == "term" and i.value.kind in ("quantity", "score")}
    some = _for_some(line, part) or permits(line, part)
    if not names and not any(i.kind == "age" for i in part):
        return some and telling[0].kind in ("bounds", "quantity", "sex", "if", "for", "within")
    return some and bool(names & known) and telling[0].kind != "if"


def rejoined(line: Line, items: list[Item], parts: list[list[Item]]) -> list[list[Item]]:
    """The parts, with one that moves the bound of the part before it for some put to that."""
    out = parts[:1]
    for part in parts[1:]:
        if moves(line, out[-1], part):
            start, end = out[-1][0].start, part[-1].end
            out[-1] = [i for i in items if start <= i.start and i.end <= end]
        else:
            out.append(part)
    return out


def _for_some(line: Line, items: list[Item]) -> bool:
    return any(
        i.kind in ("if", "sex", "fertile") or 0 < people_end(line, items[p:]) < len(items) - p
        for p, i in enumerate(items)
    ) or any(i.kind in ("for", "within") and people_end(line, items[p:]) for p, i in enumerate(items))


def _alike(one: Item, other: Item) -> bool:
    """Whether two values have one unit."""
    if one.kind != "bounds" or other.kind != "bounds":
        return False
    return (one.value.unit, one.value.relative_to) == (other.value.unit, other.value.relative_to)


def unsettled(line: Line, items: list[Item]) -> bool:
    """Whether it is unsure for whom the words of a line are meant."""
    return (
        of_others(line, items)
        or of_arm(line, items)
        or permits(line, items)
        or moved(line, items)
        or (
            any(i.kind == "bounds" for i in items)
            and any(i.kind in ("for", "within") and people_end(line, items[p:]) for p, i in enumerate(items))
        )
        or labels_some(line, items)
        or any(said_of(line, i) in words("the_rest") for i in items)
    )
