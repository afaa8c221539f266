"""Spellings of units: the table of the specification, looked up exactly and then without case and blanks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.model.unit import find_unit


@pytest.mark.parametrize(
    ("spelling", "dimension", "factor"),
    [
        *(
            (s, "cells", 1.0)
            for s in ("10*9/L", "x10E9/L", "×10^9/L", "10⁹/L", "K/uL", "K/µL", "k/ul", "10^3/μL", "10*3/mm3")
        ),
        *((s, "cells", 0.001) for s in ("/uL", "{cells}/uL", "cells/mm3", "Cells / mm3", "10^6/L")),
        ("g/dL", "mass", 10.0),
        ("mg/dl", "mass", 0.01),
        ("µmol/L", "substance", 0.001),
        ("pg/mL", "mass", 1e-9),
        ("mcg/L", "mass", 1e-6),
        ("pmol/l", "substance", 1e-9),
        ("uIU/mL", "enzyme", 0.001),
        ("mIU/mL", "enzyme", 1.0),
        ("[IU]/L", "enzyme", 1.0),
        ("iu/l", "enzyme", 1.0),
        ("nkat/L", "enzyme", 0.06),
        ("copies/mL", "viral_load", 1.0),
        ("%", "percent", 1.0),
        ("{INR}", "pure", 1.0),
    ],
)
def test_spellings(spelling, dimension, factor):
    unit = find_unit(spelling)
    assert (unit.dimension, unit.factor) == (dimension, factor)


@pytest.mark.parametrize("spelling", ["", "kelvin", "furlong", "mg", "10*7/L", "/L"])
def test_what_nobody_knows(spelling):
    assert find_unit(spelling) is None


def test_logarithms_of_copies():
    unit = find_unit("log10 copies/mL")
    assert (unit.dimension, unit.decadic) == ("viral_load", True)


@given(st.text(max_size=20))
def test_no_spelling_raises(spelling):
    find_unit(spelling)
