"""PostgreSQL as a store: the people are copied into temporary tables, which vanish with the connection.

Nothing stays in the database, and nobody else can see it. A message of the server can quote a cell, and an
address can hold a password: neither is passed on.
"""

# ruff: noqa: S608  this file makes SQL of names of its own
from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import Any

from trialwright.errors import EngineError, MissingExtra
from trialwright.model.screening import PatientTable
from trialwright.screening.dialect import translate
from trialwright.screening.source import connect, guarded
from trialwright.screening.store import NULL, PEOPLE, prepared, spooled

_KINDS = {
    "VARCHAR": 'text COLLATE "C"', "BIGINT": "bigint", "INTEGER": "integer", "DOUBLE": "double precision",
    "BOOLEAN": "boolean",
}  # fmt: skip
# PostgreSQL refuses to reckon where a result would be infinite or vanish; no criterion has a limit there.
_HUGE = "1e200"
_X = (
    f"CASE WHEN abs(x) > {_HUGE} THEN sign(x) * {_HUGE} WHEN x <> 0 AND abs(x) < 1 / {_HUGE} "
    f"THEN sign(x) / {_HUGE} ELSE x END AS x"
)
_PIECE = 1 << 20


class PostgresStore:
    """A connection to PostgreSQL for one run; `database` is its address, or empty for that of libpq."""

    studies_at_once = 1

    def __init__(self, table: PatientTable, database: str | None) -> None:
        self.source = "patients"
        self.subject = "BIGINT" if table.subject_type == "number" else "VARCHAR"
        self.table = table
        self.connection = _connect(database or "")
        self._cursors = 0
        weakref.finalize(self, self.connection.close)
        with self.guard():
            self._receive()

    def _receive(self) -> None:
        """Copy the people into the database."""
        # Compiling a query would take longer than running it, and temporary tables are small to a server.
        self._do("SET jit = off")
        self._do("SET work_mem = '256MB'")
        columns = {**PEOPLE, "subject_id": self.subject}
        with (
            NamedTemporaryFile(suffix=".csv") as file,
            connect() as source,
            guarded(self.table),
        ):
            source.execute(
                f"COPY (SELECT * REPLACE ({_X}) FROM ({prepared(self.table.query)})) TO '{file.name}' "
                f"(FORMAT csv, HEADER false, QUOTE '\"', ESCAPE '\"', NULLSTR '{NULL}', FORCE_QUOTE *)"
            )
            self._copy(self.source, columns, file.name)

    def _do(self, statement: str) -> None:
        self.connection.execute(statement)

    def _copy(self, name: str, columns: Mapping[str, str], path: str) -> None:
        kinds = ", ".join(f"{column} {_KINDS[kind]}" for column, kind in columns.items())
        self._do(f"CREATE TEMPORARY TABLE {name} ({kinds})")
        every = ", ".join(columns)
        with (
            open(path, "rb") as file,
            self.connection.cursor().copy(
                f"COPY {name} ({every}) FROM STDIN (FORMAT csv, NULL '{NULL}', FORCE_NULL ({every}))"
            ) as copy,
        ):
            while piece := file.read(_PIECE):
                copy.write(piece)
        self._do(f"ANALYZE {name}")

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turns errors of the server into one sentence."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise EngineError(*_reason(error)) from None

    def create(self, name: str, select: str) -> None:
        """Keep the rows of a query as a table."""
        self._do(f"CREATE TEMPORARY TABLE {name} AS {translate(select, 'postgres')}")
        self._do(f"ANALYZE {name}")

    def extend(self, name: str, select: str) -> None:
        """Add the rows of a query to a table."""
        self._do(f"INSERT INTO {name} {translate(select, 'postgres')}")

    def load(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Keep rows that Python made as a table."""
        with spooled(rows) as path:
            self._copy(name, columns, path)

    def query(self, select: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, by a cursor of the server."""
        self._cursors += 1
        with self.connection.cursor(name=f"rows_{self._cursors}") as cursor:
            cursor.itersize = 10_000
            cursor.execute(translate(select, "postgres"))
            yield from cursor

    look = query


def _connect(address: str) -> Any:
    """A connection; nothing of the address is in its errors but host, port and name."""
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise MissingExtra("psycopg", "postgres") from None
    cure = "give --database postgresql://USER@HOST/NAME, or set PGHOST, PGUSER, PGDATABASE and PGPASSWORD"
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error:
        raise EngineError("the address of the database cannot be read", cure=cure) from None
    place = ", ".join(f"{key} {parts[key]}" for key in ("host", "port", "dbname") if parts.get(key))
    try:
        connection = psycopg.connect(address, client_encoding="utf8")
    except psycopg.Error:
        raise EngineError(
            "no connection to PostgreSQL can be made: it does not run there, or does not let this user in",
            where=place or None,
            cure=cure,
        ) from None
    if connection.info.parameter_status("server_encoding") != "UTF8":
        connection.close()
        raise EngineError("the database keeps no Unicode", where=place or None, cure="use one with UTF8")
    return connection


def _reason(error: Any) -> tuple[str, ...]:
    """What went wrong, by the class of the error; its message may quote a cell."""
    import psycopg

    name = type(error).__name__
    if isinstance(error, psycopg.errors.CharacterNotInRepertoire | psycopg.errors.UntranslatableCharacter):
        return ("a text of the table holds a character that PostgreSQL cannot keep (NUL)",)
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return ("the user may not make temporary tables in this database",)
    return (f"PostgreSQL could not do its part ({name})",)
