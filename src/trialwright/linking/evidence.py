"""What a record shows that could tell which trial it speaks of: numbers, names, places, dates, words.

Takes a record, gives a `Profile`; two profiles are compared in `comparing`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from trialwright.language.identifiers import find_identifiers
from trialwright.model.source import Record

# Words that half of all trials share, and that therefore tell nothing.
_COMMON = frozenset(
    (
        "a an and are as at be been between by can for from has have in into is it its may no not of on "
        "or other per such than that the their then there these this those to was were which who will "
        "with within without after before during also both each more most only about all any but how if "
        "clinical controlled drug efficacy evaluate evaluation evaluated effectiveness effect effects "
        "group groups human label months month number open outcome participants patient patients phase "
        "pilot primary prospective purpose random randomized randomised results safety safe secondary "
        "studies study subject subjects therapy time treat treated treatment treatments trial trials two "
        "three one using used use versus weeks week years year days day change people person dose arm "
        "control compare compared comparison investigate assess measured given receive received"
    ).split()
)
_WORD = re.compile(r"[a-z][a-z0-9+]{1,30}")
_DEFINED = re.compile(r"\(([A-Z][A-Za-z-]{1,9})\)")
_NUMBERED = re.compile(r"\b[A-Z][A-Z0-9]*(?:[-/][A-Z0-9]+)+\b")
_EUROPEAN = re.compile(r"(?:EUCTR)?((?:19|20)\d{2}-\d{6}-\d{2})(?:-[A-Z]{2}|-OUTSIDE-EU/EEA)?")
_LONG = 40_000  # characters of prose that are looked at


class Profile(Struct, frozen=True, kw_only=True):
    """What one record shows, ready to be compared.

    numbers: registry numbers of the trial itself; mentioned: those that it names beside; own: its
    sponsor's and other numbers; named: whatever in its text looks like such a number.
    people: sponsors, contacts and officials, folded; title, conditions, interventions: their telling
    words; prose: the telling words of the whole text, those of title and lists included. papers: DOIs
    and PMIDs of its results; figures: the numbers in its title; youngest, oldest: age limits in years.
    """

    source: str
    numbers: frozenset[str] = frozenset()
    mentioned: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    heading: str = ""
    named_conditions: str = ""
    named_interventions: str = ""
    title: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    interventions: frozenset[str] = frozenset()
    prose: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    papers: frozenset[str] = frozenset()
    figures: frozenset[str] = frozenset()
    youngest: float | None = None
    oldest: float | None = None
    sex: str | None = None
    planned: int | None = None
    actual: int | None = None
    sizes: tuple[int, ...] = ()
    start: str | None = None
    end: str | None = None
    paper: bool = False


def profile(record: Record) -> Profile:
    """The profile of a record."""
    given: dict[str, list[Any]] = {}
    for statement in record.statements:
        path = re.sub(r"\[\d+\]", "", statement.field)
        given.setdefault(path, []).append(statement.value)
    numbers = [i for i in given.get("identifiers", []) if isinstance(i, dict)]
    longer = _short_forms(record.text[:_LONG])
    titles = _texts(given, "brief_title", "official_title")
    interventions = _texts(given, "interventions.name", "arms.interventions")
    prose = _texts(given, "brief_summary", "detailed_description", "eligibility.text", "arms.description")
    prose += _texts(given, "outcomes.measure", "keywords", "arms.label", "reported_results.text")
    conditions = _texts(given, "conditions")
    publications = [p for p in given.get("publications", []) if isinstance(p, dict)]
    results = [p for p in publications if p.get("relation") == "result"]
    return Profile(
        source=record.source.id,
        numbers=frozenset(_key(i) for i in numbers if i["role"] in ("registry", "alias")),
        mentioned=frozenset(_key(i) for i in numbers if i["role"] not in ("registry", "alias"))
        | frozenset(
            _key({"scheme": f.scheme, "value": f.value})
            for f in find_identifiers(" ".join([*titles, *prose])[:_LONG])
        ),
        papers=frozenset(
            f"{kind}:{str(p[kind]).casefold()}" for p in results for kind in ("doi", "pmid") if p.get(kind)
        ),
        youngest=_years(_first(given, "eligibility.minimum_age")),
        oldest=_years(_first(given, "eligibility.maximum_age")),
        figures=frozenset(re.findall(r"\d+(?:\.\d+)?", titles[0])) if titles else frozenset(),
        own=frozenset(i["value"] for i in numbers if i["role"] == "sponsor" and _is_telling(i["value"])),
        named=frozenset(n for n in _NUMBERED.findall(" ".join([*titles, *prose])[:_LONG]) if _is_telling(n)),
        heading=fold_words(titles[0]) if titles else "",
        named_conditions=_shown(conditions),
        named_interventions=_shown(interventions),
        title=telling_words(titles, longer),
        conditions=telling_words(conditions, longer),
        interventions=telling_words(interventions, longer),
        prose=telling_words([*titles, *conditions, *interventions, *prose], longer),
        people=frozenset(fold_words(n) for n in _names(given)) - {""},
        cities=frozenset(fold_words(c) for c in _texts(given, "locations.city")),
        phases=frozenset(p for value in given.get("phases", []) for p in _members(value)),
        sex=_first(given, "eligibility.sex"),
        planned=_first(given, "enrollment.planned"),
        actual=_first(given, "enrollment.actual"),
        sizes=tuple(sorted(v for v in given.get("arms.size", []) if isinstance(v, int))),
        start=_day(given, "start_date"),
        end=_day(given, "completion_date"),
        paper=bool(results) and "overall_status" not in given and "eligibility.text" not in given,
    )


def _key(identifier: dict[str, Any]) -> str:
    """A registry number as every register would write it: without the prefix or country of a mirror."""
    scheme, value = identifier["scheme"], str(identifier["value"]).upper().removeprefix("JPRN-")
    if european := _EUROPEAN.fullmatch(value):
        return f"eudract:{european[1]}"
    return f"{scheme}:{value}"


def _years(age: Any) -> float | None:
    """An age limit in years."""
    if not isinstance(age, dict):
        return None
    return float(age["value"]) / {"a": 1, "mo": 12, "wk": 52.18, "d": 365.25}.get(age["unit"], 8766)


def _is_telling(number: str) -> bool:
    """Whether a sponsor's number is long enough and has figures, so that nobody else's text has it."""
    return len(number) >= 7 and sum(c.isdigit() for c in number) >= 3


def _shown(names: Iterable[str]) -> str:
    """The first names of a list, as a person would quote them."""
    first = list(dict.fromkeys(" ".join(name.split()) for name in names))[:2]
    return ", ".join(name if len(name) <= 60 else f"{name[:59]}…" for name in first)


def _members(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _texts(given: dict[str, list[Any]], *fields: str) -> list[str]:
    return [t for f in fields for v in given.get(f, []) for t in _members(v) if isinstance(t, str)]


def _names(given: dict[str, list[Any]]) -> Iterable[str]:
    for field in ("lead_sponsor", "collaborators", "contacts"):
        yield from (v["name"] for v in given.get(field, []) if isinstance(v, dict) and v.get("name"))
        yield from _texts(given, f"{field}.name")


def _first(given: dict[str, list[Any]], field: str) -> Any:
    return next(iter(given.get(field, [])), None)


def _day(given: dict[str, list[Any]], field: str) -> str | None:
    value = _first(given, field)
    return value["value"] if isinstance(value, dict) else None


def fold_words(text: str) -> str:
    """The words of a text in small letters, nothing between them but a blank."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _short_forms(text: str) -> dict[str, tuple[str, ...]]:
    """The abbreviations that the text defines, each with the words that it stands for.

    >>> _short_forms("given mesenchymal stem cells (MSCs) by vein")["msc"]
    ('mesenchymal', 'stem', 'cell')
    """
    found: dict[str, tuple[str, ...]] = {}
    for match in _DEFINED.finditer(text):
        short = match[1].rstrip("s").casefold()
        before = text[max(0, match.start() - 120) : match.start()]
        words = [w for w in re.split(r"[^\w+]+", before) if w][-len(short) :]
        if "".join(w[0] for w in words).casefold() == short:
            found[short] = tuple(_stem(w.casefold()) for w in words)
    return found


def _stem(word: str) -> str:
    singular = (
        word.endswith("s") and not word.endswith(("ss", "us", "is", "betes", "ckets")) and len(word) > 3
    )
    return word[:-1] if singular else word


def telling_words(texts: Iterable[str], longer: dict[str, tuple[str, ...]] | None = None) -> frozenset[str]:
    """The words that tell something, plural endings dropped, abbreviations of the text written out.

    >>> sorted(telling_words(["The safety of stem cells in patients"]))
    ['cell', 'stem']
    """
    found: set[str] = set()
    for text in texts:
        for word in _WORD.findall(text[:_LONG].casefold()):
            if word not in _COMMON:
                # One copy of each word for the profiles of a whole library.
                stem = sys.intern(_stem(word))
                found.update((longer or {}).get(stem, (stem,)))
    return frozenset(found)
