"""Numbers with their units, read where a token begins: `1.5 x 10^9/L`, `18-year-old`, `23+6 weeks`, 两周.

Takes tokens and folded text, adds quantities to the items, gives the next token; what only looks like a
number with a value (a time of day, a ratio, a percentile, an ordinal) stays a word.
"""

from __future__ import annotations

import re
from decimal import Decimal

from trialwright.compiling.criteria.line import Item, Quantity, Token
from trialwright.language.numbers import Number, chinese_number, read_number, read_words
from trialwright.language.times import find_time_unit
from trialwright.language.units import WrittenUnit, read_unit

HAN_NUMBER = "零一二三四五六七八九十两半"
_TIMES_OF_DAY = re.compile(r"[0-9]{1,3}:[0-9]{1,4}(?![0-9])(?:-[0-9]{1,2}:[0-9]{2}(?![0-9]))?")
_RANK = re.compile(
    r" ?(?:%|st\b|nd\b|rd\b|th\b)?[ -]?(?P<hundredth>(?:per)?centiles?\b|(?:(?<=%)|%)t?iles?\b|百分位)?",
    re.IGNORECASE,
)
_GRADE = re.compile(r"(?:st|nd|rd|th)[ -](?=grade)", re.IGNORECASE)
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
_OLD = re.compile(r" ?(?:y ?[/.] ?o|yo)\b\.?", re.IGNORECASE)
_THOUSAND_DOT = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
# What stands between a number and its unit of time without changing it; "gestational" says what is timed.
_FULL = {"completed", "complete", "consecutive", "full", "calendar", "whole", "continuous", "successive"}
_TIMED = {"gestational", "gestation", "postnatal", "postmenstrual", "pregnancy"}
_LETTERS = {"h": "h", "d": "d", "y": "a"}


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
    return (
        tokens[at].text == "-"
        and at > 0
        and at + 1 < len(tokens)
        and tokens[at + 1].kind == "number"
        and tokens[at + 1].start == tokens[at].end
        and bool(items)
        and (
            items[-1].kind in ("cmp", "between", "noise", "than")
            or (items[-1].kind in ("range", "and", "or") and items[-1].end < tokens[at].start)
        )
    )


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
    tied = at > 0 and not sign and tokens[at - 1].end == start and tokens[at - 1].kind == "word"
    if tied:
        return _word(tokens, at, tokens[at].end, items)
    if (no_value := _TIMES_OF_DAY.match(plain, start)) is not None:
        return _word(tokens, at, no_value.end(), items)
    number = read_number(plain, start)
    if number is None:
        return _word(tokens, at, tokens[at].end, items)
    if not sign and (dated := _week_days(tokens, at, plain, items)):
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
    return end


def _word(tokens: tuple[Token, ...], at: int, end: int, items: list[Item]) -> int:
    items.append(Item("word", None, tokens[at].start, end))
    return max(at + 1, token_at(tokens, at, end))


def _week_days(tokens: tuple[Token, ...], at: int, plain: str, items: list[Item]) -> int | None:
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


def _plus(plain: str, place: int, items: list[Item]) -> bool:
    """Whether a plus behind a number means "and more": `60+ years`, `aged 18+`."""
    rest = plain[place : place + 12].lstrip()
    if not rest.startswith("+"):
        return False
    behind = rest[1:].lstrip()
    if behind[:1].isdigit():
        return False
    return bool(items and items[-1].kind == "age") or behind.startswith(("year", "yr", "y/o", "y.o", "岁"))


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
    value, notes = number.value, number.notes
    code, text, end = (written.code, written.text, written.end) if written else (None, None, place)
    if number.power is not None and (code is None or not code.startswith("10*")):
        value = value.scaleb(number.power)
    if _is_thousands(number, written):
        value, notes = Decimal(int(value * 1000)), (*notes, "thousand_mark")
    after = plain[end : end + 1]
    if written is None and place == number.end and after.isalpha() and after.isascii() and after not in "xX":
        # Letters that no unit begins with: a name such as "3T".
        return _word(tokens, at, tokens[at].end, items)
    items.append(Item("quantity", Quantity(value, code, text, False, None, notes, number.raw), start, end))
    return token_at(tokens, at, end)


def _is_thousands(number: Number, written: WrittenUnit | None) -> bool:
    """Whether the point of `50.000 /mmc` parts thousands."""
    return (
        written is not None
        and written.code in ("/uL", "10*9/L", "10*3/uL")
        and _THOUSAND_DOT.fullmatch(number.raw) is not None
        and number.value < 1000
        and number.power is None
    )


def token_at(tokens: tuple[Token, ...], at: int, place: int) -> int:
    """The first token that begins at a place or after it."""
    while at < len(tokens) and tokens[at].start < place:
        at += 1
    return at
