"""A DuckDB connection as everything here opens it: in memory, quiet, and never asking the network.

Its own room, since people are read and screened by rooms that do not know each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def open_connection() -> DuckDBPyConnection:
    """A fresh in-memory database; the caller closes it."""
    import tempfile

    import duckdb

    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # What does not fit into memory goes where temporary files go, not into the user's folder.
            "temp_directory": tempfile.gettempdir(),
            "memory_limit": "4GB",
            "max_expression_depth": "10000",
        }
    )
    # On long work DuckDB would draw a bar on standard output, into the JSON document.
    connection.execute("SET enable_progress_bar = false")
    return connection


def quoted(text: str) -> str:
    """A text as an SQL literal, in the dialect that all databases share.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
