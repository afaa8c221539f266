"""Units as they are spelled, and what looks like one."""

import pytest

from trialwright.language.folding import fold
from trialwright.language.units import read_unit


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cells/mm3", "/uL"),
        ("/mm³", "/uL"),
        (" /cu mm", "/uL"),
        ("K/uL", "10*3/uL"),
        ("mm Hg", "mm[Hg]"),
        ("mmHg", "mm[Hg]"),
        ("kg/m²", "kg/m2"),
        ("mL/min/1.73 m2", "mL/min/{1.73_m2}"),
        ("mL/min", "mL/min"),
        ("μmol/L", "umol/L"),
        ("µmol/L", "umol/L"),
        ("IU/L", "[IU]/L"),
        ("U/L", "U/L"),
        ("copies/mL", "{copies}/mL"),
        ("copies per mL", "{copies}/mL"),
        ("%", "%"),
        ("℃", "Cel"),
        ("mg/dl", "mg/dL"),
        ("g/L", "g/L"),
        ("mL/ min/1.73 m2", "mL/min/{1.73_m2}"),
        ("kg∙m-2", "kg/m2"),
        ("kg / m ^ 2", "kg/m2"),
        ("/ mm 3", "/uL"),
        ("ug/kg/min", "ug/kg/min"),
        ("mg/L per hour", "mg/L/h"),
        ("neutrophils/uL", "/uL"),
        ("sperm/mL", "/mL"),
        ("cells per high power field", "/[HPF]"),
        ("G / L", "10*9/L"),
        ("units per day", "U/d"),
        ("hrs/week", "h/wk"),
    ],
)
def test_spellings(text, code):
    assert read_unit(fold(text), 0).code == code


@pytest.mark.parametrize("text", ["in the study", "patients", "gamma", "x"])
def test_a_word_is_no_unit(text):
    assert read_unit(text, 0) is None


@pytest.mark.parametrize(
    ("text", "code"), [("/L", "10*9/L"), (" /uL", "10*9/uL"), ("/mm3", "10*9/uL"), (" cells/kg", "10*9/kg")]
)
def test_a_power_of_ten_belongs_to_the_unit(text, code):
    assert read_unit(text, 0, power=9).code == code
