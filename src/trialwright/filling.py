"""Fills a library: reads documents by several processes, and skips those that it has unchanged.

Takes paths and an open library; what was there before is kept whatever stops the program in between.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import msgspec
from msgspec import Struct

from trialwright.errors import IllegalValue
from trialwright.formats.opening import Input, open_paths, read_input
from trialwright.formats.reading import check_format
from trialwright.library.store import Entry, Library, is_library, pack
from trialwright.linking.merging import compute_study
from trialwright.model.source import Record
from trialwright.model.study import Refusal, Study
from trialwright.workers import BATCH_BYTES, BATCH_INPUTS, map_in_order

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_SEARCHED = 40_000  # characters


class Work(Struct, frozen=True):
    """Documents of one batch, each with its origin and fingerprint; None where it is known already."""

    items: tuple[tuple[str, str, str, bytes | None], ...]
    format: str | None


class Read(Struct, frozen=True):
    """What a batch gave: documents as the library takes them, and what could not be used.

    A document that is unchanged, or can no longer be read, has None: what the library has of it stays.
    """

    documents: tuple[tuple[str, str, str, tuple[Entry, ...] | None], ...]
    unchanged: int
    refused: tuple[Refusal, ...]


class Added(Struct, frozen=True, kw_only=True):
    """What adding did: documents new or changed, unchanged, gone; and records that came in."""

    new: int = 0
    unchanged: int = 0
    gone: int = 0
    records: int = 0


def fill(
    library: Library,
    paths: Sequence[str],
    *,
    format_name: str | None = None,
    workers: int = 1,
    on_refused: Callable[[Refusal], object],
    watch: Callable[[Iterable[Read]], Iterable[Read]] = iter,
) -> Added:
    """Put the documents under the paths into the library; those it has unchanged are not read again."""
    check_format(format_name)
    run = library.begin()
    new = unchanged = gone = records = 0
    for path in paths:
        origin = os.path.abspath(path) if path != "-" else path
        refusals = 0

        def refuse(refusal: Refusal) -> None:
            nonlocal refusals
            refusals += 1
            on_refused(refusal)

        if is_library(path):
            work_done: Iterable[Read] = _copied(library, path, origin)
        else:
            work_done = map_in_order(read_work, _batches(library, path, origin, format_name, refuse), workers)
        for read in watch(work_done):
            library.put(read.documents, run)
            for refusal in read.refused:
                refuse(refusal)
            entries = [found for _, _, _, found in read.documents]
            unchanged += read.unchanged
            new += sum(found is not None for found in entries)
            records += sum(len(found) for found in entries if found is not None)
        if not refusals:
            # What could not be read through may still hold what was not seen this time.
            gone += library.forget_unseen(origin, run)
    return Added(new=new, unchanged=unchanged, gone=gone, records=records)


def _batches(
    library: Library,
    path: str,
    origin: str,
    format_name: str | None,
    on_refused: Callable[[Refusal], object],
) -> Iterator[Work]:
    def items() -> Iterator[tuple[str, str, str, bytes | None]]:
        for one in open_paths([path]):
            if isinstance(one, Refusal):
                on_refused(one)
                continue
            digest = hashlib.sha256(one.raw).hexdigest()
            known = library.knows(_key(one.uri), digest)
            yield one.uri, origin, digest, None if known else one.raw

    stream = items()
    while batch := tuple(_up_to(stream)):
        yield Work(batch, format_name)


def _key(uri: str) -> str:
    """By what the library knows a document: its place on this machine, wherever the command was given."""
    return uri if uri.startswith("-") else os.path.abspath(uri)


def _copied(library: Library, path: str, origin: str) -> Iterator[Read]:
    """The records of another library, a few at a time."""
    with Library(path) as other:
        for record in other.records():
            key, digest = _key(record.source.uri), record.source.sha256
            known = library.knows(key, digest)
            entries = None if known else (_entry(record),)
            yield Read(((key, origin, digest, entries),), int(known), ())


def _up_to(
    stream: Iterator[tuple[str, str, str, bytes | None]],
) -> Iterator[tuple[str, str, str, bytes | None]]:
    size = 0
    for item in islice(stream, BATCH_INPUTS):
        yield item
        size += len(item[3] or b"")
        if size >= BATCH_BYTES:
            return


def read_work(work: Work) -> Read:
    """Reads a batch; the work of one process."""
    documents: list[tuple[str, str, str, tuple[Entry, ...] | None]] = []
    refused: list[Refusal] = []
    for uri, origin, digest, raw in work.items:
        if raw is None:
            documents.append((_key(uri), origin, digest, None))
            continue
        entries = []
        for found in read_input(Input(uri, raw), work.format, 1):
            try:
                entries.append(_entry(found) if isinstance(found, Record) else found)
            except IllegalValue as error:
                entries.append(Refusal(uri=uri, reason=str(error)))
        refused += [entry for entry in entries if isinstance(entry, Refusal)]
        good = tuple(entry for entry in entries if isinstance(entry, Entry))
        documents.append((_key(uri), origin, digest, good or None))
    unchanged = sum(raw is None for *_, raw in work.items)
    return Read(tuple(documents), unchanged, tuple(refused))


def _entry(record: Record) -> Entry:
    study = compute_study([record])
    # The Chinese half of a bilingual document is no value of the study, but people search for its words.
    chinese = " ".join(_HAN.findall(record.text[:_SEARCHED]))
    if all(statement.span is None for statement in record.statements):
        # Without spans nothing points into the text: the statements hold their words themselves.
        record = msgspec.structs.replace(record, text="")
    return Entry(
        packed=pack(record),
        study=study.id,
        title=study.heading,
        status=study.overall_status,
        phases=study.phases,
        conditions="; ".join((*study.conditions, *study.keywords)),
        interventions="; ".join(_interventions(study)),
        identifiers=" ".join(i.value for i in study.identifiers),
        prose=" ".join(filter(None, (study.official_title, study.brief_summary, *_people(study), chinese))),
    )


def _interventions(study: Study) -> Iterator[str]:
    for one in study.interventions:
        yield one.name
        yield from one.other_names


def _people(study: Study) -> Iterator[str]:
    if study.lead_sponsor is not None:
        yield study.lead_sponsor.name
    yield from (sponsor.name for sponsor in study.collaborators)
