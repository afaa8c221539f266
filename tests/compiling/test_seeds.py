"""The three example records: 41 criteria cut with exact places, values and windows right as far as read."""

import re
from decimal import Decimal

import pytest

from trialwright import verbs
from trialwright.model.expression import Attestation, Protocol, children, leaves

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
# The logic of every criterion, by the kinds of its nodes.
SHAPES = {
    "000": {
        "I1": "condition",
        "I2": "all(exposure, attestation)",
        "I3": "all(measurement, measurement)",
        "I4": "measurement",
        "I5": "protocol",
        "I6": "attestation",
        "I7": "not(condition)",
        "I8": "measurement",
        "I9": "attestation",
        "E1": "any(measurement, all(any(measurement, measurement, measurement), measurement))",
        "E2": "condition",
        "E3": "any(measurement, measurement, measurement, measurement)",
        "E4": "condition",
        "E5": "exposure",
        "E6": "condition",
        "E7": "attestation",
    },
    "002": {
        "I1": "demographic",
        "I2": "condition",
        "I3": "if_then(all(demographic, demographic), measurement)",
        "I4": "attestation",
        "I5": "measurement",
        "I6": "any(measurement, change)",
        "I7": "any(measurement, measurement)",
        "I8": "measurement",
        "E1": "any(condition, condition)",
        "E2": "condition",
        "E3": "any(condition, condition)",
        "E4": "condition",
        "E5": "attestation",
        "E6": "condition",
        "E7": "attestation",
    },
    "003": {
        "I1": "all(demographic, exposure)",
        "I2": "condition",
        "I3": "measurement",
        "I4": "all(measurement, measurement)",
        "I5": "not(any(condition, condition))",
        "I6": "attestation",
        "E1": "all(condition, attestation)",
        "E2": "condition",
        "E3": "measurement",
        "E4": "exposure",
    },
}
# The times that the records state: criterion, where it stands, what it is.
TIMES = {
    "000": {
        ("I2", "duration", "24 mo"),
        ("I2", "plan", "24"),
        ("I3", "window", "-P30D enrollment"),
        ("I4", "window", "-P30D enrollment"),
        ("I5", "protocol", "30"),
        ("I8", "window", "-P30D enrollment"),
        ("E5", "window", "-P6M screening"),
    },
    "002": set(),
    "003": {("E4", "window", "-P4W screening")},
}


def shape(expr):
    """The kinds of a tree's nodes, without their words."""
    tag = expr.__struct_config__.tag
    below = [shape(child) for child in children(expr)]
    return f"{tag}({', '.join(below)})" if below else tag


def times(criteria):
    """Every time that a criterion keeps: as a window, as a duration, or in the words of what is no data."""
    found = set()
    for criterion in criteria:
        for leaf in leaves(criterion.expr):
            if (window := getattr(leaf, "window", None)) is not None:
                found.add((criterion.id, "window", f"{window.from_.text} {window.anchor}"))
            if (lasted := getattr(leaf, "duration", None)) is not None:
                found.add((criterion.id, "duration", f"{lasted.low.value} {lasted.unit}"))
            if isinstance(leaf, Attestation | Protocol):
                kind = leaf.about if isinstance(leaf, Attestation) else "protocol"
                found.update((criterion.id, kind, n) for n in re.findall(r"\d+", leaf.text))
    return found


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
    assert values(criteria) == VALUES[name]


@pytest.mark.parametrize("name", SEEDS)
def test_every_criterion_has_its_logic(shared, name):
    _, criteria = compiled(shared, name)
    assert {c.id: shape(c.expr) for c in criteria} == SHAPES[name]


@pytest.mark.parametrize("name", SEEDS)
def test_all_times_are_kept(shared, name):
    _, criteria = compiled(shared, name)
    assert times(criteria) == TIMES[name]


def test_general_words_are_tested_by_their_list(shared):
    first = {c.id: c.expr for c in compiled(shared, "000")[1]}
    second = {c.id: c.expr for c in compiled(shared, "002")[1]}
    assert (first["E2"].status, first["E2"].concept.name) == ("history", "severe organ disease or tumour")
    assert second["E2"].concept.name == "severe heart, kidney or lung disease"
    assert all(expr.concept.codes for expr in (first["E2"], second["E2"]))


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
        "data",
    ]
