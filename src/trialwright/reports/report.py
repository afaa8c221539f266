"""What a report is made of: the studies with their texts and explanations, and what became of the people.

Takes what reading, linking, compiling and screening gave; `rendering` turns it into one page.
"""

from __future__ import annotations

from msgspec import Struct

from trialwright.model.screening import ScreeningSummary, StudyCount
from trialwright.model.study import Link, Refusal, Study


class StudyReport(Struct, frozen=True, kw_only=True):
    """One trial of the report.

    `texts` holds the decoded text of each source by its id, `explanations` each criterion in plain
    words by its id; `counts` is null where nobody was screened. `links` are pairs of its own sources.
    """

    study: Study
    texts: dict[str, str] = {}
    explanations: dict[str, str] = {}
    counts: StudyCount | None = None
    links: tuple[Link, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """A whole report: its trials, the screening they share, what was refused, and pairs across trials.

    `inputs` are the documents as they were named; `version` is that of the program.
    """

    title: str
    studies: tuple[StudyReport, ...] = ()
    summary: ScreeningSummary | None = None
    refused: tuple[Refusal, ...] = ()
    links: tuple[Link, ...] = ()
    inputs: tuple[str, ...] = ()
    version: str = ""
