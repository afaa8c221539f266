"""Screens people: who qualifies for each study at the index date, and why.

STUDY is a document about a trial, a library, or the Study JSON that compile printed. With --subject it is the
other way round: the trials for one person. The verdicts support a decision; they never make one.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from trialwright import verbs
from trialwright.cli.answers import show_explanation, show_insights
from trialwright.cli.inputs import add_dictionary_argument, add_input_arguments, refuse_all, watch_documents
from trialwright.cli.matching import add_subject_arguments, check_subject_arguments, run_for_subject
from trialwright.cli.output import add_output_arguments, name_refused, say, show_table, write_document
from trialwright.errors import IllegalValue, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwright.model.screening import CriterionCount, ScreeningSummary
    from trialwright.screening import ScreeningOptions


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `screen`."""
    add_input_arguments(parser, "studies")
    add_screening_arguments(parser, required=True)
    add_output_arguments(parser)
    parser.add_argument(
        "--verdicts", metavar="FILE", help="write one row a person and criterion (.parquet, .csv)"
    )
    add_subject_arguments(parser)
    add_answer_arguments(parser)


def add_answer_arguments(parser: ArgumentParser) -> None:
    """The options that ask for more than the verdicts."""
    parser.add_argument(
        "--explain",
        metavar="SUBJECT",
        help="one person: every node of every criterion with its verdict, what would decide, and when",
    )
    parser.add_argument(
        "--horizon",
        default=None,
        metavar="DURATION",
        help="how far ahead --explain looks if nothing changes (default: P1Y)",
    )
    parser.add_argument(
        "--what-if",
        action="store_true",
        help="what each criterion costs: its share, without it, and with its bounds moved",
    )
    parser.add_argument(
        "--near-misses",
        metavar="FILE",
        help="write who is ruled out by one bound alone, and narrowly (.parquet, .csv); count them",
    )
    parser.add_argument(
        "--near",
        type=_share,
        default=None,
        metavar="PERCENT",
        help="what counts as narrowly: the distance as a part of the bound (default: 10%%)",
    )
    parser.add_argument(
        "--facts", action="store_true", help="what would decide the undecided, by how many people"
    )


def add_screening_arguments(parser: ArgumentParser, *, required: bool) -> None:
    """The options that change an answer of screening."""
    parser.add_argument(
        "--patients",
        metavar="SOURCE",
        required=required,
        help="the people: a Parquet or CSV table, FHIR R4 (folder, bundle, NDJSON), an OMOP CDM (DuckDB or "
        "SQLite file, folder of its tables, postgresql:// address)",
    )
    parser.add_argument(
        "--columns", metavar="MAP", help="what the columns of a wide table mean (TOML; see `patients guess`)"
    )
    parser.add_argument(
        "--engine",
        default="duckdb",
        choices=["duckdb", "reference", "spark", "postgres"],
        metavar="NAME",
        help="duckdb (default); spark or postgres: the same verdicts, where one machine or file ends; "
        "reference: slow, one person at a time, the definition of right",
    )
    parser.add_argument(
        "--database",
        metavar="ADDRESS",
        help="of the PostgreSQL server for --engine postgres, like postgresql://USER@HOST/NAME "
        "(default: what PGHOST, PGUSER, PGDATABASE say)",
    )
    add_asking_arguments(parser)


def add_asking_arguments(parser: ArgumentParser) -> None:
    """The options that change what is asked of a person: the day, the words, and how far back counts."""
    parser.add_argument(
        "--index-date", type=_day, metavar="DAY", help="the day to decide for (default: today, and printed)"
    )
    add_dictionary_argument(parser)
    parser.add_argument("--strict", action="store_true", help="what no record can answer holds a person up")
    parser.add_argument(
        "--currency",
        action="append",
        default=[],
        metavar="CLASS=DURATION",
        help="how long a result counts where the text says nothing (quantity=P90D)",
    )
    parser.add_argument(
        "--closed-world",
        action="append",
        default=[],
        choices=["conditions", "exposures"],
        metavar="WHAT",
        help="the table lists all conditions, or all exposures: what is not there is not so",
    )
    parser.add_argument(
        "--reference-ranges", metavar="FILE", help="limits of normal for rows without one (CSV)"
    )
    parser.add_argument(
        "--time-zone", default="UTC", metavar="ZONE", help="of Parquet times that carry a zone"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it like 2024-08-31") from None


def _share(text: str) -> float:
    try:
        share = float(text.removesuffix("%")) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= 10:
        raise ArgumentTypeError(f"{text!r} is no share of a bound; write it like 10%")
    return share


def screening_options(arguments: Namespace) -> ScreeningOptions:
    """The options of the command line as one value."""
    from trialwright.model.period import Period
    from trialwright.screening import ScreeningOptions, read_reference_ranges

    currency = {}
    for entry in arguments.currency:
        name, mark, duration = entry.partition("=")
        if not mark:
            raise UsageError(
                f"--currency {entry!r} is not CLASS=DURATION", cure="write it like quantity=P90D"
            )
        try:
            currency[name] = Period(duration)
        except IllegalValue as error:
            raise UsageError(f"--currency {entry!r}: {error}") from None
    ranges = arguments.reference_ranges
    return ScreeningOptions(
        currency=currency,
        closed_world=frozenset(arguments.closed_world),
        strict=arguments.strict,
        reference_ranges=read_reference_ranges(ranges) if ranges else (),
        time_zone=arguments.time_zone,
    )


def run(arguments: Namespace) -> int:
    """Screen, and print the counts."""
    from trialwright.language.vocabulary import load_vocabulary
    from trialwright.screening import NEAR

    check_subject_arguments(arguments)
    if arguments.explain is not None:
        return explain_one(arguments)
    if arguments.horizon is not None:
        raise UsageError("--horizon is for one person", cure="give --explain SUBJECT with it")
    if arguments.near is not None and not arguments.near_misses:
        raise UsageError("--near says what --near-misses counts", cure="give --near-misses FILE with it")
    options = screening_options(arguments)
    vocabulary = load_vocabulary(*arguments.dictionary)
    if arguments.subject is not None:
        return run_for_subject(arguments, options, vocabulary)
    linked, _ = verbs.gather(arguments.paths, format=arguments.format, watch=watch_documents(arguments.paths))
    if not linked.studies:
        refuse_all(linked.refused)
    done = verbs.screen(
        [verbs.compile_study(study, vocabulary=vocabulary) for study in linked.studies],
        arguments.patients,
        columns=arguments.columns,
        index_date=arguments.index_date,
        engine=arguments.engine,
        database=arguments.database,
        options=options,
        vocabulary=vocabulary,
    )
    near = NEAR if arguments.near is None else arguments.near
    told = done.with_insights(
        what_if=arguments.what_if, near=near if arguments.near_misses else None, facts=arguments.facts
    )
    summary = msgspec.structs.replace(told, refused=linked.refused)
    if arguments.verdicts:
        done.write(arguments.verdicts)
    if arguments.near_misses:
        done.write_near_misses(arguments.near_misses, near=near)
    if arguments.json or arguments.output:
        write_document(summary, arguments.output)
    else:
        show_counts(summary)
        show_insights(summary)
    name_problems(summary, arguments.patients)
    name_refused(linked.refused)
    return 1 if linked.refused else 0


def explain_one(arguments: Namespace) -> int:
    """Explain one person, and print it."""
    from trialwright.language.vocabulary import load_vocabulary

    beside = [
        name
        for name, given in (
            ("--verdicts", arguments.verdicts),
            ("--what-if", arguments.what_if),
            ("--near-misses", arguments.near_misses),
            ("--near", arguments.near is not None),
            ("--facts", arguments.facts),
            ("--engine", arguments.engine != "duckdb"),
        )
        if given
    ]
    if beside:
        raise UsageError(f"--explain tells of one person, {beside[0]} of all", cure="run the command twice")
    vocabulary = load_vocabulary(*arguments.dictionary)
    linked, _ = verbs.gather(arguments.paths, format=arguments.format, watch=watch_documents(arguments.paths))
    if not linked.studies:
        refuse_all(linked.refused)
    told = verbs.explain(
        [verbs.compile_study(study, vocabulary=vocabulary) for study in linked.studies],
        arguments.patients,
        arguments.explain,
        columns=arguments.columns,
        index_date=arguments.index_date,
        options=screening_options(arguments),
        vocabulary=vocabulary,
        horizon=arguments.horizon or "P1Y",
    )
    told = msgspec.structs.replace(told, refused=linked.refused)
    if arguments.json or arguments.output:
        write_document(told, arguments.output)
    else:
        show_explanation(told)
    name_refused(linked.refused)
    return 1 if linked.refused else 0


def name_problems(summary: ScreeningSummary, patients: str) -> None:
    """What in the table of people could not be read, on standard error."""
    for line in summary.problems:
        say(f"trialwright: {verbs.shown_source(patients)}: {line}")


def show_counts(summary: ScreeningSummary) -> None:
    """The counts of each study as a table."""
    show_table(
        f"Screened at {summary.index_date}",
        ("study", "screened#", "eligible#", "undecided#", "not eligible#", "fails most people"),
        (
            (
                study.id,
                study.screened,
                study.eligible,
                study.undecided,
                study.not_eligible,
                _costliest(study.criteria),
            )
            for study in summary.studies
        ),
    )


def _costliest(criteria: Sequence[CriterionCount]) -> str:
    """The criterion that definitely fails the most people, with their number."""
    failed = [(c.met if c.id.startswith("E") else c.not_met, c.id) for c in criteria]
    worst = max(failed, key=lambda f: f[0], default=(0, ""))
    return f"{worst[1]} ({worst[0]})" if worst[0] else "–"
