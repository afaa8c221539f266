"""Asking an index of trials for one person, as the tests of matching do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from trialwright.model import expression as ex
from trialwright.model.dates import Age
from trialwright.model.matching import Matching
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary
from trialwright.patients import read_patients
from trialwright.screening.index import TrialIndex, index_parts, read_index, trial_of
from trialwright.screening.indexing import make_index
from trialwright.screening.matching import match

from .building import DAY, between, concept, criterion, study, table_of, write_table
from .vocabulary import VOCABULARY

CONSENT = ex.Attestation(about="consent", text="consents")


def kept(studies: Sequence[Study], vocabulary: Vocabulary = VOCABULARY) -> TrialIndex:
    """The index as it is when it was kept and read again."""
    made = make_index(enumerate(map(trial_of, studies)), vocabulary)
    return read_index(dict(index_parts(made)))


def ask(
    folder: Path, studies: Sequence[Study], rows: str, subject: str | int = 1, **more: Any
) -> dict[str, Any]:
    """The matches for a person of a small table, by the id of the trial, in order."""
    found = matching(folder, studies, rows, subject, **more)
    return {one.study: one for one in found.matches}


def matching(
    folder: Path, studies: Sequence[Study], rows: str, subject: str | int = 1, **more: Any
) -> Matching:
    people = read_patients(write_table(folder / "people.csv", table_of(rows)))
    return match(
        kept(studies),
        lambda keys: [trial_of(studies[key]) for key in keys],
        people,
        subject,
        index_date=DAY,
        vocabulary=VOCABULARY,
        **{"with_failed": True, **more},
    )


def verdicts(found: dict[str, Any]) -> dict[str, str]:
    return {name: one.reason or one.verdict for name, one in found.items()}


def aged(low: str | None, high: str | None, unit: str = "a", name: str = "") -> Study:
    expr = ex.Demographic(attribute="age", interval=between(low, high, unit))
    return study(criterion(expr, "I1"), name=name or f"{low}-{high} {unit}")


def platelets(low: str | None, high: str | None, unit: str = "10*9/L", **more: Any) -> ex.Measurement:
    ends = more.pop("ends", "[]")
    return ex.Measurement(
        concept=concept(VOCABULARY, "platelets"), interval=between(low, high, unit, ends=ends), **more
    )


AGES = (
    aged("18", None),
    aged(None, "65"),
    aged("18", "65"),
    aged("216", None, "mo"),
    aged(None, "780", "mo"),
    aged("17.5", None),
    aged("80", "120"),
    study(criterion(CONSENT, "I1"), name="open to all"),
    study(criterion(CONSENT, "I1"), name="recorded minimum", minimum_age=Age(value=Decimal(18))),
    study(criterion(CONSENT, "I1"), name="recorded maximum", maximum_age=Age(value=Decimal(65))),
)
