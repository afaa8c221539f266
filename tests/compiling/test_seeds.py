"""The three example records: 41 criteria cut with exact places, values and windows right as far as read."""

import re
from decimal import Decimal

import pytest

from trialwright import verbs
from trialwright.model.expression import leaves

# How many inclusions and exclusions each record has.
SEEDS = {"000": (9, 7), "002": (8, 7), "003": (6, 4)}
# name, low, high, unit or relation: the values that the three records state.
VALUES = {
    "000": {
        ("CD4 count", None, "250", "/uL"),
        ("CD4 count", "50", None, "/uL"),
        ("HIV viral load", None, "50", "{copies}/mL"),
        ("Karnofsky", "70", None, None),
        ("ALT", "80", None, "[IU]/L"),
        ("WBC", None, "2.5", "10*9/L"),
        ("platelets", None, "50", "10*9/L"),
        ("haemoglobin", None, "80", "g/L"),
        ("lactate", "2", None, "mmol/L"),
    },
    "002": {
        ("age", "18", "65", "a"),
        ("total bilirubin", "171", None, "umol/L"),
        ("total bilirubin", "17.1", None, "umol/L"),
        ("INR", "1.5", None, None),
        ("prothrombin activity", "20", "40", "%"),
        ("MELD score", "17", "30", None),
    },
    "003": {
        ("age", "18", "80", "a"),
        ("ECOG", "0", "2", None),
        ("ejection fraction", "45", None, "%"),
        ("creatinine", None, "176", "umol/L"),
    },
}
# What is read today; the rest of VALUES is unparsed, never wrong.
UNREAD = {("ALT", "80", None, "[IU]/L")}


def compiled(shared, name):
    path = next((shared / "seeds").glob(f"{name}_*.txt"))
    (study,) = verbs.compile([str(path)])
    return path.read_text(encoding="utf-8"), study.eligibility.criteria


def values(criteria):
    found = set()
    for criterion in criteria:
        for leaf in leaves(criterion.expr):
            interval = getattr(leaf, "interval", None)
            if interval is None or interval.unit_status == "assumed":
                continue
            name = leaf.attribute if hasattr(leaf, "attribute") else leaf.concept.name
            ends = (str(b.value) if b else None for b in (interval.low, interval.high))
            found.add((name, *ends, interval.unit))
    return found


@pytest.mark.parametrize("name", SEEDS)
def test_every_criterion_is_cut_with_its_place(shared, name):
    text, criteria = compiled(shared, name)
    inclusions, exclusions = SEEDS[name]
    ids = [f"I{n + 1}" for n in range(inclusions)] + [f"E{n + 1}" for n in range(exclusions)]
    assert [c.id for c in criteria] == ids
    for criterion in criteria:
        start, end = criterion.span
        assert " ".join(text[start:end].split()) == criterion.text
        assert not re.match(r"[-•\d]+[.\s]", criterion.text)
        for leaf in leaves(criterion.expr):
            assert start <= leaf.span[0] < leaf.span[1] <= end


@pytest.mark.parametrize("name", SEEDS)
def test_values_are_right_and_none_is_wrong(shared, name):
    _, criteria = compiled(shared, name)
    assert values(criteria) == VALUES[name] - UNREAD


def test_strictness_is_kept(shared):
    by_id = {c.id: c for c in compiled(shared, "002")[1]}
    activity = by_id["I7"].expr.of[1].interval
    assert (activity.low.closed, activity.high.closed) == (False, True)
    assert by_id["I6"].expr.of[1].per.text == "P1D"
    assert Decimal("17.1") == by_id["I6"].expr.of[1].interval.low.value


def test_windows(shared):
    by_id = {c.id: c for c in compiled(shared, "000")[1]}
    assert {leaf.window.from_.text for i in ("I3", "I4", "I8") for leaf in leaves(by_id[i].expr)} == {"-P30D"}
    assert {leaf.select for leaf in leaves(by_id["I3"].expr)} == {"all"}
    assert by_id["E5"].expr.window.from_.text == "-P6M"
    assert by_id["I2"].expr.of[0].duration.low.value == 24
    trial = {c.id: c for c in compiled(shared, "003")[1]}["E4"].expr
    assert (trial.kind, trial.window.from_.text) == ("trial", "-P4W")


def test_who_can_answer(shared):
    by_id = {c.id: c.assessable for c in compiled(shared, "000")[1]}
    assert [by_id[i] for i in ("I5", "I6", "I9", "E7", "I8", "E1")] == [
        "protocol",
        "person",
        "person",
        "person",
        "data",
        "none",
    ]
