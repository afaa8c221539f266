"""Read and link: documents, libraries and Study JSON become studies, one a record or one a trial.

`on_refused` is told of every input that cannot be used; `watch` wraps a stream, for a progress bar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from trialwright.errors import IllegalValue, ReadError, UsageError
from trialwright.model.source import Record, numbered
from trialwright.model.study import Linked, Refusal, Study

OnRefused = Callable[[Refusal], Any]
Watch = Callable[[Iterable[Any], str], Iterable[Any]]
_HEAD = 65_536


def stop(refusal: Refusal) -> None:
    """Raises ReadError for an input that cannot be used."""
    raise ReadError(refusal.reason, where=refusal.uri)


def unwatched(items: Iterable[Any], doing: str) -> Iterable[Any]:
    """The items as they are, with no progress bar."""
    return items


def read_records(
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002  the word of the command line
    on_refused: OnRefused = stop,
    watch: Watch = unwatched,
) -> Iterator[Record]:
    """The records of the documents under the paths, as they are read.

    `on_refused` is called with every input that cannot be used; without it the first one raises
    ReadError. `watch` wraps the stream, for a progress bar.
    """
    from trialwright.formats import read_paths
    from trialwright.library import Library, is_library

    number = 0
    kept = [path for path in paths if is_library(path)]
    for path in kept:
        with Library(path) as library:
            for record in watch(library.records(), "reading"):
                number += 1
                yield numbered(record, number)
    others = [path for path in paths if path not in kept]
    for item in watch(read_paths(others, format=format), "reading") if others else ():
        if isinstance(item, Refusal):
            on_refused(item)
        else:
            yield numbered(item, number + int(item.source.id[1:])) if number else item


def read(
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002
    on_refused: OnRefused = stop,
    watch: Watch = unwatched,
    workers: int = 1,
) -> Iterator[Study]:
    """One study a record. Study JSON, as `compile` prints it, is taken as it stands.

    With `workers` above 1 as many processes share the reading of long inputs; a script must then start its
    work under `if __name__ == "__main__":`, as Python's multiprocessing demands.
    """
    from trialwright.model import codec

    if workers > 1:
        for raw in read_json(paths, format=format, on_refused=on_refused, watch=watch, workers=workers):
            yield codec.decode(bytes(raw), Study)
        return
    for study, _ in _read_with_text(paths, format, on_refused, watch):
        yield study


def read_json(
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002
    on_refused: OnRefused = stop,
    watch: Watch = unwatched,
    workers: int = 1,
) -> Iterator[Raw]:
    """The JSON of one study a record: the same as `read`, without the way back into Python values."""
    from trialwright.bulk import read_encoded
    from trialwright.library import is_library
    from trialwright.model import codec

    if any(is_library(path) for path in paths):
        for study in read(paths, format=format, on_refused=on_refused, watch=watch):
            yield Raw(codec.encode(study))
        return
    documents = []
    for path in paths:
        given = _study_json(path) if format is None else None
        if given is None:
            documents.append(path)
        else:
            yield from (Raw(codec.encode(study)) for study in given)
    for found in watch(read_encoded(documents, format, workers), "reading"):
        if isinstance(found, Refusal):
            on_refused(found)
        else:
            yield Raw(found)


def _read_with_text(
    paths: Sequence[str], name: str | None, on_refused: OnRefused, watch: Watch
) -> Iterator[tuple[Study, Record | None]]:
    from trialwright.linking.merging import compute_study

    documents = []
    for path in paths:
        given = _study_json(path) if name is None else None
        if given is None:
            documents.append(path)
        else:
            yield from ((study, None) for study in given)
    if documents:
        for record in read_records(documents, format=name, on_refused=on_refused, watch=watch):
            try:
                study = compute_study([record])
            except IllegalValue as error:
                on_refused(Refusal(uri=record.source.uri, reason=str(error)))
            else:
                yield study, record


def _study_json(path: str) -> tuple[Study, ...] | None:
    """The studies of a Study JSON; None when the file is something else."""
    from trialwright.model import codec

    if not path.lower().endswith(".json") or not Path(path).is_file():
        return None
    with open(path, "rb") as file:
        if not codec.begins_as_study(file.read(_HEAD)):
            return None
    text = Path(path).read_bytes().strip()
    try:
        return (
            (codec.decode(text, Study),) if text.startswith(b"{") else codec.decode(text, tuple[Study, ...])
        )
    except IllegalValue as error:
        raise ReadError(f"this is no Study JSON as compile prints it: {error.message}", where=path) from None


class Gathered(NamedTuple):
    """What a set of documents gives: one study a trial, the links, what was refused, the texts by source."""

    linked: Linked
    texts: dict[str, str]


def gather(
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002
    on_refused: OnRefused | None = None,
    watch: Watch = unwatched,
) -> Gathered:
    """Read and link: documents become one study a trial, studies of a Study JSON stay as they are.

    Raises UsageError when two studies that are not one trial have the same id.
    """
    gathered = gather_all(paths, format, on_refused, watch)
    for name, number in Counter(study.id for study in gathered.linked.studies).items():
        if number > 1:
            raise UsageError(f"{number} studies have the id {name}", cure="give each trial once")
    return gathered


def gather_all(
    paths: Sequence[str], name: str | None, on_refused: OnRefused | None, watch: Watch
) -> Gathered:
    """As `gather`, whatever ids the studies have."""
    from trialwright.linking.grouping import link as link_records

    refused: list[Refusal] = []

    def refuse(refusal: Refusal) -> None:
        refused.append(refusal)
        if on_refused is not None:
            on_refused(refusal)

    records, ready = [], []
    for study, record in _read_with_text(paths, name, refuse, watch):
        if record is None:
            ready.append(study)
        else:
            records.append(record)
    linked = link_records(records)
    whole = msgspec.structs.replace(linked, studies=(*linked.studies, *ready), refused=tuple(refused))
    return Gathered(whole, {r.source.id: r.text for r in records})


def link(
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002
    on_refused: OnRefused | None = None,
    watch: Watch = unwatched,
) -> Linked:
    """The trials that the documents speak of, and how the documents relate; refusals are in the result."""
    return gather(paths, format=format, on_refused=on_refused, watch=watch).linked
