"""Finds which documents speak of one trial, and lists what they disagree on.

Records that share a number become one study; records that only look alike are named, and stay apart.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from trialwright import verbs
from trialwright.cli.inputs import add_input_arguments, refuse_all, watch_documents
from trialwright.cli.output import add_output_arguments, name_refused, show_table, write_document
from trialwright.model.study import Linked


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `link`."""
    add_input_arguments(parser)
    add_output_arguments(parser)


def run(arguments: Namespace) -> int:
    """Read, link, and print the studies with their links."""
    linked = verbs.link(arguments.paths, format=arguments.format, watch=watch_documents(arguments.paths))
    if not linked.studies:
        refuse_all(linked.refused)
    if arguments.json or arguments.output:
        write_document(linked, arguments.output)
    else:
        _show(linked, _short_names(linked))
    name_refused(linked.refused)
    return 1 if linked.refused else 0


def _short_names(linked: Linked) -> dict[str, str]:
    """The documents by source; without their folder where all lie in one."""
    uris = {source.id: source.uri for study in linked.studies for source in study.sources}
    if len({os.path.dirname(uri) for uri in uris.values()}) == 1:
        return {source: os.path.basename(uri) for source, uri in uris.items()}
    return uris


def _show(linked: Linked, names: dict[str, str]) -> None:
    show_table(
        "Trials",
        ("study", "sources", "conflicts#", "what they disagree on"),
        (
            (
                study.id,
                ", ".join(names[s.id] for s in study.sources),
                len(study.conflicts),
                ", ".join(conflict.field for conflict in study.conflicts) or "–",
            )
            for study in linked.studies
        ),
    )
    show_table(
        "Links",
        ("one", "other", "relation", "score#", "because"),
        ((names[n.a], names[n.b], n.relation, f"{n.score:.2f}", "; ".join(n.reasons)) for n in linked.links),
    )
