"""Records of ClinicalTrials.gov in its older XML (`<clinical_study>`), whole or as fragments of one.

Takes one record, gives it with an XPath for every value; files of many are cut before, by `splitting`.
One pass over the elements of the root, with a table that says what each means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from trialwright.errors import ReadError
from trialwright.formats import registry as values
from trialwright.formats import textblock
from trialwright.formats.ctgov_xml_parsing import (
    INSIDE,
    ROOT,
    first_tag,
    is_fragment,
    lone_block,
    parse,
)
from trialwright.formats.ctgov_xml_results import state_results
from trialwright.formats.document import Document
from trialwright.formats.entry import Entry
from trialwright.model.source import Record

NAME = "ctgov-xml"
KINDS = ("XML",)

State = Callable[[Entry, Element, str], None]


def sniff(text: str) -> float:
    """The root of a record, or elements that stand inside one."""
    head = text[:20_000]
    if f"<{ROOT}" in head:
        return 0.95
    tag = first_tag(head)
    return 0.9 if tag in ELEMENTS or is_fragment(tag) else 0.0


def read(document: Document) -> tuple[Record, ...]:
    """The one record of the document; ReadError where it is not well-formed or holds nothing known."""
    if block := lone_block(document):
        return textblock.read(block)
    root, at = parse(document.text, ELEMENTS, document.uri)
    entry = Entry(document, NAME)
    counts: dict[str, int] = {}
    known = False
    for child in root:
        tag = child.tag
        count = counts.get(tag, 0) + 1
        counts[tag] = count
        state = ELEMENTS.get(tag)
        if state is not None:
            known = True
            state(entry, child, f"{at}/{tag}" if tag not in _REPEATED else f"{at}/{tag}[{count}]")
    _state_assignments(entry, root, at)
    if at == INSIDE:
        entry.shorten_pointers(INSIDE)
    if entry.is_empty():
        raise ReadError(
            "its elements hold no value" if known else f"it is XML, but none of its elements is of a {ROOT}",
            where=document.uri,
        )
    if at in ("", INSIDE):
        entry.note("fragment", "a fragment of a record; what it belonged to is not known")
    return (entry.record(),)


# -- the elements --------------------------------------------------------------------------------------


def _words(element: Element | None) -> str | None:
    """The words in an element, None where there are none."""
    text = element.text if element is not None else None
    return text.strip() or None if text else None


def _line(element: Element | None) -> str | None:
    """The words of an element on one line, whatever breaks the writer of the file made."""
    words = _words(element)
    return " ".join(words.split()) if words and ("\n" in words or "  " in words) else words


def _block(element: Element) -> str | None:
    """The text of a block without the indentation that its place in the file gave it."""
    text = element.text
    if not text or not (words := text.strip()):
        return None
    at = text.index(words[0])
    margin = text[text.rfind("\n", 0, at) + 1 : at]
    if not margin:
        return words
    return "\n".join(line.rstrip() for line in words.replace("\n" + margin, "\n").split("\n"))


def _title(field: str) -> State:
    def state(entry: Entry, element: Element, at: str) -> None:
        if words := _line(element):
            entry.state(field, words, at)

    return state


def _text(field: str) -> State:
    def state(entry: Entry, element: Element, at: str) -> None:
        block = element.find("textblock")
        words = _block(element if block is None else block)
        if words:
            entry.state(field, words, at if block is None else f"{at}/textblock")

    return state


def _listed(field: str, read_word: Callable[[str], str | None]) -> State:
    def state(entry: Entry, element: Element, at: str) -> None:
        if words := _line(element):
            values.state_listed(entry, field, words, at, read_word)

    return state


def _date(field: str) -> State:
    def state(entry: Entry, element: Element, at: str) -> None:
        if words := _line(element):
            values.state_date(entry, field, words, at, element.get("type"))

    return state


def _state_names(field: str) -> State:
    def state(entry: Entry, element: Element, at: str) -> None:
        if words := _line(element):
            values.state_name(entry, field, words, at)

    return state


def _state_numbers(entry: Entry, element: Element, at: str) -> None:
    counts: dict[str, int] = {}
    numbers = []
    for child in element:
        counts[child.tag] = counts.get(child.tag, 0) + 1
        if words := _line(child):
            numbers.append((_NUMBERS.get(child.tag), words, f"{at}/{child.tag}[{counts[child.tag]}]", child))
    # The registry's own number goes first, wherever it stands in the file.
    for role in ("registry", "alias", "sponsor", "secondary"):
        for told, words, place, child in numbers:
            if told == role:
                values.state_identifier(entry, words, role, place, child.get("type") or child.get("id_type"))


_NUMBERS = {
    "nct_id": "registry",
    "nct_alias": "alias",
    "org_study_id": "sponsor",
    "secondary_id": "secondary",
}


def _state_sponsors(entry: Entry, element: Element, at: str) -> None:
    count = 0
    for child in element:
        name, kind = _line(child.find("agency")), _line(child.find("agency_class"))
        if child.tag == "lead_sponsor" and name:
            inside = f"{at}/lead_sponsor"
            values.state_lead(entry, name, kind, f"{inside}/agency", f"{inside}/agency_class")
        elif child.tag == "collaborator":
            count += 1
            if name:
                values.state_collaborator(entry, name, kind, f"{at}/collaborator[{count}]")


def _state_design(entry: Entry, element: Element, at: str) -> None:
    for child in element:
        words = _line(child)
        if not words:
            continue
        place = f"{at}/{child.tag}"
        if child.tag == "masking":
            values.state_masking(entry, words, place)
        elif child.tag in _DESIGN:
            field, read_word = _DESIGN[child.tag]
            values.state_listed(entry, field, words, place, read_word)


_DESIGN: Mapping[str, tuple[str, Callable[[str], str | None]]] = {
    "allocation": ("design.allocation", values.read_allocation),
    "intervention_model": ("design.intervention_model", values.read_model),
    "primary_purpose": ("design.primary_purpose", values.read_purpose),
    "observational_model": ("design.observational_model", values.read_observational_model),
    "time_perspective": ("design.time_perspective", values.read_time_perspective),
}


def _state_phase(entry: Entry, element: Element, at: str) -> None:
    if words := _line(element):
        values.state_phases(entry, (words,), at)


def _state_enrollment(entry: Entry, element: Element, at: str) -> None:
    words = _words(element)
    if words is None:
        return
    if words.isdecimal() and len(words) <= 12:
        status = entry.value("overall_status")
        values.state_enrollment(entry, int(words), element.get("type"), at, status)
    else:
        entry.lack("enrollment.planned", "unparsable")


def _state_outcome(level: str) -> State:
    def state(entry: Entry, element: Element, at: str) -> None:
        if not _line(element.find("measure")):
            entry.note("outcome_without_measure", f"a {level} outcome has no measure")
            return
        field = entry.add("outcomes")
        entry.state_of(f"{field}.level", level, at)
        for child in element:
            if child.tag in ("measure", "time_frame", "description") and (words := _line(child)):
                entry.state_of(f"{field}.{child.tag}", words, f"{at}/{child.tag}")

    return state


def _state_arm(entry: Entry, element: Element, at: str) -> None:
    label = _line(element.find("arm_group_label"))
    if not label:
        return
    field = entry.add("arms")
    entry.state_of(f"{field}.label", label, f"{at}/arm_group_label")
    if words := _line(element.find("arm_group_type")):
        values.listed_of(entry, f"{field}.type", words, f"{at}/arm_group_type", values.read_arm_type)
    if words := _line(element.find("description")):
        entry.state_of(f"{field}.description", words, f"{at}/description")


def _state_intervention(entry: Entry, element: Element, at: str) -> None:
    name = _line(element.find("intervention_name"))
    if not name:
        return
    field = entry.add("interventions")
    entry.state_of(f"{field}.name", name, f"{at}/intervention_name")
    if words := _line(element.find("intervention_type")):
        place = f"{at}/intervention_type"
        values.listed_of(entry, f"{field}.type", words, place, values.read_intervention_type)
    if words := _line(element.find("description")):
        entry.state_of(f"{field}.description", words, f"{at}/description")
    if names := [words for child in element.findall("other_name") if (words := _line(child))]:
        entry.state_of(f"{field}.other_names", names, f"{at}/other_name")


def _state_assignments(entry: Entry, root: Element, at: str) -> None:
    """Which arm gets what: interventions name their arms, the study keeps it with the arms."""
    named: dict[str, tuple[list[str], str]] = {}
    for number, element in enumerate(root.findall("intervention"), start=1):
        name = _line(element.find("intervention_name"))
        for child in element.findall("arm_group_label") if name else ():
            if label := _line(child):
                place = f"{at}/intervention[{number}]/arm_group_label"
                names = named.setdefault(label, ([], place))[0]
                if name and name not in names:
                    names.append(name)
    position = 0
    for arm in root.findall("arm_group") if named else ():
        label = _line(arm.find("arm_group_label"))
        if label:
            if label in named:
                names, place = named[label]
                entry.state_of(f"arms[{position}].interventions", list(names), place)
            position += 1


def _state_eligibility(entry: Entry, element: Element, at: str) -> None:
    for child in element:
        tag = child.tag
        place = f"{at}/{tag}"
        if tag == "criteria":
            _STATE_CRITERIA(entry, child, place)
        elif words := _line(child):
            if tag == "gender":
                values.state_listed(entry, "eligibility.sex", words, place, values.read_sex)
            elif tag in ("minimum_age", "maximum_age"):
                values.state_age(entry, f"eligibility.{tag}", words, place)
            elif tag == "healthy_volunteers":
                answer = values.read_yes_no(words)
                if answer is None:
                    entry.lack("eligibility.healthy_volunteers", "unparsable")
                else:
                    entry.state("eligibility.healthy_volunteers", answer, place, words)


_STATE_CRITERIA = _text("eligibility.text")


def _state_place(entry: Entry, element: Element, at: str) -> None:
    value: dict[str, Any] = {}
    facility = element.find("facility")
    if facility is not None:
        if words := _line(facility.find("name")):
            value["facility"] = words
        for part in facility.find("address") or ():
            if part.tag in ("city", "state", "country") and (words := _line(part)):
                value[part.tag] = words
    if (words := _line(element.find("status"))) and (status := values.read_status(words)):
        value["status"] = status
    if value:
        entry.state_of(entry.add("locations"), value, at)


def _state_person(field: str, role: str | None) -> State:
    def state(entry: Entry, element: Element, at: str) -> None:
        parts = {child.tag: words for child in element if (words := _line(child))}
        names = (parts.get(tag) for tag in ("first_name", "middle_name", "last_name"))
        name = " ".join(n for n in names if n)
        if not name:
            return
        if degrees := parts.get("degrees"):
            name = f"{name}, {degrees}"
        value = {"name": name}
        if told := parts.get("role", role):
            value["role"] = told
        if phone := parts.get("phone"):
            value["phone"] = f"{phone} ext. {parts['phone_ext']}" if "phone_ext" in parts else phone
        value.update({key: parts[key] for key in ("email", "affiliation") if key in parts})
        entry.state_of(entry.add(field), value, at)

    return state


def _state_paper(relation: str | None) -> State:
    def state(entry: Entry, element: Element, at: str) -> None:
        pmid, citation = _words(element.find("PMID")), _line(element.find("citation"))
        values.state_publication(entry, at, pmid=pmid, citation=citation, relation=relation)

    return state


# What each element below the root means. `reference` holds background and papers found later alike.
ELEMENTS: Mapping[str, State] = {
    "id_info": _state_numbers,
    "brief_title": _title("brief_title"),
    "official_title": _title("official_title"),
    "acronym": _title("acronym"),
    "sponsors": _state_sponsors,
    "brief_summary": _text("brief_summary"),
    "detailed_description": _text("detailed_description"),
    "overall_status": _listed("overall_status", values.read_status),
    "last_known_status": _listed("last_known_status", values.read_status),
    "why_stopped": _title("why_stopped"),
    "start_date": _date("start_date"),
    "completion_date": _date("completion_date"),
    "primary_completion_date": _date("primary_completion_date"),
    "study_first_posted": _date("study_first_post_date"),
    "results_first_posted": _date("results_first_post_date"),
    "last_update_posted": _date("last_update_post_date"),
    "verification_date": _date("status_verified_date"),
    "phase": _state_phase,
    "study_type": _listed("study_type", values.read_study_type),
    "study_design_info": _state_design,
    "primary_outcome": _state_outcome("primary"),
    "secondary_outcome": _state_outcome("secondary"),
    "other_outcome": _state_outcome("other"),
    "enrollment": _state_enrollment,
    "condition": _state_names("conditions"),
    "keyword": _state_names("keywords"),
    "arm_group": _state_arm,
    "intervention": _state_intervention,
    "eligibility": _state_eligibility,
    "overall_official": _state_person("officials", None),
    "overall_contact": _state_person("contacts", "CONTACT"),
    "overall_contact_backup": _state_person("contacts", "CONTACT"),
    "location": _state_place,
    "reference": _state_paper(None),
    "results_reference": _state_paper("result"),
    "clinical_results": state_results,
}
_REPEATED = frozenset(
    {
        "primary_outcome", "secondary_outcome", "other_outcome", "condition", "keyword", "arm_group",
        "intervention", "overall_official", "location", "reference", "results_reference",
    }
)  # fmt: skip
