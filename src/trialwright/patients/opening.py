"""DuckDB for reading a source of people: what it says of the source becomes one sentence without any cell.

An error of DuckDB can quote a cell, and a cell can be a person's data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from trialwright.duck import open_connection
from trialwright.errors import PatientsError


def _unread(error: Exception) -> str:
    return f"the source cannot be read ({type(error).__name__})"


@contextmanager
def opened(
    where: str,
    told: Callable[[Exception], str] = _unread,
    cure: str = "check that the file is whole and that no other program writes to it",
) -> Iterator[Any]:
    """A DuckDB connection; `told` says an error of it in a sentence, `cure` what to do."""
    import duckdb

    connection = open_connection()
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
