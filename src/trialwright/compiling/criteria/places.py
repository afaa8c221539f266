"""The places of criteria in a section: introductions go, what an "or" joins stays together.

Takes the places of points in their order, gives those of the criteria.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from trialwright.compiling.criteria.headings import counts, denies
from trialwright.compiling.criteria.line import Kind

_JOINT = re.compile(r"[\W_]*(?:and|or|and/or|且|并且|或|或者|和|及)[\W_]*", re.IGNORECASE)
_OR = re.compile(r"(?:\bor|或者?)[\W_]*$", re.IGNORECASE)


class Place(NamedTuple):
    """Where a criterion stands; `unsure` where an introduction before it leaves open what it is asked for."""

    start: int
    end: int
    unsure: bool = False


def criteria_of(plain: str, found: list[tuple[int, int]], kind: Kind) -> list[Place]:
    """The places without introductions, and with those together that an "or" joins."""
    out: list[Place] = []
    unsure = joined = False
    for start, end in found:
        if len(found) > 1 and _bare_intro(plain, start, end):
            said = plain[start:end]
            unsure = unsure or counts(said, kind) or denies(said)
            joined = False
            continue
        if end - start < 12 and _JOINT.fullmatch(plain, start, end):
            joined = joined or (
                bool(out) and kind != "exclusion" and _OR.search(plain, start, end) is not None
            )
            continue
        if joined and out:
            out[-1] = Place(out[-1].start, end, unsure)
        else:
            out.append(Place(start, end, unsure))
        joined = kind != "exclusion" and _OR.search(plain, max(start, end - 20), end) is not None
    return out


def _bare_intro(plain: str, start: int, end: int) -> bool:
    """Whether a point is only the introduction of the points behind it."""
    if end - start > 400:
        return False
    line = plain[start:end].rstrip()
    return line.endswith(":") and "\n" not in line and len(line.split()) <= 16
