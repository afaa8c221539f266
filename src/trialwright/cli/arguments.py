"""Parses the command line: which verb, with which arguments, and "did you mean" when it is neither.

A verb's module is imported only when the verb is called, so that `--help` stays fast.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from trialwright import __version__
from trialwright.errors import UsageError

VERBS = {
    "read": "documents → one study each, every value with its place in the text",
    "link": "documents → which of them speak of one trial, and what they disagree on",
    "compile": "documents or criteria → executable criteria",
    "screen": "studies and people → who qualifies, and why",
    "patients": "people → what their data can answer; a first map for a wide table",
    "report": "documents, and people if given → one HTML file that opens offline",
    "library": "records kept on disk: add documents, search them by words",
    "schema": "the JSON Schema of what the other commands print",
}

Run = Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are sentences with a suggestion."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(self._suggest(message), cure=f"see: {self.prog} --help")

    def _suggest(self, message: str) -> str:
        unknown = re.search(r"unrecognized arguments: (\S+)", message)
        choice = re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message)
        word, known = "", [o for a in self._actions for o in a.option_strings]
        if unknown and unknown[1].startswith("-"):
            word = unknown[1].partition("=")[0]
        elif choice:
            word, known = choice[1], re.findall(r"[\w.*-]+", choice[2])
        near = difflib.get_close_matches(word, known, n=1, cutoff=0.5) if word else []
        return f"{message}; did you mean {near[0]!r}?" if near else message


def parse(argv: Sequence[str]) -> tuple[Run, argparse.Namespace]:
    """The verb's function and its arguments; leaves the program on `--help` and `--version`.

    Raises UsageError when the words do not make a command.
    """
    parser = _Parser(
        prog="trialwright",
        description="Reads a clinical trial as it was written and makes it run.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="commands:\n"
        + "\n".join(f"  {verb:<9}{summary}" for verb, summary in VERBS.items())
        + "\n\ntrialwright COMMAND --help tells more.",
        usage="trialwright COMMAND [arguments]",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"trialwright {__version__}")
    parser.add_argument("verb", nargs="?", choices=sorted(VERBS), metavar="COMMAND", help="one of these:")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    first = parser.parse_args(argv[:1] if argv and not argv[0].startswith("-") else argv)
    if first.verb is None:
        parser.print_help()
        raise UsageError("no command was given", cure="see: trialwright --help")
    module = importlib.import_module(f"trialwright.cli.{first.verb}")
    own = _Parser(
        prog=f"trialwright {first.verb}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(own)
    run: Run = module.run
    return run, own.parse_args(argv[1:])
