"""Documents to studies in great number: read, computed and written as JSON in batches, by several processes.

Takes paths, gives the JSON of one study a record in the order of the input; the same bytes whatever the
number of processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from trialwright.errors import IllegalValue
from trialwright.formats.opening import Input, open_paths, read_input
from trialwright.formats.reading import check_format
from trialwright.linking.merging import compute_study
from trialwright.model import codec
from trialwright.model.study import Refusal, Study
from trialwright.workers import BATCH_BYTES, BATCH_INPUTS, map_in_order


class Batch(Struct, frozen=True):
    """Documents to be read together; `number` is that of the first source among them."""

    inputs: tuple[Input | Refusal, ...]
    format: str | None
    number: int


class Reading(Struct, frozen=True):
    """What a batch gave: studies as JSON and refusals in order, and how many sources were numbered."""

    found: tuple[bytes | Refusal, ...]
    numbered: int


def read_encoded(paths: Sequence[str], format_name: str | None, workers: int) -> Iterator[bytes | Refusal]:
    """The JSON of one study a record, and a refusal for each input that cannot be used.

    Sources are numbered over the whole run, but a process does not know how many the others find. Each batch
    is numbered as if all documents before it held one record; where that was wrong, its numbers are mended.
    """
    check_format(format_name)
    numbers: deque[int] = deque()
    expected, number = 1, 1

    def batches() -> Iterator[Batch]:
        nonlocal expected
        for inputs in _gathered(paths):
            numbers.append(expected)
            expected += sum(1 for one in inputs if isinstance(one, Input))
            yield Batch(inputs, format_name, numbers[-1])

    for reading in map_in_order(read_batch, batches(), workers):
        supposed = numbers.popleft()
        for found in reading.found:
            if isinstance(found, Refusal) or supposed == number:
                yield found
            else:
                yield _renumbered(found, number - supposed)
        number += reading.numbered
        if not numbers:
            # Nothing is under way, so what follows can be numbered rightly at once.
            expected = number


def read_batch(batch: Batch) -> Reading:
    """Reads a batch; the work of one process."""
    found: list[bytes | Refusal] = []
    number = batch.number
    for item in batch.inputs:
        if isinstance(item, Refusal):
            found.append(item)
            continue
        for record in read_input(item, batch.format, number):
            if isinstance(record, Refusal):
                found.append(record)
                continue
            number += 1
            try:
                found.append(codec.encode(compute_study([record])))
            except IllegalValue as error:
                found.append(Refusal(uri=record.source.uri, reason=str(error)))
    return Reading(tuple(found), number - batch.number)


def _gathered(paths: Sequence[str]) -> Iterator[tuple[Input | Refusal, ...]]:
    inputs: list[Input | Refusal] = []
    size = 0
    for item in open_paths(paths):
        inputs.append(item)
        size += len(item.raw) if isinstance(item, Input) else 0
        if size >= BATCH_BYTES or len(inputs) >= BATCH_INPUTS:
            yield tuple(inputs)
            inputs, size = [], 0
    if inputs:
        yield tuple(inputs)


def _renumbered(raw: bytes, by: int) -> bytes:
    """The study with every source number moved."""
    study = codec.decode(raw, Study)
    replace = msgspec.structs.replace

    def moved(name: str | None) -> str | None:
        return f"s{int(name[1:]) + by}" if name else name

    return codec.encode(
        replace(
            study,
            sources=tuple(replace(s, id=moved(s.id)) for s in study.sources),
            statements=tuple(replace(s, source=moved(s.source)) for s in study.statements),
            notes=tuple(replace(n, source=moved(n.source)) for n in study.notes),
            reported_results=tuple(replace(r, source=moved(r.source)) for r in study.reported_results),
        )
    )
