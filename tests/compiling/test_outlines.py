"""What an outline may do: it can decide against a person, whatever the records hold, and never for one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.compiling.criteria import compile_line
from trialwright.language.vocabulary import load_vocabulary
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Demographic,
    Except,
    IfThen,
    Not,
    leaves,
)

VOCABULARY = load_vocabulary()
WORDS = (
    "asthma gout stroke Hb ALT platelets age weird toe disease odd thing > 9 < 90 g/dL U/L and or , ; . "
    "no not without with if in men unless except within 3 months for at least (e.g. ) : patients must have "
    "history of"
).split(" ")
lines = st.lists(st.sampled_from(WORDS), min_size=3, max_size=14).map(" ".join)


def decides(leaf):
    return isinstance(leaf, Demographic) or bool(getattr(getattr(leaf, "concept", None), "codes", ()))


def value(expr, of_leaf):
    """True, False or None (unknown), by the rules of three values."""
    match expr:
        case AllOf(of=of):
            told = [value(e, of_leaf) for e in of]
            return False if False in told else None if None in told else True
        case AnyOf(of=of):
            told = [value(e, of_leaf) for e in of]
            return True if True in told else None if None in told else False
        case AtLeast(n=n, of=of):
            told = [value(e, of_leaf) for e in of]
            if told.count(True) >= n:
                return True
            return False if told.count(True) + told.count(None) < n else None
        case Not(of=inner):
            told = value(inner, of_leaf)
            return None if told is None else not told
        case IfThen(if_=premise, then=then):
            return value(AnyOf(of=(Not(of=premise), then)), of_leaf)
        case Except(base=base, unless=unless):
            return value(AllOf(of=(base, Not(of=unless))), of_leaf)
        case _:
            return of_leaf(expr)


@settings(max_examples=400)
@given(text=lines, kind=st.sampled_from(["inclusion", "exclusion"]), data=st.data())
def test_no_records_make_an_outline_qualify(text, kind, data):
    expr, _ = compile_line(text, vocabulary=VOCABULARY, kind=kind)
    if not any(note.code == "outlined" for note in expr.notes):
        return
    drawn = {id(leaf): data.draw(st.sampled_from([True, False])) for leaf in leaves(expr) if decides(leaf)}
    result = value(expr, lambda leaf: drawn.get(id(leaf)))
    assert result is not (kind == "inclusion")


@pytest.mark.parametrize(
    ("text", "kind", "coded"),
    [
        ("Platelets > 80 x10^9/L, some funny count > 9 and Hb > 9 g/dL", "inclusion", 2),
        ("Asthma, stroke with odd toes, or gout", "inclusion", 0),
        ("Weird toe disease, asthma, gout or odd thing > 7 mg/dL", "exclusion", 2),
        ("Weird toe disease and asthma", "exclusion", 0),
        ("Odd thing > 7, and platelets > 80 x10^9/L if bleeding", "inclusion", 0),
        ("No weird toe disease, asthma or odd thing", "inclusion", 1),
    ],
)
def test_codes_stand_where_a_part_alone_decides_against_the_person(text, kind, coded):
    expr, _ = compile_line(text, vocabulary=VOCABULARY, kind=kind)
    assert sum(map(decides, leaves(expr))) == coded
