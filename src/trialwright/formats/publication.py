"""The line by which a paper is cited, read into a publication: journal, date, pages, DOI, PMID.

Takes lines of a document, finds the citation, states it.
"""

from __future__ import annotations

import re

from trialwright.formats.draft import Draft
from trialwright.formats.lines import Line
from trialwright.language.calendar import read_date

DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>，。；]{1,120}")
_PMID = re.compile(r"\bPMID\s*[:：]?\s*(\d{1,9})\b")
CITATION = re.compile(
    r"(?P<words>(?P<journal>[A-Z][A-Za-z0-9&().:, \-]{1,120}?)\.?\s+(?P<date>(?:19|"
    r"20)\d{2}(?:\s+[A-Z][a-z]{2,8}(?:\s*[-–]\s*[A-Z][a-z]{2,8})?"
    r"(?:\s+\d{1,2})?)?)\s*;\s*(?:\d{1,4}|"
    r"Suppl)?[\w.\-]{0,8}(?:\s*\([\w\s.,\-]{1,30}\))?\s*:\s*[A-Za-z]{0,3}\w[\w.\-–]{0,24}(?<!\.))"
)


def is_citation(line: Line) -> bool:
    """Whether a line begins with the citation of a paper."""
    return len(line.text) < 600 and CITATION.match(line.text) is not None


def state_citation(draft: Draft, line: Line, relation: str | None) -> None:
    """State the publication that the line cites."""
    match = CITATION.match(line.text)
    doi, pmid = DOI.search(line.text), _PMID.search(line.text)
    if match is None and doi is None and pmid is None:
        return
    date = read_date(match["date"].split("-")[0].split("–")[0].strip()) if match else None
    value = {
        "doi": doi.group().rstrip(".,;)]") if doi else None,
        "pmid": pmid[1] if pmid else None,
        "citation": match["words"] if match else None,
        "date": {"value": date.value, "precision": date.precision, "kind": None} if date else None,
        "relation": relation,
    }
    places = [m.span() for m in (match, doi, pmid) if m]
    span = (line.start + min(p[0] for p in places), line.start + max(p[1] for p in places))
    draft.state(f"publications[{draft.count('publications')}]", value, span)
