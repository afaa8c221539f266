"""Checks on the criteria of one text, and on a text against its register; ranges against plain numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.compiling.criteria import compile_study, compile_text
from trialwright.compiling.criteria.checking.scales import range_of
from trialwright.language.vocabulary import load_vocabulary
from trialwright.model.dates import Age
from trialwright.model.interval import Bound, Interval
from trialwright.model.source import Source
from trialwright.model.study import Eligibility, Study

VOCABULARY = load_vocabulary()


def text_of(*, must=(), must_not=(), between="") -> str:
    points = [f"- {line}" for line in must]
    out = [f"- {line}" for line in must_not]
    return "\n".join(["Inclusion Criteria:", *points, between, "Exclusion Criteria:", *out])


def codes(text: str) -> list[str]:
    return [note.code for note in compile_text(text, vocabulary=VOCABULARY)[1]]


@pytest.mark.parametrize(
    ("must", "must_not", "expected"),
    [
        (["Gout"], ["Gout, or stroke"], ["required_and_excluded"]),
        (["Platelets > 100 x 10^9/L"], ["Platelets > 50,000/uL"], ["required_and_excluded"]),
        (["Creatinine > 2 mg/dL"], ["Creatinine > 150 umol/L"], ["required_and_excluded"]),
        (["No gout"], ["No gout"], ["required_and_excluded"]),
        (["Male"], ["Male"], ["required_and_excluded"]),
        (["Pregnancy test negative"], ["Pregnancy test negative"], ["required_and_excluded"]),
        # What overlaps leaves somebody.
        (["Platelets > 50 x 10^9/L"], ["Platelets > 100,000/uL"], []),
        (["Age 18 to 65 years"], ["Age > 60 years"], []),
        (["Gout"], ["Severe gout", "Gout within 3 months before screening", "History of gout"], []),
        (["Asthma"], ["Asthma for more than 10 years"], []),
        (["ALT < 3 x ULN"], ["ALT > 100 U/L"], []),
        # Of two groups of people one may be required to have what the other may not.
        (["Age > 60 years", "Age < 40 years"], [], ["cannot_be_met_together"]),
        ([], ["Sodium > 130 mmol/L", "Sodium < 140 mmol/L"], ["cannot_be_met_together"]),
        (["Sodium > 130 mmol/L", "Sodium < 140 mmol/L"], [], []),
        (["Male", "Female"], [], ["cannot_be_met_together"]),
        (["Age at least 21 years", "Aged 21 years or older"], [], ["said_twice"]),
        (["Kidney stones of the rare kind", "Kidney stones of the rare kind"], [], ["said_twice"]),
        (["Blasts < 20 %", "Blasts = 20 %"], [], ["cannot_be_met_together"]),
        (["Able to sign", "Willing to walk"], ["Able to sign"], []),
    ],
)
def test_criteria_of_one_text(must, must_not, expected):
    assert codes(text_of(must=must, must_not=must_not)) == expected


def test_other_groups_of_people_are_not_compared():
    text = "Inclusion Criteria:\n- Age > 60 years\n\nControl group:\n- Age < 40 years\n- Gout"
    assert codes(text) == []
    assert codes("Inclusion Criteria:\n- Group A: age > 60 years\n- Group B: age < 40 years") == []
    first = text_of(must=["Gout"], must_not=["Stroke"])
    assert codes(f"{first}\n\n{text_of(must=['Stroke'], must_not=['Gout'])}") == []


def test_a_whole_list_said_again_is_for_other_people():
    points = ["Gout of the foot", "Stroke in the past", "Asthma since birth", "Migraine with aura"]
    assert codes(text_of(must=[*points, *points])) == []


def test_short_points_under_two_headings_are_not_said_twice():
    text = "Exclusion Criteria:\nDuring the study:\n- Warfarin tablets\n- Aspirin tablets\n\n"
    assert codes(f"{text}Before the study:\n- Warfarin tablets\n- Gout") == []
    assert codes(f"{text}- Warfarin tablets\n- Gout") == ["said_twice"]


def checked(text: str, *, register: str = "ctgov", **fields) -> list[str]:
    source = Source(id="s1", format=register, uri="x", sha256="0")
    study = Study(id="X1", sources=(source,), eligibility=Eligibility(text=text, **fields))
    return [note.code for note in compile_study(study, vocabulary=VOCABULARY).notes]


def years(number: str, unit: str = "a") -> Age:
    return Age(value=Decimal(number), unit=unit)


@pytest.mark.parametrize(
    ("must", "must_not", "fields", "expected"),
    [
        ("Age 18 to 65 years", "Gout", {"minimum_age": years("18"), "maximum_age": years("65")}, []),
        ("Age over 17 and under 66 years", "Gout", {"minimum_age": years("18")}, []),
        ("Age 18 to 65 years", "Gout", {"minimum_age": years("18", "mo")}, ["age_differs"]),
        ("Gout", "Age under 18 years", {"minimum_age": years("16")}, ["age_differs"]),
        ("Gout", "Age under 18 years", {"minimum_age": years("18")}, []),
        ("Age up to 17.5 years", "Gout", {"maximum_age": years("17")}, []),
        ("Female", "Gout", {"sex": "MALE"}, ["sex_differs"]),
        ("Gout", "Male", {"sex": "FEMALE"}, []),
        ("Gout", "Stroke", {"minimum_age": years("40"), "maximum_age": years("30")}, ["impossible_age"]),
        ("Gout", "Stroke", {"maximum_age": years("150")}, ["impossible_age"]),
    ],
)
def test_the_register_as_second_witness(must, must_not, fields, expected):
    assert checked(text_of(must=[must], must_not=[must_not]), **fields) == expected


def test_a_register_with_classes_of_age_differs_only_beyond_them():
    text = text_of(must=["Age 30 to 60 years"], must_not=["Gout"])
    assert checked(text, register="ctis", minimum_age=years("18"), maximum_age=years("64")) == []
    assert checked(text, register="ctgov", minimum_age=years("18")) == ["age_differs"]
    assert checked(text, register="ctis", maximum_age=years("17")) == ["age_differs"]


_BOUND = st.none() | st.builds(Bound, value=st.integers(0, 6).map(Decimal), closed=st.booleans())
_NUMBERS = [Decimal(n) / 2 for n in range(-2, 16)]


@st.composite
def intervals(draw) -> Interval:
    low, high = draw(_BOUND), draw(_BOUND)
    if low is None and high is None:
        low = Bound(value=Decimal(3), closed=draw(st.booleans()))
    if low and high and (low.value > high.value or (low.value == high.value and low != high)):
        high = None
    if low and high and low.value == high.value and not low.closed:
        high = None
    return Interval(low=low, high=high, unit="mmol/L")


@given(intervals(), intervals())
def test_ranges_agree_with_their_numbers(one, other):
    a, b = range_of(one, None), range_of(other, None)
    first, second = ({n for n in _NUMBERS if n in i} for i in (one, other))
    assert a.inside(b) == (first <= second)
    assert a.apart(b) == (not first & second)
    assert a.covers_with(b) == (first | second == set(_NUMBERS))
