"""Words as the full-text index has them: Chinese is cut into signs, so that any part of a word is found.

Takes text or what a user searches for, gives text for the index or a query in the language of FTS5.
"""

from __future__ import annotations

import re

_HAN = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff])")
_WORD = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W\u3400-\u4dbf\u4e00-\u9fff]+")


def indexed(text: str) -> str:
    """The text for the index: a blank on both sides of every Chinese sign.

    >>> indexed("HBV肝衰竭")
    'HBV 肝  衰  竭 '
    """
    return _HAN.sub(r" \1 ", text)


def query_of(words: str, column: str | None = None) -> str:
    """The query that asks for all the words; a run of Chinese signs is asked for as it stands.

    >>> query_of("liver 肝衰竭", "title")
    'title : "liver" AND title : "肝 衰 竭"'
    """
    terms = []
    for word in _WORD.findall(words):
        term = f'"{" ".join(word) if _HAN.match(word) else word}"'
        terms.append(f"{column} : {term}" if column else term)
    return " AND ".join(terms)
