"""Pass `segment`: a raw eligibility text into its criteria, with exact places.

Takes text with headings, bullets, numbers, wrapped lines and nested points; gives the pieces in order.
A criterion is one top-level point with everything below it, or several that a hanging "or" joins; headings,
subheadings and introductions are none, unless they say how many of their points are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from trialwright.compiling.criteria.headings import REGISTER, counts, find_heading
from trialwright.compiling.criteria.inline import points_of
from trialwright.compiling.criteria.line import Kind
from trialwright.compiling.criteria.places import Place, criteria_of
from trialwright.compiling.criteria.rows import BULLET, MOST_ROWS, Row, row_at, rows_of
from trialwright.compiling.criteria.unasked import asks_nothing
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


class Section(NamedTuple):
    """The rows below one heading; `below` is the kind of the heading above this one, if that goes on.

    `prose` is text that begins on the line of its heading, and so is wrapped and not one criterion a line.
    """

    kind: Kind
    rows: list[Row]
    leaving: bool = False
    below: Kind = None
    prose: bool = False


_HAN_NUMBERED = re.compile(r"(?:^ *|(?<=[\s.;:]))\(?[0-9]{1,2},", re.MULTILINE)
_PRESENT = re.compile(r"\b(?:must|should|shall) (?:have|be|meet)\b|\ball of the following\b", re.IGNORECASE)
_NUMERALS = ("1.", "1)", "1,", "1:")


def segment(text: str) -> tuple[tuple[Piece, ...], tuple[Note, ...]]:
    """The criteria of a text, and notes on it."""
    plain = _marked(text, fold(text))
    rows = rows_of(plain)
    out: list[Piece] = []
    notes: list[Note] = []
    numbers = {"inclusion": 0, "exclusion": 0, None: 0}
    letters = {"inclusion": "I", "exclusion": "E", None: "C"}

    def add(kind: Kind, start: int, end: int, words: str) -> None:
        numbers[kind] += 1
        out.append(Piece(f"{letters[kind]}{numbers[kind]}", kind, start, end, words))

    kind: Kind = None
    for section in _sections(plain, rows[:MOST_ROWS]):
        if section.leaving:
            span = _trim(plain, section.rows[0].start, section.rows[-1].end)
            notes.append(
                Note(code="not_entry", message="this tells when somebody leaves the trial", span=span)
            )
            continue
        for start, end, unsure in _cut(plain, section):
            kind = None if unsure else section.kind
            start, end = _trim(plain, start, end)
            if start >= end or not any(c.isalnum() for c in plain[start:end]):
                continue
            if len(out) == MOST:
                return _rest(text, plain, start, f"{MOST} criteria", out, kind, notes, add)
            words = _words(text, start, end)
            if asks_nothing(fold(words)):
                notes.append(Note(code="asks_nothing", message="these words ask nothing", span=(start, end)))
            else:
                add(kind, start, end, words)
    if len(rows) > MOST_ROWS:
        return _rest(text, plain, rows[MOST_ROWS].start, f"{MOST_ROWS} lines", out, kind, notes, add)
    if not out:
        notes.append(
            Note(code="no_criteria", message="no criterion was found in this text", span=(0, len(text)))
        )
    return tuple(out), tuple(notes)


def _rest(
    text: str,
    plain: str,
    start: int,
    after: str,
    out: list[Piece],
    kind: Kind,
    notes: list[Note],
    add: Callable[[Kind, int, int, str], None],
) -> tuple[tuple[Piece, ...], tuple[Note, ...]]:
    """What was cut, and all that follows as one piece."""
    start, end = _trim(plain, start, len(plain))
    add(kind, start, end, text[start:end])
    notes.append(Note(code="too_many", message=f"after {after} the rest was not cut", span=(start, end)))
    return tuple(out), tuple(notes)


def _marked(text: str, plain: str) -> str:
    """The folded text in which 1、 at the start of a line is told from a list of numbers."""
    if "、" not in text:
        return plain
    return _HAN_NUMBERED.sub(lambda m: m[0][:-1] + (")" if text[m.end() - 1] == "、" else ","), plain)


def _sections(plain: str, rows: list[Row]) -> list[Section]:
    """The rows below each heading."""
    sections = [Section(None, [])]
    for row in rows:
        now = sections[-1]
        line = plain[row.content : row.end]
        heading = find_heading(line, bullet=bool(row.mark))
        if (register := REGISTER.match(line)) is not None and register.end() < len(line):
            # What stands on the line of such a heading begins a list of its own.
            start = row.content + register.end()
            first = row_at(plain, start, row.end, start, True)
            sections.append(Section(now.kind, [first], now.leaving, prose=True))
            continue
        if heading is None:
            if now.below == "inclusion" and not row.mark and _subheading(plain, row):
                # Behind what must be absent it is open whether another list goes on with it.
                now = Section("inclusion" if _PRESENT.search(line) else None, [], below="inclusion")
                sections.append(now)
            now.rows.append(row)
            continue
        leaving = heading.of == "leaving" or (
            # 剔除 behind the exclusions tells who is taken out later.
            "剔除" in line[: heading.end] and any(s.kind == "exclusion" for s in sections)
        )
        below = (now.below or now.kind) if heading.of == "absence" else None
        sections.append(Section(heading.kind, [], leaving, below))
        rest = row.content + heading.end
        while rest < row.end and plain[rest] in " :-":
            if plain[rest] == "-" and plain[rest + 1 : rest + 2] == " ":
                break
            rest += 1
        if rest < row.end:
            sections[-1].rows.append(row_at(plain, rest, row.end, rest, True))
    return [s for s in sections if s.rows]


def _cut(plain: str, section: Section) -> list[Place]:
    """The places of the criteria in one section."""
    kind, rows = section.kind, section.rows
    if len(rows) == 1 or not any(r.mark for r in rows[1:]):
        inline = points_of(plain, rows[0].start, rows[-1].end)
        if inline:
            return criteria_of(plain, inline, kind)
    if any(r.mark for r in rows):
        found = _bulleted(plain, rows, kind)
    else:
        found = _paragraphs(rows) if section.prose else _unmarked(plain, rows)
    return criteria_of(plain, found, kind)


def _subheading(plain: str, row: Row) -> bool:
    line = plain[row.content : row.end].rstrip(" *_")
    return line.endswith(":") and len(line.split()) <= 16


def _bulleted(plain: str, rows: list[Row], kind: Kind) -> list[tuple[int, int]]:
    """Criteria of a section with bullets: the outermost points."""
    out: list[list[int]] = []
    stack: list[tuple[str, int]] = []
    last: dict[str, int] = {}
    first = next(r for r in rows if r.mark)
    held = False
    for place, row in enumerate(rows):
        row = _continuing(row, stack, last)
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
                # "At least one of the following:" and its points are one criterion.
                held = counts(plain[row.content : row.end], kind)
                if held:
                    out.append([row.content, row.end])
                continue
            if held and not row.gap:
                out[-1][1] = row.end
                continue
            held = False
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
        if held:
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
    return [(a, b) for a, b in out]


def _continuing(row: Row, stack: list[tuple[str, int]], last: dict[str, int]) -> Row:
    """Read 1、 2. 3) as one row of numbers."""
    if row.number < 2 or row.mark not in _NUMERALS or last.get(row.mark, 0) == row.number - 1:
        return row
    for mark, indent in stack:
        if mark in _NUMERALS and last.get(mark) == row.number - 1 and abs(indent - row.indent) <= 1:
            return row._replace(mark=mark)
    return row


def _unfinished(plain: str, end: int) -> bool:
    while end and plain[end - 1] in " \n":
        end -= 1
    return not plain.endswith((".", ";", ":"), 0, end)


def _grouped(rows: list[Row]) -> list[list[Row]]:
    """The rows between blank lines."""
    groups: list[list[Row]] = []
    for row in rows:
        if row.gap or not groups:
            groups.append([row])
        else:
            groups[-1].append(row)
    return groups


def _paragraphs(rows: list[Row]) -> list[tuple[int, int]]:
    return [(group[0].content, group[-1].end) for group in _grouped(rows)]


def _unmarked(plain: str, rows: list[Row]) -> list[tuple[int, int]]:
    """Criteria without marks: paragraphs where blank lines part them, else lines."""
    groups = _grouped(rows)
    if len(groups) > 1 and any(len(g) > 1 for g in groups) and max(r.end - r.start for r in rows) < 130:
        out = _paragraphs(rows)
    else:
        out = []
        for row in rows:
            wrapped = out and plain[row.content].islower() and _unfinished(plain, out[-1][1])
            if wrapped and not row.gap and out[-1][1] - out[-1][0] > 60:
                out[-1] = (out[-1][0], row.end)
            else:
                out.append((row.content, row.end))
    return out


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
        if out and BULLET.match(fold(words)):
            out.append("\n" + words)
        else:
            out.append((" " if out else "") + words)
    return "".join(out)
