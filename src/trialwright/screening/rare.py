"""Atoms that columns do not answer: each person's few rows of them go through the reference's functions.

Changes, derived scores, multiples of a limit of normal, windows around events, doses and counts. Only rows
that such an atom asks for are fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from trialwright.model.screening import PatientTable
from trialwright.screening.atoms import Atom
from trialwright.screening.codes import plain_code
from trialwright.screening.loading import load
from trialwright.screening.outcome import RANK
from trialwright.screening.person import Person, Row
from trialwright.screening.plan import Plan
from trialwright.screening.records import ALWAYS, codes_of
from trialwright.screening.source import COLUMNS


def usual(atom: Atom, plan: Plan) -> int:
    """The answer for somebody without any row."""
    from trialwright.screening.reference import answer

    return RANK[answer(atom, Person((), plan.index_date, plan.options)).answer]


def add_rare(connection: Any, table: PatientTable, plan: Plan, atoms: dict[int, Atom]) -> None:
    """Put the answers of the atoms beside the others."""
    from trialwright.screening.reference import answer

    wanted = [ALWAYS, *(codes for atom in atoms.values() for codes in codes_of(atom))]
    found = connection.execute(
        f"SELECT DISTINCT code FROM ({table.query}) WHERE code IS NOT NULL"  # noqa: S608
    ).fetchall()
    codes = [(code,) for (code,) in found if any(plain_code(code) in group for group in wanted)]
    load(connection, "rare_code", {"code": "VARCHAR"}, codes)
    cursor = connection.cursor().execute(
        f"SELECT {COLUMNS} FROM ({table.query}) "  # noqa: S608
        "WHERE code IN (SELECT code FROM rare_code) ORDER BY subject_id"
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        while batch := cursor.fetchmany(20_000):
            yield from batch

    def answers() -> Iterator[tuple[Any, ...]]:
        for subject, own in groupby(rows(), key=lambda row: row[0]):
            person = Person((Row(plain_code(r[2]), r[1], *r[3:]) for r in own), plan.index_date, plan.options)
            for k, atom in atoms.items():
                given = answer(atom, person)
                yield subject, k, RANK[given.answer], 0, given.value, given.unit, given.time

    kind = "BIGINT" if table.subject_type == "number" else "VARCHAR"
    columns = {
        "subject_id": kind, "k": "INTEGER", "answer": "INTEGER", "flags": "BIGINT", "shown": "VARCHAR",
        "shown_unit": "VARCHAR", "shown_time": "VARCHAR",
    }  # fmt: skip
    load(connection, "beside", columns, answers(), into=True)
