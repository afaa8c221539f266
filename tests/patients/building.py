"""Short words for writing a wide table with its map, and for reading the rows that come of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from trialwright.model.screening import PatientTable
from trialwright.patients import read_patients


def wide_table(folder: Path, text: str | bytes, columns: str, name: str = "wide.csv") -> PatientTable:
    """The table of a file with this content under a map with this content."""
    path, chart = folder / name, folder / "map.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    chart.write_text(columns, encoding="utf-8")
    return read_patients(str(path), columns=chart)


def rows_of(table: PatientTable, columns: str = "*") -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {columns} FROM ({table.query})").fetchall()
