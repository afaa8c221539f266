"""The verb: who qualifies for each study at a date, and why.

Takes studies with compiled criteria and the one patient table; gives counts, and one verdict row a person
and criterion. The plan is made once; an engine answers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

import msgspec

from trialwright.errors import EngineError, UsageError
from trialwright.model.answers import NearMiss
from trialwright.model.explanation import Explanation
from trialwright.model.period import Period
from trialwright.model.screening import PatientTable, ScreeningSummary, VerdictRow
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary
from trialwright.screening.bounds import name_of
from trialwright.screening.explaining import explain
from trialwright.screening.insights import Insights
from trialwright.screening.later import HORIZON
from trialwright.screening.nodes import Words
from trialwright.screening.options import ScreeningOptions
from trialwright.screening.plan import Plan, make_plan
from trialwright.screening.problems import unknown_units
from trialwright.screening.relaxing import NEAR
from trialwright.screening.tally import Tally
from trialwright.screening.writing import placing, write_csv, write_parquet

ENGINES = ("duckdb", "reference", "spark", "postgres")


class Run(Protocol):
    """What an engine gives: the counts at once, the rows when they are asked for."""

    deceased: int
    tallies: list[Tally]

    def rows(self) -> Iterator[VerdictRow]:
        """All verdict rows in order: study, subject, trial level, criteria."""


class Screening:
    """The result of a screening: the counts in `summary`, and verdict rows to iterate over or to write.

    `insights` tells what each criterion costs, who misses narrowly, and what would decide the undecided.
    """

    def __init__(
        self,
        plan: Plan,
        table: PatientTable,
        run: Run,
        *,
        studies: tuple[Study, ...],
        vocabulary: Vocabulary,
        words: Words = name_of,
    ) -> None:
        self._plan, self._table, self._run = plan, table, run
        self._studies, self._vocabulary, self._words = studies, vocabulary, words
        self.insights = Insights(plan, table, run)
        self.summary = ScreeningSummary(
            index_date=plan.index_date.isoformat(),
            assumptions=plan.options.named(),
            not_screened={"deceased": run.deceased},
            problems=(*table.problems, *unknown_units(table, plan)),
            studies=tuple(tally.count() for tally in run.tallies),
        )

    def __iter__(self) -> Iterator[VerdictRow]:
        return self._run.rows()

    def explain(self, subject: str | int, *, horizon: Period = HORIZON) -> Explanation:
        """Why one person is eligible for each study, undecided, or not.

        Raises UsageError when the table has nobody of that id.
        """
        return explain(
            self._studies,
            self._table,
            subject,
            index_date=self._plan.index_date,
            vocabulary=self._vocabulary,
            options=self._plan.options,
            horizon=horizon,
            words=self._words,
        )

    def with_insights(
        self, *, what_if: bool = False, near: float | None = None, facts: bool = False
    ) -> ScreeningSummary:
        """The summary with the answers that are asked for; `near` is a relative distance (0.1)."""
        found = self.insights
        wanted = {
            "what_if": found.what_if if what_if else None,
            "near_misses": found.near_counts(near) if near is not None else None,
            "facts": found.facts if facts else None,
        }
        studies = tuple(
            msgspec.structs.replace(study, **{k: v[i] for k, v in wanted.items() if v is not None})
            for i, study in enumerate(self.summary.studies)
        )
        return msgspec.structs.replace(self.summary, studies=studies)

    def write(self, path: str | Path) -> None:
        """Write the verdict rows as Parquet or CSV, by the name; nothing half-written is left."""
        with placing(path, "verdicts") as part:
            if Path(path).suffix.lower() == ".csv":
                write_csv(part, VerdictRow._fields, self)
                return
            copy = getattr(self._run, "copy_parquet", None)
            if copy is not None:
                copy(str(part))
                return
            kinds = dict.fromkeys(VerdictRow._fields, "VARCHAR") | {"subject_id": self._subject_kind}
            write_parquet(part, kinds, self, filled=("criterion",))

    def write_near_misses(self, path: str | Path, *, near: float = NEAR) -> None:
        """Write who misses narrowly, one row a study and person, as Parquet or CSV by the name."""
        with placing(path, "near misses") as part:
            rows = self.insights.near_misses(near)
            if Path(path).suffix.lower() == ".csv":
                write_csv(part, NearMiss._fields, rows)
                return
            kinds = dict.fromkeys(NearMiss._fields, "VARCHAR") | {"subject_id": self._subject_kind}
            kinds |= dict.fromkeys(("value", "bound", "distance", "relative"), "DOUBLE")
            write_parquet(part, kinds, rows)

    @property
    def _subject_kind(self) -> str:
        return "BIGINT" if self._table.subject_type == "number" else "VARCHAR"


def screen(
    studies: Sequence[Study],
    patients: PatientTable,
    *,
    index_date: date,
    vocabulary: Vocabulary,
    engine: str = "duckdb",
    options: ScreeningOptions | None = None,
    database: str | None = None,
    words: Words = name_of,
) -> Screening:
    """Screen the people of the table for the studies at the index date.

    `database` is the address of the PostgreSQL server for that engine; without it libpq's own variables
    (PGHOST, PGUSER ...) say where it is. `words` says a leaf in words, for explanations. Raises EngineError
    for an unknown engine or one that cannot do its part, PatientsError when the table cannot be used,
    MissingExtra when the engine is not installed.
    """
    if engine not in ENGINES:
        raise EngineError(f"there is no engine {engine!r}", cure=f"use one of {', '.join(ENGINES)}")
    if database is not None and engine != "postgres":
        raise UsageError(f"the engine {engine} uses no database", cure="add --engine postgres")
    plan = make_plan(
        tuple(studies), index_date=index_date, vocabulary=vocabulary, options=options or ScreeningOptions()
    )
    run = _run(engine, plan, patients, database)
    return Screening(plan, patients, run, studies=tuple(studies), vocabulary=vocabulary, words=words)


def _run(engine: str, plan: Plan, patients: PatientTable, database: str | None) -> Run:
    """The plan answered by an engine; what an engine needs is imported only for it."""
    if engine == "reference":
        from trialwright.screening.reference import ReferenceRun

        return ReferenceRun(plan, patients)
    if engine == "duckdb":
        from trialwright.screening.rowwise import RowwiseRun

        return RowwiseRun(plan, patients)
    from trialwright.screening.streamed import Together

    if engine == "postgres":
        from trialwright.screening.store_postgres import PostgresStore

        return Together(plan, lambda: PostgresStore(patients, database))
    from trialwright.screening.store_spark import SparkStore

    return Together(plan, lambda: SparkStore(patients))
