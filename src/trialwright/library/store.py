"""One SQLite file with the records of many documents, an index of their words, and their fingerprints.

A document whose fingerprint is known is not read again; one that has changed takes the place of its old
records. Every batch is one transaction: whatever stops the program, a document is there whole or not at all.
"""

from __future__ import annotations

import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from trialwright.errors import IllegalValue, OutputError, ReadError
from trialwright.library.words import indexed, query_of
from trialwright.model import codec
from trialwright.model.source import Record

T = TypeVar("T")

_APPLICATION = 0x74777267  # "twrg": tells our files from other databases
_VERSION = 1
_PATIENCE = 60.0  # seconds that one who writes waits for another
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
CREATE TABLE document (
    id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, origin TEXT NOT NULL, sha256 TEXT NOT NULL,
    run INTEGER NOT NULL
);
CREATE INDEX document_origin ON document (origin, run);
CREATE TABLE record (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES document (id), study TEXT NOT NULL,
    title TEXT NOT NULL, status TEXT, phases TEXT NOT NULL, packed BLOB NOT NULL
);
CREATE INDEX record_document ON record (document);
CREATE INDEX record_study ON record (study);
CREATE VIRTUAL TABLE word USING fts5 (
    title, condition, intervention, identifier, prose, tokenize = "unicode61 remove_diacritics 2"
);
"""
# Made beside the others when something is written, since older files lack them.
_LATER = """
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS compiled (
    id INTEGER PRIMARY KEY, records BLOB NOT NULL UNIQUE, stamp BLOB NOT NULL, packed BLOB NOT NULL
)
"""
_COUNT_CHANGE = """
INSERT INTO kept (name, value) VALUES ('changes', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1
"""


class Entry(NamedTuple):
    """A record as the library takes it: its JSON, and what is searched of the study that it gives."""

    packed: bytes
    study: str
    title: str
    status: str | None
    phases: tuple[str, ...]
    conditions: str
    interventions: str
    identifiers: str
    prose: str


class Found(NamedTuple):
    """A record that a search has found."""

    study: str
    title: str
    status: str | None
    phases: str
    uri: str


def pack(value: Any) -> bytes:
    """A record, or another value of the model, as the library keeps it."""
    return zlib.compress(codec.encode(value), 1)


def unpack(packed: bytes, kind: type[T]) -> T:
    """The value of that kind that the library keeps so."""
    return codec.decode(zlib.decompress(packed), kind)


def is_library(path: str) -> bool:
    """Whether the file is a library."""
    try:
        with open(path, "rb") as file:
            head = file.read(72)
    except OSError:
        return False
    return head[:15] == b"SQLite format 3" and head[68:72] == _APPLICATION.to_bytes(4, "big")


def _may_open(path: str, *, make: bool) -> bool:
    """Whether the file is a library, or nothing yet; one that is just being made is waited for."""
    for _ in range(40):
        if is_library(path) or (make and (not Path(path).exists() or not Path(path).stat().st_size)):
            return True
        if not Path(f"{path}-journal").exists():
            return is_library(path)
        time.sleep(0.05)
    return False


@contextmanager
def whole(path: str) -> Iterator[None]:
    """Turns what SQLite and the packing say of a damaged file into one sentence."""
    try:
        yield
    except (sqlite3.Error, zlib.error, IllegalValue) as error:
        raise ReadError(
            f"the library is damaged or of another version ({type(error).__name__})",
            where=path,
            cure="make it again from its documents with: library add",
        ) from None


class Library:
    """A library that is open; use it in a `with` statement.

    Raises ReadError when the file is no library, OutputError when it cannot be made or written.
    """

    def __init__(self, path: str, *, make: bool = False) -> None:
        self.path = path
        if not Path(path).exists() and not make:
            raise ReadError("there is no such library", where=path, cure="make one with: library add")
        if not _may_open(path, make=make):
            raise ReadError("this is no library of trialwright", where=path)
        try:
            self.database = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE)
            if make:
                self._prepare()
        except sqlite3.Error as error:
            raise OutputError(f"the library cannot be opened ({error})", where=path) from None

    def _prepare(self) -> None:
        # The tables, and the mark that tells our files, must be in the file itself before the write-ahead log
        # begins: a program that is killed early would leave a file that nobody knows.
        self.database.execute("BEGIN IMMEDIATE")
        if not self.database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in _SCHEMA.split(";"):
                self.database.execute(statement)
        for statement in _LATER.split(";"):
            self.database.execute(statement)
        self.database.execute("COMMIT")
        # With the log a killed program leaves the last whole transaction.
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = NORMAL")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()

    # -- filling --------------------------------------------------------------------------------------

    def begin(self) -> int:
        """The number of a new run of adding."""
        with whole(self.path):
            found = self.database.execute("SELECT coalesce(max(run), 0) + 1 FROM document").fetchone()
        return int(found[0])

    def knows(self, uri: str, sha256: str) -> bool:
        """Whether the document is there, unchanged."""
        with whole(self.path):
            found = self.database.execute("SELECT sha256 FROM document WHERE uri = ?", (uri,)).fetchone()
        return found is not None and found[0] == sha256

    def put(self, documents: Iterable[tuple[str, str, str, Sequence[Entry] | None]], run: int) -> None:
        """Put documents in, all or none of them: (uri, origin, sha256, records; None where unchanged)."""
        changed = False
        try:
            self.database.execute("BEGIN IMMEDIATE")
            for uri, origin, sha256, entries in documents:
                if entries is None:
                    self.database.execute("UPDATE document SET run = ? WHERE uri = ?", (run, uri))
                    continue
                changed = True
                self._remove("uri = ?", (uri,))
                made = self.database.execute(
                    "INSERT INTO document (uri, origin, sha256, run) VALUES (?, ?, ?, ?)",
                    (uri, origin, sha256, run),
                )
                for entry in entries:
                    self._put_entry(made.lastrowid or 0, entry)
            if changed:
                self.database.execute(_COUNT_CHANGE)
            self.database.execute("COMMIT")
        except sqlite3.Error as error:
            if self.database.in_transaction:
                self.database.execute("ROLLBACK")
            raise OutputError(f"the library cannot be written ({error})", where=self.path) from None

    def _put_entry(self, document: int, entry: Entry) -> None:
        made = self.database.execute(
            "INSERT INTO record (document, study, title, status, phases, packed) VALUES (?, ?, ?, ?, ?, ?)",
            (document, entry.study, entry.title, entry.status, " ".join(entry.phases), entry.packed),
        )
        texts = (entry.title, entry.conditions, entry.interventions, entry.identifiers, entry.prose)
        self.database.execute(
            "INSERT INTO word (rowid, title, condition, intervention, identifier, prose) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (made.lastrowid, *map(indexed, texts)),
        )

    def forget_unseen(self, origin: str, run: int) -> int:
        """Remove what the origin no longer has, after it was read through; how many documents that were."""
        with whole(self.path):
            self.database.execute("BEGIN IMMEDIATE")
            gone = self._remove("origin = ? AND run <> ?", (origin, run))
            if gone:
                self.database.execute(_COUNT_CHANGE)
            self.database.execute("COMMIT")
        return gone

    def _remove(self, condition: str, values: tuple[object, ...]) -> int:
        documents = f"SELECT id FROM document WHERE {condition}"  # noqa: S608  the conditions are our own
        records = f"SELECT id FROM record WHERE document IN ({documents})"  # noqa: S608
        self.database.execute(f"DELETE FROM word WHERE rowid IN ({records})", values)  # noqa: S608
        self.database.execute(f"DELETE FROM record WHERE document IN ({documents})", values)  # noqa: S608
        return self.database.execute(f"DELETE FROM document WHERE {condition}", values).rowcount  # noqa: S608

    # -- asking ---------------------------------------------------------------------------------------

    def count(self) -> tuple[int, int]:
        """How many documents and records there are."""
        with whole(self.path):
            counted = self.database.execute(
                "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM record)"
            ).fetchone()
        return int(counted[0]), int(counted[1])

    def search(
        self,
        words: str,
        *,
        condition: str | None = None,
        phases: Sequence[str] = (),
        status: str | None = None,
        limit: int = 20,
    ) -> list[Found]:
        """The records with all the words, the best first; title, numbers and conditions weigh most."""
        asked = [query_of(words), query_of(condition or "", "condition")]
        query = " AND ".join(part for part in asked if part)
        filters: list[str] = ["1"]
        values: list[str] = []
        if query:
            filters.append("word MATCH ?")
            values.append(query)
        for phase in phases:
            filters.append("' ' || r.phases || ' ' LIKE '% ' || ? || ' %'")
            values.append(phase)
        if status:
            filters.append("r.status = ?")
            values.append(status)
        order = "bm25(word, 10, 8, 8, 12, 1), r.id" if query else "r.id"
        with whole(self.path):
            return [Found(*row) for row in self._ask(filters, order, (*values, limit))]

    def _ask(self, filters: Sequence[str], order: str, values: tuple[object, ...]) -> sqlite3.Cursor:
        return self.database.execute(
            "SELECT r.study, r.title, r.status, r.phases, d.uri FROM word "  # noqa: S608  filters are our own
            "JOIN record AS r ON r.id = word.rowid JOIN document AS d ON d.id = r.document "
            f"WHERE {' AND '.join(filters)} ORDER BY {order} LIMIT ?",
            values,
        )

    def records(self) -> Iterator[Record]:
        """All records, in the order in which they came."""
        for _, packed in self.packed_records():
            with whole(self.path):
                record = unpack(packed, Record)
            yield record

    def packed_records(self) -> Iterator[tuple[int, bytes]]:
        """All records as they are kept, each with its number in the library."""
        with whole(self.path), closing(self.database.cursor()) as cursor:
            yield from cursor.execute("SELECT id, packed FROM record ORDER BY id")

    def packed(self, records: Sequence[int]) -> list[bytes]:
        """The records of these numbers, as they are kept."""
        with whole(self.path):
            return [
                self.database.execute("SELECT packed FROM record WHERE id = ?", (number,)).fetchone()[0]
                for number in records
            ]
