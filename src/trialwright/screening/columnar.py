"""All people at once by the SQL of a store (DuckDB, PostgreSQL, Spark), the same bytes as the reference.

Distinct codes, units and texts are read once by the reference's own functions (dictionary.py); the rest is
one pass of SQL (sql.py). Few and rare atoms are answered person by person from their own rows (rare.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from trialwright.model.logic import unknown
from trialwright.model.period import Period
from trialwright.screening import births, numbers, rare, sql, supply
from trialwright.screening.atoms import (
    AgeAtom,
    Atom,
    AttributeAtom,
    ChangeAtom,
    ConditionAtom,
    EventWindow,
    ExposureAtom,
    FixedAtom,
    MeasurementAtom,
    Question,
    SexAtom,
)
from trialwright.screening.dictionary import (
    DECEASED,
    FEMALE,
    MALE,
    MEDICATION_CLOSED,
    OLD,
    PROBLEMS_CLOSED,
    Pair,
    moment,
    pairs_of,
    told_by,
)
from trialwright.screening.outcome import RANK
from trialwright.screening.plan import Plan
from trialwright.screening.reading import read_figure, read_word
from trialwright.screening.store import BESIDE, Store
from trialwright.screening.tally import Tally

_USUAL = 5
_COUNTED = 10
# Criteria counted by one query: PostgreSQL gives at most 1,664 columns.
_AT_ONCE = 100


def is_columnar(atom: Atom) -> bool:
    """Whether rows of the atom are judged by columns; the rest has an engine part of its own."""
    match atom:
        case MeasurementAtom(question=question, window=window, formula=formula):
            grades = question.scale is None and any(read_figure(v) for v in question.values)
            return not (
                isinstance(window, EventWindow)
                or (formula and not numbers.is_derived(atom))
                or question.relative_to is not None
                or grades
            )
        case ConditionAtom(window=window):
            framed = window is not None or atom.begun is not None
            return not (isinstance(window, EventWindow) or (atom.persistence and framed))
        case ExposureAtom(window=window):
            special = atom.dose or atom.count or atom.duration or atom.begun
            return not (special or isinstance(window, EventWindow) or (atom.status == "current" and window))
        case SexAtom() | AttributeAtom():
            return True
        case _:
            return False


class Columns:
    """The answers of all people, packed, in a store: the tables `person` and `alike`, and the counts."""

    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan = plan
        self.store = store
        self.asked: dict[int, Atom] = {k: a for k, a in enumerate(plan.atoms) if not isinstance(a, FixedAtom)}
        # A score that can be computed has a second place, for what its parts give.
        scores = [k for k, a in self.asked.items() if numbers.is_derived(a)]
        self.second = {k: len(plan.atoms) + 1 + i for i, k in enumerate(scores)}
        self.places = {k: place for place, k in enumerate((*self.asked, *self.second.values()))}
        self.day_after = moment(plan.index_date, after=True)
        self.today = moment(plan.index_date)
        self._run()

    def _run(self) -> None:
        plan, store = self.plan, self.store
        self.found = self._codes()
        columnar = {k: a for k, a in self.asked.items() if is_columnar(a)}
        pairs = pairs_of(plan, columnar, self.found)
        store.load("pair", dict(zip(Pair._fields, _PAIR_TYPES, strict=True)), pairs)
        store.load(
            "told",
            {"pair": "INTEGER", "text": "VARCHAR", "c": "INTEGER", "alone": "BOOLEAN", "shown": "BOOLEAN"},
            told_by(plan, pairs, self._texts(pairs)),
        )
        store.load("form", _FORM_TYPES, self._forms(columnar))
        self._beside(columnar)
        source = sql.rows_query(store.source, self.day_after, self.today, evidence=False)
        answered = (
            f"WITH placed AS ({source}), level AS ({sql.LEVEL}), answered AS (SELECT l.subject_id, l.k, "  # noqa: S608
            f"{sql.answer_case()} AS answer, CASE WHEN f.form = {sql.Form.FLAG} THEN l.bits ELSE 0 END "
            "AS flags FROM level AS l JOIN form AS f ON f.k = l.k UNION ALL "
            "SELECT subject_id, k, answer, flags FROM beside)"
        )
        words = (len(self.places) + sql.ATOMS_A_WORD - 1) // sql.ATOMS_A_WORD
        self.words = words
        store.create("person", f"{answered} {sql.person_query(words)}")
        self._count()

    def _codes(self) -> list[tuple[str, str]]:
        """The distinct codes and units of the table."""
        found = self.store.look(
            "SELECT DISTINCT code, coalesce(unit, '') AS unit "  # noqa: S608
            f"FROM {self.store.source} AS people WHERE code IS NOT NULL"
        )
        return sorted((code, unit) for code, unit in found)

    def _texts(self, pairs: list[Pair]) -> Iterator[tuple[str, str, str]]:
        """The distinct texts with their codes and units, where an atom asks for them."""
        codes = sql.listed({pair.code for pair in pairs})
        yield from self.store.look(
            "SELECT DISTINCT code, coalesce(unit, '') AS unit, text_value "  # noqa: S608
            f"FROM {self.store.source} AS people WHERE text_value IS NOT NULL AND code IN ({codes})"
        )

    def _forms(self, columnar: dict[int, Atom]) -> Iterator[tuple[Any, ...]]:
        recent = moment(Period("-P1Y").from_day(self.plan.index_date))
        for k, atom in self.asked.items():
            word, position = divmod(self.places[k], sql.ATOMS_A_WORD)
            form = _form(atom) if k in columnar else sql.Form.READY
            current = isinstance(atom, ConditionAtom) and atom.status == "current"
            wanted = 0
            if isinstance(atom, SexAtom):
                wanted = (MALE if "M" in atom.wanted else 0) | (FEMALE if "F" in atom.wanted else 0)
            yield k, form, word, 3 * position, self._usual(k), current, wanted, recent
        for k in self.second.values():
            word, position = divmod(self.places[k], sql.ATOMS_A_WORD)
            yield k, sql.Form.READY, word, 3 * position, _USUAL, False, 0, recent
        yield len(self.plan.atoms), sql.Form.FLAG, -1, 0, _USUAL, False, 0, recent

    def _usual(self, k: int) -> int:
        """The answer of an atom for somebody without a row of it."""
        atom = self.asked[k]
        if (
            is_columnar(atom)
            or isinstance(atom, AgeAtom)
            or supply.is_supply(atom)
            or numbers.is_change(atom)
        ):
            return _USUAL
        return rare.usual(atom, self.plan)

    def _beside(self, columnar: dict[int, Atom]) -> None:
        """Answers that are not made in the one pass: ages, runs of supply, and rare atoms."""
        self.store.load("beside", {"subject_id": self.store.subject, **BESIDE}, ())
        ages = {k: a for k, a in self.asked.items() if isinstance(a, AgeAtom)}
        women = any(getattr(a, "women_only", False) for a in self.asked.values())
        if ages or women:
            births.add_ages(self.store, self.plan, self.found, ages)
        for k, atom in self.asked.items():
            if k not in columnar and isinstance(atom, ExposureAtom) and supply.is_supply(atom):
                supply.add_runs(self.store, self.plan, self.found, k, atom)
        others = {
            k: a
            for k, a in self.asked.items()
            if not (k in columnar or k in ages or supply.is_supply(a) or numbers.is_change(a))
        }
        self._add_numbers()
        if others:
            rare.add_rare(self.store, self.plan, self.found, others)

    def _add_numbers(self) -> None:
        questions: dict[Question, int] = {}
        changes = {k: a for k, a in self.asked.items() if isinstance(a, ChangeAtom) and numbers.is_change(a)}
        scores = {k: a for k, a in self.asked.items() if k in self.second and isinstance(a, MeasurementAtom)}
        for change in changes.values():
            questions.setdefault(change.question, len(questions))
        for score in scores.values():
            for part in score.parts:
                questions.setdefault(part, len(questions))
        if not questions:
            return
        numbers.read_numbers(self.store, self.day_after, list(questions), self.found)
        for k, change in changes.items():
            numbers.add_change(self.store, k, questions[change.question], change)
        for k, score in scores.items():
            numbers.add_derived(self.store, self.second[k], [questions[p] for p in score.parts], score)

    def column(self, k: int) -> str:
        """The answer of an atom, over the packed columns of a person."""
        atom = self.plan.atoms[k]
        if isinstance(atom, FixedAtom):
            return f"CAST({RANK[unknown(atom.reason)]} AS TINYINT)"
        raw = self.raw_column(k)
        if k in self.second:
            second = sql.unpacked(self.second[k], _USUAL, self.places[self.second[k]])
            raw = f"CASE WHEN {raw} IN (4, 5) THEN {second} ELSE {raw} END"
        closed = self._closed(atom)
        if closed is not None:
            raw = f"CASE WHEN {raw} IN (4, 5) AND {closed} THEN CAST(0 AS TINYINT) ELSE {raw} END"
        exempt = self._exempt(atom)
        if exempt is not None:
            raw = f"CASE WHEN {CANNOT} THEN CAST({exempt} AS TINYINT) ELSE {raw} END"
        return raw

    def raw_column(self, k: int) -> str:
        """The answer of an atom by its own rows alone."""
        return sql.unpacked(k, self._usual(k), self.places[k])

    def _closed(self, atom: Atom) -> str | None:
        worlds = self.plan.options.closed_world
        if isinstance(atom, ConditionAtom) and is_columnar(atom):
            return "TRUE" if "conditions" in worlds else f"flags & {PROBLEMS_CLOSED} > 0"
        if isinstance(atom, ExposureAtom) and (is_columnar(atom) or supply.is_supply(atom)):
            flag = MEDICATION_CLOSED if atom.closed_by == "medication" else PROBLEMS_CLOSED
            return "TRUE" if "exposures" in worlds else f"flags & {flag} > 0"
        return None

    def _exempt(self, atom: Atom) -> int | None:
        """The answer for whoever cannot be pregnant."""
        if not getattr(atom, "women_only", False):
            return None
        if isinstance(atom, MeasurementAtom):
            sure = read_word(None, "negative", values=atom.question.values, quantitative=False)
            return RANK[sure] if sure is not None else 3
        return 0

    def _count(self) -> None:
        store, plan = self.store, self.plan
        words = "".join(f"w{i}, " for i in range(self.words))
        zeros = "".join("0, " for _ in range(self.words))
        ((everybody,),) = store.look(f"SELECT count(DISTINCT subject_id) FROM {store.source} AS people")  # noqa: S608
        ((answered, deceased),) = store.query(
            f"SELECT count(*), sum(CASE WHEN flags & {DECEASED} > 0 THEN 1 ELSE 0 END) FROM person"  # noqa: S608
        )
        without, self.deceased = int(everybody) - int(answered), int(deceased or 0)
        store.create(
            "alike",
            f"SELECT {words}flags, count(*) AS n FROM person WHERE flags & {DECEASED} = 0 "  # noqa: S608
            f"GROUP BY {words}flags UNION ALL SELECT {zeros}0, {without}",
        )
        self.tallies = [Tally(study, strict=plan.options.strict) for study in plan.studies]
        found: list[tuple[list[int], list[list[int]]]] = [([0, 0, 0], []) for _ in plan.studies]
        for group in self._groups():
            asked = [(plan.studies[s], part) for s, part in group]
            (row,) = store.query(sql.counts_query(asked, self.column, strict=plan.options.strict))
            numbers = iter(int(x or 0) for x in row)
            for s, part in group:
                total, each = found[s]
                total[:] = islice(numbers, 3)
                size = len(range(len(plan.studies[s].criteria))[part])
                each += [list(islice(numbers, _COUNTED)) for _ in range(size)]
        for tally, (total, each) in zip(self.tallies, found, strict=True):
            screened, failed, eligible = total
            tally.fill(screened, failed, eligible, each)

    def _groups(self) -> Iterator[list[tuple[int, slice]]]:
        """Parts of studies that are counted by one query, as many as the store likes and columns allow."""
        group: list[tuple[int, slice]] = []
        size = 0
        for s, study in enumerate(self.plan.studies):
            for start in range(0, max(len(study.criteria), 1), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                own = len(range(len(study.criteria))[part])
                if group and (len(group) >= self.store.studies_at_once or size + own > _AT_ONCE):
                    yield group
                    group, size = [], 0
                group.append((s, part))
                size += own
        if group:
            yield group


# Whoever is recorded male only, or known to be aged 60 or over.
CANNOT = f"(flags & {OLD} > 0 OR flags & {MALE | FEMALE} = {MALE})"
_FORM_TYPES = {
    "k": "INTEGER", "form": "INTEGER", "word": "INTEGER", "shift": "INTEGER", "usual": "INTEGER",
    "current": "BOOLEAN", "wanted": "INTEGER", "recent": "BIGINT",
}  # fmt: skip
_PAIR_TYPES = (
    "INTEGER", "VARCHAR", "VARCHAR", "INTEGER", "INTEGER", "DOUBLE", "BOOLEAN", "DOUBLE", "DOUBLE", "DOUBLE",
    "DOUBLE", "INTEGER", "BOOLEAN", *("BIGINT",) * 9, "INTEGER", "BOOLEAN",
)  # fmt: skip


def _form(atom: Atom) -> int:
    match atom:
        case MeasurementAtom(select="all"):
            return sql.Form.ALL
        case MeasurementAtom(select="any"):
            return sql.Form.ANY
        case ConditionAtom(persistence="lifelong"):
            return sql.Form.LIFELONG
        case ConditionAtom(persistence=None):
            return sql.Form.CONDITION
        case ExposureAtom():
            return sql.Form.EXPOSURE
        case AttributeAtom():
            return sql.Form.ATTRIBUTE
        case SexAtom():
            return sql.Form.SEX
        case _:
            return sql.Form.LATEST
