"""Reading lists: statements joined by "and", "or" and commas, and what they share.

Takes the items of a clause and a reader of single statements; gives one group. A bound, a concept, a
negation, a status or a window that stands once is shared only where the list leaves no doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from trialwright.compiling.criteria.adding import added, unlike
from trialwright.compiling.criteria.denials import (
    defined_together,
    denied_tail,
    each_denied,
    history_within,
    lasting,
    modified,
    negated_within,
    reaching,
    reacting,
    washed,
)
from trialwright.compiling.criteria.heads import borrow
from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.pieces import trim
from trialwright.compiling.criteria.remainder import hard, unparsed
from trialwright.compiling.criteria.sharing import (
    holds_for,
    led_window,
    middle_windows,
    share_outcomes,
    share_tail_status,
    shared_window,
    slashed_all,
    spread,
    treated_since,
)
from trialwright.compiling.criteria.slashes import apart
from trialwright.compiling.criteria.words import words
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Attestation,
    Condition,
    Demographic,
    Exposure,
    Expr,
    IfThen,
    Measurement,
    Not,
    Unparsed,
    leaves,
)

Reader = Callable[[list[Item]], Expr | None]
_JOINTS = ("and", "or", "comma", "slash")
_HARD = (Measurement, Demographic, Attestation)


def read_list(line: Line, lexicon: Lexicon, items: list[Item], statement: Reader) -> Expr | None:
    """The group that a list makes, or its only statement."""
    tail = denied_tail(line, items) if any(i.kind == "not" for i in items) else None
    if tail is not None:
        said = read_list(line, lexicon, trim(items[:tail]), statement)
        denied = read_list(line, lexicon, items[tail:], statement)
        if said is None or denied is None:
            return None
        return AllOf(of=(said, denied), span=span_of(items))
    # "Either A or B" is "A or B".
    alike = [i for i in items if i.kind != "or" or line.plain[i.start : i.end].lower() != "either"]
    if any(i.kind == "slash" for i in items):
        parted = apart(line, items, lambda part: read_list(line, lexicon, part, statement))
        if parted is not None:
            return parted or None
    operands, joints = _operands(alike)
    operands, windows = _only_windows(operands)
    if not operands:
        return None
    if len(operands) == 1:
        return statement(operands[0] + windows)
    if len(operands) > 40:
        return None
    span = span_of(items)
    told = [o for o in operands if any(i.kind not in ("noise", "bothsex") for i in o)]
    operands = told or operands
    if _inserted(line, operands):
        if joints != {"comma"}:
            return None
        joints = {"and"}
    if "or" in joints:
        both = added(line, operands, lambda part: read_list(line, lexicon, part, statement))
        if both is not None:
            return both or None
    if any(i.kind == "not" for i in operands[0]):
        while operands[0][0].kind == "noise":
            operands[0] = operands[0][1:]
    elif not windows and (lately := treated_since(line, operands)) is not None:
        none = _joined(line, lexicon, operands, {"or"}, [lately], statement, negated=True)
        if none is None or any(not isinstance(leaf, Exposure) for leaf in leaves(none)):
            return None
        return Not(of=none, span=span)
    elif not windows and (led := led_window(line, operands)) is not None:
        if led is False:
            return None
        windows = [led]
    while operands[0] and operands[0][0].kind == "window" and any(i.kind == "not" for i in operands[0]):
        # "In the last 3 months no A or B"
        windows = [*windows, operands[0].pop(0)]
    if not operands[0] or negated_within(operands) or history_within(operands[0]):
        return None
    if defined_together(operands) or reacting(line, operands):
        return None
    negated = operands[0][0].kind == "not"
    if negated and not windows and all(o[0].kind == "not" for o in operands):
        return each_denied(line, operands, joints, statement, span)
    if "or" in joints and "and" in joints:
        return None if negated or windows else _mixed(line, lexicon, items, statement)
    if negated:
        windows = windows or washed(operands)
        inner = _negated(line, lexicon, operands, joints, windows, statement)
        return None if inner is None else Not(of=lasting(inner), span=span)
    return _joined(line, lexicon, operands, joints, windows, statement, negated=False)


def _inserted(line: Line, operands: list[list[Item]]) -> bool:
    """Read "Diabetes, with HbA1c > 8 %, or gout": what only adds to the part before is no alternative."""
    return any(
        line.plain[o[0].start : o[0].end].lower() in ("with", "having", "who have", "and with")
        or line.plain[o[0].start : o[-1].end].lower().startswith(_evidencing())
        for o in operands[1:]
    )


def _evidencing() -> tuple[str, ...]:
    return tuple(words("evidencing"))


def _operands(items: list[Item]) -> tuple[list[list[Item]], set[str]]:
    operands: list[list[Item]] = [[]]
    joints: set[str] = set()
    depth = 0
    for item in items:
        depth += (item.kind == "open") - (item.kind == "close")
        if (
            depth <= 0
            and item.kind in _JOINTS
            and not (item.kind == "slash" and operands[-1] and operands[-1][-1].kind == "bounds")
        ):
            if any(i.kind != "noise" for i in operands[-1]):
                operands.append([])
                joints.add("or" if item.kind == "slash" else item.kind)
            elif len(operands) > 1:
                joints.add("or" if item.kind == "slash" else item.kind)
        else:
            operands[-1].append(item)
    if all(i.kind == "noise" for i in operands[-1]):
        operands.pop()
    if joints & {"and", "or"}:
        joints.discard("comma")
    return [o for o in operands if o], joints


def _only_windows(operands: list[list[Item]]) -> tuple[list[list[Item]], list[Item]]:
    """Operands that are nothing but a window belong to all the others."""
    kept, windows = [], []
    for operand in operands:
        telling = [i for i in operand if i.kind != "noise"]
        if len(telling) == 1 and telling[0].kind == "window":
            windows.append(telling[0])
        else:
            kept.append(operand)
    return kept, windows


def _mixed(line: Line, lexicon: Lexicon, items: list[Item], statement: Reader) -> Expr | None:
    """Read "A and B or C": read only where each side of the "or" is plain measurements."""
    sides: list[list[Item]] = [[]]
    depth = 0
    for item in items:
        depth += (item.kind == "open") - (item.kind == "close")
        if depth <= 0 and item.kind in ("or", "slash"):
            sides.append([])
        else:
            sides[-1].append(item)
    if len(sides) < 2 or any(
        not s or any(i.kind == "comma" for i in s) or not any(i.kind == "bounds" for i in s) for s in sides
    ):
        return None
    read = [read_list(line, lexicon, side, statement) for side in sides]
    if any(
        e is None or not all(isinstance(leaf, Measurement | Demographic) for leaf in leaves(e)) for e in read
    ):
        return None
    return AnyOf(of=tuple(e for e in read if e is not None), span=span_of(items))


def _negated(
    line: Line,
    lexicon: Lexicon,
    operands: list[list[Item]],
    joints: set[str],
    windows: list[Item],
    statement: Reader,
) -> Expr | None:
    """Read "No A, B or C": one negation over all."""
    said = line.plain[operands[0][0].start : operands[0][0].end].lower()
    first = operands[0][1:]
    if not first or any(i.kind == "not" for o in operands[1:] for i in o):
        return None
    if said != "neither" and any(i.kind in ("bounds", "age", "cue") for o in operands for i in o):
        return None
    if any(word in said for word in words("ever")):
        first = [Item("status", "history", operands[0][0].start, operands[0][0].end), *first]
    expr = _joined(line, lexicon, [first, *operands[1:]], {"or"}, windows, statement, negated=True)
    return None if expr is None or any(isinstance(leaf, Unparsed) for leaf in leaves(expr)) else expr


def _joined(
    line: Line,
    lexicon: Lexicon,
    operands: list[list[Item]],
    joints: set[str],
    windows: list[Item],
    statement: Reader,
    *,
    negated: bool,
) -> Expr | None:
    written = operands
    operands = [list(o) for o in operands]
    _share_concepts(operands)
    slashed = slashed_all(line, operands)
    if slashed is False:
        return None
    _share_bounds(operands)
    shared_joints = share_outcomes(line, operands, joints)
    if shared_joints is None or (negated and shared_joints != joints):
        return None
    joints = shared_joints
    _share_status(operands)
    share_tail_status(line, operands)
    borrowed = borrow(line, lexicon, operands)
    commas = "," in line.plain[operands[0][0].start : operands[-1][-1].end] or "、" in line.text
    shared = None if windows else shared_window(operands, joints, commas=commas and not negated)
    if not windows and not middle_windows(line, operands):
        return None
    if shared is False:
        return None
    if slashed and "or" in joints:
        joints = {"and"}
    read: list[Expr | None] = []
    for operand in operands:
        extra = windows or (
            [shared] if isinstance(shared, Item) and holds_for(operand, commas=commas and not negated) else []
        )
        read.append(statement(operand + extra))
    if modified(operands, read):
        return None
    read = spread(operands, read)
    span = (operands[0][0].start, max(o[-1].end for o in operands))
    known = [e for e in read if e is not None]
    if not known:
        return None
    soft = [e for e in known if isinstance(e, Condition | Exposure | Not)]
    passing = {e.concept.name for e in known if isinstance(e, Condition)} and all(
        isinstance(e, Condition) and e.concept.name in ("pregnancy", "lactation") for e in known
    )
    plural = borrowed and line.plain[operands[-1][0].start : operands[-1][-1].end].endswith("s")
    if negated or "or" in joints or passing or (plural and line.kind != "inclusion"):
        # "Renal and hepatic diseases" are those of either kind.
        op = "any"
    elif line.kind == "exclusion":
        op = "any" if joints == {"comma"} else "all"
        if _attested_aside(line, operands, known):
            return None
        if op == "all" and soft and not _jointly(line, operands):
            if len(operands) < 3 or len(soft) != len(operands):
                return None
            op = "any"
        elif op == "all" and not _jointly(line, operands):
            return None
    elif line.kind is None and len(operands) > 2 and all(isinstance(e, Condition | Exposure) for e in read):
        # Nobody is asked to have three illnesses or treatments together.
        op = "any"
    elif joints == {"comma"} and len(soft) == len(known) and len(operands) > 1:
        # Diseases with commas alone are alternatives in an exclusion; an inclusion leaves it open.
        if line.kind == "inclusion" or len(known) < len(read):
            return None
        op = "any"
    else:
        op = "all"
    if op == "any" and line.kind != "exclusion" and not negated and unlike(line, operands, read):
        return None
    if op == "any" and any(isinstance(e, IfThen) for e in read):
        # What is asked of some only would be granted to all the others.
        return None
    if op == "any" and any(i.kind == "bounds" for o in operands for i in o):
        sexes = [any(i.kind == "sex" for i in o) for o in operands]
        if sexes[0] and not all(sexes):
            # "Women with Hb < 8 or platelets < 50": the sex is that of every part.
            return None
    if len(known) < len(read):
        if any(hard(e) for e in known):
            # Words that may be half of a failed part beside them stay unread with it.
            read = [e if e is not None and (hard(e) or isinstance(e, Attestation)) else None for e in read]
            return _around(line, written, read, op, span)
        if op == "all" and not all(isinstance(leaf, _HARD) for e in known for leaf in leaves(e)):
            return None
        if any(reaching(line, o) for o, e in zip(operands, read, strict=True) if e is None):
            return None
        if op == "any" and (read[-1] is None or _thin(operands, read) or not all(_coded(e) for e in known)):
            return None
    of = tuple(e if e is not None else unparsed(line, o) for e, o in zip(read, written, strict=True))
    if op == "all" and _split_sides(of):
        return None
    return AnyOf(of=of, span=span) if op == "any" else AllOf(of=of, span=span)


def _jointly(line: Line, operands: list[list[Item]]) -> bool:
    """Whether a word says that the parts must come together: 且, "together with"."""
    for one, other in pairwise(operands):
        between = line.plain[one[-1].end : other[0].start].lower().strip(" ,")
        if between not in words("jointly"):
            return False
    return True


def _attested_aside(line: Line, operands: list[list[Item]], known: list[Expr]) -> bool:
    """Read 痴呆，无法配合: whether the last part is a cause of its own is unsure."""
    last = known[-1]
    if not isinstance(last, Attestation) or last.about not in ("capacity", "willingness"):
        return False
    between = line.text[operands[-2][-1].end : operands[-1][0].start]
    return between.strip() in (",", "，") and "\u3400" <= line.plain[operands[-1][0].start] <= "\u9fff"


def _around(
    line: Line, operands: list[list[Item]], read: list[Expr | None], op: str, span: tuple[int, int]
) -> Expr | None:
    """Numbers that stand for themselves, and each run of other words as one unparsed part."""
    of: list[Expr] = []
    run: list[Item] = []
    for operand, expr in zip(operands, read, strict=True):
        if expr is None:
            run += operand
            continue
        if run:
            of.append(unparsed(line, run))
            run = []
        of.append(expr)
    if run:
        of.append(unparsed(line, run))
    if any(
        i.kind in ("except", "unless", "if", "not")
        for o, e in zip(operands, read, strict=True)
        if e is None
        for i in o
    ):
        return None
    return AnyOf(of=tuple(of), span=span) if op == "any" else AllOf(of=tuple(of), span=span)


def _split_sides(of: tuple[Expr, ...]) -> bool:
    """Whether an "and" joins bounds of one measure, or of the age, that no value can meet together."""
    told = [
        (e.concept if isinstance(e, Measurement) else e.attribute, e.interval)
        for e in of
        if isinstance(e, Measurement | Demographic) and e.interval is not None
    ]
    return any(
        one == other and low.low is not None and high.high is not None and low.low.value > high.high.value
        for one, low in told
        for other, high in told
    )


def _coded(expr: Expr) -> bool:
    return all(
        isinstance(leaf, _HARD) or (isinstance(leaf, Condition | Exposure) and bool(leaf.concept.name))
        for leaf in leaves(expr)
    )


def _thin(operands: list[list[Item]], read: list[Expr | None]) -> bool:
    """Whether a part that was not understood is a single word, and so perhaps half of another part."""
    return any(
        e is None and sum(i.kind != "noise" for i in o) < 2 for e, o in zip(read, operands, strict=True)
    )


def _named(operand: list[Item]) -> list[Item]:
    return [i for i in operand if i.kind in ("term", "word", "age")]


def _share_concepts(operands: list[list[Item]]) -> None:
    """A bare bound speaks of the concept before it, in the same selection."""
    for place in range(1, len(operands)):
        telling = [i for i in operands[place] if i.kind not in ("noise", "select", "rise", "rate", "slash")]
        if not telling or any(i.kind not in ("bounds", "window") for i in telling):
            continue
        before = operands[place - 1]
        if any(i.kind == "bounds" for i in before):
            # "less than 2 or more than 12 x 10^9/L": one unit for both.
            behind = next((i.value for i in telling if i.kind == "bounds"), None)
            for at, item in enumerate(before):
                if (
                    behind is not None
                    and behind.unit
                    and item.kind == "bounds"
                    and item.value.unit is None
                    and item.value.relative_to is None
                    and behind.relative_to is None
                ):
                    unit = item.value._replace(unit=behind.unit, unit_text=behind.unit_text, time=behind.time)
                    before[at] = item._replace(value=unit)
            named = [i for i in before if i.kind in ("term", "age", "word", "select")]
            operands[place] = named + operands[place]


def _share_bounds(operands: list[list[Item]]) -> None:
    """A bare quantity ("AST and ALT < 3 x ULN") takes the bounds of the next one."""
    for place in range(len(operands) - 2, -1, -1):
        telling = [i for i in operands[place] if i.kind not in ("noise", "open", "close", "status")]
        bare = telling and all(
            i.kind == "term" and i.value.kind in ("quantity", "score", "coded") for i in telling
        )
        if not bare:
            continue
        bounds = [i for i in operands[place + 1] if i.kind in ("bounds", "outcome", "select")]
        if len(bounds) == 1 and any(i.kind == "term" for i in operands[place + 1]):
            operands[place] = operands[place] + bounds


def _share_status(operands: list[list[Item]]) -> None:
    """Read "history of A, B or C": the leading status holds for all, until another part has its own."""
    leading = [i for i in operands[0] if i.kind in ("status", "verb", "noise", "not")]
    front = operands[0][: len(leading)]
    shared = [i for i in front if i.kind in ("status", "verb")]
    for operand in operands[1:]:
        own = [i for i in operand if i.kind in ("status", "verb")]
        if own and shared:
            shared = own if operand[0] is own[0] else []
        elif not own and not any(i.kind in ("bounds", "age", "cue") for i in operand):
            operand[:0] = shared
