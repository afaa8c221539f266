"""Pass `recognise`: tokens into items, by the phrases of the lexicon and the readers of numbers and units.

Takes the tokens of a line, gives items; the longest phrase wins, and a word that a hyphen ties to another
is not itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from trialwright.compiling.criteria.lexicon import ROMANS, Entry, Lexicon
from trialwright.compiling.criteria.line import Item, Line, Token
from trialwright.compiling.criteria.measures import number_notes
from trialwright.compiling.criteria.quantities import (
    is_decimal,
    is_long_number,
    is_negative,
    is_positive,
    read_quantity,
    word_number,
)
from trialwright.compiling.criteria.spelling import Spelled, is_variant
from trialwright.compiling.criteria.timeunits import HAN_NUMBER, han_time
from trialwright.model.source import Note

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
    "limit",
    "twice",
}
# Words that mean something only beside a length of time; elsewhere they are plain words.
SOFT = {
    "timeunit",
    "next",
    "first",
    "recent",
    "ago",
    "from",
    "elapsed",
    "ended",
    "free",
    "future",
    "aged",
    "grown",
    "span",
    "apart",
    "halflife",
    "lasted",
    "starting",
    "occasion",
    "measured_from",
    "studied",
    "half",
}


def recognise(line: Line, lexicon: Lexicon) -> Line:
    """The line with its items."""
    plain = line.plain
    tokens, mended = _mended(line.tokens, lexicon)
    items: list[Item] = []
    at, count = 0, len(tokens)
    single, longer, cased = lexicon.single, lexicon.longer, lexicon.cased
    while at < count:
        token = tokens[at]
        kind = token.kind
        key = token.key
        seconds = longer.get(key)
        entries: Sequence[Entry] = ()
        if seconds is not None and at + 1 < count and (thirds := seconds.get(tokens[at + 1].key)):
            entries = _longest(tokens, at, thirds)
        if kind != "word":
            if kind == "line":
                items.append(Item("line", None, token.start, token.end))
                at += 1
                continue
            if kind == "number" and entries:
                # "2型糖尿病" begins with a number that is part of a name.
                named = [e for e in entries if e.kind == "term" and len(e.keys) > 1]
                if named:
                    behind = at + len(named[0].keys)
                    items.append(Item("term", named[0].value, token.start, tokens[behind - 1].end))
                    at = behind
                    continue
            if kind == "number" or (token.text == "." and is_decimal(tokens, at)):
                at = read_quantity(tokens, at, plain, items)
                continue
            if token.text == "-" and is_negative(tokens, at, items):
                at = read_quantity(tokens, at, plain, items, sign=True)
                continue
            if token.text == "+" and is_positive(tokens, at, items):
                at += 1
                continue
            if kind == "han" and token.text in HAN_NUMBER and (end := han_time(tokens, at, items)):
                at = end
                continue
        if not entries:
            entries = single.get(key, ())
            if entries and key in cased:
                entries = [e for e in entries if e.exact is None or e.exact == token.text]
        if entries:
            end = at + len(entries[0].keys)
            first = entries[0]
            if first.kind in SOFT:
                # The unit of time is none without a number: "HR" is the heart rate.
                hard = next((e for e in entries if e.kind not in SOFT), None)
                first = hard if hard is not None else Entry(first.keys, "word", None, None)
                if hard is None and _tied(tokens, at, end):
                    end = _compound(tokens, at)
                    items.append(Item("word", None, token.start, tokens[end - 1].end))
                    at = end
                    continue
            if first.kind in ("term", "outcome") and _with_outcome(tokens, at, end, lexicon, items):
                # "HIV-negative" is two words.
                items.append(Item(first.kind, first.value, token.start, tokens[end - 1].end))
                at = end + (first.kind == "term")
                continue
            if first.kind in _TIED and _tied(tokens, at, end) and not is_long_number(tokens, at):
                end = _compound(tokens, at)
                items.append(Item("word", None, token.start, tokens[end - 1].end))
                at = end
                continue
            if token.text == "A" and first.kind == "noise" and at > 0 and end == at + 1:
                # "vitamin A" keeps its letter.
                items.append(Item("word", None, token.start, token.end))
                at += 1
                continue
            if (
                first.kind == "post"
                and token.text.lower() in ("or", "and")
                and (_is_loose(items) or _goes_on(tokens, end))
            ):
                # "or less than 2" is another comparison, not the end of this one.
                joint = token.text.lower()
                items.append(Item(joint, None, token.start, token.end))
                at += 1
                continue
            if first.kind == "count" and end == at + 1:
                at = word_number(tokens, at, plain, items)
                continue
            others: tuple[tuple[str, Any], ...] = ()
            if len(entries) > 1 or first is not entries[0]:
                others = tuple([(e.kind, e.value) for e in entries if e is not first])
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
    notes = _spelled(items, mended) if mended else ()
    return msgspec.structs.replace(line, items=tuple(items), notes=(*number_notes(items), *notes))


def _mended(
    tokens: tuple[Token, ...], lexicon: Lexicon
) -> tuple[tuple[Token, ...], list[tuple[Token, Spelled]]]:
    """The tokens with slips of spelling mended, and which these are."""
    known = lexicon.known
    mended: list[tuple[Token, Spelled]] = []
    out: list[Token] | None = None
    for at, token in enumerate(tokens):
        if token.kind != "word" or token.key in known:
            continue
        meant = lexicon.spelling.mended(token.key)
        if meant is not None:
            out = list(tokens) if out is None else out
            out[at] = Token(token.kind, token.text, meant.key, token.start, token.end)
            mended.append((token, meant))
    return (tokens if out is None else tuple(out)), mended


def _spelled(items: list[Item], mended: list[tuple[Token, Spelled]]) -> tuple[Note, ...]:
    """A note for every slip in the words of a term; another plural or British spelling is none."""
    return tuple(
        Note(
            code="spelling",
            message=f"{token.text} is taken for {meant.text}",
            span=(token.start, token.end),
        )
        for token, meant in mended
        if not is_variant(token.key, meant.text)
        and any(i.kind == "term" and i.start <= token.start and token.end <= i.end for i in items)
    )


def _goes_on(tokens: tuple[Token, ...], end: int) -> bool:
    """Whether another number follows: "and less than 2", "and less or equal to 2"."""
    if end >= len(tokens):
        return False
    if tokens[end].kind == "number" or tokens[end].key in ("than", "then"):
        return True
    return end + 1 < len(tokens) and tokens[end].key == "or" and tokens[end + 1].key == "equal"


def _is_loose(items: list[Item]) -> bool:
    """Whether nothing stands before that words behind a number could belong to."""
    return not items or (
        items[-1].kind not in ("quantity", "age", "close", "roman", "uln", "count")
        # "1.5 SDs or more"
        and not (items[-1].kind == "word" and len(items) > 1 and items[-2].kind == "quantity")
    )


def _longest(tokens: tuple[Token, ...], at: int, longer: Sequence[Entry]) -> Sequence[Entry]:
    """All readings of the longest phrase that begins here, of those that have its first two words."""
    found: list[Entry] = []
    left = len(tokens) - at
    for entry in longer:
        keys = entry.keys
        size = len(keys)
        if found and size < len(found[0].keys):
            break
        if size <= left and (size == 2 or all(tokens[at + n].key == keys[n] for n in range(2, size))):
            found.append(entry)
    return found


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
