"""Screen people for studies, explain one person's verdicts, and check what a source of people can answer.

The vocabulary and the words of leaves are handed to the engines here, so that the walls between rooms stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.errors import IllegalValue, UsageError
from trialwright.verbs.compiling import Dictionaries, vocabulary_of

if TYPE_CHECKING:
    from trialwright.model.checking import PatientCheck
    from trialwright.model.explanation import Explanation
    from trialwright.model.expression import Expr
    from trialwright.model.screening import PatientTable
    from trialwright.model.study import Study
    from trialwright.model.vocabulary import Vocabulary
    from trialwright.screening import Screening, ScreeningOptions


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
    day = day_of(index_date)
    vocabulary = vocabulary_of(vocabulary)
    return screen_people(
        tuple(studies),
        people_of(patients, columns, options),
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
    day = day_of(index_date)
    vocabulary = vocabulary_of(vocabulary)
    patients = people_of(patients, columns, options)
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

    return guess(path, vocabulary_of(vocabulary), sheet=sheet)


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
    day = day_of(index_date)
    try:
        ahead = Period(horizon)
    except IllegalValue as error:
        raise UsageError(f"the horizon: {error}") from None
    if ahead.shortest < 0 or ahead.longest > 10 * 366 * 1440:
        raise UsageError(f"a horizon of {horizon} is not looked at", cure="give up to ten years, like P1Y")
    vocabulary = vocabulary_of(vocabulary)
    return explain_person(
        tuple(studies),
        people_of(patients, columns, options),
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


def day_of(index_date: date | None) -> date:
    """The index date, today without one. Raises UsageError for a day in no patient's life."""
    if index_date is not None and not 1800 <= index_date.year <= 2500:
        raise UsageError(f"the index date {index_date} lies in no patient's life")
    return index_date or date.today()


def people_of(
    patients: str | PatientTable, columns: str | Path | None, options: ScreeningOptions
) -> PatientTable:
    """The table that was given, or that of the source of that name."""
    from trialwright.patients import read_patients

    if not isinstance(patients, str):
        return patients
    return read_patients(patients, columns=columns, time_zone=options.time_zone)
