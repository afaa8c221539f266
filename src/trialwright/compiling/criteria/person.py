"""What only a person can answer: consent, willingness, capacity, judgement, plans, documentation.

Takes the items of a clause, gives an attestation with its words, alone or beside a statement that data
can answer.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.words import is_disease, texts_of, words
from trialwright.model.expression import AllOf, AnyOf, Attestation, Expr, Unparsed, leaves

ABOUT_ORDER = ("documentation", "consent", "investigator_judgement", "willingness", "plan", "capacity")
_LEADING = ("consent", "willingness", "capacity", "documentation", "investigator_judgement")
_EVIDENCE = {"bounds", "window", "duration", "age", "rise"}


def attested(line: Line, items: list[Item], read: Callable[[list[Item]], Expr | None]) -> Expr | None:
    """The attestation that a clause asks for; None for none, or for more that is not understood."""
    cues = [place for place, item in enumerate(items) if item.kind == "cue"]
    if not cues:
        return None
    intended = _intended(line, items, cues, read)
    if intended is not None:
        return intended
    if _vague(line, items, cues):
        return None
    if (aside := _in_brackets(line, items, read)) is not None:
        return aside
    if any(i.kind in ("and", "comma") and n.kind == "not" for i, n in pairwise(items)):
        # "Able to consent and no dementia": the second part is a statement of its own.
        return None
    kinds = {i.kind for i in items}
    if _listed(line, items, cues[0]):
        return None
    if items[cues[0]].value != "investigator_judgement":
        parted = _parted(line, items, cues)
        if parted is not False:
            return parted
    if not kinds & _EVIDENCE and ("term" not in kinds or _leads(items)):
        return _attest(line, items, {items[p].value for p in cues})
    first = cues[0]
    if _leads(items) and not kinds & {"bounds", "age"}:
        return _attest(line, items, {items[p].value for p in cues})
    before, behind = items[:first], items[first:]
    while before and before[-1].kind in ("and", "comma", "or"):
        if before[-1].kind == "or":
            return None
        behind.insert(0, before.pop())
    verbs = [
        i for i in before if i.kind == "word" and line.plain[i.start : i.end].lower() in words("hindering")
    ]
    if verbs and before[-1] is verbs[-1]:
        # "a condition that would limit consent": the condition, and what it does to the person.
        place = before.index(verbs[0])
        while place and line.plain[before[place - 1].start : before[place - 1].end].lower() in words(
            "before_hindering"
        ):
            place -= 1
        before, behind = before[:place], before[place:] + behind
    if any(i.kind == "or" for i in before) and before[-1].kind not in ("close", "bounds", "window"):
        # "18 years or legal age of consent": the cue is only the end of another alternative.
        return None
    if not before or any(i.kind in _EVIDENCE for i in behind if i.kind != "window"):
        return None
    if "term" in {i.kind for i in behind} and items[first].value not in ("plan", "willingness", "consent"):
        return None
    statement = read(before)
    if statement is None:
        return None
    about = {items[p].value for p in cues}
    said = line.plain[behind[0].start : behind[-1].end].lower()
    hindered = bool(verbs)
    return AllOf(
        of=(
            statement,
            _attest(line, _clean(behind), {"capacity"} if hindered or "limit" in said else about),
        ),
        span=span_of(items),
    )


def _listed(line: Line, items: list[Item], first: int) -> bool:
    """Whether a cue stands within a list, or behind a denial that may reach it."""
    for place, item in enumerate(items[:first]):
        if (
            place
            and item.kind == "not"
            and line.plain[item.start : item.end].lower() in words("lacking")
            and any(i.kind == "term" for i in items[:place])
            and not any(i.kind in ("and", "comma", "semi") for i in items[:first])
        ):
            return True
    joint = next((i.kind for i in reversed(items[:first]) if i.kind not in ("noise", "sex")), None)
    if joint != "comma":
        return False
    behind = {i.kind for i in items[first:]}
    return items[0].kind == "not" or (items[first].value == "plan" and "or" in behind)


def _intended(
    line: Line, items: list[Item], cues: list[int], read: Callable[[list[Item]], Expr | None]
) -> Expr | None:
    """Read "Pregnant, breastfeeding, or planning to become pregnant": the plan is an alternative."""
    if items[cues[0]].value != "plan":
        return None
    start = cues[0]
    while start and items[start - 1].kind in ("noise", "sex"):
        start -= 1
    joint = items[start - 1].kind if start > 1 else None
    if joint != "or" and not (joint == "and" and line.kind == "exclusion"):
        return None
    if any(i.kind in ("or", "and", "comma", "not", "bounds", "semi", "colon") for i in items[start:]):
        return None
    before = items[: start - 1]
    if before[0].kind == "not" or any(i.kind in ("bounds", "if", "except", "unless", "semi") for i in before):
        return None
    others = read(before)
    if others is None or any(isinstance(leaf, Unparsed) for leaf in leaves(others)):
        return None
    plan = _attest(line, items[start:], {items[p].value for p in cues})
    return AnyOf(of=(others, plan), span=span_of(items))


def _parted(line: Line, items: list[Item], cues: list[int]) -> Expr | Literal[False] | None:
    """What a clause says besides the attestation: False when it says nothing else.

    "Patients with moyamoya who consent" asks for two things, though only one of them is known.
    """
    first = cues[0]
    before = [i for i in items[:first] if i.kind == "word" and _telling(line, i)]
    behind = [i for i in items[first:] if i.kind == "word"]
    leads = _leads(items) and items[first].value in ("consent", "willingness")
    if not leads and any(is_disease(line.plain[i.start : i.end]) for i in behind):
        return None
    if not before or {i.kind for i in items} & (_EVIDENCE | {"term", "or", "and", "comma"}):
        return None if before and not {i.kind for i in items} & (_EVIDENCE | {"term"}) else False
    if any(line.plain[i.start : i.end].lower() in words("hindering") for i in before):
        return None
    start, end = items[0].start, items[first - 1].end
    rest = Unparsed(text=" ".join(line.text[start:end].split()), span=(start, end))
    return AllOf(of=(rest, _attest(line, items[first:], {items[p].value for p in cues})), span=span_of(items))


def _vague(line: Line, items: list[Item], cues: list[int]) -> bool:
    """Whether a clause names a bare ability or plan, or an ability to do something unheard of."""
    about = {items[p].value for p in cues}
    if not about <= {"capacity", "plan", "documentation"}:
        return False
    telling = [i for i in items if i.kind not in ("cue", "noise", "not")]
    if not telling:
        return True
    if about != {"capacity"} or len(cues) > 1:
        return False
    said = texts_of(line, items[cues[0] :])
    return not any(word.strip("().,;") in words("able_to") for word in said) and not any(
        han in "".join(said) for han in words("able_to_han")
    )


def _telling(line: Line, item: Item) -> bool:
    return line.plain[item.start : item.end].lower() not in words("harmless")


def _clean(items: list[Item]) -> list[Item]:
    place = 0
    while place < len(items) - 1 and items[place].kind in ("and", "comma", "noise"):
        place += 1
    return items[place:]


def _leads(items: list[Item]) -> bool:
    """Whether the clause begins with what the person must say or do."""
    for item in items:
        if item.kind in ("noise", "not", "sex", "bothsex", "word", "status") and item.kind != "word":
            continue
        return item.kind == "cue" and item.value in _LEADING
    return False


def _in_brackets(line: Line, items: list[Item], read: Callable[[list[Item]], Expr | None]) -> Expr | None:
    """Read "at least 13 years old (a parent consents if under 18)": the bracket tells who gives consent."""
    if items[-1].kind != "close" or line.kind == "exclusion":
        return None
    opened = max((p for p, i in enumerate(items) if i.kind == "open"), default=0)
    before, inside = items[:opened], items[opened + 1 : -1]
    if not before or not inside or any(i.kind == "cue" for i in before):
        return None
    others = any(i.value != "consent" for i in inside if i.kind == "cue")
    if others or "bounds" not in {i.kind for i in before}:
        return None
    statement = read(before)
    if statement is None:
        return None
    return AllOf(of=(statement, _attest(line, inside, {"consent"})), span=span_of(items))


def _attest(line: Line, items: list[Item], about: set[str]) -> Attestation:
    start, end = span_of(items)
    text = " ".join(line.text[start:end].split())
    kind = next(k for k in ABOUT_ORDER if k in about)
    return Attestation(about=kind, text=text, span=(start, end))  # type: ignore[arg-type]
