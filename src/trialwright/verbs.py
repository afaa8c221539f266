"""The verbs as Python functions: read, link, compile, screen, report.

They lead the data one way through the rooms (formats → linking → compiling → screening → reports); the
command line and every other door call them and nothing deeper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Raw

from trialwright.errors import IllegalValue, ReadError, UsageError
from trialwright.model.source import Record, numbered
from trialwright.model.study import Linked, Refusal, Study

if TYPE_CHECKING:
    from trialwright.filling import Added
    from trialwright.library import Found, Library
    from trialwright.model.checking import PatientCheck
    from trialwright.model.explanation import Explanation
    from trialwright.model.expression import Expr
    from trialwright.model.matching import Matching
    from trialwright.model.screening import PatientTable
    from trialwright.model.vocabulary import Vocabulary
    from trialwright.preparing import Prepared
    from trialwright.reports import Report
    from trialwright.screening import Screening, ScreeningOptions

OnRefused = Callable[[Refusal], Any]
Watch = Callable[[Iterable[Any], str], Iterable[Any]]
Dictionaries = str | Path | Sequence[str | Path]
_HEAD = 65_536


def _stop(refusal: Refusal) -> None:
    raise ReadError(refusal.reason, where=refusal.uri)


def _unwatched(items: Iterable[Any], doing: str) -> Iterable[Any]:
    return items


def read_records(
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002  the word of the command line
    on_refused: OnRefused = _stop,
    watch: Watch = _unwatched,
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
    on_refused: OnRefused = _stop,
    watch: Watch = _unwatched,
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
    on_refused: OnRefused = _stop,
    watch: Watch = _unwatched,
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
    watch: Watch = _unwatched,
) -> Gathered:
    """Read and link: documents become one study a trial, studies of a Study JSON stay as they are.

    Raises UsageError when two studies that are not one trial have the same id.
    """
    gathered = _gather(paths, format, on_refused, watch)
    for name, number in Counter(study.id for study in gathered.linked.studies).items():
        if number > 1:
            raise UsageError(f"{number} studies have the id {name}", cure="give each trial once")
    return gathered


def _gather(paths: Sequence[str], name: str | None, on_refused: OnRefused | None, watch: Watch) -> Gathered:
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
    watch: Watch = _unwatched,
) -> Linked:
    """The trials that the documents speak of, and how the documents relate; refusals are in the result."""
    return gather(paths, format=format, on_refused=on_refused, watch=watch).linked


def add_to_library(
    paths: Sequence[str],
    library: str,
    *,
    format: str | None = None,  # noqa: A002
    workers: int = 1,
    on_refused: OnRefused = _stop,
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
    on_refused: OnRefused = _stop,
    watch: Callable[[Iterable[Any], int], Iterable[Any]] = lambda batches, total: batches,
) -> Prepared:
    """Compile the trials of the library and keep them there, so that `match` answers at once.

    What is compiled already is kept. Raises ReadError when there is no such library, or nothing in it.
    """
    from trialwright.library import Library
    from trialwright.preparing import prepare

    # Opened for reading first: what is no library, or not there, is not made one.
    with Library(library) as opened:
        _check_filled(opened)
    with Library(library, make=True) as opened:
        return prepare(opened, dictionaries=dictionaries, workers=workers, on_refused=on_refused, watch=watch)


def _check_filled(library: Library) -> None:
    if not library.count()[1]:
        raise ReadError(
            "the library has no records", where=library.path, cure="put documents in with: library add"
        )


def compile(  # noqa: A001  the verb of the command line
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002
    vocabulary: Vocabulary | Dictionaries | None = None,
    on_refused: OnRefused = _stop,
    watch: Watch = _unwatched,
) -> Iterator[Study]:
    """One study a record, its eligibility compiled; criteria that a Study JSON brings are kept.

    `vocabulary` is one, or paths of dictionaries whose terms lie over the shipped ones.
    """
    vocabulary = _vocabulary(vocabulary)
    for study in read(paths, format=format, on_refused=on_refused, watch=watch):
        yield compile_study(study, vocabulary=vocabulary)


def _vocabulary(given: Vocabulary | Dictionaries | None) -> Vocabulary:
    """The vocabulary that was given, or the shipped one with the given dictionaries over it."""
    from trialwright.language.vocabulary import load_vocabulary
    from trialwright.model.vocabulary import Vocabulary

    if isinstance(given, Vocabulary):
        return given
    files = () if given is None else (given,) if isinstance(given, str | Path) else given
    return load_vocabulary(*files)


def compile_study(study: Study, *, vocabulary: Vocabulary | Dictionaries | None = None) -> Study:
    """The study with its eligibility text compiled to criteria, unless it has criteria already."""
    from trialwright.compiling import criteria

    if study.eligibility.criteria:
        return study
    return criteria.compile_study(study, vocabulary=_vocabulary(vocabulary))


def screen(
    studies: Iterable[Study],
    patients: str | PatientTable,
    *,
    columns: str | Path | None = None,
    index_date: date | None = None,
    engine: str = "duckdb",
    database: str | None = None,
    options: ScreeningOptions | None = None,
    vocabulary: Vocabulary | Dictionaries | None = None,
) -> Screening:
    """Who qualifies for each study at the index date (today without one), and why.

    `columns` is the column map of a wide table, `database` the address of the PostgreSQL server for that
    engine. Raises PatientsError when the table cannot be used, EngineError for an unknown engine or one that
    cannot do its part, MissingExtra when the engine is not installed.
    """
    from trialwright.screening import ScreeningOptions
    from trialwright.screening import screen as screen_people

    options = options or ScreeningOptions()
    day = _day(index_date)
    vocabulary = _vocabulary(vocabulary)
    return screen_people(
        tuple(studies),
        _people(patients, columns, options),
        index_date=day,
        vocabulary=vocabulary,
        engine=engine,
        database=database,
        options=options,
        words=_words(vocabulary),
    )


def check_patients(
    patients: str | PatientTable,
    studies: Iterable[Study] = (),
    *,
    columns: str | Path | None = None,
    index_date: date | None = None,
    options: ScreeningOptions | None = None,
    vocabulary: Vocabulary | Dictionaries | None = None,
) -> PatientCheck:
    """What the people's data hold, and for each criterion of the studies how many have rows for it.

    Windows are those of screening at the index date (today without one). Raises PatientsError when the
    table cannot be used.
    """
    from trialwright.model.checking import CodeCount, PatientCheck
    from trialwright.patients import count_holdings
    from trialwright.screening import (
        CodeNames,
        ScreeningOptions,
        count_coverage,
        count_unknown_units,
        make_plan,
    )

    options = options or ScreeningOptions()
    day = _day(index_date)
    vocabulary = _vocabulary(vocabulary)
    patients = _people(patients, columns, options)
    asked = tuple(studies)
    held, names = count_holdings(patients), CodeNames(vocabulary)
    covered = (
        count_coverage(patients, make_plan(asked, index_date=day, vocabulary=vocabulary, options=options))
        if asked
        else ()
    )
    return PatientCheck(
        people=held.people,
        rows=held.rows,
        undated=held.undated,
        first=held.first,
        last=held.last,
        codes=tuple(
            CodeCount(code=code, rows=rows, people=people, name=names.name(code))
            for code, rows, people in held.codes
        ),
        unknown_units=count_unknown_units(patients, vocabulary),
        problems=patients.problems,
        index_date=day.isoformat() if asked else None,
        studies=covered,
    )


def guess_columns(
    path: str, *, sheet: str | None = None, vocabulary: Vocabulary | Dictionaries | None = None
) -> str:
    """A first column map for a wide table, as TOML to be read and mended before it is given to `screen`."""
    from trialwright.patients import guess_columns as guess

    return guess(path, _vocabulary(vocabulary), sheet=sheet)


def shown_source(patients: str) -> str:
    """The name of a source of people as it may be shown: an address of a database without its password."""
    from trialwright.patients import shown_source

    return shown_source(patients)


def explain(
    studies: Iterable[Study],
    patients: str | PatientTable,
    subject: str | int,
    *,
    columns: str | Path | None = None,
    index_date: date | None = None,
    options: ScreeningOptions | None = None,
    vocabulary: Vocabulary | Dictionaries | None = None,
    horizon: str = "P1Y",
) -> Explanation:
    """Why one person is eligible for each study at the index date, undecided, or not; and until when.

    `horizon`, a duration like P6M, is how far ahead verdicts are told for the case that nothing changes.
    Raises UsageError when the table has nobody of that id. Nobody else of the table is screened.
    """
    from trialwright.model.period import Period
    from trialwright.screening import ScreeningOptions
    from trialwright.screening import explain as explain_person

    options = options or ScreeningOptions()
    day = _day(index_date)
    try:
        ahead = Period(horizon)
    except IllegalValue as error:
        raise UsageError(f"the horizon: {error}") from None
    if ahead.shortest < 0 or ahead.longest > 10 * 366 * 1440:
        raise UsageError(f"a horizon of {horizon} is not looked at", cure="give up to ten years, like P1Y")
    vocabulary = _vocabulary(vocabulary)
    return explain_person(
        tuple(studies),
        _people(patients, columns, options),
        subject,
        index_date=day,
        vocabulary=vocabulary,
        options=options,
        horizon=ahead,
        words=_words(vocabulary),
    )


def _words(vocabulary: Vocabulary) -> Callable[[Expr], str]:
    """How a leaf is said in words: as the compiler says it."""

    def say(expr: Expr) -> str:
        from trialwright.compiling.criteria.explain import explain as explain_criterion

        return explain_criterion(expr, vocabulary=vocabulary)

    return say


def _day(index_date: date | None) -> date:
    if index_date is not None and not 1800 <= index_date.year <= 2500:
        raise UsageError(f"the index date {index_date} lies in no patient's life")
    return index_date or date.today()


def _people(
    patients: str | PatientTable, columns: str | Path | None, options: ScreeningOptions
) -> PatientTable:
    from trialwright.patients import read_patients

    if not isinstance(patients, str):
        return patients
    return read_patients(patients, columns=columns, time_zone=options.time_zone)


def match(
    paths: Sequence[str],
    patients: str | PatientTable,
    subject: str | int,
    *,
    columns: str | Path | None = None,
    index_date: date | None = None,
    options: ScreeningOptions | None = None,
    limit: int | None = None,
    with_failed: bool = False,
    format: str | None = None,  # noqa: A002
    vocabulary: Vocabulary | Dictionaries | None = None,
    on_refused: OnRefused | None = None,
    on_uncompiled: Callable[[int], Any] = lambda trials: None,
    watch: Watch = _unwatched,
) -> Matching:
    """The trials for one person: eligible first, then undecided by how little is missing.

    A library that `compile_library` has prepared answers at once; all else is read, linked and compiled
    first, and `on_uncompiled` is told how many trials of a library that was. At most `limit` trials are
    listed, all without it; `with_failed` lists those too that the person is not eligible for. Raises
    UsageError when nobody in the table has this subject_id, ReadError when there is no trial.
    """
    from functools import partial

    from trialwright.library import Library, is_library
    from trialwright.screening import ScreeningOptions
    from trialwright.screening.index import trial_of
    from trialwright.screening.matching import match as match_trials

    vocabulary, options, day = _vocabulary(vocabulary), options or ScreeningOptions(), _day(index_date)
    ask = partial(
        match_trials,
        patients=_people(patients, columns, options),
        subject=subject,
        index_date=day,
        vocabulary=vocabulary,
        options=options,
        limit=limit,
        with_failed=with_failed,
    )
    kept = format is None and len(paths) == 1 and is_library(paths[0])
    if kept:
        from trialwright.preparing import fetch_trials, open_index

        with Library(paths[0]) as library:
            _check_filled(library)
            ready = open_index(library, vocabulary)
            if ready is not None:
                return ask(ready, partial(fetch_trials, library))
    from trialwright.screening.indexing import make_index

    linked = _gather(paths, format, on_refused, watch).linked
    if not linked.studies:
        first = linked.refused[0] if linked.refused else None
        raise ReadError(
            first.reason if first else "there is no trial here", where=first.uri if first else None
        )
    trials = [
        trial_of(compile_study(study, vocabulary=vocabulary)) for study in watch(linked.studies, "compiling")
    ]
    if kept:
        on_uncompiled(len(trials))
    found = ask(make_index(enumerate(trials), vocabulary), lambda keys: [trials[key] for key in keys])
    return msgspec.structs.replace(found, refused=linked.refused)


def report(
    paths: Sequence[str],
    *,
    patients: str | PatientTable | None = None,
    columns: str | Path | None = None,
    title: str = "Trials as they were written",
    index_date: date | None = None,
    engine: str = "duckdb",
    database: str | None = None,
    options: ScreeningOptions | None = None,
    format: str | None = None,  # noqa: A002
    vocabulary: Vocabulary | Dictionaries | None = None,
    on_refused: OnRefused | None = None,
    watch: Watch = _unwatched,
) -> Report:
    """The whole way: read, link, compile, screen if people are given; `write_report` makes the file."""
    from trialwright import __version__
    from trialwright.compiling.criteria.explain import explain
    from trialwright.reports import Report, StudyReport
    from trialwright.screening import NEAR

    vocabulary = _vocabulary(vocabulary)
    linked, texts = gather(paths, format=format, on_refused=on_refused, watch=watch)
    studies = [compile_study(s, vocabulary=vocabulary) for s in linked.studies]
    counts, summary = {}, None
    if patients is not None:
        done = screen(
            studies,
            patients,
            columns=columns,
            index_date=index_date,
            engine=engine,
            database=database,
            options=options,
            vocabulary=vocabulary,
        )
        summary = done.with_insights(what_if=True, near=NEAR, facts=True)
        counts = dict(zip((s.id for s in studies), summary.studies, strict=True))
    return Report(
        title=title,
        studies=tuple(
            StudyReport(
                study=study,
                texts={s.id: texts[s.id] for s in study.sources if s.id in texts},
                explanations={
                    c.id: explain(c.expr, vocabulary=vocabulary)
                    for c in study.eligibility.criteria
                    if c.expr is not None
                },
                counts=counts.get(study.id),
                links=tuple(n for n in linked.links if {n.a, n.b} & {source.id for source in study.sources}),
            )
            for study in studies
        ),
        summary=summary,
        refused=linked.refused,
        links=linked.links,
        inputs=tuple(paths),
        version=__version__,
    )
