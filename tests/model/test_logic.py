"""Kleene's truth tables, written out: T met, F not met, U unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.model.logic import (
    MET,
    NOT_MET,
    Answer,
    Reason,
    Verdict,
    conjoin,
    count_met,
    disjoin,
    exempt,
    imply,
    negate,
    unknown,
)

VALUES = {"T": MET, "F": NOT_MET, "U": unknown(Reason.MISSING)}
LETTERS = {Verdict.MET: "T", Verdict.NOT_MET: "F", Verdict.UNKNOWN: "U"}

#          a b  all any if_then except
TABLE = """
           T T  T   T   T       F
           T F  F   T   F       T
           T U  U   T   U       U
           F T  F   T   T       F
           F F  F   F   T       F
           F U  F   U   T       F
           U T  U   T   T       F
           U F  F   U   U       U
           U U  U   U   U       U
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda r: "".join(r[:2]))
def test_two_valued_tables_extended_by_unknown(row):
    a, b = VALUES[row[0]], VALUES[row[1]]
    got = [conjoin([a, b]), disjoin([a, b]), imply(a, b), exempt(a, b)]
    assert [LETTERS[answer.verdict] for answer in got] == row[2:]


def test_not_swaps_and_leaves_unknown():
    assert [negate(VALUES[v]) for v in "TFU"] == [NOT_MET, MET, VALUES["U"]]


def test_nothing_at_all():
    assert conjoin([]) == MET
    assert disjoin([]) == NOT_MET


@pytest.mark.parametrize(
    ("letters", "n", "expected"),
    [("TTU", 2, "T"), ("TFU", 2, "U"), ("FFU", 2, "F"), ("TFF", 2, "F"), ("UUU", 3, "U"), ("TTF", 3, "F")],
)
def test_at_least(letters, n, expected):
    assert LETTERS[count_met([VALUES[c] for c in letters], n).verdict] == expected


def test_a_composite_shows_the_first_reason_in_order():
    parts = [unknown(Reason.NOT_ASSESSABLE), unknown(Reason.MISSING), unknown(Reason.UNIT)]
    assert conjoin(parts) == unknown(Reason.UNIT)
    assert disjoin([*parts, NOT_MET]) == unknown(Reason.UNIT)


answers = st.sampled_from([MET, NOT_MET, *map(unknown, Reason)])


@given(st.lists(answers))
def test_de_morgan(parts: list[Answer]):
    assert negate(conjoin(parts)) == disjoin([negate(p) for p in parts])


@given(st.lists(answers), st.integers(0, 5), st.sampled_from([MET, NOT_MET]))
def test_settling_an_unknown_never_turns_a_settled_answer(parts, place, settled):
    before = conjoin(parts)
    after = list(parts)
    if place < len(after) and after[place].verdict is Verdict.UNKNOWN:
        after[place] = settled
    if before.verdict is not Verdict.UNKNOWN:
        assert conjoin(after).verdict is before.verdict
