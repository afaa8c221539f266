"""Compile: the eligibility text of studies becomes criteria that can be executed.

Criteria that a Study JSON brings are kept as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.verbs.reading import OnRefused, Watch, read, stop, unwatched

if TYPE_CHECKING:
    from trialwright.model.study import Study
    from trialwright.model.vocabulary import Vocabulary

Dictionaries = str | Path | Sequence[str | Path]


def compile(  # noqa: A001  the verb of the command line
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002
    vocabulary: Vocabulary | Dictionaries | None = None,
    on_refused: OnRefused = stop,
    watch: Watch = unwatched,
) -> Iterator[Study]:
    """One study a record, its eligibility compiled; criteria that a Study JSON brings are kept.

    `vocabulary` is one, or paths of dictionaries whose terms lie over the shipped ones.
    """
    vocabulary = vocabulary_of(vocabulary)
    for study in read(paths, format=format, on_refused=on_refused, watch=watch):
        yield compile_study(study, vocabulary=vocabulary)


def vocabulary_of(given: Vocabulary | Dictionaries | None) -> Vocabulary:
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
    return criteria.compile_study(study, vocabulary=vocabulary_of(vocabulary))
