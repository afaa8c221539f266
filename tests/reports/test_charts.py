"""What is drawn is what was counted."""

import re
import xml.etree.ElementTree as ET

from trialwright.model.screening import CriterionCount, StudyCount
from trialwright.reports import Report, StudyReport, render
from trialwright.reports.charts import draw_screening, stack


def bars(html: str) -> list[ET.Element]:
    return [ET.fromstring(b) for b in re.findall(r'<svg class="bar".*?</svg>(?:<svg.*?</svg>)*</svg>', html)]


def drawn(bar: ET.Element, whole: int) -> dict[str, int]:
    """The numbers that the widths of a bar stand for."""
    found, end = {}, 0.0
    for part in bar:
        width = float(part.attrib["width"].removesuffix("%"))
        assert abs(float(part.attrib["x"].removesuffix("%")) - end) < 0.001, "parts follow without a gap"
        end += width
        number = round(width * whole / 100)
        assert number == int(part.attrib["data-count"])
        found[part.attrib["class"].removeprefix("s-")] = number
    assert end < 100.001
    return found


def funnel(html: str) -> dict[str, ET.Element]:
    table = html[html.index('class="stack funnel"') :]
    rows = re.findall(r"<tr><th scope=\"row\"><strong>(.*?)</strong>.*?</tr>", table, re.DOTALL)
    cut = re.findall(r"<tr><th scope=\"row\"><strong>.*?</tr>", table, re.DOTALL)
    return {name: bars(row)[0] for name, row in zip(rows, cut, strict=True)}


def test_overall_bar_draws_eligible_undecided_not_eligible(report):
    html = render(report)
    overall = html[html.index('<div class="overall">') :]
    assert drawn(bars(overall[: overall.index("</div>")])[0], 200) == {"pass": 41, "unknown": 97, "fail": 62}


def test_criterion_bars_draw_the_counts_and_turn_exclusions_round(report, whole):
    shown = funnel(render(report))
    exclusions = {c.id for c in whole.study.eligibility.criteria if c.kind == "exclusion"}
    for counted in whole.counts.criteria:
        passing, failing = counted.met, counted.not_met
        if counted.id in exclusions:
            passing, failing = failing, passing
        expected = {"pass": passing, "unknown": counted.unknown, "fail": failing}
        assert drawn(shown[counted.id], 200) == {k: n for k, n in expected.items() if n}


def test_bar_says_in_words_what_it_draws(report):
    shown = funnel(render(report))
    assert shown["E2"].attrib["aria-label"] == (
        "E2, exclusion: 75 pass, 25 fail, 100 unknown; 2 fail nothing else."
    )


def test_reasons_of_unknowns_and_the_costliest_criterion_are_said(report):
    html = render(report)
    assert "30 nothing on record" in html
    assert "10 result too old" in html
    assert "I2 is the only reason against 6 people" in html
    assert re.search(r"To be confirmed by a person.*<strong>I4</strong>, <strong>E4</strong>\.", html)


def test_nobody_screened_draws_nothing(whole):
    empty = StudyCount(id="x", criteria=(CriterionCount(id="I1"),))
    screening = draw_screening(empty, whole.study.eligibility.criteria)
    assert screening.overall.segments == ()
    assert screening.costliest is None
    html = render(Report(title="T", studies=(StudyReport(study=whole.study, counts=empty),)))
    assert "Of 0 people screened" in html


def test_counts_beyond_the_whole_stay_inside_the_bar():
    bar = stack((("pass", "Pass", 8), ("fail", "Fail", 8)), 10, "")
    assert [s.width for s in bar.segments] == ["50.0000%", "50.0000%"]


def test_counts_of_the_summary_serve_a_study_without_its_own(report, whole):
    bare = StudyReport(study=whole.study, texts=whole.texts)
    html = render(Report(title="T", studies=(bare,), summary=report.summary))
    assert 'id="t1-screening"' in html
