"""The commands by their contract: what goes to which stream, and the same bytes from every engine."""

import json

import jsonschema
import pytest

from trialwright.cli.arguments import VERBS
from trialwright.model import codec
from trialwright.model.screening import ScreeningSummary
from trialwright.model.study import Linked, Study

DAY = "2024-08-31"


def test_read_prints_an_array_of_studies(call, records):
    status, out, err = call("read", records, "--json")
    studies = json.loads(out)
    assert (status, err, len(studies)) == (0, "", 10)
    schema = jsonschema.Draft202012Validator(codec.schema(Study))
    for study in studies:
        schema.validate(study)
    assert codec.decode(out, tuple[Study, ...])


def test_link_prints_studies_links_and_refusals(call, records):
    status, out, _ = call("link", records, "--json")
    linked = codec.decode(out, Linked)
    assert status == 0
    assert set(json.loads(out)) == {"studies", "links", "refused"}
    assert 5 <= len(linked.studies) < 10
    assert all(n.reasons for n in linked.links)


def test_compile_prints_studies_with_criteria(call, records):
    status, out, _ = call("compile", records / "liver-failure-msc.medpath.txt", "--json")
    (study,) = codec.decode(out, tuple[Study, ...])
    text = (records / "liver-failure-msc.medpath.txt").read_text()
    assert status == 0
    assert [c.id for c in study.eligibility.criteria] == [
        *(f"I{n}" for n in range(1, 9)),
        "E1",
        "E2",
        "E3",
        "E4",
    ]
    for criterion in study.eligibility.criteria:
        assert text[slice(*criterion.span)] == criterion.text


def test_compile_lines_prints_one_object_a_line(call, tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("Age 18 to 65 years\n\ntelephone access\n")
    status, out, _ = call("compile", "--lines", path, "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [row["line"] for row in rows] == [1, 2, 3]
    assert rows[0]["kind"] is None
    assert rows[0]["expr"]["type"] == "demographic"
    assert rows[2]["expr"] == rows[2]["expr"] | {"type": "unparsed", "text": "telephone access"}


@pytest.fixture
def own(tmp_path):
    """A dictionary with a word that the shipped vocabulary means otherwise."""
    file = tmp_path / "own.toml"
    file.write_text(
        '[[term]]\nname = "alternative test"\nkind = "quantity"\nwords = ["ALT"]\ncodes = ["LOCAL:alt"]\n'
    )
    return file


def test_a_dictionary_of_ones_own_wins(call, tmp_path, own):
    (tmp_path / "lines").write_text("ALT above 90 U/L\nAST above 90 U/L\n")
    status, out, _ = call("compile", "--lines", tmp_path / "lines", "--dictionary", own, "--json")
    names = [json.loads(line)["expr"]["concept"]["name"] for line in out.splitlines()]
    assert (status, names) == (0, ["alternative test", "AST"])


def test_screen_and_report_take_a_dictionary(call, tmp_path, own, records, people):
    record = records / "anaemia-iron.page.txt"
    given = (record, "--patients", people, "--index-date", DAY, "--json")
    plain = json.loads(call("screen", *given)[1])["studies"][0]["criteria"]
    status, out, _ = call("screen", *given, "--dictionary", own)
    (study,) = json.loads(out)["studies"]
    assert status == 0
    assert study["criteria"] != plain
    status, out, _ = call("report", *given, "--dictionary", own, "-o", tmp_path / "r.html")
    assert (status, json.loads(out)["screening"]["studies"][0]["criteria"]) == (0, study["criteria"])


@pytest.mark.parametrize("verb", ["compile", "screen", "report"])
def test_a_mistake_in_a_dictionary_is_named(call, tmp_path, records, people, verb):
    (tmp_path / "own.toml").write_text('\n[[term]]\nname = "gout"\n')
    people = ("--patients", people) if verb != "compile" else ()
    given = (records / "anaemia-iron.page.txt", *people, "--dictionary", tmp_path / "own.toml")
    status, out, err = call(verb, *given)
    assert (status, out) == (3, "")
    assert "own.toml, line 2: the term 'gout': a term needs a kind" in err


def test_compile_draws_trees(call, tmp_path, records):
    path = tmp_path / "lines.txt"
    path.write_text("Gout or stroke\nHaemoglobin < 9 mg/dL\n", encoding="utf-8")
    status, out, _ = call("compile", "--lines", path, "--tree")
    assert status == 0
    assert out.startswith("1  Gout or stroke\n    any\n    ├─ gout at present\n    └─ stroke at present\n\n2")
    assert "! 9 mg/dL is no plausible haemoglobin" in out
    _, out, _ = call("compile", "--lines", path, "--tree", "--json")
    assert json.loads(out.splitlines()[0])["drawn"] == "any\n├─ gout at present\n└─ stroke at present"
    path.write_text("Inclusion Criteria:\n- Age 18 to 30 years\n- Age > 40 years\n", encoding="utf-8")
    _, out, _ = call("compile", "--text", path, "--tree")
    assert out.endswith("do they speak of two groups of people?\n")
    _, out, _ = call("compile", "--text", path, "--tree", "--json")
    assert [c["drawn"] for c in json.loads(out)["criteria"]] == [
        "age from 18 to 30 years",
        "age above 40 years",
    ]
    document = records / "liver-failure-msc.medpath.txt"
    _, out, _ = call("compile", document, "--tree")
    assert "\nI1  " in out
    _, out, _ = call("compile", document, "--tree", "--json")
    assert all(c["drawn"] for c in json.loads(out)[0]["eligibility"]["criteria"])


def test_compile_text_prints_criteria(call, tmp_path):
    path = tmp_path / "block.txt"
    path.write_text("Inclusion Criteria:\n- Age 18 to 65 years\nExclusion Criteria:\n- HIV positive\n")
    status, out, _ = call("compile", "--text", path, "--json")
    document = json.loads(out)
    assert status == 0
    assert [(c["id"], c["kind"]) for c in document["criteria"]] == [("I1", "inclusion"), ("E1", "exclusion")]


def test_compile_explains_criteria_when_asked(call, records, tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("Age 18 to 65 years\nALT > 3 x ULN\n")
    rows = [json.loads(row) for row in call("compile", "--lines", path, "--explain", "zh")[1].splitlines()]
    assert [row["explained"] for row in rows] == ["年龄介于18至65岁", "丙氨酸氨基转移酶大于3倍正常值上限"]
    assert "explained" not in call("compile", "--lines", path)[1]
    block = tmp_path / "block.txt"
    block.write_text("Inclusion Criteria:\n- Age 18 to 65 years\n")
    document = json.loads(call("compile", "--text", block, "--explain", "en")[1])
    assert [c["explained"] for c in document["criteria"]] == ["age from 18 to 65 years"]
    record = records / "anaemia-iron.page.txt"
    (study,) = json.loads(call("compile", record, "--json", "--explain", "en")[1])
    assert study["eligibility"]["criteria"][1]["explained"] == "haemoglobin from 80 to 120 g/L"
    assert "血红蛋白介于80至120 g/L" in call("compile", record, "--explain", "zh")[1]


def test_what_is_explained_is_still_a_study(call, records, tmp_path):
    plain, explained = tmp_path / "plain.json", tmp_path / "explained.json"
    call("compile", records, "-o", plain)
    call("compile", records, "--explain", "zh", "-o", explained)
    assert call("compile", explained, "--json")[1] == call("compile", plain, "--json")[1]


def test_screen_prints_counts_that_add_up(call, records, people):
    status, out, _ = call("screen", records, "--patients", people, "--index-date", DAY, "--json")
    summary = codec.decode(out, ScreeningSummary)
    assert status == 0
    assert summary.index_date == DAY
    assert len(summary.studies) == 7  # three pairs of the ten documents share a number
    for study in summary.studies:
        assert study.eligible + study.undecided + study.not_eligible == study.screened > 1900
        for criterion in study.criteria:
            assert criterion.met + criterion.not_met + criterion.unknown == study.screened
            assert sum(criterion.unknown_because.values()) == criterion.unknown


@pytest.mark.parametrize("other", ["reference", "postgres", "spark"])
def test_all_engines_print_the_same_bytes_for_all_examples(call, records, people, tmp_path, request, other):
    if other != "reference":
        request.getfixturevalue(other)
    # Spark takes its time over many criteria: one document is enough for it.
    documents = records / "anaemia-iron.page.txt" if other == "spark" else records
    written = []
    for engine in ("duckdb", other):
        verdicts = tmp_path / f"{engine}.csv"
        common = ("--patients", people, "--index-date", DAY, "--engine", engine, "--verdicts", verdicts)
        status, out, _ = call("screen", documents, *common, "--json")
        assert status == 0
        written.append((out, verdicts.read_bytes()))
    assert written[0] == written[1]
    assert len(written[0][1].splitlines()) > (10_000 if other == "spark" else 100_000)


def test_study_json_is_screened_as_it_stands(call, records, people, tmp_path):
    compiled = tmp_path / "studies.json"
    document = records / "anaemia-iron.page.txt"
    assert call("compile", document, "-o", compiled)[0] == 0
    common = ("--patients", people, "--index-date", DAY, "--json")
    assert call("screen", compiled, *common)[1] == call("screen", document, *common)[1]


def test_report_writes_one_file(call, records, people, tmp_path):
    target = tmp_path / "report.html"
    status, out, err = call("report", records, "--patients", people, "--index-date", DAY, "-o", target)
    page = target.read_text()
    assert status == 0
    assert "NCT01844063" in out
    assert target.as_uri() in err
    assert page.lower().startswith("<!doctype html>")
    assert "NCT01844063" in page


@pytest.mark.parametrize("name", ["study", "link", "screen", "explain", "expression"])
def test_schema_is_a_json_schema(call, name):
    status, out, _ = call("schema", name)
    assert status == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(out))


@pytest.mark.parametrize("verb", ["read", "link", "compile"])
def test_without_json_a_table_is_printed(call, records, verb):
    status, out, err = call(verb, records)
    assert (status, err) == (0, "")
    assert "NCT01844063" in out


def test_same_input_same_bytes(call, records):
    assert call("link", records, "--json") == call("link", records, "--json")


def test_output_writes_the_document_and_leaves_nothing_else(call, records, tmp_path):
    target = tmp_path / "studies.json"
    assert call("read", records, "-o", target)[1] == ""
    assert target.read_text() == call("read", records, "--json")[1]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_tells_how_it_is_used(call, verb):
    status, out, _ = call(verb, "--help")
    assert status == 0
    assert out.startswith(f"usage: trialwright {verb}")


def test_library_adds_and_searches(call, records, tmp_path):
    kept = tmp_path / "trials.sqlite"
    status, out, err = call("library", "add", records, "--to", kept)
    assert (status, out) == (0, "")
    assert "10 records of 10 documents came in" in err
    status, out, _ = call("library", "search", "aplastic", "--in", kept, "--json")
    assert status == 0
    assert {row["study"] for row in json.loads(out)} == {"NCT01182662"}
    assert "NCT01844063" in call("library", "search", "liver", "failure", "--in", kept)[1]
    assert call("read", kept, "--json")[1] == call("read", records, "--json")[1]
