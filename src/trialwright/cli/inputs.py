"""The arguments that name documents, and the progress bar while they are read.

What cannot be used is collected and named on standard error; the rest goes on.
"""

from __future__ import annotations

import os
import sys
import zipfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from trialwright.errors import ReadError
from trialwright.model.study import Refusal

T = TypeVar("T")
# Files that may hold any number of records, or archives.
_OF_MANY = (".gz", ".zip", ".ndjson", ".jsonl", ".json", ".xml", ".csv", ".xlsx", ".nbib", ".ris")


def add_input_arguments(parser: ArgumentParser, what: str = "documents") -> None:
    """The arguments of every command that takes documents."""
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help=f"{what}: files, folders, .gz or .zip of them, - for standard input",
    )
    parser.add_argument(
        "--format", metavar="NAME", help="the format of the documents; found out by itself otherwise"
    )


def add_dictionary_argument(parser: ArgumentParser) -> None:
    """The argument of every command that compiles."""
    parser.add_argument(
        "--dictionary",
        action="append",
        default=[],
        metavar="FILE",
        help="terms of your own, as TOML; they win over the shipped ones (may be repeated)",
    )


def check_found(items: Iterable[T], refused: list[Refusal]) -> Iterator[T]:
    """The items as they come; ReadError when there was none because everything was refused."""
    found = False
    for item in items:
        found = True
        yield item
    if not found:
        refuse_all(refused)


def refuse_all(refused: Sequence[Refusal]) -> None:
    """Raise ReadError: nothing at all could be used."""
    if not refused:
        raise ReadError("there is no document here", cure="name a file, or a folder with files in it")
    first, more = refused[0], len(refused) - 1
    raise ReadError(first.reason + (f" (and {more} more)" if more else ""), where=first.uri)


def count_documents(paths: Sequence[str]) -> int | None:
    """How many documents the paths hold; None where only reading them could tell."""
    count = 0
    for path in paths:
        if os.path.isdir(path):
            names = [name for _, _, files in os.walk(path) for name in files]
            if any(name.lower().endswith(_OF_MANY) for name in names):
                return None
            count += len(names)
        elif path.lower().endswith(".zip") and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                count += sum(not member.is_dir() for member in archive.infolist())
        elif path == "-" or path.lower().endswith(_OF_MANY):
            return None
        else:
            count += 1
    return count


def show_progress(
    items: Iterable[T], doing: str, total: int | None = None, size: Callable[[T], int] = lambda item: 1
) -> Iterator[T]:
    """The items as they come; on a terminal with their number, rate and, of a total, what time remains.

    `size` tells for how many an item counts.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description} {task.completed:,}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.fields[rate]}"),
        *((TextColumn("remaining"), TimeRemainingColumn()) if total else ()),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(doing, total=total, rate="")
        for item in items:
            yield item
            speed = progress.tasks[0].speed
            progress.update(task, advance=size(item), rate=f"{speed:,.0f} a second" if speed else "")


def watch_documents(paths: Sequence[str]) -> Callable[[Iterable[T], str], Iterator[T]]:
    """A progress bar for the documents under the paths, which are counted only where somebody looks on."""
    total = count_documents(paths) if sys.stderr.isatty() else None
    return lambda items, doing: show_progress(items, doing, total)
