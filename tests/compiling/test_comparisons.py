"""Any number with any sign and unit becomes the bounds that the signs say, in half and in full width."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.compiling.criteria import run_passes
from trialwright.language.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
SIGNS = {
    "<": ("high", False),
    "less than": ("high", False),
    "小于": ("high", False),
    "≤": ("high", True),
    "no more than": ("high", True),
    "not exceeding": ("high", True),
    ">": ("low", False),
    "above": ("low", False),
    "≥": ("low", True),
    ">/=": ("low", True),
    "at least": ("low", True),
    "不低于": ("low", True),
    "=": ("equal", True),
}
SUFFIXES = {"or more": "low", "or higher": "low", "以上": "low", "or less": "high", "or below": "high"}
UNITS = {
    "": None,
    "%": "%",
    "mg/dL": "mg/dL",
    "mmol / l": "mmol/L",
    "x 10^9/L": "10*9/L",
    "/mm3": "/uL",
    "kg/m²": "kg/m2",
    "ug/kg/min": "ug/kg/min",
    "years": "a",
    "周": "wk",
}
numbers = st.decimals(Decimal("0.1"), 999, places=1)
units = st.sampled_from(sorted(UNITS))
WIDE = {ord(c): chr(ord(c) + 0xFEE0) for c in "<>=%/0123456789."}


def bounds_of(text):
    items = run_passes(text, vocabulary=VOCABULARY, after="quantify").items
    found = [i.value for i in items if i.kind == "bounds"]
    assert len(found) == 1, (text, items)
    return found[0]


def ends(bounds):
    return [None if end is None else (end.value, end.closed) for end in (bounds.low, bounds.high)]


@settings(deadline=None, max_examples=300)
@given(sign=st.sampled_from(sorted(SIGNS)), number=numbers, unit=units, wide=st.booleans())
def test_a_sign_before_the_number(sign, number, unit, wide):
    text = f"ferritin {sign} {number} {unit}"
    found = bounds_of(text.translate(WIDE) if wide else text)
    side, closed = SIGNS[sign]
    end = (number, closed)
    assert ends(found) == [end if side != "high" else None, end if side != "low" else None]
    assert found.unit == UNITS[unit]


@settings(deadline=None, max_examples=200)
@given(suffix=st.sampled_from(sorted(SUFFIXES)), number=numbers, unit=units)
def test_a_word_behind_the_number(suffix, number, unit):
    found = bounds_of(f"ferritin {number} {unit} {suffix}")
    end = (number, True)
    assert ends(found) == ([end, None] if SUFFIXES[suffix] == "low" else [None, end])
    assert found.unit == UNITS[unit]


@settings(deadline=None, max_examples=200)
@given(
    low=numbers,
    more=numbers,
    unit=units,
    between=st.sampled_from([("", "-"), ("", " to "), ("", "~"), ("between ", " and "), ("from ", " to ")]),
)
def test_ranges(low, more, unit, between):
    high = low + more
    found = bounds_of(f"ferritin {between[0]}{low}{between[1]}{high} {unit}")
    assert ends(found) == [(low, True), (high, True)]
    assert found.unit == UNITS[unit]


@settings(deadline=None, max_examples=200)
@given(low=numbers, more=numbers, unit=units)
def test_two_signs_keep_their_strictness(low, more, unit):
    high = low + more
    found = bounds_of(f"ferritin > {low} {unit} and ≤ {high} {unit}")
    assert ends(found) == [(low, False), (high, True)]
