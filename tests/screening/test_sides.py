"""Bounds judged together are judged as each alone, and leaves that differ in bounds are one form."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialwright.model import expression as ex
from trialwright.model.study import Study
from trialwright.patients import read_patients
from trialwright.screening import ScreeningOptions
from trialwright.screening.atoms import MeasurementAtom
from trialwright.screening.forms import Forms, bounds_of, plain_leaf
from trialwright.screening.grounding import Ground
from trialwright.screening.index import Trial, trial_of
from trialwright.screening.outcome import RANK
from trialwright.screening.records import read_one
from trialwright.screening.reference import answer
from trialwright.screening.sides import answers_within, with_bounds

from .asking import AGES, aged, platelets
from .building import DAY, window, write_table
from .vocabulary import VOCABULARY


@settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_bounds_judged_together_are_judged_as_each_alone(r: Random) -> None:
    """Bounds that lie at, just beside and far from the numbers of the record, open and closed."""
    values = [r.choice((49.9, 50, 100, 100.5, 250)) for _ in range(r.randint(0, 3))]
    rows = [
        {
            "subject_id": 1,
            "time": f"2024-08-{20 + place}",
            "code": "LOINC:777-3",
            "unit": "10*9/L",
            **({"numeric_value": value} if r.random() < 0.7 else {"text_value": f"{r.choice('<>')}{value}"}),
        }
        for place, value in enumerate(values)
    ]
    rows.append({"subject_id": 1, "code": "SEX//F"})
    leaf = platelets("1", "2", select=r.choice(("latest", "first", "any", "all")))
    with TemporaryDirectory() as folder:
        table = read_patients(write_table(Path(folder) / "people.csv", rows))
        person = read_one(table, 1).at(DAY, ScreeningOptions())
    atom = Ground(DAY, VOCABULARY, ScreeningOptions()).leaf(leaf, False).atom
    assert isinstance(atom, MeasurementAtom)
    near = [v * f for v in (*values, 7.0, 900.0) for f in (1, 1 + 1e-12, 1 - 1e-12, 1 + 3e-9, 1 - 3e-9, 1.1)]
    low = np.array([r.choice((*near, -np.inf)) for _ in range(60)])
    high = np.array([r.choice((*near, np.inf)) for _ in range(60)])
    ends = np.array([r.randrange(4) for _ in range(60)])
    together = answers_within(atom, low, high, ends, person).tolist()
    alone = [
        RANK[answer(with_bounds(atom, bounds_of(*bounds)), person).answer]
        for bounds in zip(low.tolist(), high.tolist(), ends.tolist(), strict=True)
    ]
    assert together == alone


def test_leaves_that_differ_in_numbers_and_words_have_one_form() -> None:
    forms = Forms(VOCABULARY)

    def form(leaf: ex.Expr) -> bytes:
        return forms.ask(plain_leaf(leaf, False)).form.key

    one = form(platelets("100", None))
    assert form(platelets(None, "50000", "/uL", ends="()")) == one
    assert form(platelets("100", None, span=(3, 9))) == one
    assert form(platelets("100", None, "g/L")) != one
    assert form(platelets("100", None, select="any")) != one
    assert form(platelets("100", None, window=window("-P7D"))) != one
    assert form(aged("18", None).eligibility.criteria[0].expr) == form(
        aged("1", "3").eligibility.criteria[0].expr
    )
    assert form(aged("1", None, "mo").eligibility.criteria[0].expr) != form(
        AGES[0].eligibility.criteria[0].expr
    )


def test_a_trial_is_small_and_asks_the_same(examples: list[Study]) -> None:
    for given_study in examples:
        trial = trial_of(given_study)
        assert isinstance(trial, Trial)
        assert trial.eligibility.text is None
        assert all(c.span is None and c.text for c in trial.eligibility.criteria)
        assert [c.id for c in trial.eligibility.criteria] == [c.id for c in given_study.eligibility.criteria]
