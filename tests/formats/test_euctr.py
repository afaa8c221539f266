"""EU register texts: one record a country, fields told apart by the codes of the application form."""

# ruff: noqa: E501  documents look as they look

import pathlib
from typing import Any

import pytest

from trialwright.formats import read_text
from trialwright.formats.opening import read_paths
from trialwright.model.source import Record

COUNTRY = """Summary
EudraCT Number: 2029-001234-18
Sponsor's Protocol Code Number: ZEL-7
National Competent Authority: {country}
Clinical Trial Type: EEA CTA
Trial Status: {status}
Date on which this record was first entered in the EudraCT database: 2029-05-06
Link: https://www.clinicaltrialsregister.eu/ctr-search/trial/2029-001234-18/{code}/

A. Protocol Information
A.1 Member State Concerned: {country}
A.2 EudraCT number: 2029-001234-18
A.3 Full title of the trial: Zelomab against calf cramp: a blinded trial
A.3 Full title of the trial (es): Zelomab contra los calambres
A.3.1 Title of the trial for lay people, in easily understood, i.e. non-technical, language: A drug for cramp
A.3.2 Name or abbreviated title of the trial where available: CALF-1
A.4.1 Sponsor's protocol code number: ZEL-7
A.5.2 US NCT (ClinicalTrials.gov registry) number: NCT09990021

B. Sponsor Information
Sponsor 1
B.1.1 Name of Sponsor: Calf Pharma
B.1.3.4	Country: Spain
B.3.1 and B.3.2	Status of the sponsor: Commercial
B.4.1 Name of organisation providing support: Sock Foundation
B.5.1 Name of organisation: Calf Desk
B.5.2 Functional name of contact point: Trial desk
B.5.6 E-mail: desk@calf.example

D. IMP Identification
D.IMP: 1
D.1.2 and D.1.3 IMP Role: Test
D.2.1.1.1 Trade name: Zelo
D.3.1 Product name: Zelomab tablets
D.3.8 INN - Proposed INN: zelomab
D.3.11.1 Active substance of chemical origin: No
D.3.11.2 Active substance of biological/ biotechnological origin (other than Advanced Therapy IMP (ATIMP): Yes
D.IMP: 2
D.3.1 Product name: Comparin
D.3.11.1 Active substance of chemical origin: Yes

E. General Information on the Trial
E.1.1 Medical condition(s) being investigated: Cramp
E.2.1 Main objective of the trial: Fewer cramps
E.3 Principal inclusion criteria: can stand
A. walks at least: a mile
E. coli absent
E.4 Principal exclusion criteria: cannot sit
E.5.1 Primary end point(s): cramps a week
E.5.1.1 Timepoint(s) of evaluation of this end point: week 8
E.5.2 Secondary end point(s): 1. sleep
2. falls
E.6.2 Prophylaxis: No
E.6.3 Therapy: Yes
E.7 Trial type and phase
E.7.1 Human pharmacology (Phase I): No
E.7.2 Therapeutic exploratory (Phase II): Yes
E.7.3 Therapeutic confirmatory (Phase III): Yes
E.7.4 Therapeutic use (Phase IV): No
E.8.1 Controlled: Yes
E.8.1.1 Randomised: Yes
E.8.1.2 Open: No
E.8.1.3 Single blind: No
E.8.1.4 Double blind: Yes
E.8.1.5 Parallel group: Yes
E.8.1.6 Cross over: No
E.8.5 The trial involves multiple Member States: Yes

F. Population of Trial Subjects
F.1.1 Trial has subjects under 18: Yes
F.1.1.6 Adolescents (12-17 years): Yes
F.1.2 Adults (18-64 years): Yes
F.1.3 Elderly (>=65 years): {elderly}
F.2.1 Female: Yes
F.2.2 Male: {men}
F.3.1 Healthy volunteers: No
F.4.1 In the member state: 20
F.4.2.2 In the whole clinical trial: 180

P. End of Trial
P. End of Trial Status: {status}
P. Date of the global end of the trial: 2032-04-05

"""
SPAIN = {"country": "Spain - AEMPS", "code": "ES", "status": "Completed", "elderly": "No", "men": "No"}
FRANCE = {"country": "France - ANSM", "code": "FR", "status": "Ongoing", "elderly": "Yes", "men": "Yes"}


def said(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
    return values


def both() -> tuple[Record, Record]:
    first, second = read_text(
        "A note of the register.\n\n" + COUNTRY.format(**SPAIN) + COUNTRY.format(**FRANCE), "x.txt"
    )
    return first, second


def test_a_record_a_country() -> None:
    spain, france = both()
    assert spain.source.uri == "x.txt#2029-001234-18-ES"
    assert said(spain)["locations[0].country"] == "Spain"
    assert said(france)["locations[0].country"] == "France"
    assert said(spain)["overall_status"] == "COMPLETED"
    assert "overall_status" not in said(france)


def test_the_fields_of_the_form() -> None:
    record, france = both()
    values = said(record)
    assert [values[f"identifiers[{n}]"]["value"] for n in range(3)] == [
        "2029-001234-18",
        "NCT09990021",
        "ZEL-7",
    ]
    assert values["brief_title"] == "A drug for cramp"
    assert values["official_title"] == "Zelomab against calf cramp: a blinded trial"
    assert values["acronym"] == "CALF-1"
    assert values["phases"] == ["PHASE2", "PHASE3"]
    assert values["design.allocation"] == "RANDOMIZED"
    assert values["design.masking"] == "DOUBLE"
    assert values["design.intervention_model"] == "PARALLEL"
    assert values["design.primary_purpose"] == "TREATMENT"
    assert values["enrollment.planned"] == 180
    assert values["eligibility.sex"] == "FEMALE"
    assert values["eligibility.minimum_age"] == {"value": "12", "unit": "a"}
    assert values["eligibility.maximum_age"] == {"value": "64", "unit": "a"}
    assert "eligibility.maximum_age" not in said(france)
    assert france.absent["eligibility.maximum_age"] == "not_applicable"
    assert values["completion_date"]["value"] == "2032-04-05"
    assert (values["outcomes[0].measure"], values["outcomes[0].time_frame"]) == ("cramps a week", "week 8")
    assert [values["outcomes[1].measure"], values["outcomes[2].measure"]] == ["sleep", "falls"]
    assert (values["interventions[0].name"], values["interventions[0].type"]) == ("Zelo", "BIOLOGICAL")
    assert values["interventions[0].other_names[1]"] == "zelomab"
    assert (values["interventions[1].name"], values["interventions[1].type"]) == ("Comparin", "DRUG")
    assert (values["lead_sponsor.name"], values["lead_sponsor.class"]) == ("Calf Pharma", "INDUSTRY")
    assert values["collaborators[0].name"] == "Sock Foundation"
    assert values["contacts[0].email"] == "desk@calf.example"


def test_lettered_lines_inside_a_text_end_no_field() -> None:
    text = said(both()[0])["eligibility.text"]
    assert text.startswith("Inclusion Criteria:\ncan stand\nA. walks at least: a mile\nE. coli absent")
    assert text.endswith("Exclusion Criteria:\ncannot sit")


def test_spans_hold_the_words() -> None:
    for record in both():
        for statement in record.statements:
            assert statement.span is not None
            words = record.text[slice(*statement.span)]
            assert words
            if (
                isinstance(statement.value, str)
                and statement.raw is None
                and statement.field != "eligibility.text"
            ):
                assert words == statement.value


def test_a_field_in_the_national_language_alone_is_kept() -> None:
    text = COUNTRY.format(**SPAIN).replace("investigated: Cramp", "investigated:\nE.1.1 Medical condition(s) being investigated (es): Calambres")  # fmt: skip
    assert said(read_text(text)[0])["conditions[0]"] == "Calambres"


def test_a_number_of_one_country_is_not_that_of_the_trial() -> None:
    text = COUNTRY.format(**SPAIN).replace("F.4.2.2 In the whole clinical trial: 180\n", "")
    assert "enrollment.planned" not in said(read_text(text)[0])


def test_the_summary_download() -> None:
    text = """EudraCT Number:           2029-001234-18
Sponsor Protocol Number:  ZEL-7
Sponsor Name:             Calf Pharma
Full Title:               Zelomab against cramp
Start Date:               2030-01-02
Medical condition:        Cramp
Population Age:           Adults
Gender:                   Male, Female
Trial protocol:           ES (Ongoing)
"""
    values = said(read_text(text)[0])
    assert values["official_title"] == "Zelomab against cramp"
    assert values["eligibility.sex"] == "ALL"
    assert values["start_date"]["value"] == "2030-01-02"
    assert values["lead_sponsor.name"] == "Calf Pharma"


@pytest.mark.parametrize("name", ["euctr_full_details.txt", "euctr.ndjson"])
def test_the_shared_records(shared: pathlib.Path, name: str) -> None:
    found = [r for r in read_paths([shared / "data/registry/ctrdata_demo.zip"]) if isinstance(r, Record)]
    mine = [said(r) for r in found if f"!{name}" in r.source.uri]
    assert len(mine) == (10 if name.endswith("txt") else 4)
    for values in mine:
        assert values["identifiers[0]"]["scheme"] == "eudract"
        assert values["phases"]
        assert values["official_title"]
        assert values["conditions[0]"]
        assert values["eligibility.text"]
        assert values["locations[0].country"]


def test_the_summary_tells_countries_and_their_status() -> None:
    head = "EudraCT Number:  2029-001234-18\nSponsor Protocol Number:  ZEL-7\nFull Title: Zelomab\n"
    (record,) = read_text(head + "Trial protocol:  FR (Ongoing) ES (Completed) XX (Ongoing)\n")
    assert isinstance(record, Record)
    values = said(record)
    assert values["locations[0].country"] == "France"
    assert (values["locations[1].country"], values["locations[1].status"]) == ("Spain", "COMPLETED")
    assert "overall_status" not in values
    assert any(note.code == "status_by_country" for note in record.notes)
    assert said(read_text(head + "Trial protocol:  DE (Completed)\n")[0])["overall_status"] == "COMPLETED"
