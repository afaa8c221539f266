"""The records of some people: only those who are asked for, and only the rows that atoms ask for.

Takes the patient table; gives persons as the reference sees them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from trialwright.errors import UsageError
from trialwright.model.screening import PatientTable
from trialwright.screening.atoms import (
    Atom,
    AttributeAtom,
    ChangeAtom,
    ConditionAtom,
    EventWindow,
    ExposureAtom,
    MeasurementAtom,
)
from trialwright.screening.codes import BIRTH, MEDICATION_LIST, PROBLEM_LIST, CodeSet, plain_code
from trialwright.screening.options import ScreeningOptions
from trialwright.screening.person import Person, Row
from trialwright.screening.plan import Plan
from trialwright.screening.source import COLUMNS, connect, guarded
from trialwright.screening.sql import listed
from trialwright.screening.store import spooled
from trialwright.screening.store_duckdb import spooled_source

# What every answer may depend on: birth, sex, and lists that are declared complete.
ALWAYS = CodeSet((BIRTH, MEDICATION_LIST, PROBLEM_LIST, "SEX:F", "SEX:FEMALE", "SEX:M", "SEX:MALE"))


def codes_of(atom: Atom) -> Iterator[CodeSet]:
    """The codes whose rows an atom looks at."""
    match atom:
        case MeasurementAtom():
            yield atom.question.codes
            yield from (part.codes for part in atom.parts)
        case ChangeAtom():
            yield atom.question.codes
        case ConditionAtom() | ExposureAtom():
            yield atom.codes
            if isinstance(atom, ConditionAtom) and atom.test is not None:
                yield atom.test.codes
    window = getattr(atom, "window", None)
    if isinstance(window, EventWindow):
        yield window.event


class Record(NamedTuple):
    """One person's rows, each with its code as the source gave it."""

    subject: str | int
    rows: tuple[tuple[Row, str], ...]

    def at(self, day: date, options: ScreeningOptions) -> Person:
        """The person as the rows tell of them at a date."""
        return Person((row for row, _ in self.rows), day, options)

    def up_to(self, day: date) -> Record:
        """The record without rows that are dated later; births stay."""
        return Record(
            self.subject,
            tuple(
                (row, code)
                for row, code in self.rows
                if row.code == BIRTH or row.time is None or row.time.date() <= day
            ),
        )

    def code_of(self, row: Row) -> str:
        """The code of one of its rows as the source gave it."""
        return next((code for own, code in self.rows if own is row), row.code)


def read_one(table: PatientTable, subject: str | int) -> Record:
    """The whole record of one person.

    Raises UsageError when the table has nobody of that id; the message tells of nobody else.
    """
    wanted: str | int | None = str(subject)
    if table.subject_type == "number":
        wanted = int(subject) if re.fullmatch(r"-?[0-9]{1,18}", str(subject).strip()) else None
    found: list[tuple[Any, ...]] = []
    if wanted is not None:
        with connect() as connection, guarded(table):
            found = connection.execute(
                f"SELECT {COLUMNS} FROM ({table.query}) WHERE subject_id = ?",  # noqa: S608
                [wanted],
            ).fetchall()
    if wanted is None or not found:
        raise UsageError(
            f"nobody in the table has the id {str(subject)!r}",
            where=table.origin,
            cure="give a subject_id as the table has it",
        )
    # The order of the engine's threads is no order: the rows are put into one of their own.
    rows = sorted(((Row(plain_code(r[2]), r[1], *r[3:]), r[2]) for r in found if r[2] is not None), key=repr)
    return Record(wanted, tuple(rows))


def read_some(
    table: PatientTable, plan: Plan, subjects: Collection[Any], atoms: Iterable[Atom]
) -> Iterator[tuple[Any, Person]]:
    """The people with these subject_ids, in the table's order, with the rows that the atoms ask for.

    Who has no such row is not among them.
    """
    asked = list(atoms)
    wanted = [ALWAYS, *(codes for atom in asked for codes in codes_of(atom))]
    prefixes = tuple(atom.prefix for atom in asked if isinstance(atom, AttributeAtom))
    kind = "BIGINT" if table.subject_type == "number" else "VARCHAR"
    with connect() as connection, guarded(table):
        found = connection.execute(
            f"SELECT DISTINCT code FROM ({table.query}) WHERE code IS NOT NULL"  # noqa: S608
        ).fetchall()
        codes = [
            code
            for (code,) in found
            if plain_code(code).startswith(prefixes or "\0") or any(plain_code(code) in g for g in wanted)
        ]
        with spooled((subject,) for subject in subjects) as path:
            wanted_subject = spooled_source(path, {"subject_id": kind})
            connection.execute(f"CREATE TABLE wanted_subject AS SELECT * FROM {wanted_subject}")  # noqa: S608
        cursor = connection.execute(
            f"SELECT {COLUMNS} FROM ({table.query}) WHERE code IN ({listed(codes)}) "  # noqa: S608
            "AND subject_id IN (SELECT subject_id FROM wanted_subject) ORDER BY subject_id"
        )

        def rows() -> Iterator[tuple[Any, ...]]:
            while batch := cursor.fetchmany(20_000):
                yield from batch

        for subject, own in groupby(rows(), key=lambda row: row[0]):
            record = (Row(plain_code(r[2]), r[1], *r[3:]) for r in own)
            yield subject, Person(record, plan.index_date, plan.options)
