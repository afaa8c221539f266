"""Report: the whole way, from documents and people to one page.

The page itself is made by the room of reports; here its parts are brought together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.verbs.compiling import Dictionaries, compile_study, vocabulary_of
from trialwright.verbs.reading import OnRefused, Watch, gather, unwatched
from trialwright.verbs.screening import screen

if TYPE_CHECKING:
    from trialwright.model.screening import PatientTable
    from trialwright.model.vocabulary import Vocabulary
    from trialwright.reports import Report
    from trialwright.screening import ScreeningOptions


def report(
    paths: Sequence[str],
    *,
    patients: str | PatientTable | None = None,
    columns: str | Path | None = None,
    title: str = "Trials as they were written",
    index_date: date | None = None,
    engine: str = "duckdb",
    database: str | None = None,
    options: ScreeningOptions | None = None,
    format: str | None = None,  # noqa: A002
    vocabulary: Vocabulary | Dictionaries | None = None,
    on_refused: OnRefused | None = None,
    watch: Watch = unwatched,
) -> Report:
    """The whole way: read, link, compile, screen if people are given; `write_report` makes the file."""
    from trialwright import __version__
    from trialwright.compiling.criteria.explain import explain
    from trialwright.reports import Report, StudyReport
    from trialwright.screening import NEAR

    vocabulary = vocabulary_of(vocabulary)
    linked, texts = gather(paths, format=format, on_refused=on_refused, watch=watch)
    studies = [compile_study(s, vocabulary=vocabulary) for s in linked.studies]
    counts, summary = {}, None
    if patients is not None:
        done = screen(
            studies,
            patients,
            columns=columns,
            index_date=index_date,
            engine=engine,
            database=database,
            options=options,
            vocabulary=vocabulary,
        )
        summary = done.with_insights(what_if=True, near=NEAR, facts=True)
        counts = dict(zip((s.id for s in studies), summary.studies, strict=True))
    return Report(
        title=title,
        studies=tuple(
            StudyReport(
                study=study,
                texts={s.id: texts[s.id] for s in study.sources if s.id in texts},
                explanations={
                    c.id: explain(c.expr, vocabulary=vocabulary)
                    for c in study.eligibility.criteria
                    if c.expr is not None
                },
                counts=counts.get(study.id),
                links=tuple(n for n in linked.links if {n.a, n.b} & {source.id for source in study.sources}),
            )
            for study in studies
        ),
        summary=summary,
        refused=linked.refused,
        links=linked.links,
        inputs=tuple(paths),
        version=__version__,
    )
