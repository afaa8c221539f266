"""Headers of an outline: what is said once over points that follow it, as a count or a denial.

Takes the items of a header and those of each point, gives their tree; None where the header only names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trialwright.compiling.criteria.counting import NUMBERS, operator
from trialwright.compiling.criteria.line import Item, span_of
from trialwright.compiling.criteria.outlining.lists import Spread, grouped
from trialwright.compiling.criteria.stances import Stance, stance_of
from trialwright.model.expression import AllOf, AtLeast, Expr, Not

if TYPE_CHECKING:
    from trialwright.compiling.criteria.outlining.draft import Draft

_COUNT = re.compile(
    r"(?:(?:at least|minimum of|any|>=|≥) ?)?\b(?P<n>one|two|three|four|five|six|[1-9])(?: \([0-9]\))?"
    r"(?: or more)?(?: other| additional)? (?:of|from|out of) (?:the |these |any )?(?:[a-z0-9]+ )?"
    r"(?:following|these|below|signs|symptoms|criteria)\b[^:]{0,60}$"
)
_EVERY = re.compile(
    r"\b(?:all|both|each) (?:of )?(?:the )?(?:following|these|below)\b|同时(?:符合|满足|具备)|全部"
)


def over_points(draft: Draft, header: list[Item], points: list[list[Item]]) -> Expr | None:
    """Read "gout, defined by at least two of the following signs" and "must not have any of these"."""
    if not header or not points:
        return None
    said = draft.lower(header)
    span = span_of([*header, *(i for p in points for i in p)])
    stance = stance_of(said)
    if stance is not None:
        return _denied(draft, header, points, stance, span)
    if len(points) < 2:
        return None
    made = operator(draft, header, points)
    if made is not None:
        return made
    found = _COUNT.search(said)
    if found is None:
        return grouped("all", _read(draft, points), span) if _EVERY.search(said) else None
    of = _read(draft, points)
    n = NUMBERS.get(found["n"]) or int(found["n"])
    if n > len(of):
        return None
    told = AtLeast(n=n, of=tuple(of), span=span)
    before = [i for i in header if i.end <= header[0].start + found.start()]
    subject = draft.listed(before) if any(i.kind == "term" for i in before) else None
    return told if subject is None else AllOf(of=(subject, told), span=span)


def _denied(
    draft: Draft, header: list[Item], points: list[list[Item]], stance: Stance, span: Spread
) -> Expr | None:
    """Deny the points; where it is open what is denied, no point decides."""
    before = draft.sure
    if stance == "open":
        draft.sure = None
    try:
        of = _read(draft, points)
        told = draft.listed(header) if stance == "open" and any(i.kind == "term" for i in header) else None
    finally:
        draft.sure = before
    if told is not None:
        return grouped("any" if draft.exclusion else "all", [told, *of], span)
    held = grouped("any", of, span)
    if held is None or (draft.exclusion and stance != "none"):
        return held
    return Not(of=held, span=span)


def _read(draft: Draft, points: list[list[Item]]) -> list[Expr]:
    return [e for e in (draft.paragraph(p) for p in points) if e is not None]
