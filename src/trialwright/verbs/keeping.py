"""Keep records in a library, search them, and keep their trials compiled.

The library itself is a file on disk; these verbs bring documents into it and ask it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwright.errors import ReadError, UsageError
from trialwright.verbs.reading import OnRefused, stop

if TYPE_CHECKING:
    from trialwright.filling import Added
    from trialwright.library import Found, Library
    from trialwright.preparing import Prepared


def add_to_library(
    paths: Sequence[str],
    library: str,
    *,
    format: str | None = None,  # noqa: A002
    workers: int = 1,
    on_refused: OnRefused = stop,
    watch: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Added:
    """Put the documents into the library, which is made if it is not there; unchanged ones are skipped."""
    from trialwright.filling import fill
    from trialwright.library import Library

    is_new = not Path(library).exists()
    with Library(library, make=True) as opened:
        added = fill(opened, paths, format_name=format, workers=workers, on_refused=on_refused, watch=watch)
        empty = opened.count() == (0, 0)
    if is_new and empty:
        # Nothing came in: a mistyped name must not leave a library behind.
        for ending in ("", "-wal", "-shm"):
            Path(library + ending).unlink(missing_ok=True)
    return added


def search_library(
    words: str,
    library: str,
    *,
    condition: str | None = None,
    phase: str | None = None,
    status: str | None = None,
    limit: int = 20,
) -> list[Found]:
    """The records of the library with all the words, the best first; phase and status in any spelling."""
    from trialwright.language.enumerations import read_phases, read_status
    from trialwright.library import Library

    known = (read_phases(phase) or ()) if phase else ()
    if phase and not known:
        raise UsageError(f"{phase!r} is no phase", cure="write it like PHASE2 or 2")
    state = read_status(status) if status else None
    if status and state is None:
        raise UsageError(f"{status!r} is no status", cure="write it like RECRUITING")
    with Library(library) as opened:
        return opened.search(
            _with_numbers(words), condition=condition, phases=known, status=state, limit=limit
        )


def _with_numbers(words: str) -> str:
    """The words, with registry numbers spelled as the registries do: "NCT 01213186" is one word."""
    from trialwright.language.identifiers import find_identifiers

    for found in reversed(find_identifiers(words)):
        words = f"{words[: found.start]}{found.value}{words[found.end :]}"
    return words


def compile_library(
    library: str,
    *,
    dictionaries: Sequence[str] = (),
    workers: int = 1,
    on_refused: OnRefused = stop,
    watch: Callable[[Iterable[Any], int], Iterable[Any]] = lambda batches, total: batches,
) -> Prepared:
    """Compile the trials of the library and keep them there, so that `match` answers at once.

    What is compiled already is kept. Raises ReadError when there is no such library, or nothing in it.
    """
    from trialwright.library import Library
    from trialwright.preparing import prepare

    # Opened for reading first: what is no library, or not there, is not made one.
    with Library(library) as opened:
        check_filled(opened)
    with Library(library, make=True) as opened:
        return prepare(opened, dictionaries=dictionaries, workers=workers, on_refused=on_refused, watch=watch)


def check_filled(library: Library) -> None:
    """Raises ReadError where nothing is in the library."""
    if not library.count()[1]:
        raise ReadError(
            "the library has no records", where=library.path, cure="put documents in with: library add"
        )
