"""The other direction of `screen`: with --subject, the trials for one person.

Eligible trials come first, then undecided ones by how little is missing; what fails is counted, and listed
with --all.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from trialwright import verbs
from trialwright.cli.inputs import watch_documents
from trialwright.cli.output import name_refused, say, show_table, write_document
from trialwright.errors import UsageError
from trialwright.model.study import Refusal

if TYPE_CHECKING:
    from trialwright.model.matching import Match, Matching
    from trialwright.model.vocabulary import Vocabulary
    from trialwright.screening import ScreeningOptions

_LISTED = 100
_VERDICTS = {"met": "eligible", "unknown": "undecided", "not_met": "not eligible"}


def add_subject_arguments(parser: ArgumentParser) -> None:
    """The options that ask for one person."""
    parser.add_argument(
        "--subject", metavar="ID", help="the trials for this one person, from a library or any documents"
    )
    parser.add_argument(
        "--limit",
        type=int,
        metavar="N",
        help=f"with --subject: list so many trials at most ({_LISTED}; 0 for all)",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="with --subject: list every trial, also those that the person is not eligible for",
    )


def check_subject_arguments(arguments: Namespace) -> None:
    """Refuse options that only make sense with, or without, --subject."""
    if arguments.subject is None:
        for name, given in (("--limit", arguments.limit is not None), ("--all", arguments.all)):
            if given:
                raise UsageError(f"{name} is for the trials of one person", cure="give --subject ID as well")
        return
    for name in ("verdicts", "what_if", "near_misses", "facts", "explain"):
        if getattr(arguments, name):
            raise UsageError(
                f"--{name.replace('_', '-')} and --subject do not go together",
                cure="leave one of them out; --subject with --json tells the verdicts of all trials",
            )
    if arguments.limit is not None and arguments.limit < 0:
        raise UsageError(f"--limit {arguments.limit} is no number of trials", cure="give 0 or more")


def run_for_subject(arguments: Namespace, options: ScreeningOptions, vocabulary: Vocabulary) -> int:
    """Match, and print the trials."""
    refused: list[Refusal] = []
    limit = arguments.limit
    if limit is None:
        limit = 0 if arguments.all else _LISTED
    found = verbs.match(
        arguments.paths,
        arguments.patients,
        arguments.subject,
        index_date=arguments.index_date,
        options=options,
        limit=limit or None,
        with_failed=arguments.all,
        format=arguments.format,
        vocabulary=vocabulary,
        on_refused=refused.append,
        on_uncompiled=_name_uncompiled,
        watch=watch_documents(arguments.paths),
    )
    if arguments.json or arguments.output:
        write_document(found, arguments.output)
    else:
        show_matches(found)
    for line in found.problems:
        say(f"trialwright: {arguments.patients}: {line}")
    name_refused(refused)
    return 1 if refused else 0


def _name_uncompiled(trials: int) -> None:
    say(
        f"trialwright: the library is not compiled as it stands, so its {trials} trials were compiled for "
        "this answer; to keep them: trialwright library compile"
    )


def show_matches(found: Matching) -> None:
    """The trials as a table, and the counts of all below it."""
    if found.not_screened:
        say(f"{found.subject_id} is recorded as deceased at {found.index_date}, and is not screened")
        return
    show_table(
        f"Trials for {found.subject_id} at {found.index_date}",
        ("study", "title", "verdict", "open#", "what fails, is needed, or is to be confirmed"),
        ((one.study, one.title, _VERDICTS[one.verdict], one.open_facts, _told(one)) for one in found.matches),
    )
    causes = ", ".join(f"{cause.subject} {cause.trials}" for cause in found.not_eligible_because[:6])
    more = len(found.not_eligible_because) - 6
    if more > 0:
        causes += f" and {more} more reasons"
    say(
        f"{found.trials} trials: {found.eligible} eligible, {found.undecided} undecided, "
        f"{found.not_eligible} not eligible{f' ({causes})' if causes else ''}; {len(found.matches)} listed"
    )


def _told(one: Match) -> str:
    if one.failed:
        return "; ".join(
            f"{f.criterion} {f.text}" + (f": {' '.join(filter(None, (f.value, f.unit)))}" if f.value else "")
            for f in one.failed
        )
    if one.unknown:
        return "; ".join(dict.fromkeys(f"{u.needed} ({u.criterion})" for u in one.unknown))
    return "; ".join(f"confirm {c.needed} ({c.criterion})" for c in one.to_confirm) or "–"
