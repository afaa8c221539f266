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
