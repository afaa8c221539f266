"""The lines of an eligibility text: where each begins, how far it is indented, which bullet it carries.

Takes folded text, gives its rows; a heading inside of a line begins a row of its own.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from trialwright.compiling.criteria.headings import breaks

MOST_ROWS = 20_000


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


BULLET = re.compile(
    r"(?P<sign>[-*•·○◦▪●■□➢✓→+o](?= )|[-•·●▪■➢○◦](?=[^\s\-\d<>=.])|\*(?=[A-Z]))"
    r"|(?P<circled>[①-⑳])"
    r"|(?P<open>\(?)(?:(?P<number>[0-9]{1,2})|(?P<roman>[ivx]{2,4})|(?P<letter>[a-zA-Z]))(?P<close>[.):,](?:[)](?=\s))?)"
    r"(?=\s|[^\s0-9.,;:)]|(?<=[0-9]\))[0-9]"
    r"|(?P<glued>[0-9]{1,2} ?(?:个月|[周天年岁])))",
)


def rows_of(plain: str) -> list[Row]:
    """The lines, with headings inside of a line broken off; not more than `MOST_ROWS`."""
    places = [0, *breaks(plain), len(plain)]
    rows: list[Row] = []
    gap = False
    for start, end in itertools.pairwise(places):
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
                rows.append(row_at(plain, at, stop, content, gap))
                gap = False
            at = stop + 1
            if len(rows) > MOST_ROWS:
                return rows
    return rows


def row_at(plain: str, start: int, end: int, content: int, gap: bool) -> Row:
    """The line from `start` to `end`, whose words or bullet begin at `content`."""
    found = BULLET.match(plain, content, end)
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
