"""When the structured sex and ages of a record count beside the text, and when the text alone does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from trialwright.model import expression as ex
from trialwright.model.dates import Age
from trialwright.screening.limits import limits_of_record, speaks_of

from .building import between, concept, criterion, study
from .trials import age, every, say, some
from .vocabulary import VOCABULARY

WOMAN = ex.Demographic(attribute="sex", values=("female",))
MAN = ex.Demographic(attribute="Gender", values=("Men",))
TEST = ex.Measurement(concept=concept(VOCABULARY, "pregnancy test"), values=("negative",))
CHILD = ex.Demographic(attribute="age", interval=between(None, "18", "years", ends="[)"))
ADULT = ex.Demographic(attribute="age", interval=between("216", None, "mo"))
FERTILE = ex.IfThen(if_=every(WOMAN, age("15", "49")), then=TEST)

# The tree, its kind, and which of sex and age it rules somebody out by, alone.
CASES: tuple[tuple[str, ex.Expr, str | None, set[str]], ...] = (
    ("women", WOMAN, "inclusion", {"sex"}),
    ("no men", MAN, "exclusion", {"sex"}),
    ("either sex", ex.Demographic(attribute="sex", values=("female", "male")), "inclusion", set()),
    ("adults who agree", every(age("18", "65"), say("plan")), "inclusion", {"age"}),
    ("minors are excluded", some(CHILD, TEST), "exclusion", {"age"}),
    ("fertile women must be tested", FERTILE, "inclusion", set()),
    ("minors need a test", ex.IfThen(if_=CHILD, then=TEST), "inclusion", set()),
    ("minors are excluded if positive", every(CHILD, TEST), "exclusion", set()),
    ("men, or tested women", some(MAN, every(WOMAN, TEST)), "inclusion", set()),
    ("men of 18 to 60, women to 55", some(every(MAN, age("18", "60")), every(WOMAN, age("18", "55"))),
     "inclusion", {"age"}),
    ("adults, or minors who agree", some(ADULT, every(CHILD, say("consent"))), "inclusion", set()),
    ("adults unless tested", ex.Except(base=ADULT, unless=TEST), "inclusion", {"age"}),
    ("excluded unless adult", ex.Except(base=TEST, unless=ADULT), "exclusion", set()),
    ("women, if adult then women", ex.IfThen(if_=ADULT, then=WOMAN), "inclusion", set()),
    ("of unknown kind", age("18", "65"), None, set()),
    ("an age without a bound", ex.Demographic(attribute="age", values=("old",)), "inclusion", set()),
)  # fmt: skip


@pytest.mark.parametrize(("expr", "kind", "spoken"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_a_conditional_mention_is_no_statement_about_who_is_studied(
    expr: ex.Expr, kind: Any, spoken: set[str]
) -> None:
    given = (criterion(expr, kind=kind),)
    assert {a for a in ("sex", "age") if speaks_of(a, given)} == spoken


def test_the_limits_of_the_record_stay_beside_a_conditional_mention() -> None:
    limits = {"sex": "FEMALE", "minimum_age": Age(value=Decimal(18)), "maximum_age": Age(value=Decimal(65))}
    beside = [c.id for c in limits_of_record(study(criterion(FERTILE), **limits).eligibility)]
    assert beside == ["S:sex", "S:minimum_age", "S:maximum_age"]
    spoken = study(criterion(every(WOMAN, age("18", "65"))), **limits)
    assert list(limits_of_record(spoken.eligibility)) == []
