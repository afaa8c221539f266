"""Numbers with their units, read where a token begins: `1.5 x 10^9/L`, `18-year-old`, `twenty-four hours`.

Takes tokens and folded text, adds quantities to the items, gives the next token; what only looks like a
number with a value (a time of day, a ratio, a percentile, an ordinal) stays a word.
"""

from __future__ import annotations

import re
from decimal import Decimal

from trialwright.compiling.criteria.letterunits import read_letter
from trialwright.compiling.criteria.line import Item, Quantity, Token
from trialwright.compiling.criteria.timeunits import time_after, time_of, token_at, week_days
from trialwright.compiling.criteria.tokenize import PARTED
from trialwright.language.numbers import WORDS, Number, read_number, read_words
from trialwright.language.units import WrittenUnit, read_unit

_TIMES_OF_DAY = re.compile(r"[0-9]{1,3}:[0-9]{1,4}(?![0-9])(?:-[0-9]{1,2}:[0-9]{2}(?![0-9]))?")
_RANK = re.compile(
    r" ?(?:%|st\b|nd\b|rd\b|th\b)?[ -]?(?P<hundredth>(?:per)?centiles?\b|(?:(?<=%)|%)t?iles?\b|百分位)?",
    re.IGNORECASE,
)
_GRADE = re.compile(r"(?:st|nd|rd|th)[ -](?=grade)", re.IGNORECASE)
_OLD = re.compile(r" ?(?:y ?[/.] ?o|yo)\b\.?", re.IGNORECASE)
_THOUSAND_DOT = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
# What stands between a number and its unit of time without changing it; "gestational" says what is timed.
_FULL = {"completed", "complete", "consecutive", "full", "calendar", "whole", "continuous", "successive"}
_TIMED = {"gestational", "gestation", "postnatal", "postmenstrual", "pregnancy"}
_LIMIT = re.compile(r"(?:ULN|UNL|LLN)(?![A-Za-z])")


def is_decimal(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a point begins a number like .5, after a blank."""
    return (
        at + 1 < len(tokens)
        and tokens[at + 1].kind == "number"
        and tokens[at + 1].start == tokens[at].end
        and (at == 0 or tokens[at - 1].end < tokens[at].start)
    )


def is_negative(tokens: tuple[Token, ...], at: int, items: list[Item]) -> bool:
    """Whether a hyphen is the sign of the number behind it: `T-score < -2.5`."""
    if not (items and tokens[at].text == "-" and at + 1 < len(tokens) and tokens[at + 1].kind == "number"):
        return False
    before = items[-1]
    gap = tokens[at + 1].start - tokens[at].end
    if before.kind in ("cmp", "between") or (
        before.kind == "range" and before.end - before.start > 1 and before.end < tokens[at].start
    ):
        # "< - 2.5", "to - 8"
        return gap <= 1
    return gap == 0 and (
        before.kind == "noise" or (before.kind in ("range", "and", "or") and before.end < tokens[at].start)
    )


def is_positive(tokens: tuple[Token, ...], at: int, items: list[Item]) -> bool:
    """Whether a plus is the sign of the number behind it: `from +2 to -3`."""
    return (
        tokens[at].text == "+"
        and at + 1 < len(tokens)
        and tokens[at + 1].kind == "number"
        and bool(items)
        and items[-1].kind in ("cmp", "between", "range")
    )


def is_long_number(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a number in words of more than one begins here: `twenty-four`."""
    said = read_words([t.key for t in tokens[at : at + 3]]) if tokens[at].key in WORDS else None
    return said is not None and said[1] > 1


def word_number(tokens: tuple[Token, ...], at: int, plain: str, items: list[Item]) -> int:
    """Adds what a number in words says: a quantity where a unit follows, else a count."""
    said = read_words([t.key for t in tokens[at : at + 3]])
    if said is None:
        return _word(tokens, at, tokens[at].end, items)
    value, taken = said
    start, end = tokens[at].start, at + taken
    if (
        end + 2 < len(tokens)
        and tokens[end].text == "("
        and tokens[end + 1].text == str(value)
        and tokens[end + 2].text == ")"
    ):
        # "two (2) weeks" says its number twice.
        end += 3
    unit = time_after(tokens, end)
    if unit is not None:
        items.append(time_of(Decimal(value), unit[0], start, tokens[unit[1] - 1], plain))
        return unit[1]
    written = read_unit(plain, tokens[end - 1].end) if end < len(tokens) else None
    if written is not None:
        quantity = Quantity(Decimal(value), written.code, written.text)
        items.append(Item("quantity", quantity, start, written.end))
        return token_at(tokens, end, written.end)
    items.append(Item("count", value, start, tokens[end - 1].end))
    return end


def read_quantity(
    tokens: tuple[Token, ...], at: int, plain: str, items: list[Item], *, sign: bool = False
) -> int:
    """Adds the quantity that begins here; gives the token behind it."""
    start = tokens[at + sign].start
    tied = (
        at > 0
        and not sign
        and tokens[at - 1].end == start
        and tokens[at - 1].kind == "word"
        and tokens[at - 1].text not in PARTED
    )
    if tied:
        return _word(tokens, at, tokens[at].end, items)
    if (no_value := _TIMES_OF_DAY.match(plain, start)) is not None:
        return _word(tokens, at, no_value.end(), items)
    number = read_number(plain, start)
    if number is None:
        return _word(tokens, at, tokens[at].end, items)
    if not sign and (dated := week_days(tokens, at, plain, items)):
        return dated
    place = number.end
    rank = _RANK.match(plain, place)
    if rank is not None and rank["hundredth"]:
        # A percentile compares with other people: it is no value of the measure.
        return _word(tokens, at, rank.end(), items)
    grade = _GRADE.match(plain, place)
    if grade is not None:
        place = grade.end()
    first = tokens[at].start
    if sign:
        number = number._replace(value=-number.value, raw=f"-{number.raw}")
    plus = _plus(plain, place, items)
    if plus:
        place = plain.index("+", place) + 1
    elif (twice := _said_twice(plain, place, number.value)) is not None:
        place = twice
    end = _timed(tokens, at, plain, items, number, place, first)
    if end is None:
        end = _measured(tokens, at, plain, items, number, place, first)
    if plus and items[-1].kind == "quantity":
        # "60+ years": what stands behind the sign is the unit.
        until = items[-1].end
        items[-1] = items[-1]._replace(end=place - 1)
        items.append(Item("post", ("low", True), place - 1, until))
    elif _is_open(tokens, end, items[-1]):
        # "18 years +"
        items.append(Item("post", ("low", True), tokens[end].start, tokens[end].end))
        end += 1
    return end


def _is_open(tokens: tuple[Token, ...], at: int, item: Item) -> bool:
    """Whether a plus stands behind a length of time, and no number behind the plus."""
    return (
        at < len(tokens)
        and tokens[at].text == "+"
        and item.kind == "quantity"
        and item.value.time
        and (at + 1 == len(tokens) or tokens[at + 1].kind != "number")
    )


def _word(tokens: tuple[Token, ...], at: int, end: int, items: list[Item]) -> int:
    items.append(Item("word", None, tokens[at].start, end))
    return max(at + 1, token_at(tokens, at, end))


def _plus(plain: str, place: int, items: list[Item]) -> bool:
    """Whether a plus behind a number means "and more": `60+ years`, `aged 18+`."""
    rest = plain[place : place + 12].lstrip()
    if not rest.startswith("+"):
        return False
    behind = rest[1:].lstrip()
    if behind[:1].isdigit():
        return False
    if items and (items[-1].kind == "age" or (items[-1].kind == "term" and items[-1].value.kind == "score")):
        return True
    return behind.startswith(("year", "yr", "y/o", "y.o", "岁"))


def _said_twice(plain: str, place: int, value: Decimal) -> int | None:
    """Behind the words of `18 (eighteen) years`."""
    if plain[place : place + 2].lstrip()[:1] != "(":
        return None
    opened = plain.index("(", place)
    closed = plain.find(")", opened, opened + 24)
    words = plain[opened + 1 : closed].replace("-", " - ").split() if closed > 0 else []
    said = read_words(words)
    return closed + 1 if said is not None and (Decimal(said[0]), said[1]) == (value, len(words)) else None


def _timed(
    tokens: tuple[Token, ...],
    at: int,
    plain: str,
    items: list[Item],
    number: Number,
    place: int,
    start: int,
) -> int | None:
    """Adds a length of time, with the words that stand inside it; the token behind, or None."""
    behind = token_at(tokens, at, place)
    if behind >= len(tokens) or number.power is not None:
        return None
    old = _OLD.match(plain, place)
    if old is not None:
        quantity = Quantity(number.value, "a", old[0].strip(), True, None, (), number.raw)
        items.append(Item("quantity", quantity, start, place))
        items.append(Item("age", None, old.end() - len(old[0].lstrip()), old.end()))
        return token_at(tokens, behind, old.end())
    inner: list[Token] = []
    while (
        behind + 1 < len(tokens)
        and len(inner) < 2
        and tokens[behind].kind == "word"
        and tokens[behind].text.lower() in _FULL | _TIMED
    ):
        inner.append(tokens[behind])
        behind += 1
    unit = time_after(tokens, behind)
    if unit is None:
        return None
    last = tokens[unit[1] - 1]
    if not inner:
        longer = read_unit(plain, place)
        if longer is not None and longer.end > last.end:
            # "days per week" is no length of time.
            return None
    named = [t for t in inner if t.text.lower() in _TIMED]
    item = time_of(number.value, unit[0], start, last, plain, number.raw)
    if number.notes:
        item = item._replace(value=item.value._replace(notes=number.notes))
    if named:
        # The word stays for the concept; the quantity ends before it.
        items.append(item._replace(end=place))
        items.append(Item("word", None, named[0].start, named[-1].end))
    else:
        items.append(item)
    end = unit[1]
    if end + 1 < len(tokens) and tokens[end].text == "-" and tokens[end + 1].key == "old":
        items.append(Item("age", None, tokens[end + 1].start, tokens[end + 1].end))
        return end + 2
    return end


def _measured(
    tokens: tuple[Token, ...],
    at: int,
    plain: str,
    items: list[Item],
    number: Number,
    place: int,
    start: int,
) -> int:
    """Adds a number with its unit of measurement, or without one."""
    written = read_unit(plain, place, power=number.power)
    lettered = read_letter(plain, place, number.value) if written is None and number.power is None else None
    if lettered is not None:
        quantity, end = lettered
        quantity = quantity._replace(notes=(*number.notes, *quantity.notes), raw=number.raw)
        items.append(Item("quantity", quantity, start, end))
        return token_at(tokens, at, end)
    value, notes, scale = number.value, number.notes, number.scale
    code, text, end = (written.code, written.text, written.end) if written else (None, None, place)
    if written is not None:
        end = _said_in_brackets(plain, written)
    if number.power is not None and (code is None or not code.startswith("10*")):
        value, scale = value.scaleb(number.power), number.power
    if _is_thousands(number, written):
        value, notes = Decimal(int(value * 1000)), (*notes, "thousand_mark")
    after = plain[end : end + 1]
    if (
        written is None
        and place == number.end
        and after.isalpha()
        and after.isascii()
        and after not in "xX"
        and not _LIMIT.match(plain, end)
    ):
        # Letters that no unit begins with: a name such as "3T".
        return _word(tokens, at, tokens[at].end, items)
    quantity = Quantity(value, code, text, False, None, notes, number.raw, scale)
    items.append(Item("quantity", quantity, start, end))
    return token_at(tokens, at, end)


def _said_in_brackets(plain: str, written: WrittenUnit) -> int:
    """Behind the unit, and behind a bracket that says it again: `milligrams per deciliter (mg/dL)`."""
    opened = written.end + (plain[written.end : written.end + 1] == " ")
    if plain[opened : opened + 1] != "(":
        return written.end
    again = read_unit(plain, opened + 1)
    if again is None or again.code != written.code or plain[again.end : again.end + 1] != ")":
        return written.end
    return again.end + 1


def _is_thousands(number: Number, written: WrittenUnit | None) -> bool:
    """Whether the point of `50.000 /mmc` parts thousands."""
    return (
        written is not None
        and written.code in ("/uL", "10*9/L", "10*3/uL")
        and _THOUSAND_DOT.fullmatch(number.raw) is not None
        and number.value < 1000
        and number.power is None
    )
