"""Atoms that columns do not answer: each person's few rows of them go through the reference's functions.

Changes, derived scores, multiples of a limit of normal, windows around events, doses and counts. Only rows
that such an atom asks for are fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from trialwright.screening.atoms import Atom
from trialwright.screening.codes import plain_code
from trialwright.screening.outcome import RANK
from trialwright.screening.person import Person, Row
from trialwright.screening.plan import Plan
from trialwright.screening.records import ALWAYS, codes_of
from trialwright.screening.sql import listed
from trialwright.screening.store import BESIDE, Store, moment_of, time_of


def usual(atom: Atom, plan: Plan) -> int:
    """The answer for somebody without any row."""
    from trialwright.screening.reference import answer

    return RANK[answer(atom, Person((), plan.index_date, plan.options)).answer]


def add_rare(store: Store, plan: Plan, present: list[tuple[str, str]], atoms: dict[int, Atom]) -> None:
    """Put the answers of the atoms beside the others."""
    from trialwright.screening.reference import answer

    wanted = [ALWAYS, *(codes for atom in atoms.values() for codes in codes_of(atom))]
    codes = listed({code for code, _ in present if any(plain_code(code) in group for group in wanted)})
    rows = store.look(
        "SELECT subject_id, code, moment, numeric_value, text_value, unit, end_moment, ref_low, ref_high "  # noqa: S608
        f"FROM {store.source} AS r WHERE code IN ({codes}) ORDER BY subject_id"
    )

    def answers() -> Iterator[tuple[Any, ...]]:
        for subject, own in groupby(rows, key=lambda row: row[0]):
            person = Person(map(_row, own), plan.index_date, plan.options)
            for k, atom in atoms.items():
                given = answer(atom, person)
                shown = moment_of(datetime.fromisoformat(given.time)) if given.time else None
                yield subject, k, RANK[given.answer], 0, given.value, given.unit, shown

    store.load("rare_answer", {"subject_id": store.subject, **BESIDE}, answers())
    store.extend("beside", "SELECT * FROM rare_answer")


def _row(cells: tuple[Any, ...]) -> Row:
    _, code, begin, number, text, unit, end, low, high = cells
    return Row(plain_code(code), _time(begin), number, text, unit, _time(end), low, high)


def _time(moment: int | None) -> datetime | None:
    return None if moment is None else time_of(moment)
