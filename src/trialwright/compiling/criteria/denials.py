"""How far a denial reaches in a list: "no A or B", "no A, no B", "no A for at least 4 weeks".

Takes the parts of a list, gives the denial of each or says that its reach is unsure.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from trialwright.compiling.criteria.line import Item, Line
from trialwright.compiling.criteria.washouts import washed_out
from trialwright.compiling.criteria.words import is_name, texts_of
from trialwright.model.expression import AllOf, AnyOf, Condition, Exposure, Expr

Reader = Callable[[list[Item]], Expr | None]


def negated_within(operands: list[list[Item]]) -> bool:
    """Whether a negation stands where it is unsure how far it reaches."""
    for place, operand in enumerate(operands):
        said = [i for i in operand if i.kind != "noise"]
        held = [p for p, i in enumerate(said) if i.kind == "not"]
        if not held:
            continue
        if held != [0] or (
            place
            and any(
                not any(i.kind in ("not", "bounds", "cue") for i in later) for later in operands[place + 1 :]
            )
        ):
            return True
    return False


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
    return not is_name(" ".join(said)) or bool({"of", "to", "for", "against", "from"} & set(said))


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
