"""Spark as a store: the people lie in parts by subject, so that nothing of a person has to travel.

The tables of a run are views of a session of their own; an active session lends its machines, else a local
one is started. Messages of Spark can quote cells and are not passed on.
"""

# ruff: noqa: S608  this file makes SQL of names of its own
from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from tempfile import TemporaryDirectory
from typing import Any

from trialwright.errors import EngineError, MissingExtra
from trialwright.model.screening import PatientTable
from trialwright.screening.dialect import translate
from trialwright.screening.source import connect, guarded
from trialwright.screening.store import PEOPLE, prepared, spooled
from trialwright.screening.store_duckdb import spooled_source

_KINDS = {"VARCHAR": "STRING"}
_NO_JAVA = "install Java 17 or later (Debian: apt install default-jre-headless), or set JAVA_HOME"
# What a run needs of its session, whatever the session that lends it thinks.
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.session.timeZone": "UTC",
    # A view is kept under the plan it had; nothing else may change the parts that the people lie in.
    "spark.sql.adaptive.enabled": "false",
}


class SparkStore:
    """Temporary views in a Spark session for one run; the files that fed them live as long."""

    studies_at_once = 20

    def __init__(self, table: PatientTable) -> None:
        self.source = "patients"
        self.subject = "BIGINT" if table.subject_type == "number" else "VARCHAR"
        self.table = table
        active = _session()
        self.session = active.newSession()
        self.parts = max(active.sparkContext.defaultParallelism, 1)
        for name, value in {**_SETTINGS, "spark.sql.shuffle.partitions": str(self.parts)}.items():
            self.session.conf.set(name, value)
        self.folder = TemporaryDirectory(prefix="trialwright-spark-")
        weakref.finalize(self, self.folder.cleanup)
        self._pieces: dict[str, list[Any]] = {}
        with self.guard():
            self._receive()

    def _receive(self) -> None:
        """Give the people to Spark as Parquet, and lay them out by subject."""
        path = f"{self.folder.name}/{self.source}.parquet"
        with connect() as source, guarded(self.table):
            source.execute(f"COPY ({prepared(self.table.query)}) TO '{path}' (FORMAT parquet)")
        people = self._parquet(path, {**PEOPLE, "subject_id": self.subject})
        self._keep(self.source, people.repartition(self.parts, "subject_id"))

    def _parquet(self, path: str, columns: Mapping[str, str]) -> Any:
        """A file with known columns, which Spark need not look into beforehand."""
        schema = ", ".join(f"{name} {_KINDS.get(kind, kind)}" for name, kind in columns.items())
        return self.session.read.schema(schema).parquet(path)

    def _keep(self, name: str, frame: Any) -> None:
        """Keep rows under a name: computed now and once, so that no later query plans them again.

        Spark gives them back when nothing speaks of them any more.
        """
        frame.localCheckpoint().createOrReplaceTempView(name)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turns errors of Spark into one sentence."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            yield
        except (PySparkException, Py4JError) as error:
            raise EngineError(
                f"Spark could not do its part ({type(error).__name__})",
                cure="look into Spark's log; --engine duckdb needs no Spark",
            ) from None

    def create(self, name: str, select: str) -> None:
        """Keep the rows of a query as a view."""
        self._keep(name, self._frame(select))

    def extend(self, name: str, select: str) -> None:
        """Add the rows of a query to a view."""
        pieces = self._pieces.setdefault(name, [self.session.table(name)])
        pieces.append(self._frame(select))
        # Pieces are laid side by side, not one upon the other, and in no more parts than there are threads.
        together = reduce(lambda one, other: one.union(other), pieces).coalesce(self.parts)
        together.createOrReplaceTempView(name)

    def load(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Keep rows that Python made as a view, through a Parquet file."""
        path = f"{self.folder.name}/{name}.parquet"
        with spooled(rows) as file, connect() as source:
            source.execute(
                f"COPY (SELECT * FROM {spooled_source(file, columns)}) TO '{path}' (FORMAT parquet)"
            )
        self._parquet(path, columns).createOrReplaceTempView(name)

    def query(self, select: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one part after the other."""
        for row in self._frame(select).toLocalIterator():
            yield tuple(row)

    def look(self, select: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query over the people alone, by DuckDB from the file that was made for Spark."""
        path = f"{self.folder.name}/{self.source}.parquet"
        with connect() as source:
            source.execute(f"CREATE VIEW {self.source} AS SELECT * FROM read_parquet('{path}')")
            cursor = source.execute(select)
            while batch := cursor.fetchmany(10_000):
                yield from batch

    def _frame(self, select: str) -> Any:
        return self.session.sql(translate(select, "spark"))


def _session() -> Any:
    """The active session, or a local one that is quiet and shows no page."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingExtra("pyspark", "spark") from None
    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    builder = SparkSession.builder.master("local[*]").appName("trialwright")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "2g",
        # Spark's parser goes down the stack with every level of a tree.
        "spark.driver.extraJavaOptions": "-Xss16m",
    }.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise EngineError(f"Spark does not start ({type(error).__name__})", cure=_NO_JAVA) from None
