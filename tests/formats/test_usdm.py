"""USDM: the definition of an invented study, its codes and what is passed over."""

# ruff: noqa: E501  documents look as they look

import copy
import json
from typing import Any

import pytest

from trialwright.errors import ReadError
from trialwright.formats import read_text
from trialwright.model.source import Record


def term(code: str, decode: str) -> dict[str, Any]:
    return {"code": code, "decode": decode}


DESIGN: dict[str, Any] = {
    "instanceType": "InterventionalStudyDesign",
    "studyType": term("C98388", "Interventional Study"),
    "studyPhase": {"standardCode": term("C15694", "Phase II/III Trial")},
    "model": term("C82639", "Parallel Study"),
    "blindingSchema": {"standardCode": term("C15228", "Double Blind Study")},
    "characteristics": [term("C25196", "Randomized")],
    "subTypes": [term("C49656", "Treatment Study")],
    "indications": [{"label": "Night cramp"}],
    "population": {
        "plannedSex": [term("C16576", "Female"), term("C20197", "Male")],
        "plannedAge": {
            "minValue": {"value": 18, "unit": {"standardCode": term("C29848", "Year")}},
            "maxValue": {"value": 75.0, "unit": {"standardCode": term("C29848", "Year")}},
        },
        "plannedEnrollmentNumber": {"value": 120.0},
        "includesHealthySubjects": False,
    },
    "eligibilityCriteria": [
        {"category": term("C25370", "Exclusion"), "criterionItemId": "i2"},
        {"category": term("C25532", "Inclusion"), "criterionItemId": "i1"},
    ],
    "objectives": [
        {"level": term("C85826", "Primary Objective"), "endpoints": [
            {"text": "<p>Cramps a <b>week</b></p>", "level": term("C94496", "Primary Endpoint")}]},
        {"level": term("C85827", "Secondary Objective"), "endpoints": [
            {"text": "Sleep", "level": term("C139173", "Secondary Endpoint")}]},
    ],
    "arms": [{"id": "a1", "name": "ARM1", "label": "Zelomab", "type": term("C174266", "Investigational Arm")}],
    "elements": [{"id": "e1", "studyInterventionIds": ["n1"]}],
    "studyCells": [{"armId": "a1", "elementIds": ["e1"]}],
}  # fmt: skip
STUDY: dict[str, Any] = {
    "study": {
        "name": "STUDY-1",
        "versions": [{
            "titles": [
                {"text": "Zelomab against night cramp", "type": term("C207616", "Official Study Title")},
                {"text": "A drug for cramp", "type": term("C207615", "Brief Study Title")},
                {"text": "CALF", "type": term("C94108", "Study Acronym")},
            ],
            "organizations": [
                {"id": "o1", "name": "CT-GOV", "type": term("C93453", "Study Registry")},
                {"id": "o2", "name": "Calf Pharma", "type": term("C54149", "Pharmaceutical Company"),
                 "managedSites": [{"name": "Ward 3", "country": term("CHL", "Chile")}]},
            ],
            "studyIdentifiers": [{"text": "NCT09990061", "scopeId": "o1"}, {"text": "ZEL-11", "scopeId": "o2"}],
            "roles": [{"code": term("C70793", "Sponsor"), "organizationIds": ["o2"]}],
            "studyDesigns": [DESIGN],
            "eligibilityCriterionItems": [{"id": "i1", "text": "can stand"}, {"id": "i2", "text": "cannot sit"}],
            "studyInterventions": [{"id": "n1", "label": "Zelomab", "type": term("C1909", "Drug"), "description": "tablet"}],
        }],
    },
    "usdmVersion": "4.0.0",
}  # fmt: skip


def said(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
    return values


def test_a_study_definition() -> None:
    (record,) = read_text(json.dumps(STUDY))
    values = said(record)
    assert record.source.format == "usdm"
    assert values["identifiers[0]"] == {"value": "NCT09990061", "scheme": "nct", "role": "registry"}
    assert values["identifiers[1]"]["role"] == "sponsor"
    assert (values["brief_title"], values["acronym"]) == ("A drug for cramp", "CALF")
    assert values["official_title"] == "Zelomab against night cramp"
    assert values["study_type"] == "INTERVENTIONAL"
    assert values["phases"] == ["PHASE2", "PHASE3"]
    assert values["design.intervention_model"] == "PARALLEL"
    assert values["design.masking"] == "DOUBLE"
    assert values["design.allocation"] == "RANDOMIZED"
    assert values["design.primary_purpose"] == "TREATMENT"
    assert values["conditions[0]"] == "Night cramp"
    assert values["eligibility.sex"] == "ALL"
    assert values["eligibility.minimum_age"] == {"value": "18", "unit": "a"}
    assert values["eligibility.maximum_age"] == {"value": "75", "unit": "a"}
    assert values["eligibility.healthy_volunteers"] is False
    assert values["enrollment.planned"] == 120
    assert (
        values["eligibility.text"]
        == "Inclusion Criteria:\n1. can stand\n\nExclusion Criteria:\n1. cannot sit"
    )
    assert (values["outcomes[0].measure"], values["outcomes[0].level"]) == ("Cramps a week", "primary")
    assert values["outcomes[1].level"] == "secondary"
    assert (values["arms[0].label"], values["arms[0].type"]) == ("Zelomab", "EXPERIMENTAL")
    assert values["arms[0].interventions[0]"] == "Zelomab"
    assert (values["interventions[0].type"], values["interventions[0].description"]) == ("DRUG", "tablet")
    assert (values["lead_sponsor.name"], values["lead_sponsor.class"]) == ("Calf Pharma", "INDUSTRY")
    assert (values["locations[0].facility"], values["locations[0].country"]) == ("Ward 3", "Chile")


@pytest.mark.parametrize("words", ["Not Available", "N/A", "TBD", ""])
def test_placeholders_are_no_values(words: str) -> None:
    study = copy.deepcopy(STUDY)
    version = study["study"]["versions"][0]
    version["studyDesigns"][0]["indications"] = [{"label": words}]
    version["titles"][0]["text"] = words
    values = said(read_text(json.dumps(study))[0])
    assert "official_title" not in values
    assert "conditions[0]" not in values


def test_texts_are_filled_with_the_values_that_they_refer_to() -> None:
    study = copy.deepcopy(STUDY)
    version = study["study"]["versions"][0]
    age = version["studyDesigns"][0]["population"]["plannedAge"]
    age.update({"id": "r1", "instanceType": "Range"})
    version["dictionaries"] = [{"parameterMaps": [
        {"tag": "low", "reference": '<usdm:ref klass="Range" id="r1" attribute="minValue"></usdm:ref>'},
        {"tag": "loop", "reference": '<usdm:tag name="loop"/>'}]}]  # fmt: skip
    version["eligibilityCriterionItems"][0]["text"] = (
        '<p>at least <usdm:tag name="low"/>, <usdm:tag name="gone"/> or <usdm:tag name="loop"/></p>'
    )
    text = said(read_text(json.dumps(study))[0])["eligibility.text"]
    assert text.startswith("Inclusion Criteria:\n1. at least 18 year, [gone] or [loop]\n")


def test_a_study_without_a_version_ends_in_a_sentence() -> None:
    text = json.dumps({"study": {**STUDY["study"], "versions": []}, "usdmVersion": "4.0.0"})
    with pytest.raises(ReadError, match="USDM"):
        read_text(text)


def test_odd_shapes_give_a_poor_record() -> None:
    odd = {"titles": 3, "studyDesigns": "x", "roles": [1], "studyIdentifiers": [{"text": ["a"]}]}
    (record,) = read_text(json.dumps({"study": {"versions": [odd]}, "usdmVersion": "4.0.0"}))
    assert record.statements == ()
