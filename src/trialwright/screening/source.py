"""The door to the patient table: a DuckDB connection for one run, and its errors as sentences.

An error of DuckDB can quote a cell, and a cell can be a person's data: what it says is not passed on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trialwright.duck import open_connection
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
