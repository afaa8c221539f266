"""What must not be overlooked: missing values with their reason, conflicts, notes, pairs of documents.

Takes a study, its witness and the links; gives sentences, each with the words it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from trialwright.model.source import Conflict
from trialwright.model.study import Link, Study
from trialwright.reports.evidence import Cited, Quote, Witness
from trialwright.reports.words import CONFLICT_KINDS, label, spell_absence, spell_value


class Gap(NamedTuple):
    """One reason, and the fields that have no value for it."""

    reason: str
    fields: tuple[Cited, ...]


class Reading(NamedTuple):
    """One side of a conflict."""

    value: Cited
    file: str
    chosen: bool


class Dispute(NamedTuple):
    """A field on which statements disagree."""

    label: str
    kind: str
    readings: tuple[Reading, ...]
    why: str


class Remark(NamedTuple):
    """A note with the words it speaks of."""

    code: str
    message: str
    quote: Quote | None


class Pair(NamedTuple):
    """Two documents and how they relate."""

    sentence: str
    first: str
    second: str
    reasons: tuple[str, ...]
    score: str


_RELATIONS = {
    "same": "These 2 documents are one trial",
    "probably_same": "Probably the same trial: please decide",
    "publication_of": "The first is, or may be, a publication of the second's trial",
    "related": "Related, but not the same trial",
    "different": "Compared, and found to be different trials",
}


def list_gaps(study: Study, witness: Witness) -> tuple[Gap, ...]:
    """The absent fields by their reason, the most telling reasons first."""
    order = ("sentinel", "unparsable", "stated_unavailable", "not_loaded", "not_applicable", "not_stated")
    found: dict[str, list[Cited]] = {}
    for field, reason in sorted(study.absent.items(), key=lambda a: (order.index(a[1]), a[0])):
        stated = witness.words_of(field)
        found.setdefault(spell_absence(field, reason, stated), []).append(
            witness.cite(label(field), field) if stated else Cited(label(field))
        )
    return tuple(Gap(reason, tuple(fields)) for reason, fields in found.items())


def _dispute(conflict: Conflict, study: Study, witness: Witness) -> Dispute:
    readings = []
    for position in conflict.statements:
        if not 0 <= position < len(study.statements):
            continue
        statement = study.statements[position]
        value = witness.cite_statement(spell_value(statement.value), statement)
        readings.append(Reading(value, witness.file_of(statement.source), position == conflict.chosen))
    kind = CONFLICT_KINDS[conflict.kind]
    why = conflict.why or ("No reason was given." if conflict.chosen is not None else "Not settled.")
    return Dispute(label(conflict.field), kind, tuple(readings), why)


def list_disputes(study: Study, witness: Witness) -> tuple[Dispute, ...]:
    """The conflicts of the study with all their readings."""
    return tuple(_dispute(c, study, witness) for c in study.conflicts)


def list_remarks(study: Study, witness: Witness) -> tuple[Remark, ...]:
    """The notes of the study."""
    return tuple(Remark(n.code, n.message, witness.quote_note(n)) for n in study.notes)


def pair_up(links: Iterable[Link], name: Callable[[str], str]) -> tuple[Pair, ...]:
    """The pairs as sentences; `name` gives the file name of a source's id."""
    return tuple(
        Pair(_RELATIONS[link.relation], name(link.a), name(link.b), link.reasons, f"{link.score:.2f}")
        for link in links
    )
