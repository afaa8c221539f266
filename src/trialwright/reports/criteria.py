"""What was understood of each criterion, and the eligibility text cut into rows beside its logic.

Takes the criteria with their spans; gives the text as it was written, each piece with its criterion.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from trialwright.model.expression import (
    Attestation,
    Change,
    Condition,
    Criterion,
    Exposure,
    Expr,
    Measurement,
    Protocol,
    Unparsed,
    children,
    leaves,
)
from trialwright.model.source import Span
from trialwright.model.study import Study

Understanding = Literal["data", "person", "part", "none"]
UNDERSTANDINGS: tuple[tuple[Understanding, str, str], ...] = (
    ("data", "Data", "computable from data"),
    ("person", "Person", "to be confirmed by a person or the protocol"),
    ("part", "In part", "partly understood"),
    ("none", "Not understood", "not understood"),
)


# A mark of a list before its words: a bullet, or a number or letter with a stop or bracket.
_ITEM = re.compile(r"[-*•·–—●○]|\(?\w{1,3}[.)、]")
_LONGEST_HEADING = 90


class Piece(NamedTuple):
    """Words of a criterion; `open` marks those that nothing was understood of."""

    text: str
    open: bool


class Row(NamedTuple):
    """A line of the eligibility text; without an `id` it is a heading or other prose."""

    before: str
    pieces: tuple[Piece, ...]
    after: str
    id: str | None = None
    rule: str = ""
    understanding: str = ""
    chip: str = ""
    logic: str = ""
    notes: tuple[str, ...] = ()


class Passage(NamedTuple):
    """The eligibility text of one source, row by row."""

    source: str | None
    rows: tuple[Row, ...]


def _is_known(leaf: Expr) -> bool:
    if isinstance(leaf, Measurement | Change | Condition | Exposure):
        return bool(leaf.concept.codes) or any(a.codes for a in leaf.concept.alternatives)
    return not isinstance(leaf, Unparsed)


def _needs_person(leaf: Expr) -> bool:
    return isinstance(leaf, Attestation | Protocol) or (
        isinstance(leaf, Exposure) and leaf.status == "planned"
    )


def judge(criterion: Criterion) -> tuple[Understanding, str]:
    """How far a criterion was understood, and the short words for it.

    A thing that the vocabulary does not know can never be answered from data, so a criterion that
    speaks of one is understood in part only.
    """
    if criterion.expr is None:
        return "none", "Not understood"
    parts = leaves(criterion.expr)
    if not parts or all(isinstance(p, Unparsed) for p in parts):
        return "none", "Not understood"
    asked = [p for p in parts if not _needs_person(p)]
    if not asked:
        return "person", "Person"
    if not any(_is_known(p) for p in asked):
        # A likely shape, or things without codes: nothing of it can be answered from data.
        return "none", "Outlined"
    if not all(_is_known(p) for p in asked):
        return "part", "In part"
    return "data", "Data" if len(asked) == len(parts) else "Data and a person"


def _open_spans(criterion: Criterion) -> list[Span]:
    if criterion.expr is None:
        return []
    spans = [p.span for p in leaves(criterion.expr) if isinstance(p, Unparsed) and p.span]
    return sorted(spans)


def _notes(criterion: Criterion) -> tuple[str, ...]:
    found = [n.message for n in criterion.notes]
    pending = [criterion.expr] if criterion.expr is not None else []
    while pending:
        node = pending.pop()
        found += [n.message for n in node.notes]
        pending += reversed(children(node))
    return tuple(dict.fromkeys(found))


def unwrap(text: str) -> str:
    r"""The text without the line ends that only a typewriter needed; list items keep theirs.

    >>> unwrap("no ulcer\n   or bleeding\n- no fever")
    'no ulcer or bleeding\n- no fever'
    """
    first, *rest = text.split("\n")
    parts = [first]
    for position, line in enumerate(rest, 1):
        words = line.strip() if position < len(rest) else line.lstrip()
        ended = not words or not parts[-1].strip() or _ITEM.match(words)
        parts[-1] = parts[-1].rstrip()
        parts.append(("\n" if ended else " ") + words)
    return "".join(parts)


def _cut(text: str, begin: int, end: int, open_spans: list[Span]) -> tuple[Piece, ...]:
    pieces, at = [], begin
    for start, stop in open_spans:
        start, stop = max(start, at), min(stop, end)
        if start < stop:
            pieces += [Piece(text[at:start], False), Piece(text[start:stop], True)]
            at = stop
    pieces.append(Piece(text[at:end], False))
    return tuple(Piece(unwrap(p.text), p.open) for p in pieces if p.text)


def _row(criterion: Criterion, logic: str, pieces: tuple[Piece, ...], before: str, after: str) -> Row:
    understanding, chip = judge(criterion)
    rule = {"inclusion": "must hold", "exclusion": "must not hold"}.get(
        criterion.kind or "", "no side stated"
    )
    return Row(before, pieces, after, criterion.id, rule, understanding, chip, logic, _notes(criterion))


def _plain(text: str) -> Row:
    words = text.strip()
    return Row(words, (), "", understanding="plain" if len(words) > _LONGEST_HEADING else "heading")


def _explain(criterion: Criterion, explanations: dict[str, str]) -> str:
    known = explanations.get(criterion.id)
    if known:
        return known
    if criterion.expr is None:
        return "These words were not compiled; for every person the answer stays unknown."
    if judge(criterion)[0] == "none":
        return "These words were not understood; for every person the answer stays unknown."
    return "No explanation was given."


def lay_out(study: Study, texts: dict[str, str], explanations: dict[str, str]) -> tuple[Passage, ...]:
    """The eligibility texts of the study, one passage a source, every criterion in one of them."""
    placed: dict[str, list[tuple[Span, Criterion]]] = {}
    loose: list[Criterion] = []
    for criterion in study.eligibility.criteria:
        text = texts.get(criterion.source or "")
        if text is None or criterion.span is None or criterion.span[1] > len(text):
            loose.append(criterion)
        else:
            placed.setdefault(criterion.source or "", []).append((criterion.span, criterion))
    passages = [
        Passage(source, tuple(_rows(texts[source], _extent(study, source, found), found, explanations)))
        for source, found in placed.items()
    ]
    written = study.eligibility.text
    if loose and not placed and written:
        found = _search(written, loose)
        loose = [c for c in loose if c.id not in {known.id for _, known in found}]
        passages.append(Passage(None, tuple(_rows(written, (0, len(written)), found, explanations))))
    elif not study.eligibility.criteria and written and written.strip():
        passages.append(Passage(None, (_plain(written)._replace(understanding="plain"),)))
    if loose:
        rows = (_row(c, _explain(c, explanations), (Piece(c.text, False),), "", "") for c in loose)
        passages.append(Passage(None, tuple(rows)))
    return tuple(passages)


def _extent(study: Study, source: str, found: list[tuple[Span, Criterion]]) -> Span:
    spans = [s.span for s in study.statements if s.field == "eligibility.text" and s.source == source]
    spans += [span for span, _ in found]
    known = [s for s in spans if s is not None]
    return min(s[0] for s in known), max(s[1] for s in known)


def _search(written: str, criteria: list[Criterion]) -> list[tuple[Span, Criterion]]:
    # Without places the criteria are looked for in their order, each after the one before.
    found, at = [], 0
    for criterion in criteria:
        start = written.find(criterion.text, at) if criterion.text else -1
        if start >= 0:
            at = start + len(criterion.text)
            found.append(((start, at), criterion))
    return found


def _rows(
    text: str, extent: Span, found: list[tuple[Span, Criterion]], explanations: dict[str, str]
) -> list[Row]:
    rows: list[Row] = []
    at, before = extent[0], ""
    # Of two overlapping criteria the second begins where the first ended; each keeps its row.
    for (begin, end), criterion in sorted(found, key=lambda f: (f[0][0], -f[0][1])):
        start = max(begin, at)
        before = _between(text[at:start], rows)
        stop = max(end, start)
        pieces = _cut(text, start, stop, _open_spans(criterion)) or (Piece(criterion.text, False),)
        rows.append(_row(criterion, _explain(criterion, explanations), pieces, before, ""))
        at = stop
    rest = _between(f"{text[at : max(extent[1], at)]}\n", rows)
    if rest.strip():
        rows.append(_plain(rest))
    return rows


def _between(gap: str, rows: list[Row]) -> str:
    """Give the gap's first line to the row before, its last to the row after, the rest a row of its own."""
    if "\n" not in gap:
        return gap
    first, _, rest = gap.partition("\n")
    middle, newline, last = rest.rpartition("\n")
    if rows:
        rows[-1] = rows[-1]._replace(after=rows[-1].after + first.rstrip())
    else:
        middle = f"{first}\n{middle}" if newline else first
    if middle.strip():
        rows.append(_plain(middle))
    return last.lstrip()
