"""Reads documents about trials and prints what each of them states.

Every value keeps the place of its words; what a document does not say is listed as absent, with the reason.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import cast

from trialwright import verbs
from trialwright.cli.inputs import add_input_arguments, check_found, watch_documents
from trialwright.cli.output import add_output_arguments, name_refused, show_table, write_array
from trialwright.errors import UsageError
from trialwright.model.study import Refusal, Study
from trialwright.workers import processors


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `read`."""
    add_input_arguments(parser)
    add_output_arguments(parser)
    parser.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="processes that share long inputs (as many as the machine has processors)",
    )


def run(arguments: Namespace) -> int:
    """Read, and print one study a record."""
    refused: list[Refusal] = []
    workers = processors() if arguments.workers is None else arguments.workers
    if workers < 1:
        raise UsageError(f"--workers {workers} leaves nobody to do the work", cure="give 1 or more")
    printed = bool(arguments.json or arguments.output)
    reading = verbs.read_json if printed else verbs.read
    found = reading(
        arguments.paths,
        format=arguments.format,
        on_refused=refused.append,
        watch=watch_documents(arguments.paths),
        workers=workers,
    )
    if printed:
        write_array(check_found(found, refused), arguments.output)
    else:
        studies = check_found(cast("Iterator[Study]", found), refused)
        show_table(
            "What the documents state",
            ("study", "title", "status", "phase", "enrolment#", "statements#", "absent#", "format"),
            (
                (
                    study.id,
                    _short(study.heading),
                    study.overall_status or "–",
                    ", ".join(study.phases) or "–",
                    study.enrollment.actual or study.enrollment.planned or "–",
                    len(study.statements),
                    len(study.absent),
                    ", ".join(source.format for source in study.sources),
                )
                for study in studies
            ),
        )
    name_refused(refused)
    return 1 if refused else 0


def _short(text: str, width: int = 48) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
