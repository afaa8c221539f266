"""ISRCTN records: the XML of the register's interface, and the same tree kept as JSON.

Takes such a document, gives a record a trial. The register computes a status from dates and shows none
unless somebody has overridden it, so a record without an override states none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trialwright.formats.document import Document
from trialwright.formats.entries import Entry, clean, collect, guarded, part_of, refuse, split_numbered
from trialwright.formats.nodes import Element, Node, read_elements, read_json
from trialwright.formats.publication import DOI
from trialwright.language import enumerations as lists
from trialwright.language.calendar import read_date
from trialwright.model.source import Record
from trialwright.model.study import Refusal

NAME = "isrctn"
# What its documents look like before anybody reads them.
KINDS = ("XML", "HTML", "JSON")

_XML = re.compile(r"<(?:\w+:)?(?:allTrials|fullTrial)\b|67bricks\.com/isrctn")
_JSON = re.compile(r'"isrctn"\s*:\s*"|"ctrname"\s*:\s*"ISRCTN"')
_NOTHING = "it is no ISRCTN record: it has neither a number nor a description"
_OVERRIDES = {"stopped": "TERMINATED", "suspended": "SUSPENDED", "abandoned": "WITHDRAWN"}
_PMID = re.compile(r"pubmed[^\s]{0,40}?/(\d{4,9})\b|\bPMID:?\s*(\d{4,9})\b", re.IGNORECASE)
_ABSENT = re.compile(
    r"not (?:specified|provided)(?: at (?:the )?time of registration)?|nil known|-", re.IGNORECASE
)


def sniff(text: str) -> float:
    """The root of the register's own XML, or its number beside its sections in JSON."""
    head = text[:20_000]
    if head.lstrip()[:1] == "<":
        return 0.98 if _XML.search(head[:4000]) else 0.0
    return 0.97 if head.lstrip()[:1] in ("{", "[") and _JSON.search(head) and '"trialD' in head else 0.0


def read(document: Document) -> tuple[Record | Refusal, ...]:
    """A record a trial."""
    return collect(document, _elements(document) if document.text.lstrip()[:1] == "<" else _items(document))


def _elements(document: Document) -> Iterator[Record | Refusal]:
    whole = re.search(r"<(?:\w+:)?fullTrial\b", document.text[:20_000]) is not None
    for position, (text, element) in enumerate(
        read_elements(document.text, "fullTrial" if whole else "trial")
    ):
        trial = element.at("trial") if whole else element
        name = trial.at("isrctn").text or str(position + 1)
        part = part_of(document, text, name)
        yield guarded(document, name, _NOTHING, _record, part, trial, element, position)


def _items(document: Document) -> Iterator[Record | Refusal]:
    for position, item in enumerate(read_json(document.text)):
        if item.node is None:
            yield refuse(document, item.name, item.problem)
            continue
        part = part_of(document, item.text, item.name)
        yield guarded(document, item.name, _NOTHING, _record, part, item.node, item.node, position)


def _record(document: Document, trial: Node, whole: Node, position: int) -> Record:
    about = trial.at("trialDescription")
    number = trial.at("isrctn")
    if not number.text and not about:
        raise ValueError("no number and no description")
    draft = Entry(document, NAME, position)
    digits = re.sub(r"\D", "", number.text)
    if len(digits) == 8:
        value = {"value": f"ISRCTN{digits}", "scheme": "isrctn", "role": "registry"}
        draft.put("identifiers[0]", value, number)
    _state_numbers(draft, trial.at("externalRefs"))
    draft.text_of("brief_title", about.at("title"))
    draft.text_of("official_title", _told(about.at("scientificTitle")))
    draft.text_of("acronym", _told(about.at("acronym")))
    draft.text_of("brief_summary", _first_told(about, "plainEnglishSummary", "studyHypothesis"))
    _state_status(draft, trial)
    draft.date("study_first_post_date", number.at("@dateAssigned"))
    draft.date("last_update_post_date", trial.at("@lastUpdated"))
    _state_design(draft, trial)
    people = trial.at("participants")
    draft.people("planned", people.at("targetEnrolment"))
    draft.people("actual", people.at("totalFinalEnrolment"))
    _state_eligibility(draft, people)
    _state_outcomes(draft, about)
    for condition in trial.each("conditions", "condition"):
        for words in split_numbered(clean(condition.at("description").text)):
            draft.name("conditions", _like(condition.at("description"), words))
    for given in trial.each("interventions", "intervention"):
        _state_interventions(draft, given)
    _state_places(draft, people)
    _state_parties(draft, whole)
    _state_papers(draft, trial)
    return draft.record()


def _like(node: Node, words: str) -> Node:
    return Node(words, node.pointer)


def _told(node: Node) -> Node:
    """The node, or nothing where its words only say that nothing was given."""
    return Node(None, node.pointer) if _ABSENT.fullmatch(node.text) else node


def _first_told(node: Node, *names: str) -> Node:
    return next((n for name in names if (n := _told(node.at(name))).text), Node(None, node.pointer))


def _state_numbers(draft: Entry, numbers: Node) -> None:
    for name, role in (
        ("eudraCTNumber", "secondary"),
        ("clinicalTrialsGovNumber", "secondary"),
        ("protocolSerialNumber", "sponsor"),
        ("irasNumber", "secondary"),
    ):
        for words in re.split(r"[,;]\s*", clean(_told(numbers.at(name)).text)):
            draft.identifier(_like(numbers.at(name), words), role)
    for node in numbers.each("secondaryNumbers", "secondaryNumber"):
        draft.identifier(_told(node), "secondary")


def _state_status(draft: Entry, trial: Node) -> None:
    design, people = trial.at("trialDesign"), trial.at("participants")
    override = _first_told(design, "overallStatusOverride")
    override = override if override.text else _first_told(people, "recruitmentStatusOverride")
    if override.text:
        draft.choice(
            "overall_status", override, lambda w: _OVERRIDES.get(w.casefold()) or lists.read_status(w)
        )
    draft.text_of("why_stopped", design.at("reasonAbandoned"))
    start = _first_told(design, "overallStartDate")
    draft.date("start_date", start if start.text else people.at("recruitmentStart"))
    draft.date("completion_date", design.at("overallEndDate"))


def _state_design(draft: Entry, trial: Node) -> None:
    design = trial.at("trialDesign")
    draft.choice("study_type", _told(design.at("primaryStudyDesign")), lists.read_study_type)
    told = [design.at(n) for n in ("secondaryStudyDesign", "allocation", "studyDesign", "methodology")]
    for node in told:
        found = re.search(r"\b(?P<no>non|not)?[\s-]?randomi[sz]ed\b", node.text, re.IGNORECASE)
        if found and not draft.holds("design.allocation"):
            draft.put("design.allocation", "NON_RANDOMIZED" if found["no"] else "RANDOMIZED", node)
    for node in (design.at("masking"), design.at("studyDesign")):
        _state_masking(draft, node)
    for node in (design.at("assignment"), design.at("studyDesign")):
        found = re.search(
            r"\b(?P<PARALLEL>parallel)\b|\b(?P<CROSSOVER>cross-?over)\b|\b(?P<FACTORIAL>factorial)\b|"
            r"\b(?P<SINGLE_GROUP>single[\s-](?:arm|group))\b|\b(?P<SEQUENTIAL>sequential)\b",
            node.text,
            re.IGNORECASE,
        )
        if found and not draft.holds("design.intervention_model"):
            draft.put("design.intervention_model", found.lastgroup, node)
    kinds = [k for k in (*design.each("trialTypes", "trialType"), *design.each("purpose")) if k.text]
    values = [(lists.read_purpose(k.text), k) for k in kinds]
    if len(values) == 1 and values[0][0] is not None and values[0][0] != "OTHER":
        draft.put("design.primary_purpose", values[0][0], values[0][1])
    phase = _told(trial.at("interventions", "intervention", "phase"))
    draft.phases(phase)


def _state_masking(draft: Entry, node: Node) -> None:
    found = re.search(
        r"\b(?:(?P<DOUBLE>double)|(?P<SINGLE>single)|(?P<TRIPLE>triple)|(?P<QUADRUPLE>quadruple))[\s-]?"
        r"(?:blind|mask)|\b(?P<NONE>open[\s-]?label|masking not used|unblinded)\b|^(?P<open>open)\b",
        node.text,
        re.IGNORECASE,
    )
    if found and not draft.holds("design.masking"):
        draft.put("design.masking", "NONE" if found.lastgroup == "open" else found.lastgroup, node)


def _state_eligibility(draft: Entry, people: Node) -> None:
    draft.criteria(Node(None, people.pointer), people.at("inclusion"), people.at("exclusion"))
    draft.choice("eligibility.sex", _told(people.at("gender")), lists.read_sex)
    for side, name in (("minimum", "lowerAgeLimit"), ("maximum", "upperAgeLimit")):
        node = people.at(name)
        if isinstance(node, Element) and not node.text and node.at("@value").text:
            words = f"{node.at('@value').text} {node.at('@unit').text}"
            node = Node(words, node.at("@value").pointer)
        draft.age(side, node)
    healthy = people.at("healthyVolunteersAllowed")
    if healthy.flag is not None:
        draft.put("eligibility.healthy_volunteers", healthy.flag, healthy)
        return
    for kind in people.each("participantTypes", "participantType"):
        if "healthy volunteer" in kind.text.casefold():
            draft.put("eligibility.healthy_volunteers", True, kind)


def _state_outcomes(draft: Entry, about: Node) -> None:
    for level, many, one in (
        ("primary", "primaryOutcomes", "primaryOutcome"),
        ("secondary", "secondaryOutcomes", "secondaryOutcome"),
    ):
        before = draft.count("outcomes")
        for node in about.each(many, "outcomeMeasure"):
            draft.outcome(level, node.at("variable"), node.at("timepoints"), node.at("method"))
        if draft.count("outcomes") > before:
            continue
        node = _told(about.at(one))
        for words in split_numbered(clean(node.text)):
            draft.outcome(level, _like(node, words))


def _state_interventions(draft: Entry, given: Node) -> None:
    kind_node = given.at("interventionType")
    kind = lists.read_intervention_type(kind_node.text)
    text, drugs = _told(given.at("description")), _told(given.at("drugNames"))
    names = [
        n.strip(" .")
        for n in re.split(r"[;\n]|,\s(?![^()\[\]]{0,200}[)\]])", clean(drugs.text))
        if n.strip(" .")
    ]
    if kind_node.text and kind is None:
        draft.remark("unknown_words", f"no type of intervention means {kind_node.text[:60]!r}", kind_node)
    if not names:
        draft.intervention(text, kind, kind_node)
    for name in names:
        draft.intervention(_like(drugs, name), kind, kind_node, text if len(names) == 1 else None)


def _state_places(draft: Entry, people: Node) -> None:
    told = set()
    for place in people.each("trialCentres", "trialCentre"):
        told.add(place.at("country").text)
        names = (("facility", "name"), ("city", "city"), ("state", "state"), ("country", "country"))
        draft.location(**{part: _told(place.at(name)) for part, name in names})
    for country in people.each("recruitmentCountries", "country"):
        if country.text not in told:
            draft.location(country=country)


def _state_parties(draft: Entry, whole: Node) -> None:
    """Sponsors, funders and contacts, which stand beside the trial in the full form."""
    for sponsor in whole.each("sponsor"):
        kind = sponsor.at("sponsorType")
        class_ = "INDUSTRY" if kind.text.casefold() == "industry" else None
        if draft.holds("lead_sponsor"):
            draft.collaborator(sponsor.at("organisation"))
        else:
            draft.sponsor("lead_sponsor", sponsor.at("organisation"), class_, kind)
    for funder in whole.each("funder"):
        draft.collaborator(_told(funder.at("name")))
    for person in whole.each("contact"):
        names = [person.at(n).text for n in ("title", "forename", "surname")]
        details = person.at("contactDetails")
        draft.contact(
            person.at("surname"),
            " ".join(n for n in names if n),
            role=person.at("contactTypes", "contactType"),
            phone=details.at("telephone"),
            email=details.at("email"),
        )


_RELATIONS = (("result", "result"), ("protocol", "background"))


def _state_papers(draft: Entry, trial: Node) -> None:
    """Papers: the links of outputs with their kind, else the lines of the older free text."""
    for output in trial.each("outputs", "output"):
        link = output.at("externalLink")
        address = link.at("@url") if isinstance(link, Element) else link
        kind = (output.at("@outputType").text or output.at("description").text).casefold()
        _state_paper(draft, address if address.text else link, kind)
    details = trial.at("results", "publicationDetails")
    for line in clean(details.text).split("\n"):
        _state_paper(draft, _like(details, line), line.casefold())


def _state_paper(draft: Entry, node: Node, kind: str) -> None:
    words = node.text
    pmid, doi = _PMID.search(words), DOI.search(words)
    if not pmid and not doi:
        return
    number = (pmid[1] or pmid[2]) if pmid else None
    name = doi.group().rstrip(".,;)]") if doi else None
    known = draft.values("publications")
    if any((number and p["pmid"] == number) or (name and p["doi"] == name) for p in known):
        return
    year = re.match(r"((?:19|20)\d\d)\b", words)
    relation = next((r for word, r in _RELATIONS if word in kind), None)
    draft.publication(
        node, doi=name, pmid=number, date=read_date(year[1]) if year else None, relation=relation
    )
