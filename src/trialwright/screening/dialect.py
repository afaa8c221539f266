"""DuckDB's dialect to that of another store, by sqlglot.

There is one text of every query; what a dialect wants otherwise is changed here and nowhere else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from trialwright.errors import MissingExtra

# The parser goes down some thirty calls a level; a tree that a person can read is a few levels deep.
_DEPTH = 100_000


def translate(query: str, to: Literal["postgres", "spark"]) -> str:
    """A query in the dialect of another store.

    >>> translate("SELECT a >> 3 AS b FROM t ORDER BY a", "spark")
    'SELECT SHIFTRIGHT(a, 3) AS b FROM t ORDER BY a NULLS LAST'
    """
    try:
        import sqlglot
    except ImportError:
        raise MissingExtra("sqlglot", to) from None
    with _deep():
        (text,) = sqlglot.transpile(
            query, read="duckdb", write=to, unsupported_level=sqlglot.ErrorLevel.RAISE
        )
    return text


@contextmanager
def _deep() -> Iterator[None]:
    """Room for deep trees, which Python would refuse."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)
