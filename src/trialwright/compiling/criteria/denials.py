"""How far a denial reaches in a list: "no A or B", "no A, no B", "no A for at least 4 weeks".

Takes the parts of a list, gives the denial of each or says that its reach is unsure.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.remainder import unparsed
from trialwright.compiling.criteria.washouts import washed_out
from trialwright.compiling.criteria.words import is_name, texts_of, words
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Condition,
    Exposure,
    Expr,
    Not,
    Unparsed,
    leaves,
)

Reader = Callable[[list[Item]], Expr | None]


def lacking(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "cirrhosis without ascites": the one is there and the other is not.

    How far "without" reaches before an "or" is unsure, for the second may be an alternative to the whole.
    """
    place = next((p for p, i in enumerate(items) if i.kind == "not"), 0)
    if not place or line.plain[items[place].start : items[place].end].lower() not in words("lacking"):
        return None
    before, behind = items[:place], items[place:]
    if before[-1].kind == "comma":
        if not _han(line, items[place]) or line.kind == "exclusion":
            # Among exclusions what stands behind a comma may be one of its own.
            return None
        before = before[:-1]
    if any(i.kind in ("or", "comma", "and", "slash", "bounds", "not", "cue", "age") for i in before):
        return None
    if not any(i.kind in ("term", "word") for i in before) or len(behind) < 2:
        return None
    if any(i.kind in ("not", "if", "cue", "bounds", "open", "close") for i in behind[1:]):
        return None
    joints = {i.kind for i in behind} & {"or", "comma", "slash", "and"}
    if joints and not (_han(line, items[place]) and line.kind != "exclusion" and "slash" not in joints):
        return None
    has = read(before)
    if has is None or any(isinstance(leaf, Unparsed) for leaf in leaves(has)):
        return None
    has_not = read(behind)
    if has_not is None and joints:
        return None
    return AllOf(of=(has, has_not or unparsed(line, behind)), span=span_of(items))


def _han(line: Line, item: Item) -> bool:
    return "\u3400" <= line.plain[item.start] <= "\u9fff"


def twice(line: Line, items: list[Item], read: Reader) -> Expr | None:
    """Read "not free of gout" and "HIV test not negative": a denial of what stands behind it."""
    telling = [p for p, i in enumerate(items) if i.kind != "noise"]
    if len(telling) < 3 or sum(i.kind == "not" for i in items) > 2:
        return None
    first, second = telling[:2]
    if items[first].kind == "not" and items[second].kind == "not":
        inner = read(items[second:])
        return None if inner is None else Not(of=inner, span=span_of(items))
    denied = [p for p, i in enumerate(items) if i.kind == "not"]
    if len(denied) == 1 and denied[0] == telling[-2] and items[telling[-1]].kind == "outcome":
        inner = read([*items[: denied[0]], items[telling[-1]]])
        return None if inner is None else Not(of=inner, span=span_of(items))
    return None


def denied_tail(line: Line, items: list[Item]) -> int | None:
    """Where "no gout or asthma" begins behind another statement; None where its reach is unsure."""
    if line.kind == "exclusion":
        return None
    places = [p for p, i in enumerate(items) if i.kind == "not"]
    if len(places) != 1 or not places[0]:
        return None
    place = places[0]
    front = place
    while front and items[front - 1].kind == "noise":
        front -= 1
    if not front or items[front - 1].kind not in ("and", "comma"):
        return None
    before, behind = items[: front - 1], items[place + 1 :]
    if any(i.kind in ("or", "slash", "open", "close", "cue", "window") for i in before):
        return None
    joints = {i.kind for i in behind} & {"or", "and", "comma", "slash"}
    if not joints or "and" in joints:
        return None
    if joints == {"comma"} and any(line.text[i.start] != "、" for i in behind if i.kind == "comma"):
        return None
    if any(i.kind in ("bounds", "age", "sex", "cue", "outcome", "open", "if", "quantity") for i in behind):
        return None
    return place


def negated_within(operands: list[list[Item]]) -> bool:
    """Whether a negation stands where it is unsure how far it reaches."""
    for place, operand in enumerate(operands):
        said = [i for i in operand if i.kind != "noise"]
        held = [p for p, i in enumerate(said) if i.kind == "not"]
        last = (
            place and place == len(operands) - 1 and not any(i.kind == "bounds" for o in operands for i in o)
        )
        if not held or (last and len(held) == 1 and held[0]):
            # "gout, or cirrhosis without ascites": what is denied in the last part ends there.
            continue
        if held != [0] or (
            place
            and any(
                not any(i.kind in ("not", "bounds", "cue") for i in later) for later in operands[place + 1 :]
            )
        ):
            return True
    return False


def defined_together(operands: list[list[Item]]) -> bool:
    """Read "gout or anemia (uric acid > 8 or Hb < 9)": the brackets may define each of them."""
    if len(operands) < 2:
        return False
    depth = held = 0
    for item in operands[-1]:
        depth += (item.kind == "open") - (item.kind == "close")
        if depth and item.kind in ("bounds", "or"):
            held |= 1 if item.kind == "or" else 2
    return held == 3


def history_within(operand: list[Item]) -> bool:
    """Read "preoperative history of A or B": the history behind other words may be that of both."""
    words = next((p for p, i in enumerate(operand) if i.kind in ("word", "adjective", "term")), None)
    history = next((p for p, i in enumerate(operand) if i.kind == "status" and i.value == "history"), None)
    return words is not None and history is not None and words < history < len(operand) - 1


def each_denied(
    line: Line, operands: list[list[Item]], joints: set[str], statement: Reader, span: tuple[int, int]
) -> Expr | None:
    """Read "No A, no B and no C"."""
    read = [statement(o) for o in operands]
    of = tuple(lasting(e) for e in read if e is not None)
    if len(of) < len(read) or "or" in joints or line.kind == "exclusion":
        return None
    return AllOf(of=of, span=span)


def washed(operands: list[list[Item]]) -> list[Item]:
    """Read "No A or B for at least 4 weeks": the window in which none of them may be found."""
    last = operands[-1]
    if last[-1].kind != "duration" or any(i.kind in ("window", "duration") for o in operands for i in o[:-1]):
        return []
    window = washed_out(last[-1].value)
    if window is None:
        return []
    duration = last.pop()
    return [Item("window", window, duration.start, duration.end)]


def lasting(expr: Expr) -> Expr:
    """What is denied for the past is denied for now as well: "no history of insulin"."""
    if isinstance(expr, AnyOf | AllOf):
        return msgspec.structs.replace(expr, of=tuple(map(lasting, expr.of)))
    if isinstance(expr, Exposure) and expr.status == "past":
        return msgspec.structs.replace(expr, status="any")
    return expr


def reaching(line: Line, operand: list[Item]) -> bool:
    """Whether words that were not understood may deny or change the parts behind them as well."""
    front = 0
    while front < len(operand) and operand[front].kind in ("status", "verb", "noise"):
        front += 1
    said = texts_of(line, operand[front:])
    return not is_name(" ".join(said)) or any(word in words("reaching") for word in said)


def modified(operands: list[list[Item]], read: list[Expr | None]) -> bool:
    """Whether plain words before the first illness may be meant for the others too ("controlled A or B")."""
    told = [
        [i for i in o if i.kind not in ("noise", "status", "verb", "window", "adjective")] for o in operands
    ]
    first = read[0]
    if not isinstance(first, Condition) or first.concept.codes or len(told[0]) < 2:
        return False
    led = told[0][0].kind == "word" and told[0][-1].kind == "term"
    return led and any(len(t) == 1 and t[0].kind == "term" for t in told[1:])


def reacting(line: Line, operands: list[list[Item]]) -> bool:
    """Whether a drug that stands bare belongs to the harm that the last part names.

    In "penicillin or latex allergy" and "opioid or alcohol dependence" nobody is said to take the first.
    """
    told = [[i for i in o if i.kind not in ("noise", "status", "adjective")] for o in operands]
    harms = False
    for core in reversed(told):
        if not core:
            continue
        if harms and len(core) == 1 and core[0].kind == "term" and core[0].value.kind in ("drug", "vaccine"):
            return True
        said = line.plain[core[0].start : core[-1].end].lower()
        harms = harms or any(said.endswith(end) for end in words("harm_of_drugs"))
    return False
