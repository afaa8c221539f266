"""Pass `tokenize`: the text of a line into words, numbers, signs and Chinese characters.

Takes a line, gives it its folded text and its tokens.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec

from trialwright.compiling.criteria.line import Line, Token
from trialwright.language.folding import fold

# A line that begins with a bullet or a number is a point of its own.
NESTED = (
    r"\n[^\S\n]*(?:[-*•·○◦▪●■□➢✓]+[^\S\n]"
    r"|\(?(?:[0-9]{1,2}|[a-zA-Z]|[ivx]{2,4})[.)][^\S\n]"
    # Chinese needs no blank behind a number.
    r"|\(?[0-9]{1,2}[.),、](?=[\u3400-\u9fff])|\([0-9]{1,2}\)(?=[0-9A-Za-z]))"
)
# "less than18": a blank is missing behind these words.
PARTED = ("than", "over", "under", "least", "most", "above", "below", "aged", "age")
_TOKEN = re.compile(
    r"(?P<number>[0-9]+)|(?P<word>(?:"
    + "|".join(PARTED)
    + r")(?=[0-9])|[A-Za-zΑ-ωÀ-ÖØ-öø-ɏⅠ-ⅿ][A-Za-zΑ-ωÀ-ÖØ-öø-ɏ0-9']*)"
    r"|(?P<han>[\u3400-\u9fff])|(?P<line>" + NESTED + r"[^\S\n]*)"
    r"|(?P<sign>[^\s])"
)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The word without case and plural ending.

    >>> stem("Malignancies"), stem("diabetes"), stem("virus")
    ('malignancy', 'diabete', 'virus')
    """
    key = word.lower()
    if len(key) > 3 and key.endswith("s"):
        if key.endswith("ies"):
            return key[:-3] + "y"
        if not key.endswith(("ss", "us", "is")):
            return key.removesuffix("s").removesuffix("'")
    return key


def keys_of(phrase: str) -> tuple[str, ...]:
    """The keys of the tokens of a phrase."""
    if phrase.isascii() and phrase.replace(" ", "").isalpha():
        # Plain words need no reader.
        return tuple([stem(word) for word in phrase.split()])
    return tuple([token.key for token in split(fold(phrase))])


def split(plain: str) -> tuple[Token, ...]:
    """The tokens of folded text."""
    out = []
    for found in _TOKEN.finditer(plain):
        kind: Any = found.lastgroup
        text = found[0]
        start, end = found.span()
        out.append(Token(kind, text, stem(text) if kind == "word" else text, start, end))
    return tuple(out)


def tokenize(line: Line) -> Line:
    """The line with its folded text and tokens."""
    plain = fold(line.text)
    return msgspec.structs.replace(line, plain=plain, tokens=split(plain))
