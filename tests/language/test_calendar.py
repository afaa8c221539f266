"""Dates in words and figures: the precision that was written, and no more."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.language.calendar import find_dates, is_sentinel_date, read_date

MONTHS = "January February March April May June July August September October November December".split()


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("2031-06-01", "2031-06-01"),
        ("2031-06", "2031-06"),
        ("2031/6/1", "2031-06-01"),
        ("June 2031", "2031-06"),
        ("Jun. 2031", "2031-06"),
        ("May 1, 2031", "2031-05-01"),
        ("1 May 2031", "2031-05-01"),
        ("17th of February 2031", "2031-02-17"),
        ("2031 May 15", "2031-05-15"),
        ("2031 Sept", "2031-09"),
        ("2031年6月1日", "2031-06-01"),
        ("2031年6月", "2031-06"),
        ("31/12/2031", "2031-12-31"),
        ("12/31/2031", "2031-12-31"),
        ("04-04-2031", "2031-04-04"),
        ("2031", "2031"),
    ],
)
def test_forms(words: str, value: str) -> None:
    found = read_date(words)
    assert found is not None
    assert (found.value, found.precision) == (value, ["year", "month", "day"][value.count("-")])


@pytest.mark.parametrize(
    "words", ["03/04/2031", "43983", "2031-13-01", "31 June 2031", "soon", "", "12", "2031-06-01-07"]
)
def test_refused(words: str) -> None:
    assert read_date(words) is None


def test_kind() -> None:
    planned, real = read_date("June 2031 (Anticipated)"), read_date("Actual: 2031-06-02")
    assert planned is not None
    assert planned.kind == "ESTIMATED"
    assert real is not None
    assert real.kind == "ACTUAL"


def test_found_in_text() -> None:
    text = "From May 2031 on, 2.5 2031-1 mg, until 3 June 2032; version 1.2.2031."
    assert [text[f.start : f.end] for f in find_dates(text)][:1] == ["May 2031"]
    assert "3 June 2032" in [text[f.start : f.end] for f in find_dates(text)]


def test_sentinels() -> None:
    assert is_sentinel_date("1969-12-31")
    assert not is_sentinel_date("1969-12-30")


@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    for words in (
        day.isoformat(),
        f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
        f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}",
        f"{day.year}年{day.month}月{day.day}日",
    ):
        found = read_date(words)
        assert found is not None
        assert found.value == day.isoformat()
