"""Numbers as documents write them: decimals, thousands, powers of ten, words, Chinese.

Takes folded text and a place in it; gives the number, the power of ten written after it, and notes on what
was taken to be meant (`10E9` is read as 10 to the 9th, `x109/L` has lost its exponent).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple


class Number(NamedTuple):
    """A number read at a place: its value, the power of ten apart, where it ends, and notes."""

    value: Decimal
    power: int | None
    end: int
    notes: tuple[str, ...] = ()
    raw: str = ""
    # The power of ten that a word such as "thousand" has put into the value.
    scale: int = 0


_DIGITS = re.compile(
    r"(?P<indian>[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?![0-9,]))"
    r"|(?P<mixed>(?P<whole>[0-9]{1,2})(?: 1/2(?![0-9/])| ?½))"
    r"|(?P<thousands>[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]{1,12})?)"
    r"|(?P<blanks>[1-9][0-9]{0,2}(?: 000)+(?![0-9]))"
    r"|(?P<comma>(?:[0-9]{1,6},[0-9]{1,2}|0,[0-9]{1,6})(?![0-9.,]))"
    r"|(?P<plain>(?:[0-9]{1,15}(?:\.[0-9]{1,12})?|\.[0-9]{1,6}))"
)
_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_POWER = re.compile(
    r" ?(?P<sign>[x×*·X]) ?10 ?(?:(?P<mark>\^|\*\*|\*|[eE]\+?|的) ?(?P<exp>[0-9]{1,2})(?![0-9])"
    r"(?: ?次[方幂])?|的(?P<han>[三六九])次[方幂]"
    r"|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})|\((?P<boxed>1?[0-9])\)"
    r"|(?P<lost>1?[0-9])(?= ?/| ?(?:cells|copies)\b| ?个)|(?P<none>(?![0-9.])))"
)
# "1.5 109/L" has lost the sign too.
_LOST_SIGN = re.compile(r" 10(?P<lost>[369]|12)(?= ?/ ?(?:[lL]|u[lL]|m[lL]|mm)(?![a-z]))")
_OWN_POWER = re.compile(
    r" ?(?:(?P<mark>\^|\*\*|\*|[eE]\+?) ?(?P<exp>[0-9]{1,2})(?![0-9])|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))"
)
_SCALED = re.compile(
    r" ?(?:(?P<word>thousand|million|billion|lakh|lac|crore)s?(?![a-z])"
    r"|(?P<han>[万亿]|千(?![克卡米焦帕瓦])))",
    re.IGNORECASE,
)
_SCALE = {
    "thousand": 3,
    "million": 6,
    "billion": 9,
    "lakh": 5,
    "lac": 5,
    "crore": 7,
    "千": 3,
    "万": 4,
    "亿": 8,
}
_SCIENCE = re.compile(r"[eE][+]?(?P<exp>[0-9]{1,2})(?![0-9A-Za-z])")
WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}


def read_number(text: str, start: int) -> Number | None:
    """The number that begins at `start`, or None; an unfinished power of ten gives no number.

    >>> read_number("2.5*10E9/L", 0)[:2]
    (Decimal('2.5'), 9)
    >>> read_number("1.5 x 10/kg", 0) is None
    True
    """
    found = _DIGITS.match(text, start)
    if found is None:
        return None
    raw, end, notes = found[0], found.end(), []
    if found["mixed"]:
        value = Decimal(found["whole"]) + Decimal("0.5")
    elif found["thousands"] or found["indian"]:
        value = Decimal(raw.replace(",", ""))
    elif found["blanks"]:
        value = Decimal(raw.replace(" ", ""))
    elif found["comma"]:
        value = Decimal(raw.replace(",", "."))
        notes.append("decimal_comma")
    else:
        value = Decimal(raw)
    if end < len(text) and text[end].isdigit() and text[end] not in "⁰¹²³⁴⁵⁶⁷⁸⁹":
        return None
    if raw == "10" and (own := _OWN_POWER.match(text, end)):
        return _with_power(Decimal(1), own, notes, raw)
    if (science := _SCIENCE.match(text, end)) and raw != "10":
        return Number(value, int(science["exp"]), science.end(), tuple(notes), raw)
    if (scaled := _SCALED.match(text, end)) is not None:
        named = (scaled["word"] or scaled["han"]).lower()
        scale = _SCALE[named]
        return Number(value.scaleb(scale), None, scaled.end(), tuple(notes), raw, scale)
    power = _POWER.match(text, end)
    if power is None:
        power = _LOST_SIGN.match(text, end)
    if power is None:
        return Number(value, None, end, tuple(notes), raw)
    if power.groupdict().get("none") is not None:
        return None
    return _with_power(value, power, notes, raw)


def _with_power(value: Decimal, found: re.Match[str], notes: list[str], raw: str) -> Number:
    groups = found.groupdict()
    if groups.get("lost"):
        notes.append("exponent_lost")
        exponent = int(groups["lost"])
    elif groups.get("boxed"):
        exponent = int(groups["boxed"])
    elif groups.get("han"):
        exponent = _CHINESE[groups["han"]]
    elif groups.get("raised"):
        exponent = int(groups["raised"].translate(_SUPER))
    else:
        exponent = int(groups["exp"])
        if (groups.get("mark") or "").lower().startswith("e"):
            notes.append("ten_e")
    return Number(value, exponent, found.end(), tuple(notes), raw)


def read_words(words: Sequence[str]) -> tuple[int, int] | None:
    """The whole number that words begin with, and how many of them it takes.

    >>> read_words(["twenty", "-", "four", "hours"]), read_words(["ten", "kilometres"])
    ((24, 3), (10, 1))
    """
    if not words or (tens := WORDS.get(words[0].lower())) is None:
        return None
    behind = 2 if len(words) > 2 and words[1] == "-" else 1
    units = WORDS.get(words[behind].lower()) if len(words) > behind else None
    if tens >= 20 and units is not None and 0 < units < 10:
        return tens + units, behind + 1
    return tens, 1


def chinese_number(text: str) -> Decimal | None:
    """The number that Chinese characters write, up to 99, or a half.

    >>> chinese_number("十二"), chinese_number("半")
    (Decimal('12'), Decimal('0.5'))
    """
    if text == "半":
        return Decimal("0.5")
    if not text or any(c not in _CHINESE and c != "十" for c in text) or text.count("十") > 1:
        return None
    if "十" not in text:
        return Decimal(_CHINESE[text]) if len(text) == 1 else None
    tens, units = text.split("十")
    if len(tens) > 1 or len(units) > 1:
        return None
    return Decimal(_CHINESE.get(tens, 1) * 10 + _CHINESE.get(units, 0))
