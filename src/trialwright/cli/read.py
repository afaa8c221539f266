"""Reads documents about trials and prints what each of them states.

Every value keeps the place of its words; what a document does not say is listed as absent, with the reason.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from trialwright import verbs
from trialwright.cli.inputs import add_input_arguments, check_found, show_progress
from trialwright.cli.output import add_output_arguments, name_refused, show_table, write_array
from trialwright.model.study import Refusal


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `read`."""
    add_input_arguments(parser)
    add_output_arguments(parser)


def run(arguments: Namespace) -> int:
    """Read, and print one study a record."""
    refused: list[Refusal] = []
    found = verbs.read(
        arguments.paths, format=arguments.format, on_refused=refused.append, watch=show_progress
    )
    studies = check_found(found, refused)
    if arguments.json or arguments.output:
        write_array(studies, arguments.output)
    else:
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
