"""FHIR ResearchStudy, releases 4 to 5: one resource, a Bundle, or one a line.

Takes such a document, gives a record a study. References are followed inside the document only, to
`contained` resources and to other entries of the Bundle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from trialwright.errors import ReadError
from trialwright.formats.document import Document
from trialwright.formats.entries import Entry, clean, collect, guarded, part_of, refuse
from trialwright.formats.fhirparts import state_eligibility, state_papers, state_parties, state_places
from trialwright.formats.nodes import Node, read_json
from trialwright.language import enumerations as lists
from trialwright.model.source import Record
from trialwright.model.study import Refusal

NAME = "fhir"
# What its documents look like before anybody reads them.
KINDS = ("JSON",)

_MARK = re.compile(r'"resourceType"\s*:\s*"(ResearchStudy|Bundle)"')
_NOTHING = "it is no ResearchStudy with a number or a title"
# The codes of release 4's `status`; release 5 has those of ClinicalTrials.gov as well, in progressStatus.
_STATUS = {
    "active": "RECRUITING",
    "approved": "NOT_YET_RECRUITING",
    "closed-to-accrual": "ACTIVE_NOT_RECRUITING",
    "closed-to-accrual-and-intervention": "ACTIVE_NOT_RECRUITING",
    "administratively-completed": "TERMINATED",
    "temporarily-closed-to-accrual": "SUSPENDED",
    "temporarily-closed-to-accrual-and-intervention": "SUSPENDED",
}
_PUBLICATION_STATES = frozenset({"draft", "active", "retired", "unknown"})
_LABELS = {"official": "official_title", "scientific": "official_title", "acronym": "acronym",
           "plain-language": "brief_title", "short-title": "brief_title", "brief": "brief_title",
           "public": "brief_title", "primary": "brief_title", "short": "brief_title"}  # fmt: skip
_R5 = frozenset({"label", "associatedParty", "progressStatus", "recruitment", "comparisonGroup", "whyStopped",
                 "outcomeMeasure", "descriptionSummary", "studyDesign", "version", "url"})  # fmt: skip


def sniff(text: str) -> float:
    """The resource's own name for itself."""
    head = text[:200_000]
    found = _MARK.search(head) if head.lstrip()[:1] in ("{", "[") else None
    if found is None:
        return 0.0
    return 0.99 if found[1] == "ResearchStudy" or '"ResearchStudy"' in text else 0.0


def read(document: Document) -> tuple[Record | Refusal, ...]:
    """A record a study."""
    found = collect(document, _studies(document))
    if not found:
        raise ReadError("the Bundle holds no ResearchStudy", cure="give the studies themselves")
    return found


def _studies(document: Document) -> Iterator[Record | Refusal]:
    position = 0
    for item in read_json(document.text):
        if item.node is None:
            yield refuse(document, item.name, item.problem)
            continue
        resources = list(_resources(item.node))
        known = _index(resources)
        chosen = [r for r, _ in resources if r.at("resourceType").text == "ResearchStudy"]
        if item.name and not chosen and item.node.at("resourceType").text not in ("", "Bundle"):
            continue  # an export a line holds the studies' organisations and groups beside them
        if item.name and not chosen:
            yield refuse(document, item.name, _NOTHING)
        for study in chosen:
            name = study.at("id").text or item.name
            part = part_of(document, item.text, name if item.name or len(chosen) > 1 else "")
            yield guarded(document, name, _NOTHING, _record, part, study, known, position)
            position += 1


def _resources(node: Node) -> Iterator[tuple[Node, str]]:
    """The resources of a Bundle with the address of each; a resource alone is its own."""
    if node.at("resourceType").text != "Bundle":
        yield node, ""
        return
    for entry in node.each("entry"):
        yield entry.at("resource"), entry.at("fullUrl").text


def _index(resources: list[tuple[Node, str]]) -> dict[str, Node]:
    known = {}
    for node, address in resources:
        kind, name = node.at("resourceType").text, node.at("id").text
        if address:
            known[address] = node
        if kind and name:
            known[f"{kind}/{name}"] = node
    return known


class References:
    """Finds what a reference means inside the document; nothing is ever fetched."""

    def __init__(self, study: Node, known: dict[str, Node]) -> None:
        self._known = known
        self._own = {n.at("id").text.lstrip("#"): n for n in study.each("contained")}

    def follow(self, node: Node) -> Node:
        """The resource that a reference means, or a node without a value."""
        address = node.at("reference").text
        if address.startswith("#"):
            return self._own.get(address[1:], Node(None, node.pointer))
        short = "/".join(address.split("/_history")[0].split("/")[-2:])
        return self._known.get(address) or self._known.get(short) or Node(None, node.pointer)


def words_of(node: Node) -> Node:
    """What a concept is called: its text, else the name or the code of its first coding."""
    inner = node.at("concept") if node.at("concept") else node
    if inner.at("text").text:
        return inner.at("text")
    for coding in inner.each("coding"):
        if coding.at("display").text:
            return coding.at("display")
    return inner.at("coding", "code")


def codes_of(node: Node) -> Iterator[Node]:
    """All words by which a concept may be known, codes first."""
    inner = node.at("concept") if node.at("concept") else node
    for coding in inner.each("coding"):
        yield coding.at("code")
        yield coding.at("display")
    yield inner.at("text")


def _record(document: Document, study: Node, known: dict[str, Node], position: int) -> Record:
    if not study.each("identifier") and not study.at("title").text and not study.each("label"):
        raise ValueError("no number and no title")
    draft = Entry(document, NAME, position)
    references = References(study, known)
    fifth = any(study.at(name) for name in _R5)
    _state_identifiers(draft, study)
    for label in study.each("label"):
        kinds = [c.text.casefold().replace(" ", "-") for c in codes_of(label.at("type"))]
        field = next((_LABELS[k] for k in kinds if k in _LABELS), None)
        if field and not draft.holds(field):
            draft.text_of(field, label.at("value"))
    if not draft.holds("brief_title"):
        draft.text_of("brief_title", study.at("title"))
    draft.text_of("brief_summary", study.at("descriptionSummary") if fifth else study.at("description"))
    if fifth:
        draft.text_of("detailed_description", study.at("description"))
    _state_status(draft, study, fifth)
    draft.date("start_date", study.at("period", "start"))
    draft.date("completion_date", study.at("period", "end"))
    _state_design(draft, study)
    for name, names in (("condition", "conditions"), ("keyword", "keywords")):
        for node in study.each(name):
            draft.name(names, words_of(node))
    _state_arms(draft, study, references)
    _state_plans(draft, study, references)
    for node in study.each("focus"):
        draft.intervention(words_of(node))
    for outcome in study.each("outcomeMeasure"):
        told = " ".join(c.text.casefold() for kind in outcome.each("type") for c in codes_of(kind))
        level = "primary" if "primary" in told else "secondary" if "secondary" in told else "other"
        draft.outcome(level, outcome.at("name"), None, outcome.at("description"))
    state_eligibility(draft, study, references)
    state_parties(draft, study, references)
    state_places(draft, study, references)
    state_papers(draft, study)
    for aim in study.each("objective"):
        objective_words = aim.first("name", "description")
        if objective_words.text:
            draft.remark(
                "no_field",
                f"objectives have no place in a study: {objective_words.text[:200]!r}",
                objective_words,
            )
    return draft.record()


def _state_identifiers(draft: Entry, study: Node) -> None:
    for number in study.each("identifier"):
        kind = " ".join(n.text.casefold() for n in codes_of(number.at("type")))
        kind += " " + number.at("use").text + " " + number.at("system").text.casefold()
        role = "secondary"
        if "grant" in kind or "funding" in kind:
            role = "grant"
        elif "sponsor" in kind or "org" in kind.split() or "org study id" in kind or "protocol" in kind:
            role = "sponsor"
        draft.identifier(number.at("value"), role)


def _state_status(draft: Entry, study: Node, fifth: bool) -> None:
    """The state of the study: the progress that is going on now, else the status of the older release."""
    states = [p for p in study.each("progressStatus") if p.at("state")]
    now = [p for p in states if not p.at("period", "end").text and p.at("actual").flag is not False] or states
    told = [c for p in reversed(now) for c in codes_of(p.at("state")) if c.text]
    status = study.at("status")
    if not (fifth and status.text in _PUBLICATION_STATES):
        told.append(status)
    for node in told:
        value = _STATUS.get(node.text.casefold()) or lists.read_status(node.text.replace("-", " "))
        if value:
            draft.put("overall_status", value, node)
            break
    else:
        if told and told[0].text:
            draft.unread("overall_status", told[0])
    if study.at("whyStopped"):
        draft.text_of("why_stopped", words_of(study.at("whyStopped")))
    elif study.at("reasonStopped"):
        draft.text_of("why_stopped", words_of(study.at("reasonStopped")))


def _state_design(draft: Entry, study: Node) -> None:
    for node in codes_of(study.at("phase")):
        words = re.sub(r"phase-(\d)-phase-(\d)", r"phase \1/phase \2", node.text.casefold()).replace("-", " ")
        found = lists.read_phases({"n a": "N/A", "n/a": "N/A"}.get(words, words))
        if found:
            draft.put("phases", list(found), node)
            break
    else:
        if study.at("phase"):
            draft.unread("phases", words_of(study.at("phase")))
    _first_read(draft, "design.primary_purpose", codes_of(study.at("primaryPurposeType")), lists.read_purpose)
    designs = [
        c for name in ("studyDesign", "category", "classifier") for d in study.each(name) for c in codes_of(d)
    ]
    _first_read(draft, "study_type", designs, lists.read_study_type)
    _first_read(draft, "design.allocation", designs, lists.read_allocation)
    _first_read(draft, "design.intervention_model", designs, lists.read_model)
    for node in designs:
        found_masking = lists.read_masking(re.sub(r"^[Mm]asking: ", "", node.text))
        if found_masking and not draft.holds("design.masking"):
            draft.put("design.masking", found_masking[0], node)
            if found_masking[1]:
                draft.put("design.who_masked", list(found_masking[1]), node)


def _first_read(draft: Entry, field: str, nodes: Any, read: Any) -> None:
    """The first of the words that a list knows; "Allocation: Randomized" has its label before it."""
    for node in nodes:
        words = node.text.partition(": ")[2] or node.text
        value = read(re.sub(r"(?<=[a-z])-(?=[a-z])", " ", words)) or read(words)
        if value and not draft.holds(field):
            draft.put(field, value, node)
            return


def _state_arms(draft: Entry, study: Node, references: References) -> None:
    """Arms of release 4, comparison groups of release 5 with what each is exposed to."""
    for arm in (*study.each("arm"), *study.each("comparisonGroup")):
        if not arm.at("name").text:
            continue
        field = draft.next("arms")
        draft.put(f"{field}.label", clean(arm.at("name").text), arm.at("name"))
        _first_read(draft, f"{field}.type", codes_of(arm.at("type")), lists.read_arm_type)
        draft.text_of(f"{field}.description", arm.at("description"))
        size = references.follow(arm.at("observedGroup")).at("quantity")
        if size.text.isdigit():
            draft.put(f"{field}.size", int(size.text), size)
        for exposure in arm.each("intendedExposure"):
            found = references.follow(exposure)
            node = found.first("title", "name") if found else exposure.at("display")
            name = draft.intervention(node, more=found.at("description"))
            if name:
                draft.put(f"{field}.interventions[{draft.count(field + '.interventions')}]", name, node)


def _state_plans(draft: Entry, study: Node, references: References) -> None:
    """Protocols of release 4 that stand for one intervention each, some with the arm that gets it."""
    labels = draft.values("arms.label")
    for reference in study.each("protocol"):
        plan = references.follow(reference)
        kind = words_of(plan.at("type"))
        known = lists.read_intervention_type(kind.text)
        if not known:
            continue
        name = draft.intervention(plan.first("name", "title"), known, kind, plan.at("description"))
        arm = words_of(plan.at("subjectCodeableConcept"))
        if name and arm.text in labels:
            field = f"arms[{labels.index(arm.text)}].interventions"
            draft.put(f"{field}[{draft.count(field)}]", name, plan.first("name", "title"))
