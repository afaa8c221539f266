"""The verb: who qualifies for each study at a date, and why.

Takes studies with compiled criteria and the one patient table; gives counts, and one verdict row a person
and criterion. The plan is made once; an engine answers it.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from trialwright.errors import EngineError, OutputError, UsageError
from trialwright.model.screening import PatientTable, ScreeningSummary, VerdictRow
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary
from trialwright.screening.options import ScreeningOptions
from trialwright.screening.plan import Plan, make_plan
from trialwright.screening.problems import unknown_units
from trialwright.screening.source import connect
from trialwright.screening.tally import Tally

ENGINES = ("duckdb", "reference", "spark", "postgres")


class Run(Protocol):
    """What an engine gives: the counts at once, the rows when they are asked for."""

    deceased: int
    tallies: list[Tally]

    def rows(self) -> Iterator[VerdictRow]:
        """All verdict rows in order: study, subject, trial level, criteria."""


class Screening:
    """The result of a screening: the counts in `summary`, and verdict rows to iterate over or to write."""

    def __init__(self, plan: Plan, table: PatientTable, run: Run) -> None:
        self._table = table
        self._run = run
        self.summary = ScreeningSummary(
            index_date=plan.index_date.isoformat(),
            assumptions=plan.options.named(),
            not_screened={"deceased": run.deceased},
            problems=(*table.problems, *unknown_units(table, plan)),
            studies=tuple(tally.count() for tally in run.tallies),
        )

    def __iter__(self) -> Iterator[VerdictRow]:
        return self._run.rows()

    def write(self, path: str | Path) -> None:
        """Write the verdict rows as Parquet or CSV, by the name; nothing half-written is left."""
        target = Path(path)
        if target.suffix.lower() not in (".parquet", ".csv"):
            raise OutputError(
                f"verdicts cannot be written as {target.suffix or 'a file without a suffix'}",
                where=str(path),
                cure="name the file .parquet or .csv",
            )
        try:
            with NamedTemporaryFile(dir=target.parent, prefix=".trialwright-", delete=False) as opened:
                part = Path(opened.name)
            try:
                part.chmod(0o666 & ~_umask())
                if target.suffix.lower() == ".csv":
                    self._write_csv(part)
                else:
                    self._write_parquet(part)
                os.replace(part, target)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"cannot be written ({error.strerror})",
                where=str(path),
                cure="check that the folder is there",
            ) from None

    def _write_csv(self, part: Path) -> None:
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(VerdictRow._fields)
            writer.writerows(self)

    def _write_parquet(self, part: Path) -> None:
        copy = getattr(self._run, "copy_parquet", None)
        if copy is not None:
            copy(str(part))
            return
        subject = "BIGINT" if self._table.subject_type == "number" else "VARCHAR"
        with NamedTemporaryFile(dir=part.parent, prefix=".trialwright-", suffix=".csv") as rows:
            self._write_csv(Path(rows.name))
            fields = dict.fromkeys(VerdictRow._fields, "'VARCHAR'") | {"subject_id": f"'{subject}'"}
            columns = ", ".join(f"'{name}': {kind}" for name, kind in fields.items())
            with connect() as connection:
                connection.execute(
                    "COPY (SELECT * REPLACE (coalesce(criterion, '') AS criterion) FROM read_csv("
                    f"{quoted(rows.name)}, header = true, delim = ',', quote = '\"', escape = '\"', "
                    f"auto_detect = false, columns = {{{columns}}})) TO {quoted(str(part))} (FORMAT parquet)"
                )


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def screen(
    studies: Sequence[Study],
    patients: PatientTable,
    *,
    index_date: date,
    vocabulary: Vocabulary,
    engine: str = "duckdb",
    options: ScreeningOptions | None = None,
    database: str | None = None,
) -> Screening:
    """Screen the people of the table for the studies at the index date.

    `database` is the address of the PostgreSQL server for that engine; without it libpq's own variables
    (PGHOST, PGUSER ...) say where it is. Raises EngineError for an unknown engine or one that cannot do
    its part, PatientsError when the table cannot be used, MissingExtra when the engine is not installed.
    """
    if engine not in ENGINES:
        raise EngineError(f"there is no engine {engine!r}", cure=f"use one of {', '.join(ENGINES)}")
    if database is not None and engine != "postgres":
        raise UsageError(f"the engine {engine} uses no database", cure="add --engine postgres")
    plan = make_plan(
        tuple(studies), index_date=index_date, vocabulary=vocabulary, options=options or ScreeningOptions()
    )
    return Screening(plan, patients, _run(engine, plan, patients, database))


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
