"""Which records are one trial: numbers decide, likeness only asks, and the order does not matter."""

import itertools

from tests.linking.records import NCT, record

from trialwright.linking.grouping import link

PAPER = ("publications[0]", {"doi": "10.1/x", "relation": "result"})


def relations(*records):
    return {(n.a, n.b): n.relation for n in link(records).links}


def test_a_shared_number_makes_one_study():
    linked = link(
        [record("s1", [("identifiers[0]", NCT)]), record("s2", [("identifiers[0]", NCT), ("acronym", "X")])]
    )
    assert [study.id for study in linked.studies] == ["NCT00000001"]
    (only,) = linked.links
    assert (only.relation, only.score, only.reasons) == ("same", 1.0, ("both state the number NCT00000001",))


def test_a_paper_is_the_publication_of_the_trial_whose_number_it_states():
    page = record("s1", [("identifiers[0]", NCT), ("overall_status", "UNKNOWN")])
    paper = record("s2", [("identifiers[0]", NCT), PAPER])
    assert relations(page, paper) == {("s2", "s1"): "publication_of"}
    assert relations(paper, page) == {("s2", "s1"): "publication_of"}
    assert len(link([page, paper]).studies) == 1


LIKE = [
    ("brief_title", "Weekly against daily iron tablets in anaemia"),
    ("lead_sponsor", {"name": "Example Hospital", "class": None, "person": False}),
]


def test_likeness_only_asks():
    linked = link([record("s1", LIKE), record("s2", LIKE)])
    assert [n.relation for n in linked.links] == ["probably_same"]
    assert len(linked.studies) == 2
    assert "equal titles" in linked.links[0].reasons


def test_two_numbers_of_one_registry_are_two_trials_whatever_else_agrees():
    other = NCT | {"value": "NCT00000002"}
    linked = link(
        [record("s1", [*LIKE, ("identifiers[0]", NCT)]), record("s2", [*LIKE, ("identifiers[0]", other)])]
    )
    assert len(linked.studies) == 2
    assert [n.relation for n in linked.links] == ["related"]
    assert "number of its own" in linked.links[0].reasons[0]


def test_strangers_have_no_link():
    assert relations(record("s1", LIKE), record("s2", [("brief_title", "Cells for the liver")])) == {}


def test_the_order_of_the_records_does_not_matter():
    records = [
        record("s1", [*LIKE, ("identifiers[0]", NCT)]),
        record("s2", [("identifiers[0]", NCT), PAPER]),
        record("s3", LIKE),
    ]
    results = set()
    for order in itertools.permutations(records):
        linked = link(order)
        groups = frozenset(frozenset(s.id for s in study.sources) for study in linked.studies)
        results.add((groups, frozenset(linked.links)))
    assert len(results) == 1


CELLS = [
    ("brief_title", "Placenta-derived stromal cells for frozen shoulder after diabetes"),
    ("conditions[0]", "Frozen shoulder"),
    ("interventions[0].name", "Placenta-derived stromal cells"),
    ("overall_status", "COMPLETED"),
]
ABSTRACT = [
    PAPER,
    ("conditions[0]", "frozen shoulder"),
    ("interventions[0].name", "placenta stromal cells"),
    (
        "brief_summary",
        "Frozen shoulder troubles people with diabetes. Placenta-derived stromal cells were injected.",
    ),
]


def test_a_paper_without_a_number_is_asked_about_and_not_merged():
    linked = link([record("s1", CELLS), record("s2", ABSTRACT)])
    (only,) = linked.links
    assert (only.a, only.b, only.relation) == ("s2", "s1", "publication_of")
    assert only.score < 1
    assert any(reason.startswith("both: condition") for reason in only.reasons)
    assert len(linked.studies) == 2


def test_contradictions_keep_lookalikes_apart():
    end = ("completion_date", {"value": "2015-03", "precision": "month"})
    other_end = ("completion_date", {"value": "2019-11", "precision": "month"})
    assert relations(record("s1", [*LIKE, end]), record("s2", [*LIKE, end])) != {}
    one = record("s1", [*LIKE, end, ("enrollment.planned", 40), ("phases[0]", "PHASE1")])
    other = record("s2", [*LIKE, other_end, ("enrollment.planned", 300), ("phases[0]", "PHASE3")])
    assert relations(one, other) == {}


def test_a_number_that_is_only_named_relates():
    parent = record("s1", [("identifiers[0]", NCT)])
    own = NCT | {"value": "NCT00000002"}
    follow_up = record("s2", [("identifiers[0]", own), ("identifiers[1]", NCT | {"role": "secondary"})])
    linked = link([parent, follow_up])
    assert [n.relation for n in linked.links] == ["related"]
    assert len(linked.studies) == 2


def number(value: str, scheme: str = "nct", role: str = "registry"):
    return {"value": value, "scheme": scheme, "role": role}


EUDRACT = number("2020-001113-21", "eudract")


def test_siblings_that_share_another_number_stay_apart():
    one = record("s1", [("identifiers[0]", NCT), ("identifiers[1]", EUDRACT)])
    other = record("s2", [("identifiers[0]", number("NCT00000002")), ("identifiers[1]", EUDRACT)])
    linked = link([one, other])
    assert [n.relation for n in linked.links] == ["related"]
    assert len(linked.studies) == 2


def test_a_third_record_does_not_join_two_registrations():
    one = record("s1", [("identifiers[0]", NCT), ("identifiers[1]", EUDRACT)])
    other = record("s2", [("identifiers[0]", number("NCT00000002")), ("identifiers[1]", EUDRACT)])
    bridge = record("s3", [("identifiers[0]", EUDRACT)])
    linked = link([one, other, bridge])
    assert sorted(len(study.sources) for study in linked.studies) == [1, 2]
    asked = [n for n in linked.links if n.relation == "probably_same"]
    assert len(asked) == 1
    assert "two registrations" in asked[0].reasons[0]


def test_an_obsolete_number_is_an_alias_not_a_second_registration():
    new = record("s1", [("identifiers[0]", NCT), ("identifiers[1]", number("NCT00000009", role="alias"))])
    old = record("s2", [("identifiers[0]", number("NCT00000009"))])
    page = record("s3", [("identifiers[0]", NCT)])
    assert len(link([new, old, page]).studies) == 1


def test_however_many_documents_share_a_number_they_are_one_trial():
    records = [record(f"s{n}", [("identifiers[0]", NCT)]) for n in range(1, 121)]
    assert [len(study.sources) for study in link(records).studies] == [120]


def test_registers_write_one_number_in_several_ways():
    country = record("s1", [("identifiers[0]", number("EUCTR2020-001113-21-ES", "euctr"))])
    plain = record("s2", [("identifiers[0]", EUDRACT)])
    mirror = record("s3", [("identifiers[0]", number("JPRN-UMIN000012345", "umin"))])
    own = record("s4", [("identifiers[0]", number("UMIN000012345", "umin"))])
    assert [len(study.sources) for study in link([country, plain, mirror, own]).studies] == [2, 2]


def test_one_paper_in_two_collections_and_the_record_that_names_it():
    paper = ("publications[0]", {"doi": "10.1/ABC", "relation": "result"})
    again = ("publications[0]", {"doi": "10.1/abc", "relation": "result"})
    trial = record("s1", [("identifiers[0]", NCT), ("overall_status", "COMPLETED"), paper])
    assert len(link([trial, record("s2", [paper]), record("s3", [again])]).studies) == 1
    background = ("publications[0]", {"doi": "10.1/abc", "relation": "background"})
    cites = record("s1", [("identifiers[0]", NCT), ("overall_status", "COMPLETED"), background])
    assert len(link([cites, record("s2", [paper])]).studies) == 2


def test_a_shared_sponsor_number_relates_and_does_not_join():
    programme = number("ABC-123-XY", "other", "sponsor")
    one = record("s1", [("identifiers[0]", NCT), ("identifiers[1]", programme)])
    other = record("s2", [("identifiers[0]", number("NCT00000002")), ("identifiers[1]", programme)])
    assert relations(one, other) == {("s1", "s2"): "related"}


def test_other_doses_and_other_ages_are_other_trials():
    low = [("brief_title", "Vitamin D 1000 IU against rickets in infants"), ("conditions[0]", "rickets")]
    high = [("brief_title", "Vitamin D 4000 IU against rickets in infants"), ("conditions[0]", "rickets")]
    assert relations(record("s1", low), record("s2", high)) == {}
    children = ("eligibility.maximum_age", {"value": "12", "unit": "a"})
    adults = ("eligibility.minimum_age", {"value": "18", "unit": "a"})
    assert relations(record("s1", [*low, children]), record("s2", [*low, adults])) == {}
