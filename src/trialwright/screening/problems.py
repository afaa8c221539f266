"""What a table holds that nobody could read: unit spellings without a meaning, counted by code."""

from __future__ import annotations

from trialwright.model.screening import PatientTable
from trialwright.model.unit import find_unit
from trialwright.screening.atoms import ChangeAtom, MeasurementAtom, Question
from trialwright.screening.codes import plain_code
from trialwright.screening.plan import Plan
from trialwright.screening.source import connect, guarded


def unknown_units(table: PatientTable, plan: Plan) -> tuple[str, ...]:
    """One line a spelling that no table of units has, with the codes that criteria ask for."""
    questions: list[Question] = []
    for atom in plan.atoms:
        if isinstance(atom, MeasurementAtom | ChangeAtom) and atom.question.scale is not None:
            questions.append(atom.question)
            questions += atom.parts if isinstance(atom, MeasurementAtom) else ()
    if not questions:
        return ()
    with connect() as connection, guarded(table):
        counted = connection.execute(
            f"SELECT code, unit, count(*) FROM ({table.query}) WHERE unit IS NOT NULL "  # noqa: S608
            "GROUP BY code, unit ORDER BY code, unit"
        ).fetchall()
    spellings: dict[str, list[tuple[str, int]]] = {}
    for code, unit, number in counted:
        if code is None or not unit.strip() or find_unit(unit) is not None:
            continue
        asking = [q.scale for q in questions if q.scale and plain_code(code) in q.codes]
        if any(scale.conversion(unit) is None for scale in asking):
            spellings.setdefault(unit, []).append((code, number))
    return tuple(_line(unit, found) for unit, found in sorted(spellings.items()))


def _line(unit: str, found: list[tuple[str, int]]) -> str:
    codes = ", ".join(f"{code} ({number})" for code, number in found[:4])
    more = f" and {len(found) - 4} more codes" if len(found) > 4 else ""
    return f"unit {unit[:40]!r} is not known: {sum(n for _, n in found)} rows of {codes}{more}"
