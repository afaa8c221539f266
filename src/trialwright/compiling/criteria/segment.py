"""Pass `segment`: a raw eligibility text into its criteria, with exact places.

Takes text with headings, bullets, numbers, wrapped lines and nested points; gives the pieces in order. A
criterion is one
top-level point with everything below it; headings, subheadings and introductions are none.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from trialwright.compiling.criteria.headings import INLINE, find_heading
from trialwright.compiling.criteria.line import Kind
from trialwright.language.folding import fold, unmark
from trialwright.model.source import Note

MOST = 2_000


class Piece(NamedTuple):
    """One criterion as cut: half-open place in the text, and its words without markup and wrapping."""

    id: str
    kind: Kind
    start: int
    end: int
    text: str


class Row(NamedTuple):
    """One line of the text: its place, indentation, bullet and whether a blank line stands before it."""

    start: int
    end: int
    indent: int
    mark: str
    number: int
    content: int
    gap: bool
    glued: bool = False


_BULLET = re.compile(
    r"(?P<sign>[-*•·○◦▪●■□➢✓→+o](?= )|[-•·●▪■➢○◦](?=[^\s\-\d<>=.])|\*(?=[A-Z]))"
    r"|(?P<circled>[①-⑳])"
    r"|(?P<open>\(?)(?:(?P<number>[0-9]{1,2})|(?P<roman>[ivx]{2,4})|(?P<letter>[a-zA-Z]))(?P<close>[.):,](?:[)](?=\s))?)(?=\s|[^\s0-9.,;:)]"
    r"|(?P<glued>[0-9]{1,2} ?(?:个月|[周天年岁])))",
)
_NUMBERED = re.compile(r"(?:(?<=[\s.;,)])|^)\(?(?P<n>[0-9]{1,2})[.)](?=\s+\S|[A-Z\u3400-\u9fff])")
_DOTTED = re.compile(r"(?:(?<=\s)|^)[•●▪■](?=\s*\S)")
_DASHED = re.compile(r"(?:(?<=\s\s)|(?<=[.;] )|^)-(?=\s+\S)")


def segment(text: str) -> tuple[tuple[Piece, ...], tuple[Note, ...]]:
    """The criteria of a text, and notes on it."""
    plain = fold(text)
    sections = _sections(plain)
    out: list[Piece] = []
    counts = {"inclusion": 0, "exclusion": 0, None: 0}
    letters = {"inclusion": "I", "exclusion": "E", None: "C"}
    for kind, rows in sections:
        for start, end in _cut(plain, rows):
            start, end = _trim(plain, start, end)
            if start >= end or not any(c.isalnum() for c in plain[start:end]):
                continue
            if len(out) == MOST:
                rest = _trim(plain, start, len(plain))
                out.append(Piece(f"{letters[kind]}{counts[kind] + 1}", kind, *rest, _words(text, *rest)))
                note = Note(code="too_many", message=f"after {MOST} criteria the rest was not cut", span=rest)
                return tuple(out), (note,)
            counts[kind] += 1
            words = _words(text, start, end)
            out.append(Piece(f"{letters[kind]}{counts[kind]}", kind, start, end, words))
    notes: tuple[Note, ...] = ()
    if not out:
        notes = (
            Note(code="no_criteria", message="no criterion was found in this text", span=(0, len(text))),
        )
    return tuple(out), notes


def _rows(plain: str) -> list[Row]:
    """The lines, with headings inside of a line broken off."""
    breaks = [0] + [m.end() for m in INLINE.finditer(plain)] + [len(plain)]
    rows: list[Row] = []
    gap = False
    for start, end in itertools.pairwise(breaks):
        at = start
        while at < end:
            stop = plain.find("\n", at, end)
            stop = end if stop < 0 else stop
            content = at
            while content < stop and plain[content] == " ":
                content += 1
            if content == stop:
                gap = True
            else:
                rows.append(_row(plain, at, stop, content, gap))
                gap = False
            at = stop + 1
    return rows


def _row(plain: str, start: int, end: int, content: int, gap: bool) -> Row:
    found = _BULLET.match(plain, content, end)
    mark, number = "", 0
    behind = content
    if found is not None:
        behind = found.end()
        if found["sign"]:
            mark = found["sign"]
        elif found["circled"]:
            mark, number = "①", ord(found["circled"]) - 0x2460 + 1
        elif found["number"]:
            mark, number = f"{found['open']}1{found['close'][:1]}", int(found["number"])
        elif found["roman"]:
            mark = f"{found['open']}i{found['close'][:1]}"
        elif found["close"][:1] in ".)":
            mark, number = f"{found['open']}a{found['close'][:1]}", ord(found["letter"].lower()) - 96
        else:
            behind = content
        while behind < end and plain[behind] == " ":
            behind += 1
    glued = bool(found is not None and found["glued"])
    return Row(start, end, content - start, mark, number, behind, gap, glued)


def _sections(plain: str) -> list[tuple[Kind, list[Row]]]:
    """The rows below each heading."""
    sections: list[tuple[Kind, list[Row]]] = [(None, [])]
    for row in _rows(plain):
        line = plain[row.content : row.end]
        heading = find_heading(line, bullet=bool(row.mark))
        if heading is None:
            sections[-1][1].append(row)
            continue
        sections.append((heading.kind, []))
        rest = row.content + heading.end
        while rest < row.end and plain[rest] in " :-":
            if plain[rest] == "-" and plain[rest + 1 : rest + 2] == " ":
                break
            rest += 1
        if rest < row.end:
            sections[-1][1].append(_row(plain, rest, row.end, rest, True))
    return [s for s in sections if s[1]]


def _cut(plain: str, rows: list[Row]) -> list[tuple[int, int]]:
    """The places of the criteria in one section."""
    if len(rows) == 1 or not any(r.mark for r in rows[1:]):
        inline = _inline(plain, rows[0].start, rows[-1].end)
        if inline:
            return inline
    if any(r.mark for r in rows):
        return _bulleted(plain, rows)
    return _unmarked(plain, rows)


def _inline(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    """Points that stand in one paragraph: 1. 2. 3., or dots."""
    text = plain[start:end]
    found: list[tuple[int, int]] = []
    expected = 1
    for mark in _NUMBERED.finditer(text):
        if int(mark["n"]) == expected:
            found.append((mark.start(), mark.end()))
            expected += 1
    if len(found) < 2 or found[0][0] > 120:
        for pattern in (_DOTTED, _DASHED):
            found = [(m.start(), m.end()) for m in pattern.finditer(text)]
            if len(found) > 1 and found[0][0] < 3:
                break
        else:
            return []
    ends = [f[0] for f in found[1:]] + [len(text)]
    return [(start + f[1], start + e) for f, e in zip(found, ends, strict=True)]


def _subheading(plain: str, row: Row) -> bool:
    line = plain[row.content : row.end].rstrip(" *_")
    return line.endswith(":") and len(line.split()) <= 16


def _bulleted(plain: str, rows: list[Row]) -> list[tuple[int, int]]:
    """Criteria of a section with bullets: the outermost points."""
    out: list[list[int]] = []
    stack: list[tuple[str, int]] = []
    last: dict[str, int] = {}
    first = next(r for r in rows if r.mark)
    for place, row in enumerate(rows):
        if row.glued and last.get(row.mark, 0) != row.number - 1:
            # "2.5 years" is a number, unless the points before it ask for a second one.
            row = row._replace(mark="", content=row.start + row.indent)
        following = rows[place + 1] if place + 1 < len(rows) else None
        if not row.mark:
            base = stack[0][1] if stack else first.indent
            outside = not out or (row.gap and row.indent <= base) or (row.indent < base)
            if (
                _subheading(plain, row)
                and (row.indent <= base)
                and following is not None
                and following.mark
                and (row.gap or not out or following.mark == first.mark)
            ):
                if out and not row.gap and _unfinished(plain, out[-1][1]) and row.indent > base:
                    out[-1][1] = row.end
                    continue
                stack = []
                continue
            if outside and row.gap and out and not (stack and row.indent > base):
                if row.indent <= base and first.indent < row.indent:
                    out[-1][1] = row.end
                    continue
                out.append([row.content, row.end])
                stack = [("", row.indent)]
                continue
            if not out:
                out.append([row.content, row.end])
                stack = [("", row.indent)]
                continue
            out[-1][1] = row.end
            continue
        level = next(
            (
                i
                for i, (mark, indent) in enumerate(stack)
                if mark == row.mark and abs(indent - row.indent) <= 1
            ),
            None,
        )
        if (
            row.number > 1
            and level is None
            and row.mark not in last
            and stack
            and row.indent <= stack[-1][1]
            and stack[0][0] != ""
        ):
            # A number out of any sequence is no bullet.
            out[-1][1] = row.end
            continue
        last[row.mark] = row.number
        if level is not None:
            del stack[level + 1 :]
        else:
            while stack and (row.indent < stack[-1][1] - 1 or stack[-1][0] == ""):
                stack.pop()
            stack.append((row.mark, row.indent))
        if len(stack) == 1:
            out.append([row.content, row.end])
        elif out:
            out[-1][1] = row.end
        else:
            out.append([row.content, row.end])
    return [(a, b) for a, b in out if not (_bare_intro(plain, a, b))]


def _bare_intro(plain: str, start: int, end: int) -> bool:
    """Whether a point is only the introduction of the points behind it."""
    line = plain[start:end].rstrip()
    return line.endswith(":") and "\n" not in line and len(line.split()) <= 16


def _unfinished(plain: str, end: int) -> bool:
    return not plain[:end].rstrip().endswith((".", ";", ":"))


def _unmarked(plain: str, rows: list[Row]) -> list[tuple[int, int]]:
    """Criteria without marks: paragraphs where blank lines part them, else lines."""
    groups: list[list[Row]] = []
    for row in rows:
        if row.gap or not groups:
            groups.append([row])
        else:
            groups[-1].append(row)
    if len(groups) > 1 and any(len(g) > 1 for g in groups) and max(r.end - r.start for r in rows) < 130:
        out = [(g[0].content, g[-1].end) for g in groups]
    else:
        out = []
        for row in rows:
            wrapped = (
                out
                and plain[row.content].islower()
                and not plain[: out[-1][1]].rstrip().endswith((".", ";", ":"))
            )
            if wrapped and not row.gap and out[-1][1] - out[-1][0] > 60:
                out[-1] = (out[-1][0], row.end)
            else:
                out.append((row.content, row.end))
    return [(a, b) for a, b in out if len(out) == 1 or not _bare_intro(plain, a, b)]


def _trim(plain: str, start: int, end: int) -> tuple[int, int]:
    """From the first word to the last."""
    while start < end and plain[start] in " \n,;.:*_":
        start += 1
    while end > start and plain[end - 1] in " \n,;*_":
        end -= 1
    return start, end


def _words(text: str, start: int, end: int) -> str:
    """The words of a piece: markup undone, wrapped lines joined, nested points on lines of their own."""
    out: list[str] = []
    for line in unmark(text[start:end]).split("\n"):
        words = " ".join(line.split())
        if not words:
            continue
        if out and _BULLET.match(fold(words)):
            out.append("\n" + words)
        else:
            out.append((" " if out else "") + words)
    return "".join(out)
