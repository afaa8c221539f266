"""ICTRP exports as XML, CSV and spreadsheet: every register's manners, each in an invented trial."""

# ruff: noqa: E501  documents look as they look

import io
import pathlib
import zipfile
from typing import Any

import pytest

from trialwright.formats import read_text
from trialwright.formats.opening import read_paths
from trialwright.model.source import Record
from trialwright.model.study import Refusal

ROW = """<Trial><Internal_Number>7</Internal_Number><TrialID>{id}</TrialID>
<Last_Refreshed_on>3 March 2031</Last_Refreshed_on><Public_title>{title}            </Public_title>
<Scientific_title>Zelomab for calves that cramp &amp; ache</Scientific_title><Acronym />
<Primary_sponsor>Northport General Hospital</Primary_sponsor><Source_Register>{register}</Source_Register>
<Recruitment_Status>{status}</Recruitment_Status><other_records>No</other_records>
<Inclusion_agemin>{low}</Inclusion_agemin><Inclusion_agemax>{high}</Inclusion_agemax>
<Inclusion_gender>{sex}</Inclusion_gender><Date_enrollement>{start}</Date_enrollement>
<Target_size>{size}</Target_size><Study_type>{kind}</Study_type><Study_design>{design}</Study_design>
<Phase>{phase}</Phase><Countries>{countries}</Countries><Contact_Firstname>Ada</Contact_Firstname>
<Contact_Lastname>Ferro</Contact_Lastname><Contact_Email>ada@calf.example</Contact_Email>
<Inclusion_Criteria>{inclusion}</Inclusion_Criteria><Exclusion_Criteria>{exclusion}</Exclusion_Criteria>
<Condition>{condition}</Condition><Intervention>{intervention}</Intervention>
<Primary_outcome>{outcome}</Primary_outcome></Trial>"""
PLAIN = {
    "id": "NCT09990001", "title": "Zelomab at night", "register": "ClinicalTrials.gov", "status": "Recruiting",
    "low": "18 Years", "high": "N/A", "sex": "All", "start": "04/05/2031", "size": "90",
    "kind": "Interventional",
    "design": "Allocation: Randomized. Intervention model: Parallel Assignment. Primary purpose: Treatment. "
    "Masking: Double (Participant, Investigator). ",
    "phase": "Phase 2/Phase 3", "countries": "Chile;Korea, Republic of", "inclusion": "can stand",
    "exclusion": "cannot sit", "condition": "Cramp;Calf Pain", "intervention": "Drug: Zelomab;Device: Warm sock",
    "outcome": "Cramps per night;Sleep",
}  # fmt: skip


def xml(*changes: dict[str, str]) -> str:
    rows = "".join(ROW.format(**{**PLAIN, **change}) for change in changes)
    return f'<?xml version="1.0" encoding="UTF-8"?><Trials_downloaded_from_ICTRP>{rows}</Trials_downloaded_from_ICTRP>'


def said(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
    return values


def one(**change: str) -> Record:
    (record,) = read_text(xml(change), "export.xml")
    return record


def codes(record: Record) -> set[str]:
    return {note.code for note in record.notes}


def test_a_row_from_clinicaltrials_gov() -> None:
    record = one()
    values = said(record)
    assert record.source.format == "ictrp"
    assert record.source.uri == "export.xml#NCT09990001"
    assert values["identifiers[0]"] == {"value": "NCT09990001", "scheme": "nct", "role": "registry"}
    assert values["brief_title"] == "Zelomab at night"
    assert values["official_title"] == "Zelomab for calves that cramp & ache"
    assert values["overall_status"] == "RECRUITING"
    assert values["phases"] == ["PHASE2", "PHASE3"]
    assert values["start_date"]["value"] == "2031-05-04"
    assert values["enrollment.planned"] == 90
    assert values["design.allocation"] == "RANDOMIZED"
    assert values["design.masking"] == "DOUBLE"
    assert values["design.who_masked"] == ["PARTICIPANT", "INVESTIGATOR"]
    assert values["design.primary_purpose"] == "TREATMENT"
    assert [values["conditions[0]"], values["conditions[1]"]] == ["Cramp", "Calf Pain"]
    assert (values["interventions[1].name"], values["interventions[1].type"]) == ("Warm sock", "DEVICE")
    assert (values["locations[0].country"], values["locations[1].country"]) == ("Chile", "Korea, Republic of")
    assert values["outcomes[1].measure"] == "Sleep"
    assert values["eligibility.text"] == "Inclusion Criteria:\ncan stand\n\nExclusion Criteria:\ncannot sit"
    assert values["eligibility.minimum_age"] == {"value": "18", "unit": "a"}
    assert "eligibility.maximum_age" not in values
    assert record.absent["eligibility.maximum_age"] == "not_applicable"
    assert values["contacts[0].name"] == "Ada Ferro"
    assert values["contacts[0].email"] == "ada@calf.example"


def test_every_statement_has_the_path_of_its_element() -> None:
    paths = {s.field: s.pointer for s in one().statements}
    assert paths["brief_title"] == "/Trial/Public_title"
    assert paths["enrollment.planned"] == "/Trial/Target_size"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("03/04/2031", "2031-04-03"),
        ("2031-04-03", "2031-04-03"),
        ("03-04-2031", "2031-04-03"),
        ("February 2031", "2031-02"),
        ("17 February 2031", "2031-02-17"),
        ("43983", "2020-06-01"),
    ],
)
def test_dates_of_all_registers(words: str, value: str) -> None:
    assert said(one(start=words))["start_date"]["value"] == value


@pytest.mark.parametrize(
    ("words", "phases"),
    [
        ("43892", ["PHASE2", "PHASE3"]),
        ("43862", ["PHASE1", "PHASE2"]),
        ("2-Mar", ["PHASE2", "PHASE3"]),
        ("Human pharmacology (Phase I): no\nTherapeutic exploratory (Phase II): yes", ["PHASE2"]),
        ("N/A", ["NA"]),
    ],
)
def test_phases_also_those_that_a_spreadsheet_took_for_dates(words: str, phases: list[str]) -> None:
    assert said(one(phase=words))["phases"] == phases


def test_a_day_that_is_no_phase_stays_unread() -> None:
    record = one(phase="44196")
    assert "phases" not in said(record)
    assert record.absent["phases"] == "unparsable"


def test_phase_zero_is_not_guessed() -> None:
    assert "phases" not in said(one(phase="0"))


@pytest.mark.parametrize("words", ["Not Recruiting", "Not recruiting", "Authorised"])
def test_statuses_that_say_nothing_of_when_are_kept_as_a_note(words: str) -> None:
    record = one(status=words)
    assert "overall_status" not in said(record)
    assert "unknown_words" in codes(record)


@pytest.mark.parametrize(
    ("words", "sex"),
    [("&lt;br&gt;Female: yes&lt;br&gt;Male: yes&lt;br&gt;", "ALL"), ("Both", "ALL"), ("Females", "FEMALE")],
)
def test_sexes(words: str, sex: str) -> None:
    assert said(one(sex=words))["eligibility.sex"] == sex


def test_sizes_of_groups_are_added_up_and_kept() -> None:
    values = said(one(size="Experimental group:30;Control group:28;"))
    assert values["enrollment.planned"] == 58
    assert [values["arms[0].label"], values["arms[0].size"], values["arms[1].size"]] == [
        "Experimental group",
        30,
        28,
    ]


def test_a_size_of_one_group_is_no_arm() -> None:
    values = said(one(size="Two groups:60;"))
    assert values["enrollment.planned"] == 60
    assert "arms[0].label" not in values


def test_a_size_of_zero_is_a_sentinel() -> None:
    record = one(size="0")
    assert "enrollment.planned" not in said(record)
    assert record.absent["enrollment.planned"] == "sentinel"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("216 Months", {"value": "216", "unit": "mo"}),
        ("18years-old", {"value": "18", "unit": "a"}),
        ("18(Year)", {"value": "18", "unit": "a"}),
        ("&gt;= 20age old", {"value": "20", "unit": "a"}),
        ("28 Days", {"value": "28", "unit": "d"}),
        ("No limit", None),
        ("-2147483648", None),
    ],
)
def test_ages(words: str, value: dict[str, str] | None) -> None:
    assert said(one(low=words)).get("eligibility.minimum_age") == value


def test_a_maximum_of_zero_is_no_limit() -> None:
    assert one(high="0").absent["eligibility.maximum_age"] == "not_applicable"


def test_groups_with_what_they_get() -> None:
    values = said(one(intervention="Experimental group:Zelomab;Control group:saline;"))
    assert values["arms[1].label"] == "Control group"
    assert values["arms[1].interventions[0]"] == "saline"
    assert values["interventions[0].name"] == "Zelomab"


def test_a_european_row() -> None:
    record = one(
        id="EUCTR2030-001234-17-ES",
        register="EU Clinical Trials Register",
        design="Controlled: yes\nRandomised: yes\nOpen: no\nSingle blind: no\nDouble blind: yes\n"
        "Parallel group: no\nCross over: yes",
        intervention="&lt;br&gt;Trade Name: Zelo&lt;br&gt;Pharmaceutical Form: Tablet&lt;br&gt;",
        outcome="Main Objective: to see;Primary end point(s): cramps a night;"
        "Timepoint(s) of evaluation of this end point: week 8",
    )
    values = said(record)
    assert values["identifiers[0]"]["scheme"] == "euctr"
    assert values["design.masking"] == "DOUBLE"
    assert values["design.intervention_model"] == "CROSSOVER"
    assert values["interventions[0].name"] == "Zelo"
    assert (values["outcomes[0].measure"], values["outcomes[0].time_frame"]) == ("cramps a night", "week 8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "Randomized, Parallel Group, Placebo Controlled Trial\nMethod of concealment:none\n"
            "Blinding and masking:Participant and Investigator Blinded",
            ("RANDOMIZED", "PARALLEL", "DOUBLE"),
        ),
        (
            "Randomization: Not randomized, Blinding: Single blinded, Placebo: Used, Assignment: Single, ",
            ("NON_RANDOMIZED", "SINGLE_GROUP", "SINGLE"),
        ),
        ("Parallel Randomized", ("RANDOMIZED", "PARALLEL", None)),
        ("Single arm Non-randomized", ("NON_RANDOMIZED", "SINGLE_GROUP", None)),
        (
            "Purpose: Treatment; Allocation: Randomised controlled trial; Masking: Blinded (masking used);"
            "Assignment: Crossover;",
            ("RANDOMIZED", "CROSSOVER", None),
        ),
        ("Open label, cross-over", (None, "CROSSOVER", "NONE")),
        ("Case series", (None, None, None)),
    ],
)
def test_designs_as_registers_word_them(words: str, told: tuple[str | None, ...]) -> None:
    values = said(one(design=words))
    fields = ("design.allocation", "design.intervention_model", "design.masking")
    assert tuple(values.get(f) for f in fields) == told


def test_contradictory_masks_are_not_stated() -> None:
    record = one(design="Controlled: yes Randomised: no Open: yes Single blind: no Double blind: yes")
    assert "design.masking" not in said(record)
    assert "contradiction" in codes(record)


def test_one_bad_trial_is_named_and_the_others_go_on() -> None:
    text = xml({}, {"id": "", "title": ""}, {"id": "NCT09990003"}).replace("Zelomab for calves", "", 2)
    text = text.replace(" that cramp &amp; ache", "", 2)
    records = read_text(text, "export.xml")
    assert [said(r)["identifiers[0]"]["value"] for r in records] == ["NCT09990001", "NCT09990003"]


def test_the_form_for_registers() -> None:
    text = """<trials><trial><main><trial_id>ChiCTR3100000017</trial_id><reg_name>ChiCTR</reg_name>
    <public_title>Zelomab cream</public_title><primary_sponsor>Northport College</primary_sponsor>
    <date_enrolment>2031-02-03</date_enrolment><target_size>44</target_size><study_type>Interventional study
    </study_type><phase>4</phase><hc_freetext>Cramp</hc_freetext><i_freetext>Case series:cream;</i_freetext></main>
    <criteria><inclusion_criteria>walks</inclusion_criteria><agemin>20</agemin><agemax>70</agemax><gender>Both
    </gender></criteria><countries><country2>China</country2></countries>
    <primary_outcome><prim_outcome>pain</prim_outcome></primary_outcome>
    <secondary_ids><secondary_id><sec_id>U1111-1234-5678</sec_id></secondary_id></secondary_ids></trial></trials>"""
    (record,) = read_text(text, "r.xml")
    values = said(record)
    assert values["identifiers[0]"]["value"] == "ChiCTR3100000017"
    assert values["identifiers[1]"] == {"value": "U1111-1234-5678", "scheme": "utn", "role": "secondary"}
    assert values["phases"] == ["PHASE4"]
    assert values["eligibility.maximum_age"] == {"value": "70", "unit": "a"}
    assert values["eligibility.sex"] == "ALL"
    assert values["outcomes[0].measure"] == "pain"
    assert values["locations[0].country"] == "China"


HEADER = (
    "TrialID,Public title,Source Register,Recruitment Status,Phase,Target size,Condition,Date enrollement\n"
)


def test_csv_values_have_spans_of_their_cells() -> None:
    text = (
        HEADER
        + 'NCT09990001,"Zelomab, ""at"" night",ClinicalTrials.gov,Recruiting,43892,90,"A;B",04/05/2031\n'
    )
    (record,) = read_text(text, "export.csv")
    values = said(record)
    assert values["brief_title"] == 'Zelomab, "at" night'
    assert values["phases"] == ["PHASE2", "PHASE3"]
    for statement in record.statements:
        assert statement.span is not None
        words = record.text[slice(*statement.span)]
        assert words
        if isinstance(statement.value, str) and statement.raw is None:
            assert statement.value == words.replace('""', '"')
    assert record.text[slice(*next(s.span for s in record.statements if s.field == "phases"))] == "43892"  # type: ignore[misc]


def test_a_row_with_too_many_cells_is_refused_by_name(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        HEADER + "NCT09990001,a trial,CT,Recruiting,1,2,x,,stray,more\nNCT09990002,b,CT,Recruiting,2,3,y,\n"
    )
    bad, good = read_paths([path])
    assert isinstance(bad, Refusal)
    assert bad.uri.endswith("#NCT09990001")
    assert isinstance(good, Record)


def workbook(rows: list[list[str]], dated: tuple[int, int] | None = None) -> bytes:
    """A small workbook with inline words; one cell may be a number shown as a date."""

    def cell(r: int, c: int, words: str) -> str:
        name = f"{chr(65 + c)}{r + 1}"
        if (r, c) == dated:
            return f'<c r="{name}" s="1"><v>{words}</v></c>'
        if words.isdigit():
            return f'<c r="{name}"><v>{words}</v></c>'
        return f'<c r="{name}" t="inlineStr"><is><t>{words}</t></is></c>' if words else ""

    sheet = "".join(
        f"<row>{''.join(cell(r, c, w) for c, w in enumerate(row))}</row>" for r, row in enumerate(rows)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/styles.xml", '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>')  # fmt: skip
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{sheet}</sheetData></worksheet>")
    return out.getvalue()


def test_a_spreadsheet_is_read_as_its_table(tmp_path: pathlib.Path) -> None:
    rows = [
        HEADER.strip().split(","),
        ["NCT09990001", "Zelomab", "CT", "Recruiting", "43892", "90", "", "47972"],
    ]
    path = tmp_path / "export.xlsx"
    path.write_bytes(workbook(rows, dated=(1, 4)))
    (record,) = read_paths([path])
    assert isinstance(record, Record)
    values = said(record)
    assert values["phases"] == ["PHASE2", "PHASE3"]
    assert values["start_date"]["value"] == "2031-05-04"
    assert values["enrollment.planned"] == 90


@pytest.mark.parametrize(
    "sheet", ["<worksheet><sheetData><row>", "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>", ""]
)
def test_a_damaged_spreadsheet_is_refused_with_a_sentence(tmp_path: pathlib.Path, sheet: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    path = tmp_path / "bad.xlsx"
    path.write_bytes(out.getvalue())
    (refusal,) = read_paths([path])
    assert isinstance(refusal, Refusal)
    assert "workbook" in refusal.reason
