"""The typed values of a registry record read into statements: status, dates, ages, phases, sponsors, numbers.

Takes an entry, the words of one element and their place (a pointer, or the characters of a cell); every
registry format shares these, whatever its elements are called. Words that no list knows become a note and an
absence, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from trialwright.formats.entry import Entry, Place
from trialwright.language import calendar as dates
from trialwright.language import enumerations as lists
from trialwright.language.identifiers import classify, is_junk, is_registry_scheme

# A registry uses the same few hundred words in every record; each is read once.
read_status = lru_cache(1024)(lists.read_status)
read_sex = lru_cache(1024)(lists.read_sex)
read_allocation = lru_cache(1024)(lists.read_allocation)
read_model = lru_cache(1024)(lists.read_model)
read_purpose = lru_cache(1024)(lists.read_purpose)
read_arm_type = lru_cache(1024)(lists.read_arm_type)
read_intervention_type = lru_cache(1024)(lists.read_intervention_type)
read_sponsor_class = lru_cache(1024)(lists.read_sponsor_class)
read_yes_no = lru_cache(1024)(lists.read_yes_no)
_read_date = lru_cache(65536)(dates.read_date)
_is_person = lru_cache(65536)(lists.looks_like_person)
_classify = lru_cache(65536)(classify)

_AGE = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)\s*(years?|months?|weeks?|days?|hours?|minutes?)", re.IGNORECASE)
_UNITS = {"year": "a", "month": "mo", "week": "wk", "day": "d", "hour": "h", "minute": "min"}
_KINDS = {
    "actual": "ACTUAL",
    "estimated": "ESTIMATED",
    "estimate": "ESTIMATED",
    "anticipated": "ESTIMATED",
}
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]{1,200}")
_UNKNOWN_NUMBER = 99_999_999
_ORGANISED = frozenset({"NIH", "FED", "OTHER_GOV", "INDUSTRY", "NETWORK"})
_GRANTS = frozenset({"nih", "fda", "va", "cdc", "ahrq", "samhsa", "othergrant", "grant"})


@lru_cache(1024)
def read_study_type(words: str) -> str | None:
    """The study type; "Observational [Patient Registry]" is observational."""
    return lists.read_study_type(words.partition("[")[0])


@lru_cache(1024)
def read_masking(words: str) -> tuple[str, tuple[str, ...]] | None:
    """The masking and its roles, also in the spelling of the model: CARE_PROVIDER."""
    return lists.read_masking(words.replace("_", " "))


@lru_cache(1024)
def read_phases(words: str) -> tuple[str, ...] | None:
    """The phases, also in the spelling of the model: EARLY_PHASE1."""
    return lists.read_phases(words.replace("_", " "))


_OBSERVATIONAL = frozenset(
    "COHORT CASE_CONTROL CASE_ONLY CASE_CROSSOVER ECOLOGIC_OR_COMMUNITY FAMILY_BASED DEFINED_POPULATION "
    "NATURAL_HISTORY OTHER".split()
)
_TIMES = frozenset({"RETROSPECTIVE", "PROSPECTIVE", "CROSS_SECTIONAL", "OTHER"})


def _upper(words: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", words.upper()).strip("_")


@lru_cache(1024)
def read_observational_model(words: str) -> str | None:
    """How an observational study chooses whom it looks at."""
    return model if (model := _upper(words)) in _OBSERVATIONAL else None


@lru_cache(1024)
def read_time_perspective(words: str) -> str | None:
    """Whether an observational study looks back or forward."""
    return time if (time := _upper(words)) in _TIMES else None


def differing(words: str, value: str) -> str | None:
    """The words, where they differ from the value."""
    return None if words == value else words


def state_listed(
    entry: Entry, field: str, words: str, place: Place, read: Callable[[str], str | None]
) -> str | None:
    """A value of a closed list; gives back what was read."""
    value = read(words)
    if value is not None:
        entry.state(field, value, place, None if value == words else words)
    elif lists.is_unavailable(words):
        entry.lack(field, "stated_unavailable")
    elif lists.is_not_applicable(words):
        entry.lack(field, "not_applicable")
    else:
        entry.lack(field, "unparsable")
        entry.note("unknown_words", f"no value of {field} means {words[:80]!r}")
    return value


def listed_of(entry: Entry, field: str, words: str, place: Place, read: Callable[[str], str | None]) -> None:
    """A value of a closed list in a member of a list."""
    value = read(words)
    if value is not None:
        entry.state_of(field, value, place, None if value == words else words)
    elif not lists.is_unavailable(words):
        entry.note("unknown_words", f"no value of {field} means {words[:80]!r}")


def state_date(entry: Entry, field: str, words: str, place: Place, kind: str | None = None) -> None:
    """A date with the precision of its words; `kind` is the word for actual or estimated."""
    if dates.is_sentinel_date(words):
        entry.lack(field, "sentinel")
        entry.note("sentinel", f"{words[:20]} is what programs write for no date")
        return
    date = _read_date(words)
    if date is None:
        entry.lack(field, "unparsable")
        entry.note("unclear_date", f"{words[:60]!r} is no date that can be read one way only")
        return
    told = _KINDS.get(kind.lower()) if kind else date.kind
    value = {"value": date.value, "precision": date.precision, "kind": told}
    entry.state(field, value, place, None if date.value == words else words)


def state_age(entry: Entry, field: str, words: str, place: Place) -> None:
    """A limit of age; "N/A" is no limit, and so is an upper limit of nothing."""
    found = _AGE.fullmatch(words)
    if found is None:
        if lists.is_not_applicable(words) or ("limit" in words.lower() and not words.startswith("-")):
            entry.lack(field, "not_applicable")
        elif words.startswith("-"):
            entry.lack(field, "sentinel")
        else:
            entry.lack(field, "unparsable")
            entry.note("unclear_age", f"{words[:60]!r} is no age")
    elif field.endswith("maximum_age") and float(found[1]) == 0:
        entry.lack(field, "sentinel")
    else:
        unit = _UNITS[found[2].lower().rstrip("s")]
        entry.state(field, {"value": found[1], "unit": unit}, place, words)


def state_enrollment(entry: Entry, number: int, kind: str | None, place: Place, status: str | None) -> None:
    """The number of people; 0 is true of a withdrawn trial and else says that nobody knows."""
    told = _KINDS.get(kind.lower()) if kind else None
    field = "enrollment.actual" if told == "ACTUAL" else "enrollment.planned"
    if number < 0 or number >= _UNKNOWN_NUMBER or (number == 0 and status != "WITHDRAWN"):
        entry.lack(field, "sentinel")
        entry.note("sentinel", f"{number} people means that the number is not known")
        return
    entry.state(field, number, place)
    if told is None:
        entry.note("enrollment_kind", "the record does not say whether its enrolment is planned or actual")


def state_phases(entry: Entry, words: Sequence[str], place: Place) -> None:
    """The set of phases, from one string or a list of them."""
    found: list[str] = []
    for one in words:
        phases = read_phases(one)
        if phases is None:
            entry.lack("phases", "unparsable")
            entry.note("unknown_words", f"no value of phases means {one[:80]!r}")
            return
        found += [phase for phase in phases if phase not in found]
    if found:
        entry.state("phases", found, place, None if found == list(words) else "; ".join(words))


def state_masking(entry: Entry, words: str, place: Place) -> None:
    """How many roles are masked, and which where the words name them."""
    found = read_masking(words)
    if found is None:
        state_listed(entry, "design.masking", words, place, lambda _: None)
        return
    entry.state("design.masking", found[0], place, differing(words, found[0]))
    if found[1]:
        entry.state("design.who_masked", list(found[1]), place, words)


def sponsor_value(name: str, words: str | None) -> tuple[dict[str, Any], bool]:
    """Name, class and whether it is a person; False where the words of the class mean nothing."""
    kind = read_sponsor_class(words) if words else None
    person = kind == "INDIV" or (kind not in _ORGANISED and _is_person(name))
    value = (
        {"name": name, "person": person} if kind is None else {"name": name, "class": kind, "person": person}
    )
    return value, kind is not None or not words


def state_lead(
    entry: Entry, name: str, words: str | None, place: Place, class_place: Place | None = None
) -> None:
    """The lead sponsor, whose name and class may stand in two places."""
    value, clear = sponsor_value(name, words)
    entry.state("lead_sponsor.name", name, place)
    if "class" in value:
        raw = differing(words or "", value["class"])
        entry.state("lead_sponsor.class", value["class"], place if class_place is None else class_place, raw)
    entry.state("lead_sponsor.person", value["person"], place, name)
    if not clear:
        entry.note("unknown_words", f"no value of lead_sponsor.class means {(words or '')[:80]!r}")


def state_collaborator(entry: Entry, name: str, words: str | None, place: Place) -> None:
    """One more collaborator."""
    value, _ = sponsor_value(name, words)
    entry.state_of(entry.add("collaborators"), value, place)


def state_identifier(entry: Entry, words: str, role: str, place: Place, kind: str | None = None) -> None:
    """One more number of the trial; what only says that there is none is passed over.

    `role` is that of its place in the record; a number of another register is a registry's wherever it
    stands, but a second number of ClinicalTrials.gov is that of a sibling or parent and stays secondary.
    """
    if is_junk(words):
        return
    value, scheme = _classify(words)
    if not entry.is_new("identifiers", value):
        return
    if role in ("sponsor", "secondary"):
        if kind and re.sub(r"[^a-z]", "", kind.lower()) in _GRANTS:
            role = "grant"
        elif scheme == "nct":
            role = "secondary"
        elif is_registry_scheme(scheme) and scheme != "utn":
            role = "registry"
    if role == "registry":
        if scheme == "other":
            role = "other"
        if role == "registry" and not entry.registered:
            entry.registered = True
            entry.state("id", value, place, differing(words, value))
    entry.state_of(
        entry.add("identifiers"),
        {"value": value, "scheme": scheme, "role": role},
        place,
        differing(words, value),
    )


def state_name(entry: Entry, field: str, words: str, place: Place) -> None:
    """One more condition or keyword; the same words twice are one."""
    if entry.is_new(field, words):
        entry.state_of(entry.add(field), words, place)


def state_publication(
    entry: Entry, place: Place, *, pmid: str | None, citation: str | None, relation: str | None
) -> None:
    """One more paper; a DOI is taken out of its citation."""
    doi = _DOI.search(citation) if citation and "10." in citation else None
    value = {
        "pmid": pmid,
        "doi": doi[0].rstrip(".,;)]") if doi else None,
        "citation": citation,
        "relation": relation,
    }
    if pmid or citation:
        entry.state_of(entry.add("publications"), {k: v for k, v in value.items() if v is not None}, place)


def state_result(entry: Entry, place: Place, measure: str, value: str, words: str, arm: str | None) -> None:
    """One more finding of a results section: what was measured, the figure, its words, the group."""
    told = {"measure": measure, "text": words, "value": value}
    if arm:
        told["arm"] = arm
    entry.state_of(entry.add("reported_results"), told, place)


def figure_words(
    value: str,
    unit: str | None,
    parameter: str | None,
    spread: str | None,
    limits: tuple[str | None, str | None],
) -> str:
    """A figure as a reader would say it: "Mean 4.2 (spread 1.1) mm".

    >>> figure_words("4.2", "mm", "Mean", "1.1", (None, None))
    'Mean 4.2 (spread 1.1) mm'
    >>> figure_words("7", None, None, None, ("3", "9"))
    '7 (3 to 9)'
    """
    words = f"{parameter} {value}" if parameter else value
    if spread:
        words += f" (spread {spread})"
    if limits[0] is not None or limits[1] is not None:
        words += f" ({limits[0]} to {limits[1]})"
    return f"{words} {unit}" if unit else words


def people_words(affected: str, at_risk: str | None, events: str | None) -> str:
    """How many people an adverse event met.

    >>> people_words("3", "40", "5")
    '3 of 40 people, 5 events'
    """
    words = f"{affected} of {at_risk} people" if at_risk else f"{affected} people"
    return f"{words}, {events} events" if events else words


@lru_cache(1024)
def read_role(words: str) -> str | None:
    """Whom a masking keeps in the dark: "Outcomes Assessor" is OUTCOMES_ASSESSOR.

    >>> read_role("CARE_PROVIDER"), read_role("Outcomes Assessor"), read_role("nobody")
    ('CARE_PROVIDER', 'OUTCOMES_ASSESSOR', None)
    """
    found = read_masking(f"Double ({words.replace('_', ' ')})")
    return found[1][0] if found and len(found[1]) == 1 else None
