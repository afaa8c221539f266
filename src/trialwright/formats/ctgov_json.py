r"""Records of ClinicalTrials.gov as its API (version 2) gives them: a JSON object a study, or a part of one.

Takes one study, gives its record; arrays, `{"studies": [...]}` and lines are cut into studies before, by
`splitting`. Texts come with the escapes of CommonMark (`\\>`), which the values are without.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from trialwright.errors import ReadError
from trialwright.formats import ctgov_v1
from trialwright.formats import registry as values
from trialwright.formats.ctgov_results import state_results
from trialwright.formats.document import Document
from trialwright.formats.entry import Entry
from trialwright.formats.values import unescape
from trialwright.model.source import Record

NAME = "ctgov-json"
KINDS = ("JSON",)
OLD_NAME = "ctgov-v1-json"

_SECTIONS = ("protocolSection", "resultsSection", "derivedSection", "annotationSection", "documentSection")
_KEY = re.compile(
    r'"(?:protocolSection|resultsSection|FullStudiesResponse|ProtocolSection|identificationModule|'
    r"descriptionModule|eligibilityModule|designModule|statusModule|armsInterventionsModule|outcomesModule)"
    r'"\s*:'
)
_BARE_MODULE = re.compile(r'\s*\{\s*"(?:eligibilityCriteria|healthyVolunteers)"\s*:')
_LEVELS = (("primary", "primaryOutcomes"), ("secondary", "secondaryOutcomes"), ("other", "otherOutcomes"))
_RELATIONS = {"BACKGROUND": "background", "RESULT": "result", "DERIVED": "derived"}
_MOST_DIGITS = 12

Node = Mapping[str, Any]


def sniff(text: str) -> float:
    """A JSON object with the sections or modules of a study."""
    head = text[:20_000]
    if _BARE_MODULE.match(head) and '"eligibilityCriteria"' in head:
        return 0.6
    return 0.95 if head.lstrip()[:1] == "{" and _KEY.search(head) else 0.0


def read(document: Document) -> tuple[Record, ...]:
    """The one record of a study; ReadError where the JSON is broken or says nothing of a study."""
    node = parse(document.text, document.uri)
    places: dict[str, str] | None = None
    if study := ctgov_v1.study_of(node):
        node, places = ctgov_v1.to_version_2(*study)
    return (read_study(document, node, places),)


def parse(text: str, uri: str = "") -> Node:
    """The JSON object that the text is; ReadError with a sentence where it is none."""
    try:
        node = msgspec.json.decode(text)
    except RecursionError:
        raise ReadError("it is nested too deeply to be a record of a trial", where=uri) from None
    except (msgspec.DecodeError, UnicodeError) as error:
        told = str(error).partition(":")[2].strip() or str(error)
        raise ReadError(
            f"it is no valid JSON: {told[:200]}", where=uri, cure="the file may be cut off; fetch it again"
        ) from None
    if not isinstance(node, dict):
        raise ReadError("its JSON is no object with a study in it", where=uri)
    return node


def read_study(document: Document, node: Node, places: dict[str, str] | None = None) -> Record:
    """The record of a study in the shape of version 2; `places` leads pointers back to another shape."""
    entry = Entry(document, OLD_NAME if places is not None else NAME)
    if not any(key in node for key in _SECTIONS):
        _state_modules(entry, node, "")
        if "eligibilityCriteria" in node:
            _state_eligibility(entry, node, "")
    else:
        _state_modules(entry, _object(node, "protocolSection"), "/protocolSection")
        results = _object(node, "resultsSection")
        if results:
            state_results(entry, results, "/resultsSection")
    if entry.is_empty():
        raise ReadError("it is JSON, but no study of ClinicalTrials.gov is in it", where=document.uri)
    if places is not None:
        entry.point_back(places)
    return entry.record()


def _state_modules(entry: Entry, section: Node, at: str) -> None:
    for name, state in _MODULES.items():
        module = section.get(name)
        if isinstance(module, dict):
            state(entry, module, f"{at}/{name}")


# -- plain values, whatever type they turn out to have ------------------------------------------------


def _object(node: Node, key: str) -> Node:
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def _text(node: Node, key: str) -> str | None:
    found = node.get(key)
    return found.strip() or None if isinstance(found, str) else None


def _objects(node: Node, key: str, at: str) -> Iterator[tuple[Node, str]]:
    """The objects of a list, each with its pointer."""
    found = node.get(key)
    if isinstance(found, list):
        for number, item in enumerate(found):
            if isinstance(item, dict):
                yield item, f"{at}/{key}/{number}"


def _texts(node: Node, key: str, at: str) -> Iterator[tuple[str, str]]:
    """The strings of a list, each with its pointer."""
    found = node.get(key)
    if isinstance(found, list):
        for number, item in enumerate(found):
            if isinstance(item, str) and item.strip():
                yield item.strip(), f"{at}/{key}/{number}"


def _state_text(entry: Entry, field: str, node: Node, key: str, at: str) -> None:
    if words := _text(node, key):
        plain = unescape(words) if "\\" in words else words
        entry.state(field, plain, f"{at}/{key}", values.differing(words, plain))


def _text_of(entry: Entry, field: str, node: Node, key: str, at: str) -> None:
    if words := _text(node, key):
        plain = unescape(words) if "\\" in words else words
        entry.state_of(field, plain, f"{at}/{key}", values.differing(words, plain))


def _listed(
    entry: Entry, field: str, node: Node, key: str, at: str, read_word: Callable[[str], str | None]
) -> None:
    if words := _text(node, key):
        values.state_listed(entry, field, words, f"{at}/{key}", read_word)


def _truth(node: Node, key: str) -> bool | None:
    found = node.get(key)
    return found if isinstance(found, bool) else values.read_yes_no(found) if isinstance(found, str) else None


def _number(node: Node, key: str) -> int | None:
    found = node.get(key)
    if isinstance(found, str) and found.strip().isdecimal() and len(found.strip()) <= _MOST_DIGITS:
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


# -- the modules ---------------------------------------------------------------------------------------


def _state_identification(entry: Entry, module: Node, at: str) -> None:
    if number := _text(module, "nctId"):
        values.state_identifier(entry, number, "registry", f"{at}/nctId")
    for alias, place in _texts(module, "nctIdAliases", at):
        values.state_identifier(entry, alias, "alias", place)
    own = _object(module, "orgStudyIdInfo")
    if number := _text(own, "id"):
        values.state_identifier(entry, number, "sponsor", f"{at}/orgStudyIdInfo/id", _text(own, "type"))
    for item, place in _objects(module, "secondaryIdInfos", at):
        if number := _text(item, "id"):
            values.state_identifier(entry, number, "secondary", f"{place}/id", _text(item, "type"))
    for field, key in (
        ("brief_title", "briefTitle"),
        ("official_title", "officialTitle"),
        ("acronym", "acronym"),
    ):
        _state_text(entry, field, module, key, at)


def _state_status(entry: Entry, module: Node, at: str) -> None:
    _listed(entry, "overall_status", module, "overallStatus", at, values.read_status)
    _listed(entry, "last_known_status", module, "lastKnownStatus", at, values.read_status)
    _state_text(entry, "why_stopped", module, "whyStopped", at)
    for field, key in (
        ("start_date", "startDateStruct"),
        ("primary_completion_date", "primaryCompletionDateStruct"),
        ("completion_date", "completionDateStruct"),
        ("study_first_post_date", "studyFirstPostDateStruct"),
        ("results_first_post_date", "resultsFirstPostDateStruct"),
        ("last_update_post_date", "lastUpdatePostDateStruct"),
    ):
        date = _object(module, key)
        if words := _text(date, "date"):
            values.state_date(entry, field, words, f"{at}/{key}/date", _text(date, "type"))
    if words := _text(module, "statusVerifiedDate"):
        values.state_date(entry, "status_verified_date", words, f"{at}/statusVerifiedDate")


def _state_sponsors(entry: Entry, module: Node, at: str) -> None:
    lead = _object(module, "leadSponsor")
    if name := _text(lead, "name"):
        inside = f"{at}/leadSponsor"
        values.state_lead(entry, name, _text(lead, "class"), f"{inside}/name", f"{inside}/class")
    for item, place in _objects(module, "collaborators", at):
        if name := _text(item, "name"):
            values.state_collaborator(entry, name, _text(item, "class"), place)


def _state_description(entry: Entry, module: Node, at: str) -> None:
    _state_text(entry, "brief_summary", module, "briefSummary", at)
    _state_text(entry, "detailed_description", module, "detailedDescription", at)


def _state_conditions(entry: Entry, module: Node, at: str) -> None:
    for field in ("conditions", "keywords"):
        for words, place in _texts(module, field, at):
            values.state_name(entry, field, words, place)


def _state_design(entry: Entry, module: Node, at: str) -> None:
    _listed(entry, "study_type", module, "studyType", at, values.read_study_type)
    if phases := [words for words, _ in _texts(module, "phases", at)]:
        values.state_phases(entry, phases, f"{at}/phases")
    design, inside = _object(module, "designInfo"), f"{at}/designInfo"
    _listed(entry, "design.allocation", design, "allocation", inside, values.read_allocation)
    _listed(entry, "design.intervention_model", design, "interventionModel", inside, values.read_model)
    _listed(entry, "design.primary_purpose", design, "primaryPurpose", inside, values.read_purpose)
    for field, key, read_word in (
        ("design.observational_model", "observationalModel", values.read_observational_model),
        ("design.time_perspective", "timePerspective", values.read_time_perspective),
    ):
        _listed(entry, field, design, key, inside, read_word)
    masking, inside = _object(design, "maskingInfo"), f"{inside}/maskingInfo"
    if words := _text(masking, "masking"):
        values.state_masking(entry, words, f"{inside}/masking")
    if who := [words for words, _ in _texts(masking, "whoMasked", inside)]:
        found = [role for role in (values.read_role(words) for words in who) if role is not None]
        if found:
            entry.state(
                "design.who_masked", found, f"{inside}/whoMasked", None if found == who else "; ".join(who)
            )
    enrollment = _object(module, "enrollmentInfo")
    count = _number(enrollment, "count")
    if count is not None:
        status = entry.value("overall_status")
        place = f"{at}/enrollmentInfo/count"
        values.state_enrollment(entry, count, _text(enrollment, "type"), place, status)
    elif "count" in enrollment:
        entry.lack("enrollment.planned", "unparsable")


def _state_arms(entry: Entry, module: Node, at: str) -> None:
    for arm, place in _objects(module, "armGroups", at):
        if not (label := _text(arm, "label")):
            continue
        field = entry.add("arms")
        entry.state_of(f"{field}.label", label, f"{place}/label")
        if words := _text(arm, "type"):
            values.listed_of(entry, f"{field}.type", words, f"{place}/type", values.read_arm_type)
        _text_of(entry, f"{field}.description", arm, "description", place)
        if names := [words for words, _ in _texts(arm, "interventionNames", place)]:
            plain = [_without_type(name) for name in names]
            raw = None if plain == names else "; ".join(names)
            entry.state_of(f"{field}.interventions", plain, f"{place}/interventionNames", raw)
    for item, place in _objects(module, "interventions", at):
        if not (name := _text(item, "name")):
            continue
        field = entry.add("interventions")
        entry.state_of(f"{field}.name", name, f"{place}/name")
        if words := _text(item, "type"):
            values.listed_of(entry, f"{field}.type", words, f"{place}/type", values.read_intervention_type)
        _text_of(entry, f"{field}.description", item, "description", place)
        if names := [words for words, _ in _texts(item, "otherNames", place)]:
            entry.state_of(f"{field}.other_names", names, f"{place}/otherNames")


def _without_type(name: str) -> str:
    """The name without its type: X of "Drug: X"; a name with a colon of its own stays whole."""
    head, colon, tail = name.partition(":")
    return tail.strip() if colon and tail.strip() and values.read_intervention_type(head) else name


def _state_outcomes(entry: Entry, module: Node, at: str) -> None:
    for level, key in _LEVELS:
        for item, place in _objects(module, key, at):
            if not _text(item, "measure"):
                entry.note("outcome_without_measure", f"a {level} outcome has no measure")
                continue
            field = entry.add("outcomes")
            entry.state_of(f"{field}.level", level, place)
            _text_of(entry, f"{field}.measure", item, "measure", place)
            _text_of(entry, f"{field}.time_frame", item, "timeFrame", place)
            _text_of(entry, f"{field}.description", item, "description", place)


def _state_eligibility(entry: Entry, module: Node, at: str) -> None:
    _state_text(entry, "eligibility.text", module, "eligibilityCriteria", at)
    _listed(entry, "eligibility.sex", module, "sex" if "sex" in module else "gender", at, values.read_sex)
    for side, key in (("minimum", "minimumAge"), ("maximum", "maximumAge")):
        if words := _text(module, key):
            values.state_age(entry, f"eligibility.{side}_age", words, f"{at}/{key}")
    accepted = _truth(module, "healthyVolunteers")
    if accepted is not None:
        raw = _text(module, "healthyVolunteers")
        entry.state("eligibility.healthy_volunteers", accepted, f"{at}/healthyVolunteers", raw)


def _state_places(entry: Entry, module: Node, at: str) -> None:
    for item, place in _objects(module, "locations", at):
        value: dict[str, Any] = {}
        for key in ("facility", "city", "state", "country"):
            if words := _text(item, key):
                value[key] = words
        if (words := _text(item, "status")) and (status := values.read_status(words)):
            value["status"] = status
        if value:
            entry.state_of(entry.add("locations"), value, place)
    for field, key in (("contacts", "centralContacts"), ("officials", "overallOfficials")):
        for item, place in _objects(module, key, at):
            value = {k: w for k in ("name", "role", "phone", "email", "affiliation") if (w := _text(item, k))}
            if "name" in value:
                if "phone" in value and (extension := _text(item, "phoneExt")):
                    value["phone"] += f" ext. {extension}"
                entry.state_of(entry.add(field), value, place)


def _state_references(entry: Entry, module: Node, at: str) -> None:
    for item, place in _objects(module, "references", at):
        values.state_publication(
            entry,
            place,
            pmid=_text(item, "pmid"),
            citation=_text(item, "citation"),
            relation=_RELATIONS.get((_text(item, "type") or "").upper()),
        )


_MODULES: Mapping[str, Callable[[Entry, Node, str], None]] = {
    "identificationModule": _state_identification,
    "statusModule": _state_status,
    "sponsorCollaboratorsModule": _state_sponsors,
    "descriptionModule": _state_description,
    "conditionsModule": _state_conditions,
    "designModule": _state_design,
    "armsInterventionsModule": _state_arms,
    "outcomesModule": _state_outcomes,
    "eligibilityModule": _state_eligibility,
    "contactsLocationsModule": _state_places,
    "referencesModule": _state_references,
}
