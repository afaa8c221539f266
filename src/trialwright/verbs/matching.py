"""Match: the other way round, the trials for one person.

A library that is compiled answers at once; all else is read, linked and compiled first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from trialwright.errors import ReadError
from trialwright.verbs.compiling import Dictionaries, compile_study, vocabulary_of
from trialwright.verbs.keeping import check_filled
from trialwright.verbs.reading import OnRefused, Watch, gather_all, unwatched
from trialwright.verbs.screening import day_of, people_of

if TYPE_CHECKING:
    from trialwright.model.matching import Matching
    from trialwright.model.screening import PatientTable
    from trialwright.model.vocabulary import Vocabulary
    from trialwright.screening import ScreeningOptions


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
    watch: Watch = unwatched,
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

    vocabulary, options, day = vocabulary_of(vocabulary), options or ScreeningOptions(), day_of(index_date)
    ask = partial(
        match_trials,
        patients=people_of(patients, columns, options),
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
            check_filled(library)
            ready = open_index(library, vocabulary)
            if ready is not None:
                return ask(ready, partial(fetch_trials, library))
    from trialwright.screening.indexing import make_index

    linked = gather_all(paths, format, on_refused, watch).linked
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
