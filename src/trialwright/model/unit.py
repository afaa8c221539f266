"""Units as laboratories and protocols spell them, with their dimension and factor.

A spelling is looked up exactly first and then without case and blanks, so that `K/uL` is thousands
per microlitre and never kelvin. Codes and factors: UCUM (ucum.org); molar masses come with the concept.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from msgspec import Struct

Dimension = Literal["cells", "mass", "substance", "enzyme", "viral_load", "percent", "pure"]


class Unit(Struct, frozen=True, kw_only=True):
    """A unit: UCUM `code`, `dimension`, and the `factor` that takes a number to the canonical unit.

    Canonical units: cells 10*9/L, mass g/L, substance mmol/L, enzyme U/L, viral load {copies}/mL,
    percent %, pure 1. `decadic` says that the number is a common logarithm.
    """

    code: str
    dimension: Dimension
    factor: float
    decadic: bool = False


# One line a unit: UCUM code, dimension, factor, and the spellings met besides the code.
_TABLE: tuple[tuple[str, Dimension, float, str], ...] = (
    (
        "10*9/L",
        "cells",
        1.0,
        "10^9/L 10E9/L 10⁹/L 10*3/uL 10^3/uL 10E3/uL 10³/uL K/uL K/mm3 10*3/mm3 10^3/mm3 "
        "10E3/mm3 10³/mm3 G/L",
    ),
    ("/uL", "cells", 0.001, "{cells}/uL cells/uL cell/uL /mm3 {cells}/mm3 cells/mm3 cell/mm3 /mm³"),
    ("10*6/L", "cells", 0.001, "10^6/L 10E6/L 10⁶/L"),
    ("g/L", "mass", 1.0, "mg/mL"),
    ("g/dL", "mass", 10.0, ""),
    ("mg/dL", "mass", 0.01, ""),
    ("mg/L", "mass", 0.001, "ug/mL"),
    ("ug/dL", "mass", 0.00001, ""),
    ("ng/mL", "mass", 0.000001, ""),
    ("ug/L", "mass", 0.000001, "mcg/L"),
    ("ng/dL", "mass", 0.00000001, ""),
    ("ng/L", "mass", 0.000000001, ""),
    ("pg/mL", "mass", 0.000000001, ""),
    ("pg/dL", "mass", 0.00000000001, ""),
    ("mmol/L", "substance", 1.0, ""),
    ("umol/L", "substance", 0.001, ""),
    ("nmol/L", "substance", 0.000001, ""),
    ("pmol/L", "substance", 0.000000001, ""),
    ("mol/L", "substance", 1000.0, ""),
    ("U/L", "enzyme", 1.0, "[IU]/L [iU]/L IU/L"),
    ("ukat/L", "enzyme", 60.0, ""),
    ("nkat/L", "enzyme", 0.06, ""),
    ("U/mL", "enzyme", 1000.0, "[IU]/mL IU/mL"),
    ("m[IU]/L", "enzyme", 0.001, "mIU/L mU/L"),
    ("u[IU]/mL", "enzyme", 0.001, "uIU/mL uU/mL"),
    ("m[IU]/mL", "enzyme", 1.0, "mIU/mL mU/mL"),
    ("k[IU]/L", "enzyme", 1000.0, "kIU/L kU/L"),
    ("{copies}/mL", "viral_load", 1.0, "copies/mL copy/mL [copies]/mL cp/mL"),
    ("%", "percent", 1.0, ""),
    ("1", "pure", 1.0, "{INR} {score} {ratio}"),
)
_DECADIC = "{Log_copies}/mL", "log10copies/mL", "logcopies/mL"
_CODES_OF_THEIR_OWN = {"mg/mL", "ug/mL"}
_LETTERS = str.maketrans({"µ": "u", "μ": "u"})


def _plain(spelling: str) -> str:
    """One letter for micro, no leading multiplication sign before a power of ten."""
    text = spelling.strip().translate(_LETTERS)
    shorter = text.lstrip("x×*· ")
    return shorter if shorter.startswith("10") else text


@cache
def _tables() -> tuple[dict[str, Unit], dict[str, Unit]]:
    exact: dict[str, Unit] = {}
    folded: dict[str, Unit] = {}
    for code, dimension, factor, others in _TABLE:
        for spelling in (code, *others.split()):
            own = spelling if spelling in _CODES_OF_THEIR_OWN else code
            unit = Unit(code=own, dimension=dimension, factor=factor)
            exact[_plain(spelling)] = unit
            folded.setdefault(_plain(spelling).lower(), unit)
    for spelling in _DECADIC:
        unit = Unit(code=_DECADIC[0], dimension="viral_load", factor=1.0, decadic=True)
        exact[spelling] = unit
        folded.setdefault(spelling.lower(), unit)
    return exact, folded


def find_unit(spelling: str) -> Unit | None:
    """The unit of a spelling, or None when nobody knows it.

    >>> find_unit("x10^3/µL").code
    '10*9/L'
    """
    exact, folded = _tables()
    plain = _plain(spelling)
    return exact.get(plain) or folded.get("".join(plain.split()).lower())
