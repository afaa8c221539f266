"""CTIS records: codes, countries and both shapes of the portal's JSON."""

# ruff: noqa: E501  documents look as they look

import json
import pathlib
from typing import Any

import pytest

from trialwright.formats import read_text
from trialwright.formats.ctis import country_names
from trialwright.formats.opening import read_paths
from trialwright.model.source import Record
from trialwright.model.study import Refusal

PART = {
    "trialDetails": {
        "clinicalTrialIdentifiers": {
            "fullTitle": "Zelomab against calf cramp",
            "publicTitle": "A drug for cramp",
            "shortTitle": "ZEL-7",
            "secondaryIdentifyingNumbers": {"nctNumber": {"number": "NCT09990021"}},
        },
        "trialInformation": {
            "trialCategory": {"trialPhase": "10"},
            "medicalCondition": {"partIMedicalConditions": [{"medicalCondition": "Cramp"}]},
            "trialObjective": {"mainObjective": "Fewer cramps"},
            "eligibilityCriteria": {
                "principalInclusionCriteria": [
                    {"number": 10, "principalInclusionCriteria": "tenth"},
                    {"number": 2, "principalInclusionCriteria": "second"},
                ],
                "principalExclusionCriteria": [{"number": 1, "principalExclusionCriteria": "pregnancy"}],
            },
            "endPoint": {
                "primaryEndPoints": [{"number": 1, "endPoint": "cramps a week"}],
                "secondaryEndPoints": [{"number": 1, "endPoint": "sleep"}],
            },
            "trialDuration": {"estimatedEndDate": "2033-01-31", "estimatedRecruitmentStartDate": "2031-02-01"},
            "populationOfTrialSubjects": {
                "isFemaleSubjects": True,
                "isMaleSubjects": False,
                "clinicalTrialGroups": [{"code": "2", "name": "Patients"}],
            },
        },
    },
    "products": [
        {"productName": "Zelo 5 mg", "allSubstancesChemicals": True, "productDictionaryInfo": {"activeSubstanceName": "zelomab"}}
    ],
    "sponsors": [
        {"primary": True, "organisation": {"name": "Calf Pharma", "type": "Pharmaceutical company"},
         "publicContacts": [{"functionalName": "Trial desk", "functionalEmailAddress": "desk@calf.example"}]}
    ],
    "rowCountriesInfo": [{"name": "Chile"}],
}  # fmt: skip
TRIAL: dict[str, Any] = {
    "ctNumber": "2030-512345-12-00",
    "ctStatus": 5,
    "startDateEU": "03/04/2031",
    "ageGroup": "65+ years, 18-64 years",
    "totalNumberEnrolled": "75",
    "authorizedApplication": {
        "eudraCt": {"eudraCtCode": "2029-001234-18"},
        "authorizedPartI": PART,
        "authorizedPartsII": [
            {"mscInfo": {"countryName": "Spain"}, "recruitmentSubjectCount": 40,
             "trialSites": [{"organisationAddressInfo": {"organisation": {"name": "Clinica Norte"},
                             "address": {"city": "Bilbao", "countryName": "Spain"}}}]},
            {"mscInfo": {"countryName": "France"}, "recruitmentSubjectCount": 35},
        ],
    },
}  # fmt: skip


def said(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
    return values


def one(**change: Any) -> Record:
    (record,) = read_text(json.dumps({**TRIAL, **change}))
    return record


def test_a_whole_trial() -> None:
    record = one()
    values = said(record)
    assert record.source.format == "ctis"
    assert [values[f"identifiers[{n}]"]["value"] for n in range(4)] == [
        "2030-512345-12-00", "2029-001234-18", "NCT09990021", "ZEL-7",
    ]  # fmt: skip
    assert values["identifiers[3]"]["role"] == "sponsor"
    assert values["brief_title"] == "A drug for cramp"
    assert values["overall_status"] == "ACTIVE_NOT_RECRUITING"
    assert values["phases"] == ["PHASE2", "PHASE3"]
    assert values["start_date"] == {"value": "2031-04-03", "precision": "day", "kind": "ACTUAL"}
    assert values["completion_date"] == {"value": "2033-01-31", "precision": "day", "kind": "ESTIMATED"}
    assert values["enrollment.planned"] == 75
    assert values["eligibility.sex"] == "FEMALE"
    assert values["eligibility.healthy_volunteers"] is False
    assert values["eligibility.minimum_age"] == {"value": "18", "unit": "a"}
    assert record.absent["eligibility.maximum_age"] == "not_applicable"
    assert (
        values["eligibility.text"]
        == "Inclusion Criteria:\n1. second\n2. tenth\n\nExclusion Criteria:\n1. pregnancy"
    )
    assert (values["interventions[0].name"], values["interventions[0].other_names[0]"]) == (
        "Zelo 5 mg",
        "zelomab",
    )
    assert values["lead_sponsor.class"] == "INDUSTRY"
    assert [values[f"locations[{n}].country"] for n in range(3)] == ["Spain", "France", "Chile"]
    assert values["locations[0].facility"] == "Clinica Norte"


@pytest.mark.parametrize(
    ("status", "value"),
    [(2, "NOT_YET_RECRUITING"), (3, "RECRUITING"), (4, "RECRUITING"), (6, "SUSPENDED"), (8, "COMPLETED"), (10, "TERMINATED"),
     (12, "WITHDRAWN"), ("Authorised, not started", "NOT_YET_RECRUITING"), (1, None), (9, None), (11, None)],
)  # fmt: skip
def test_status_codes(status: Any, value: str | None) -> None:
    record = one(ctStatus=status)
    assert said(record).get("overall_status") == value
    assert ("overall_status" in record.absent) == (value is None)


@pytest.mark.parametrize(
    ("code", "phases"),
    [("1", ["PHASE1"]), ("4", ["PHASE2"]), ("5", ["PHASE3"]), ("6", ["PHASE4"]), ("8", ["PHASE1", "PHASE2"]), ("11", ["PHASE3", "PHASE4"])],
)  # fmt: skip
def test_phase_codes(code: str, phases: list[str]) -> None:
    text = json.dumps(TRIAL).replace('"trialPhase": "10"', f'"trialPhase": "{code}"')
    assert said(read_text(text)[0])["phases"] == phases


def test_countries_are_cut_at_their_names_and_not_at_commas() -> None:
    words = "Spain:Authorised, recruitment pending, France:Ongoing, recruitment ended"
    assert country_names(words) == ["Spain", "France"]


def test_a_row_of_the_search() -> None:
    row = {"ctNumber": "2030-512345-12-00", "ctStatus": 3, "ctTitle": "Cramp", "trialPhase": "Phase II and Phase III",
           "conditions": "Cramp", "trialCountries": ["Spain:4", "France:2"], "sponsor": "Calf Pharma"}  # fmt: skip
    (record,) = read_text(json.dumps({"pagination": {"page": 1}, "data": [row]}))
    values = said(record)
    assert values["brief_title"] == "Cramp"
    assert values["phases"] == ["PHASE2", "PHASE3"]
    assert values["locations[1].country"] == "France"
    assert values["lead_sponsor.name"] == "Calf Pharma"


def test_pointers_are_json_pointers_of_the_record() -> None:
    for statement in one().statements:
        node: Any = TRIAL
        for step in (statement.pointer or "").split("/")[1:]:
            node = (
                node[int(step)]
                if isinstance(node, list)
                else node[step.replace("~1", "/").replace("~0", "~")]
            )
        assert node is not None


def test_a_bad_line_is_refused_and_the_next_is_read(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "many.ndjson"
    path.write_text(json.dumps(TRIAL) + '\n{"ctNumber": \n{"other": 1}\n' + json.dumps(TRIAL) + "\n")
    found = list(read_paths([path]))
    assert [isinstance(f, Refusal) for f in found] == [False, True, True, False]
    assert found[1].uri.endswith("#2")  # type: ignore[union-attr]


def test_the_shared_records(shared: pathlib.Path) -> None:
    records = list(read_paths([shared / "data/registry/ctrdata_demo.zip"]))
    mine = [said(r) for r in records if isinstance(r, Record) and r.source.format == "ctis"]
    assert len(mine) == 4
    for values in mine:
        assert values["identifiers[0]"]["scheme"] == "ctis"
        assert values["overall_status"]
        assert values["phases"]
        assert values["eligibility.text"].startswith("Inclusion Criteria:\n1. ")
        assert values["locations[0].facility"]
