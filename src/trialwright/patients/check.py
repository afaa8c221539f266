"""What a patient table holds that screening will not be able to read, counted and never a single value."""

from __future__ import annotations

from trialwright.model.screening import PatientTable
from trialwright.model.unit import find_unit


def count_unknown_units(table: PatientTable) -> dict[tuple[str, str], int]:
    """Rows by code and unit spelling, for the spellings that the table of units does not have."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    try:
        counted = connection.execute(
            f"SELECT code, unit, count(*) FROM ({table.query}) "  # noqa: S608
            "WHERE unit IS NOT NULL AND code IS NOT NULL GROUP BY code, unit ORDER BY code, unit"
        ).fetchall()
    finally:
        connection.close()
    return {(code, unit): number for code, unit, number in counted if find_unit(unit) is None}
