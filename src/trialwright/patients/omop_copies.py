"""Tables of an OMOP source that DuckDB cannot read in place: of SQLite, and of a PostgreSQL server.

The columns that are needed are streamed into files of a temporary folder, batch by batch, every cell as text;
of the vocabulary only the concepts that occur. A password never comes into a message.
"""

# ruff: noqa: S608  this file makes SQL; names come from the catalogue of the source and are quoted
from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trialwright.errors import MissingExtra, PatientsError
from trialwright.patients.omop_sources import choose_schemas
from trialwright.patients.omop_tables import DRUG_PARTS, EVENTS, TABLES, TIMES, Relation, answer_ids
from trialwright.patients.opening import opened
from trialwright.patients.staging import (
    LONGEST_TEXT,
    Part,
    TemporaryFolder,
    in_batches,
    text_relation,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SCHEMES = ("postgresql://", "postgres://")


def is_database_url(text: str) -> bool:
    """Whether the text is the address of a PostgreSQL database."""
    return text.lower().startswith(_SCHEMES)


def shown_url(url: str) -> str:
    """The address without user, password and options.

    >>> shown_url("postgresql://ann:secret@db.example.org:5433/cdm?sslpassword=x")
    'postgresql://db.example.org:5433/cdm'
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "postgresql://"
    return f"postgresql://{parts.hostname or ''}{port}{parts.path}"


def _ident(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(columns: Mapping[str, str]) -> Relation:
    """A relation of texts that lies nowhere yet."""
    return Relation("", columns, dict.fromkeys(columns, "VARCHAR"))


def _filter(name: str, relations: Mapping[str, Relation], tables: Mapping[str, str]) -> str:
    """Of the vocabulary only what the events need, in words that both databases understand."""
    relation = relations[name]

    def ids(table: str, column: str) -> str:
        return f"SELECT {_ident(relations[table].columns[column])} FROM {tables[table]}"

    given = [event for event in EVENTS if event.table in relations]
    drugs = [e for e in given if e.table == "drug_exposure" and e.concept in relations[e.table]]
    if name in DRUG_PARTS and drugs and DRUG_PARTS[name][0] in relation:
        own = _ident(relation.columns[DRUG_PARTS[name][0]])
        return f" WHERE {own} IN ({ids(drugs[0].table, drugs[0].concept)})"
    if name != "concept" or "concept_id" not in relation:
        return ""
    asked = [
        ids(event.table, column)
        for event in given
        for column in (event.concept, event.source, *answer_ids(event, relations[event.table]))
        if column in relations[event.table]
    ]
    for table, (_, part, _) in DRUG_PARTS.items():
        if drugs and table in relations and part in relations[table]:
            asked.append(ids(table, part) + _filter(table, relations, tables))
    own = _ident(relation.columns["concept_id"])
    return f" WHERE {own} IN ({' UNION '.join(asked)})" if asked else ""


def copy_sqlite(path: Path, folder: TemporaryFolder) -> dict[str, Relation]:
    """The tables of a SQLite file; numbers where times belong are seconds since 1970, as OHDSI writes."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            with opened(str(path)) as files:
                return _copy_sqlite(connection, folder, files)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise PatientsError(
            f"the database cannot be read ({type(error).__name__})",
            where=str(path),
            cure="check that the file is whole and that no other program writes to it",
        ) from None


def _copy_sqlite(connection: sqlite3.Connection, folder: TemporaryFolder, files: Any) -> dict[str, Relation]:
    names = {
        str(name).lower(): str(name)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        if str(name).lower() in TABLES
    }
    bare = {}
    for name, table in names.items():
        there = [str(row[1]) for row in connection.execute(f"PRAGMA table_info({_ident(table)})")]
        bare[name] = _plain({c.lower(): c for c in there if c.lower() in TABLES[name]})
    tables = {name: _ident(table) for name, table in names.items()}
    relations = {}
    for name, relation in bare.items():
        if not relation.columns:
            relations[name] = relation
            continue
        wanted = ", ".join(_ident(column) for column in relation.columns.values())
        query = f"SELECT {wanted} FROM {tables[name]}{_filter(name, bare, tables)}"
        part = Part(folder.path, name, dict.fromkeys(relation.columns, "VARCHAR"), files)
        for batch in in_batches(_cells(connection.execute(query), tuple(relation.columns), part)):
            part.add(batch)
        relations[name] = Relation(part.close(), {c: c for c in relation.columns}, relation.kinds)
    return relations


def _cells(cursor: sqlite3.Cursor, columns: tuple[str, ...], part: Part) -> Iterator[list[str | None]]:
    timed = [column in TIMES for column in columns]
    for row in cursor:
        yield [_cell(value, is_time, part) for value, is_time in zip(row, timed, strict=True)]


def _cell(value: Any, is_time: bool, part: Part) -> str | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if is_time and isinstance(value, int | float):
        try:
            return (_EPOCH + timedelta(seconds=value)).replace(tzinfo=None).isoformat(" ")
        except (OverflowError, ValueError):
            return "no time"
    return part.clean(value) if isinstance(value, str) else repr(value)


def copy_postgres(url: str, folder: TemporaryFolder, zone: str) -> dict[str, Relation]:
    """The tables of a PostgreSQL database; times that carry a zone are read in the zone that is given.

    Raises MissingExtra without psycopg, PatientsError when the database cannot be reached or read.
    """
    try:
        import psycopg
    except ImportError:
        raise MissingExtra("psycopg", "postgres") from None
    where = shown_url(url)
    try:
        with psycopg.connect(url, autocommit=False) as connection:
            connection.read_only = True
            connection.execute("SELECT set_config('TimeZone', %s, false)", (zone,))
            connection.execute("SET datestyle TO ISO, YMD")
            return _copy_postgres(connection, where, folder)
    except psycopg.OperationalError as error:
        raise PatientsError(
            f"the database cannot be reached ({_reason(error)})",
            where=where,
            cure="check address, user, password and that the server runs",
        ) from None
    except (psycopg.Error, UnicodeError) as error:
        raise PatientsError(
            f"the database cannot be read ({type(error).__name__})",
            where=where,
            cure="check that the user may read the tables of the CDM",
        ) from None


def _reason(error: Exception) -> str:
    """What went wrong in a few words of ours: what the server says can hold names."""
    text = str(error).lower()
    for sign, reason in (
        ("password", "the password is wrong or missing"),
        ("refused", "nothing listens there"),
        ("does not exist", "there is no such database or user"),
        ("no such file", "nothing listens there"),
        ("translate host", "there is no such host"),
        ("timeout", "no answer came in time"),
    ):
        if sign in text:
            return reason
    return type(error).__name__


def _copy_postgres(connection: Any, where: str, folder: TemporaryFolder) -> dict[str, Relation]:
    found = connection.execute(
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    (preferred,) = connection.execute("SELECT current_schema()").fetchone()
    chosen = choose_schemas(found, where, preferred)
    bare = {}
    for name, (schema, table) in chosen.items():
        there = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s",
            (schema, table),
        ).fetchall()
        bare[name] = _plain({str(c).lower(): str(c) for (c,) in there if str(c).lower() in TABLES[name]})
    tables = {name: f"{_ident(schema)}.{_ident(table)}" for name, (schema, table) in chosen.items()}
    relations = {}
    for name, relation in bare.items():
        if not relation.columns:
            relations[name] = relation
            continue
        wanted = ", ".join(f"left({_ident(c)}::text, {LONGEST_TEXT})" for c in relation.columns.values())
        query = f"SELECT {wanted} FROM {tables[name]}{_filter(name, bare, tables)}"
        target = folder.path / f"{name}.csv"
        with (
            target.open("wb") as file,
            connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')") as copy,
        ):
            for data in copy:
                file.write(data)
        columns = dict.fromkeys(relation.columns, "VARCHAR")
        relations[name] = Relation(text_relation(target, columns), {c: c for c in columns}, relation.kinds)
    return relations
