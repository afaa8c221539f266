"""The compiled trials that a library keeps beside its records, and what was made of them for fast answers.

Takes and gives packed values and named bytes, whose inside is not the library's business. A stamp says by
which program and vocabulary something was compiled; what has another stamp is as if it were not there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing

from trialwright.errors import OutputError
from trialwright.library.store import Library, whole

_INDEX = "index "


class CompiledTrials:
    """What an open library keeps of compiled trials. Writing wants a library that was opened with `make`."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._database = library.database

    def changes(self) -> int:
        """A number that grows whenever records come or go; 0 for a library of an older program."""
        return int(self._kept("changes") or 0)

    def known(self, stamp: bytes) -> set[bytes]:
        """The fingerprints of the groups of records that are compiled under this stamp."""
        with whole(self._library.path):
            found = self._database.execute("SELECT records FROM compiled WHERE stamp = ?", (stamp,))
            return {row[0] for row in found}

    def keep(self, trials: Iterable[tuple[bytes, bytes]], stamp: bytes) -> None:
        """Keep trials, all or none: the fingerprint of their records, and the trial itself, packed."""
        with self._writing():
            self._database.executemany(
                "INSERT INTO compiled (records, stamp, packed) VALUES (?, ?, ?) ON CONFLICT (records) "
                "DO UPDATE SET stamp = excluded.stamp, packed = excluded.packed",
                ((records, stamp, packed) for records, packed in trials),
            )

    def forget_others(self, records: Collection[bytes], stamp: bytes) -> int:
        """Remove the trials of other records or of another stamp; how many there were."""
        with self._writing():
            rows = self._database.execute("SELECT id, records, stamp FROM compiled").fetchall()
            gone = [(number,) for number, own, mark in rows if mark != stamp or own not in records]
            self._database.executemany("DELETE FROM compiled WHERE id = ?", gone)
        return len(gone)

    def trials(self) -> Iterator[tuple[int, bytes]]:
        """All trials, packed, each with its number."""
        with whole(self._library.path), closing(self._database.cursor()) as cursor:
            yield from cursor.execute("SELECT id, packed FROM compiled ORDER BY id")

    def fetch(self, numbers: Sequence[int]) -> list[bytes]:
        """The trials of these numbers, packed, in this order."""
        with whole(self._library.path):
            return [
                self._database.execute("SELECT packed FROM compiled WHERE id = ?", (number,)).fetchone()[0]
                for number in numbers
            ]

    def keep_index(self, parts: Mapping[str, bytes], stamp: bytes, changes: int) -> None:
        """Keep the index of the trials instead of an older one; `changes` as when the work on it began."""
        with self._writing():
            self._database.execute("DELETE FROM kept WHERE name GLOB ?", (f"{_INDEX}*",))
            self._database.executemany(
                "INSERT INTO kept (name, value) VALUES (?, ?)",
                [(_INDEX + name, data) for name, data in parts.items()],
            )
            self._database.execute(
                "INSERT OR REPLACE INTO kept (name, value) VALUES ('indexed', ?)", (_mark(stamp, changes),)
            )

    def index(self, stamp: bytes) -> dict[str, bytes] | None:
        """The parts of the index; None when there is none of this stamp and of the records as they are."""
        if self._kept("indexed") != _mark(stamp, self.changes()):
            return None
        with whole(self._library.path):
            rows = self._database.execute(
                "SELECT name, value FROM kept WHERE name GLOB ?", (f"{_INDEX}*",)
            ).fetchall()
        return {name.removeprefix(_INDEX): data for name, data in rows}

    def _kept(self, name: str) -> bytes | int | None:
        with whole(self._library.path):
            there = self._database.execute("SELECT 1 FROM sqlite_master WHERE name = 'kept'").fetchone()
            if not there:
                return None
            found = self._database.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def _writing(self) -> _Writing:
        return _Writing(self._library)


class _Writing:
    """One transaction; whatever stops the program, it happened whole or not at all."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def __enter__(self) -> None:
        try:
            self._library.database.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise self._refused(error) from None

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: object) -> None:
        database = self._library.database
        try:
            if kind is None:
                database.execute("COMMIT")
        except sqlite3.Error as error:
            kind, value = type(error), error
        if kind is not None and database.in_transaction:
            database.execute("ROLLBACK")
        if isinstance(value, sqlite3.Error):
            raise self._refused(value) from None

    def _refused(self, error: sqlite3.Error) -> OutputError:
        return OutputError(f"the library cannot be written ({error})", where=self._library.path)


def _mark(stamp: bytes, changes: int) -> bytes:
    return stamp + changes.to_bytes(8, "big")
