"""CTIS records: the JSON of the European portal, whole trials of both its shapes and rows of its search.

Takes such a document, gives a record a trial. Status and phase are codes there; countries have a
status each, in one string whose parts hold commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trialwright.formats.document import Document
from trialwright.formats.entries import Entry, clean, collect, guarded, part_of, refuse
from trialwright.formats.nodes import Node, read_json
from trialwright.language import enumerations as lists
from trialwright.language.identifiers import classify
from trialwright.model.source import Record
from trialwright.model.study import Refusal

NAME = "ctis"
# What its documents look like before anybody reads them.
KINDS = ("JSON",)

_MARK = re.compile(r'"(?:ctNumber|ctStatus|ctPublicStatusCode)"\s*:|"ctrname"\s*:\s*"CTIS"')
_NOTHING = "it is no CTIS record: it has no ctNumber"
# Code, the portal's words, and the status that says the same; where none does, the words are kept.
_STATUS: tuple[tuple[int, str, str | None], ...] = (
    (1, "under evaluation", None),
    (2, "authorised, recruitment pending", "NOT_YET_RECRUITING"),
    (3, "authorised, recruiting", "RECRUITING"),
    (4, "ongoing, recruiting", "RECRUITING"),
    (5, "ongoing, recruitment ended", "ACTIVE_NOT_RECRUITING"),
    (6, "temporarily halted", "SUSPENDED"),
    (7, "suspended", "SUSPENDED"),
    (8, "ended", "COMPLETED"),
    (9, "expired", None),
    (10, "revoked", "TERMINATED"),
    (11, "not authorised", None),
    (12, "cancelled", "WITHDRAWN"),
    (0, "authorised, not started", "NOT_YET_RECRUITING"),
)
_BY_CODE = {str(code): value for code, _, value in _STATUS if code}
_BY_WORDS = {words: value for _, words, value in _STATUS}
_PHASES = {
    **dict.fromkeys("123", ("PHASE1",)), "4": ("PHASE2",), "5": ("PHASE3",), "6": ("PHASE4",),
    **dict.fromkeys("789", ("PHASE1", "PHASE2")), "10": ("PHASE2", "PHASE3"), "11": ("PHASE3", "PHASE4"),
}  # fmt: skip
_PHASE_WORD = re.compile(
    r"phase\s+(IV|III|II|I)\b(?:\s*(?:/|and|-)\s*(?:phase\s+)?(IV|III|II|I)\b)?", re.IGNORECASE
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_COUNTRY = re.compile(r"(?:^|,\s*)([^:,]{2,60}):")
# Age groups of a trial: the name as it begins, the first and the last age.
_GROUPS = (("0-17", None, "17"), ("18-64", "18", "64"), ("65", "65", None))


def sniff(text: str) -> float:
    """The names of the portal's numbers and codes."""
    head = text[:400_000]
    return 0.97 if head.lstrip()[:1] in ("{", "[") and _MARK.search(head) else 0.0


def read(document: Document) -> tuple[Record | Refusal, ...]:
    """A record a trial."""
    return collect(document, _items(document))


def _items(document: Document) -> Iterator[Record | Refusal]:
    for position, item in enumerate(read_json(document.text, "data", "trials")):
        if item.node is None:
            yield refuse(document, item.name, item.problem)
            continue
        name = item.node.at("ctNumber").text if item.name else ""
        part = part_of(document, item.text, name or item.name)
        yield guarded(document, name or item.name, _NOTHING, _record, part, item.node, position)


def _record(document: Document, trial: Node, position: int) -> Record:
    number = trial.at("ctNumber")
    if not number.text:
        raise ValueError("no number")
    draft = Entry(document, NAME, position)
    whole = trial.at("authorizedApplication")
    part = (whole if whole else trial).at("authorizedPartI")
    details = part.at("trialDetails")
    about = details.at("trialInformation")
    titles = details.at("clinicalTrialIdentifiers")
    value, scheme = classify(number.text)
    draft.put("identifiers[0]", {"value": value, "scheme": scheme, "role": "registry"}, number)
    _state_numbers(draft, trial, whole, titles)
    short = titles.at("publicTitle")
    draft.text_of("brief_title", short if short.text else trial.first("ctTitle", "title"))
    draft.text_of("official_title", titles.at("fullTitle"))
    draft.text_of("brief_summary", about.at("trialObjective", "mainObjective"))
    _state_status(draft, trial)
    _state_phase(draft, about.at("trialCategory", "trialPhase"), trial.at("trialPhase"))
    draft.put("study_type", "INTERVENTIONAL", number, 0.9)
    _state_dates(draft, trial, about.at("trialDuration"))
    _state_design(draft, details.at("protocolInformation", "studyDesign"))
    _state_size(draft, trial, part, (whole if whole else trial).each("authorizedPartsII"))
    _state_people(draft, about.at("populationOfTrialSubjects"), trial)
    _state_eligibility(draft, about.at("eligibilityCriteria"))
    for level, name in (("primary", "primaryEndPoints"), ("secondary", "secondaryEndPoints")):
        for point in _in_order(about.each("endPoint", name)):
            draft.outcome(level, point.at("endPoint"))
    _state_conditions(draft, about, trial)
    for product in part.each("products"):
        _state_product(draft, product)
    _state_sponsors(draft, part.each("sponsors"), about, trial)
    _state_places(draft, (whole if whole else trial).each("authorizedPartsII"), part, trial)
    return draft.record()


def _in_order(nodes: list[Node]) -> list[Node]:
    """The points of a list by the number that each has; the portal stores 1, 10, 2."""
    return sorted(nodes, key=lambda n: int(n.at("number").text) if n.at("number").text.isdigit() else 0)


def _state_numbers(draft: Entry, trial: Node, whole: Node, titles: Node) -> None:
    draft.identifier(whole.at("eudraCt", "eudraCtCode"), "registry")
    for application in trial.each("applications"):
        draft.identifier(application.at("eudraCtInfo", "eudraCtCode"), "registry")
    others = titles.at("secondaryIdentifyingNumbers")
    for name in ("nctNumber", "isrctnNumber", "whoUniversalTrialNumber"):
        draft.identifier(others.at(name, "number"), "secondary")
    for other in others.each("additionalRegistries"):
        for words in other.at("number").text.split(";"):
            draft.identifier(Node(words.strip(), other.at("number").pointer), "secondary")
    short = titles.at("shortTitle")
    short = short if short.text else trial.at("shortTitle")
    if len(short.text) < 40:
        draft.identifier(short, "sponsor")


def _state_status(draft: Entry, trial: Node) -> None:
    node = trial.first("ctPublicStatusCode", "ctStatus")
    words = " ".join(node.text.casefold().split())
    value = _BY_CODE.get(words) or _BY_WORDS.get(words)
    if value is not None:
        draft.put("overall_status", value, node)
    elif node.text:
        draft.unread("overall_status", node)


def _state_phase(draft: Entry, code: Node, words: Node) -> None:
    if code.text in _PHASES:
        draft.put("phases", list(_PHASES[code.text]), code)
        return
    node = words if words.text else code
    numbers = {_ROMAN[part.upper()] for m in _PHASE_WORD.finditer(node.text) for part in m.groups() if part}
    if numbers:
        draft.put("phases", [f"PHASE{n}" for n in sorted(numbers)], node)
    elif node.text:
        draft.unread("phases", node)


def _state_dates(draft: Entry, trial: Node, duration: Node) -> None:
    if trial.at("startDateEU").text:
        draft.date("start_date", trial.at("startDateEU"), "ACTUAL", day_first=True)
    else:
        draft.date("start_date", duration.at("estimatedRecruitmentStartDate"), "ESTIMATED")
    ended = trial.first("endDate", "endDateEU")
    if ended.text:
        draft.date("completion_date", ended, "ACTUAL", day_first=True)
    else:
        draft.date(
            "completion_date", duration.first("estimatedGlobalEndDate", "estimatedEndDate"), "ESTIMATED"
        )


def _state_design(draft: Entry, design: Node) -> None:
    """Arms of the periods; blinding and allocation are stated only where the portal gives words."""
    for period in design.each("periodDetails"):
        for field, name, read in (
            ("design.allocation", "allocationMethod", lists.read_allocation),
            ("design.masking", "blindingMethod", lambda w: (lists.read_masking(w) or (None,))[0]),
        ):
            node = period.at(name)
            if (value := read(node.text)) and not draft.holds(field):
                draft.put(field, value, node)
        for arm in period.each("armDetails"):
            title = arm.at("title")
            if title.text and title.text not in draft.values("arms.label"):
                field = draft.next("arms")
                draft.put(f"{field}.label", clean(title.text), title)
                draft.text_of(f"{field}.description", arm.at("description"))


def _state_size(draft: Entry, trial: Node, part: Node, countries: list[Node]) -> None:
    """Planned people: the portal's own sum, else that of the countries and of the rest of the world."""
    if trial.at("totalNumberEnrolled").text:
        draft.people("planned", trial.at("totalNumberEnrolled"))
        return
    counts = [c.at("recruitmentSubjectCount") for c in countries] + [part.at("rowSubjectCount")]
    numbers = [int(c.text) for c in counts if c.text.isdigit()]
    if sum(numbers) > 0:
        draft.put("enrollment.planned", sum(numbers), Node(None, part.pointer), 0.9)


def _state_people(draft: Entry, people: Node, trial: Node) -> None:
    women, men = people.at("isFemaleSubjects"), people.at("isMaleSubjects")
    if women.flag or men.flag:
        sex = "ALL" if women.flag and men.flag else "FEMALE" if women.flag else "MALE"
        draft.put("eligibility.sex", sex, women if women.flag else men)
    else:
        draft.choice("eligibility.sex", trial.at("gender"), lists.read_sex)
    for group in people.each("clinicalTrialGroups"):
        name = group.at("name")
        if "healthy" in name.text.casefold():
            draft.put("eligibility.healthy_volunteers", True, name)
    if people.each("clinicalTrialGroups") and not draft.holds("eligibility.healthy_volunteers"):
        draft.put("eligibility.healthy_volunteers", False, people.at("clinicalTrialGroups"), 0.9)
    ages = trial.at("ageGroup")
    told = [g for g in _GROUPS if re.search(rf"(?<!\d){g[0]}", ages.text)]
    if not told:
        return
    if told[0][1]:
        draft.put("eligibility.minimum_age", {"value": told[0][1], "unit": "a"}, ages, 0.9)
    if told[-1][2]:
        draft.put("eligibility.maximum_age", {"value": told[-1][2], "unit": "a"}, ages, 0.9)
    else:
        draft.lack("eligibility.maximum_age", "not_applicable")


def _state_eligibility(draft: Entry, criteria: Node) -> None:
    texts = []
    for heading, name in (
        ("Inclusion", "principalInclusionCriteria"),
        ("Exclusion", "principalExclusionCriteria"),
    ):
        points = [clean(p.at(name).text) for p in _in_order(criteria.each(name))]
        points = [p for p in points if p]
        if points:
            lines = "\n".join(f"{n}. {p}" for n, p in enumerate(points, 1))
            texts.append(f"{heading} Criteria:\n{lines}")
    if texts:
        draft.put("eligibility.text", "\n\n".join(texts), Node(None, criteria.pointer))


def _state_conditions(draft: Entry, about: Node, trial: Node) -> None:
    for condition in about.each("medicalCondition", "partIMedicalConditions"):
        draft.name("conditions", condition.at("medicalCondition"))
    if not draft.holds("conditions"):
        for node in trial.each("conditions"):
            draft.name("conditions", node)


def _state_product(draft: Entry, product: Node) -> None:
    entry = product.at("productDictionaryInfo")
    named = [product.at("productName"), entry.at("prodName"), product.at("nameDisplay"),
             entry.at("activeSubstanceName"), entry.at("sponsorProductCode")]  # fmt: skip
    names = [n for n in named if n.text and n.text.casefold() not in ("n/a", "-", "na")]
    if not names:
        return
    chemical = product.at("allSubstancesChemicals")
    before = draft.count("interventions")
    draft.intervention(names[0], "DRUG" if chemical.flag else None, chemical)
    if draft.count("interventions") == before:
        return
    field, known = f"interventions[{before}].other_names", {names[0].text.casefold()}
    for node in names[1:]:
        if node.text.casefold() not in known:
            known.add(node.text.casefold())
            draft.put(f"{field}[{draft.count(field)}]", node.text, node)


def _state_sponsors(draft: Entry, sponsors: list[Node], about: Node, trial: Node) -> None:
    for sponsor in sorted(sponsors, key=lambda s: s.at("primary").flag is not True):
        name = sponsor.at("organisation", "name")
        kind = sponsor.at("organisation", "type")
        if draft.holds("lead_sponsor"):
            draft.collaborator(name)
            continue
        industry = "pharmaceutical company" in kind.text.casefold() or kind.text.casefold() == "industry"
        draft.sponsor("lead_sponsor", name, "INDUSTRY" if industry else None, kind)
        for group in ("publicContacts", "scientificContacts"):
            for person in sponsor.each(group):
                draft.contact(
                    person.at("functionalName"),
                    person.at("functionalName").text,
                    role=person.at("type"),
                    email=person.at("functionalEmailAddress"),
                    phone=person.at("telephone"),
                    affiliation=person.at("organisation", "name"),
                )
    if not draft.holds("lead_sponsor"):
        draft.sponsor("lead_sponsor", trial.at("sponsor"))
    for source in about.each("sourceOfMonetarySupport"):
        draft.collaborator(source.at("organisationName"))


def _state_places(draft: Entry, countries: list[Node], part: Node, trial: Node) -> None:
    told = set()
    for country in countries:
        for site in country.each("trialSites"):
            info = site.at("organisationAddressInfo")
            told.add(info.at("address", "countryName").text)
            draft.location(
                facility=info.at("organisation", "name"),
                city=info.at("address", "city"),
                country=info.at("address", "countryName"),
            )
        name = country.at("mscInfo", "countryName")
        if name.text and name.text not in told:
            told.add(name.text)
            draft.location(country=name)
    for elsewhere in part.each("rowCountriesInfo"):
        draft.location(country=elsewhere.at("name"))
    if not told:
        for node in trial.each("trialCountries"):
            for words in country_names(node.text):
                draft.location(country=Node(words, node.pointer))


def country_names(words: str) -> list[str]:
    """The countries of a list whose parts hold commas themselves.

    >>> country_names("Spain:Authorised, recruitment pending, France:Ended"), country_names("Poland:4")
    (['Spain', 'France'], ['Poland'])
    """
    return [m[1].strip() for m in _COUNTRY.finditer(words)]
