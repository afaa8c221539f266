"""Prints the JSON Schema of what the other commands print.

NAME is study (the default), link, screen, explain, match (of screen --subject) or expression.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from trialwright.cli.output import write_document


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `schema`."""
    parser.add_argument("name", nargs="?", default="study", choices=sorted(_kinds()), metavar="NAME")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the schema to FILE")


def run(arguments: Namespace) -> int:
    """Print one schema."""
    from trialwright.model import codec

    write_document(codec.schema(_kinds()[arguments.name]), arguments.output)
    return 0


def _kinds() -> dict[str, Any]:
    from trialwright.model.explanation import Explanation
    from trialwright.model.expression import Expr
    from trialwright.model.matching import Matching
    from trialwright.model.screening import ScreeningSummary
    from trialwright.model.study import Linked, Study

    return {
        "study": Study,
        "link": Linked,
        "screen": ScreeningSummary,
        "explain": Explanation,
        "match": Matching,
        "expression": Expr,
    }
