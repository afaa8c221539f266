"""Prepares a library for questions about one person: links records, compiles trials, makes their index.

Takes an open library; what is compiled already is kept, so that the work can be stopped and taken up again. A
trial is compiled anew when one of its records, the vocabulary or the program itself is no longer the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import Struct

import trialwright
from trialwright.compiling import criteria
from trialwright.errors import IllegalValue, ReadError
from trialwright.language.vocabulary import load_vocabulary
from trialwright.library.store import Library, pack, unpack
from trialwright.library.trials import CompiledTrials
from trialwright.linking.evidence import Profile, profile
from trialwright.linking.grouping import group
from trialwright.linking.merging import compute_study
from trialwright.model import codec
from trialwright.model.source import Record, numbered
from trialwright.model.study import Refusal
from trialwright.model.vocabulary import Vocabulary
from trialwright.screening.index import Trial, TrialIndex, index_parts, read_index, trial_of
from trialwright.screening.indexing import make_index
from trialwright.workers import map_in_order

# So many trials go to a process at once; compiling one takes some hundredths of a second.
_BATCH = 20


class Work(Struct, frozen=True):
    """Trials of one batch: the fingerprint and the packed records of each; and dictionaries to compile by."""

    trials: tuple[tuple[bytes, tuple[bytes, ...]], ...]
    dictionaries: tuple[str, ...]


class Done(Struct, frozen=True):
    """What a batch gave: trials as the library keeps them, and what could not be used."""

    trials: tuple[tuple[bytes, bytes], ...]
    refused: tuple[Refusal, ...]


class Prepared(Struct, frozen=True, kw_only=True):
    """What preparing did: trials that are ready now, compiled this time, kept from before, and removed."""

    trials: int = 0
    compiled: int = 0
    kept: int = 0
    gone: int = 0


def prepare(
    library: Library,
    *,
    dictionaries: Sequence[str] = (),
    workers: int = 1,
    on_refused: Callable[[Refusal], Any],
    watch: Callable[[Iterable[Done], int], Iterable[Done]] = lambda batches, total: batches,
) -> Prepared:
    """Compile the trials of the library and keep them with their index.

    `watch` wraps the stream of batches, of which it is told how many trials they hold, for a progress bar.
    """
    vocabulary = load_vocabulary(*dictionaries)
    stamp, store = stamp_of(vocabulary), CompiledTrials(library)
    changes = store.changes()
    groups = _groups(library)
    known = store.known(stamp)
    new = [one for one in groups.items() if one[0] not in known]
    compiled = 0
    for done in watch(map_in_order(compile_work, _batches(library, new, dictionaries), workers), len(new)):
        store.keep(done.trials, stamp)
        compiled += len(done.trials)
        for refusal in done.refused:
            on_refused(refusal)
    gone = store.forget_others(groups, stamp)
    index = make_index(((n, unpack(packed, Trial)) for n, packed in store.trials()), vocabulary)
    store.keep_index(dict(index_parts(index)), stamp, changes)
    return Prepared(trials=index.trials, compiled=compiled, kept=len(groups) - len(new), gone=gone)


def open_index(library: Library, vocabulary: Vocabulary) -> TrialIndex | None:
    """The index that the library keeps; None when it has none that fits records, vocabulary and program.

    Raises ReadError when the one that it has is damaged.
    """
    parts = CompiledTrials(library).index(stamp_of(vocabulary))
    try:
        return None if parts is None else read_index(parts)
    except IllegalValue as error:
        raise ReadError(
            error.message, where=library.path, cure="make it again with: library compile"
        ) from None


def fetch_trials(library: Library, numbers: Sequence[int]) -> list[Trial]:
    """The trials of these numbers, in this order."""
    return [unpack(packed, Trial) for packed in CompiledTrials(library).fetch(numbers)]


def stamp_of(vocabulary: Vocabulary) -> bytes:
    """By what trials are compiled, as a fingerprint: the program and the terms."""
    terms = codec.encode((vocabulary.terms, sorted(vocabulary.own)))
    return hashlib.blake2b(_program() + terms, digest_size=16).digest()


@cache
def _program() -> bytes:
    """A fingerprint of the program's own files, since a mended program compiles otherwise."""
    found = hashlib.blake2b(trialwright.__version__.encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(path.read_bytes())
    return found.digest()


def _groups(library: Library) -> dict[bytes, list[int]]:
    """The records that are one trial, by number, under the fingerprint of them all."""
    fingerprints: dict[str, tuple[int, bytes]] = {}

    def profiles() -> Iterator[Profile]:
        for number, packed in library.packed_records():
            fingerprints[f"s{number}"] = number, hashlib.blake2b(packed, digest_size=16).digest()
            yield profile(numbered(unpack(packed, Record), number))

    groups = {}
    for members in group(list(profiles()))[0]:
        own = [fingerprints[member] for member in members]
        key = hashlib.blake2b(b"".join(digest for _, digest in own), digest_size=16).digest()
        groups[key] = [number for number, _ in own]
    return groups


def _batches(
    library: Library, groups: Iterable[tuple[bytes, list[int]]], dictionaries: Sequence[str]
) -> Iterator[Work]:
    stream = iter(groups)
    while batch := tuple(islice(stream, _BATCH)):
        trials = tuple((key, tuple(library.packed(numbers))) for key, numbers in batch)
        yield Work(trials, tuple(dictionaries))


def compile_work(work: Work) -> Done:
    """Compiles a batch; the work of one process."""
    vocabulary = load_vocabulary(*work.dictionaries)
    trials, refused = [], []
    for key, packed in work.trials:
        records = [numbered(unpack(one, Record), n) for n, one in enumerate(packed, start=1)]
        try:
            study = compute_study(records)
        except IllegalValue as error:
            refused.append(Refusal(uri=records[0].source.uri, reason=str(error)))
            continue
        if not study.eligibility.criteria:
            study = criteria.compile_study(study, vocabulary=vocabulary)
        trials.append((key, pack(trial_of(study))))
    return Done(tuple(trials), tuple(refused))
