"""Units of measurement as documents spell them, read at a place in folded text.

Takes spellings such as `cells/mm3`, `mL/min/1.73 m²` or `mm Hg`; gives the UCUM code and the words as
written. A unit that the table lacks is put together from its parts (`ug/kg/min`). Codes: UCUM (ucum.org).
Whether a unit fits a concept, and its factor, is for the model to say.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple


class WrittenUnit(NamedTuple):
    """A unit found in a text: its UCUM code, its words, and where they end."""

    code: str
    text: str
    end: int


TABLE = Path(__file__).parent / "data" / "units.txt"
PARTS = Path(__file__).parent / "data" / "unit_parts.txt"
_AFTER_POWER = re.compile(
    r" ?(?:cells?|个|platelets|MSCs?|WBCs?|leu[ck]ocytes|neutrophils|lymphocytes)? ?(?:/|per ) ?"
    r"(?P<of>l|liter|litre|ul|mcl|mm ?\^? ?[3³]|cumm|cu mm|ml|kg)(?![A-Za-z])",
    re.IGNORECASE,
)
_VOLUME = {"l": "L", "liter": "L", "litre": "L", "ml": "mL", "kg": "kg"}
_STROKE = r" ?(?:/|per ) ?"
_END = r"(?![A-Za-z0-9²³])"
# A counted noun before the stroke: "platelets/uL".
_COUNTED = re.compile(
    r" ?[A-Za-z]{3,16} ?(?:/|per ) ?"
    r"(?P<of>mm ?\^? ?[3³]|cumm|cu mm|u[lL]|mc[lL]|micro[lL]|microlit(?:er|re)|[mM]?[lL]"
    r"|hpf|HPF|high[ -]power(?:ed)? fields?)" + _END
)
_FIELD = {"l": "/L", "ml": "/mL", "hpf": "/[HPF]"}

# A capital M is molar: an amount in a litre, not a length or a time of day.
_MOLAR = re.compile(r" ?(?P<of>[munpµμ])M(?:/[lL])?(?![A-Za-z0-9/])")


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
    # The exponent of an area or a volume may stand apart or raised: "kg/m^ 2", "/mm³".
    out = re.sub(r"(?<=/)([mc]?m)([23])(?!\d)", r"\1 ?(?:\\^ ?)?\2", out)
    out = re.sub(r"(?<= \?m)([23])(?!\d)", r" ?(?:\\^ ?)?\1", out)
    out = re.sub(r"(?<=m \?\(\?:\\\^ \?\)\?)([23])", lambda m: f"[{m[1]}{'²' if m[1] == '2' else '³'}]", out)
    return out.replace("/", _STROKE)


def _key(spelling: str) -> str:
    plain = spelling.lower().replace("²", "2").replace("³", "3").replace("^", "")
    return plain.replace(" per ", "/").replace("/per ", "/").replace(" ", "")


class _Reader(NamedTuple):
    """For each first letter the pattern of the units that begin with it; their codes."""

    whole: dict[str, str]
    parted: dict[str, str]
    below: re.Pattern[str]
    codes: dict[str, str]
    parts: dict[str, str]


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, made when the first unit of its letter comes."""
    return re.compile(pattern, re.IGNORECASE)


def _by_letter(spellings: list[str], behind: str) -> dict[str, str]:
    letters: dict[str, list[str]] = {}
    for spelling in sorted(spellings, key=len, reverse=True):
        first = spelling.strip()[0].lower()
        for letter in ("/", "p") if first == "/" else (first,):
            letters.setdefault(letter, []).append(_pattern(spelling))
    return {letter: rf" ?(?P<unit>{'|'.join(patterns)}){behind}" for letter, patterns in letters.items()}


@cache
def _reader() -> _Reader:
    table = read_table(TABLE.read_text(encoding="utf-8"))
    parts = read_table(PARTS.read_text(encoding="utf-8"))
    codes = {_key(s): code for code, spellings in table.items() for s in spellings}
    named = {_key(s): code for code, spellings in parts.items() for s in spellings}
    part = "|".join(
        re.escape(s).replace(r"\ ", " ?")
        for s in sorted((s for words in parts.values() for s in words), key=len, reverse=True)
    )
    return _Reader(
        _by_letter([s for words in table.values() for s in words], _END),
        _by_letter([s for words in parts.values() for s in words], r"(?= ?(?:/|per ))"),
        re.compile(rf"{_STROKE}(?P<part>{part}){_END}", re.IGNORECASE),
        codes,
        named,
    )


def read_unit(text: str, start: int, *, power: int | None = None) -> WrittenUnit | None:
    """The unit that begins at `start` (one blank may come before), or None.

    With `power` the unit belongs to a power of ten: `x 10^9` and `/L` are one unit.

    >>> read_unit("50 cells/mm3", 2)
    WrittenUnit(code='/uL', text='cells/mm3', end=12)
    >>> read_unit("4 ug/kg/min", 1).code
    'ug/kg/min'
    """
    if power is not None and (counted := _AFTER_POWER.match(text, start)):
        of = counted["of"].lower()
        code = f"10*{power}/{_VOLUME.get(of, 'uL')}"
        return WrittenUnit(code, counted[0].strip(), counted.end())
    first = text[start : start + 2].lstrip()[:1].lower()
    reader = _reader()
    known = _known(reader, first, text, start)
    return _composed(reader, first, text, start, known) or known or _counted(first, text, start)


def _known(reader: _Reader, first: str, text: str, start: int) -> WrittenUnit | None:
    """A unit of the table."""
    molar = _MOLAR.match(text, start)
    if molar is not None:
        of = molar["of"] if molar["of"].isascii() else "u"
        return WrittenUnit(f"{of}mol/L", molar[0].strip(), molar.end())
    pattern = reader.whole.get(first)
    found = _compiled(pattern).match(text, start) if pattern is not None else None
    if found is None:
        return None
    written = found["unit"]
    if written.replace(" ", "") in ("G/L", "G/l"):
        # A capital G is giga: cells, not grams.
        return WrittenUnit("10*9/L", written, found.end())
    key = _key(written)
    code = reader.codes.get(key) or reader.codes.get(key.replace("per", "/"))
    return None if code is None else WrittenUnit(code, written, found.end())


def _composed(
    reader: _Reader, first: str, text: str, start: int, known: WrittenUnit | None
) -> WrittenUnit | None:
    """A unit of parts that reaches further than the one of the table."""
    if known is not None:
        code, begin, end = known.code, known.end - len(known.text), known.end
    else:
        pattern = reader.parted.get(first)
        found = _compiled(pattern).match(text, start) if pattern is not None else None
        if found is None:
            return None
        code, begin, end = reader.parts[_key(found["unit"])], found.start("unit"), found.end()
    whole = end if known is not None else None
    for _ in range(3):
        below = reader.below.match(text, end)
        if below is None:
            break
        code, end = f"{code}/{reader.parts[_key(below['part'])]}", below.end()
    if end == whole or (whole is None and "/" not in code):
        return None
    return WrittenUnit(code, text[begin:end], end)


def _counted(first: str, text: str, start: int) -> WrittenUnit | None:
    """Things counted in a volume: `platelets/uL`."""
    found = _COUNTED.match(text, start) if first.isalpha() else None
    if found is None:
        return None
    of = found["of"].lower()
    code = "/[HPF]" if of.startswith("high") else _FIELD.get(of, "/uL")
    return WrittenUnit(code, found[0].strip(), found.end())
