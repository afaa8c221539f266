"""The whole page as prepared values: the front, and a card for each trial.

Takes a report; gives everything that the templates show, so that they need no arithmetic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from trialwright.model.source import Source
from trialwright.model.study import Study
from trialwright.reports.charts import Bar, Screening, draw_overall, draw_screening, stack
from trialwright.reports.criteria import UNDERSTANDINGS, Passage, judge, lay_out, unwrap
from trialwright.reports.evidence import Cited, Evidence, Witness, name_file
from trialwright.reports.facts import Fact, list_key_facts, list_limits
from trialwright.reports.gaps import (
    Dispute,
    Gap,
    Pair,
    Remark,
    list_disputes,
    list_gaps,
    list_remarks,
    pair_up,
)
from trialwright.reports.insights import Insights, draw_insights
from trialwright.reports.report import Report, StudyReport
from trialwright.reports.tables import Table, list_tables
from trialwright.reports.words import count, plural, spell


class Understood(NamedTuple):
    """How many criteria were understood how far."""

    kind: str
    words: str
    number: str


class Document(NamedTuple):
    """A source as the card lists it."""

    file: str
    uri: str
    format: str
    language: str
    fingerprint: str


class Card(NamedTuple):
    """One trial."""

    anchor: str
    title: str
    titled: Cited | None
    official_title: Cited | None
    identifiers: tuple[Cited, ...]
    facts: tuple[Fact, ...]
    summary: Cited | None
    description: Cited | None
    limits: tuple[Fact, ...]
    written: Cited
    criteria: str
    criteria_bar: Bar
    understood: tuple[Understood, ...]
    passages: tuple[tuple[str, Passage], ...]
    screening: Screening | None
    insights: Insights | None
    tables: tuple[Table, ...]
    gaps: tuple[Gap, ...]
    disputes: tuple[Dispute, ...]
    remarks: tuple[Remark, ...]
    documents: tuple[Document, ...]
    pairs: tuple[Pair, ...]
    evidence: tuple[Evidence, ...]
    status: str
    phase: str
    number: str


class Outcome(NamedTuple):
    """A trial's line of the screening overview."""

    anchor: str
    title: str
    number: str
    bar: Bar
    eligible: str
    undecided: str
    not_eligible: str


class Overview(NamedTuple):
    """The people screened over all trials."""

    index_date: str
    assumptions: tuple[str, ...]
    problems: tuple[str, ...]
    not_screened: tuple[str, ...]
    rows: tuple[Outcome, ...]


class Page(NamedTuple):
    """The report as its templates show it."""

    title: str
    version: str
    tiles: tuple[tuple[str, str], ...]
    criteria_bar: Bar
    understood: tuple[Understood, ...]
    cards: tuple[Card, ...]
    overview: Overview | None
    decide: tuple[Pair, ...]
    related: tuple[Pair, ...]
    different: tuple[Pair, ...]
    refused: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...]


def _count_understood(studies: Iterable[Study]) -> tuple[tuple[Understood, ...], Bar, int]:
    tally: Counter[str] = Counter(judge(c)[0] for s in studies for c in s.eligibility.criteria)
    whole = sum(tally.values())
    understood = tuple(Understood(k, words, count(tally[k])) for k, _, words in UNDERSTANDINGS)
    said = ", ".join(f"{u.number} {u.words}" for u in understood)
    bar = stack(
        ((k, words, tally[k]) for k, _, words in UNDERSTANDINGS),
        whole,
        f"Of {plural(whole, 'criterion', 'criteria')}: {said}.",
    )
    return understood, bar, whole


def _main_number(study: Study) -> str:
    own = [i.value for i in study.identifiers if i.role == "registry"]
    return own[0] if own else study.id


def _document(source: Source) -> Document:
    return Document(
        name_file(source.uri), source.uri, source.format, source.language or "", source.sha256[:12]
    )


def _cite_text(witness: Witness, text: str | None, path: str) -> Cited | None:
    if not text:
        return None
    return witness.cite(text, path)._replace(text=unwrap(text.strip()))


def prepare_card(given: StudyReport, position: int, files: dict[str, str]) -> Card:
    """One trial, ready to be shown; `files` names the sources of the whole report."""
    study = given.study
    anchor = f"t{position}"
    witness = Witness(study, given.texts, anchor)
    understood, bar, whole = _count_understood([study])
    passages = lay_out(study, given.texts, given.explanations)
    shown = len({p.source for p in passages}) > 1
    titled = "brief_title" if study.brief_title else "official_title" if study.official_title else None
    return Card(
        anchor=anchor,
        title=study.heading,
        titled=witness.cite(study.heading, titled) if titled else None,
        official_title=_cite_text(witness, study.official_title, "official_title")
        if titled == "brief_title"
        else None,
        identifiers=tuple(
            witness.cite(i.value, f"identifiers[{n}]", i.value) for n, i in enumerate(study.identifiers)
        ),
        facts=list_key_facts(study, witness),
        summary=_cite_text(witness, study.brief_summary, "brief_summary"),
        description=_cite_text(witness, study.detailed_description, "detailed_description"),
        limits=list_limits(study, witness),
        written=witness.cite("", "eligibility.text"),
        criteria=plural(whole, "criterion", "criteria"),
        criteria_bar=bar,
        understood=understood,
        passages=tuple((witness.file_of(p.source) if shown and p.source else "", p) for p in passages),
        screening=draw_screening(given.counts, study.eligibility.criteria) if given.counts else None,
        insights=draw_insights(given.counts, study.eligibility.criteria) if given.counts else None,
        tables=list_tables(study, witness),
        gaps=list_gaps(study, witness),
        disputes=list_disputes(study, witness),
        remarks=list_remarks(study, witness),
        documents=tuple(_document(s) for s in study.sources),
        pairs=_own_pairs(given, files),
        evidence=witness.evidence,
        status=spell(study.overall_status) if study.overall_status else "",
        phase=", ".join(spell(p) for p in study.phases),
        number=_main_number(study),
    )


def _own_pairs(given: StudyReport, files: dict[str, str]) -> tuple[Pair, ...]:
    # What was compared with this trial and found different fills the front's list, not every card.
    own = {s.id for s in given.study.sources}
    told = [n for n in given.links if n.relation != "different" or {n.a, n.b} <= own]
    return pair_up(told, lambda source: files.get(source, source))


def _overview(report: Report, studies: tuple[StudyReport, ...]) -> Overview | None:
    rows = tuple(
        Outcome(
            anchor=f"t{i}",
            title=s.study.heading,
            number=_main_number(s.study),
            bar=draw_overall(s.counts),
            eligible=count(s.counts.eligible),
            undecided=count(s.counts.undecided),
            not_eligible=count(s.counts.not_eligible),
        )
        for i, s in enumerate(studies, 1)
        if s.counts
    )
    summary = report.summary
    if not rows and summary is None:
        return None
    return Overview(
        index_date=summary.index_date if summary else "",
        assumptions=summary.assumptions if summary else (),
        problems=summary.problems if summary else (),
        not_screened=tuple(
            f"{count(n)} {why.replace('_', ' ')}" for why, n in sorted(summary.not_screened.items())
        )
        if summary
        else (),
        rows=rows,
    )


def _with_counts(report: Report) -> tuple[StudyReport, ...]:
    # A summary that holds the counts of a study serves where the study came without them.
    known = {s.id: s for s in report.summary.studies} if report.summary else {}
    return tuple(
        s
        if s.counts is not None
        else StudyReport(
            study=s.study,
            texts=s.texts,
            explanations=s.explanations,
            counts=known.get(s.study.id),
            links=s.links,
        )
        for s in report.studies
    )


def prepare_page(report: Report) -> Page:
    """The whole report, ready to be shown."""
    studies = _with_counts(report)
    files = {source.id: name_file(source.uri) for s in studies for source in s.study.sources}
    cards = tuple(prepare_card(s, i, files) for i, s in enumerate(studies, 1))
    understood, bar, whole = _count_understood(s.study for s in studies)
    home = {source.id: i for i, s in enumerate(studies) for source in s.study.sources}
    documents = sum(len(s.study.sources) for s in studies)

    def pairs(*relations: str) -> tuple[Pair, ...]:
        # Pairs inside one trial stand on its card; the front tells of those between trials.
        chosen = [
            n
            for n in report.links
            if n.relation in relations and (n.a not in home or home[n.a] != home.get(n.b))
        ]
        return pair_up(chosen, lambda source: files.get(source, source))

    tiles = [
        (count(documents), "document read" if documents == 1 else "documents read"),
        (count(len(cards)), "trial" if len(cards) == 1 else "trials"),
        (count(whole), "criterion" if whole == 1 else "criteria"),
    ]
    if report.refused:
        tiles.append((count(len(report.refused)), "refused"))
    return Page(
        title=report.title,
        version=report.version,
        tiles=tuple(tiles),
        criteria_bar=bar,
        understood=understood,
        cards=cards,
        overview=_overview(report, studies),
        decide=pairs("probably_same", "publication_of"),
        related=pairs("same", "related"),
        different=pairs("different"),
        refused=tuple((r.uri, r.reason) for r in report.refused),
        inputs=report.inputs,
    )
