"""What goes wrong on the command line: exit statuses, and sentences that name it and help."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.servers import lacking_postgres

DAY = "2024-08-31"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ((), "no command"),
        (("raed", "x"), "did you mean 'read'"),
        (("read", "--jsn", "x"), "did you mean '--json'"),
        (("read",), "required: PATH"),
        (("screen", "x"), "--patients"),
        (("screen", "x", "--patients", "y", "--index-date", "31.8.2024"), "write it like 2024-08-31"),
        (("compile", "x", "--after", "parse"), "together with --lines"),
        (
            ("compile", "x", "--lines", "--after", "parse", "--explain", "en"),
            "--explain and --tree need whole criteria",
        ),
        (("schema", "stdy"), "did you mean 'study'"),
        (("screen", "x", "--patients", "y", "--engine", "duckdbb"), "did you mean 'duckdb'"),
        (("screen", "x", "--patients", "y", "--currency", "quantity=90"), "ISO 8601"),
        (("screen", "x", "--patients", "y", "--currency", "90"), "CLASS=DURATION"),
        (("library", "ad"), "did you mean 'add'"),
        (("read", "x", "--workers", "0"), "give 1 or more"),
        (("report", "x", "--columns", "y"), "give it as --patients"),
    ],
)
def test_wrong_usage_is_status_2_and_a_sentence(call, argv, words):
    status, out, err = call(*argv)
    assert (status, out if argv else "") == (2, "")
    assert words in err
    assert err.startswith("trialwright: ")
    assert len(err.splitlines()) == 1


BAD = {
    "empty.txt": b"",
    "binary.txt": bytes(range(256)) * 8,
    "latin.txt": "Größe: café naïve".encode("latin-1") + b"\xff\xfe\x00",
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("verb", ["read", "link", "compile", "report"])
def test_a_file_that_cannot_be_used_is_status_3_and_named(call, tmp_path, verb, name):
    path = tmp_path / name
    path.write_bytes(BAD[name])
    extra = ("-o", tmp_path / "r.html") if verb == "report" else ("--json",)
    status, out, err = call(verb, path, *extra)
    assert (status, out) == (3, "")
    assert name in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "r.html").exists()


def test_one_broken_file_among_good_ones_is_status_1_and_the_good_ones_are_done(call, tmp_path, records):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a-good.txt").write_bytes((records / "anaemia-iron.page.txt").read_bytes())
    (folder / "b-bad.txt").write_bytes(BAD["binary.txt"])
    (folder / "c-good.txt").write_bytes((records / "hepatitis-b.zh.txt").read_bytes())
    status, out, err = call("read", folder, "--json")
    assert status == 1
    assert len(json.loads(out)) == 2
    assert "b-bad.txt" in err
    status, out, _ = call("link", folder, "--json")
    assert status == 1
    assert ["b-bad.txt" in r["uri"] for r in json.loads(out)["refused"]] == [True]


def test_refusals_stand_in_the_json_of_screen(call, tmp_path, records, people):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(BAD["binary.txt"])
    document = records / "anaemia-iron.page.txt"
    status, out, err = call("screen", document, bad, "--patients", people, "--index-date", DAY, "--json")
    assert status == 1
    assert [r["uri"].endswith("bad.txt") for r in json.loads(out)["refused"]] == [True]
    assert "bad.txt" in err


def test_a_study_given_twice_is_wrong_usage(call, tmp_path, records, people):
    compiled = tmp_path / "studies.json"
    call("compile", records / "liver-failure-msc.medpath.txt", "-o", compiled)
    status, _, err = call("screen", compiled, compiled, "--patients", people, "--index-date", DAY)
    assert status == 2
    assert "NCT01844063" in err


def test_an_index_date_in_no_life(call, records, people):
    status, _, err = call("screen", records, "--patients", people, "--index-date", "9999-12-31")
    assert status == 2
    assert "9999-12-31" in err


def test_a_table_says_what_it_lacks_and_what_nobody_reads(call, records, tmp_path):
    table = tmp_path / "people.csv"
    table.write_text("subject_id,time,code,numeric_value,ward\np1,2024-08-01,LOINC:718-7,7O,3\n")
    document = records / "anaemia-iron.page.txt"
    status, out, err = call("screen", document, "--patients", table, "--index-date", DAY, "--json")
    assert status == 0
    assert "no column unit" in err
    assert "ward" in err
    assert "1 cells of the column numeric_value are no numbers" in err
    assert len(json.loads(out)["problems"]) == 3


def test_a_missing_file_is_named(call, tmp_path):
    status, _, err = call("read", tmp_path / "nothing.txt")
    assert status == 3
    assert "nothing.txt" in err


def test_a_patient_table_without_its_columns_says_which(call, records, tmp_path):
    table = tmp_path / "people.csv"
    table.write_text("person,when,what\n1,2024-01-01,x\n")
    status, _, err = call("screen", records, "--patients", table, "--index-date", DAY)
    assert status == 3
    assert "subject_id" in err
    assert "code" in err
    assert "person" in err


def test_a_unit_nobody_knows_is_named_and_the_rest_is_screened(call, records, tmp_path):
    table = tmp_path / "people.csv"
    table.write_text(
        "subject_id,time,code,numeric_value,unit\n"
        "p1,1980-01-01,MEDS_BIRTH,,\n"
        "p1,2024-08-01,LOINC:718-7,100,furlong\n"
        "p2,1980-01-01,MEDS_BIRTH,,\n"
    )
    document = records / "anaemia-iron.page.txt"
    status, out, err = call("screen", document, "--patients", table, "--index-date", DAY, "--json")
    (study,) = json.loads(out)["studies"]
    assert status == 0
    assert study["screened"] == 2
    assert "furlong" in err
    haemoglobin = next(c for c in study["criteria"] if c["id"] == "I2")
    assert haemoglobin["unknown_because"] == {"unit": 1, "missing": 1}


def test_a_database_that_is_not_there_is_told_without_its_password(call, records, people, tmp_path):
    lacking = lacking_postgres()
    if lacking:
        pytest.skip(lacking)
    common = ("screen", records, "--patients", people, "--index-date", DAY, "--engine", "postgres")
    for address in (
        f"postgresql://nobody:open-sesame@/trials?host={tmp_path}",
        "postgresql://nobody:open-sesame@[/trials",
        "nobody:open-sesame",
    ):
        status, out, err = call(*common, "--database", address)
        assert (status, out) == (3, "")
        assert "--database" in err
        assert "sesame" not in err
        assert len(err.splitlines()) == 1


def test_a_database_without_its_engine_is_wrong_usage(call, records, people):
    status, _, err = call("screen", records, "--patients", people, "--database", "postgresql://h/d")
    assert status == 2
    assert "--engine postgres" in err


def test_an_engine_nobody_knows(call, records, people):
    status, _, err = call("screen", records, "--patients", people, "--engine", "abacus", "--index-date", DAY)
    assert status == 2
    assert "abacus" in err
    assert "duckdb" in err


def test_an_output_that_cannot_be_written(call, records, tmp_path):
    target = tmp_path / "no" / "such" / "folder.json"
    status, _, err = call("read", records, "-o", target)
    assert status == 3
    assert "cannot be written" in err


def test_standard_input(records):
    text = (records / "anaemia-iron.page.txt").read_bytes()
    command = [str(Path(sys.executable).parent / "trialwright"), "read", "-", "--json"]
    done = subprocess.run(command, input=text, capture_output=True, check=True)
    (study,) = json.loads(done.stdout)
    assert study["eligibility"]["criteria"] == []
    assert study["enrollment"]["planned"] == 180


def test_a_closed_pipe_is_no_error(records):
    command = f"'{Path(sys.executable).parent}/trialwright' read '{records}' --json | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    assert done.stderr == b""
