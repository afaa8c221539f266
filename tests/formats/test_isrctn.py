"""ISRCTN records: the register's XML and the same tree as JSON."""

# ruff: noqa: E501  documents look as they look

import pathlib
from typing import Any

import pytest

from trialwright.formats import read_text
from trialwright.formats.opening import read_paths
from trialwright.model.source import Record

XML = """<?xml version="1.0" encoding="UTF-8"?>
<allTrials totalCount="1" xmlns="http://www.67bricks.com/isrctn"><fullTrial><trial lastUpdated="2031-01-01" version="3">
<isrctn dateAssigned="2030-02-03T00:00:00.000Z">99990017</isrctn>
<trialDescription><title>Warm socks at night</title><scientificTitle>Do warm socks ease calf cramp?</scientificTitle>
<acronym>SOCK</acronym><plainEnglishSummary>Cramp keeps people awake.</plainEnglishSummary>
<primaryOutcomes><outcomeMeasure><variable>Cramps a week</variable><method>diary</method>
<timepoints>8 weeks</timepoints></outcomeMeasure></primaryOutcomes>
<secondaryOutcome>1. Sleep, by questionnaire
2. Falls</secondaryOutcome></trialDescription>
<externalRefs><eudraCTNumber>Nil known</eudraCTNumber><clinicalTrialsGovNumber>NCT09990017</clinicalTrialsGovNumber>
<protocolSerialNumber>SK-2030-1</protocolSerialNumber></externalRefs>
<trialDesign><studyDesign>Single-blind parallel-group randomised trial</studyDesign>
<primaryStudyDesign>Interventional</primaryStudyDesign><overallStatusOverride>Stopped</overallStatusOverride>
<reasonAbandoned>Socks ran out</reasonAbandoned><overallEndDate>2032-03-31T00:00:00.000Z</overallEndDate>
<trialTypes><trialType>Prevention</trialType></trialTypes></trialDesign>
<participants><recruitmentCountries><country>Wales</country><country>Chile</country></recruitmentCountries>
<trialCentres><trialCentre><name>Northport Clinic</name><city>Northport</city><country>Wales</country></trialCentre>
</trialCentres><participantTypes><participantType>Healthy volunteer</participantType></participantTypes>
<inclusion>Can walk</inclusion><exclusion>Wears stockings</exclusion><gender>Both</gender>
<lowerAgeLimit value="18" unit="Years"/><upperAgeLimit>80 Years</upperAgeLimit>
<targetEnrolment>120</targetEnrolment><totalFinalEnrolment>97</totalFinalEnrolment>
<recruitmentStart>2030-09-01T00:00:00.000Z</recruitmentStart></participants>
<conditions><condition><description>Calf cramp</description></condition></conditions>
<interventions><intervention><description>Socks worn at night</description>
<interventionType>Device</interventionType><phase>Not Applicable</phase></intervention></interventions>
<results><publicationDetails>2031 Results article in https://pubmed.ncbi.nlm.nih.gov/99990001/ (added 01/02/2031)
2030 Protocol in https://doi.org/10.1234/sock.1</publicationDetails></results></trial>
<contact id="a"><title>Dr</title><forename>Ada</forename><surname>Ferro</surname>
<contactDetails><telephone>+44 20 7946 0000</telephone><email>ada@sock.example</email></contactDetails></contact>
<sponsor id="b"><organisation>Northport University</organisation><sponsorType>University/education</sponsorType></sponsor>
<funder id="c"><name>Sock Foundation</name></funder></fullTrial></allTrials>"""


def said(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
    return values


def test_a_trial_in_the_register_s_xml() -> None:
    (record,) = read_text(XML)
    values = said(record)
    assert record.source.format == "isrctn"
    assert [values[f"identifiers[{n}]"]["value"] for n in range(3)] == [
        "ISRCTN99990017",
        "NCT09990017",
        "SK-2030-1",
    ]
    assert values["identifiers[2]"]["role"] == "sponsor"
    assert "identifiers[3]" not in values
    assert values["overall_status"] == "TERMINATED"
    assert values["why_stopped"] == "Socks ran out"
    assert values["design.allocation"] == "RANDOMIZED"
    assert values["design.masking"] == "SINGLE"
    assert values["design.intervention_model"] == "PARALLEL"
    assert values["design.primary_purpose"] == "PREVENTION"
    assert values["phases"] == ["NA"]
    assert (values["enrollment.planned"], values["enrollment.actual"]) == (120, 97)
    assert values["start_date"]["value"] == "2030-09-01"
    assert values["completion_date"]["value"] == "2032-03-31"
    assert values["eligibility.minimum_age"] == {"value": "18", "unit": "a"}
    assert values["eligibility.maximum_age"] == {"value": "80", "unit": "a"}
    assert values["eligibility.healthy_volunteers"] is True
    assert (
        values["eligibility.text"] == "Inclusion Criteria:\nCan walk\n\nExclusion Criteria:\nWears stockings"
    )
    assert (values["outcomes[0].time_frame"], values["outcomes[0].description"]) == ("8 weeks", "diary")
    assert [values["outcomes[1].measure"], values["outcomes[2].measure"]] == [
        "Sleep, by questionnaire",
        "Falls",
    ]
    assert (values["interventions[0].name"], values["interventions[0].type"]) == (
        "Socks worn at night",
        "DEVICE",
    )
    assert values["locations[0].facility"] == "Northport Clinic"
    assert values["locations[1].country"] == "Chile"
    assert values["lead_sponsor.name"] == "Northport University"
    assert values["collaborators[0].name"] == "Sock Foundation"
    assert values["contacts[0].name"] == "Dr Ada Ferro"
    assert values["publications[0]"]["pmid"] == "99990001"
    assert values["publications[0]"]["relation"] == "result"
    assert values["publications[1]"]["relation"] == "background"


def test_pointers_lead_to_the_elements() -> None:
    (record,) = read_text(XML)
    pointers = {s.field: s.pointer for s in record.statements}
    assert pointers["brief_title"] == "/fullTrial/trial/trialDescription/title"
    assert pointers["eligibility.minimum_age"] == "/fullTrial/trial/participants/lowerAgeLimit/@value"


def test_without_an_override_no_status_is_stated() -> None:
    (record,) = read_text(XML.replace("<overallStatusOverride>Stopped</overallStatusOverride>", ""))
    assert "overall_status" not in said(record)


@pytest.mark.parametrize("cut", [200, 900, len(XML) - 30])
def test_a_cut_document_is_refused_with_its_place(cut: int, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_text(XML[:cut])
    (refusal,) = read_paths([path])
    assert "not well-formed XML" in refusal.reason  # type: ignore[union-attr]


def test_the_same_tree_as_json_of_the_shared_records(shared: pathlib.Path) -> None:
    records = list(read_paths([shared / "data/registry/ctrdata_demo.zip"]))
    found = {
        r.source.uri.rpartition("#")[2]: r
        for r in records
        if isinstance(r, Record) and r.source.format == "isrctn"
    }
    assert len(found) == 9
    for record in found.values():
        values = said(record)
        assert values["identifiers[0]"]["scheme"] == "isrctn"
        assert values["study_type"] == "INTERVENTIONAL"
        assert values["enrollment.planned"] > 0
        assert values["eligibility.text"]
