"""A record in the making: statements with places are put in, and a frozen record comes out.

Readers state what they read through it, so that spans, raw words and reasons of absence are
written down the same way by all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from trialwright.formats.document import Document
from trialwright.formats.lines import READ_AT_MOST, Line
from trialwright.model.source import Absence, Note, Record, Span, Statement

# What a record is expected to hold; where the document is silent, the record says so.
EXPECTED = (
    "id",
    "identifiers",
    "brief_title",
    "official_title",
    "brief_summary",
    "detailed_description",
    "overall_status",
    "last_known_status",
    "start_date",
    "completion_date",
    "study_type",
    "phases",
    "design.allocation",
    "design.intervention_model",
    "design.primary_purpose",
    "design.masking",
    "design.who_masked",
    "enrollment.planned",
    "enrollment.actual",
    "lead_sponsor",
    "lead_sponsor.class",
    "collaborators",
    "conditions",
    "keywords",
    "interventions",
    "arms",
    "outcomes",
    "eligibility.text",
    "eligibility.sex",
    "eligibility.minimum_age",
    "eligibility.maximum_age",
    "eligibility.healthy_volunteers",
    "locations",
    "contacts",
    "publications",
)
_POSITION = re.compile(r"\[\d+\]")
_RESULT = re.compile(r"reported_results\[\d+\]\.value")
_PREFIX_END = re.compile(r"\[(\d+)\]|\.|$")


class Draft:
    """Collects the statements, absences and notes of one record."""

    def __init__(self, document: Document, format_name: str, position: int = 0) -> None:
        self.text = document.text
        self.source = document.source(format_name, position)
        self._statements: list[Statement] = []
        self._held: set[str] = set()
        self._counts: dict[str, int] = {}
        self._absent: dict[str, Absence] = {}
        self._notes: list[Note] = []
        if len(document.text) > READ_AT_MOST:
            self.note("text_cut", f"only the first {READ_AT_MOST} characters were read", (0, READ_AT_MOST))

    def state(self, field: str, value: Any, span: Span, certainty: float = 1.0) -> None:
        """State a value read from a place; the words there are kept when they differ from it."""
        words = self.text[span[0] : span[1]]
        raw = None if words == value else words
        self.add(
            Statement(
                field=field, value=value, source=self.source.id, span=span, raw=raw, certainty=certainty
            )
        )

    def add(self, statement: Statement) -> None:
        """Take up a finished statement; readers of structured sources give it a pointer for a span."""
        field = statement.field
        self._statements.append(statement)
        self._absent.pop(field, None)
        for match in _PREFIX_END.finditer(field):
            prefix = field[: match.start()]
            self._held.add(prefix)
            if match[1] is not None:
                self._counts[prefix] = max(self._counts.get(prefix, 0), int(match[1]) + 1)

    def state_line(self, field: str, line: Line, certainty: float = 1.0) -> None:
        """State the words of a line as they are."""
        self.state(field, line.text, (line.start, line.end), certainty)

    def state_joined(self, field: str, stretches: Sequence[Span]) -> None:
        """State a text that stands in several places of the page, a blank line between them."""
        words = [self.text[start:end] for start, end in stretches]
        self.state(field, "\n\n".join(words), (stretches[0][0], stretches[-1][1]))
        places = []
        at = 0
        for (start, _), part in zip(stretches, words, strict=True):
            places.append((at, start))
            at += len(part) + 2
        last = self._statements[-1]
        self._statements[-1] = msgspec.structs.replace(last, raw=None, places=tuple(places))

    def lack(self, field: str, reason: Absence) -> None:
        """Say why a field has no value; a reason already given stays."""
        if not self.holds(field):
            self._absent.setdefault(field, reason)

    def note(self, code: str, message: str, span: Span | None = None) -> None:
        """Tell people something about the record."""
        self._notes.append(Note(code=code, message=message, span=span, source=self.source.id))

    def holds(self, field: str) -> bool:
        """Whether the field, a part of it or a member of it has been stated."""
        return field in self._held

    def values(self, field: str) -> list[Any]:
        """What has been stated for a field, list positions aside: `arms.label` asks all arms."""
        return [s.value for s in self._statements if _POSITION.sub("", s.field) == field]

    def stated(self, field: str) -> list[Statement]:
        """The statements of exactly this field."""
        return [s for s in self._statements if s.field == field]

    def results(self) -> list[tuple[str, Any, Span]]:
        """Field, value and place of the figures of each reported result."""
        return [(s.field, s.value, s.span) for s in self._statements if s.span and _RESULT.fullmatch(s.field)]

    def count(self, field: str) -> int:
        """How many members of a list have been stated."""
        return self._counts.get(field, 0)

    def record(self) -> Record:
        """The record, with a reason for every expected field that nothing was said about."""
        absent = dict(self._absent)
        for field in EXPECTED:
            if field == "id":
                told = any(v["role"] == "registry" for v in self.values("identifiers"))
            elif field == "lead_sponsor":
                told = self.holds("lead_sponsor.name")
            else:
                told = self.holds(field)
            if not told:
                absent.setdefault(field, "not_stated")
        return Record(
            source=self.source,
            text=self.text,
            statements=tuple(self._statements),
            absent=absent,
            notes=tuple(self._notes),
        )
