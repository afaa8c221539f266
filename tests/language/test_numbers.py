"""Numbers as they are written: thousands, decimal commas, and powers of ten in every spelling."""

from decimal import Decimal

import pytest

from trialwright.language.numbers import chinese_number, read_number


@pytest.mark.parametrize(
    ("text", "value", "power", "notes"),
    [
        ("2.5*10E9/L", "2.5", 9, ("ten_e",)),
        ("100x109/L", "100", 9, ("exponent_lost",)),
        ("3×10⁹/L", "3", 9, ()),
        ("1.5 x 10^9/L", "1.5", 9, ()),
        ("75 x 103/uL", "75", 3, ("exponent_lost",)),
        ("1.0E+6 cells", "1.0", 6, ()),
        ("10^9/L", "1", 9, ()),
        ("50,000/mm3", "50000", None, ()),
        ("1,234,567.5", "1234567.5", None, ()),
        ("100 000", "100000", None, ()),
        ("0,125 mg", "0.125", None, ("decimal_comma",)),
        ("2.5 million/mL", "2500000.0", None, ()),
        ("8万/uL", "80000", None, ()),
        ("1.5 109/L", "1.5", 9, ("exponent_lost",)),
        ("18,5", "18.5", None, ("decimal_comma",)),
        ("0.45", "0.45", None, ()),
        ("109", "109", None, ()),
    ],
)
def test_a_number_with_its_power(text, value, power, notes):
    number = read_number(text, 0)
    assert (number.value, number.power, number.notes) == (Decimal(value), power, notes)


@pytest.mark.parametrize("text", ["1.5 x 10/kg", "1.5 x 10 /kg", "", "abc", "-"])
def test_what_is_no_number_or_no_whole_one(text):
    assert read_number(text, 0) is None


@pytest.mark.parametrize(
    ("text", "value"), [("半", "0.5"), ("两", "2"), ("十", "10"), ("二十一", "21"), ("十八", "18")]
)
def test_chinese(text, value):
    assert chinese_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "十十", "百", "一二"])
def test_no_chinese_number(text):
    assert chinese_number(text) is None
