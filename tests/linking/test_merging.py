"""One study from the statements of its records: the policy, the conflicts, the reasons of absence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.linking.records import NCT, record

from trialwright.errors import IllegalValue
from trialwright.linking.merging import compute_study, parse_path


def test_one_record():
    study = compute_study(
        [
            record(
                "s1",
                [
                    ("identifiers[0]", NCT),
                    ("brief_title", "A trial"),
                    ("enrollment.planned", 210),
                    ("phases[0]", "PHASE1"),
                    ("phases[1]", "PHASE2"),
                    ("arms[0].label", "Cells"),
                    ("arms[0].interventions[0]", "UC-MSC"),
                    ("completion_date", {"value": "2016-06", "precision": "month", "kind": "ESTIMATED"}),
                ],
                absent={"start_date": "not_stated", "brief_title": "not_stated"},
            )
        ]
    )
    assert study.id == "NCT00000001"
    assert study.enrollment.planned == 210
    assert study.phases == ("PHASE1", "PHASE2")
    assert study.arms[0].interventions == ("UC-MSC",)
    assert study.completion_date.value == "2016-06"
    assert study.absent == {"start_date": "not_stated"}
    assert study.conflicts == ()


def test_the_record_that_states_the_most_goes_first_and_the_other_is_a_conflict():
    small = record("s1", [("enrollment.planned", 200), ("identifiers[0]", NCT)])
    large = record("s2", [("identifiers[0]", NCT), ("enrollment.planned", 210), ("brief_title", "A trial")])
    study = compute_study([small, large])
    assert study.enrollment.planned == 210
    (conflict,) = study.conflicts
    assert (conflict.field, conflict.kind) == ("enrollment.planned", "value")
    assert {study.statements[p].value for p in conflict.statements} == {200, 210}
    assert study.statements[conflict.chosen].source == "s2"
    assert [s.id for s in study.sources] == ["s1", "s2"]
    assert len(study.identifiers) == 1


def test_a_less_precise_date_is_a_conflict_of_precision():
    day = {"value": "2016-06-01", "precision": "day", "kind": None}
    month = {"value": "2016-06", "precision": "month", "kind": None}
    study = compute_study(
        [
            record("s1", [("completion_date", day)]),
            record("s2", [("completion_date", month), ("acronym", "X")]),
        ]
    )
    assert study.completion_date.precision == "month"
    assert [c.kind for c in study.conflicts] == ["precision"]


def test_arms_are_matched_by_label_not_by_place():
    one = record("s1", [("arms[0].label", "Cells"), ("arms[1].label", "Saline"), ("brief_title", "A trial")])
    other = record("s2", [("arms[0].label", "saline"), ("arms[0].size", 6)])
    study = compute_study([one, other])
    assert [(arm.label, arm.size) for arm in study.arms] == [("Cells", None), ("Saline", 6)]
    assert study.conflicts == ()
    assert {s.field for s in study.statements if s.source == "s2"} == {"arms[1].label", "arms[1].size"}


def test_arms_that_do_not_match_are_a_disagreement_not_more_arms():
    one = record("s1", [("arms[0].label", "Cells"), ("arms[1].label", "Saline"), ("brief_title", "A trial")])
    other = record("s2", [("arms[0].label", "Treated"), ("arms[1].label", "Saline")])
    study = compute_study([one, other])
    assert [arm.label for arm in study.arms] == ["Cells", "Saline"]
    assert [(c.field, c.kind) for c in study.conflicts] == [("arms[0].label", "value")]


def test_names_are_united():
    one = record("s1", [("conditions[0]", "HIV Infections"), ("brief_title", "A trial")])
    other = record("s2", [("conditions[0]", "AIDS"), ("conditions[1]", "HIV infections")])
    assert compute_study([one, other]).conditions == ("AIDS", "HIV Infections")


def test_two_places_of_one_name_stay_two():
    sites = [
        ("locations[0].facility", "Site"),
        ("locations[1].facility", "Site"),
        ("locations[1].city", "Bonn"),
    ]
    study = compute_study([record("s1", [*sites, ("brief_title", "A trial")]), record("s2", sites)])
    assert [(place.facility, place.city) for place in study.locations] == [("Site", None), ("Site", "Bonn")]


def test_a_translation_agrees_in_numbers_and_is_not_compared_in_words():
    text = record(
        "s1",
        [
            ("enrollment.actual", 13),
            ("enrollment.actual", 13),
            ("brief_summary", "Thirteen people"),
            ("brief_summary", "十三名患者"),
        ],
    )
    study = compute_study([text])
    assert (study.enrollment.actual, study.brief_summary, study.conflicts) == (13, "Thirteen people", ())


def test_the_most_telling_reason_of_absence_stays():
    one = record("s1", [("brief_title", "A")], absent={"enrollment": "not_stated", "locations": "not_loaded"})
    other = record("s2", [("brief_title", "A")], absent={"enrollment": "sentinel"})
    assert compute_study([one, other]).absent == {"enrollment": "sentinel", "locations": "not_loaded"}


def test_cross_checks_leave_notes():
    study = compute_study(
        [
            record(
                "s1",
                [
                    ("completion_date", {"value": "2016-06", "precision": "month"}),
                    (
                        "publications[0]",
                        {
                            "doi": "10.1/x",
                            "relation": "result",
                            "date": {"value": "2013-05-15", "precision": "day"},
                        },
                    ),
                    ("enrollment.actual", 13),
                    ("arms[0].size", 7),
                    ("arms[0].label", "a"),
                    ("arms[1].size", 5),
                    ("arms[1].label", "b"),
                ],
            )
        ]
    )
    assert [n.code for n in study.notes] == ["published_before_end", "arm_sizes_do_not_add_up"]


def test_a_record_without_number_is_named_by_its_fingerprint():
    study = compute_study([record("s1", [("brief_title", "A")])])
    assert study.id.startswith("doc-")
    assert study.id == compute_study([record("s1", [("brief_title", "B")])]).id


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("overall_status", "DONE", r"overall_status"),
        ("arms[x].label", "a", "not the path"),
        ("phases[0]", "PHASE9", "phases"),
    ],
)
def test_statements_that_do_not_fit_are_refused(field, value, words):
    with pytest.raises(IllegalValue, match=words):
        compute_study([record("s1", [(field, value)])])


names = st.sampled_from(["a", "b", "c", "d"])


@given(st.lists(names, max_size=4, unique=True), st.lists(names, max_size=4, unique=True))
def test_no_statement_is_lost_and_each_stands_at_its_value(first, second):
    records = [
        record(s, [(f"arms[{i}].label", label) for i, label in enumerate(labels)])
        for s, labels in (("s1", first), ("s2", second))
    ]
    study = compute_study(records)
    assert len(study.statements) == len(first) + len(second)
    assert len(study.arms) == max(len(first), len(second))
    disputed = {p for c in study.conflicts for p in c.statements}
    for position, statement in enumerate(study.statements):
        place = parse_path(statement.field)[0].position
        assert position in disputed or study.arms[place].label == statement.value


def test_a_later_stage_of_the_trial_supersedes_an_earlier_one():
    early = record("s1", [("overall_status", "RECRUITING"), ("brief_title", "A trial")])
    late = record("s2", [("overall_status", "COMPLETED")])
    study = compute_study([early, late])
    assert study.overall_status == "COMPLETED"
    assert [(c.kind, c.why) for c in study.conflicts] == [
        ("superseded", "the later stage of a trial goes first")
    ]


def test_a_page_that_cut_the_phases_short_is_a_conflict_of_granularity():
    page = record("s1", [("phases", ["PHASE1"]), ("brief_title", "A trial")])
    register = record("s2", [("phases", ["PHASE1", "PHASE2"])])
    study = compute_study([page, register])
    assert study.phases == ("PHASE1", "PHASE2")
    assert [c.kind for c in study.conflicts] == ["granularity"]


def test_a_figure_that_stands_for_none_against_a_value_is_noted():
    page = record("s1", [("brief_title", "A trial")], absent={"enrollment.planned": "sentinel"})
    paper = record("s2", [("enrollment.actual", 13)])
    assert [n.code for n in compute_study([page, paper]).notes] == ["sentinel_against_value"]


def test_planned_and_reached_numbers_that_differ_are_noted():
    study = compute_study([record("s1", [("enrollment.planned", 72), ("enrollment.actual", 13)])])
    assert [n.code for n in study.notes] == ["planned_and_reached_differ"]
