"""Trees and items in a short notation that a clinician can read, and golden files of before and after."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from trialwright.compiling.criteria.line import Bounds, Line
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Attestation,
    Change,
    Condition,
    Demographic,
    Except,
    Exposure,
    IfThen,
    Measurement,
    Not,
    Protocol,
    Unparsed,
)

GOLDEN = Path(__file__).parent / "golden"


class Case(NamedTuple):
    title: str
    kind: str | None
    before: str
    after: list[str]


def cases(name: str) -> list[Case]:
    """The cases of a golden file: `= title`, `? kind`, `< before` lines, `> after` lines."""
    found: list[Case] = []
    for line in (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        mark, rest = line[:1], line[2:]
        if mark == "=":
            found.append(Case(rest, None, "", []))
        elif mark == "?":
            found[-1] = found[-1]._replace(kind=rest)
        elif mark == "<":
            before = found[-1].before
            found[-1] = found[-1]._replace(before=f"{before}\n{rest}" if before else rest)
        elif mark == ">":
            found[-1].after.append(rest)
    return found


def interval(i) -> str:
    if i is None:
        return ""
    low = f"{'[' if i.low.closed else '('}{i.low.value}" if i.low else "("
    high = f"{i.high.value}{']' if i.high.closed else ')'}" if i.high else ")"
    unit = i.relative_to or i.unit or ("?" if i.unit_status == "missing" else "")
    return f"{low}..{high} {unit}".strip()


def window(w) -> str:
    if w is None:
        return ""
    anchor = w.event.text if w.event else w.anchor
    return f"@{w.from_}..{w.to} {anchor}"


def concept(c) -> str:
    name = f"<{c.name}>" if c.name else f'"{c.text}"'
    return name + "".join(f" eg {concept(a)}" for a in c.alternatives)


def tree(e) -> str:
    match e:
        case AllOf():
            return f"all({'; '.join(map(tree, e.of))})"
        case AnyOf():
            return f"any({'; '.join(map(tree, e.of))})"
        case AtLeast():
            return f"at_least {e.n}({'; '.join(map(tree, e.of))})"
        case Not():
            return f"not({tree(e.of)})"
        case IfThen():
            return f"if({tree(e.if_)}) then({tree(e.then)})"
        case Except():
            return f"except({tree(e.base)}; {tree(e.unless)})"
        case Attestation():
            return f'{e.about} "{e.text}"'
        case Protocol():
            return f'protocol "{e.text}"'
        case Unparsed():
            return f'unparsed "{e.text}"'
        case Measurement():
            said = [concept(e.concept), interval(e.interval), "/".join(e.values or ())]
            said += [e.select if e.select != "latest" else "", window(e.window)]
        case Change():
            said = [
                "change",
                concept(e.concept),
                interval(e.interval),
                f"per {e.per}" if e.per else "",
                window(e.window),
            ]
        case Condition():
            said = [e.status, concept(e.concept), *(f"+{q}" for q in e.qualifiers)]
            said += [f"for {interval(e.duration)}" if e.duration else "", window(e.window)]
        case Exposure():
            said = [
                e.status,
                e.kind,
                concept(e.concept),
                f"for {interval(e.duration)}" if e.duration else "",
                window(e.window),
            ]
        case Demographic():
            said = [e.attribute, interval(e.interval), "/".join(e.values or ())]
    return " ".join(part for part in said if part)


def item(line: Line, i) -> str:
    words = line.plain[i.start : i.end]
    if isinstance(i.value, Bounds):
        return f"bounds:{interval(_Shown(i.value))}"
    if i.kind in ("window", "washout"):
        return f"{i.kind}:{window(i.value)}"
    if i.kind == "duration":
        return f"duration:{interval(i.value)}"
    return f"{i.kind}:{words}"


class _Shown:
    """Bounds seen as an interval."""

    def __init__(self, b: Bounds) -> None:
        self.low, self.high, self.unit, self.relative_to = b.low, b.high, b.unit, b.relative_to
        self.unit_status = "stated"


def items(line: Line) -> str:
    return " | ".join(item(line, i) for i in line.items)
