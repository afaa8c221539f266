"""The door to the patient table: a DuckDB connection for one run, and its errors as sentences.

An error of DuckDB can quote a cell, and a cell can be a person's data: what it says is not passed on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trialwright.errors import PatientsError
from trialwright.model.screening import PatientTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = "subject_id, time, code, numeric_value, text_value, unit, end_time, ref_low, ref_high"


@contextmanager
def connect() -> Iterator[DuckDBPyConnection]:
    """A connection of its own, closed at the end."""
    connection = open_connection()
    try:
        yield connection
    finally:
        connection.close()


def open_connection() -> DuckDBPyConnection:
    """A fresh in-memory database that never asks the network for anything."""
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


@contextmanager
def guarded(table: PatientTable) -> Iterator[None]:
    """Turns errors of DuckDB about the table into one sentence without any cell of it."""
    import duckdb

    try:
        yield
    except duckdb.ConversionException:
        raise PatientsError(
            "a cell is no time or number",
            where=table.origin,
            cure="write times like 2024-05-01T23:30:00 and put words into text_value",
        ) from None
    except duckdb.OutOfMemoryException:
        raise PatientsError(
            "there is not enough memory", where=table.origin, cure="free memory or disk space"
        ) from None
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise PatientsError(
            f"the table cannot be read through ({type(error).__name__})",
            where=table.origin,
            cure="check that the file is whole",
        ) from None
