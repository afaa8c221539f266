"""Saved HTML pages: what is rendered, what is left out, and the way back to the source."""

import html
import importlib.util
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.errors import ReadError, UnknownFormat
from trialwright.formats import read_text
from trialwright.formats.decoding import decode
from trialwright.formats.rendering import render
from trialwright.model.source import Record, Statement

_spec = importlib.util.spec_from_file_location("documents", Path(__file__).with_name("documents.py"))
assert _spec is not None
assert _spec.loader is not None
documents: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(documents)

PAGE = """<!DOCTYPE html><html><head><title>Warm Sand | Some Registry</title>
<script type="application/ld+json">
{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Some Registry"},
 {"@type": ["MedicalTrial"], "name": "Warm Sand | Some Registry", "identifier": "NCT09999911",
  "status": "https://schema.org/Recruiting", "phase": "Phase 2", "startDate": "2031-02",
  "sponsor": {"@type": "Organization", "name": "Fjord University"},
  "healthCondition": [{"@type": "MedicalCondition", "name": "Cold Feet"}]}]}
</script><style>p{display:none}</style></head>
<body class="cookie-ok"><nav><a>Home</a><a>Status: Completed</a></nav>
<div id="cookie-banner"><p>Cookies! Phase 4</p></div>
<h1>Warm Sand for Cold Feet</h1>
<p><span>Sex</span><span>Female</span></p>
<dl><dt>Conditions</dt><dd>Cold Feet</dd><dt>Enrolment</dt><dd>44 (estimated)</dd>
<dt>Study type</dt><dd>Interventional</dd><dt>Sponsor</dt><dd>Fjord University</dd></dl>
<h2>Arms and interventions</h2>
<table><tr><th>Arm</th><th>Intervention</th><th>What is given</th></tr>
<tr><td>Experimental: Sand</td><td rowspan=2>Other: Bath</td><td>10<sup>3</sup> g of sand</td></tr>
<tr><td>Sham Comparator: Air</td><td></td></tr></table>
<h2>Outcome measures</h2>
<table><tr><th>Type</th><th>Measure</th><th>Time frame</th></tr>
<tr><td>Primary</td><td>Toe temperature</td><td>4 weeks</td></tr>
<tr><td>Secondary</td><td>Sleep</td><td></td></tr></table>
<h2>Who can take part</h2>
<p><b>Inclusion Criteria:</b></p><ul><li>Toes &lt; 12&nbsp;&deg;C<ul><li>both feet</li></ul></li>
<li>Ferritin &ge; 30 x 10<sup>-6</sup> g/L</li></ul>
<p><b>Exclusion Criteria:</b></p><ol><li>Status: asleep</li></ol>
<h2>Sites</h2><table><tr><th>Facility</th><th>City</th><th>Country</th></tr>
<tr><td></td><td>Bergen</td><td>Norway</td></tr></table>
<p hidden>Phase 3</p><footer>Copyright 2031</footer></body></html>"""


def only(text: str) -> Record:
    (record,) = read_text(text, uri="page.html")
    return record


def first(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for statement in record.statements:
        values.setdefault(statement.field, statement.value)
    return values


def criteria(record: Record) -> Statement:
    (text,) = [s for s in record.statements if s.field == "eligibility.text"]
    return text


def test_a_page_is_rendered_as_a_person_would_paste_it() -> None:
    lines = render(PAGE).text.splitlines()
    assert "Experimental: Sand\tOther: Bath\t10^3 g of sand" in lines
    assert "Sham Comparator: Air\tOther: Bath\t" in lines
    assert lines.index("Sex") + 1 == lines.index("Female")
    assert "• Toes < 12 °C" in lines
    assert "  • both feet" in lines
    assert "1. Status: asleep" in lines
    assert "\tBergen\tNorway" in lines


def test_menus_notices_scripts_and_hidden_parts_are_left_out() -> None:
    text = render(PAGE).text
    for words in ("Home", "Completed", "Cookies", "Phase 3", "Copyright", "Some Registry", "display"):
        assert words not in text


def test_what_labels_and_tables_give() -> None:
    record = only(PAGE)
    values = first(record)
    assert record.source.format == "headed-html"
    assert values["eligibility.sex"] == "FEMALE"
    assert values["enrollment.planned"] == 44
    assert (values["arms[1].label"], values["arms[1].type"]) == ("Air", "SHAM_COMPARATOR")
    assert values["arms[1].interventions[0]"] == values["interventions[0].name"] == "Bath"
    assert "arms[1].description" not in values
    assert values["outcomes[1].level"] == "secondary"
    assert "outcomes[1].time_frame" not in values
    assert (values["locations[0].city"], values["locations[0].country"]) == ("Bergen", "Norway")
    assert "locations[0].facility" not in values


def test_structured_data_are_a_witness_with_places() -> None:
    record = only(PAGE)
    values = first(record)
    assert values["overall_status"] == "RECRUITING"
    assert values["phases"] == ["PHASE2"]
    assert values["start_date"] == {"value": "2031-02", "precision": "month", "kind": None}
    assert values["identifiers[0]"]["value"] == "NCT09999911"
    conditions = [s for s in record.statements if s.field.startswith("conditions")]
    assert [s.field for s in conditions] == ["conditions[0]", "conditions[0]"]
    surest = max((s for s in record.statements if s.field == "brief_title"), key=lambda s: s.certainty)
    assert surest.value == "Warm Sand for Cold Feet"
    assert "id" not in record.absent


def test_spans_count_characters_of_the_source() -> None:
    record = only(PAGE)
    for s in record.statements:
        assert s.span is not None
        words = PAGE[s.span[0] : s.span[1]]
        if "<" not in words and "&" not in words:
            assert words == (s.raw or s.value)


def test_criteria_lead_back_into_the_tags() -> None:
    text = criteria(only(PAGE))
    for words, written in (("both feet", "both feet"), ("Toes < 12", "Toes &lt; 12"), ("10^-6", "10<sup>-6")):
        at = text.value.index(words)
        place = text.place_of(at, at + len(words))
        assert place is not None
        assert PAGE[place[0] : place[1]] == written


WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            ["<p>", "</p>", "<b>", "</i>", "<li>", "<td>", "<table>", "<sup>2</sup>", "&lt;", "&nbsp;"]
        ),
        st.text("abc <>&é中", max_size=6),
    ),
    max_size=30,
)


@given(WORDS)
def test_every_letter_comes_from_its_place(parts: list[str]) -> None:
    source = "<body>" + "".join(parts)
    rendering = render(source)
    for at, letter in enumerate(rendering.text):
        if letter in "abcé中":
            start, end = rendering.place(at, at + 1)
            assert source[start:end] == letter


@pytest.mark.parametrize(
    "source",
    [
        "<html><body>" + "<div>" * 100_000 + "Status: Recruiting",
        "<html><body><p>x</p>" + "<!-- " * 100_000,
        "<html><body><p>x</p>" + '<a ="' * 100_000,
        "<html><body><p>x</p>" + "<table><tr><td>" * 30_000,
        '<html><script type="application/ld+json">' + "[" * 200_000 + "</script><body><p>x</p>",
        '<html><script type="application/ld+json">' + '"\\' * 300_000 + "</script><body><p>x</p>",
        "<html><body><table>" + "<tr><td rowspan=60>a<td>b" * 4000,
        "<html><body>" + "x" * 1_000_000,
    ],
)
def test_hostile_pages_do_no_harm(source: str) -> None:
    assert len(read_text(source)) == 1


@pytest.mark.parametrize("name", ["KEYLINE", "MEDPATH", "VEEVA"])
def test_known_pages_say_the_same_as_html(name: str) -> None:
    text = getattr(documents, name)
    source = "<html><body>" + "".join(
        f"<div>{html.escape(line)}</div>" if line else "<p></p>" for line in text.splitlines()
    )
    page, pasted = only(source), only(text)
    assert page.source.format == pasted.source.format.replace("-text", "-html")
    assert [(s.field, str(s.value).split()) for s in page.statements if "title" not in s.field] == [
        (s.field, str(s.value).split()) for s in pasted.statements if "title" not in s.field
    ]


def test_an_unclosed_menu_does_not_swallow_the_page() -> None:
    values = first(only("<html><body><nav><a>Home</a><main><h1>Rest for Knees</h1><dl><dt>Sex<dd>Male</dl>"))
    assert values["brief_title"] == "Rest for Knees"
    assert values["eligibility.sex"] == "MALE"


def test_a_page_without_words_is_refused_in_one_sentence() -> None:
    with pytest.raises(UnknownFormat, match="holds no words"):
        read_text("<html><body><script>x()</script></body></html>")


def test_xml_of_other_kinds_is_no_page() -> None:
    with pytest.raises(UnknownFormat, match="XML"):
        read_text("<note><to>Anna</to></note>")


@pytest.mark.parametrize("charset", ["gb18030", "gbk"])
def test_chinese_pages_in_older_encodings(charset: str) -> None:
    page = f"<html><meta charset={charset}><body><h1>冷敷治疗膝关节肿胀的随机对照试验研究</h1></body></html>"
    assert decode(page.encode(charset)) == page


def test_western_pages_that_say_so() -> None:
    page = '<html><meta http-equiv=x content="text/html; charset=ISO-8859-1"><p>Université – Liège</p>'
    assert decode(page.encode("cp1252")) == page


def test_a_page_that_lies_about_utf8_is_read_as_what_it_is() -> None:
    page = "<html><meta charset=utf-8><body><h1>冷敷治疗膝关节肿胀的随机对照试验研究</h1></body></html>"
    assert decode(page.encode("gb18030")) == page


def test_chinese_that_claims_to_be_western_is_no_garble() -> None:
    page = "<html><meta charset=iso-8859-1><body><h1>冷敷治疗膝关节肿胀的随机对照试验研究</h1></body></html>"
    assert decode(page.encode("gb18030")) == page
    with pytest.raises(ReadError):
        decode("<html><meta charset=iso-8859-1><p>Лечение холодом отека колена</p>".encode("koi8-r"))


def test_pages_of_the_development_data(shared: Path) -> None:
    for path in sorted((shared / "data" / "pages" / "docs").glob("*.html")):
        record = only(path.read_text(encoding="utf-8"))
        assert criteria(record).places
        assert record.source.format in ("medpath-html", "headed-html")
