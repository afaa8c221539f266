"""Keeps records on disk: `library add PATH... --to FILE`, `search WORDS... --in FILE`, `compile FILE`.

Adding skips documents that the library has unchanged, compiling the trials that are compiled already. The
file can stand wherever other commands take a path; a compiled one answers `screen --subject` at once.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from trialwright import verbs
from trialwright.cli.inputs import add_dictionary_argument, count_documents, refuse_all, show_progress
from trialwright.cli.output import name_refused, say, show_table, write_document
from trialwright.errors import UsageError
from trialwright.model.study import Refusal
from trialwright.workers import processors


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `library`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="put documents into a library", allow_abbrev=False)
    add.add_argument("paths", nargs="+", metavar="PATH", help="documents: files, folders, archives")
    add.add_argument("--to", required=True, metavar="FILE", help="the library; made if it is not there")
    add.add_argument("--format", metavar="NAME", help="the format of the documents")
    add.add_argument("--workers", type=int, metavar="N", help="processes that share the reading")
    add.add_argument("--json", action="store_true", help="print one JSON document")
    make = actions.add_parser(
        "compile", help="compile the trials and keep them, for: screen FILE --subject ID", allow_abbrev=False
    )
    make.add_argument("library", metavar="FILE", help="the library")
    add_dictionary_argument(make)
    make.add_argument("--workers", type=int, metavar="N", help="processes that share the compiling")
    make.add_argument("--json", action="store_true", help="print one JSON document")
    search = actions.add_parser("search", help="find records by their words", allow_abbrev=False)
    search.add_argument("words", nargs="*", metavar="WORDS", help="all of them must be there; also Chinese")
    search.add_argument("--in", dest="library", required=True, metavar="FILE", help="the library")
    search.add_argument("--condition", metavar="WORDS", help="words of the conditions")
    search.add_argument("--phase", metavar="PHASE", help="such as PHASE2 or 2")
    search.add_argument("--status", metavar="STATUS", help="such as RECRUITING")
    search.add_argument("--limit", type=int, default=20, metavar="N", help="how many at most (20)")
    search.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: Namespace) -> int:
    """Add, compile or search."""
    return {"add": _add, "compile": _compile, "search": _search}[arguments.action](arguments)


def _workers(arguments: Namespace) -> int:
    workers: int = processors() if arguments.workers is None else arguments.workers
    if workers < 1:
        raise UsageError(f"--workers {workers} leaves nobody to do the work", cure="give 1 or more")
    return workers


def _add(arguments: Namespace) -> int:
    refused: list[Refusal] = []
    workers = _workers(arguments)
    total = count_documents(arguments.paths) if sys.stderr.isatty() else None
    added = verbs.add_to_library(
        arguments.paths,
        arguments.to,
        format=arguments.format,
        workers=workers,
        on_refused=refused.append,
        watch=lambda items: show_progress(items, "adding", total, lambda read: len(read.documents)),
    )
    if not added.new and not added.unchanged:
        refuse_all(refused)
    if arguments.json:
        write_document({"added": added, "refused": refused}, None)
    else:
        say(
            f"{added.records} records of {added.new} documents came in; "
            f"{added.unchanged} documents were there unchanged, {added.gone} are gone"
        )
    name_refused(refused)
    return 1 if refused else 0


def _compile(arguments: Namespace) -> int:
    refused: list[Refusal] = []
    done = verbs.compile_library(
        arguments.library,
        dictionaries=arguments.dictionary,
        workers=_workers(arguments),
        on_refused=refused.append,
        watch=lambda batches, total: show_progress(batches, "compiling", total, lambda b: len(b.trials)),
    )
    if arguments.json:
        write_document({"compiled": done, "refused": refused}, None)
    else:
        say(
            f"{done.trials} trials are ready: {done.compiled} compiled now, {done.kept} kept; "
            f"{done.gone} older ones removed"
        )
    name_refused(refused)
    return 1 if refused else 0


def _search(arguments: Namespace) -> int:
    found = verbs.search_library(
        " ".join(arguments.words),
        arguments.library,
        condition=arguments.condition,
        phase=arguments.phase,
        status=arguments.status,
        limit=arguments.limit,
    )
    if arguments.json:
        write_document([one._asdict() for one in found], None)
    else:
        show_table(
            f"{len(found)} found",
            ("study", "title", "status", "phase", "document"),
            ((f.study, f.title, f.status or "–", f.phases or "–", f.uri) for f in found),
        )
    return 0
