"""What a record shows that could tell which trial it speaks of: numbers, names, places, dates, words.

Takes a record, gives a `Profile`; two profiles are compared in `comparing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from trialwright.model.source import Record

# Words that half of all trials share, and that therefore tell nothing.
_COMMON = frozenset(
    (
        "a an and are as at be been between by can for from has have in into is it its may no not of on "
        "or other per such than that the their then there these this those to was were which who will "
        "with within without clinical controlled drug efficacy evaluate evaluation evaluated group "
        "groups human label months number open outcome participants patient patients phase pilot primary "
        "prospective purpose random randomized results safety safe secondary studies study subject "
        "subjects therapy time treat treated treatment treatments trial trials two three using versus "
        "weeks year years "
    ).split()
)
_WORD = re.compile(r"[a-z][a-z0-9+]{1,30}|\d+(?:\.\d+)?")
_LONG = 40_000  # characters of prose that are looked at


class Profile(Struct, frozen=True, kw_only=True):
    """What one record shows, ready to be compared.

    numbers: registry numbers of the trial itself; mentioned: those the text merely names.
    people: sponsors, contacts and officials, folded; words: the telling words of title, conditions,
    interventions and arms; prose: those of summary, description, eligibility and outcomes.
    """

    source: str
    numbers: frozenset[str] = frozenset()
    secondary: frozenset[str] = frozenset()
    title: str = ""
    people: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    prose: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    planned: int | None = None
    actual: int | None = None
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
    naming = _texts(given, "brief_title", "official_title", "conditions", "keywords")
    naming += _texts(given, "interventions.name", "arms.label")
    prose = _texts(given, "brief_summary", "detailed_description", "eligibility.text", "outcomes.measure")
    publications = [p for p in given.get("publications", []) if isinstance(p, dict)]
    return Profile(
        source=record.source.id,
        numbers=frozenset(
            f"{i['scheme']}:{i['value']}" for i in numbers if i["role"] in ("registry", "alias")
        ),
        secondary=frozenset(_fold(i["value"]) for i in numbers if i["role"] not in ("registry", "alias")),
        title=_fold(next(iter(_texts(given, "brief_title", "official_title")), "")),
        people=frozenset(_fold(n) for n in _names(given)),
        cities=frozenset(_fold(c) for c in _texts(given, "locations.city")),
        words=telling_words(naming),
        prose=telling_words([*naming, *prose]),
        phases=frozenset(_texts(given, "phases")),
        planned=_first(given, "enrollment.planned"),
        actual=_first(given, "enrollment.actual"),
        start=_day(given, "start_date"),
        end=_day(given, "completion_date"),
        paper=any(p.get("relation") == "result" for p in publications)
        and "overall_status" not in given
        and "eligibility.text" not in given,
    )


def _texts(given: dict[str, list[Any]], *fields: str) -> list[str]:
    return [v for f in fields for v in given.get(f, []) if isinstance(v, str)]


def _names(given: dict[str, list[Any]]) -> Iterable[str]:
    for field in ("lead_sponsor", "collaborators", "contacts", "lead_sponsor.name", "contacts.name"):
        for value in given.get(field, []):
            if isinstance(value, dict) and value.get("name"):
                yield value["name"]
            elif isinstance(value, str):
                yield value


def _first(given: dict[str, list[Any]], field: str) -> Any:
    return next(iter(given.get(field, [])), None)


def _day(given: dict[str, list[Any]], field: str) -> str | None:
    value = _first(given, field)
    return value["value"] if isinstance(value, dict) else None


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def telling_words(texts: Iterable[str]) -> frozenset[str]:
    """The words that tell something, plural endings dropped.

    >>> sorted(telling_words(["The safety of stem cells in patients"]))
    ['cell', 'stem']
    """
    found = set()
    for text in texts:
        for word in _WORD.findall(text[:_LONG].casefold()):
            if word not in _COMMON and not word.isdigit():
                found.add(word[:-1] if word.endswith("s") and len(word) > 3 else word)
    return frozenset(found)
