"""The DuckDB engine: all people at once, the same bytes as the reference.

Distinct codes, units and texts are read once by the reference's own functions (dictionary.py); the rest is
one pass of SQL (sql.py). Few and rare atoms are answered person by person from their own rows (rare.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from trialwright.model.logic import unknown
from trialwright.model.period import Period
from trialwright.model.screening import PatientTable, VerdictRow
from trialwright.screening import births, numbers, rare, rowwise, sql, supply
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
from trialwright.screening.loading import load
from trialwright.screening.outcome import RANK
from trialwright.screening.plan import Plan
from trialwright.screening.reading import read_figure, read_word
from trialwright.screening.source import guarded, open_connection
from trialwright.screening.tally import Tally

_USUAL = 5
_COUNTED = 10


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


class ColumnarRun:
    """The verdicts of all people: counts at once, rows when they are asked for."""

    def __init__(self, plan: Plan, table: PatientTable) -> None:
        self.plan = plan
        self.table = table
        self.connection = open_connection()
        self.asked: dict[int, Atom] = {k: a for k, a in enumerate(plan.atoms) if not isinstance(a, FixedAtom)}
        # A score that can be computed has a second place, for what its parts give.
        scores = [k for k, a in self.asked.items() if numbers.is_derived(a)]
        self.second = {k: len(plan.atoms) + 1 + i for i, k in enumerate(scores)}
        self.places = {k: place for place, k in enumerate((*self.asked, *self.second.values()))}
        self.day_after = f"TIMESTAMP '{plan.index_date + timedelta(days=1)}'"
        self.today = moment(plan.index_date)
        self._rows_ready = False
        with guarded(table):
            self._run()

    def _run(self) -> None:
        plan, connection = self.plan, self.connection
        columnar = {k: a for k, a in self.asked.items() if is_columnar(a)}
        load(
            connection,
            "pair",
            dict(zip(Pair._fields, _PAIR_TYPES, strict=True)),
            pairs_of(plan, columnar, self._codes()),
        )
        pairs = [Pair(*row) for row in connection.execute("SELECT * FROM pair").fetchall()]
        load(
            connection,
            "told",
            {"pair": "INTEGER", "text": "VARCHAR", "c": "INTEGER", "alone": "BOOLEAN", "shown": "BOOLEAN"},
            told_by(plan, pairs, self._texts()),
        )
        load(connection, "form", _FORM_TYPES, self._forms(columnar))
        self._beside(columnar)
        source = sql.rows_query(self.table.query, self.day_after, self.today, evidence=False)
        answered = (
            f"WITH placed AS ({source}), level AS ({sql.LEVEL}), answered AS (SELECT l.subject_id, l.k, "  # noqa: S608
            f"{sql.answer_case()} AS answer, CASE WHEN f.form = {sql.Form.FLAG} THEN l.bits ELSE 0 END "
            "AS flags FROM level AS l JOIN form AS f ON f.k = l.k UNION ALL "
            "SELECT subject_id, k, answer, flags FROM beside)"
        )
        words = (len(self.places) + sql.ATOMS_A_WORD - 1) // sql.ATOMS_A_WORD
        self.words = words
        connection.execute(f"CREATE TABLE person AS {answered} {sql.person_query(words)}")
        self._count()

    def _codes(self) -> list[tuple[str, str]]:
        """The distinct codes and units of the table."""
        return self.connection.execute(
            "SELECT DISTINCT code, coalesce(unit, '') AS unit "  # noqa: S608
            f"FROM ({self.table.query}) WHERE code IS NOT NULL ORDER BY code, unit"
        ).fetchall()

    def _texts(self) -> Iterator[tuple[str, str, str]]:
        """The distinct texts with their codes and units, where an atom asks for them."""
        cursor = self.connection.execute(
            "SELECT DISTINCT r.code, coalesce(r.unit, '') AS unit, r.text_value "  # noqa: S608
            f"FROM ({self.table.query}) AS r WHERE r.text_value IS NOT NULL AND r.code IN "
            "(SELECT code FROM pair)"
        )
        while batch := cursor.fetchmany(10_000):
            yield from batch

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
        self.connection.execute(
            "CREATE TABLE beside AS SELECT subject_id, CAST(0 AS INTEGER) AS k, CAST(0 AS INTEGER) AS "  # noqa: S608
            "answer, CAST(0 AS BIGINT) AS flags, CAST(NULL AS VARCHAR) AS shown, CAST(NULL AS VARCHAR) AS "
            f"shown_unit, CAST(NULL AS VARCHAR) AS shown_time FROM ({self.table.query}) LIMIT 0"
        )
        ages = {k: a for k, a in self.asked.items() if isinstance(a, AgeAtom)}
        women = any(getattr(a, "women_only", False) for a in self.asked.values())
        if ages or women:
            births.add_ages(self.connection, self.table, self.plan, ages)
        for k, atom in self.asked.items():
            if k not in columnar and isinstance(atom, ExposureAtom) and supply.is_supply(atom):
                supply.add_runs(self.connection, self.table, self.plan, k, atom)
        others = {
            k: a
            for k, a in self.asked.items()
            if not (k in columnar or k in ages or supply.is_supply(a) or numbers.is_change(a))
        }
        self._add_numbers()
        if others:
            rare.add_rare(self.connection, self.table, self.plan, others)

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
        numbers.read_numbers(
            self.connection, self.table.query, self.day_after, list(questions), self._codes()
        )
        for k, change in changes.items():
            numbers.add_change(self.connection, k, questions[change.question], change)
        for k, score in scores.items():
            numbers.add_derived(self.connection, self.second[k], [questions[p] for p in score.parts], score)

    def columns(self) -> list[str]:
        """The answer of every atom, over the packed columns of a person."""
        return [self._column(k) for k in range(len(self.plan.atoms))]

    def _column(self, k: int) -> str:
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
        connection, plan = self.connection, self.plan
        words = "".join(f"w{i}, " for i in range(self.words))
        zeros = "".join("0, " for _ in range(self.words))
        given = ", ".join(f"{column} AS v{k}" for k, column in enumerate(self.columns()))
        everybody = self._scalar(f"SELECT count(DISTINCT subject_id) FROM ({self.table.query})")  # noqa: S608
        without = everybody - self._scalar("SELECT count(*) FROM person")
        self.deceased = self._scalar(f"SELECT count(*) FROM person WHERE flags & {DECEASED} > 0")  # noqa: S608
        connection.execute(
            f"CREATE TABLE alike AS SELECT n{',' if given else ''} {given} FROM ("  # noqa: S608
            f"SELECT {words}flags, count(*) AS n FROM person WHERE flags & {DECEASED} = 0 GROUP BY ALL "
            f"UNION ALL SELECT {zeros}0, {without}) AS packed"
        )
        self.tallies = []
        for study in plan.studies:
            tally = Tally(study, strict=plan.options.strict)
            columns = [sql.tree(c.expr, iter([f"v{k}" for k in c.slots])) for c in study.criteria]
            query = sql.counts_query(study, columns, strict=plan.options.strict)
            counted = [int(x or 0) for x in connection.execute(query).fetchone() or ()]
            screened, failed, eligible, *rest = counted
            tally.fill(
                screened, failed, eligible, [rest[_COUNTED * i :][:_COUNTED] for i in range(len(columns))]
            )
            self.tallies.append(tally)

    def _scalar(self, query: str) -> int:
        return int((self.connection.execute(query).fetchone() or (0,))[0] or 0)

    def rows(self) -> Iterator[VerdictRow]:
        """All verdict rows in order."""
        with guarded(self.table):
            for study, query in self._row_queries():
                cursor = self.connection.cursor().execute(query)
                while batch := cursor.fetchmany(10_000):
                    for row in batch:
                        yield VerdictRow(study, *row)

    def copy_parquet(self, path: str) -> None:
        """Write all verdict rows to a Parquet file without passing them through Python.

        Blocks of people become files of their own, which are then put together in their order.
        """
        with TemporaryDirectory(prefix=".trialwright-", dir=Path(path).parent) as folder, guarded(self.table):
            parts = []
            for number, (study, query) in enumerate(self._row_queries()):
                parts.append(rowwise.literal(str(Path(folder) / f"{number}.parquet")))
                self.connection.execute(
                    f"COPY (SELECT {rowwise.literal(study)} AS study, * FROM ({query})) "  # noqa: S608
                    f"TO {parts[-1]} (FORMAT parquet)"
                )
            source = f"read_parquet([{', '.join(parts)}])" if parts else self._nothing()
            self.connection.execute(
                f"COPY (SELECT * FROM {source}) TO {rowwise.literal(path)} (FORMAT parquet)"  # noqa: S608
            )

    def _nothing(self) -> str:
        """An empty table with the columns of the verdict table."""
        kind = "BIGINT" if self.table.subject_type == "number" else "VARCHAR"
        columns = ", ".join(
            f"CAST(NULL AS {kind if name == 'subject_id' else 'VARCHAR'}) AS {name}"
            for name in VerdictRow._fields
        )
        return f"(SELECT {columns} LIMIT 0)"

    def _row_queries(self) -> Iterator[tuple[str, str]]:
        """A query a study and block of people, in the order of the rows."""
        if not self._rows_ready:
            rowwise.prepare(self)
            self._rows_ready = True
        for index, study in enumerate(self.plan.studies):
            for block in rowwise.blocks(self):
                yield study.id, rowwise.study_query(self, index, block)


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
