"""The same criteria written another way are the same: other units, order, bullets, line ends, widths."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.compiling.criteria import compile_line, compile_text
from trialwright.model.expression import Measurement
from trialwright.screening.reading import limits_of, scale_of

from .trees import VOCABULARY, told

# One amount in each unit: the numbers that say the same.
UNITS = {
    "Hemoglobin": {"g/dL": "1", "g/L": "10"},
    "Platelets": {
        "x 10^9/L": "1", "K/uL": "1", "/uL": "1000", "cells/mm3": "1000", "x 10^3/µL": "1"
    },
    "Absolute neutrophil count": {"x10^9/L": "1", "/mm3": "1000", "x 10E9/L": "1", "K/mm3": "1"},
    "CD4 count": {"/uL": "1", "cells/mm3": "1", "cells/µL": "1", "x 10^6/L": "1"},
    "Albumin": {"g/dL": "1", "g/L": "10"},
    "Creatinine": {"mg/dL": "1", "umol/L": "88.4017", "µmol/L": "88.4017", "μmol/L": "88.4017"},
    "Total bilirubin": {"mg/dL": "1", "umol/L": "17.1037"},
    "Fasting glucose": {"mg/dL": "18.0156", "mmol/L": "1"},
    "CRP": {"mg/L": "1", "mg/dL": "0.1"},
}  # fmt: skip
BOUNDS = (">= {}", "> {}", "≤ {}", "< {}", "at least {}", "no more than {}", "between {} and {}", "{} - {}")


@pytest.mark.parametrize("measure", UNITS)
def test_a_bound_means_the_same_in_every_unit(measure):
    @settings(max_examples=60)
    @given(
        amounts=st.lists(st.integers(1, 40), min_size=2, max_size=2, unique=True).map(sorted),
        bound=st.sampled_from(BOUNDS),
    )
    def check(amounts, bound):
        found = []
        for unit, factor in UNITS[measure].items():
            numbers = [format(amount * Decimal(factor), "f") for amount in amounts]
            expr, _ = compile_line(f"{measure} {bound.format(*numbers)} {unit}", vocabulary=VOCABULARY)
            assert isinstance(expr, Measurement), (unit, expr)
            term = VOCABULARY.describe(expr.concept)
            limits = limits_of(expr.interval, scale_of(term, expr.interval.unit))
            assert limits is not None, unit
            found.append((expr.concept.name, limits))
        name, first = found[0]
        for other, limits in found:
            assert other == name
            assert (limits.low_closed, limits.high_closed) == (first.low_closed, first.high_closed)
            assert math.isclose(limits.low, first.low, rel_tol=1e-4)
            assert math.isclose(limits.high, first.high, rel_tol=1e-4)

    check()


POINTS = (
    "Age 18 to 70 years", "Liver failure", "INR > 2 or PTA < 30%", "Written informed consent",
    "Hemoglobin of at least 8.5 g/dL within 14 days before enrollment",
    "No history of stroke, gout or epilepsy",
    "ALT ≤ 3 x ULN (≤ 5 x ULN if liver metastases)", "Systemic corticosteroids for more than 4 weeks",
    "Malignancy except treated skin cancer", "NYHA class III or IV", "年龄18岁以上", "入组前4周内使用抗生素",
    "Pregnant or breastfeeding women", "Something that nobody has ever read before",
)  # fmt: skip
MARKS = ("- ", "* ", "• ", "{n}. ", "{n}) ", "({n}) ", "  {n}. ", "{n}、", "（{n}）")
HEADINGS = (("Inclusion Criteria:", "inclusion"), ("Exclusion Criteria:", "exclusion"))
points = st.lists(st.sampled_from(POINTS), min_size=1, max_size=6, unique=True)


def written(points: list[str], mark: str, heading: str) -> str:
    return "\n".join((heading, *(mark.format(n=n) + point for n, point in enumerate(points, 1))))


def read(text: str) -> list[tuple]:
    criteria, _ = compile_text(text, vocabulary=VOCABULARY)
    return [(c.kind, told(c.expr)) for c in criteria]


@settings(max_examples=100)
@given(
    pairs=points.flatmap(lambda p: st.tuples(st.just(p), st.permutations(p))),
    heading=st.sampled_from(HEADINGS),
)
def test_points_in_another_order_are_the_same_criteria_in_that_order(pairs, heading):
    one, other = pairs
    before = dict(zip(one, read(written(one, "- ", heading[0])), strict=True))
    after = read(written(other, "- ", heading[0]))
    assert after == [before[point] for point in other]
    assert {kind for kind, _ in after} == {heading[1]}


@settings(max_examples=200)
@given(
    one=points, mark=st.sampled_from(MARKS), heading=st.sampled_from(HEADINGS), data=st.data(),
    indent=st.sampled_from(["", "   "]),
)  # fmt: skip
def test_bullets_and_line_ends_do_not_matter(one, mark, heading, indent, data):
    plain = read(written(one, "- ", heading[0]))
    wrapped = [_wrapped(point, indent, data) for point in one]
    text = written(wrapped, mark, heading[0])
    assert read(text) == plain, text


def _wrapped(point: str, indent: str, data: st.DataObject) -> str:
    words = point.split(" ")
    ends = [data.draw(st.sampled_from([" ", " ", f"\n{indent}"])) for _ in words[1:]]
    return words[0] + "".join(end + word for end, word in zip(ends, words[1:], strict=True))


WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}


@settings(max_examples=100)
@given(point=st.sampled_from(POINTS), chosen=st.sets(st.sampled_from(sorted(WIDE))))
def test_full_width_characters_are_half_width_characters(point, chosen):
    wide = "".join(WIDE[c] if c in chosen else c for c in point)
    narrow = {v: k for k, v in WIDE.items()}
    one, _ = compile_line(point, vocabulary=VOCABULARY)
    other, _ = compile_line(wide, vocabulary=VOCABULARY)
    assert "".join(narrow.get(c, c) for c in repr(told(other))) == repr(told(one))


@pytest.mark.parametrize("bullet", ["1. ", "１．　", "（1） ", "- ", "– ", "a) "])
def test_a_wrapped_line_is_no_nested_point_and_a_nested_point_is_no_wrapped_line(bullet):
    text = f"One of the following:\n  {bullet}Hb < 8\n  g/dL\n  {bullet}gout"
    expr, _ = compile_line(text, vocabulary=VOCABULARY)
    assert told(expr) == told(
        compile_line("One of the following:\n1. Hb < 8 g/dL\n2. gout", vocabulary=VOCABULARY)[0]
    )
    assert text[slice(*expr.of[0].span)] == "Hb < 8\n  g/dL"
    assert text[slice(*expr.of[1].span)] == "gout"


def test_entities_keep_their_places_where_lines_are_unwrapped():
    text = "Hb &lt;\n  8 g/dL,\n  stroke"
    expr, _ = compile_line(text, vocabulary=VOCABULARY)
    assert text[slice(*expr.of[0].span)] == "Hb &lt;\n  8 g/dL"
    assert text[slice(*expr.of[1].span)] == "stroke"
