"""The page: everything a reader is promised is there, nothing from outside, the same bytes every time."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from trialwright.errors import OutputError
from trialwright.model.source import Source, Statement
from trialwright.model.study import Arm, Study
from trialwright.reports import Report, StudyReport, render, write_report

APART = {"dd", "div", "dt", "h2", "h3", "h4", "li", "p", "span", "td", "th"}
VOID = {"meta", "link", "br", "hr", "img", "input", "path", "rect", "use"}


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text outside style and script."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.parts: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        assert len({name for name, _ in attrs}) == len(attrs), f"{tag} has an attribute twice"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag
        if tag in APART:
            self.parts.append(" ")

    def handle_data(self, data):
        if not self.open or self.open[-1] not in {"style", "script"}:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


def parse(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [], "every element is closed"
    return reader


def hostile_study() -> StudyReport:
    words = (
        "<script>alert(1)</script>",
        "\"><img src='http://bad.example/x' onerror=alert(1)>",
        "{{ 7 * 7 }} {% raw %}",
        "w" * 10_000,
        "abc \u202e evil \u2066 right to left שלום",
        "nul \x00 bell \x07 half \ud83d end",
        "</style></title><!-- <svg onload=alert(1)> javascript:alert(1)",
    )
    text = "\n".join(words)
    spans = [(text.index(w), text.index(w) + len(w)) for w in words]
    return StudyReport(
        study=Study(
            id=words[0],
            brief_title=words[1],
            brief_summary=words[6],
            conditions=words,
            keywords=words,
            arms=(Arm(label=words[0], description=words[5], interventions=words),),
            sources=(Source(id="h", format=words[0], uri=f"in/{words[1]}", sha256=words[0], language='e"n'),),
            statements=tuple(
                Statement(field=f"conditions[{i}]", value=w, source="h", span=s)
                for i, (w, s) in enumerate(zip(words, spans, strict=True))
            ),
            absent={words[0]: "not_stated"},
        ),
        texts={"h": text},
    )


@pytest.fixture
def hostile() -> Report:
    return Report(title="<b>&\"'</b>", studies=(hostile_study(),), inputs=("<i>",), version="<v>")


def test_front_says_what_was_read(report):
    text = parse(render(report)).text
    for said in (
        "Quince and other remedies",
        "3 documents read",
        "2 trials",
        "8 criteria",
        "1 refused",
        "2 computable from data",
        "2 to be confirmed by a person or the protocol",
        "2 partly understood",
        "2 not understood",
        "in/photo.jpg: no reader recognises the bytes",
        "Index date 2024-08-31",
        "13 deceased",
        "laboratory results count for 90 days",
    ):
        assert said in text


def test_front_asks_for_a_decision_on_pairs_that_are_probably_one_trial(report):
    text = parse(render(report)).text
    assert "Probably the same trial: please decide. score 0.81 quince page.txt ↔ and record.html" in text
    assert "both: quince, hiccups" in text
    assert "Compared, and found to be different trials" in text


def test_pairs_inside_a_trial_stand_on_its_card_and_not_on_the_front(report, whole):
    given = Report(title="T", studies=report.studies, links=(*whole.links, *report.links))
    text = parse(render(given)).text
    assert text.count("These 2 documents are one trial") == 1
    assert text.index("These 2 documents are one trial") > text.index("Harbour Island")


def test_card_names_the_documents_of_other_trials_and_leaves_out_the_different(report, whole):
    given = StudyReport(study=whole.study, links=report.links)
    text = parse(render(Report(title="T", studies=(given, report.studies[1])))).text
    assert "Probably the same trial: please decide. score 0.81 quince page.txt ↔ and record.html" in text
    assert "found to be different" not in text


def test_card_shows_the_trial(report):
    text = parse(render(report)).text
    for said in (
        "Trial of warm quince syrup against tea for stubborn hiccups",
        "March 2019 (estimated)",
        "24 actual",
        "Harbour Island Teaching Hospital",
        "Parallel design",
        "None (open label)",
        "Quince syrup: 20 mL; by mouth; at the start, after 1 week; for 2 weeks",
        "Primary hiccups per hour day 14",
        "Day 14 after 14 days hiccup count diary",
        "Quay Clinic Tórshavn Faroe Islands",
        "DOI 10.5555/quince.2020",
        "招募了24名受试者",
        "Two cells stood in one.",
        "These 2 documents are one trial. score 0.97 quince page.txt ↔ and 摘要.txt",
        "both give the number NCT09990001",
    ):
        assert said in text


def test_card_says_what_is_missing_and_why(report):
    text = parse(render(report)).text
    assert "stated as 0, which is no enrolment Enrolment, planned" in text
    assert "the page said: Not available Detailed description" in text
    assert "the page had not loaded it Contacts" in text
    assert "not stated Completion date Keywords" in text


def test_conflict_shows_both_readings_and_why_one_was_chosen(report):
    text = parse(render(report)).text
    assert "Enrolment a placeholder against a value 0 quince page.txt 24 摘要.txt chosen" in text
    assert "A page writes 0 where it knows no size" in text


def test_every_statement_is_reachable_with_its_words_file_and_place(report, whole):
    html = render(report)
    text = parse(html).text
    for statement in whole.study.statements:
        start, stop = statement.span
        assert " ".join(whole.texts[statement.source][start:stop].split()) in text
        assert f"characters {start:,} to {stop:,}" in text


def test_every_link_leads_to_a_place_on_the_page(report):
    tags = parse(render(report)).tags
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {a["href"] for _, a in tags if "href" in a}
    assert targets <= {f"#{i}" for i in ids}


def test_a_value_leads_to_the_words_of_its_own_field(report):
    html = render(report)
    anchor = re.search(r'href="#([\w-]+)"[^>]*><bdi>Harbour Island', html)[1]
    place = html[html.index(f'id="{anchor}"') :]
    assert "<mark>Harbour Island Teaching Hospital</mark>" in place[: place.index("</li>")]
    members = re.findall(r'href="#([\w-]+)"[^>]*><bdi>(?:Hiccups|Rare and tiring)</bdi>', html)
    assert len(set(members)) == 2, "each member of a list has evidence of its own"


@pytest.mark.parametrize("which", ["report", "hostile"])
def test_page_asks_for_nothing_from_outside(which, request):
    html = render(request.getfixturevalue(which))
    reader = parse(html)
    for tag, attributes in reader.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form", "audio", "video"}
        for name, value in attributes.items():
            assert name not in {"src", "srcset", "style", "action", "ping", "background"}
            assert not name.startswith("on")
            if name.endswith("href"):
                assert value.startswith("#")
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style
    policy = next(a["content"] for _, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_hostile_words_are_shown_and_never_run(hostile):
    html = render(hostile)
    reader = parse(html)
    assert html.count("<script>") == 1
    assert "<svg onload" not in html
    assert "<script>alert(1)</script>" in reader.text
    assert "{{ 7 * 7 }}" in reader.text
    assert "w" * 10_000 in reader.text
    assert "\x00" not in html
    html.encode("utf-8")


def test_right_to_left_override_stays_inside_its_element(hostile):
    html = render(hostile)
    for found in re.finditer("\u202e", html):
        before = html[: found.start()]
        opened = before[before.rindex("<") :]
        assert re.match(r"<(bdi|mark|div|span|td|h2|blockquote|a|p)\b", opened)


def test_same_report_gives_the_same_bytes(report):
    assert render(report) == render(report)


def test_a_study_that_says_nothing_still_has_its_card():
    text = parse(render(Report(title="Nothing", studies=(StudyReport(study=Study(id="x1")),)))).text
    assert "No eligibility text was found." in text
    assert "1 trial" in text


def test_a_report_without_trials_says_so():
    assert "No trial was found in what was read." in parse(render(Report(title="Empty"))).text


def test_statement_without_text_shows_the_words_it_kept():
    study = Study(
        id="x1",
        conditions=("Hiccups",),
        sources=(Source(id="j", format="json", uri="https://host/a/b.json", sha256="0"),),
        statements=(Statement(field="conditions[0]", value="Hiccups", source="j", pointer="/conditions/0"),),
    )
    text = parse(render(Report(title="T", studies=(StudyReport(study=study),)))).text
    assert "Hiccups b.json, at /conditions/0" in text


def test_a_long_quote_says_how_much_it_leaves_out():
    text = "word " * 1000
    study = Study(
        id="x1",
        brief_summary=text,
        sources=(Source(id="s", format="text", uri="a.txt", sha256="0"),),
        statements=(Statement(field="brief_summary", value=text, source="s", span=(0, 5000)),),
    )
    page = parse(render(Report(title="T", studies=(StudyReport(study=study, texts={"s": text}),)))).text
    assert "… 3,800 more characters …" in page


def test_write_report_leaves_one_whole_file(report, tmp_path: Path):
    path = tmp_path / "out.html"
    path.write_text("old", encoding="utf-8")
    write_report(report, str(path))
    assert path.read_text(encoding="utf-8") == render(report)
    assert [p.name for p in tmp_path.iterdir()] == ["out.html"]


def test_write_report_names_the_place_it_cannot_write(report, tmp_path: Path):
    path = tmp_path / "missing" / "out.html"
    with pytest.raises(OutputError, match=r"out\.html: the report cannot be written"):
        write_report(report, str(path))
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError):
        write_report(report, str(tmp_path / "folder"))
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]
