"""People and places of a FHIR ResearchStudy: eligibility, sponsors, contacts, sites, papers.

Takes the draft of a record, the resource and a way to follow its references.
"""

from __future__ import annotations

import re
from typing import Protocol

from trialwright.formats.entries import Entry, clean
from trialwright.formats.nodes import Node
from trialwright.formats.publication import DOI
from trialwright.language import enumerations as lists

_PMID = re.compile(r"pubmed[^\s]{0,40}?/(\d{4,9})\b|\bPMID:?\s*(\d{4,9})\b", re.IGNORECASE)


class Following(Protocol):
    """Finds the resource that a reference means."""

    def follow(self, node: Node) -> Node:
        """The resource, or a node without a value."""


def _words(concept: Node) -> Node:
    inner = concept.at("concept") if concept.at("concept") else concept
    return inner.at("text") if inner.at("text").text else inner.at("coding").first("display", "code")


def state_eligibility(draft: Entry, study: Node, references: Following) -> None:
    """Size, limits and text of the population: recruitment in release 5, a group in release 4."""
    recruitment = study.at("recruitment")
    draft.people("planned", recruitment.at("targetNumber"))
    draft.people("actual", recruitment.at("actualNumber"))
    named = [recruitment.at("eligibility"), *study.each("enrollment")]
    for reference in named:
        group = references.follow(reference)
        if group.at("quantity").text:
            draft.people("actual" if group.at("actual").flag else "planned", group.at("quantity"))
        text = group.at("description")
        # Some exporters put the criteria where a reference shows its name.
        if not text.text and re.search(r"\b(?:in|ex)clusion criteria\b", reference.at("display").text, re.I):
            text = reference.at("display")
        if text.text and not draft.holds("eligibility.text"):
            draft.text_of("eligibility.text", text)
        for trait in group.each("characteristic"):
            _state_trait(draft, trait)


def _state_trait(draft: Entry, trait: Node) -> None:
    code = " ".join(n.text.casefold() for n in (*_codes(trait.at("code")), trait.at("description")))
    excluded = trait.at("exclude").flag is True
    value = trait.at("valueCodeableConcept")
    if re.search(r"\b(?:gender|sex)\b", code) and value and not excluded:
        draft.choice("eligibility.sex", _words(value), lists.read_sex)
    elif re.search(r"\bage\b|\b63900-5\b|\b30525-0\b", code) and not excluded:
        for side, end in (("minimum", "low"), ("maximum", "high")):
            limit = trait.at("valueRange", end)
            unit = limit.first("unit", "code").text or "a"
            unit = {"a": "year", "mo": "month", "wk": "week", "d": "day"}.get(unit, unit)
            draft.age(side, limit.at("value"), unit)


def state_parties(draft: Entry, study: Node, references: Following) -> None:
    """Sponsors, investigators and contacts."""
    for party in study.each("associatedParty"):
        codes = [c.text.casefold().replace(" ", "-") for c in _codes(party.at("role"))]
        role = " ".join(codes)
        found = references.follow(party.at("party"))
        name = party.at("name") if party.at("name").text else _name(found, party.at("party"))
        if "lead-sponsor" in codes or "sponsor" in codes:
            classes = [c for k in party.each("classifier") for c in _codes(k)]
            class_ = next((v for c in classes if (v := lists.read_sponsor_class(c.text))), None)
            if not draft.holds("lead_sponsor"):
                draft.sponsor("lead_sponsor", name, class_, classes[0] if classes else None)
        elif "collaborator" in role or "funding" in role or "sponsor" in role:
            draft.collaborator(name)
        elif "investigator" in role or "contact" in role or "chair" in role or "director" in role:
            _state_contact(draft, name, found, _words(party.at("role")))
    sponsor = study.at("sponsor")
    if sponsor and not draft.holds("lead_sponsor"):
        draft.sponsor("lead_sponsor", _name(references.follow(sponsor), sponsor))
    person = study.at("principalInvestigator")
    if person:
        _state_contact(draft, _name(references.follow(person), person), references.follow(person), Node(None))
    for contact in study.each("contact"):
        _state_contact(draft, contact.at("name"), contact, Node(None))


def _codes(concept: Node) -> list[Node]:
    inner = concept.at("concept") if concept.at("concept") else concept
    found = [n for c in inner.each("coding") for n in (c.at("code"), c.at("display"))]
    return [n for n in (*found, inner.at("text")) if n.text]


def _name(found: Node, reference: Node) -> Node:
    """The name of an organisation, a person or a place; else what the reference shows for it."""
    name = found.at("name")
    if isinstance(name.value, (dict, list)):
        if name.at("text").text:
            return name.at("text")
        given = [g.text for g in name.each("given") if g.text]
        return Node(" ".join([*given, name.at("family").text]).strip(), name.pointer)
    return name if name.text else reference.at("display")


def _state_contact(draft: Entry, name: Node, where: Node, role: Node) -> None:
    reach = {n.at("system").text: n.at("value") for n in where.each("telecom")}
    nothing = Node(None)
    draft.contact(
        name, name.text, role=role, phone=reach.get("phone", nothing), email=reach.get("email", nothing)
    )


def state_places(draft: Entry, study: Node, references: Following) -> None:
    """Sites with their addresses; where there are none, the countries."""
    for site in study.each("site"):
        found = references.follow(site)
        address = found.at("address")
        draft.location(
            facility=_name(found, site),
            city=address.at("city"),
            state=address.at("state"),
            country=address.at("country"),
        )
    if not study.each("site"):
        for place in (*study.each("location"), *study.each("region")):
            draft.location(country=_words(place))


def state_papers(draft: Entry, study: Node) -> None:
    """Related papers; the kind of relation tells whether they report the study."""
    for paper in study.each("relatedArtifact"):
        kind = paper.at("type").text
        if kind not in (
            "citation",
            "justification",
            "documentation",
            "derived-from",
            "cites",
            "composed-of",
            "",
        ):
            continue
        telling = [paper.at(n) for n in ("citation", "url", "display", "label")]
        telling += [paper.at("document", "url"), paper.at("resourceReference", "display")]
        words = " ".join(n.text for n in telling)
        pmid, doi = _PMID.search(words), DOI.search(words)
        citation = clean(paper.first("citation", "display").text)
        if not (pmid or doi or paper.at("citation").text):
            continue
        kinds = [c.text for k in paper.each("classifier") for c in _codes(k)]
        title = " ".join([paper.at("label").text, *kinds]).casefold()
        relation = next((r for r in ("result", "background", "derived") if r in title), None)
        draft.publication(
            next(n for n in telling if n.text),
            doi=doi.group().rstrip(".,;)]") if doi else None,
            pmid=(pmid[1] or pmid[2]) if pmid else None,
            citation=citation or None,
            relation=relation,
        )
