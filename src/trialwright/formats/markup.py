"""HTML source cut into tags, words and blanks, each with its place in the source.

Takes the text of a page, yields tokens in order; one pass, no recursion, and nothing is looked at twice,
so a page of any size or depth costs what its length costs.

The standard library's parser was not taken: it joins texts and decodes references without telling where
they stood, and unclosed comments or quotes make some of its versions run in square time.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

# Elements whose content no reader of the page sees as text; of these some run on when they are not closed.
_RAW = frozenset(
    {
        "script",
        "style",
        "iframe",
        "noembed",
        "noframes",
        "xmp",
        "template",
        "noscript",
        "svg",
        "title",
        "textarea",
    }
)
_ENDLESS = frozenset({"script", "style"})
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:_-]{0,40})")
_QUOTE_OR_END = re.compile(r"=\s*([\"'])|>")
_RUN = re.compile(
    r"(?P<words>[^\s&]+(?: [^\s&]+)*)|(?P<blank>\s+)|"
    r"(?P<reference>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?)|(?P<sign>&)"
)
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
# Attributes beyond this length hold pictures, not meaning.
_LONGEST_TAG = 4000

# The longest page of a trial has some ten thousand tags.
MOST_TAGS = 250_000

Kind = Literal["open", "close", "words", "blank", "raw", "cut"]


class Token(Struct, frozen=True):
    """A piece of the source: `text` is the tag's name in lower case, or the words as a reader sees them.

    The source between `start` and `end` is what the piece was written as.
    """

    kind: Kind
    text: str
    start: int
    end: int


def scan(source: str) -> Iterator[Token]:
    """The tokens of a page; after `MOST_TAGS` tags the rest is left out and a token "cut" says so."""
    ahead = _Ahead(source)
    at = 0
    length = len(source)
    steps = 0
    while at < length:
        steps += 1
        if steps > MOST_TAGS:
            yield Token("cut", "", at, length)
            return
        opening = source.find("<", at)
        if opening < 0:
            yield from words_of(source, at, length)
            return
        yield from words_of(source, at, opening)
        at = opening
        name = _TAG_NAME.match(source, at)
        if name is None:
            skipped = _skip_declaration(ahead, at)
            if skipped is None:
                # A sign and no tag: "CD4 < 200".
                yield Token("words", "<", at, at + 1)
                at += 1
            else:
                at = skipped
            continue
        end = ahead.end_of_tag(name.end())
        if end is None:
            yield from words_of(source, at, length)
            return
        tag = name[1].lower()
        closes = source[at + 1] == "/"
        yield Token("close" if closes else "open", tag, at, end)
        at = end
        if not closes and tag in _RAW and source[end - 2] != "/":
            stop = ahead.find(f"</{tag}", end)
            if stop < 0 and tag in _ENDLESS:
                stop = length
            if stop >= 0:
                if tag == "script":
                    yield Token("raw", source[end:stop], end, stop)
                at = stop


def attributes(source: str, token: Token) -> dict[str, str]:
    """The attributes of an opening tag, names in lower case; the first of two of one name counts."""
    start = token.start + 1 + len(token.text)
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source, start, min(token.end - 1, start + _LONGEST_TAG)):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), html.unescape(value) if "&" in value else value)
    return found


def words_of(source: str, start: int, end: int) -> Iterator[Token]:
    """Words, blanks and decoded character references between two positions."""
    for match in _RUN.finditer(source, start, end):
        if match["blank"]:
            yield Token("blank", " ", match.start(), match.end())
        elif match["reference"]:
            decoded = html.unescape(match.group())
            yield Token("blank" if decoded.isspace() else "words", decoded, match.start(), match.end())
        else:
            yield Token("words", match.group(), match.start(), match.end())


class _Ahead:
    """Searches forward in a source and remembers what it found, so that no stretch is searched twice."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._next: dict[str, int] = {}
        self._unbalanced = False

    def find(self, sign: str, at: int) -> int:
        """The next place of a sign or an end tag from a position on, -1 where there is none."""
        known = self._next.get(sign)
        if known is not None and (known < 0 or known >= at):
            return known
        if sign.startswith("</"):
            match = re.compile(re.escape(sign) + r"[\s/>]", re.IGNORECASE).search(self.source, at)
            found = match.start() if match else -1
        else:
            found = self.source.find(sign, at)
        self._next[sign] = found
        return found

    def end_of_tag(self, start: int) -> int | None:
        """Behind the sign that closes a tag; quoted values may hold that sign."""
        at = start
        while not self._unbalanced and (match := _QUOTE_OR_END.search(self.source, at)):
            if match[1] is None:
                return match.end()
            at = self.find(match[1], match.end()) + 1
            if at == 0:
                break
        else:
            # Quotes that never balance would make every tag look through the whole rest of the page.
            self._unbalanced = True
        end = self.find(">", start)
        return None if end < 0 else end + 1


def _skip_declaration(ahead: _Ahead, at: int) -> int | None:
    """Where a comment, doctype or processing instruction ends; None where there is none."""
    source = ahead.source
    if source.startswith("<!--", at):
        end = ahead.find("-->", at + 2)
        # An unclosed comment would swallow the page; only its opening is passed over.
        return at + 4 if end < 0 else end + 3
    if source.startswith("<![CDATA[", at):
        return at + 9
    if source[at + 1 : at + 2] in ("!", "?") or source.startswith("</", at):
        end = ahead.find(">", at)
        return None if end < 0 or end > at + _LONGEST_TAG else end + 1
    return None
