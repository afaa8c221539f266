"""One line for a criterion that is wrapped over several, with the way back to the places of its text.

Takes raw text, gives it with one blank for every run of blanks and for every end of line that only wraps;
nested points keep their lines and their indentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from trialwright.compiling.criteria.tokenize import NESTED
from trialwright.language.folding import fold
from trialwright.model.source import Span

_RUN = re.compile(rf"(?P<kept>{NESTED})|(?:\n|[^\S\n](?=\s))(?:(?!{NESTED})\s)*")
# A bullet may be written in full-width signs; entities and tags keep their characters here.
_SIGNS = str.maketrans({sign: fold(sign) for sign in map(chr, (0x3002, 0x2212, *range(0xFF01, 0xFF5F)))})
_SIGNS |= str.maketrans({sign: fold(sign) for sign in map(chr, range(0x2010, 0x2016))})


def is_wrapped(text: str) -> bool:
    """Whether there is something to unwrap."""
    return "\n" in text or "  " in text


def unwrap(text: str) -> tuple[str, Callable[[int, int], Span]]:
    r"""The text on one line, and the function that gives the place of a part of it in the text.

    >>> line, place = unwrap("at least 8.5\n  g/dL")
    >>> line, place(13, 17)
    ('at least 8.5 g/dL', (15, 19))
    """
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for run in _RUN.finditer(text.translate(_SIGNS)):
        if run["kept"] is not None:
            continue
        pieces += (text[at : run.start()], " ")
        places.extend(range(at, run.start() + 1))
        at = run.end()
    pieces.append(text[at:])
    places.extend(range(at, len(text)))

    def place(start: int, end: int) -> Span:
        if start == end:
            found = places[start] if start < len(places) else len(text)
            return found, found
        return places[start], places[end - 1] + 1

    return "".join(pieces), place
