"""The arguments that name documents, and the progress bar while they are read.

What cannot be used is collected and named on standard error; the rest goes on.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from trialwright.errors import ReadError
from trialwright.model.study import Refusal

T = TypeVar("T")


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


def show_progress(items: Iterable[T], doing: str) -> Iterator[T]:
    """The items as they come; on a terminal with their number and rate on standard error."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description} {task.completed:,}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[rate]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(doing, total=None, rate="")
        for item in items:
            yield item
            speed = progress.tasks[0].speed
            progress.update(task, advance=1, rate=f"{speed:,.0f} a second" if speed else "")
