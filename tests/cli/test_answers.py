"""`screen` beyond the counts: one person explained, what criteria cost, near misses, facts."""

import csv
import json

import jsonschema
import pytest

from trialwright.cli import main
from trialwright.model import codec
from trialwright.model.explanation import Explanation
from trialwright.model.screening import ScreeningSummary

DAY = "2024-08-31"
TABLE = """subject_id,time,code,numeric_value,text_value,unit
1,1980-01-01,MEDS_BIRTH,,,
1,,SEX//F,,,
1,2024-08-20,LOINC:718-7,78,,g/L
2,1990-01-01,MEDS_BIRTH,,,
2,,SEX//M,,,
3,1990-01-01,MEDS_BIRTH,,,
3,2024-08-20,LOINC:718-7,100,,g/L
"""
BLOCK = """Inclusion Criteria:
- Age 18 to 60 years
- Haemoglobin 80 to 120 g/L
- Women must have a negative pregnancy test
Exclusion Criteria:
- Creatinine above 150 umol/L
"""


@pytest.fixture
def call(capfdbinary):
    """Runs a command; gives its exit status, standard output and standard error."""

    def run(*argv):
        status = main([str(a) for a in argv])
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


@pytest.fixture
def given(call, tmp_path):
    """A study of five criteria and three people."""
    people, studies = tmp_path / "people.csv", tmp_path / "studies.json"
    people.write_text(TABLE)
    text = tmp_path / "trial.txt"
    text.write_text("Trial of iron\n\n" + BLOCK, encoding="utf-8")
    assert call("compile", text, "-o", studies)[0] == 0
    return (studies, "--patients", people, "--index-date", DAY)


def test_one_person_is_explained_as_text(call, given):
    status, out, _ = call("screen", *given, "--explain", "1")
    assert status == 0
    assert "not eligible: ruled out by I2" in out
    assert "I2  inclusion, RULES OUT: Haemoglobin 80 to 120 g/L" in out
    assert "* no   haemoglobin from 80 to 120 g/L  = 78 g/L on 2024-08-20 [LOINC:718-7]" in out
    _, out, _ = call("screen", *given, "--explain", "3")
    assert "creatinine within 90 days before 2024-08-31  →  E1: creatinine above 150 umol/L – no" in out


def test_one_person_is_explained_as_json_of_the_schema(call, given):
    status, out, _ = call("screen", *given, "--explain", "3", "--json", "--horizon", "P3M")
    told = codec.decode(out, Explanation)
    assert (status, told.subject_id, told.horizon) == (0, 3, "2024-11-30")
    jsonschema.Draft202012Validator(codec.schema(Explanation)).validate(json.loads(out))
    (study,) = told.studies
    assert [c.effect for c in study.criteria][:2] == ["passes", "passes"]
    assert study.to_qualify is not None
    assert "1980-01-01" not in out, "another person's birth"


def test_somebody_who_is_not_there_is_a_sentence(call, given):
    status, out, err = call("screen", *given, "--explain", "99", "--json")
    assert (status, out) == (2, "")
    assert "nobody in the table has the id '99'" in err
    assert "1980" not in err


def test_costs_near_misses_and_facts_come_into_the_json(call, given, tmp_path):
    target = tmp_path / "near.csv"
    wanted = ("--what-if", "--near-misses", target, "--facts", "--json")
    status, out, _ = call("screen", *given, *wanted)
    document = json.loads(out)
    jsonschema.Draft202012Validator(codec.schema(ScreeningSummary)).validate(document)
    (study,) = document["studies"]
    assert status == 0
    assert {s["id"]: s["excluded"] for s in study["what_if"]["shares"]}["I2"] == 1.0
    (curve,) = study["what_if"]["curves"]
    assert (curve["id"], curve["bound"], curve["points"]) == (
        "I2", 80.0, [{"bound": 78.0, "eligible": 0, "undecided": 1}],
    )  # fmt: skip
    assert study["near_misses"]["criteria"][0]["near"] == 1
    assert study["facts"]["facts"][0]["wanted"] == 2
    with target.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["subject_id"], row["value"], row["bound"], row["unit"]) == ("1", "78.0", "80.0", "g/L")
    narrow = call("screen", *given, *wanted, "--near", "1%")[1]
    assert json.loads(narrow)["studies"][0]["near_misses"]["criteria"][0]["near"] == 0


def test_without_asking_nothing_of_it_is_worked_out(call, given):
    (study,) = json.loads(call("screen", *given, "--json")[1])["studies"]
    assert [study[name] for name in ("what_if", "near_misses", "facts")] == [None] * 3


def test_tables_for_people_say_the_same(call, given, tmp_path):
    out = call("screen", *given, "--what-if", "--facts", "--near-misses", tmp_path / "n.parquet")[1]
    for words in ("what each criterion costs", "bounds moved", "how narrowly people miss", "would decide"):
        assert words in out
    import duckdb

    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT subject_id, relative FROM read_parquet('{tmp_path / 'n.parquet'}')"
        ).fetchall()
    assert rows == [(1, 0.025)]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--explain", "1", "--what-if"), "run the command twice"),
        (("--explain", "1", "--verdicts", "v.csv"), "run the command twice"),
        (("--horizon", "P1Y"), "--explain"),
        (("--explain", "1", "--horizon", "soon"), "ISO 8601"),
        (("--explain", "1", "--horizon", "P20Y"), "up to ten years"),
        (("--near", "5%"), "--near-misses FILE"),
        (("--near-misses", "n.csv", "--near", "close"), "like 10%"),
    ],
)
def test_what_does_not_go_together_is_refused(call, given, more, told):
    status, out, err = call("screen", *given, *more)
    assert (status, out) == (2, "")
    assert told in err


def test_near_misses_are_written_whole_or_not_at_all(call, given, tmp_path):
    status, _, err = call("screen", *given, "--near-misses", tmp_path / "near.xlsx")
    assert status == 3
    assert "near misses cannot be written as .xlsx" in err
    assert not list(tmp_path.glob(".trialwright*"))


def test_what_settles_is_told_where_it_is_more_than_what_qualifies(call, tmp_path):
    people, text = tmp_path / "people.csv", tmp_path / "trial.txt"
    people.write_text("subject_id,time,code\n1,1990-01-01,MEDS_BIRTH\n")
    text.write_text("Trial\n\nInclusion Criteria:\n- INR above 1.5 or creatinine above 150 umol/L\n")
    out = call("screen", text, "--patients", people, "--index-date", DAY, "--explain", 1)[1]
    assert "Eligible if (1 to find out)\n    INR within" in out
    assert "Settled, whatever they say (2 to find out)\n    INR within" in out
    assert "Would decide alone" not in out


def test_who_cannot_qualify_is_told_so(call, tmp_path):
    people, text = tmp_path / "people.csv", tmp_path / "trial.txt"
    people.write_text("subject_id,time,code\n1,1990-01-01,MEDS_BIRTH\n")
    text.write_text("Trial\n\nInclusion Criteria:\n- INR above 3\n\nExclusion Criteria:\n- INR above 2\n")
    out = call("screen", text, "--patients", people, "--index-date", DAY, "--explain", 1)[1]
    assert "No answers to what is open make this person eligible." in out
    assert "Settled, whatever they say (1 to find out)" in out
    people.write_text("subject_id,time,code\n1,2024-08-01,MEDS_DEATH\n")
    out = call("screen", text, "--patients", people, "--index-date", DAY, "--explain", 1)[1]
    assert "not screened: deceased" in out
