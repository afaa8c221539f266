"""Labels on one line with their values, those included that no list knows."""

from trialwright.formats import read_text
from trialwright.model.source import Record

PAGE = """Main ID: NCT09999921
Public title: Rest for sore calves
Recruitment status: Recruiting
Condition: Sore calf
Also known as: ISRCTN99990017; CTRI/2031/01/099999, DRKS00099999 and 2029-009999-23
Extension of: NCT09999922
Sex: All
"""


def test_a_line_of_numbers_is_the_trials_under_any_label_but_that_of_another_trial() -> None:
    (record,) = read_text(PAGE)
    assert isinstance(record, Record)
    assert record.source.format == "labelled-text"
    numbers = [s.value["value"] for s in record.statements if s.field.startswith("identifiers[")]
    assert numbers == [
        "NCT09999921", "ISRCTN99990017", "CTRI/2031/01/099999", "DRKS00099999", "2029-009999-23"
    ]  # fmt: skip
    conditions = [s.value for s in record.statements if s.field.startswith("conditions[")]
    assert conditions == ["Sore calf"]
