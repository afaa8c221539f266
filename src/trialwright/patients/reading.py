"""Reads people from a path: finds the kind of source and lets it make the patient table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trialwright.errors import PatientsError, UsageError
from trialwright.model.screening import PatientTable
from trialwright.patients import meds, wide
from trialwright.patients.workbooks import is_workbook


class Kind(NamedTuple):
    """A kind of source: its name, whether a path is one, and how it is read."""

    name: str
    sniff: Callable[[Path], bool]
    read: Callable[[Path, str], PatientTable]


# In the order in which they are tried.
KINDS: tuple[Kind, ...] = (
    Kind("workbook", is_workbook, wide.ask_for_map),
    Kind("table", meds.sniff, meds.read),
)


def read_patients(path: str, *, columns: str | Path | None = None, time_zone: str = "UTC") -> PatientTable:
    """The patient table that a path holds; rows are read when they are needed.

    `columns` is the map of a wide table (wide.py). `time_zone` is the one in which Parquet times that carry
    a zone are read. Raises PatientsError when there is nothing at the path, or nothing that is a table of
    people, UsageError for no time zone.
    """
    try:
        ZoneInfo(time_zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise UsageError(
            f"there is no time zone {time_zone!r}", cure="write it like UTC or Asia/Shanghai"
        ) from None
    place = Path(path)
    if not place.exists():
        raise PatientsError("there is no such file", where=path, cure="check the name given as --patients")
    if columns is not None:
        return wide.read(place, columns)
    for kind in KINDS:
        if kind.sniff(place):
            return kind.read(place, time_zone)
    raise PatientsError(
        "this is no table of people", where=path, cure="give a .parquet, .csv or .csv.gz file"
    )
