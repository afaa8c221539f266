"""Screens people: who qualifies for each study at the index date, and why.

STUDY is a document about a trial, or the Study JSON that compile printed. The verdicts support a decision;
they never make one.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from trialwright import verbs
from trialwright.cli.inputs import add_dictionary_argument, add_input_arguments, refuse_all, watch_documents
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


def add_screening_arguments(parser: ArgumentParser, *, required: bool) -> None:
    """The options that change an answer of screening."""
    parser.add_argument(
        "--patients", metavar="TABLE", required=required, help="the people: a Parquet or CSV table"
    )
    parser.add_argument(
        "--index-date", type=_day, metavar="DAY", help="the day to decide for (default: today, and printed)"
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

    options = screening_options(arguments)
    vocabulary = load_vocabulary(*arguments.dictionary)
    linked, _ = verbs.gather(arguments.paths, format=arguments.format, watch=watch_documents(arguments.paths))
    if not linked.studies:
        refuse_all(linked.refused)
    done = verbs.screen(
        [verbs.compile_study(study, vocabulary=vocabulary) for study in linked.studies],
        arguments.patients,
        index_date=arguments.index_date,
        engine=arguments.engine,
        database=arguments.database,
        options=options,
        vocabulary=vocabulary,
    )
    summary = msgspec.structs.replace(done.summary, refused=linked.refused)
    if arguments.verdicts:
        done.write(arguments.verdicts)
    if arguments.json or arguments.output:
        write_document(summary, arguments.output)
    else:
        show_counts(summary)
    name_problems(summary, arguments.patients)
    name_refused(linked.refused)
    return 1 if linked.refused else 0


def name_problems(summary: ScreeningSummary, patients: str) -> None:
    """What in the table of people could not be read, on standard error."""
    for line in summary.problems:
        say(f"trialwright: {patients}: {line}")


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
