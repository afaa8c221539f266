"""Groups that a sentence names by what they got, each with its size in brackets."""

from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.groups import state_groups
from trialwright.formats.prose import state_people


def arms(words: str) -> list[tuple[str, int]]:
    draft = Draft(Document(uri="", text=words, sha256="", number=1), "test")
    state_people(draft, 0, len(words), "actual")
    state_groups(draft, 0, len(words))
    return list(zip(draft.values("arms.label"), draft.values("arms.size"), strict=True))


def test_sizes_in_brackets_behind_what_the_groups_got() -> None:
    words = "We randomly assigned 42 patients to low dose (n = 14), high dose (n = 13) or saline (n = 15)."
    assert arms(words) == [("low dose", 14), ("high dose", 13), ("saline", 15)]


def test_sizes_that_are_not_the_whole_are_no_groups() -> None:
    assert arms("We randomly assigned 42 patients; some received tea (n = 3) and others soup (n = 4).") == []
    assert arms("Of those treated, some had cramp (n = 3) and fever (n = 4).") == []
    assert arms("Side effects were cramp (n = 3) and fever (n = 4).") == []
