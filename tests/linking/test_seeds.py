"""The documents that started the project: which belong together, found without a common number."""

from trialwright import verbs


def test_the_page_without_a_number_and_the_abstract_are_found_to_belong_together(shared):
    linked = verbs.link([str(shared / "seeds")])
    (only,) = linked.links
    assert (only.relation, only.a, only.b) == ("publication_of", "s2", "s1")
    assert only.score < 1
    assert any("umbilical" in reason for reason in only.reasons)
    assert [len(study.sources) for study in linked.studies] == [1, 1, 1, 1, 1]
