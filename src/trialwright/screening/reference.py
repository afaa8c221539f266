"""The reference engine: one person at a time, plain Python, the definition of what is right.

Takes a plan and a table; gives verdict rows. To be read side by side with the semantics: measurements.py is
section 4, conditions.py 5, exposures.py 6, demographics.py 7, outcome.py section 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from trialwright.model.logic import Answer, unknown
from trialwright.model.screening import PatientTable, VerdictRow
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
from trialwright.screening.codes import plain_code
from trialwright.screening.conditions import answer_condition
from trialwright.screening.demographics import answer_age, answer_attribute, answer_sex
from trialwright.screening.exposures import answer_exposure
from trialwright.screening.measurements import answer_change, answer_measurement
from trialwright.screening.outcome import RANK, judge, judge_trial, trial_needs, words_needed
from trialwright.screening.person import LeafAnswer, Person, Row
from trialwright.screening.plan import Plan, PlannedStudy
from trialwright.screening.source import COLUMNS, connect, guarded
from trialwright.screening.tally import Tally


def answer(atom: Atom, person: Person) -> LeafAnswer:
    """What a person's record answers to an atom."""
    match atom:
        case MeasurementAtom():
            return answer_measurement(atom, person)
        case ChangeAtom():
            return answer_change(atom, person)
        case ConditionAtom():
            return answer_condition(atom, person)
        case ExposureAtom():
            return answer_exposure(atom, person)
        case AgeAtom():
            return answer_age(atom, person)
        case SexAtom():
            return answer_sex(atom, person)
        case AttributeAtom():
            return answer_attribute(atom, person)
        case FixedAtom():
            return LeafAnswer(unknown(atom.reason))


def read_people(table: PatientTable, plan: Plan) -> Iterator[tuple[Any, Person]]:
    """Every person of the table with their record, in the table's own order of subject_id."""
    with connect() as connection, guarded(table):
        cursor = connection.execute(f"SELECT {COLUMNS} FROM ({table.query}) ORDER BY subject_id")  # noqa: S608

        def rows() -> Iterator[tuple[Any, ...]]:
            while batch := cursor.fetchmany(20_000):
                yield from batch

        for subject, own in groupby(rows(), key=lambda row: row[0]):
            record = (
                Row(plain_code(code), time, number, text, unit, end, low, high)
                for _, time, code, number, text, unit, end, low, high in own
                if code is not None
            )
            yield subject, Person(record, plan.index_date, plan.options)


def judge_person(
    study: PlannedStudy, subject: Any, answers: Mapping[int, LeafAnswer] | Sequence[LeafAnswer], plan: Plan
) -> tuple[list[Answer], list[VerdictRow]]:
    """The answers of a study's criteria for a person, and the verdict rows, the trial level first."""
    found: list[Answer] = []
    rows: list[VerdictRow] = []
    for criterion in study.criteria:
        leaves = [answers[slot] for slot in criterion.slots]
        outcome = judge(criterion.expr, [leaf.answer for leaf in leaves])
        shown = leaves[outcome.decider] if outcome.decider is not None else LeafAnswer(outcome.answer)
        rows.append(
            VerdictRow(
                study.id, subject, criterion.id, *_words(outcome.answer), shown.value or None,
                shown.unit or None,
                shown.time, words_needed(criterion, outcome),
            )
        )  # fmt: skip
        found.append(outcome.answer)
    trial = judge_trial(study, found, strict=plan.options.strict)
    needs = trial_needs(study, trial, found, [row.needed for row in rows], strict=plan.options.strict)
    head = VerdictRow(study.id, subject, "", *_words(trial), None, None, None, needs)
    return found, [head, *rows]


def _words(given: Answer) -> tuple[str, str | None]:
    return given.verdict.value, given.reason.value if given.reason else None


class ReferenceRun:
    """The verdicts of all people, held in memory."""

    def __init__(self, plan: Plan, table: PatientTable) -> None:
        self.deceased = 0
        self.tallies = [Tally(study, strict=plan.options.strict) for study in plan.studies]
        # Every person with the rank of the answer to every atom.
        self.people: list[tuple[Any, tuple[int, ...]]] = []
        self._rows: list[list[VerdictRow]] = [[] for _ in plan.studies]
        for subject, person in read_people(table, plan):
            if person.is_deceased:
                self.deceased += 1
                continue
            answers = tuple(answer(atom, person) for atom in plan.atoms)
            self.people.append((subject, tuple(RANK[given.answer] for given in answers)))
            for study, tally, kept in zip(plan.studies, self.tallies, self._rows, strict=True):
                found, rows = judge_person(study, subject, answers, plan)
                tally.add(found)
                kept.extend(rows)

    def rows(self) -> Iterator[VerdictRow]:
        """All verdict rows in order."""
        for kept in self._rows:
            yield from kept
