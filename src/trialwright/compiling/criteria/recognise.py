"""Pass `recognise`: tokens into items, by the phrases of the lexicon and the readers of numbers and units.

Takes the tokens of a line, gives items; the longest phrase wins, and a word that a hyphen ties to another
is not itself.
"""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from trialwright.compiling.criteria.lexicon import ROMANS, Entry, Lexicon
from trialwright.compiling.criteria.line import Item, Line, Quantity, Token
from trialwright.language.numbers import chinese_number, read_number
from trialwright.language.times import find_time_unit
from trialwright.language.units import read_unit

_HAN_NUMBER = "零一二三四五六七八九十两半"
_IGNORED = set('…"*_#®™†‡§?!')
_TIED = {
    "term",
    "age",
    "sex",
    "adjective",
    "outcome",
    "status",
    "noise",
    "anchor",
    "not",
    "cue",
    "count",
    "timeunit",
}
_THOUSAND_DOT = re.compile(r"[0-9]{1,3}\.[0-9]{3}")


def recognise(line: Line, lexicon: Lexicon) -> Line:
    """The line with its items."""
    plain = line.plain
    tokens = tuple(
        token._replace(key=lexicon.spelled(token.key))
        if token.kind == "word" and token.key not in lexicon.known
        else token
        for token in line.tokens
    )
    items: list[Item] = []
    at, count = 0, len(tokens)
    while at < count:
        token = tokens[at]
        if token.kind == "line":
            items.append(Item("line", None, token.start, token.end))
            at += 1
            continue
        if token.kind == "number" and token.text in lexicon.longer:
            # "2型糖尿病" begins with a number that is part of a name.
            named = [e for e in _longest(tokens, at, lexicon) if e.kind == "term" and len(e.keys) > 1]
            if named:
                behind = at + len(named[0].keys)
                items.append(Item("term", named[0].value, token.start, tokens[behind - 1].end))
                at = behind
                continue
        if token.kind == "number" or (token.text == "." and _decimal(tokens, at)):
            at = _number(tokens, at, plain, items)
            continue
        if token.kind == "han" and token.text in _HAN_NUMBER and (end := _han_time(tokens, at, items)):
            at = end
            continue
        entries = _longest(tokens, at, lexicon)
        if entries:
            end = at + len(entries[0].keys)
            first = entries[0]
            if first.kind in ("term", "outcome") and _with_outcome(tokens, at, end, lexicon, items):
                # "HIV-negative" is two words.
                items.append(Item(first.kind, first.value, token.start, tokens[end - 1].end))
                at = end + (first.kind == "term")
                continue
            if first.kind in _TIED and _tied(tokens, at, end):
                end = _compound(tokens, at)
                items.append(Item("word", None, token.start, tokens[end - 1].end))
                at = end
                continue
            if token.text == "A" and first.kind == "noise" and at > 0 and end == at + 1:
                # "vitamin A" keeps its letter.
                items.append(Item("word", None, token.start, token.end))
                at += 1
                continue
            loose = not items or items[-1].kind not in ("quantity", "age", "close", "roman", "uln", "count")
            if (
                first.kind == "post"
                and token.text.lower() in ("or", "and")
                and (loose or (end < count and (tokens[end].text == "than" or tokens[end].kind == "number")))
            ):
                # "or less than 2" is another comparison, not the end of this one.
                joint = token.text.lower()
                items.append(Item(joint, None, token.start, token.end))
                at += 1
                continue
            if first.kind == "timeunit":
                # A unit of time stands behind a number; elsewhere "HR" is the heart rate.
                entries = entries[1:] or [Entry((token.key,), "word", None, None)]
                first = entries[0]
                end = at + len(first.keys)
            if first.kind == "count" and (unit := _time_after(tokens, end)):
                items.append(_time(Decimal(first.value), unit[0], token.start, tokens[unit[1] - 1], plain))
                at = unit[1]
                continue
            others = tuple((e.kind, e.value) for e in entries[1:])
            items.append(Item(first.kind, first.value, token.start, tokens[end - 1].end, others))
            at = end
            continue
        if token.text in _IGNORED:
            at += 1
            continue
        if token.text in ROMANS:
            items.append(Item("roman", ROMANS[token.text], token.start, token.end))
            at += 1
            continue
        end = _compound(tokens, at)
        items.append(Item("word", None, token.start, tokens[end - 1].end))
        at = end
    return msgspec.structs.replace(line, items=tuple(items))


def _longest(tokens: tuple[Token, ...], at: int, lexicon: Lexicon) -> list[Entry]:
    """All readings of the longest phrase that begins here."""
    key = tokens[at].key
    seconds = lexicon.longer.get(key)
    if seconds is not None and at + 1 < len(tokens):
        found: list[Entry] = []
        left = len(tokens) - at
        for entry in seconds.get(tokens[at + 1].key, ()):
            keys = entry.keys
            size = len(keys)
            if found and size < len(found[0].keys):
                break
            if size <= left and (size == 2 or all(tokens[at + n].key == keys[n] for n in range(2, size))):
                found.append(entry)
        if found:
            return found
    text = tokens[at].text
    return [e for e in lexicon.single.get(key, ()) if e.exact is None or e.exact == text]


def _tied(tokens: tuple[Token, ...], at: int, end: int) -> bool:
    """Whether a hyphen without blanks ties the phrase to a word before or after it."""
    if (
        end + 1 < len(tokens)
        and tokens[end].text == "-"
        and tokens[end].start == tokens[end - 1].end
        and tokens[end + 1].start == tokens[end].end
        and tokens[end + 1].kind == "word"
        and tokens[end + 1].text not in ROMANS
    ):
        return True
    return (
        at > 1
        and tokens[at - 1].text == "-"
        and tokens[at - 1].end == tokens[at].start
        and tokens[at - 2].end == tokens[at - 1].start
        and tokens[at - 2].kind == "word"
    )


def _with_outcome(tokens: tuple[Token, ...], at: int, end: int, lexicon: Lexicon, items: list[Item]) -> bool:
    """Whether a hyphen ties a term to its outcome, from either side."""
    if end + 1 < len(tokens) and tokens[end].text == "-" and tokens[end].start == tokens[end - 1].end:
        behind = lexicon.single.get(tokens[end + 1].key, ())
        return (
            tokens[end + 1].start == tokens[end].end
            and any(e.kind == "outcome" for e in behind)
            and not (at and tokens[at - 1].text == "-")
        )
    return (
        at > 1
        and tokens[at - 1].text == "-"
        and bool(items)
        and items[-1].kind == "term"
        and items[-1].end == tokens[at - 1].start
        and tokens[at].start == tokens[at - 1].end
    )


def _compound(tokens: tuple[Token, ...], at: int) -> int:
    """Behind the words that hyphens without blanks tie to this one."""
    end = at + 1
    while (
        end + 1 < len(tokens)
        and tokens[at].kind == "word"
        and tokens[end].text == "-"
        and tokens[end].start == tokens[end - 1].end
        and tokens[end + 1].start == tokens[end].end
        and tokens[end + 1].kind == "word"
    ):
        end += 2
    return end


def _decimal(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a point begins a number like .5, after a blank."""
    return (
        at + 1 < len(tokens)
        and tokens[at + 1].kind == "number"
        and tokens[at + 1].start == tokens[at].end
        and (at == 0 or tokens[at - 1].end < tokens[at].start)
    )


def _time_after(tokens: tuple[Token, ...], at: int) -> tuple[str, int] | None:
    """The unit of time written at a place, after a hyphen or not, and the place behind it."""
    if at < len(tokens) and tokens[at].text == "-":
        at += 1
    if at < len(tokens) and tokens[at].kind == "word":
        text = tokens[at].text
        if len(text) == 1:
            return None
        unit = find_time_unit(text)
        return (unit, at + 1) if unit else None
    for length in (3, 2, 1):
        piece = tokens[at : at + length]
        if len(piece) == length and all(t.kind == "han" for t in piece):
            unit = find_time_unit("".join(t.text for t in piece))
            if unit:
                return unit, at + length
    return None


def _time(value: Decimal, unit: str, start: int, last: Token, plain: str, raw: str = "") -> Item:
    return Item(
        "quantity", Quantity(value, unit, plain[last.start : last.end], True, None, (), raw), start, last.end
    )


def _han_time(tokens: tuple[Token, ...], at: int, items: list[Item]) -> int | None:
    end = at
    while end < len(tokens) and end < at + 3 and tokens[end].text in _HAN_NUMBER:
        end += 1
    value = chinese_number("".join(t.text for t in tokens[at:end]))
    unit = _time_after(tokens, end)
    if value is None or unit is None or tokens[end].text == "-":
        return None
    words = "".join(t.text for t in tokens[end : unit[1]])
    items.append(
        Item("quantity", Quantity(value, unit[0], words, True), tokens[at].start, tokens[unit[1] - 1].end)
    )
    return unit[1]


def _number(tokens: tuple[Token, ...], at: int, plain: str, items: list[Item]) -> int:
    """Adds the quantity that begins here; gives the token behind it."""
    start = tokens[at].start
    tied = at > 0 and tokens[at - 1].end == start and tokens[at - 1].kind == "word"
    number = read_number(plain, start)
    if number is None or tied:
        items.append(Item("word", None, start, tokens[at].end))
        return at + 1
    end = number.end
    behind = _token_at(tokens, at, end)
    value, notes = number.value, number.notes
    if behind < len(tokens) and number.power is None and (unit := _time_after(tokens, behind)):
        items.append(_time(value, unit[0], start, tokens[unit[1] - 1], plain, number.raw))
        old = unit[1]
        if old + 1 < len(tokens) and tokens[old].text == "-" and tokens[old + 1].key == "old":
            items.append(Item("age", None, tokens[old + 1].start, tokens[old + 1].end))
            return old + 2
        return old
    written = read_unit(plain, end, power=number.power)
    code = text = None
    if written is not None:
        code, text, end = written.code, written.text, written.end
    if number.power is not None and (code is None or not code.startswith("10*")):
        value = value.scaleb(number.power)
    if (
        code in ("/uL", "10*9/L", "10*3/uL")
        and _THOUSAND_DOT.fullmatch(number.raw)
        and value < 1000
        and number.power is None
    ):
        value, notes = Decimal(int(value * 1000)), (*notes, "thousand_mark")
    if (
        written is None
        and end < len(plain)
        and plain[end].isalpha()
        and plain[end].isascii()
        and plain[end] not in "xX"
    ):
        items.append(Item("word", None, start, tokens[at].end))
        return at + 1
    items.append(Item("quantity", Quantity(value, code, text, False, None, notes, number.raw), start, end))
    return _token_at(tokens, at, end)


def _token_at(tokens: tuple[Token, ...], at: int, place: int) -> int:
    """The first token that begins at a place or after it."""
    while at < len(tokens) and tokens[at].start < place:
        at += 1
    return at
