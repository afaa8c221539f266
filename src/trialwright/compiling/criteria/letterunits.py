"""Letters behind a number that are a unit only by their case and by the size of the number.

Takes folded text, a place and a number, gives the quantity: `450 m` is a distance where `6 m` may be months,
`37.5C` is a fever, `15K` are thousands, `> 2N` is twice the upper limit of normal.
"""

from __future__ import annotations

import re
from decimal import Decimal

from trialwright.compiling.criteria.line import Quantity

_END = r"(?![A-Za-z0-9'/-])"
# Letter, UCUM code, and the numbers between which it is that unit.
_UNITS = (
    (re.compile(rf" ?m{_END}"), "m", 100, 100_000),
    (re.compile(rf" ?C{_END}"), "Cel", 30, 45),
    (re.compile(rf" ?F{_END}"), "[degF]", 90, 112),
    (re.compile(rf"L{_END}"), "L", 0, 100),
    (re.compile(rf"U{_END}"), "U", 0, 1_000_000),
)
_THOUSANDS = re.compile(rf"K{_END}")
_NORMAL = re.compile(rf" ?N{_END}")
_MOST_TIMES = 10


def read_letter(plain: str, place: int, value: Decimal) -> tuple[Quantity, int] | None:
    """The number with the letter behind it, and where that ends; None where the letter is no unit."""
    if not plain[place : place + 2].lstrip()[:1].isalpha():
        return None
    for pattern, code, least, most in _UNITS:
        if least <= value <= most and (found := pattern.match(plain, place)):
            return Quantity(value, code, found[0].strip()), found.end()
    if (found := _THOUSANDS.match(plain, place)) is not None:
        return Quantity(value * 1000), found.end()
    if value <= _MOST_TIMES and (found := _NORMAL.match(plain, place)) is not None:
        return Quantity(value, relative_to="ULN", notes=("normal_by_letter",)), found.end()
    return None
