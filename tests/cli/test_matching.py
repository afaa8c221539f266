"""`screen --subject` and `library compile` on the command line: what is printed, and what is refused."""

import json
from pathlib import Path

import jsonschema
import pytest

from trialwright.model import codec
from trialwright.model.matching import Matching

DAY = ("--index-date", "2024-08-31")


@pytest.fixture
def library(call, records, tmp_path):
    path = tmp_path / "trials.sqlite"
    assert call("library", "add", records, "--to", path)[0] == 0
    return path


def test_a_compiled_library_and_its_documents_print_the_same(call, library, records, people):
    asked = ("--patients", people, *DAY, "--subject", "282", "--all", "--json")
    status, fresh, err = call("screen", library, *asked)
    assert status == 0
    assert "its 7 trials were compiled for this answer" in err
    status, out, err = call("library", "compile", library, "--workers", "1")
    assert (status, out) == (0, "")
    assert "7 trials are ready: 7 compiled now, 0 kept" in err
    status, kept, err = call("screen", library, *asked)
    assert (status, kept, err) == (0, fresh, "")
    _, documents, _ = call("screen", records, *asked)
    assert [m["verdict"] for m in json.loads(documents)["matches"]] == [
        m["verdict"] for m in json.loads(kept)["matches"]
    ]


def test_the_json_has_a_schema_and_whole_counts(call, library, people):
    status, out, _ = call("screen", library, "--patients", people, *DAY, "--subject", "282", "--json")
    found = json.loads(out)
    jsonschema.Draft202012Validator(codec.schema(Matching)).validate(found)
    _, schema, _ = call("schema", "match")
    assert json.loads(schema) == json.loads(codec.encode(codec.schema(Matching)))
    assert status == 0
    assert found["trials"] == found["eligible"] + found["undecided"] + found["not_eligible"] == 7
    assert sum(cause["trials"] for cause in found["not_eligible_because"]) == found["not_eligible"]
    assert {m["verdict"] for m in found["matches"]} == {"met", "unknown"}


def test_the_table_tells_what_fails_and_what_is_needed(call, library, people):
    asked = ("screen", library, "--patients", people, *DAY, "--subject", "282")
    status, out, err = call(*asked)
    assert status == 0
    assert "Trials for 282 at 2024-08-31" in out
    assert "not eligible" not in out
    assert "7 trials: 1 eligible, 1 undecided, 5 not eligible (" in err
    assert err.rstrip().endswith("2 listed")
    _, out, err = call(*asked, "--all")
    assert "14.3 g/dL" in out
    assert err.rstrip().endswith("7 listed")
    _, _, err = call(*asked, "--limit", "1")
    assert err.rstrip().endswith("1 listed")


def test_a_file_can_be_written(call, library, people, tmp_path):
    target = tmp_path / "matches.json"
    status, out, _ = call("screen", library, "--patients", people, *DAY, "--subject", "282", "-o", target)
    assert (status, out) == (0, "")
    assert json.loads(target.read_text())["subject_id"] == 282


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--subject", "999999"), "nobody in the table"),
        (("--subject", "x"), "nobody in the table"),
        (("--subject", "282", "--verdicts", "v.csv"), "--verdicts and --subject do not go together"),
        (("--subject", "282", "--what-if"), "--what-if and --subject do not go together"),
        (("--subject", "282", "--explain", "282"), "--explain and --subject do not go together"),
        (("--subject", "282", "--limit", "-1"), "--limit -1 is no number of trials"),
        (("--limit", "3"), "give --subject ID as well"),
        (("--all",), "give --subject ID as well"),
    ],
)
def test_what_cannot_work_is_said_in_one_sentence(call, library, people, words, said):
    status, out, err = call("screen", library, "--patients", people, *DAY, *words)
    assert (status, out) == (2, "")
    assert said in err.splitlines()[-1]


def test_what_is_refused_is_named_and_the_rest_is_matched(call, records, people, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text('{"protocolSection": ')
    asked = ("--patients", people, *DAY, "--subject", "282")
    status, out, err = call("screen", records, bad, *asked, "--json")
    assert (status, json.loads(out)["trials"]) == (1, 7)
    assert "bad.json" in err
    status, out, err = call("screen", bad, *asked)
    assert (status, out) == (3, "")
    assert "bad.json" in err


def test_compiling_prints_one_json_document(call, library):
    status, out, _ = call("library", "compile", library, "--workers", "1", "--json")
    assert (status, json.loads(out)["compiled"]) == (0, {"trials": 7, "compiled": 7, "kept": 0, "gone": 0})


def test_compiling_wants_a_library_and_somebody_to_do_it(call, library, records):
    status, _, err = call("library", "compile", "nothing.sqlite")
    assert (status, "no such library" in err) == (3, True)
    assert not Path("nothing.sqlite").exists()
    status, _, err = call("library", "compile", library, "--workers", "0")
    assert (status, "nobody to do the work" in err) == (2, True)
