"""The JSON values that files of FHIR hold: bundles, single resources, lists of them, or one a line; also .gz.

Files are read one after the other, lines one by one. What is no JSON is counted by its place, never by its
name or words: the name of a file can be that of a person.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

_LINES = (".ndjson", ".jsonl")
_SUFFIXES = (".json", *_LINES)
_MARK = b'"resourceType"'
_HEAD = 65_536
# Folders of others can be large; a source of FHIR shows itself in its first files.
_FILES_LOOKED_AT = 200


class Value(NamedTuple):
    """One JSON value of a file: `data` None where the file breaks off, `line` None for one of many lines."""

    line: int | None
    data: bytes | None


def find_files(path: Path) -> list[Path]:
    """The files below a folder that can hold FHIR, in order of their names; a file is itself."""
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and _can_hold(p))


def _can_hold(path: Path) -> bool:
    name = path.name.lower()
    return not name.startswith(".") and name.removesuffix(".gz").endswith(_SUFFIXES)


def sniff(path: Path) -> bool:
    """Whether the file, or one of the folder, begins like a resource of FHIR."""
    if path.is_file() and not _can_hold(path):
        return False
    return any(_has_mark(file) for file in find_files(path)[:_FILES_LOOKED_AT])


def _has_mark(path: Path) -> bool:
    try:
        with _opened(path) as file:
            return _MARK in file.read(_HEAD)
    except (OSError, EOFError, zlib.error):
        return False


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=raw) as file:
                yield file  # type: ignore[misc]
        else:
            yield raw


def read_values(path: Path) -> Iterator[Value]:
    """The JSON values of a file, not looked at yet; the elements of a list are values of their own."""
    try:
        with _opened(path) as file:
            for found in _values(file, by_line=path.name.lower().removesuffix(".gz").endswith(_LINES)):
                if found.data is not None and found.data[:1] == b"[":
                    yield from _elements(found)
                else:
                    yield found
    except (OSError, EOFError, zlib.error):
        yield Value(None, None)


def _values(file: BinaryIO, *, by_line: bool) -> Iterator[Value]:
    number, first = 0, b""
    while not first:
        line = file.readline()
        if not line:
            return
        number += 1
        first = line.removeprefix(b"\xef\xbb\xbf").strip()
    if not by_line and not _is_whole(first):
        yield Value(None, first + b"\n" + file.read())
        return
    yield Value(number, first)
    for line in file:
        number += 1
        value = line.strip()
        if value:
            yield Value(number, value)


_ANY = msgspec.json.Decoder(msgspec.Raw)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def _is_whole(value: bytes) -> bool:
    try:
        _ANY.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _elements(found: Value) -> Iterator[Value]:
    try:
        elements = _LIST.decode(found.data or b"")
    except (msgspec.DecodeError, RecursionError):
        yield found
        return
    for element in elements:
        yield Value(found.line, bytes(element))
