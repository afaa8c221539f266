"""Does the whole way and writes one HTML file that opens offline.

Reads and links the documents, compiles their criteria, screens the people if a table of them is given.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from trialwright import verbs
from trialwright.cli.inputs import add_input_arguments, refuse_all, watch_documents
from trialwright.cli.output import name_refused, say, show_table, write_document
from trialwright.cli.screen import add_screening_arguments, name_problems, screening_options, show_counts
from trialwright.errors import UsageError


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `report`."""
    add_input_arguments(parser)
    add_screening_arguments(parser, required=False)
    parser.add_argument("--title", default="Trials as they were written", help="the title of the report")
    parser.add_argument("--json", action="store_true", help="print the counts as one JSON document")
    parser.add_argument("-o", "--output", default="report.html", metavar="FILE", help="default: report.html")


def run(arguments: Namespace) -> int:
    """Report, and say where the file is."""
    from trialwright.reports import write_report

    if arguments.columns and not arguments.patients:
        raise UsageError("--columns goes with a table of people", cure="give it as --patients")
    done = verbs.report(
        arguments.paths,
        patients=arguments.patients,
        columns=arguments.columns,
        title=arguments.title,
        index_date=arguments.index_date,
        engine=arguments.engine,
        options=screening_options(arguments) if arguments.patients else None,
        format=arguments.format,
        vocabulary=arguments.dictionary,
        watch=watch_documents(arguments.paths),
    )
    if not done.studies:
        refuse_all(done.refused)
    write_report(done, arguments.output)
    if arguments.json:
        write_document({"report": arguments.output, "screening": done.summary, "refused": done.refused}, None)
    else:
        show_table(
            "Trials",
            ("study", "title", "documents#", "criteria#"),
            (
                (
                    one.study.id,
                    one.study.heading,
                    len(one.study.sources),
                    len(one.study.eligibility.criteria),
                )
                for one in done.studies
            ),
        )
        if done.summary is not None:
            show_counts(done.summary)
            name_problems(done.summary, arguments.patients)
        say(f"The report is {Path(arguments.output).resolve().as_uri()}")
    name_refused(done.refused)
    return 1 if done.refused else 0
