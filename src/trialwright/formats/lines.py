"""Lines and sections of a text that keep their places.

Takes decoded text, gives lines stripped of blanks with the positions of what is left, and the
sections that headings of a page family cut out of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

# A page of a trial has some ten thousand characters; what lies beyond this is not read as one.
READ_AT_MOST = 2_000_000
_LINE = re.compile(r"[^\r\n]+")


class Line(Struct, frozen=True):
    """The words of a line; `text` equals the document's characters from `start` to `end`.

    `gap` says that a blank line stands before it.
    """

    text: str
    start: int
    end: int
    gap: bool = False


class Section(Struct, frozen=True, kw_only=True):
    """What stands under a heading; the head of the page has the key "" and no heading."""

    key: str
    heading: Line | None
    lines: tuple[Line, ...]


def split_lines(text: str, start: int = 0, end: int | None = None) -> tuple[Line, ...]:
    """The lines between two positions that hold more than blanks."""
    stop = min(len(text), READ_AT_MOST) if end is None else end
    lines = []
    last = start
    for match in _LINE.finditer(text, start, stop):
        words = match.group()
        left = len(words) - len(words.lstrip())
        plain = words.strip()
        if not plain:
            continue
        begin = match.start() + left
        lines.append(Line(plain, begin, begin + len(plain), _has_gap(text, last, begin)))
        last = begin + len(plain)
    return tuple(lines)


def _has_gap(text: str, start: int, end: int) -> bool:
    between = text[start:end]
    return between.replace("\r\n", "\n").replace("\r", "\n").count("\n") > 1


def heading_key(text: str) -> str:
    """A heading as tables of headings spell it: lower case, single blanks, no colon at the end."""
    return " ".join(text.split()).casefold().rstrip(":：?？ ")


def cut_sections(
    lines: Iterable[Line], headings: Mapping[str, str], ends: Mapping[str, frozenset[str]]
) -> tuple[Section, ...]:
    """The lines cut at the headings of a page family.

    `headings` gives the key of a heading as `heading_key` spells it. Long texts may hold a line that
    looks like a heading ("Status:" within criteria): in a section named in `ends` only those keys cut.
    """
    sections = []
    heading: Line | None = None
    key = ""
    body: list[Line] = []
    for line in lines:
        found = headings.get(heading_key(line.text)) if len(line.text) < 80 else None
        if found is None or (key in ends and found not in ends[key]):
            body.append(line)
            continue
        sections.append(Section(key=key, heading=heading, lines=tuple(body)))
        heading, key, body = line, found, []
    sections.append(Section(key=key, heading=heading, lines=tuple(body)))
    return tuple(sections)


_BULLET = re.compile(r"[•●▪‣◦·]\s+(?=\S)")
_FURNITURE = re.compile(
    r"(?:menu|home|search|log ?in|sign (?:in|up)|register|share|print|save|back(?: to top)?|cookie\b.*|"
    r"accept all.*|"
    r"(?:©|\(c\)|copyright)\s.*|.*\ball rights reserved\b.*|powered by\b.*|privacy policy|terms of (?:use|"
    r"service).*|"
    r"contact us|about us|subscribe\b.*|medpath|clinicaltrials\.veeva|find clinical trials.*|"
    r"trials by location|"
    r"clinical trials|data sourced from\b.*|loading\s*(?:\.{1,3}|…)?|[\U0001F1E6-\U0001F1FF\s]+)",
    re.IGNORECASE,
)


def is_furniture(line: Line) -> bool:
    """Whether a line belongs to the site and not to the trial: menus, copyright, flags, "Loading..."."""
    return len(line.text) < 200 and _FURNITURE.fullmatch(line.text) is not None


def without_furniture(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines that speak of the trial, without the signs of list items."""
    return tuple(without_bullet(line) for line in lines if not is_furniture(line))


def without_bullet(line: Line) -> Line:
    """The line behind the sign of a list item."""
    found = _BULLET.match(line.text)
    if found is None:
        return line
    return Line(line.text[found.end() :], line.start + found.end(), line.end, line.gap)


def extent(lines: Sequence[Line]) -> tuple[int, int]:
    """From the first character of the lines to the last."""
    return lines[0].start, lines[-1].end
