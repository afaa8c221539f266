"""A decoded document on its way into a reader, and the shape that every reader has.

Takes what `opening` decoded, gives readers the text with the means to name themselves as its source.
"""

from __future__ import annotations

import hashlib
import re
from typing import Protocol

from msgspec import Struct

from trialwright.model.source import Record, Source
from trialwright.model.study import Refusal

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{3,}")


class Document(Struct, frozen=True, kw_only=True):
    """The text of one input; `number` is that of its first source in the run (s1, s2, ...)."""

    uri: str
    text: str
    sha256: str
    number: int = 1

    def source(self, format_name: str, position: int = 0) -> Source:
        """The document as the source of its record at that position."""
        return Source(
            id=f"s{self.number + position}",
            format=format_name,
            uri=self.uri,
            sha256=self.sha256,
            language=language_of(self.text),
        )


class Reader(Protocol):
    """What each file of this room offers: a name, a guess, and the reading itself."""

    NAME: str

    def sniff(self, text: str) -> float:
        """How surely the text is of this format, 0 to 1."""

    def read(self, document: Document) -> tuple[Record | Refusal, ...]:
        """The records of the document, and a refusal for each of many that cannot be used."""


def document_of(text: str, uri: str = "", number: int = 1) -> Document:
    """A document made of text that is already decoded."""
    return Document(uri=uri, text=text, sha256=hashlib.sha256(text.encode()).hexdigest(), number=number)


def language_of(text: str) -> str | None:
    """`en`, `zh`, or `en+zh` where both have more than a few words; None without words."""
    sample = text[:200_000]
    chinese = len(_HAN.findall(sample))
    english = sum(1 for _ in _LATIN_WORD.finditer(sample))
    if chinese >= 20 and english >= max(20, chinese // 8):
        return "en+zh"
    if chinese > english:
        return "zh"
    return "en" if english else None
