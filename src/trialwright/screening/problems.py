"""What a table holds that nobody could read: unit spellings without a meaning, counted by code."""

from __future__ import annotations

from trialwright.model.checking import UnitCount
from trialwright.model.screening import PatientTable
from trialwright.model.unit import find_unit
from trialwright.model.vocabulary import Vocabulary
from trialwright.screening.atoms import ChangeAtom, MeasurementAtom, Question
from trialwright.screening.codes import plain_code
from trialwright.screening.naming import CodeNames
from trialwright.screening.plan import Plan
from trialwright.screening.reading import scale_of
from trialwright.screening.source import connect, guarded


def unknown_units(table: PatientTable, plan: Plan) -> tuple[str, ...]:
    """One line a spelling that no table of units has, with the codes that criteria ask for."""
    questions: list[Question] = []
    for atom in plan.atoms:
        if isinstance(atom, MeasurementAtom | ChangeAtom) and atom.question.scale is not None:
            questions.append(atom.question)
            questions += atom.parts if isinstance(atom, MeasurementAtom) else ()
    spellings: dict[str, list[UnitCount]] = {}
    for counted in _strange_units(table) if questions else ():
        asking = [q.scale for q in questions if q.scale and plain_code(counted.code) in q.codes]
        if any(scale.conversion(counted.unit) is None for scale in asking):
            spellings.setdefault(counted.unit, []).append(counted)
    return tuple(_line(unit, found) for unit, found in sorted(spellings.items()))


def count_unknown_units(table: PatientTable, vocabulary: Vocabulary) -> tuple[UnitCount, ...]:
    """Rows of measures, or of codes that nobody knows, whose unit no table of units has."""
    names = CodeNames(vocabulary)
    found = []
    for counted in _strange_units(table):
        term = names.term(counted.code)
        # A dose may be in any unit; a measure whose own unit is a rare one is compared by its spelling.
        if term is None or (
            term.kind in ("quantity", "score") and scale_of(term, None).conversion(counted.unit) is None
        ):
            found.append(counted)
    return tuple(found)


def _strange_units(table: PatientTable) -> list[UnitCount]:
    """The codes with the unit spellings that no table of units has."""
    with connect() as connection, guarded(table):
        counted = connection.execute(
            f"SELECT code, unit, count(*) FROM ({table.query}) WHERE unit IS NOT NULL "  # noqa: S608
            "AND code IS NOT NULL GROUP BY code, unit ORDER BY code, unit"
        ).fetchall()
    return [
        UnitCount(code=code, unit=unit, rows=number)
        for code, unit, number in counted
        if unit.strip() and find_unit(unit) is None
    ]


def _line(unit: str, found: list[UnitCount]) -> str:
    codes = ", ".join(f"{one.code} ({one.rows})" for one in found[:4])
    more = f" and {len(found) - 4} more codes" if len(found) > 4 else ""
    return f"unit {unit[:40]!r} is not known: {sum(one.rows for one in found)} rows of {codes}{more}"
