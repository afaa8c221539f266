"""Records of ClinicalTrials.gov in its structured formats: what they say, where, and what is refused."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.formats.studies import TEA, TEA_JSON, TEA_V1, TEA_XML

from trialwright.errors import ReadError
from trialwright.formats import read_text
from trialwright.linking.merging import compute_study
from trialwright.model import codec
from trialwright.model.source import Record
from trialwright.model.study import Study


def record(text: str) -> Record:
    (one,) = read_text(text, uri="tea")
    return one


def study(text: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(codec.encode(compute_study([record(text)])))
    return plain


def at(pointer: str, node: Any) -> Any:
    """What a JSON Pointer leads to; KeyError where it leads nowhere."""
    for step in pointer.split("/")[1:]:
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


# -- JSON of today ---------------------------------------------------------------------------------------


def test_json_gives_a_study() -> None:
    tea = study(TEA_JSON)
    assert tea["id"] == "NCT09990001"
    assert [(i["value"], i["scheme"], i["role"]) for i in tea["identifiers"]] == [
        ("NCT09990001", "nct", "registry"),
        ("NCT09990002", "nct", "alias"),
        ("TEA-7", "other", "sponsor"),
        ("2031-001234-11", "eudract", "registry"),
        ("R01ZZ000042", "other", "grant"),
        ("NCT09990077", "nct", "secondary"),
    ]
    assert (tea["overall_status"], tea["last_known_status"]) == ("UNKNOWN", "ENROLLING_BY_INVITATION")
    assert tea["start_date"] == {"value": "2030-02", "precision": "month", "kind": "ACTUAL"}
    assert tea["completion_date"] == {"value": "2032-11-30", "precision": "day", "kind": "ESTIMATED"}
    assert tea["phases"] == ["EARLY_PHASE1", "PHASE1"]
    assert tea["design"]["who_masked"] == ["PARTICIPANT", "OUTCOMES_ASSESSOR"]
    assert tea["enrollment"] == {"planned": 24, "actual": None}
    assert tea["lead_sponsor"] == {"name": "Moss, Ada", "class": "INDIV", "person": True}
    assert tea["collaborators"] == [{"name": "Fern Company", "class": "INDUSTRY", "person": False}]
    assert tea["conditions"] == ["Itching"]
    assert tea["arms"][0]["interventions"] == ["Nettle: dried"]
    assert tea["interventions"][0]["other_names"] == ["Urtica"]
    assert [(o["level"], o["measure"], o["time_frame"]) for o in tea["outcomes"]] == [
        ("primary", "Itch at night", "6 weeks"),
        ("other", "Mood", None),
    ]
    assert tea["eligibility"]["minimum_age"] == {"value": "6", "unit": "mo"}
    assert tea["eligibility"]["healthy_volunteers"] is False
    assert tea["contacts"][0]["phone"] == "555-1 ext. 9"
    assert tea["officials"][0]["name"] == "Ada Moss"
    assert tea["locations"][0] == {
        "facility": "Hill House", "city": "Oldtown", "state": None, "country": "Norway",
        "status": "RECRUITING",
    }  # fmt: skip
    assert tea["publications"][0]["doi"] == "10.1000/tea.1"
    assert tea["publications"][0]["relation"] == "result"


def test_what_the_json_does_not_say_is_absent_and_not_made_up() -> None:
    tea = study(TEA_JSON)
    assert tea["eligibility"]["maximum_age"] is None
    assert tea["detailed_description"] is None
    assert {"eligibility.maximum_age", "detailed_description"} <= set(tea["absent"])


def test_escapes_of_markdown_are_gone_from_the_value_and_kept_in_the_words() -> None:
    (text,) = [s for s in record(TEA_JSON).statements if s.field == "eligibility.text"]
    assert text.value.endswith("* Itch >= 4 of 10")
    assert text.raw == TEA["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]


def test_results_are_reported_with_figure_words_and_group() -> None:
    found = [(r["measure"], r["value"], r["text"], r["arm"]) for r in study(TEA_JSON)["reported_results"]]
    assert found == [
        ("First six weeks: STARTED", "12", "12 people", "Tea"),
        ("Itch at night", "3.1", "Mean 3.1 (spread 0.4) points", "Tea"),
        ("All-cause deaths", "0", "0 of 12 people", "Tea"),
        ("Other adverse event: Yawning", "2", "2 of 12 people, 5 events", "Tea"),
    ]


@pytest.mark.parametrize(
    ("text", "node"),
    [(TEA_JSON, TEA), (json.dumps(TEA_V1), TEA_V1)],
    ids=["version 2", "version 1"],
)
def test_every_pointer_leads_to_what_was_read(text: str, node: Any) -> None:
    for statement in record(text).statements:
        found = at(statement.pointer or "", node)
        if isinstance(found, str) and isinstance(statement.value, str) and "level" not in statement.field:
            assert found.strip() == (statement.raw or statement.value)


def test_the_retired_shape_gives_the_same_values() -> None:
    tea = study(json.dumps(TEA_V1))
    assert tea["overall_status"] == "NOT_YET_RECRUITING"
    assert tea["start_date"] == {"value": "2030-02", "precision": "month", "kind": "ESTIMATED"}
    assert tea["conditions"] == ["Itching"]
    assert tea["phases"] == ["PHASE1", "PHASE2"]
    assert tea["design"]["observational_model"] == "COHORT"
    assert tea["arms"][0]["interventions"] == ["Nettle"]
    assert tea["eligibility"]["healthy_volunteers"] is True
    assert tea["sources"][0]["format"] == "ctgov-v1-json"


@pytest.mark.parametrize(
    "part",
    [
        {"protocolSection": {"descriptionModule": {"briefSummary": "Tea."}}},
        {"descriptionModule": {"briefSummary": "Tea."}},
        {"eligibilityCriteria": "Inclusion Criteria:\n* Itch", "sex": "ALL"},
        {"resultsSection": TEA["resultsSection"]},
    ],
)
def test_a_part_of_a_study_is_a_record(part: dict[str, Any]) -> None:
    made = record(json.dumps(part))
    assert made.statements
    for statement in made.statements:
        assert at(statement.pointer or "", part) is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"protocolSection": {"identificationModule"', "no valid JSON"),
        ('{"protocolSection": {}}', "no study"),
        ('{"protocolSection": [1, {"identificationModule": 7}]}', "no study"),
        (
            '{"protocolSection": {"identificationModule": {"nctId": ["NCT09990001"], "briefTitle": 3}}}',
            "no study",
        ),
        ('{"protocolSection": ' + "[" * 50_000 + "]" * 50_000 + "}", "nested too deeply"),
        ('{"name": "a-package", "version": "1.0.0"}', "not supported"),
    ],
)
def test_broken_json_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ReadError) as refused:
        read_text(text, uri="file.json")
    assert words in str(refused.value)


def test_values_of_the_wrong_type_are_passed_over() -> None:
    odd = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT09990001", "secondaryIdInfos": "none"},
            "designModule": {"enrollmentInfo": {"count": 9e99}, "phases": [7], "studyType": "SOMETHING"},
            "statusModule": {"startDateStruct": {"date": "1900-01-01"}, "overallStatus": "PAUSED?"},
        }
    }
    made = record(json.dumps(odd))
    assert {s.field for s in made.statements} == {"id", "identifiers[0]"}
    assert made.absent["overall_status"] == "unparsable"
    assert made.absent["start_date"] == "sentinel"


# -- XML -------------------------------------------------------------------------------------------------


def test_xml_gives_a_study() -> None:
    tea = study(TEA_XML)
    assert tea["brief_title"] == "Nettle Tea in Itchy Aunts"
    assert tea["brief_summary"] == "Tea is warm & wet,\nwith CD4 < 200.\n\n  -  Second point"
    assert [i["role"] for i in tea["identifiers"]] == ["registry", "alias", "sponsor", "registry"]
    assert tea["start_date"] == {"value": "2030-02", "precision": "month", "kind": None}
    assert tea["completion_date"] == {"value": "2032-11-30", "precision": "day", "kind": "ESTIMATED"}
    assert tea["study_type"] == "OBSERVATIONAL"
    assert tea["design"]["masking"] == "DOUBLE"
    assert tea["design"]["who_masked"] == ["PARTICIPANT", "CARE_PROVIDER"]
    assert tea["design"]["observational_model"] == "CASE_ONLY"
    assert tea["lead_sponsor"] == {"name": "Ada Moss", "class": "OTHER", "person": True}
    assert [a["interventions"] for a in tea["arms"]] == [["Nettle"], []]
    assert tea["eligibility"]["minimum_age"] == {"value": "6", "unit": "mo"}
    assert tea["absent"]["eligibility.maximum_age"] == "not_applicable"
    assert tea["contacts"][0]["phone"] == "555-1 ext. 9"
    assert tea["publications"][0] == {
        "doi": "10.1000/tea.1",
        "pmid": "12345",
        "citation": "Moss A. Tea. doi: 10.1000/tea.1.",
        "date": None,
        "relation": "result",
    }
    assert tea["reported_results"][0]["text"] == "2 of 12 people"


def test_nobody_in_a_trial_that_was_not_withdrawn_is_a_sentinel() -> None:
    assert study(TEA_XML)["absent"]["enrollment.actual"] == "sentinel"
    withdrawn = study(TEA_XML.replace("Unknown status", "Withdrawn"))
    assert withdrawn["enrollment"] == {"planned": None, "actual": 0}


def test_every_xpath_leads_to_an_element() -> None:
    root = ElementTree.fromstring(TEA_XML)
    for statement in record(TEA_XML).statements:
        path = (statement.pointer or "").removeprefix("/clinical_study")
        found = root.find("." + path)
        assert found is not None, statement
        if isinstance(statement.value, str) and not statement.field.endswith("level"):
            assert "".join(found.itertext()).split() == (statement.raw or statement.value).split()


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("<textblock>\n      Tea for &lt; 20 aunts.\n\n      It is warm.\n</textblock>",
         {"detailed_description"}),
        ("<eligibility><gender>Male</gender><criteria><textblock>\nInclusion Criteria:\n - x < 4 & y"
         "</textblock></criteria></eligibility>", {"eligibility.text", "eligibility.sex"}),
        ("<brief_title>Tea</brief_title>\n<condition>Itch</condition>", {"brief_title", "conditions[0]"}),
        ("<gender>All</gender><minimum_age>9 Years</minimum_age>",
         {"eligibility.sex", "eligibility.minimum_age"}),
        ("<x><clinical_study><brief_title>Tea</brief_title></clinical_study></x>", {"brief_title"}),
    ],
)  # fmt: skip
def test_a_fragment_is_a_record(text: str, fields: set[str]) -> None:
    made = record(text)
    assert fields <= {s.field for s in made.statements}
    for statement in made.statements:
        if statement.pointer and not statement.pointer.startswith("//"):
            assert ElementTree.fromstring(f"<x>{mended(text)}</x>").find("." + statement.pointer) is not None


def mended(text: str) -> str:
    return text.replace("x < 4 & y", "x")


def test_a_sign_that_was_copied_without_its_escape_is_mended() -> None:
    text = "<eligibility><criteria><textblock>WBC < 4 & CD4 <b</textblock></criteria></eligibility>"
    assert study(text)["eligibility"]["text"] == "WBC < 4 & CD4 <b"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<clinical_study><brief_title>Tea", "not well-formed"),
        ("<clinical_study></clinical_study>", "none of its elements"),
        ("<clinical_study><brief_title/></clinical_study>", "hold no value"),
        ("<clinical_study>" + "<a>" * 100_000 + "</a>" * 100_000 + "</clinical_study>",
         "none of its elements"),
        ('<!DOCTYPE z [<!ENTITY a "tea">]><clinical_study><brief_title>&a;</brief_title></clinical_study>',
         "entities"),
        ('<!DOCTYPE z [<!ENTITY % p SYSTEM "http://127.0.0.1/x">%p;]><clinical_study/>', "entities"),
        ("<rss><channel><title>News</title></channel></rss>", "not supported"),
    ],
)  # fmt: skip
def test_broken_or_harmful_xml_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ReadError) as refused:
        read_text(text, uri="file.xml")
    assert words in str(refused.value)


# -- both ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [TEA_JSON, TEA_XML, json.dumps(TEA_V1)], ids=["json", "xml", "v1"])
def test_study_json_is_read_as_what_was_written(text: str) -> None:
    made = compute_study([record(text)])
    raw = codec.encode(made)
    assert codec.decode(raw, Study) == made
    assert codec.encode(codec.decode(raw, Study)) == raw
