"""What a patient table holds, counted: people, rows, dates and codes, and never a single value."""

# ruff: noqa: S608  the query is the table's own
from __future__ import annotations

from typing import NamedTuple

from trialwright.model.screening import PatientTable
from trialwright.patients.opening import opened


class Holdings(NamedTuple):
    """Counts of a table; `codes` gives code, rows and people, the most frequent code first."""

    people: int
    rows: int
    undated: int
    first: str | None
    last: str | None
    codes: tuple[tuple[str, int, int], ...]


def count_holdings(table: PatientTable) -> Holdings:
    """The counts of the table; births, which lie far back, do not make its first time."""
    with opened(table.origin, _told, "check that the file is whole") as connection:
        people, rows, undated, first, last = connection.execute(
            "SELECT count(DISTINCT subject_id), count(*), count(*) FILTER (WHERE time IS NULL), "
            "strftime(min(time) FILTER (WHERE code <> 'MEDS_BIRTH'), '%Y-%m-%dT%H:%M:%S'), "
            "strftime(max(time) FILTER (WHERE code <> 'MEDS_BIRTH'), '%Y-%m-%dT%H:%M:%S') "
            f"FROM ({table.query})"
        ).fetchone() or (0, 0, 0, None, None)
        codes = connection.execute(
            "SELECT code, count(*) AS n, count(DISTINCT subject_id) "
            f"FROM ({table.query}) WHERE code IS NOT NULL GROUP BY code ORDER BY n DESC, code"
        ).fetchall()
    return Holdings(people, rows, undated, first, last, tuple(codes))


def _told(error: Exception) -> str:
    return f"the table cannot be read through ({type(error).__name__})"
