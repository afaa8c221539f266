"""Rows that a query makes of a source, kept as Parquet in a folder that lives as long as their table.

Screening reads a table many times; what is costly to parse is parsed once, by DuckDB and out of memory.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from typing import Any

from trialwright.duck import quoted
from trialwright.patients.staging import TemporaryFolder


def keep(connection: Any, query: str, folder: TemporaryFolder) -> str:
    """Write the rows of a query into the folder; the query that reads them from there."""
    file = quoted(str(folder.path / "rows.parquet"))
    connection.execute(f"COPY ({query}) TO {file} (FORMAT parquet)")
    return f"SELECT * FROM read_parquet({file})"
