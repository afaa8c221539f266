"""`patients check` and `patients guess` as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from trialwright.model import codec
from trialwright.model.checking import PatientCheck

DAY = "2024-08-31"


def test_check_prints_one_document_by_its_schema(call, records: Path, people: Path) -> None:
    anaemia, liver = records / "anaemia-iron.page.txt", records / "liver-failure-msc.medpath.txt"
    argv = ("patients", "check", people, "--study", anaemia, liver, "--index-date", DAY, "--json")
    status, out, _ = call(*argv)
    assert status == 0
    jsonschema.Draft202012Validator(codec.schema(PatientCheck)).validate(json.loads(out))
    checked = codec.decode(out, PatientCheck)
    assert checked.people == 2000
    assert checked.rows == sum(one.rows for one in checked.codes)
    assert [one.rows for one in checked.codes] == sorted((one.rows for one in checked.codes), reverse=True)
    assert checked.index_date == DAY
    haemoglobin = checked.studies[0].criteria[1].leaves[0]
    assert haemoglobin.asks == "haemoglobin within 90 days before 2024-08-31"
    assert 0 < haemoglobin.in_window < haemoglobin.people < checked.people
    assert {leaf.answered_by for s in checked.studies for c in s.criteria for leaf in c.leaves} == {
        "data", "person", "nothing",
    }  # fmt: skip
    assert call(*argv) == (status, out, "")


def test_check_without_studies_only_counts(call, people: Path) -> None:
    status, out, err = call("patients", "check", people)
    assert status == 0
    assert "LOINC:718-7     haemoglobin" in out
    assert "the most frequent 30 of" in out
    assert "What the criteria ask" not in out
    assert "codes that no word of the vocabulary stands for" in err


def test_check_takes_the_options_that_change_what_is_asked(call, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "subject_id,time,code,numeric_value,unit\n1,2024-01-01,LOINC:718-7,100,g/L\n"
    )
    (tmp_path / "study.txt").write_text("Inclusion Criteria:\n\n- Haemoglobin above 80 g/L\n")
    argv = ("patients", "check", tmp_path / "people.csv", "--study", tmp_path / "study.txt", "--json")
    for more, expected in ((), 0), (("--currency", "quantity=P1Y"), 1):
        _, out, _ = call(*argv, "--index-date", DAY, *more)
        ((leaf,),) = [c["leaves"] for c in json.loads(out)["studies"][0]["criteria"]]
        assert (leaf["people"], leaf["in_window"]) == (1, expected)


def test_a_study_that_cannot_be_read_is_status_1_or_3(
    call, tmp_path: Path, people: Path, records: Path
) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    argv = ("patients", "check", people, "--json", "--study", tmp_path / "empty.txt")
    assert call(*argv)[0] == 3
    status, out, err = call(*argv, records / "anaemia-iron.page.txt")
    assert status == 1
    assert [one["uri"] for one in json.loads(out)["refused"]] == [str(tmp_path / "empty.txt")]
    assert "empty.txt" in err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("patients",), "ACTION"),
        (("patients", "chek", "x"), "did you mean 'check'"),
        (("patients", "check", "x", "--index-date", "may"), "write it like 2024-08-31"),
    ],
)
def test_wrong_usage_is_a_sentence(call, argv: tuple, words: str) -> None:
    status, out, err = call(*argv)
    assert (status, out) == (2, "")
    assert words in err


WIDE = """id,sex,dob,date,Hb (g/L)
1,F,1990-05-03,2024-08-20,95
2,F,1950,2024-08-20,120
3,X,1990,2024-08-20,95
"""
STUDY = "Inclusion Criteria:\n\n- Women aged 18 to 60 years\n- Haemoglobin from 80 to 110 g/L\n"


def test_a_guess_is_printed_or_written_and_then_given(call, tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_text(WIDE)
    (tmp_path / "study.txt").write_text(STUDY)
    screen = ("screen", tmp_path / "study.txt", "--patients", tmp_path / "wide.csv", "--index-date", DAY)
    status, out, err = call(*screen)
    assert (status, out) == (3, "")
    assert "trialwright patients guess FILE" in err
    status, out, err = call("patients", "guess", tmp_path / "wide.csv")
    assert (status, err) == (0, "")
    assert call("patients", "guess", tmp_path / "wide.csv", "-o", tmp_path / "map.toml") == (0, "", "")
    assert (tmp_path / "map.toml").read_text() == out
    status, out, err = call(*screen, "--columns", tmp_path / "map.toml", "--json")
    assert status == 0
    assert err == f"trialwright: {tmp_path}/wide.csv: column 'sex': 1 cell not among its values\n"
    (counted,) = json.loads(out)["studies"]
    assert (counted["screened"], counted["eligible"], counted["not_eligible"]) == (3, 1, 1)
    assert json.loads(out)["problems"] == ["column 'sex': 1 cell not among its values"]


def test_report_and_check_take_the_map(call, tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_text(WIDE)
    (tmp_path / "study.txt").write_text(STUDY)
    call("patients", "guess", tmp_path / "wide.csv", "-o", tmp_path / "map.toml")
    given = ("--columns", tmp_path / "map.toml", "--index-date", DAY, "--json")
    target = tmp_path / "report.html"
    status, out, _ = call(
        "report", tmp_path / "study.txt", "--patients", tmp_path / "wide.csv", *given, "-o", target
    )
    assert (status, target.exists(), json.loads(out)["screening"]["studies"][0]["screened"]) == (0, True, 3)
    status, out, _ = call("patients", "check", tmp_path / "wide.csv", *given)
    assert (status, json.loads(out)["people"]) == (0, 3)
