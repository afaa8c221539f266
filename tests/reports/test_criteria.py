"""How far criteria were understood, and that the text beside their logic is the text as written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.model.concept import Concept
from trialwright.model.expression import (
    AllOf,
    Attestation,
    Condition,
    Criterion,
    Exposure,
    Protocol,
    Unparsed,
)
from trialwright.model.source import Source
from trialwright.model.study import Eligibility, Study
from trialwright.reports import Report, StudyReport, render
from trialwright.reports.criteria import Passage, judge, lay_out, unwrap

KNOWN = Condition(concept=Concept(text="gout", codes=("ICD10:M10",)))
STRANGE = Condition(concept=Concept(text="the vapours"))
CONSENT = Attestation(about="consent", text="consent")


def criterion(expr, id_="I1", **rest) -> Criterion:
    return Criterion(id=id_, kind="inclusion", text=rest.pop("text", "words"), expr=expr, **rest)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (KNOWN, ("data", "Data")),
        (AllOf(of=(KNOWN, CONSENT)), ("data", "Data and a person")),
        (CONSENT, ("person", "Person")),
        (Protocol(text="see there"), ("person", "Person")),
        (Exposure(concept=Concept(text="surgery"), status="planned"), ("person", "Person")),
        (STRANGE, ("none", "Outlined")),
        (AllOf(of=(KNOWN, Unparsed(text="?"))), ("part", "In part")),
        (Unparsed(text="?"), ("none", "Not understood")),
        (AllOf(of=()), ("none", "Not understood")),
        (None, ("none", "Not understood")),
    ],
)
def test_understanding(expr, expected):
    assert judge(criterion(expr)) == expected


def words_of(passage: Passage) -> str:
    return "".join(
        part for row in passage.rows for part in (row.before, *(p.text for p in row.pieces), row.after)
    )


@given(
    text=st.text(alphabet="ab1. \n;，-", max_size=80),
    cuts=st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=6),
)
def test_no_word_of_the_text_is_lost_or_doubled(text, cuts):
    spans = [(min(a, b, len(text)), min(max(a, b), len(text))) for a, b in cuts]
    found = tuple(
        criterion(KNOWN, f"I{i}", text=text[a:b] or "(empty)", source="s", span=(a, b))
        for i, (a, b) in enumerate(spans)
        if a < b
    )
    apart = [
        c
        for c in found
        if not any(o.span[0] < c.span[1] and c.span[0] < o.span[1] for o in found if o is not c)
    ]
    study = Study(id="x", eligibility=Eligibility(text=text, criteria=tuple(apart)))
    passages = lay_out(study, {"s": text}, {})
    if apart:
        start, stop = min(c.span[0] for c in apart), max(c.span[1] for c in apart)
        assert "".join(words_of(passages[0]).split()) == "".join(text[start:stop].split())
        assert [r.id for r in passages[0].rows if r.id] == [c.id for c in sorted(apart, key=lambda c: c.span)]


@given(st.text(alphabet="ab1. \n-", max_size=60))
def test_unwrap_changes_blanks_only(text):
    assert "".join(unwrap(text).split()) == "".join(text.split())
    assert unwrap(text).split() == text.split()


def test_overlapping_criteria_both_keep_a_row():
    text = "no gout or fever today"
    study = Study(
        id="x",
        eligibility=Eligibility(
            text=text,
            criteria=(
                criterion(KNOWN, "I1", text=text, source="s", span=(0, 22)),
                criterion(KNOWN, "I2", text="fever", source="s", span=(11, 16)),
            ),
        ),
    )
    (passage,) = lay_out(study, {"s": text}, {"I1": "gout", "I2": "fever"})
    assert [(r.id, r.logic) for r in passage.rows] == [("I1", "gout"), ("I2", "fever")]


def test_criteria_without_places_are_found_in_the_text_in_their_order():
    text = "Inclusion:\n1. gout\n2. gout for years\nThank you."
    study = Study(
        id="x",
        eligibility=Eligibility(
            text=text,
            criteria=(criterion(KNOWN, "I1", text="gout"), criterion(KNOWN, "I2", text="gout for years")),
        ),
    )
    (passage,) = lay_out(study, {}, {})
    assert [(r.id, r.before) for r in passage.rows] == [
        (None, "Inclusion:"), ("I1", "1. "), ("I2", "2. "), (None, "Thank you."),
    ]  # fmt: skip


def test_criteria_that_stand_nowhere_are_still_listed():
    study = Study(id="x", eligibility=Eligibility(text="nothing", criteria=(criterion(KNOWN, text="gout"),)))
    assert [r.id for p in lay_out(study, {}, {}) for r in p.rows if r.id] == ["I1"]


def test_words_that_were_not_understood_are_marked(report):
    html = render(report)
    assert '<span class="open">or as the ward thinks fit on a sunny day</span>' in html
    assert '<span class="open">a full moon in the house of Saturn</span>' in html


def test_each_criterion_stands_beside_its_logic(report, whole):
    html = render(report)
    for known in whole.study.eligibility.criteria:
        row = html[html.index(f'<div class="logic"><p class="head"><strong>{known.id}</strong>') :]
        logic = whole.explanations.get(known.id, "These words were not understood")
        assert logic in row[: row.index("</div>")]


def test_two_hundred_criteria_keep_their_order():
    lines = [f"{i}. gout of toe {i}" for i in range(1, 201)]
    text = "\n".join(lines)
    found, at = [], 0
    for i, line in enumerate(lines, 1):
        start = text.index("gout", at)
        at = start + len(line.split(" ", 1)[1])
        found.append(criterion(KNOWN, f"I{i}", text=text[start:at], source="s", span=(start, at)))
    study = Study(
        id="x",
        eligibility=Eligibility(text=text, criteria=tuple(found)),
        sources=(Source(id="s", format="text", uri="a", sha256="0"),),
    )
    html = render(Report(title="T", studies=(StudyReport(study=study, texts={"s": text}),)))
    assert "<strong>200</strong> computable from data" in html
    assert html.index("<strong>I2</strong>") < html.index("<strong>I199</strong>")
    (passage,) = lay_out(study, {"s": text}, {})
    assert len(passage.rows) == 200


def test_chinese_text_without_criteria_is_shown_as_written(report):
    assert "1. 年龄18至70岁\n2. 呃逆超过48小时" in render(report)
