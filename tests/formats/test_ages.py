"""Limits of age as sites write them on one line."""

from typing import Any

import pytest

from trialwright.formats.document import Document
from trialwright.formats.draft import Draft
from trialwright.formats.lines import split_lines
from trialwright.formats.values import state_ages


def limits(words: str) -> tuple[Any, Any]:
    document = Document(uri="", text=words, sha256="", number=1)
    draft = Draft(document, "test")
    state_ages(draft, split_lines(words))
    found = []
    for side in ("minimum", "maximum"):
        values = draft.values(f"eligibility.{side}_age")
        assert len(values) < 2
        found.append(f"{values[0]['value']} {values[0]['unit']}" if values else None)
    return found[0], found[1]


@pytest.mark.parametrize(
    ("words", "minimum", "maximum"),
    [
        ("6+ months old", "6 mo", None),
        ("18+ years old", "18 a", None),
        ("18 years - no maximum age", "18 a", None),
        ("no minimum age - 65 years", None, "65 a"),
        ("18 Years and older, no upper limit", "18 a", None),
        ("18岁至65岁", "18 a", "65 a"),
        ("3个月到12岁", "3 mo", "12 a"),
        ("18岁以上", "18 a", None),
        ("65岁以下", None, "65 a"),
        ("N/A to 65 Years", None, "65 a"),
        ("17 years and younger", None, "17 a"),
        ("Up to 17 years", None, "17 a"),
        ("18 to 80 years old", "18 a", "80 a"),
        ("18 years and up to 75 years", "18 a", "75 a"),
        ("6 Months to 5 Years", "6 mo", "5 a"),
        ("不限", None, None),
    ],
)
def test_each_limit_keeps_its_side_and_unit(words: str, minimum: str | None, maximum: str | None) -> None:
    assert limits(words) == (minimum, maximum)
