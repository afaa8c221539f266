"""Which questions of a study the people of a table have rows for, at all and in the window that is asked.

Takes a plan and a table, gives counts of people; whether the rows say yes or no is the matter of screening.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trialwright.model.checking import CriterionCoverage, LeafCoverage, StudyCoverage
from trialwright.model.logic import Reason
from trialwright.model.screening import PatientTable
from trialwright.screening.atoms import (
    AgeAtom,
    Atom,
    AttributeAtom,
    ChangeAtom,
    ConditionAtom,
    ExposureAtom,
    FixedAtom,
    MeasurementAtom,
    SexAtom,
)
from trialwright.screening.codes import BIRTH, plain_code
from trialwright.screening.plan import Plan
from trialwright.screening.source import connect, guarded
from trialwright.screening.store import spooled
from trialwright.screening.store_duckdb import spooled_source
from trialwright.screening.windows import DateWindow

_SEXES = ("SEX:F", "SEX:FEMALE", "SEX:M", "SEX:MALE")
_ASKED = {
    "code": "VARCHAR", "k": "INTEGER", "bit": "BIGINT", "whole": "BIGINT", "since": "DATE", "until": "DATE",
    "lasts": "BOOLEAN",
}  # fmt: skip


def count_coverage(table: PatientTable, plan: Plan) -> tuple[StudyCoverage, ...]:
    """For every leaf of the plan how many people have a row for it, and one in its window."""
    with connect() as connection, guarded(table):
        counted = _count(connection, table, plan)
    return tuple(
        StudyCoverage(
            id=study.id,
            assumptions=study.assumptions,
            criteria=tuple(
                CriterionCoverage(
                    id=criterion.id,
                    leaves=tuple(
                        _leaf(plan.atoms[k], asks, counted.get(k, (0, 0)))
                        for k, asks in zip(criterion.slots, criterion.needed, strict=True)
                    ),
                )
                for criterion in study.criteria
            ),
        )
        for study in plan.studies
    )


def _leaf(atom: Atom, asks: str, counted: tuple[int, int]) -> LeafCoverage:
    if isinstance(atom, FixedAtom):
        nobody = atom.reason is Reason.NOT_ASSESSABLE
        return LeafCoverage(asks=asks, answered_by="person" if nobody else "nothing")
    framed = isinstance(getattr(atom, "window", None), DateWindow)
    return LeafCoverage(
        asks=asks, answered_by="data", people=counted[0], in_window=counted[1] if framed else None
    )


def _count(connection: Any, table: PatientTable, plan: Plan) -> dict[int, tuple[int, int]]:
    """The people with rows of each atom, ever and in its window."""
    found = connection.execute(f"SELECT DISTINCT code FROM ({table.query}) WHERE code IS NOT NULL").fetchall()
    with spooled(_asked(plan, [code for (code,) in found])) as path:
        connection.execute(f"CREATE TABLE asked AS SELECT * FROM {spooled_source(path, _ASKED)}")
    day = f"DATE '{plan.index_date}'"
    # An interval is in the window where it meets it; a row without a time only where there is no beginning.
    inside = (
        f"CASE WHEN r.time IS NULL THEN a.lasts AND a.since IS NULL ELSE CAST(r.time AS DATE) <= {day} "
        "AND CAST(r.time AS DATE) <= a.until AND (a.since IS NULL OR CAST(CASE WHEN a.lasts "
        "THEN coalesce(r.end_time, r.time) ELSE r.time END AS DATE) >= a.since) END"
    )
    counted = connection.execute(
        "SELECT k, count(*) FILTER (WHERE ever & 1 > 0 OR (whole > 1 AND ever & whole = whole)), "
        "count(*) FILTER (WHERE recent & 1 > 0 OR (whole > 1 AND recent & whole = whole)) FROM ("
        "SELECT r.subject_id, a.k, a.whole, bit_or(a.bit) AS ever, "
        f"bit_or(CASE WHEN {inside} THEN a.bit ELSE 0 END) AS recent "
        f"FROM ({table.query}) AS r JOIN asked AS a ON a.code = r.code GROUP BY ALL) AS own GROUP BY k"
    ).fetchall()
    return {k: (people, recent) for k, people, recent in counted}


def _asked(plan: Plan, codes: list[str]) -> Iterator[tuple[Any, ...]]:
    """What each code of the table is for each atom: the first bit answers it alone, the others together."""
    plain = [(code, plain_code(code)) for code in codes]
    for k, atom in enumerate(plan.atoms):
        window = getattr(atom, "window", None)
        since, until = None, plan.index_date
        if isinstance(window, DateWindow):
            since, until = window.first, window.last
        lasts = isinstance(atom, ConditionAtom | ExposureAtom)
        parts = atom.parts if isinstance(atom, MeasurementAtom) else ()
        whole = sum(2 << i for i in range(len(parts)))
        for code, spelling in plain:
            bit = int(_answers(atom, spelling))
            bit += sum(2 << i for i, part in enumerate(parts) if spelling in part.codes)
            if bit:
                yield code, k, bit, whole, since, until, lasts


def _answers(atom: Atom, plain: str) -> bool:
    """Whether a row of the code, in its plain spelling, speaks of what the atom asks."""
    match atom:
        case MeasurementAtom() | ChangeAtom():
            return plain in atom.question.codes
        case ConditionAtom():
            return plain in atom.codes or (atom.test is not None and plain in atom.test.codes)
        case ExposureAtom():
            return plain in atom.codes
        case AgeAtom():
            return plain == BIRTH
        case SexAtom():
            return plain in _SEXES
        case AttributeAtom():
            return plain.startswith(atom.prefix)
        case _:
            return False
