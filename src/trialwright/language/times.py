"""Lengths of time in words: the units of a calendar, and calendar periods made of them.

Takes a number and a word ("6", "months"; "两", "周"), gives the UCUM unit and an ISO 8601 period.
"""

from __future__ import annotations

from decimal import Decimal

from trialwright.model.period import Period

# UCUM unit, and the words for it in lower case.
_WORDS = {
    "a": "year years yr yrs y yo 年 岁 周岁",
    "mo": "month months mo mos mth mths 个月 月",
    "wk": "week weeks wk wks 周 个周 星期 个星期",
    "d": "day days 天 日",
    "h": "hour hours hr hrs h 小时 个小时",
    "min": "minute minutes min mins 分钟",
}
UNITS = {word: unit for unit, words in _WORDS.items() for word in words.split()}
_LETTER = {"a": "Y", "mo": "M", "wk": "W", "d": "D", "h": "H", "min": "M"}
_SMALLER = {"a": ("mo", 12), "wk": ("d", 7), "d": ("h", 24), "h": ("min", 60)}


def find_time_unit(word: str) -> str | None:
    """The UCUM unit that a word means, or None.

    >>> find_time_unit("Months"), find_time_unit("周"), find_time_unit("weeks'")
    ('mo', 'wk', 'wk')
    """
    lower = word.lower()
    return UNITS.get(lower) or (UNITS.get(lower.rstrip("s").rstrip("'")) if "'" in lower else None)


def make_period(number: Decimal, unit: str, *, before: bool = False) -> Period | None:
    """The period of that many units; a broken number goes to the smaller unit where that is exact.

    >>> str(make_period(Decimal("1.5"), "a")), str(make_period(Decimal(30), "d", before=True))
    ('P18M', '-P30D')
    """
    while number != number.to_integral_value():
        if unit not in _SMALLER:
            return None
        unit, times = _SMALLER[unit]
        number *= times
    if not 0 <= number < 1_000_000:
        return None
    time = "T" if unit in ("h", "min") else ""
    return Period(f"{'-' if before else ''}P{time}{int(number)}{_LETTER[unit]}")
