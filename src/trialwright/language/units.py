"""Units of measurement as documents spell them, read at a place in folded text.

Takes spellings such as `cells/mm3`, `mL/min/1.73 m²` or `mm Hg`; gives the UCUM code and the words as
written.
Codes: UCUM (ucum.org). Whether a unit fits a concept, and its factor, is for the model to say.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple


class WrittenUnit(NamedTuple):
    """A unit found in a text: its UCUM code, its words, and where they end."""

    code: str
    text: str
    end: int


TABLE = Path(__file__).parent / "data" / "units.txt"
_AFTER_POWER = re.compile(
    r" ?(?:cells?|个|platelets|MSCs?)? ?(?:/|per ) ?"
    r"(?P<of>L|l|liter|litre|uL|ul|mcL|mcl|mm3|mm³|mm\^3|cumm|cu mm|mL|ml|kg)(?![A-Za-z])"
)
_VOLUME = {"l": "L", "liter": "L", "litre": "L", "ml": "mL", "kg": "kg"}


def read_table(text: str) -> dict[str, list[str]]:
    """The spellings of each UCUM code."""
    table: dict[str, list[str]] = {}
    code = ""
    for line in text.splitlines():
        if line.startswith("  "):
            table[code].extend(word.strip() for word in line.split(" | ") if word.strip())
        elif line and not line.startswith("#"):
            code = line.strip()
            table[code] = []
    return table


def _pattern(spelling: str) -> str:
    out = re.escape(spelling.strip())
    out = out.replace(r"\ per\ ", "/").replace(r"\ ", " ?")
    return out.replace("/", r" ?(?:/|per ) ?")


@cache
def _reader() -> tuple[re.Pattern[str], dict[str, str]]:
    codes: dict[str, str] = {}
    table = read_table(TABLE.read_text(encoding="utf-8"))
    for code, spellings in table.items():
        for spelling in spellings:
            codes[_key(spelling)] = code
    spelled = sorted({s for words in table.values() for s in words}, key=len, reverse=True)
    pattern = "|".join(_pattern(s) for s in spelled)
    return re.compile(rf" ?(?P<unit>{pattern})(?![A-Za-z0-9²³])", re.IGNORECASE), codes


def _key(spelling: str) -> str:
    return spelling.lower().replace(" per ", "/").replace("/per ", "/").replace(" ", "")


def read_unit(text: str, start: int, *, power: int | None = None) -> WrittenUnit | None:
    """The unit that begins at `start` (one blank may come before), or None.

    With `power` the unit belongs to a power of ten: `x 10^9` and `/L` are one unit.

    >>> read_unit("50 cells/mm3", 2)
    WrittenUnit(code='/uL', text='cells/mm3', end=12)
    """
    if power is not None and (counted := _AFTER_POWER.match(text, start)):
        of = counted["of"].lower()
        code = f"10*{power}/{_VOLUME.get(of, 'uL')}"
        return WrittenUnit(code, counted[0].strip(), counted.end())
    pattern, codes = _reader()
    found = pattern.match(text, start)
    if found is None:
        return None
    written = found["unit"]
    key = _key(written)
    if written.replace(" ", "") in ("G/L", "G/l"):
        # A capital G is giga: cells, not grams.
        return WrittenUnit("10*9/L", written, found.end())
    known = codes.get(key) or codes.get(key.replace("per", "/"))
    return None if known is None else WrittenUnit(known, written, found.end())
