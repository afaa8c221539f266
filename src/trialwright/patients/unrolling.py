"""Rows that a query makes of a source, kept as Parquet in a folder that lives as long as their table.

Screening reads a table many times; what is costly to parse is parsed once, by DuckDB and out of memory.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from trialwright.errors import PatientsError
from trialwright.patients.meds import quoted
from trialwright.patients.staging import TemporaryFolder


@contextmanager
def opened(where: str, told: Callable[[Exception], str], cure: str) -> Iterator[Any]:
    """A DuckDB connection; what it says of a source becomes one sentence, `told`, without any cell."""
    import duckdb

    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": tempfile.gettempdir(),
            "memory_limit": "4GB",
            "max_expression_depth": "10000",
        }
    )
    connection.execute("SET enable_progress_bar = false")
    try:
        yield connection
    except duckdb.OutOfMemoryException:
        raise PatientsError(
            "there is not enough memory", where=where, cure="free memory or disk space"
        ) from None
    except duckdb.Error as error:
        raise PatientsError(told(error), where=where, cure=cure) from None
    finally:
        connection.close()


def keep(connection: Any, query: str, folder: TemporaryFolder) -> str:
    """Write the rows of a query into the folder; the query that reads them from there."""
    file = quoted(str(folder.path / "rows.parquet"))
    connection.execute(f"COPY ({query}) TO {file} (FORMAT parquet)")
    return f"SELECT * FROM read_parquet({file})"
