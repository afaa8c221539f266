"""Lengths of time written at a token: `weeks`, `23+6 weeks`, `37 weeks and 6 days`, 两周.

Takes tokens and folded text, gives units and quantities of time; weeks with days are one length, never two.
"""

from __future__ import annotations

import re
from decimal import Decimal

from trialwright.compiling.criteria.line import Item, Quantity, Token
from trialwright.language.numbers import chinese_number
from trialwright.language.times import find_time_unit

HAN_NUMBER = "零一二三四五六七八九十两半"
_WEEKS = r"(?:weeks?|wks?|w)(?![a-z])|孕?周"
# "23+6 weeks", "16 0/7 weeks"; the first of a range may leave the word to the second.
_WEEK_DAYS = re.compile(
    rf"(?P<weeks>[0-9]{{1,2}})(?: ?\+ ?(?P<plus>[0-6])(?![0-9])| (?P<part>[0-6])/7)"
    rf" ?(?P<unit>{_WEEKS}|(?= ?(?:to|and|through|[-~]) ?[0-9]{{1,2}}(?: ?\+ ?[0-6]| [0-6]/7)))",
    re.IGNORECASE,
)
_WEEKS_AND_DAYS = re.compile(
    rf"(?P<weeks>[0-9]{{1,2}}) ?(?:{_WEEKS})(?: of [a-z]{{3,12}})? ?(?:and |\+ ?)?(?P<days>[0-6]) ?"
    r"(?P<unit>days?\b|d\b|天)(?! ?(?:/|per\b|a\b))",
    re.IGNORECASE,
)
_LETTERS = {"h": "h", "d": "d", "y": "a"}


def time_after(tokens: tuple[Token, ...], at: int) -> tuple[str, int] | None:
    """The unit of time written at a place, after a hyphen or not, and the place behind it."""
    if at < len(tokens) and tokens[at].text == "-":
        at += 1
    if at < len(tokens) and tokens[at].kind == "word":
        text = tokens[at].text
        if len(text) == 1:
            known = _LETTERS.get(text)
            return (known, at + 1) if known and tokens[at - 1].kind == "number" else None
        unit = find_time_unit(text.removesuffix("'").removesuffix("'s"))
        if unit is None:
            return None
        plural = [t.text for t in tokens[at + 1 : at + 4]]
        return unit, at + (4 if plural == ["(", "s", ")"] else 1)
    for length in (3, 2, 1):
        piece = tokens[at : at + length]
        if len(piece) == length and all(t.kind == "han" for t in piece):
            unit = find_time_unit("".join(t.text for t in piece))
            if unit:
                return unit, at + length
    return None


def time_of(value: Decimal, unit: str, start: int, last: Token, plain: str, raw: str = "") -> Item:
    """A length of time as an item that ends with the token of its unit."""
    text = plain[last.start : last.end]
    return Item("quantity", Quantity(value, unit, text, True, None, (), raw), start, last.end)


def han_time(tokens: tuple[Token, ...], at: int, items: list[Item]) -> int | None:
    """Adds a length of time written in Chinese (两周); the token behind it, or None."""
    end = at
    while end < len(tokens) and end < at + 3 and tokens[end].text in HAN_NUMBER:
        end += 1
    value = chinese_number("".join(t.text for t in tokens[at:end]))
    unit = time_after(tokens, end)
    if value is None or unit is None or tokens[end].text == "-":
        return None
    words = "".join(t.text for t in tokens[end : unit[1]])
    quantity = Quantity(value, unit[0], words, True)
    items.append(Item("quantity", quantity, tokens[at].start, tokens[unit[1] - 1].end))
    return unit[1]


def week_days(tokens: tuple[Token, ...], at: int, plain: str, items: list[Item]) -> int | None:
    """Weeks with days as one quantity, in days where the days are not nought."""
    start = tokens[at].start
    found = _WEEK_DAYS.match(plain, start) or _WEEKS_AND_DAYS.match(plain, start)
    if found is None:
        return None
    groups = found.groupdict()
    weeks = Decimal(found["weeks"])
    days = int(groups.get("plus") or groups.get("part") or groups.get("days") or 0)
    value, unit = (weeks * 7 + days, "d") if days else (weeks, "wk")
    quantity = Quantity(value, unit, found[0][len(found["weeks"]) :].strip(), True, None, (), found[0])
    items.append(Item("quantity", quantity, start, found.end()))
    return token_at(tokens, at, found.end())


def token_at(tokens: tuple[Token, ...], at: int, place: int) -> int:
    """The first token that begins at a place or after it."""
    while at < len(tokens) and tokens[at].start < place:
        at += 1
    return at
