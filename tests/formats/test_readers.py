"""Each kind of page: what its reader states, and what it leaves alone."""

import importlib.util
import pathlib
from typing import Any

import pytest

from trialwright.errors import UnknownFormat, UsageError
from trialwright.formats import READERS, read_text
from trialwright.model.source import Record

_spec = importlib.util.spec_from_file_location("documents", pathlib.Path(__file__).with_name("documents.py"))
assert _spec is not None
assert _spec.loader is not None
documents: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(documents)

ALL = {
    "keyline-text": documents.KEYLINE,
    "medpath-text": documents.MEDPATH,
    "veeva-text": documents.VEEVA,
    "textblock-text": documents.TEXTBLOCK,
    "abstract-text": documents.ABSTRACT,
    "labelled-text": documents.LABELLED,
    "plain-text": documents.PLAIN,
}


def only(text: str) -> Record:
    (record,) = read_text(text, uri="page.txt")
    return record


def said(record: Record) -> dict[str, Any]:
    """The first value of each field."""
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
    return values


def notes(record: Record) -> set[str]:
    return {note.code for note in record.notes}


@pytest.mark.parametrize("name", ALL)
def test_each_page_finds_its_reader(name: str) -> None:
    assert only(ALL[name]).source.format == name


@pytest.mark.parametrize("name", ALL)
def test_spans_hold_the_words(name: str) -> None:
    record = only(ALL[name])
    for s in record.statements:
        assert s.span is not None
        words = record.text[s.span[0] : s.span[1]]
        assert words
        assert words == words.strip()
        if s.raw is not None:
            assert words == s.raw
        else:
            assert words == s.value


@pytest.mark.parametrize("name", ALL)
def test_windows_line_ends_change_no_value(name: str) -> None:
    def short(record: Record) -> list[tuple[str, Any]]:
        return [(s.field, s.value) for s in record.statements if "\n" not in str(s.value)]

    windows = only(ALL[name].replace("\n", "\r\n"))
    assert [x for x in short(windows) if "\r" not in str(x[1])] == short(only(ALL[name]))


def test_keyline() -> None:
    record = only(documents.KEYLINE)
    values = said(record)
    assert values["brief_title"] == "Zelomab for Night Cramps in Patients With Restless Calf Syndrome"
    assert values["overall_status"] == "ACTIVE_NOT_RECRUITING"
    assert values["completion_date"] == {"value": "2031-04-01", "precision": "day", "kind": None}
    assert values["eligibility.sex"] == "FEMALE"
    assert values["phases"] == ["PHASE2", "PHASE3"]
    assert values["eligibility.healthy_volunteers"] is False
    assert (values["lead_sponsor.name"], values["lead_sponsor.person"]) == ("Ingrid Vass", True)
    assert values["collaborators[0].name"] == "Northport General Hospital"
    assert values["eligibility.text"].startswith("Inclusion Criteria:\n\n1. Status:")
    assert values["eligibility.text"].endswith("1. pregnancy")
    assert "enrollment.planned" not in values
    assert record.absent["enrollment.planned"] == "sentinel"
    assert record.absent["arms"] == record.absent["id"] == "not_stated"
    assert {"sentinel", "day_may_be_imputed"} <= notes(record)


def test_zero_people_is_true_of_a_withdrawn_trial() -> None:
    page = documents.KEYLINE.replace("Active, not recruiting", "Withdrawn")
    assert said(only(page))["enrollment.planned"] == 0


def test_an_end_in_1969_is_no_date() -> None:
    record = only(documents.KEYLINE.replace("2031-04-01", "1969-12-31"))
    assert "completion_date" not in said(record)
    assert record.absent["completion_date"] == "sentinel"


def test_medpath_cuts_glued_cells() -> None:
    record = only(documents.MEDPATH)
    values = said(record)
    assert [values[f"arms[{i}].label"] for i in (0, 1)] == ["Cooling", "Rest"]
    assert values["arms[0].interventions[0]"] == "Ice cuff"
    assert values["arms[0].interventions[1]"] == "Rest"
    assert values["arms[1].description"] == "Legs up."
    outcomes = [
        (
            values[f"outcomes[{i}].level"],
            values[f"outcomes[{i}].measure"],
            values[f"outcomes[{i}].time_frame"],
        )
        for i in range(4)
    ]
    assert outcomes == [
        ("primary", "Girth of the knee", "6 hours"),
        ("secondary", "Pain at rest at 2 days", "Up to 2 days"),
        ("secondary", "Change of CD4", "7 days"),
        ("secondary", "Wish to stop", "one year after the end"),
    ]
    assert values["outcomes[0].description"] == "Measured with a tape [in mm]"
    assert "arms[2].label" not in values
    assert values["eligibility.minimum_age"] == {"value": "21", "unit": "a"}
    assert record.absent["detailed_description"] == "stated_unavailable"


def test_medpath_places_keep_a_person_with_a_note() -> None:
    record = only(documents.MEDPATH)
    values = said(record)
    assert values["locations[0].country"] == "Norway"
    assert values["locations[1].facility"] == "Seoul Knee Clinic"
    assert values["locations[1].country"] == "Korea, Republic of"
    assert "person_as_facility" in notes(record)
    (person,) = [s for s in record.statements if s.value == "Ada Brandt"]
    assert person.certainty < 0.5


def test_veeva() -> None:
    record = only(documents.VEEVA)
    values = said(record)
    assert values["brief_title"] == "Singing Against Snoring"
    assert values["lead_sponsor.name"] == "Marlow Institute"
    assert values["lead_sponsor.class"] == "INDUSTRY"
    assert values["enrollment.actual"] == 12
    assert values["eligibility.minimum_age"] == {"value": "18", "unit": "a"}
    assert values["eligibility.healthy_volunteers"] is True
    assert values["design.masking"] == "DOUBLE"
    assert values["design.who_masked"] == ["PARTICIPANT", "INVESTIGATOR"]
    roles = [s.value for s in record.statements if s.field.startswith("identifiers")]
    assert [(r["value"], r["scheme"], r["role"]) for r in roles] == [
        ("NCT09999902", "nct", "registry"),
        ("2030-001234-11", "eudract", "registry"),
        ("SNG-7", "other", "sponsor"),
    ]
    assert values["arms[0].type"] == "EXPERIMENTAL"
    assert values["arms[1].interventions[0]"] == "Reading aloud"
    assert values["arms[0].size"] == 6
    assert [values[f"contacts[{i}].name"] for i in (0, 1)] == ["Olaf Meer, MD", "Nora Quist"]
    assert record.absent["locations"] == "not_loaded"
    assert "M" not in values.values()


def test_textblock() -> None:
    record = only(documents.TEXTBLOCK)
    values = said(record)
    assert values["conditions[0]"] == "chronic hiccup disorder"
    assert values["interventions[0].name"] == "warm quince extract therapy (WQT)"
    assert values["enrollment.planned"] == 16
    assert values["design.allocation"] == "RANDOMIZED"
    assert "brief_title" not in values
    assert "fragment" in notes(record)


def test_abstract_with_a_second_witness() -> None:
    record = only(documents.ABSTRACT)
    values = said(record)
    assert record.source.language == "en+zh"
    assert values["phases"] == ["PHASE1", "PHASE2"]
    assert values["design.masking"] == "DOUBLE"
    assert [values[f"arms[{i}].size"] for i in (0, 1)] == [12, 8]
    assert values["interventions[0].name"] == "marrow-cell infusions"
    assert values["conditions[0]"] == "chronic hiccup disorder"
    paper = values["publications[0]"]
    assert paper["doi"] == "10.9999/jom.2030.0007"
    assert paper["date"] == {"value": "2030-03-09", "precision": "day", "kind": None}
    for field, value, count in (
        ("enrollment.actual", 20, 2),
        ("arms[1].size", 8, 2),
        ("reported_results[0].value", "75", 2),
        ("reported_results[2].value", "0.02", 2),
    ):
        assert [s.value for s in record.statements if s.field == field] == [value] * count
    roles = {s.value["value"]: s.value["role"] for s in record.statements if "identifiers" in s.field}
    assert roles == {"NCT09999903": "registry", "NCT09999904": "other"}


def test_labels_with_values_beside_them() -> None:
    record = only(documents.LABELLED)
    values = said(record)
    assert values["identifiers[0]"]["scheme"] == "isrctn"
    assert values["start_date"] == {"value": "2029-03-03", "precision": "day", "kind": None}
    assert values["enrollment.planned"] == 75
    assert values["conditions[1]"] == "Blue toes"
    assert values["interventions[1].name"] == "Cotton socks"
    assert values["design.who_masked"] == ["PARTICIPANT", "INVESTIGATOR"]
    assert values["eligibility.text"].endswith("- cold feet")
    assert values["eligibility.minimum_age"] == {"value": "6", "unit": "a"}
    assert record.absent["eligibility.maximum_age"] == "not_applicable"
    assert record.absent["overall_status"] == "unparsable"
    assert record.absent["phases"] == "not_applicable"


def test_plain_text_says_that_it_was_not_recognised() -> None:
    record = only(documents.PLAIN)
    values = said(record)
    assert "format_not_recognised" in notes(record)
    assert values["brief_title"] == "A Trial of Whistling in Patients With Dry Throat"
    assert values["identifiers[0]"]["role"] == "registry"
    assert values["enrollment.planned"] == 34
    assert values["design.masking"] == "SINGLE"
    assert (
        values["eligibility.text"]
        == documents.PLAIN[documents.PLAIN.index("Inclusion") : documents.PLAIN.index("\n\nContacts")]
    )


def test_a_review_that_names_trials_has_no_number_of_its_own() -> None:
    text = (
        "Two trials are known.\nOne looked at gout (NCT09999906), one at warts (NCT09999907) in other towns."
    )
    roles = [s.value["role"] for s in only(text).statements if s.field.startswith("identifiers")]
    assert roles == ["other", "other"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1}', "JSON"),
        ("<?xml version='1.0'?><a/>", "XML"),
        ("<!DOCTYPE html><html></html>", "HTML"),
        ("NCT,Name,State\nNCT09999901,Knees,DONE\n", "a table"),
        (" \n\t ", "empty"),
        ("12 34 !!", "no reader recognises"),
    ],
)
def test_what_is_no_text_of_a_trial_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(UnknownFormat, match=words):
        read_text(text, uri="x")


def test_a_format_can_be_named() -> None:
    (record,) = read_text(documents.KEYLINE, format="plain-text")
    assert record.source.format == "plain-text"
    with pytest.raises(UsageError, match="keyline-text"):
        read_text(documents.KEYLINE, format="papyrus")


def test_names_are_unique() -> None:
    assert len({reader.NAME for reader in READERS}) == len(READERS)
