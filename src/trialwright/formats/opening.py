"""From paths to records: files, folders, standard input, .gz and .zip, one document after the other.

Takes paths, yields records in order and a refusal for each input that cannot be used; one bad file never
stops the others. Archives are unpacked within bounds, links out of a folder are not followed.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from trialwright.errors import ReadError, TrialwrightError
from trialwright.formats.decoding import decode
from trialwright.formats.document import Document
from trialwright.formats.reading import check_format, read_document
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


class _Bytes(Struct, frozen=True):
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
    for path in paths:
        for item in _open(os.fspath(path)):
            if isinstance(item, Refusal):
                yield item
                continue
            try:
                records = _read(item, format_name, number)
            except TrialwrightError as error:
                yield _refusal(item.uri, error)
                continue
            except RecursionError:
                yield Refusal(uri=item.uri, reason="it is nested too deeply to be a record of a trial")
                continue
            number += len(records)
            yield from records


def _read(item: _Bytes, format_name: str | None, number: int) -> tuple[Record | Refusal, ...]:
    text = decode(item.raw, item.uri)
    digest = hashlib.sha256(item.raw).hexdigest()
    return read_document(Document(uri=item.uri, text=text, sha256=digest, number=number), format_name)


def _refusal(uri: str, error: TrialwrightError) -> Refusal:
    reason = f"{error.message}; {error.cure}" if error.cure else error.message
    return Refusal(uri=uri, reason=reason)


def _open(path: str) -> Iterator[_Bytes | Refusal]:
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


def _of_folder(root: str) -> Iterator[_Bytes | Refusal]:
    """The files below a folder in sorted order; hidden ones are skipped, links that lead out are refused."""
    inside = Path(root).resolve()
    empty = True
    for folder, folders, files in os.walk(root, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
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


def _of_file(path: str) -> Iterator[_Bytes | Refusal]:
    with open(path, "rb") as file:
        head = file.read(4)
        file.seek(0)
        if head.startswith(b"PK"):
            yield from _of_zip(file, path, 1)
        else:
            yield from _of_stream(file, path)


def _of_stream(file: BinaryIO, uri: str) -> Iterator[_Bytes | Refusal]:
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        yield Refusal(uri=uri, reason=_too_large("is", LARGEST))
    else:
        yield from _unpacked(raw, uri, 0)


def _unpacked(raw: bytes, uri: str, depth: int) -> Iterator[_Bytes | Refusal]:
    """The bytes themselves, or what an archive that they are has in it."""
    if raw.startswith(b"\x1f\x8b"):
        try:
            plain = _inflate(raw)
        except ReadError as error:
            yield Refusal(uri=uri, reason=error.message)
            return
        if depth >= _DEEPEST:
            yield Refusal(uri=uri, reason=f"archives in archives are opened to a depth of {_DEEPEST}")
        else:
            yield from _unpacked(plain, uri, depth + 1)
    elif raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _of_zip(io.BytesIO(raw), uri, depth + 1)
    else:
        yield _Bytes(uri, raw)


def _inflate(raw: bytes) -> bytes:
    out = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            while piece := file.read(_CHUNK):
                out += piece
                if len(out) > LARGEST or (len(out) > 8 * _CHUNK and len(out) > STEEPEST * len(raw)):
                    raise ReadError(_too_large("unpacks to", LARGEST))
    except (OSError, EOFError, zlib.error):
        raise ReadError("its compressed data are cut off or damaged; fetch it again") from None
    return bytes(out)


def _of_zip(file: BinaryIO, uri: str, depth: int) -> Iterator[_Bytes | Refusal]:
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
            yield _Bytes(uri, sheet_text(archive).encode())
        except ReadError as error:
            yield Refusal(uri=uri, reason=error.message)
        return
    shown = [m for m in members if not m.is_dir() and not _is_hidden(m.filename)]
    if not shown:
        yield Refusal(uri=uri, reason="the archive holds no files")
    if len(shown) > _MOST_MEMBERS:
        yield Refusal(uri=uri, reason=f"the archive holds more than {_MOST_MEMBERS} files")
        return
    for member in shown:
        name = f"{uri}!{member.filename}"
        try:
            raw = _member(archive, member)
        except ReadError as error:
            yield Refusal(uri=name, reason=error.message)
        else:
            yield from _unpacked(raw, name, depth)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ReadError("it is a link inside an archive, which is not followed")
    if member.flag_bits & 1:
        raise ReadError("it is encrypted; unpack it with its password first")
    if member.file_size > LARGEST:
        raise ReadError(_too_large("unpacks to", LARGEST))
    if member.file_size > 8 * _CHUNK and member.file_size > STEEPEST * max(member.compress_size, 1):
        raise ReadError("it unpacks to many times its size, as no text does")
    try:
        with archive.open(member) as file:
            raw = file.read(LARGEST + 1)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError):
        raise ReadError("this member of the archive is cut off or damaged") from None
    if len(raw) > LARGEST:
        raise ReadError(_too_large("unpacks to", LARGEST))
    return raw


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith(".") and part not in (".", "..") for part in parts) or "__MACOSX" in parts


def _too_large(verb: str, size: int) -> str:
    return f"it {verb} more than {size // (1024 * 1024)} MB, which no record of a trial is"
