"""Registry tables: the CSV of a search, and the tables of an AACT export that belong together."""

import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from trialwright.formats import read_paths, read_text
from trialwright.formats.document import document_of
from trialwright.formats.reading import read_document
from trialwright.linking.merging import compute_study
from trialwright.model import codec
from trialwright.model.source import Record
from trialwright.model.study import Refusal

TODAY = (
    "NCT Number,Study Title,Acronym,Study Status,Brief Summary,Conditions,Interventions,"
    "Primary Outcome Measures,Sponsor,Collaborators,Sex,Age,Phases,Enrollment,Funder Type,Study Type,"
    "Study Design,Other IDs,Start Date,Locations\n"
    'NCT09990001,"Tea, nettle, and ""itch""",,ACTIVE_NOT_RECRUITING,"Two lines\nof summary",Itch|Yawn,'
    "DRUG: Nettle|OTHER: Water: cold,Itch at night,Fern Company,Moss Fund|Ada Moss,ALL,ADULT,"
    "PHASE1|PHASE2,24,INDUSTRY,INTERVENTIONAL,Allocation: RANDOMIZED|Intervention Model: PARALLEL|"
    'Masking: DOUBLE,TEA-7|2031-001234-11,2030-02,"Hill House, Oldtown, 0123, Norway"\n'
    "NCT09990003,a row with too few cells\n"
    'NCT09990002,Second tea,,COMPLETED,,Itch,,,Fern Company,,FEMALE,,NA,0,INDUSTRY,OBSERVATIONAL,,,,'
    '"Hill House, Seoul, Korea, Republic of"\n'
)  # fmt: skip
CLASSIC = (
    "Rank\tNCT Number\tTitle\tStatus\tInterventions\t"
    "Sponsor/Collaborators\tGender\tAge\tPhases\tStudy Designs\n"
    "1\tNCT09990001\tTea\tRecruiting\tDrug: Nettle\tFern Company|Ada Moss\tAll\t"
    "18 Years to 65 Years   (Adult)\t"
    "Phase 1|Phase 2\tAllocation: Randomized|Masking: Double (Participant, Investigator)\n"
)


def studies(text: str) -> list[dict[str, Any]]:
    return [json.loads(codec.encode(compute_study([r]))) for r in read_text(text)]


def test_the_table_of_today() -> None:
    first, second = studies(TODAY)
    assert first["brief_title"] == 'Tea, nettle, and "itch"'
    assert first["brief_summary"] == "Two lines\nof summary"
    assert first["conditions"] == ["Itch", "Yawn"]
    assert [(i["type"], i["name"]) for i in first["interventions"]] == [
        ("DRUG", "Nettle"),
        ("OTHER", "Water: cold"),
    ]
    assert first["phases"] == ["PHASE1", "PHASE2"]
    assert first["lead_sponsor"] == {"name": "Fern Company", "class": "INDUSTRY", "person": False}
    assert [c["name"] for c in first["collaborators"]] == ["Moss Fund", "Ada Moss"]
    assert first["eligibility"]["minimum_age"] is None
    assert first["design"]["masking"] == "DOUBLE"
    assert [i["role"] for i in first["identifiers"]] == ["registry", "sponsor", "registry"]
    assert first["start_date"] == {"value": "2030-02", "precision": "month", "kind": None}
    place = first["locations"][0]
    assert (place["facility"], place["city"], place["country"]) == ("Hill House", "Oldtown", "Norway")
    assert second["id"] == "NCT09990002"
    assert second["locations"][0]["country"] == "Korea, Republic of"
    assert second["absent"]["enrollment.planned"] == "sentinel"


def test_the_classic_table() -> None:
    (first,) = studies(CLASSIC)
    assert first["eligibility"]["minimum_age"] == {"value": "18", "unit": "a"}
    assert first["eligibility"]["maximum_age"] == {"value": "65", "unit": "a"}
    assert first["design"]["who_masked"] == ["PARTICIPANT", "INVESTIGATOR"]
    assert first["lead_sponsor"]["name"] == "Fern Company"
    assert first["collaborators"][0]["person"] is True


def test_every_span_holds_the_words() -> None:
    for text in (TODAY, CLASSIC):
        for record in read_text(text):
            for statement in record.statements:
                start, end = statement.span or (0, 0)
                words = record.text[start:end]
                if isinstance(statement.value, str) and '""' not in record.text[start - 1 : end + 2]:
                    assert words == (statement.raw or statement.value)


def test_a_broken_row_is_refused_and_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "search.csv"
    file.write_text(TODAY)
    first, bad, last = read_paths([str(file)])
    assert isinstance(first, Record)
    assert first.source.uri.endswith("search.csv#1")
    assert first.source.id == "s1"
    assert isinstance(bad, Refusal)
    assert bad.uri.endswith("search.csv#2")
    assert "2 cells" in bad.reason
    assert isinstance(last, Record)
    assert last.source.uri.endswith("search.csv#3")
    assert last.source.id == "s2"


@pytest.mark.parametrize("row", ['"' + "a" * 200_000, '"a"b' * 50_000, '"x"",' * 20_000, '"' * 100_001])
def test_quotes_that_do_not_fit_are_refused_soon(row: str) -> None:
    start = time.perf_counter()
    found = list(read_document(document_of(f"NCT Number,Study Title,Study Status\n{row}\n")))
    assert all(isinstance(one, Refusal) for one in found)
    assert time.perf_counter() - start < 2


TABLES = {
    "studies.txt": "nct_id|brief_title|overall_status|start_month_year|start_date|start_date_type|phase|"
    "enrollment|enrollment_type|study_type\n"
    "NCT09990002|Second tea|COMPLETED|2029-05-03|2029-05-03|ACTUAL|NA|9|ACTUAL|OBSERVATIONAL\n"
    "NCT09990001|Nettle tea|Active, not recruiting|February 2030|2030-02-28||Phase 1/Phase 2|24|Anticipated|"
    "Interventional\n",
    "eligibilities.txt": "id|nct_id|gender|minimum_age|maximum_age|healthy_volunteers|criteria\n"
    '1|NCT09990001|All|18 Years|N/A|No|"Inclusion Criteria:\n\n- Itch | yawn"\n',
    "brief_summaries.txt": "id|nct_id|description\n1|NCT09990001|Tea is warm.\n",
    "conditions.txt": "id|nct_id|name|downcase_name\n1|NCT09990001|Itch|itch\n2|NCT09990002|Yawn|yawn\n",
    "sponsors.txt": "id|nct_id|agency_class|lead_or_collaborator|name\n"
    "1|NCT09990001|INDUSTRY|lead|Fern Company\n2|NCT09990001|OTHER|collaborator|Moss Fund\n",
    "designs.txt": "id|nct_id|allocation|masking|subject_masked|caregiver_masked\n"
    "1|NCT09990001|Randomized|Double|t|t\n",
    "design_groups.txt": "id|nct_id|group_type|title|description\n7|NCT09990001|Experimental|Tea|\n",
    "interventions.txt": "id|nct_id|intervention_type|name|description\n3|NCT09990001|Drug|Nettle|\n",
    "design_group_interventions.txt": "id|nct_id|design_group_id|intervention_id\n1|NCT09990001|7|3\n",
    "id_information.txt": "id|nct_id|id_source|id_value\n1|NCT09990001|org_study_id|TEA-7\n",
    "calculated_values.txt": "id|nct_id|number_of_facilities\n1|NCT09990001|3\n",
}


def test_tables_of_an_export_belong_together(tmp_path: Path) -> None:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text)
    with zipfile.ZipFile(tmp_path.parent / "export.zip", "w") as archive:
        for name, text in TABLES.items():
            archive.writestr(name, text)
    of_folder = [
        r for r in read_paths([str(tmp_path)]) if isinstance(r, Record) and r.source.format == "aact"
    ]
    of_archive = [
        r
        for r in read_paths([str(tmp_path.parent / "export.zip")])
        if isinstance(r, Record) and r.source.format == "aact"
    ]
    assert [r.source.uri.rpartition("#")[2] for r in of_folder] == ["NCT09990002", "NCT09990001"]
    assert [r.statements for r in of_folder] == [r.statements for r in of_archive]
    tea = json.loads(codec.encode(compute_study([of_folder[1]])))
    assert tea["start_date"] == {"value": "2030-02", "precision": "month", "kind": None}
    assert tea["phases"] == ["PHASE1", "PHASE2"]
    assert tea["enrollment"] == {"planned": 24, "actual": None}
    assert tea["eligibility"]["text"].endswith("- Itch | yawn")
    assert tea["arms"][0]["interventions"] == ["Nettle"]
    assert tea["design"]["who_masked"] == ["PARTICIPANT", "CARE_PROVIDER"]
    assert [i["value"] for i in tea["identifiers"]] == ["NCT09990001", "TEA-7"]


def test_a_table_without_numbers_of_studies_is_refused(tmp_path: Path) -> None:
    (tmp_path / "studies.txt").write_text("number|title\n1|Tea\n")
    (tmp_path / "conditions.txt").write_text(TABLES["conditions.txt"])
    (refused,) = read_paths([str(tmp_path)])
    assert isinstance(refused, Refusal)
    assert "no column nct_id" in refused.reason


def test_rows_of_an_export_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text)
    whole = TABLES["conditions.txt"]
    (tmp_path / "conditions.txt").write_text(f"{whole}3|NCT09990002|Gape\n\n4||Sigh|sigh\n")
    found = [r for r in read_paths([str(tmp_path)]) if isinstance(r, Refusal) and "#" in r.uri]
    assert [r.uri.rpartition("#")[2] for r in found] == ["conditions:4", "conditions:6"]
    assert "3 cells" in found[0].reason
    assert "which study" in found[1].reason


def test_a_level_that_the_table_does_not_tell_is_uncertain() -> None:
    text = "NCT Number,Title,Status,Outcome Measures,Phases\nNCT09990001,Tea,Completed,Pain|Sleep,Phase 2\n"
    (record,) = read_document(document_of(text))
    assert isinstance(record, Record)
    levels = [s for s in record.statements if s.field.endswith(".level")]
    assert [(s.value, s.certainty) for s in levels] == [("other", 0.3)] * 2
