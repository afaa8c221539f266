"""Text made plain for reading, character by character, so that places stay true.

Takes raw text with full-width signs, backslash escapes, HTML entities and tags; gives text of the
same length in which the reader meets one sign for one meaning.
"""

from __future__ import annotations

import html
import re

_SIGNS = {chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}
_SIGNS.update(dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009\u202f\u200b\u200e\u200f\ufeff\t", " "))
_SIGNS.update(dict.fromkeys("–—−‐‑‒―﹣", "-"))
_SIGNS.update(dict.fromkeys("～〜∼∽˜", "~"))
_SIGNS.update(dict.fromkeys("’‘‛′＇", "'"))
_SIGNS.update(dict.fromkeys("“”„″", '"'))
_SIGNS.update(
    {
        "≦": "≤",
        "⩽": "≤",
        "≧": "≥",
        "⩾": "≥",
        "µ": "u",
        "μ": "u",
        "✕": "×",
        "∗": "*",
        "⋅": "·",
        "∙": "·",
        "⁄": "/",
    }
)
_SIGNS.update(
    {"。": ".", "；": ";", "：": ":", "，": ",", "、": ",", "【": "[", "】": "]", "﹤": "<", "﹥": ">"}
)
_TABLE = str.maketrans(_SIGNS)
_MARKUP = re.compile(
    r"\\(?P<escaped>[\\`*_{}\[\]()#+\-.!<>~^|&$])|&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});"
    # What some programs write for a sign that they cannot print.
    r"|<U\+(?P<code>[0-9A-Fa-f]{4})>"
    r"|</?(?:br|p|li|ul|ol|div|b|i|strong|em|sup|sub|span)\b[^<>]{0,80}>",
    re.IGNORECASE,
)


# "18 yrs. or older": the point is that of an abbreviation.
_POINTED = re.compile(r"(?<=[0-9 ])(?P<unit>yrs?|mos|wks?|hrs?|mins?)\.(?= {0,2}[a-z(<>≥≤])")
# What the signs of the font Symbol become in other fonts; a superscript or a price has no blank there.
_SYMBOL = {"³": "≥", "£": "≤"}
_LOST = re.compile(r"(?<=[A-Za-z)] )[³£](?= [0-9])|(?<=[A-Za-z)] )³(?=[0-9])")


def _plain(found: re.Match[str]) -> str:
    """The sign that markup stands for, filled with blanks to the length of the markup."""
    whole = found[0]
    if whole.startswith("\\"):
        return " " + found["escaped"]
    if found["code"]:
        sign = chr(int(found["code"], 16))
        return (sign if sign.isprintable() else " ").ljust(len(whole))
    if whole.startswith("&"):
        sign = html.unescape(whole)
        return (sign if len(sign) == 1 else " ").ljust(len(whole))
    line = re.match(r"</?(?:br|p|li|ul|ol|div)\b", whole, re.IGNORECASE)
    return ("\n" if line else " ").ljust(len(whole))


def unmark(text: str) -> str:
    r"""The text without escapes, entities and tags; every other character keeps its place.

    >>> unmark("WBC \\< 2.5 &amp; Hb &lt;8")
    'WBC  < 2.5 &     Hb <   8'
    """
    if "\\" in text or "&" in text or "<" in text:
        text = _MARKUP.sub(_plain, text)
    return text.replace("\r", " ") if "\r" in text else text


def fold(text: str) -> str:
    """The text with one sign for one meaning (half width, one hyphen, one micro), same length.

    >>> fold("ＡＬＴ ≦ ２ µmol")
    'ALT ≤ 2 umol'
    """
    plain = unmark(text)
    if "." in plain:
        plain = _POINTED.sub(r"\g<unit> ", plain)
    # Of the signs of ASCII only the tabulator has another meaning.
    if plain.isascii():
        return plain.replace("\t", " ")
    plain = plain.translate(_TABLE)
    return _LOST.sub(lambda found: _SYMBOL[found[0]], plain) if "³" in plain or "£" in plain else plain
