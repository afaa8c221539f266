"""When a register showed a trial first and last, wherever the document says so."""

from trialwright.formats import read_text
from trialwright.model.source import Record

FIELDS = ("study_first_post_date", "last_update_post_date")


def days(text: str) -> list[str]:
    (record,) = read_text(text)
    assert isinstance(record, Record)
    return [s.value["value"] for field in FIELDS for s in record.statements if s.field == field]


def test_a_row_of_the_world_portal() -> None:
    names = "TrialID,Public_title,Scientific_title,Date_registration,Source_Register,Recruitment_Status"
    assert days(f"{names}\nACTRN12699000498695,Tea,Nettle tea,14/03/2031,ANZCTR,Recruiting\n") == [
        "2031-03-14"
    ]


def test_an_isrctn_record() -> None:
    assert days(
        '<allTrials xmlns="http://www.67bricks.com/isrctn"><fullTrial><trial lastUpdated="2031-01-01">'
        '<isrctn dateAssigned="2030-02-03T00:00:00.000Z">99990017</isrctn>'
        "<trialDescription><title>Tea</title>"
        "</trialDescription></trial></fullTrial></allTrials>"
    ) == ["2030-02-03", "2031-01-01"]


def test_a_page_nobody_knows() -> None:
    assert days(
        "Rest for Sore Calves\nStatus\nRecruiting\nSponsor\nIngrid Vass\nStudy type\nInterventional\n"
        "Sex\nAll\n"
        "Date of registration\n2030-05-06\nLast updated\n3 years ago\n"
    ) == ["2030-05-06"]
