"""Reads people from a path: finds the kind of source and lets it make the patient table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trialwright.errors import PatientsError, UsageError
from trialwright.model.screening import PatientTable
from trialwright.patients import fhir, meds, omop, wide
from trialwright.patients.omop_copies import is_database_url, shown_url
from trialwright.patients.workbooks import is_workbook


class Kind(NamedTuple):
    """A kind of source: its name, whether a path is one, and how it is read."""

    name: str
    sniff: Callable[[Path], bool]
    read: Callable[[Path, str], PatientTable]


# In the order in which they are tried.
KINDS: tuple[Kind, ...] = (
    Kind("workbook", is_workbook, wide.ask_for_map),
    Kind("OMOP", omop.sniff, omop.read),
    Kind("FHIR", fhir.sniff, fhir.read),
    Kind("table", meds.sniff, meds.read),
)


def read_patients(path: str, *, columns: str | Path | None = None, time_zone: str = "UTC") -> PatientTable:
    """The patient table that a path, or the address of a database, holds.

    Tables are read when they are needed; what DuckDB cannot read in place is brought into a temporary folder
    that lives as long as the table. `columns` is the map of a wide table (wide.py). `time_zone` is the one
    in which times that carry a zone are read. Raises PatientsError when there is nothing at the path, or
    nothing that tells of people, UsageError for no time zone.
    """
    try:
        ZoneInfo(time_zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise UsageError(
            f"there is no time zone {time_zone!r}", cure="write it like UTC or Asia/Shanghai"
        ) from None
    if is_database_url(path):
        if columns is not None:
            raise UsageError("a database takes no column map", cure="leave --columns out")
        return omop.read_url(path, time_zone)
    place = Path(path)
    if not place.exists():
        raise PatientsError("there is no such file", where=path, cure="check the name given as --patients")
    if columns is not None:
        return wide.read(place, columns)
    for kind in KINDS:
        if kind.sniff(place):
            return kind.read(place, time_zone)
    if place.is_dir() and not any(place.iterdir()):
        raise PatientsError("the folder is empty", where=path, cure="check the name given as --patients")
    raise PatientsError(
        "this is no table of people",
        where=path,
        cure="give a .parquet, .csv or .csv.gz file, FHIR R4 (.json, .ndjson or a folder of them) or an OMOP "
        "CDM (a DuckDB or SQLite file, or a folder of its tables)",
    )


def shown_source(path: str) -> str:
    """The path as it may be shown; of a database's address only what holds no secret."""
    return shown_url(path) if is_database_url(path) else path
