"""A structured record in the making: statements with pointers are put in, and a frozen record comes out.

The counterpart of `draft` for registry files, whose values stand in elements and not in running text. It is
kept cheap, since a registry has half a million records and a record with results thousands of values.
"""

from __future__ import annotations

from typing import Any

from trialwright.formats.document import Document, language_of
from trialwright.formats.draft import EXPECTED
from trialwright.model.source import Absence, Note, Record, Source, Span, Statement

# A pointer, or the characters of a table's cell.
Place = str | Span

_WORDS_FOR_LANGUAGE = 4000


class Entry:
    """Collects the statements, absences and notes of one registry record."""

    def __init__(self, document: Document, format_name: str, position: int = 0, fragment: str = "") -> None:
        self._document = document
        self._format = format_name
        self._fragment = fragment
        self.source = f"s{document.number + position}"
        self.registered = False
        self._statements: list[Statement] = []
        self._held: set[str] = set()
        self._counts: dict[str, int] = {}
        self._absent: dict[str, Absence] = {}
        self._notes: list[Note] = []
        self._values: dict[str, set[str]] = {}

    def state(self, field: str, value: Any, place: Place, raw: str | None = None) -> None:
        """State the value of a field of the study; `raw` are its words where they differ."""
        self._held.add(field)
        self.state_of(field, value, place, raw)

    def state_of(
        self, field: str, value: Any, place: Place, raw: str | None = None, certainty: float = 1.0
    ) -> None:
        """State a part of a list's member, or a whole member; `add` gave the position."""
        # Asked in this order because nearly all places are pointers.
        if isinstance(place, str):
            made = Statement(
                field=field, value=value, source=self.source, pointer=place, raw=raw, certainty=certainty
            )
        else:
            made = Statement(
                field=field, value=value, source=self.source, span=place, raw=raw, certainty=certainty
            )
        self._statements.append(made)

    def add(self, name: str) -> str:
        """The path of a new member at the end of a list: `arms[2]`."""
        count = self._counts.get(name, 0)
        self._counts[name] = count + 1
        return f"{name}[{count}]"

    def is_new(self, name: str, value: str) -> bool:
        """Whether the value is told for that list for the first time."""
        values = self._values.setdefault(name, set())
        if value in values:
            return False
        values.add(value)
        return True

    def lack(self, field: str, reason: Absence) -> None:
        """Say why a field has no value; a reason already given stays."""
        self._absent.setdefault(field, reason)

    def note(self, code: str, message: str) -> None:
        """Tell people something about the record."""
        self._notes.append(Note(code=code, message=message, source=self.source))

    def holds(self, field: str) -> bool:
        """Whether the field has been stated."""
        return field in self._held or field in self._counts

    def value(self, field: str) -> Any:
        """What has been stated for a field last, or None."""
        return next((s.value for s in reversed(self._statements) if s.field == field), None)

    def is_empty(self) -> bool:
        """Whether nothing has been stated."""
        return not self._statements

    def point_back(self, places: dict[str, str]) -> None:
        """Change pointers to those of the document as it was before it was brought into another shape."""
        self._statements = [
            Statement(
                field=s.field,
                value=s.value,
                source=s.source,
                span=s.span,
                pointer=places.get(s.pointer or "", s.pointer),
                raw=s.raw,
            )
            for s in self._statements
        ]

    def shorten_pointers(self, mark: str) -> None:
        """Take the mark and the first element off pointers, where the document has only that one's parts."""
        self.point_back(
            {
                s.pointer: "/" + s.pointer.removeprefix(mark).lstrip("/").partition("/")[2]
                for s in self._statements
                if s.pointer is not None
            }
        )

    def record(self) -> Record:
        """The record, with a reason for every expected field that nothing was said about."""
        absent = {f: r for f, r in self._absent.items() if not self.holds(f)}
        for field in EXPECTED:
            if field == "id":
                told = self.registered
            elif field == "lead_sponsor":
                told = "lead_sponsor.name" in self._held
            else:
                told = field in self._held or field in self._counts
            if not told:
                absent.setdefault(field, "not_stated")
        document = self._document
        return Record(
            source=Source(
                id=self.source,
                format=self._format,
                uri=document.uri + self._fragment,
                sha256=document.sha256,
                language=self._language(),
            ),
            text=document.text,
            statements=tuple(self._statements),
            absent=absent,
            notes=tuple(self._notes),
        )

    def _language(self) -> str | None:
        """The language of the first words; a registry's own tags and codes say nothing about it."""
        if self._document.text.isascii():
            return "en"
        words: list[str] = []
        length = 0
        for statement in self._statements:
            if (isinstance(statement.value, str) and " " in statement.value) or not str(
                statement.value
            ).isascii():
                words.append(str(statement.value)[:_WORDS_FOR_LANGUAGE])
                length += len(words[-1])
                if length > _WORDS_FOR_LANGUAGE:
                    break
        return language_of(" ".join(words)) or "en"
