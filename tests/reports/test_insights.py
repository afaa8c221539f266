"""What criteria cost, near misses and facts: drawn as they were counted, and said in words."""

import re

import msgspec
import pytest

from trialwright.model.answers import (
    Curve,
    Dropped,
    FactCount,
    FactCounts,
    NearCount,
    NearMisses,
    Point,
    Share,
    WhatIf,
)
from trialwright.model.screening import StudyCount
from trialwright.reports import Report, StudyReport, render
from trialwright.reports.insights import draw_insights

CURVE = Curve(
    id="I2",
    leaf=0,
    what="platelets",
    side="low",
    bound=50.0,
    unit="10*9/L",
    points=(
        Point(bound=48.0, eligible=0, undecided=2),
        Point(bound=40.0, eligible=3, undecided=1),
        Point(bound=30.0, eligible=4, undecided=6),
    ),
)
COUNTS = StudyCount(
    id="T",
    screened=200,
    eligible=20,
    undecided=80,
    not_eligible=100,
    what_if=WhatIf(
        shares=(
            Share(id="I1", excluded=60.5, held_up=0.0),
            Share(id="I2", excluded=39.5, held_up=80.0),
        ),
        dropped=(Dropped(id="I1", eligible=7, undecided=12), Dropped(id="I2", eligible=40, undecided=-36)),
        curves=(CURVE,),
    ),
    near_misses=NearMisses(
        within=0.1,
        criteria=(
            NearCount(
                id="I2", near=3, eligible=1, by_distance={"5%": 2, "10%": 1, "20%": 0, "50%": 6, "more": 1}
            ),
        ),
    ),
    facts=FactCounts(
        to_qualify={"1": 30, "2": 40, "none": 10},
        to_settle={"1": 30, "2": 50},
        facts=tuple(
            FactCount(
                needed=f"fact {i}", criteria=("I2",), wanted=80 - i, decides=30 - i, could_qualify=30,
                could_exclude=60,
            )
            for i in range(12)
        ),
    ),
)  # fmt: skip


@pytest.fixture
def drawn():
    found = draw_insights(COUNTS)
    assert found is not None
    return found


def corners(path: str) -> list[tuple[float, float]]:
    """The places and heights of a stepped area, the heights upwards."""
    return [(float(x), 100 - float(y)) for x, y in re.findall(r"H([\d.]+)V([\d.]+)", path)][:-1]


def test_a_curve_steps_up_where_somebody_comes_in(drawn):
    (plot,) = drawn.plots
    assert corners(plot.eligible) == [(0, 0), (9.4, 0), (47, 30), (94, 40)]
    assert corners(plot.both) == [(0, 0), (9.4, 20), (47, 40), (94, 100)]
    assert (plot.near, plot.far, plot.most, plot.scale) == ("50 10*9/L", "30 10*9/L", "+10", "")
    assert plot.rows[1] == ("40 10*9/L", "+3", "+1")
    assert plot.sentence == (
        "I2: with the lower bound of platelets moved from 50 to 30 10*9/L, 4 more eligible and +6 undecided."
    )


def test_a_curve_over_decades_is_drawn_by_logarithms():
    points = tuple(Point(bound=50.0 * 10**i, eligible=i, undecided=0) for i in range(1, 4))
    what = WhatIf(curves=(msgspec.structs.replace(CURVE, side="high", points=points),))
    found = draw_insights(StudyCount(id="T", what_if=what))
    assert found is not None
    (plot,) = found.plots
    assert plot.scale == "logarithmic"
    assert [x for x, _ in corners(plot.eligible)] == [0, 31.33, 62.67, 94]
    assert "upper bound" in plot.title


def test_the_furthest_step_of_one_person_is_seen():
    points = (Point(bound=48.0, eligible=1, undecided=0),)
    what = WhatIf(curves=(msgspec.structs.replace(CURVE, points=points),))
    found = draw_insights(StudyCount(id="T", what_if=what))
    assert found is not None
    assert corners(found.plots[0].eligible) == [(0, 0), (94, 100)]


def test_shares_are_drawn_over_everybody_screened(drawn):
    first, second = drawn.costs
    assert [(s.kind, s.start, s.width) for s in first.bar.segments] == [("fail", "0.0000%", "30.2500%")]
    assert [s.kind for s in second.bar.segments] == ["fail", "unknown"]
    assert (second.eligible, second.undecided) == ("+40", "−36")
    assert first.bar.sentence.startswith("I1 accounts for 60.5 of 100 ruled out and 0.0 of 80 undecided")


def test_near_misses_are_drawn_by_distance(drawn):
    (missed,) = drawn.misses
    assert [(s.kind, s.amount) for s in missed.bar.segments] == [
        ("near0", 2), ("near1", 1), ("near3", 6), ("near4", 1),
    ]  # fmt: skip
    assert missed.bar.sentence == "I2: 3 people within 10%; 1 of them would be eligible."
    assert [words for _, words in drawn.steps] == [
        "up to 5%",
        "up to 10%",
        "up to 20%",
        "up to 50%",
        "further",
    ]


def test_facts_are_told_the_most_useful_first(drawn):
    assert [f.needed for f in drawn.facts][:2] == ["fact 0", "fact 1"]
    assert (len(drawn.facts), drawn.facts_left) == (10, 2)
    assert drawn.sizes == "30 people by 1 fact; 40 people by 2 facts; 10 people by none, whatever the answers"


def test_the_page_holds_all_of_it_and_a_screening_without_it_none(whole):
    html = render(Report(title="T", studies=(StudyReport(study=whole.study, counts=COUNTS),)))
    for words in (
        "What each criterion costs",
        "What if a bound were moved",
        "How narrowly",
        "What would decide",
    ):
        assert words in html
    assert html.count('class="a-pass"') == 1
    plain = render(Report(title="T", studies=(whole,)))
    assert "What each criterion costs" not in plain
    assert draw_insights(StudyCount(id="T")) is None


def test_words_of_a_fact_stay_words(whole):
    bad = FactCounts(
        facts=(
            FactCount(
                needed="<script>x</script>", criteria=("<b>",), wanted=1, decides=1, could_qualify=1,
                could_exclude=1,
            ),
        )
    )  # fmt: skip
    counts = StudyCount(id="T", screened=1, undecided=1, facts=bad)
    html = render(Report(title="T", studies=(StudyReport(study=whole.study, counts=counts),)))
    assert "<script>x" not in html
    assert "&lt;script&gt;x" in html
