"""Wild spellings of closed lists, and those that must stay unread."""

import pytest

from trialwright.language import enumerations as lists


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Unknown status", "UNKNOWN"),
        ("no longer recruiting", "ACTIVE_NOT_RECRUITING"),
        ("Active, not recruiting", "ACTIVE_NOT_RECRUITING"),
        ("Closed: follow-up complete", "COMPLETED"),
        ("Completed: recruitment & data analysis complete", "COMPLETED"),
        ("Main results already published", "COMPLETED"),
        ("Pending (not yet recruiting)", "NOT_YET_RECRUITING"),
        ("Preinitiation", "NOT_YET_RECRUITING"),
        ("Open public recruiting", "RECRUITING"),
        ("open to recruitment: actively recruiting participa", "RECRUITING"),
        ("Enrolling by invitation(outpatients are not recruited publicly)", "ENROLLING_BY_INVITATION"),
        ("Temporary halt or suspension", "SUSPENDED"),
        ("Prematurely Ended", "TERMINATED"),
        ("Canceled", "WITHDRAWN"),
        ("NOT_YET_RECRUITING", "NOT_YET_RECRUITING"),
        ("Not Recruiting", None),
        ("Authorised-recruitment may be ongoing or finished", None),
    ],
)
def test_status(words: str, status: str | None) -> None:
    assert lists.read_status(words) == status


@pytest.mark.parametrize(
    ("words", "phases"),
    [
        ("Phase 1/Phase 2", ("PHASE1", "PHASE2")),
        ("1-2", ("PHASE1", "PHASE2")),
        ("I/II", ("PHASE1", "PHASE2")),
        ("II-III", ("PHASE2", "PHASE3")),
        ("IIb", ("PHASE2",)),
        ("Phase-3", ("PHASE3",)),
        ("Phase2", ("PHASE2",)),
        ("PHASE1", ("PHASE1",)),
        ("Phase 2/Phase 1", ("PHASE1", "PHASE2")),
        ("phase 1/2a", ("PHASE1", "PHASE2")),
        ("I+II (Phase I+Phase II)", ("PHASE1", "PHASE2")),
        ("Early Phase 1", ("EARLY_PHASE1",)),
        ("0 (exploratory trials)", ("EARLY_PHASE1",)),
        ("N/A", ("NA",)),
        ("Not Applicable", ("NA",)),
        ("Human pharmacology (Phase I): no\nTherapeutic exploratory (Phase II): yes\n", ("PHASE2",)),
        ("0", None),
        ("Not selected", None),
        ("43892", None),
        ("Retrospective study", None),
        ("Post Marketing Surveillance", None),
        ("Status", None),
    ],
)
def test_phases(words: str, phases: tuple[str, ...] | None) -> None:
    assert lists.read_phases(words) == phases


@pytest.mark.parametrize(
    ("words", "sex"),
    [
        ("Both, male and female", "ALL"),
        ("<br>Female: yes<br>Male: yes<br>", "ALL"),
        ("<br>Female: yes<br>Male: no<br>", "FEMALE"),
        ("Female: no Male: no", None),
        ("Female, Male", "ALL"),
        ("Females", "FEMALE"),
        ("-", None),
    ],
)
def test_sex(words: str, sex: str | None) -> None:
    assert lists.read_sex(words) == sex


def test_masking_names_its_roles() -> None:
    assert lists.read_masking("Quadruple (Participant, Care Provider, Investigator, Outcomes Assessor)") == (
        "QUADRUPLE",
        ("PARTICIPANT", "CARE_PROVIDER", "INVESTIGATOR", "OUTCOMES_ASSESSOR"),
    )
    assert lists.read_masking("None (Open label)") == ("NONE", ())
    assert lists.read_masking("Blindfold") is None


@pytest.mark.parametrize(
    "name",
    ["Wei-Lin Zhou", "Ana de Souza", "Prof. Carl Berg", "J. P. Moreau", "lena oak, Ph. D", "Björn Åkesson"],
)
def test_people(name: str) -> None:
    assert lists.looks_like_person(name)


@pytest.mark.parametrize(
    "name",
    [
        "Westmoor University",
        "LivaNova",
        "Acme Therapeutics",
        "Novo Nordisk A/S",
        "Hospital Clínico, Rome",
        "Army Medical Command",
        "City of Hope",
        "ABCD",
        "Red Stem Cells Ltd.",
    ],
)
def test_organisations(name: str) -> None:
    assert not lists.looks_like_person(name)


def test_three_ways_to_have_no_value() -> None:
    assert lists.is_unavailable("Not available")
    assert lists.is_not_loaded("Loading...")
    assert lists.is_not_applicable("N/A")
    assert not any(f("Gout") for f in (lists.is_unavailable, lists.is_not_loaded, lists.is_not_applicable))


def test_the_same_said_twice_and_in_chinese() -> None:
    assert lists.read_sex("Both males and females") == "ALL"
    assert lists.read_sex("Both males") is None
    assert lists.read_status("Suspended by CA") == "SUSPENDED"
    assert lists.read_status("Terminated (Halted Prematurely)") == "TERMINATED"
    assert lists.read_status("Recruiting (closed)") is None
    assert lists.read_phases("II期") == lists.read_phases("Ⅱ期") == ("PHASE2",)
    assert lists.read_phases("Ⅰ/Ⅱ期临床试验") == ("PHASE1", "PHASE2")
    assert lists.read_phases("早期") is None
