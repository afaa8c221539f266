"""FHIR ResearchStudy of releases 4 and 5, alone, in a Bundle, and one a line."""

# ruff: noqa: E501  documents look as they look

import json
import pathlib
from typing import Any

import pytest

from trialwright.errors import ReadError
from trialwright.formats import read_text
from trialwright.formats.opening import read_paths
from trialwright.model.source import Record
from trialwright.model.study import Refusal

R4: dict[str, Any] = {
    "resourceType": "ResearchStudy",
    "id": "calf",
    "identifier": [
        {"system": "http://clinicaltrials.gov", "value": "NCT09990051"},
        {"type": {"text": "Org Study ID"}, "value": "ZEL-9"},
        {"value": "none"},
    ],
    "title": "Zelomab for cramp",
    "status": "closed-to-accrual",
    "phase": {"coding": [{"code": "phase-1-phase-2"}]},
    "primaryPurposeType": {"coding": [{"code": "supportive-care"}]},
    "category": [{"text": "Allocation: whatever"}, {"coding": [{"display": "Randomized"}]}],
    "condition": [{"text": "Cramp"}, {"coding": [{"display": "Calf Pain"}]}],
    "keyword": [{"text": "night"}],
    "description": "Cramp keeps people awake.",
    "period": {"start": "2031-02", "end": "2032-03-04"},
    "sponsor": {"reference": "#org"},
    "principalInvestigator": {"reference": "#person"},
    "site": [{"reference": "#place"}, {"reference": "Location/elsewhere", "display": "Far Clinic"}],
    "enrollment": [{"reference": "#people"}],
    "arm": [{"name": "Zelomab", "type": {"coding": [{"display": "Experimental"}]}, "description": "nightly"}],
    "contained": [
        {"resourceType": "Organization", "id": "org", "name": "Northport General Hospital"},
        {"resourceType": "Practitioner", "id": "person", "name": [{"given": ["Ada"], "family": "Ferro"}],
         "telecom": [{"system": "email", "value": "ada@calf.example"}]},
        {"resourceType": "Location", "id": "place", "name": "Ward 3", "address": {"city": "Northport", "country": "Chile"}},
        {"resourceType": "Group", "id": "people", "actual": False, "quantity": 64, "characteristic": [
            {"code": {"text": "gender"}, "valueCodeableConcept": {"text": "female"}, "exclude": False},
            {"code": {"text": "age"}, "valueRange": {"low": {"value": 18, "unit": "years"}}, "exclude": False}]},
    ],
}  # fmt: skip
R5: dict[str, Any] = {
    "resourceType": "ResearchStudy",
    "id": "calf5",
    "identifier": [{"value": "NCT09990052"}],
    "title": "zelomab-cramp",
    "label": [
        {"type": {"coding": [{"code": "official"}]}, "value": "Zelomab against night cramp"},
        {"type": {"coding": [{"code": "short-title"}]}, "value": "A drug for cramp"},
    ],
    "status": "active",
    "progressStatus": [
        {"state": {"coding": [{"code": "recruiting"}]}, "period": {"start": "2031-01", "end": "2031-09"}},
        {"state": {"coding": [{"code": "completed"}]}, "actual": True, "period": {"start": "2031-10"}},
    ],
    "studyDesign": [{"coding": [{"display": "Interventional"}]}, {"coding": [{"display": "Double Blind"}]}],
    "descriptionSummary": "Short.",
    "description": "Long.",
    "recruitment": {"targetNumber": 90, "actualNumber": 84, "eligibility": {"reference": "EvidenceVariable/who"}},
    "associatedParty": [
        {"name": "Calf Pharma", "role": {"coding": [{"code": "lead-sponsor"}]},
         "classifier": [{"coding": [{"code": "industry"}]}]},
        {"name": "Sock Foundation", "role": {"coding": [{"code": "collaborator"}]}},
    ],
    "comparisonGroup": [{"name": "Placebo", "type": {"text": "Placebo Comparator"}, "intendedExposure": [{"display": "sugar pill"}]}],
    "outcomeMeasure": [
        {"name": "Cramps a week", "type": [{"coding": [{"code": "primary"}]}], "description": "by diary"},
        {"name": "Sleep", "type": [{"coding": [{"code": "secondary"}]}]},
    ],
    "relatedArtifact": [{"type": "citation", "label": "result", "citation": "J Invent Med. 2033;1:1. PMID: 99990051"}],
}  # fmt: skip
WHO = {"resourceType": "EvidenceVariable", "id": "who", "description": "Inclusion Criteria: can stand"}


def said(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
    return values


def test_release_4_with_contained_resources() -> None:
    (record,) = read_text(json.dumps(R4))
    values = said(record)
    assert record.source.format == "fhir"
    assert values["identifiers[0]"]["role"] == "registry"
    assert values["identifiers[1]"] == {"value": "ZEL-9", "scheme": "other", "role": "sponsor"}
    assert "identifiers[2]" not in values
    assert values["overall_status"] == "ACTIVE_NOT_RECRUITING"
    assert values["phases"] == ["PHASE1", "PHASE2"]
    assert values["design.primary_purpose"] == "SUPPORTIVE_CARE"
    assert values["design.allocation"] == "RANDOMIZED"
    assert (values["conditions[0]"], values["conditions[1]"]) == ("Cramp", "Calf Pain")
    assert values["start_date"] == {"value": "2031-02", "precision": "month", "kind": None}
    assert values["lead_sponsor.name"] == "Northport General Hospital"
    assert (values["contacts[0].name"], values["contacts[0].email"]) == ("Ada Ferro", "ada@calf.example")
    assert (values["locations[0].facility"], values["locations[0].city"]) == ("Ward 3", "Northport")
    assert values["locations[1].facility"] == "Far Clinic"
    assert values["enrollment.planned"] == 64
    assert values["eligibility.sex"] == "FEMALE"
    assert values["eligibility.minimum_age"] == {"value": "18", "unit": "a"}
    assert (values["arms[0].label"], values["arms[0].type"]) == ("Zelomab", "EXPERIMENTAL")
    assert values["brief_summary"] == "Cramp keeps people awake."


def test_release_5_in_a_bundle() -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": WHO}, {"resource": R5}]}
    (record,) = read_text(json.dumps(bundle))
    values = said(record)
    assert values["official_title"] == "Zelomab against night cramp"
    assert values["brief_title"] == "A drug for cramp"
    assert values["overall_status"] == "COMPLETED"
    assert values["study_type"] == "INTERVENTIONAL"
    assert values["design.masking"] == "DOUBLE"
    assert (values["enrollment.planned"], values["enrollment.actual"]) == (90, 84)
    assert (values["lead_sponsor.name"], values["lead_sponsor.class"]) == ("Calf Pharma", "INDUSTRY")
    assert values["collaborators[0].name"] == "Sock Foundation"
    assert values["arms[0].type"] == "PLACEBO_COMPARATOR"
    assert values["arms[0].interventions[0]"] == "sugar pill"
    assert (values["outcomes[0].level"], values["outcomes[1].level"]) == ("primary", "secondary")
    assert values["eligibility.text"] == "Inclusion Criteria: can stand"
    assert values["publications[0]"]["pmid"] == "99990051"
    assert values["publications[0]"]["relation"] == "result"
    assert (values["brief_summary"], values["detailed_description"]) == ("Short.", "Long.")
    for statement in record.statements:
        node: Any = bundle
        for step in (statement.pointer or "").split("/")[1:]:
            node = node[int(step)] if isinstance(node, list) else node[step]
        assert node is not None


def test_labelled_categories_plans_and_criteria_in_a_display() -> None:
    study = {
        **R4,
        "category": [{"text": t} for t in ("Study Type: Interventional", "Masking: None (Open Label)",
                                           "Intervention Model: Parallel Assignment", "Allocation: Randomized")],
        "enrollment": [{"reference": "#gone", "display": "Inclusion Criteria:\n\n - can stand"}],
        "protocol": [{"reference": "#plan"}, {"reference": "#bare"}],
        "contained": [
            {"resourceType": "PlanDefinition", "id": "plan", "name": "zelomab", "type": {"text": "Drug"},
             "subjectCodeableConcept": {"text": "Zelomab"}},
            {"resourceType": "PlanDefinition", "id": "bare", "name": "Plan 1"},
        ],
    }  # fmt: skip
    values = said(read_text(json.dumps(study))[0])
    assert values["study_type"] == "INTERVENTIONAL"
    assert values["design.masking"] == "NONE"
    assert values["design.intervention_model"] == "PARALLEL"
    assert values["design.allocation"] == "RANDOMIZED"
    assert values["eligibility.text"] == "Inclusion Criteria:\n\n - can stand"
    assert (values["interventions[0].name"], values["interventions[0].type"]) == ("zelomab", "DRUG")
    assert values["arms[0].interventions[0]"] == "zelomab"
    assert "interventions[1].name" not in values


def test_the_publication_status_of_release_5_is_no_recruitment_status() -> None:
    study = {k: v for k, v in R5.items() if k != "progressStatus"}
    assert "overall_status" not in said(read_text(json.dumps(study))[0])


def test_one_a_line_with_other_resources_and_a_bad_line(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "export.ndjson"
    lines = [json.dumps(R4), json.dumps(WHO), '{"resourceType": "ResearchStudy", ', json.dumps({"resourceType": "ResearchStudy"}), json.dumps(R5)]  # fmt: skip
    path.write_text("\n".join(lines))
    found = list(read_paths([path]))
    assert [isinstance(f, Refusal) for f in found] == [False, True, True, False]
    assert found[1].uri.endswith("#3")  # type: ignore[union-attr]
    assert found[0].source.uri.endswith("#calf")  # type: ignore[union-attr]


def test_a_reference_to_the_outside_is_not_followed() -> None:
    study = {**R4, "sponsor": {"reference": "http://127.0.0.1:9/Organization/x", "display": "Shown Sponsor"}}
    assert said(read_text(json.dumps(study))[0])["lead_sponsor.name"] == "Shown Sponsor"


@pytest.mark.parametrize("value", [{"resourceType": "ResearchStudy", "identifier": "", "site": 7, "arm": "x"}, {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "ResearchStudy"}}]}])  # fmt: skip
def test_odd_shapes_end_in_a_sentence(value: Any) -> None:
    with pytest.raises(ReadError, match="ResearchStudy"):
        read_text(json.dumps(value))


def test_an_objective_is_not_lost_in_silence() -> None:
    study = {"resourceType": "ResearchStudy", "title": "Tea", "objective": [{"name": "To learn about tea"}]}
    (record,) = read_text(json.dumps(study))
    assert isinstance(record, Record)
    assert any(n.code == "no_field" and "To learn about tea" in n.message for n in record.notes)
