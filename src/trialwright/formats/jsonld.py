"""Structured data of schema.org in the scripts of a page: MedicalTrial, MedicalStudy and their kin.

Takes the scripts and where they stand, gives statements with the places of their words. JSON is scanned
without recursion, so that nesting of any depth is only long.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from trialwright.formats.document import Document
from trialwright.language import enumerations as lists
from trialwright.language.calendar import is_sentinel_date, read_date
from trialwright.language.identifiers import classify, is_junk, is_registry_scheme
from trialwright.model.source import Span, Statement

_TYPES = frozenset(
    {"MedicalTrial", "MedicalStudy", "MedicalObservationalStudy", "ClinicalTrial", "ResearchStudy", "Trial"}
)
_TOKEN = re.compile(
    r"\"(?P<string>(?>[^\"\\]+|\\.)*+)\"|(?P<unclosed>\")|(?P<sign>[{}\[\],:])|"
    r"(?P<number>-?\d[\d.eE+\-]{0,40})|(?P<word>true|false|null)",
    re.DOTALL,
)
_LONGEST = 400_000
_DEEPEST = 60
_MOST_LEAVES = 20_000

Path = tuple[str, ...]


class Leaf(Struct, frozen=True):
    """A value without members, the names and positions that lead to it, and where its words stand."""

    path: Path
    value: Any
    span: Span


def leaves(text: str, start: int, end: int) -> Iterator[Leaf]:
    """The leaves of the JSON between two positions; what is no JSON ends it."""
    path: list[str] = []
    counts: list[int] = []
    key: str | None = None
    waiting = False
    for match in _TOKEN.finditer(text, start, min(end, start + _LONGEST)):
        sign = match["sign"]
        if match["unclosed"]:
            return
        if sign in ("{", "["):
            if len(counts) >= _DEEPEST:
                return
            counts.append(0 if sign == "[" else -1)
            path.append("0" if sign == "[" else "")
            waiting = False
        elif sign in ("}", "]"):
            if not counts:
                return
            counts.pop()
            path.pop()
        elif sign == ",":
            if counts and counts[-1] >= 0:
                counts[-1] += 1
                path[-1] = str(counts[-1])
        elif sign == ":":
            waiting = True
            if path and key is not None:
                path[-1] = key
        elif match["string"] is not None and counts and counts[-1] < 0 and not waiting:
            key = _string(match["string"])
        else:
            value: Any = match["number"] or {"true": True, "false": False}.get(match["word"] or "")
            span = match.span()
            if match["string"] is not None:
                value, span = _string(match["string"]), match.span("string")
            waiting = False
            yield Leaf(tuple(path), value, span)


def _string(words: str) -> str:
    if "\\" not in words:
        return words
    try:
        return str(json.loads(f'"{words}"', strict=False))
    except ValueError:
        return words


def read_scripts(document: Document, scripts: Sequence[Span]) -> tuple[Statement, ...]:
    """What the first trial in the scripts states."""
    for start, end in scripts:
        found: list[Leaf] = []
        for leaf in leaves(document.text, start, end):
            found.append(leaf)
            if len(found) >= _MOST_LEAVES:
                break
        for leaf in found:
            kind = str(leaf.value).rpartition("/")[2]
            names = [name for name in leaf.path if not name.isdigit()]
            if names and names[-1] == "@type" and kind in _TYPES:
                base = leaf.path[: -1 if leaf.path[-1] == "@type" else -2]
                own = [x for x in found if x.path[: len(base)] == base]
                return tuple(_Trial(own, len(base)).statements())
    return ()


class _Trial:
    """The leaves of one trial, asked for by the names of schema.org."""

    def __init__(self, found: Sequence[Leaf], depth: int) -> None:
        self.by_names: dict[Path, list[Leaf]] = {}
        for leaf in found:
            names = tuple(name for name in leaf.path[depth:] if not name.isdigit())
            if leaf.value not in (None, ""):
                self.by_names.setdefault(names, []).append(leaf)

    def all(self, *paths: str) -> list[Leaf]:
        """The leaves under the first of the paths that has any."""
        for path in paths:
            if found := self.by_names.get(tuple(path.split("."))):
                return [leaf for leaf in found if isinstance(leaf.value, str)]
        return []

    def statements(self) -> Iterator[Statement]:
        """The statements in a fixed order."""
        yield from self._titles()
        yield from self._identifiers()
        for field, paths, read in (
            ("overall_status", ("status", "studyStatus", "status.name"), lists.read_status),
            ("study_type", ("studyType",), lists.read_study_type),
            (
                "eligibility.sex",
                ("population.suggestedGender", "studyPopulation.gender", "gender"),
                lists.read_sex,
            ),
        ):
            for leaf in self.all(*paths)[:1]:
                words = leaf.value.rpartition("/")[2] if leaf.value.startswith("http") else leaf.value
                if value := read(words):
                    yield _statement(field, value, leaf)
        for leaf in self.all("phase", "trialPhase", "studyPhase")[:1]:
            if phases := lists.read_phases(leaf.value):
                yield _statement("phases", list(phases), leaf)
        for field, dated in (
            ("start_date", ("startDate", "studyStartDate")),
            ("completion_date", ("endDate", "completionDate", "studyCompletionDate")),
        ):
            for leaf in self.all(*dated)[:1]:
                date = None if is_sentinel_date(leaf.value) else read_date(leaf.value.partition("T")[0])
                if date:
                    yield _statement(
                        field, {"value": date.value, "precision": date.precision, "kind": date.kind}, leaf
                    )
        for leaf in self.all("sponsor.name", "sponsor", "leadSponsor.name")[:1]:
            if not lists.is_unavailable(leaf.value):
                yield _statement("lead_sponsor.name", leaf.value, leaf)
                yield _statement("lead_sponsor.person", lists.looks_like_person(leaf.value), leaf)
        yield from self._names("conditions[{}]", "healthCondition.name", "healthCondition", "condition.name")
        yield from self._names("keywords[{}]", "keywords")

    def _titles(self) -> Iterator[Statement]:
        # The page's own heading goes before a name that may carry the site's name too.
        for field, paths in (
            ("brief_title", ("name", "headline")),
            ("official_title", ("officialTitle", "officialName")),
            ("brief_summary", ("description",)),
        ):
            for leaf in self.all(*paths)[:1]:
                yield _statement(field, leaf.value, leaf, 0.8)

    def _identifiers(self) -> Iterator[Statement]:
        number = 0
        for leaf in self.all("identifier", "identifier.value", "nctId", "trialId")[:20]:
            value, scheme = classify(leaf.value)
            if not is_junk(value) and not value.startswith("http"):
                role = "registry" if is_registry_scheme(scheme) and scheme != "utn" else "other"
                yield _statement(
                    f"identifiers[{number}]", {"value": value, "scheme": scheme, "role": role}, leaf
                )
                number += 1

    def _names(self, field: str, *paths: str) -> Iterator[Statement]:
        found = [leaf for leaf in self.all(*paths) if not lists.is_unavailable(leaf.value)]
        for number, leaf in enumerate(found[:100]):
            yield _statement(field.format(number), leaf.value, leaf)


def _statement(field: str, value: Any, leaf: Leaf, certainty: float = 1.0) -> Statement:
    raw = None if leaf.value == value else str(leaf.value)
    return Statement(field=field, value=value, source="", span=leaf.span, raw=raw, certainty=certainty)
