"""Files of many records, cut into records while they are read: lines of JSON, arrays of studies, XML.

Takes the bytes of a file piece by piece, gives those of one record after the other, so that memory holds one
record and never the file. What is no file of many records stays whole.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from trialwright.errors import ReadError

# So much is looked at to tell what a file is.
HEAD = 65_536

_SCALAR = rb'(?:"[^"\\]{0,500}"|[\w.+\-]{1,40})'
_FIELDS = rb'(?:\s*"\w{1,40}"\s*:\s*' + _SCALAR + rb"\s*,)*"
_ARRAY = re.compile(
    rb"\s*(?:"
    rb"\[|"
    rb"\{" + _FIELDS + rb'\s*"studies"\s*:\s*\[|'
    rb'\{\s*"FullStudiesResponse"\s*:\s*\{' + _FIELDS + rb'\s*"FullStudies"\s*:\s*\['
    rb")(?=\s*(?:\{|null\s*[,\]]))"
)
_LINES = re.compile(rb"\s*\{[^\n]*(?:\}[ \t\r]*\n\s*(?:\{|null\s|\Z)|\Z)")
_XML = re.compile(rb"<!--|<!\[CDATA\[|<clinical_study(?=[\s>/])|</clinical_study\s*>")
_DECLARATION = re.compile(
    rb"\s*<\?xml\b[^<>]{0,200}?\bencoding\s*=\s*[\"']([\w.:\-]{2,20})[\"'][^<>]{0,100}\?>"
)
_NO_RECORD = re.compile(rb"\s*(?:null|true|false|[\d.]{1,20})\s*")
_UTF8_NAMES = frozenset({b"utf-8", b"utf8"})
_BLANK = re.compile(r"[ \t\r\n]*")
_UTF8_MARK = codecs.BOM_UTF8


class Piece(Struct, frozen=True):
    """One record: `#3` for the third of a file, nothing for a file that is one; or why it cannot be had."""

    fragment: str
    raw: bytes | ReadError


Split = Callable[[Iterator[bytes], int], Iterator[Piece]]


def splitter(head: bytes) -> Split | None:
    """How a file that begins so is cut, None where it stays whole."""
    plain = head.removeprefix(_UTF8_MARK)
    if plain.lstrip()[:1] == b"<":
        start = plain.find(b"<clinical_study")
        return _split_xml if start >= 0 and b"<!DOCTYPE" not in plain[:start].upper() else None
    if b'"resourceType"' in plain[:4096]:
        # Resources of FHIR refer to one another across lines.
        return None
    if _ARRAY.match(plain):
        return _split_array
    return _split_lines if _LINES.match(plain) else None


def _too_large(largest: int) -> ReadError:
    return ReadError(
        f"the record has more than {largest // (1024 * 1024)} MB, which no record of a trial has"
    )


# -- JSON, one record a line ---------------------------------------------------------------------------


def _split_lines(chunks: Iterator[bytes], largest: int) -> Iterator[Piece]:
    """Lines that are not blank; a file of one such line is one record, and no first of several."""
    alone: list[bytes] = []
    number = 0
    for line in _lines(chunks, largest):
        if isinstance(line, bytes) and line.strip() == _UTF8_MARK:
            alone.append(line)
            continue
        if isinstance(line, ReadError):
            yield Piece(f"#{number + 1}", line)
            return
        if number == 1 and alone:
            if line.strip():
                yield Piece("#1", b"".join(alone).strip())
                alone = []
            else:
                # Blank lines belong to the file, whose fingerprint is that of all its bytes.
                alone.append(line)
                continue
        elif not line.strip():
            alone += [line] if number == 0 else []
            continue
        number += 1
        if number == 1:
            alone.append(line)
        elif _NO_RECORD.fullmatch(line):
            yield Piece(f"#{number}", _no_record(line.decode().strip()))
        else:
            yield Piece(f"#{number}", line.rstrip(b"\r\n"))
    if alone and number == 1:
        yield Piece("", b"".join(alone))


def _lines(chunks: Iterator[bytes], largest: int) -> Iterator[bytes | ReadError]:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        head, *rest = chunk.split(b"\n")
        parts.append(head)
        size += len(head)
        if size > largest:
            yield _too_large(largest)
            return
        for line in rest:
            yield b"".join(parts) + b"\n"
            parts, size = [line], len(line)
    if size:
        yield b"".join(parts)


# -- JSON, an array of records -------------------------------------------------------------------------


def _split_array(chunks: Iterator[bytes], largest: int) -> Iterator[Piece]:
    decode = codecs.getincrementaldecoder("utf-8-sig")().decode
    parse = json.JSONDecoder().raw_decode
    number = 1
    try:
        text = decode(next(chunks))
        opening = _ARRAY.match(text.encode())
        at = len(text.encode()[: opening.end()].decode()) if opening else 0
        while True:
            at = _after_blanks(text, at)
            if at < len(text) and text[at] == "]":
                return
            value, end, wanted = None, None, HEAD
            while end is None:
                if at < len(text):
                    try:
                        value, end = parse(text, at)
                        break
                    except (json.JSONDecodeError, IndexError, ValueError):
                        pass
                text = text[at:]
                at = 0
                size = len(text)
                if size > largest:
                    yield Piece(f"#{number}", _too_large(largest))
                    return
                # Twice as much each time, so that a long record is not tried over and over.
                while len(text) - size < wanted and (chunk := next(chunks, None)) is not None:
                    text += decode(chunk)
                if len(text) == size:
                    yield Piece(f"#{number}", _cut_off())
                    return
                wanted = len(text)
            is_record = isinstance(value, dict)
            yield Piece(f"#{number}", text[at:end].encode() if is_record else _no_record(text[at:end]))
            number += 1
            at = end
            while (at := _after_blanks(text, at)) == len(text):
                chunk = next(chunks, None)
                if chunk is None:
                    yield Piece(f"#{number}", _cut_off())
                    return
                text, at = decode(chunk), 0
            if text[at] == "]":
                return
            if text[at] != ",":
                yield Piece(f"#{number}", _cut_off())
                return
            at += 1
    except RecursionError:
        yield Piece(f"#{number}", ReadError("it is nested too deeply to be a record of a trial"))
    except UnicodeDecodeError:
        yield Piece(f"#{number}", ReadError("it is not UTF-8", cure="save it as UTF-8"))


def _after_blanks(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _no_record(words: str) -> ReadError:
    return ReadError(f"there stands {words[:40]} where a record of a trial should be")


def _cut_off() -> ReadError:
    return ReadError(
        "the JSON ends early or is broken here, so that this and later records cannot be found",
        cure="fetch the file again",
    )


# -- XML, one root after the other or records in a wrapper ---------------------------------------------


def _split_xml(chunks: Iterator[bytes], largest: int) -> Iterator[Piece]:
    """Records from start tag to end tag; comments and CDATA sections may hold tags that are none.

    While there is no second record, nothing is given away: a lone record is the whole file.
    """
    buffer = bytearray()
    at, start, number = 0, -1, 0
    declared = b""
    held: tuple[int, int] | None = None
    ended = False
    while True:
        found = _XML.search(buffer, at)
        end = _end_of(buffer, found) if found else -1
        if found is None or end < 0:
            chunk = next(chunks, None)
            if chunk is None:
                ended = True
            else:
                # A tag may be cut by the end of what has come; look at its beginning again.
                at = found.start() if found else max(at, len(buffer) - 20)
                if not buffer and (declaration := _DECLARATION.match(chunk)):
                    # Records cut out of the file are in its encoding, which they have to say too.
                    declared = declaration[0].strip() if declaration[1].lower() not in _UTF8_NAMES else b""
                buffer += chunk
                if len(buffer) - max(start, 0) > largest:
                    yield Piece(f"#{number + 1}", _too_large(largest))
                    return
                continue
        if ended or found is None:
            break
        at = end
        name = found[0]
        if name.startswith(b"<clinical_study"):
            if start < 0:
                start = found.start()
                if held is not None:
                    number += 1
                    yield Piece(f"#{number}", declared + bytes(buffer[held[0] : held[1]]))
                    held = None
                    del buffer[:start]
                    at, start = at - found.start(), 0
            if buffer[end - 2 : end] != b"/>":
                continue
        elif not name.startswith(b"</") or start < 0:
            continue
        held, start = (start, end), -1
    if number == 0:
        yield Piece("", bytes(buffer))
    elif held is not None:
        yield Piece(f"#{number + 1}", declared + bytes(buffer[held[0] : held[1]]))
    elif start >= 0:
        yield Piece(f"#{number + 1}", declared + bytes(buffer[start:]))


def _end_of(buffer: bytearray, found: re.Match[bytes]) -> int:
    """Where the tag, comment or section ends; -1 when that has not come yet."""
    close = {b"<!--": b"-->", b"<![CDATA[": b"]]>"}.get(found[0], b">")
    end = buffer.find(close, found.end() - 1 if found[0].startswith(b"</") else found.end())
    return end + len(close) if end >= 0 else -1


def split(chunks: Iterable[bytes], head: bytes, largest: int) -> Iterator[Piece] | None:
    """The records of a file, whose first bytes are also in `chunks`; None where it stays whole."""
    cut = splitter(head)
    return cut(iter(chunks), largest) if cut else None
