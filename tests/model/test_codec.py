"""JSON both ways: what is printed can be read back, and the schema accepts it."""

import json
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.errors import IllegalValue
from trialwright.model import codec
from trialwright.model.concept import Concept
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Attestation,
    Change,
    Condition,
    Criterion,
    Demographic,
    Except,
    Exposure,
    Expr,
    IfThen,
    Measurement,
    Not,
    Protocol,
    Unparsed,
)
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period
from trialwright.model.study import Eligibility, Study
from trialwright.model.window import Window

words = st.text(min_size=1, max_size=12)
numbers = st.decimals(-(10**6), 10**6, places=3)
periods = st.builds(
    lambda n, u, s: Period(f"{s}P{n}{u}"),
    st.integers(0, 999),
    st.sampled_from("DWMY"),
    st.sampled_from(["", "-"]),
)
concepts = st.builds(Concept, text=words, name=st.none() | words, codes=st.tuples(words))


@st.composite
def intervals(draw):
    low, high = sorted((draw(numbers), draw(numbers)))
    ends = draw(st.sampled_from(["low", "high", "both"]))
    return Interval(
        low=Bound(value=low, closed=True) if ends != "high" else None,
        high=Bound(value=high, closed=True) if ends != "low" else None,
        unit=draw(st.none() | words),
        relative_to=draw(st.sampled_from([None, "ULN", "LLN", "baseline"])),
    )


windows = st.builds(
    lambda n, to, anchor: Window(from_=Period(f"-P{n + 31}D"), to=to, anchor=anchor),
    st.integers(0, 900),
    st.none() | st.just(Period("-P1M")),
    st.sampled_from(["screening", "enrollment", "randomization", "treatment_start"]),
)
leaves = st.one_of(
    st.builds(Measurement, concept=concepts, interval=intervals(), window=st.none() | windows),
    st.builds(Measurement, concept=concepts, values=st.tuples(words), select=st.sampled_from(["all", "any"])),
    st.builds(Change, concept=concepts, interval=intervals(), per=st.none() | periods),
    st.builds(Condition, concept=concepts, qualifiers=st.tuples(words), duration=st.none() | intervals()),
    st.builds(Exposure, concept=concepts, dose=st.none() | intervals(), window=st.none() | windows),
    st.builds(Demographic, attribute=words, values=st.tuples(words)),
    st.builds(Attestation, about=st.just("consent"), text=words),
    st.builds(Protocol, text=words),
    st.builds(Unparsed, text=words, span=st.none() | st.tuples(st.just(3), st.integers(3, 9))),
)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(AllOf, of=st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, of=st.lists(inner, max_size=3).map(tuple)),
        st.builds(AtLeast, n=st.integers(1, 3), of=st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, of=inner),
        st.builds(IfThen, if_=inner, then=inner),
        st.builds(Except, base=inner, unless=inner),
    ),
    max_leaves=6,
)
VALIDATOR = jsonschema.Draft202012Validator(codec.schema(Study))


@given(expressions)
def test_every_expression_survives_json_and_fits_the_schema(expr):
    criterion = Criterion(id="I1", kind="inclusion", text="words", expr=expr)
    study = Study(id="x", eligibility=Eligibility(criteria=(criterion,)))
    text = codec.encode(study)
    assert codec.decode(text, Study) == study
    VALIDATOR.validate(json.loads(text))


def test_names_of_the_contract():
    window = Window(anchor="screening", from_=Period("-P30D"), to=Period("P0D"))
    assert json.loads(codec.encode(window)) == {
        "anchor": "screening",
        "event": None,
        "from": "-P30D",
        "to": "P0D",
        "status": "stated",
    }
    branch = json.loads(codec.encode(IfThen(if_=Unparsed(text="a"), then=Unparsed(text="b"))))
    assert (branch["type"], branch["if"]["text"], branch["then"]["type"]) == ("if_then", "a", "unparsed")


@pytest.mark.parametrize(
    ("given_value", "printed"), [("2.50", "2.50"), ("1E+9", "1000000000"), ("1e-3", "0.001")]
)
def test_bounds_are_plain_decimal_strings(given_value, printed):
    text = codec.encode(Bound(value=Decimal(given_value), closed=True))
    assert json.loads(text)["value"] == printed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"type": "measurment"}', "measurment"),
        ('{"type": "not", "of": {"type": "attestation", "about": "x", "text": ""}}', r"\$\.of\.about"),
        ('{"type": "measurement", "concept": {"text": "a"}}', "needs interval or values"),
        ('{"type": "unparsed"', "truncated"),
        ('{"type":"not","of":' * 100_000, "truncated|recursion"),
    ],
)
def test_json_that_does_not_fit_is_refused_with_its_place(text, words):
    with pytest.raises(IllegalValue, match=words):
        codec.decode(text, Expr)
