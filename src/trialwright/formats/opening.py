"""From paths to records: files, folders, standard input, .gz and .zip, one document after the other.

Takes paths, yields records in order and a refusal for each input that cannot be used; one bad file never
stops the others. Archives are unpacked within bounds, links out of a folder are not followed. Files of many
records are never held whole: `splitting` cuts them while they are read.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import sqlite3
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from msgspec import Struct

from trialwright.errors import ReadError, TrialwrightError
from trialwright.formats import aact
from trialwright.formats.decoding import decode
from trialwright.formats.document import Document
from trialwright.formats.reading import check_format, read_document
from trialwright.formats.splitting import HEAD, split
from trialwright.formats.spreadsheet import is_spreadsheet, sheet_text
from trialwright.model.source import Record
from trialwright.model.study import Refusal

# One document; a registry's whole yearly dump of one study never comes near it.
LARGEST = 128 * 1024 * 1024
# Text shrinks to a tenth; what grows more than this is made to fill memory.
STEEPEST = 300
_DEEPEST = 3
_MOST_MEMBERS = 2_000_000
_CHUNK = 1 << 20
# What unpacking raises where compressed data are cut off or damaged.
_DAMAGE = (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile)


class Input(Struct, frozen=True):
    """The bytes of one document and the name by which the user knows it."""

    uri: str
    raw: bytes


def read_paths(
    paths: Iterable[str | os.PathLike[str]],
    format: str | None = None,  # noqa: A002  the word of the command line
) -> Iterator[Record | Refusal]:
    """The records of all inputs, in the order of the paths, with source ids s1, s2, ... over the whole run.

    `-` is standard input. `format` names the reader instead of letting them guess; UsageError where
    there is none of that name.
    """
    check_format(format)
    return _read_all(paths, format)


def _read_all(paths: Iterable[str | os.PathLike[str]], format_name: str | None) -> Iterator[Record | Refusal]:
    number = 1
    for item in open_paths(paths):
        for found in [item] if isinstance(item, Refusal) else read_input(item, format_name, number):
            number += isinstance(found, Record)
            yield found


def open_paths(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Input | Refusal]:
    """The documents of all paths, unread: files, members of archives, records of files of many."""
    for path in paths:
        yield from _open(os.fspath(path))


def read_input(item: Input, format_name: str | None, number: int) -> Iterator[Record | Refusal]:
    """The records of one document, the first of them with that number; a refusal where it cannot be read."""
    try:
        text = decode(item.raw, item.uri)
        digest = hashlib.sha256(item.raw).hexdigest()
        document = Document(uri=item.uri, text=text, sha256=digest, number=number)
        yield from read_document(document, format_name)
    except TrialwrightError as error:
        yield _refusal(item.uri, error)
    except RecursionError:
        yield Refusal(uri=item.uri, reason="it is nested too deeply to be a record of a trial")


def _refusal(uri: str, error: TrialwrightError) -> Refusal:
    reason = f"{error.message}; {error.cure}" if error.cure else error.message
    return Refusal(uri=uri, reason=reason)


def _open(path: str) -> Iterator[Input | Refusal]:
    """The documents of one path."""
    if path == "-":
        yield from _of_stream(sys.stdin.buffer, "-")
        return
    try:
        kind = os.stat(path).st_mode
        if stat.S_ISDIR(kind):
            yield from _of_folder(path)
        elif stat.S_ISREG(kind):
            yield from _of_file(path)
        else:
            yield Refusal(uri=path, reason="it is no regular file; use - for standard input")
    except FileNotFoundError:
        yield Refusal(uri=path, reason="there is no such file or folder")
    except ValueError:
        yield Refusal(uri=path, reason="no file can have such a name")
    except OSError as error:
        yield Refusal(uri=path, reason=f"it cannot be opened ({error.strerror or 'unknown reason'})")


def _of_folder(root: str) -> Iterator[Input | Refusal]:
    """The files below a folder in sorted order; hidden ones are skipped, links that lead out are refused."""
    inside = Path(root).resolve()
    empty = True
    for folder, folders, files in os.walk(root, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        if aact.is_export(files):
            empty = False
            yield from _of_export(folder, sorted(files), partial(_lines_of_file, folder))
            files = [name for name in files if aact.table_of(name) is None]
        for name in sorted(files):
            if name.startswith("."):
                continue
            empty = False
            path = os.path.join(folder, name)
            if os.path.islink(path) and not Path(path).resolve().is_relative_to(inside):
                yield Refusal(
                    uri=path, reason="it is a link that leads out of the folder; name its target itself"
                )
            else:
                yield from _open(path)
    if empty:
        yield Refusal(uri=root, reason="the folder holds no files")


def _of_file(path: str) -> Iterator[Input | Refusal]:
    with open(path, "rb") as file:
        head = file.read(4)
        file.seek(0)
        if head.startswith(b"PK"):
            yield from _of_zip(file, path, 1)
        else:
            yield from _of_stream(file, path)


def _of_stream(file: BinaryIO, uri: str, depth: int = 0) -> Iterator[Input | Refusal]:
    """The documents of a stream of bytes: those of an archive that it is, its records, or the whole of it."""
    try:
        head = file.read(HEAD)
        if head.startswith(b"\x1f\x8b"):
            if depth >= _DEEPEST:
                yield Refusal(uri=uri, reason=f"archives in archives are opened to a depth of {_DEEPEST}")
                return
            packed = _Counted(file, head)
            with gzip.GzipFile(fileobj=cast("BinaryIO", packed)) as plain:
                yield from _of_stream(cast("BinaryIO", _Bounded(plain, packed)), uri, depth + 1)
            return
        failed: list[Exception] = []
        pieces = split(_chunks(file, head, failed), head, LARGEST)
        if pieces is not None:
            for piece in pieces:
                name = uri + piece.fragment
                if isinstance(piece.raw, ReadError):
                    yield _refusal(name, piece.raw)
                elif piece.fragment or not failed:
                    yield Input(name, piece.raw)
            # What came before the damage has been read; now it may be told.
            for error in failed:
                raise error
            return
        raw = head + file.read(LARGEST + 1 - len(head)) if len(head) == HEAD else head
    except ReadError as error:
        yield _refusal(uri, error)
    except _DAMAGE:
        yield Refusal(uri=uri, reason="its compressed data are cut off or damaged; fetch it again")
    else:
        if len(raw) > LARGEST:
            yield Refusal(uri=uri, reason=_too_large("has", LARGEST))
        elif raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            yield from _of_zip(io.BytesIO(raw), uri, depth + 1)
        else:
            yield Input(uri, raw)


def _chunks(file: BinaryIO, head: bytes, failed: list[Exception]) -> Iterator[bytes]:
    """The rest of a stream piece by piece; damage ends it and is put into the list."""
    yield head
    try:
        while chunk := file.read(_CHUNK):
            yield chunk
    except (ReadError, *_DAMAGE) as error:
        failed.append(error)


class _Counted:
    """A compressed stream that counts what has been taken from it."""

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        self._file = file
        self._head = head
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        if self._head:
            piece, self._head = (self._head[:size], self._head[size:]) if size >= 0 else (self._head, b"")
        else:
            piece = self._file.read(size)
        self.taken += len(piece)
        return piece


class _Bounded:
    """An unpacked stream that stops with a ReadError where it grows as no text does."""

    def __init__(self, file: gzip.GzipFile, packed: _Counted) -> None:
        self._file = file
        self._packed = packed
        self._given = 0

    def read(self, size: int) -> bytes:
        """The next bytes, as many as asked for unless the stream ends."""
        parts: list[bytes] = []
        while size > 0:
            try:
                piece = self._file.read1(size)
            except _DAMAGE:
                # What has come is given first; the next call fails again.
                if parts:
                    break
                raise
            if not piece:
                break
            parts.append(piece)
            size -= len(piece)
            self._given += len(piece)
            if self._given > 8 * _CHUNK and self._given > STEEPEST * self._packed.taken:
                raise ReadError("it unpacks to more than 8 MB and many times its size, as no text does")
        return b"".join(parts)


def _of_zip(file: BinaryIO, uri: str, depth: int) -> Iterator[Input | Refusal]:
    """The members of an archive in its order, each within bounds, none written to disk."""
    if depth > _DEEPEST:
        yield Refusal(uri=uri, reason=f"archives in archives are opened to a depth of {_DEEPEST}")
        return
    try:
        archive = zipfile.ZipFile(file)
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        yield Refusal(uri=uri, reason="the archive is cut off or damaged; fetch it again")
        return
    if is_spreadsheet(archive):
        try:
            yield Input(uri, sheet_text(archive).encode())
        except ReadError as error:
            yield Refusal(uri=uri, reason=error.message)
        return
    shown = [m for m in members if not m.is_dir() and not _is_hidden(m.filename)]
    if not shown:
        yield Refusal(uri=uri, reason="the archive holds no files")
    if len(shown) > _MOST_MEMBERS:
        yield Refusal(uri=uri, reason=f"the archive holds more than {_MOST_MEMBERS} files")
        return
    if aact.is_export(m.filename for m in shown):
        by_name = {m.filename: m for m in shown}
        yield from _of_export(uri, list(by_name), partial(_lines_of_member, archive, by_name))
        shown = [m for m in shown if aact.table_of(m.filename) is None]
    for member in shown:
        name = f"{uri}!{member.filename}"
        try:
            _check_member(member)
            with archive.open(member) as content:
                yield from _of_stream(cast("BinaryIO", content), name, depth)
        except ReadError as error:
            yield Refusal(uri=name, reason=error.message)
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError):
            yield Refusal(uri=name, reason="this member of the archive is cut off or damaged")


def _of_export(
    uri: str, names: list[str], lines: Callable[[str], Iterator[str]]
) -> Iterator[Input | Refusal]:
    """The studies of an AACT export, each with its rows of all tables."""
    tables = ((table, lines(name)) for name in names if (table := aact.table_of(name)) is not None)
    try:
        for number, raw in aact.gathered(tables):
            name = f"{uri}#{number}"
            yield _refusal(name, raw) if isinstance(raw, ReadError) else Input(name, raw)
    except ReadError as error:
        yield _refusal(uri, error)
    except (UnicodeDecodeError, zipfile.BadZipFile, zlib.error, EOFError, OSError, sqlite3.Error):
        yield Refusal(uri=uri, reason="a table of the AACT export is damaged or no UTF-8; fetch it again")


def _lines_of_file(folder: str, name: str) -> Iterator[str]:
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
        yield from file


def _lines_of_member(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str
) -> Iterator[str]:
    _check_member(members[name])
    with archive.open(members[name]) as file:
        yield from io.TextIOWrapper(file, encoding="utf-8", newline="")


def _check_member(member: zipfile.ZipInfo) -> None:
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ReadError("it is a link inside an archive, which is not followed")
    if member.flag_bits & 1:
        raise ReadError("it is encrypted; unpack it with its password first")
    if member.file_size > 8 * _CHUNK and member.file_size > STEEPEST * max(member.compress_size, 1):
        raise ReadError("it unpacks to many times its size, as no text does")


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith(".") and part not in (".", "..") for part in parts) or "__MACOSX" in parts


def _too_large(verb: str, size: int) -> str:
    return f"it {verb} more than {size // (1024 * 1024)} MB, which no record of a trial is"
