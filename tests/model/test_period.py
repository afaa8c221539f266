"""Durations are added to dates the way a calendar does; the table is the specification's own."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.errors import IllegalValue
from trialwright.model.period import Period


@pytest.mark.parametrize(
    ("day", "period", "expected"),
    [
        ("2024-08-31", "-P6M", "2024-02-29"),
        ("2024-08-31", "-P24M", "2022-08-31"),
        ("2024-08-31", "-P30D", "2024-08-01"),
        ("2024-08-31", "-P4W", "2024-08-03"),
        ("2024-05-31", "-P6M", "2023-11-30"),
        ("2024-02-29", "-P1Y", "2023-02-28"),
        ("2024-03-31", "-P1M1D", "2024-02-28"),
        ("2024-07-31", "-P1M", "2024-06-30"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2024-01-31", "PT48H", "2024-02-02"),
        ("2024-01-31", "-PT72H", "2024-01-28"),
        ("0001-01-15", "-P1M", "0001-01-01"),
        ("9999-12-15", "P1Y", "9999-12-31"),
    ],
)
def test_adding_to_a_date(day, period, expected):
    assert Period(period).from_day(date.fromisoformat(day)).isoformat() == expected


@pytest.mark.parametrize("text", ["", "P", "PT", "30D", "P3.5D", "P-3D", "P1H", "p3d", "P9999999D", "P1D "])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(IllegalValue, match="ISO 8601"):
        Period(text)


def test_a_period_is_frozen_and_equal_by_its_words():
    with pytest.raises(AttributeError):
        Period("P1D").text = "P2D"
    assert Period("P7D") != Period("P1W")
    assert Period("+P7D") == Period("P7D")
    assert -Period("-P6M") == Period("P6M")
    assert len({Period("P1M"), Period("P1M"), Period("P30D")}) == 2


@given(st.integers(0, 2000), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_days_there_and_back(days, day):
    period = Period(f"P{days}D")
    assert (-period).from_day(period.from_day(day)) == day


@given(st.integers(0, 600), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_months_last_between_their_shortest_and_longest(months, day):
    period = Period(f"P{months}M")
    minutes = (period.from_day(day) - day).days * 1440
    assert period.shortest <= minutes <= period.longest
