"""What every command does with its result: JSON or a table on standard output, or a file.

A file is written under a temporary name and then renamed, so that nothing half-written stays behind.
"""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from trialwright.errors import OutputError
from trialwright.model.study import Refusal

if TYPE_CHECKING:
    from rich.console import Console


def add_output_arguments(parser: ArgumentParser) -> None:
    """The options that every command with a result has."""
    parser.add_argument("--json", action="store_true", help="print one JSON document, and nothing else")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the JSON document to FILE")


@contextmanager
def writing(path: str | None) -> Iterator[IO[bytes]]:
    """A binary stream to the file, renamed into place when all went well; standard output for None.

    Raises OutputError when the file cannot be written.
    """
    if path is None or path == "-":
        yield sys.stdout.buffer
        return
    target = Path(path)
    if target.exists() and not target.is_file() and not target.is_dir():
        # A device or pipe (/dev/null) is written to; a file renamed onto it would take its place.
        with target.open("wb") as stream:
            yield stream
        return
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise OutputError(f"cannot be written ({error.strerror})", where=path) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        os.chmod(name, 0o644)
        os.replace(name, target)
    except OSError as error:
        raise OutputError(f"cannot be written ({error.strerror})", where=path) from None
    finally:
        Path(name).unlink(missing_ok=True)


def write_array(items: Iterable[Any], path: str | None) -> None:
    """The items as one JSON array, one item a line, written as they come."""
    from trialwright.model import codec

    with writing(path) as stream:
        # The bracket waits for the first item, so that a run in which nothing could be used prints nothing.
        opening = b"[\n"
        for item in items:
            stream.write(opening + codec.encode(item))
            opening = b",\n"
        stream.write(b"[]\n" if opening == b"[\n" else b"\n]\n")


def write_document(value: Any, path: str | None) -> None:
    """The value as one indented JSON document."""
    from trialwright.model import codec

    with writing(path) as stream:
        stream.write(codec.encode(value, indent=1) + b"\n")


def console() -> Console:
    """Where tables for people go: standard output, plain when it is no terminal."""
    from rich.console import Console

    wide = None if sys.stdout.isatty() else 120
    return Console(width=wide, highlight=False, emoji=False, markup=False)


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people; columns whose name ends in `#` hold numbers."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(name.rstrip("#"), justify="right" if name.endswith("#") else "left")
    for row in rows:
        # Text, not markup: what a document says must not be able to colour the terminal.
        table.add_row(*(Text("".join(c for c in str(v) if c.isprintable())) for v in row))
    out = console()
    with out.capture() as drawn:
        out.print(table)
    # Rich pads every line to the width of the table; blanks at the end of a line help nobody.
    out.file.write("\n".join(line.rstrip() for line in drawn.get().split("\n")))


def say(message: str) -> None:
    """One line to standard error."""
    print(message, file=sys.stderr)  # noqa: T201


def name_refused(refused: Sequence[Refusal]) -> None:
    """Each refused input on standard error."""
    for one in refused:
        say(f"trialwright: {one.uri}: {one.reason}")
