"""What screening tells beyond the counts, drawn for people: one person's trees, and what criteria cost.

Takes the values that the JSON prints; writes tables and text.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from trialwright.cli.output import show_table
from trialwright.model.answers import Point
from trialwright.model.explanation import ExplainedNode, ExplainedStudy, Explanation
from trialwright.model.screening import ScreeningSummary, StudyCount

_UNITS = {"a": "years", "mo": "months", "wk": "weeks", "d": "days"}
_MARKS = {"met": "yes", "not_met": "no", "unknown": "?"}
_EFFECTS = {
    "passes": "passes",
    "rules_out": "RULES OUT",
    "holds_up": "HOLDS UP",
    "to_confirm": "to be confirmed",
}


def show_explanation(told: Explanation) -> None:
    """Write one person's trees, and what would change the verdict."""
    _write(f"Person {told.subject_id} at {told.index_date}")
    if told.not_screened:
        _write(f"not screened: {told.not_screened}")
    for study in told.studies:
        _write("")
        _write(f"{study.id}  {study.why}")
        for criterion in study.criteria:
            _write("")
            words = " ".join(criterion.text.split())
            _write(f"{criterion.id}  {criterion.kind}, {_EFFECTS[criterion.effect]}: {words}")
            for line in _draw(criterion.tree):
                _write(f"    {line}")
        for line in (*_what_decides(study), *_what_comes(study, told.horizon)):
            _write(line)
    _write("")
    _write("* the verdict of the criterion rests on it    yes, no: whether the words hold    ? unknown")


def _write(line: str) -> None:
    # What a document or a table says must not be able to colour the terminal.
    sys.stdout.write("".join(c for c in line if c.isprintable()).rstrip() + "\n")


def _draw(node: ExplainedNode) -> Iterator[str]:
    """The lines of a node and all below it."""
    mark = "*" if node.deciding else " "
    role = f"{node.role} " if node.role else ""
    yield f"{mark} {_MARKS[node.verdict]:<3}  {role}{node.words}{_evidence(node)}"
    for place, part in enumerate(node.of, 1):
        last = place == len(node.of)
        first, *rest = _draw(part)
        yield f"{first[:7]}{'└─ ' if last else '├─ '}{first[7:]}"
        yield from (f"{line[:7]}{'   ' if last else '│  '}{line[7:]}" for line in rest)


def _evidence(node: ExplainedNode) -> str:
    """What the leaf found, or why it is unknown and where it looked."""
    if node.of:
        return ""
    if node.looked is None:
        unread = f": {node.needed}" if node.reason == "ambiguous" and node.needed else ""
        return f"  ({node.reason}{unread})" if node.reason else ""
    day = f" on {node.time[:10]}" if node.time else ""
    value = " ".join(part for part in (node.value, node.unit) if part)
    code = f" [{node.row.code}]" if node.row is not None else ""
    found = f"  = {value}{day}{code}" if value else f"  ={day}{code}" if day or code else ""
    why = f"  ({node.reason}{_where(node)})" if node.reason else ""
    return found + why


def _where(node: ExplainedNode) -> str:
    looked = node.looked
    if looked is None:
        return ""
    window = ""
    if looked.window is not None:
        first, last = looked.window
        window = f"; looked from {first or 'the beginning'} to {last or 'the end'}"
    if not looked.rows:
        return f"{window}; no row of it"
    latest = f", the latest of {looked.latest}" if looked.latest else ""
    return f"{window}; {looked.rows} {'row' if looked.rows == 1 else 'rows'} of it{latest}"


def _what_decides(study: ExplainedStudy) -> Iterator[str]:
    if study.verdict != "unknown":
        return
    yield ""
    if study.over:
        yield "Too much is open to tell which few facts would decide."
    elif study.to_qualify is None:
        yield "No answers to what is open make this person eligible."
    else:
        yield f"Eligible if ({len(study.to_qualify)} to find out)"
        for fact in study.to_qualify:
            answers = "; ".join(
                f"{a.criterion}: {a.what} – {'yes' if a.verdict == 'met' else 'no'}" for a in fact.answers
            )
            yield f"    {fact.needed}  →  {answers}"
    confirm = {c.id for c in study.criteria if c.effect == "to_confirm"}
    qualifying = {fact.needed for fact in study.to_qualify or ()}
    if study.to_settle is not None and {*study.to_settle} != qualifying:
        yield f"Settled, whatever they say ({len(study.to_settle)} to find out)"
        yield from (f"    {needed}" for needed in study.to_settle)
    for words, chosen in (
        ("Would decide alone, whatever it says", [f for f in study.facts if f.decides]),
        (
            "Could rule out alone",
            [f for f in study.facts if f.could_exclude and not f.decides and not confirm >= {*f.criteria}],
        ),
    ):
        if chosen:
            yield words
            yield from (f"    {f.needed}  ({', '.join(f.criteria)})" for f in chosen)


def _what_comes(study: ExplainedStudy, horizon: str) -> Iterator[str]:
    yield ""
    if study.eligible_from:
        yield f"Eligible from {study.eligible_from} if nothing changes."
    elif study.eligible_until:
        yield f"Eligible until {study.eligible_until} if nothing changes."
    elif study.verdict == "met":
        yield f"Eligible until {horizon} and perhaps longer if nothing changes."
    else:
        yield f"Not eligible by itself up to {horizon}."
    for turn in study.later:
        said = {"met": "eligible", "not_met": "not eligible", "unknown": "undecided"}[turn.verdict]
        why = f" ({turn.reason})" if turn.reason else ""
        yield f"    {turn.date}  {said}{why}: {', '.join(turn.changed)}"


def show_insights(summary: ScreeningSummary) -> None:
    """Tables of what was asked for, study by study."""
    for study in summary.studies:
        if study.what_if is not None:
            _show_costs(study)
        if study.near_misses is not None:
            _show_misses(study)
        if study.facts is not None:
            _show_facts(study)


def _show_costs(study: StudyCount) -> None:
    what = study.what_if
    assert what is not None  # noqa: S101  the caller has asked
    show_table(
        f"{study.id}: what each criterion costs",
        (
            "criterion",
            "share of the ruled out#",
            "share of the held up#",
            "without it: eligible#",
            "undecided#",
        ),
        (
            (
                share.id,
                f"{share.excluded:.1f}",
                f"{share.held_up:.1f}",
                *_signed(drop.eligible, drop.undecided),
            )
            for share, drop in zip(what.shares, what.dropped, strict=True)
        ),
    )
    if what.curves:
        show_table(
            f"{study.id}: bounds moved, for people whom the criterion alone rules out",
            ("criterion", "what", "end", "bound", "moved to", "eligible#", "undecided#"),
            (
                (curve.id, curve.what, curve.side,
                 f"{curve.bound:g} {_UNITS.get(curve.unit or '', curve.unit or '')}", f"{point.bound:g}",
                 *_signed(point.eligible, point.undecided))
                for curve in what.curves
                for point in _few(curve.points)
            ),
        )  # fmt: skip


def _few(points: Sequence[Point]) -> list[Point]:
    """The first, the middle and the last."""
    return [points[i] for i in sorted({0, len(points) // 2, len(points) - 1})] if points else []


def _signed(*numbers: int) -> Iterator[str]:
    return (f"{number:+d}" if number else "0" for number in numbers)


def _show_misses(study: StudyCount) -> None:
    near = study.near_misses
    assert near is not None  # noqa: S101  the caller has asked
    steps = tuple(near.criteria[0].by_distance) if near.criteria else ()
    show_table(
        f"{study.id}: how narrowly people miss (near: within {near.within:.0%} of the bound)",
        ("criterion", "near#", "then eligible#", *(f"{'to ' if s != 'more' else ''}{s}#" for s in steps)),
        ((c.id, c.near, c.eligible, *c.by_distance.values()) for c in near.criteria),
    )


def _show_facts(study: StudyCount) -> None:
    facts = study.facts
    assert facts is not None  # noqa: S101  the caller has asked
    show_table(
        f"{study.id}: what would decide the {study.undecided} undecided",
        ("fact", "criteria", "wanted by#", "decides alone#", "could qualify#", "could rule out#"),
        (
            (f.needed, ", ".join(f.criteria), f.wanted, f.decides, f.could_qualify, f.could_exclude)
            for f in facts.facts[:12]
        ),
    )
    if facts.to_qualify:
        counted = ", ".join(f"{size}: {people}" for size, people in facts.to_qualify.items())
        _write(f"People by the fewest facts that could make them eligible: {counted}")
        _write("")
