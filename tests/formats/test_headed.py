"""Pages of sites that nobody knows, as pasted text."""

from typing import Any

from trialwright.formats import read_text

PAGE = """Rest for Sore Calves
Recruiting
Registry id
ISRCTN10999988
Study type
Interventional
Phase
Phase 2/Phase 3
Sponsor
Ingrid Vass
Recruitment start date
03/2031
Age range
18 to 70 years
Target number of participants
60
Health condition
Sore calf
Plain English summary
Calves get sore. Rest may help.
Primary outcome measure
Pain [Time Frame: 6 weeks]
Inclusion criteria
Sore calf
Age: over 6 weeks sore
Exclusion criteria
Fracture
Study sites
Facility\tCity\tCountry
North Clinic\tOslo\tNorway
"""


def said(text: str) -> dict[str, Any]:
    (record,) = read_text(text)
    assert record.source.format == "headed-text"
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
        assert statement.span is not None
    return values


def test_labels_alone_on_their_lines() -> None:
    values = said(PAGE)
    assert values["brief_title"] == "Rest for Sore Calves"
    assert values["overall_status"] == "RECRUITING"
    assert values["phases"] == ["PHASE2", "PHASE3"]
    assert values["lead_sponsor.person"] is True
    assert values["eligibility.minimum_age"] == {"value": "18", "unit": "a"}
    assert values["enrollment.planned"] == 60
    assert values["conditions[0]"] == "Sore calf"
    assert (values["outcomes[0].measure"], values["outcomes[0].time_frame"]) == ("Pain", "6 weeks")
    assert values["locations[0].facility"] == "North Clinic"


def test_a_line_of_the_criteria_is_no_label() -> None:
    assert said(PAGE)["eligibility.text"].splitlines() == [
        "Inclusion criteria",
        "Sore calf",
        "Age: over 6 weeks sore",
        "Exclusion criteria",
        "Fracture",
    ]


def test_labels_and_values_side_by_side() -> None:
    lines = iter(PAGE.splitlines()[2:14])
    pairs = "\n".join(f"{label}\t{value}" for label, value in zip(lines, lines, strict=True))
    values = said(f"Rest for Sore Calves\n{pairs}\nSummary\nCalves get sore.\nKeywords\ncalf\n")
    assert values["eligibility.maximum_age"] == {"value": "70", "unit": "a"}
    assert values["lead_sponsor.name"] == "Ingrid Vass"
    assert values["keywords[0]"] == "calf"


def test_no_number_status_or_phase_is_a_title() -> None:
    page = PAGE.replace("Rest for Sore Calves\n", "NCT09999921\nPhase 2/Phase 3\nRest for Calves of Oxen\n")
    values = said(page + "Phase\nPhase 2\n")
    assert values["brief_title"] == "Rest for Calves of Oxen"


def test_what_the_head_says_beside_the_labels_is_kept() -> None:
    (record,) = read_text(
        PAGE.replace("Phase\nPhase 2/Phase 3", "Phase\nPhase 2")
        .replace(
            "Recruiting\n", "Recruiting\nPhase 2/Phase 3\nOslo Clinic1 site44 target enrollmentMay 2031\n", 1
        )
        .replace("Target number of participants\n60\n", "")
    )
    phases = [s.value for s in record.statements if s.field == "phases"]
    assert phases == [["PHASE2"], ["PHASE2", "PHASE3"]]
    assert [s.value for s in record.statements if s.field == "enrollment.planned"] == [44]


def test_a_row_keeps_its_place_where_its_last_cells_are_empty() -> None:
    page = PAGE + "Study arms\nArm\tIntervention\nExperimental: Rest\tOther: Rest\nNo Intervention: Work\t\n"
    values = said(page)
    assert (values["arms[0].label"], values["arms[1].label"]) == ("Rest", "Work")
    assert values["arms[1].type"] == "NO_INTERVENTION"


def test_a_table_tells_by_its_own_names_what_it_holds() -> None:
    page = PAGE.replace("Age range", "Arm\tType\tDescription\nA\tExperimental\tRest\nB\t\tWork\nAge range")
    values = said(page)
    assert (values["arms[0].type"], values["arms[1].description"]) == ("EXPERIMENTAL", "Work")
    assert values["eligibility.minimum_age"] == {"value": "18", "unit": "a"}


def test_a_level_alone_in_its_row_heads_the_rows_below() -> None:
    page = PAGE.replace("Primary outcome measure\nPain [Time Frame: 6 weeks]\n", "") + (
        "Outcome measures\nMeasure\tTime frame\nPrimary outcomes\t\nPain\t6 weeks\nGait\t\n"
    )
    values = said(page)
    assert (values["outcomes[0].level"], values["outcomes[0].measure"]) == ("primary", "Pain")
    assert (values["outcomes[1].level"], values["outcomes[1].measure"]) == ("primary", "Gait")


def test_what_had_not_come_is_no_silence() -> None:
    (record,) = read_text(PAGE.replace("Target number of participants\n60", "Enrollment\nLoading..."))
    assert record.absent["enrollment.planned"] == "not_loaded"
    assert record.absent["collaborators"] == "not_stated"


def test_values_between_the_heading_and_its_halves() -> None:
    page = PAGE.replace("Age range\n18 to 70 years\n", "").replace(
        "Inclusion criteria\n",
        "Eligibility criteria\nAges Eligible for Study: 16 Years and older\nSexes Eligible for Study\nAll\n"
        "Accepts Healthy Volunteers: No\nInclusion criteria\n",
    )
    values = said(page)
    assert values["eligibility.minimum_age"] == {"value": "16", "unit": "a"}
    assert values["eligibility.sex"] == "ALL"
    assert values["eligibility.healthy_volunteers"] is False
    assert values["eligibility.text"].startswith("Inclusion criteria\nSore calf")
