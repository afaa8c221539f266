"""The structured limits of a record, sex and ages, as inclusions where the text does not speak of them.

Takes the eligibility of a study; gives criteria `S:sex`, `S:minimum_age`, `S:maximum_age`, and `S:criteria`
for a record that states none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from trialwright.model import expression as ex
from trialwright.model.interval import Bound, Interval
from trialwright.model.logic import MET, NOT_MET, Answer, Reason, unknown
from trialwright.model.study import Eligibility
from trialwright.screening.outcome import judge
from trialwright.screening.windows import time_unit

_OPEN = unknown(Reason.MISSING)
_WOMEN, _MEN = ("female", "f", "women", "woman"), ("male", "m", "men", "man")
# Days in a unit of age, near enough to put the ages that bounds name in order.
_DAYS = {"a": "365.25", "mo": "30.4375", "wk": "7", "d": "1", "h": "0.0416667", "min": "0.00069444"}


def limits_of_record(limits: Eligibility) -> Iterator[ex.Criterion]:
    """The structured sex and age limits as inclusions, where no criterion of the text speaks of them.

    A record without any criterion has not said that everybody qualifies: `S:criteria` stands for what it
    leaves out, and keeps everybody undecided who does not fail a structured limit.
    """
    if not limits.criteria:
        text = "eligibility criteria, which the record does not state"
        yield ex.Criterion(id="S:criteria", kind="inclusion", text=text, expr=ex.Unparsed(text=text))
    if limits.sex in ("FEMALE", "MALE") and not speaks_of("sex", limits.criteria):
        wanted = ex.Demographic(attribute="sex", values=(limits.sex.lower(),))
        yield ex.Criterion(id="S:sex", kind="inclusion", text=f"sex {limits.sex}", expr=wanted)
    if speaks_of("age", limits.criteria):
        return
    for name, age in (("minimum", limits.minimum_age), ("maximum", limits.maximum_age)):
        if age is not None:
            bound = Bound(value=age.value, closed=True)
            interval = (
                Interval(low=bound, unit=age.unit)
                if name == "minimum"
                else Interval(high=bound, unit=age.unit)
            )
            yield ex.Criterion(
                id=f"S:{name}_age",
                kind="inclusion",
                text=f"{name} age {age.value} {age.unit}",
                expr=ex.Demographic(attribute="age", interval=interval),
            )


def speaks_of(attribute: str, criteria: Iterable[ex.Criterion]) -> bool:
    """Whether some criterion says by itself who is studied: it rules out some sex, or some age, alone.

    "Women of childbearing potential must use contraception" names a sex and an age and rules out neither;
    the limits of the record stay in force beside it. The criterion is judged for every sex, or for an age
    on each side of every bound, with all its other leaves open.
    """
    return any(
        _fails(criterion, attribute, value)
        for criterion in criteria
        if criterion.expr is not None and criterion.kind is not None
        for value in _worth_trying(attribute, criterion.expr)
    )


def _fails(criterion: ex.Criterion, attribute: str, value: str | Decimal) -> bool:
    assert criterion.expr is not None  # noqa: S101  the caller has asked
    answers = [_answer(leaf, attribute, value) for leaf in ex.leaves(criterion.expr)]
    return judge(criterion.expr, answers).answer == (MET if criterion.kind == "exclusion" else NOT_MET)


def _answer(leaf: ex.Expr, attribute: str, value: str | Decimal) -> Answer:
    """What somebody of that sex or age answers to a leaf; open where it asks for something else."""
    if not isinstance(leaf, ex.Demographic):
        return _OPEN
    name = leaf.attribute.strip().lower()
    if attribute == "sex" and name in ("sex", "gender") and leaf.values:
        asked = {v.strip().lower() for v in leaf.values}
        wanted = {s for s, words in (("female", _WOMEN), ("male", _MEN)) if asked & set(words)}
        return _OPEN if not wanted else MET if value in wanted else NOT_MET
    if attribute == "age" and name == "age" and leaf.interval is not None and isinstance(value, Decimal):
        days = _days(leaf.interval)
        return _OPEN if days is None else MET if value / days in leaf.interval else NOT_MET
    return _OPEN


def _worth_trying(attribute: str, expr: ex.Expr) -> Iterator[str | Decimal]:
    """Both sexes; or ages in days at, between and beyond all bounds; nothing where no leaf asks for it."""
    asked = [
        leaf
        for leaf in ex.leaves(expr)
        if isinstance(leaf, ex.Demographic)
        and leaf.attribute.strip().lower() in (("sex", "gender") if attribute == "sex" else ("age",))
    ]
    if not asked:
        return
    if attribute == "sex":
        yield from ("female", "male")
        return
    bounds = {Decimal(0)}
    for interval in (leaf.interval for leaf in asked if leaf.interval is not None):
        days = _days(interval) or Decimal(1)
        bounds |= {b.value * days for b in (interval.low, interval.high) if b is not None}
    ordered = sorted(bounds)
    yield from ordered
    yield from ((a + b) / 2 for a, b in pairwise(ordered))
    yield ordered[-1] + 400


def _days(interval: Interval) -> Decimal | None:
    """The days in the unit of an age; None where it is no unit of time."""
    unit = time_unit(interval)
    return Decimal(_DAYS[unit]) if unit else None
