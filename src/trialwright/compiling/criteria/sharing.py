"""What the parts of a list share: an outcome, a window, a duration that stands only once.

Takes the parts as items and changes them in place; where it stays in doubt whether a word belongs to all
parts, the list is refused.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from trialwright.compiling.criteria.lengths import NOW
from trialwright.compiling.criteria.line import Item, Line
from trialwright.compiling.criteria.onsets import is_since
from trialwright.compiling.criteria.words import words
from trialwright.model.expression import Condition, Expr
from trialwright.model.vocabulary import Term

_BARE = ("noise", "status", "open", "close")


def share_outcomes(line: Line, operands: list[list[Item]], joints: set[str]) -> set[str] | None:
    """The joints, when an outcome that stands once has been given to every part; None for doubt."""
    telling = [[i for i in o if i.kind not in _BARE] for o in operands]
    if not all(telling):
        return joints
    told = {line.plain[i.start : i.end] for i in operands[-1] if i.kind == "noise"}
    if told & words("each_of"):
        # HBsAg、抗HCV均阴性: the outcome is that of each.
        if line.kind == "exclusion":
            return None
        joints = {"and"}
    elif told & words("one_of"):
        joints = {"or"}
    if telling[0][0].kind == "outcome" and not any(i.kind == "bounds" for i in telling[0]):
        return _forwards(line, operands, telling, joints)
    return _backwards(operands, telling, joints)


def _forwards(
    line: Line, operands: list[list[Item]], telling: list[list[Item]], joints: set[str]
) -> set[str] | None:
    outcome = telling[0][0]
    given = False
    for operand, told in zip(operands[1:], telling[1:], strict=True):
        if any(i.kind in ("outcome", "bounds", "cue", "not") for i in told):
            break
        if any(i.kind != "term" for i in told):
            return None
        operand.insert(0, outcome)
        given = True
    if not given or outcome.value == "positive":
        return joints
    # "Negative for A or B" says that both are negative; what an exclusion means by it is open.
    return None if line.kind == "exclusion" else {"and"}


def _backwards(operands: list[list[Item]], telling: list[list[Item]], joints: set[str]) -> set[str] | None:
    for place in range(len(operands) - 2, -1, -1):
        outcomes = [i for i in operands[place + 1] if i.kind == "outcome"]
        told = telling[place]
        terms = [i for i in told if i.kind == "term"]
        if not outcomes or len(terms) != 1 or terms[0].value.kind != "condition":
            continue
        if any(i.kind in ("outcome", "bounds", "window") for i in told):
            continue
        if len(told) > 1 or not infectious(terms[0].value) or joints == {"comma"}:
            return None
        if "or" in joints and outcomes[0].value == "negative":
            return None
        operands[place].append(outcomes[0])
    return joints


def infectious(term: Term) -> bool:
    """Whether a condition is said by its test ("HIV negative")."""
    return term.test is not None or any(code.startswith(("ICD10CM:A", "ICD10CM:B")) for code in term.codes)


def shared_window(
    operands: list[list[Item]], joints: set[str], *, commas: bool
) -> Item | Literal[False] | None:
    """A window or duration in the last part that belongs to all; None for none, False for doubt.

    "Stroke or seizures within 3 months" shares it. Behind a comma it belongs to the last part alone when the
    parts before are lasting states, to all when they are passing events, and else it is in doubt.
    """
    held = [[i for i in o if i.kind in ("window", "duration")] for o in operands]
    if not held[-1] or any(held[:-1]) or len(held[-1]) != 1 or operands[-1][-1] is not held[-1][0]:
        return None
    terms = [[i.value for i in _outside(o) if i.kind == "term"] for o in operands]
    if len(operands) > 2 and terms[-1]:
        # Words that are no term of the vocabulary do not tell whether they last.
        terms = [t for t in terms if t]
    if any(len(t) != 1 for t in terms):
        # A passing event whose window is unsure may stand before the last part.
        doubt = commas and len(operands) > 2 and any(map(_passing, terms[:-1]))
        return False if doubt else None
    sorts = {_sort(t[0]) for t in terms}
    if len(sorts) > 1 and ("test" in sorts or any(map(_stays, terms[:-1]))):
        return None if "test" in sorts else False
    if not commas:
        if len(sorts) == 1 or not any(_lasts(t[0]) for t in terms):
            return held[-1][0]
        return None if all(_lasts(t[0]) for t in terms[:-1]) else False
    if any(i.kind in ("verb", "status") and i not in operands[0] for i in operands[-1]):
        # The last part is a clause of its own.
        return None
    lasting = [_lasts(t[0]) for t in terms[:-1]]
    if joints == {"comma"}:
        # Hb≥90g/L，PLT≥75×10^9/L（入组前2周内）: the values of one list were taken at one time.
        return held[-1][0] if all(map(_is_measure, operands)) else False
    if lasting and (len(operands) == 2 or all(lasting)):
        return None if all(lasting) else False
    if not any(lasting):
        return held[-1][0]
    if held[-1][0].kind == "duration":
        return False
    # "Diabetes, stroke, or surgery within 5 weeks": a lasting state is there within them anyhow.
    return held[-1][0]


def holds_for(operand: list[Item], *, commas: bool) -> bool:
    """Whether a shared window is meant for a part: behind commas not for a state that lasts."""
    if any(i.kind in ("window", "duration") for i in operand):
        return False
    terms = [i.value for i in _outside(operand) if i.kind == "term"]
    return not commas or not terms or not _lasts(terms[0])


def _outside(operand: list[Item]) -> list[Item]:
    """The items of a part that stand outside of parentheses."""
    out, depth = [], 0
    for item in operand:
        depth += (item.kind == "open") - (item.kind == "close")
        if not depth and item.kind != "close":
            out.append(item)
    return out


def _stays(terms: list[Term]) -> bool:
    """Whether a state once found is asked for at any time, so that its window matters."""
    return any(code.startswith("ICD10CM:C") for t in terms for code in t.codes)


def _passing(terms: list[Term]) -> bool:
    return any(t.kind == "condition" and t.name in words("passing") for t in terms)


def led_window(line: Line, operands: list[list[Item]]) -> Item | Literal[False] | None:
    """A window that leads the list, taken out of its first part; None for none, False for doubt."""
    told = [i for i in operands[0] if i.kind not in ("noise", "verb")]
    if not told or told[0].kind != "window" or len(told) < 2:
        return None
    later = {i.kind for o in operands[1:] for i in o}
    if not later & {"window", "duration", "cue", "not", "age"} and all(map(_is_measure, operands)):
        # 入组前2周内Hb≥90g/L，PLT≥75×10^9/L: one time for all values.
        operands[0].remove(told[0])
        return told[0]
    if "not" in later and "window" not in later:
        # "Within 1 week platelets > 100, no transfusion": whether that week is meant as well is unsure.
        return False
    if later & {"window", "duration", "bounds", "cue", "not"}:
        return None
    if any("," in _between(line, operands, place) for place in range(1, len(operands))):
        return False if len(operands) == 2 else None
    operands[0].remove(told[0])
    return told[0]


def treated_since(line: Line, operands: list[list[Item]]) -> Item | None:
    """The time without treatment that "at least 2 weeks since surgery or radiotherapy" tells, taken out."""
    told = next((i for i in operands[0] if i.kind not in ("noise", "status")), None)
    if line.kind != "inclusion" or told is None or not is_since(line, told):
        return None
    operands[0].remove(told)
    window = msgspec.structs.replace(told.value, from_=told.value.to, to=NOW)
    return told._replace(value=window)


def _is_measure(operand: list[Item]) -> bool:
    """Whether a part is a measure with its value."""
    return any(i.kind == "bounds" for i in operand) and any(
        i.kind == "term" and i.value.kind in ("quantity", "score") for i in operand
    )


def _between(line: Line, operands: list[list[Item]], place: int) -> str:
    """The characters between a part and the one before it, with the Chinese enumeration comma as it is."""
    return line.text[operands[place - 1][-1].end : operands[place][0].start].replace("，", ",")


def middle_windows(line: Line, operands: list[list[Item]]) -> bool:
    """Gives A its window in "A or B within 4 weeks, or C within 2 weeks"; False where that is in doubt."""
    held = [[i for i in o if i.kind in ("window", "duration")] for o in operands]
    if not any(held[:-1]):
        return True
    for place in range(len(operands) - 2, -1, -1):
        later = [i for i in operands[place + 1] if i.kind in ("window", "duration")]
        if held[place] or not later:
            continue
        if _in_brackets(line, later[0]):
            # "TIA (< 5 years ago)" tells the time of that part.
            continue
        terms = [[i.value for i in operands[at] if i.kind == "term"] for at in (place, place + 1)]
        comma = "," in _between(line, operands, place + 1)
        if comma and sum(map(bool, held)) < 2 and any(len(t) != 1 for t in terms):
            continue
        if any(len(t) != 1 for t in terms) or _sort(terms[0][0]) != _sort(terms[1][0]):
            return False
        if operands[place + 1][-1] is not later[0]:
            continue
        if comma and not _lasts(terms[0][0]):
            return False
        if not comma:
            operands[place].append(later[0])
    return True


def _in_brackets(line: Line, item: Item) -> bool:
    """Whether a bracket closes behind an item."""
    return line.plain[item.end :].lstrip().startswith(")")


def share_tail_status(line: Line, operands: list[list[Item]]) -> None:
    """Read 卒中、癫痫或糖尿病史: the history at the end is that of all."""
    tail = operands[-1][-1]
    if tail.kind != "status" or not line.plain[tail.start : tail.end].endswith("史"):
        return
    for place in range(len(operands) - 2, -1, -1):
        operand = operands[place]
        if "," in _between(line, operands, place + 1):
            break
        first = next((i for i in operand if i.kind != "noise"), operand[0])
        if any(i.kind in ("window", "duration") for i in operands[-1]) or line.plain.startswith(
            tuple(words("now_han")), first.start
        ):
            break
        if not any(i.kind in ("status", "bounds", "age", "cue", "outcome") for i in operand):
            operand.append(tail)


def slashed_all(line: Line, operands: list[list[Item]]) -> bool | None:
    """Whether measures joined by a slash must all hold; False for what may be a ratio, None for no slash."""
    last = [i.value for i in operands[-1] if i.kind == "bounds"]
    terms = [[i for i in o if i.kind == "term" and i.value.kind in ("quantity", "score")] for o in operands]
    if len(operands) < 2 or not terms[-2]:
        return None
    between = line.plain[terms[-2][-1].end : operands[-1][0].start]
    if between.strip() != "/" or any(i.kind == "bounds" for i in operands[-2]):
        return None
    said = line.plain[operands[0][0].start : operands[-1][-1].end].lower()
    if len(last) != 1 or "ratio" in said or "比" in said or (not last[0].unit and not last[0].relative_to):
        return False
    # "AST/ALT <= 2.5 x ULN" asks it of both; above a limit either will do.
    low_only = last[0].low is not None and last[0].high is None
    return True if line.kind == "inclusion" or (line.kind is None and not low_only) else None


def spread(operands: list[list[Item]], read: list[Expr | None]) -> list[Expr | None]:
    """Read "severe asthma, gout or COPD": what is said of the first illness holds for all."""
    first = read[0]
    if not isinstance(first, Condition) or len(first.qualifiers) != 1:
        return read
    if first.qualifiers[0].lower() not in words("spreading"):
        return read
    led = [i.kind for i in operands[0] if i.kind not in ("noise", "status", "verb", "not")]
    rest = [e for e in read[1:] if e is not None]
    if led[:1] != ["adjective"] or any(not isinstance(e, Condition) or e.qualifiers for e in rest):
        return read
    told = (i for o in operands[1:] for i in o)
    if any(i.kind not in ("term", "word", "window", "adjective") and i.end - i.start > 2 for i in told):
        # "severe asthma or presence of a pacemaker": the others begin anew.
        return read
    return [
        msgspec.structs.replace(e, qualifiers=first.qualifiers) if isinstance(e, Condition) else e
        for e in read
    ]


def _sort(term: Term) -> str:
    if term.kind == "condition":
        return "state"
    return "test" if term.kind in ("quantity", "score", "coded") else "given"


def _lasts(term: Term) -> bool:
    if term.kind != "condition":
        return False
    if term.persistence is not None:
        return term.persistence == "lifelong"
    if term.lasting:
        return any(part.period is None for part in term.lasting)
    return term.name not in words("passing")
