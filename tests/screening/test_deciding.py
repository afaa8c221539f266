"""The fewest facts that qualify or settle a person, against trying out everything.

The small cases say what a coordinator reads; the property goes through all sets and answers of few facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.model import expression as ex
from trialwright.model.concept import Concept
from trialwright.model.logic import MET, NOT_MET, Answer, Reason, Verdict, unknown
from trialwright.screening.atoms import FixedAtom
from trialwright.screening.deciding import Deciding, decide
from trialwright.screening.facts import Fact, OpenFact, facts_of, open_facts
from trialwright.screening.options import ScreeningOptions
from trialwright.screening.outcome import judge, judge_trial
from trialwright.screening.plan import Plan, make_plan

from .building import DAY, between, criterion, study
from .trials import Trees, age, every, named, say, some
from .vocabulary import VOCABULARY

T = Trees(VOCABULARY)
LEAVES: tuple[ex.Expr, ...] = (
    T.state("liver failure"),
    T.state("malignancy", "any"),
    T.number("INR", between("1")),
    T.number("INR", between("1.5")),
    T.number("INR", between(None, "3")),
    T.number("platelets", between("50", None, "10*9/L")),
    T.result("HBsAg"),
    T.result("HBsAg", "negative"),
    age("18", "65"),
    ex.Demographic(attribute="sex", values=("female",)),
    say("consent"),
    ex.Unparsed(text="adequate reserve"),
    ex.Condition(concept=Concept(text="Sneddon syndrome")),
)


def plan_of(*criteria: ex.Criterion, strict: bool = False) -> Plan:
    options = ScreeningOptions(strict=strict)
    return make_plan((study(*criteria),), index_date=DAY, vocabulary=VOCABULARY, options=options)


def ask(plan: Plan, known: dict[int, Answer]) -> tuple[Deciding, tuple[tuple[Answer, ...], ...]]:
    """What would decide somebody who answers this to the atoms; all other atoms are missing."""
    (planned,) = plan.studies
    answers = tuple(
        tuple(known.get(k, _unasked(plan, k)) for k in criterion.slots) for criterion in planned.criteria
    )
    facts = facts_of(planned, plan)
    return decide(planned, facts, answers, strict=plan.options.strict), answers


def _unasked(plan: Plan, k: int) -> Answer:
    atom = plan.atoms[k]
    return unknown(atom.reason if isinstance(atom, FixedAtom) else Reason.MISSING)


def wanted(found: Deciding) -> dict[str, tuple[bool, ...]] | None:
    return None if found.to_qualify is None else {f.fact.needed: f.truths for f in found.to_qualify}


INR, PLATELETS = "INR within 90 days before 2024-08-31", "platelets within 90 days before 2024-08-31"
FAILURE = "liver failure: a diagnosis, or a complete problem list"


def test_one_result_decides_and_its_answer_is_said() -> None:
    found, _ = ask(plan_of(*named(I1=T.number("INR", between("1")), I2=say("consent"))), {})
    assert wanted(found) == {INR: (True,)}
    assert found.to_settle is not None
    assert [f.needed for f in found.to_settle] == [INR]
    assert [(a.fact.needed, a.decides, a.could_qualify, a.could_exclude) for a in found.alone] == [
        (INR, True, True, True),
        ("informed consent", False, False, True),
    ]


def test_one_result_answers_all_its_leaves_and_contradicts_none() -> None:
    low, high = T.number("INR", between("1.5")), T.number("INR", between("3"))
    found, _ = ask(plan_of(*named(I1=low, E1=high)), {})
    assert wanted(found) == {INR: (True, False)}
    # No result is below 1.5 and above 3: then nothing qualifies, and nothing need be asked.
    found, _ = ask(plan_of(*named(I1=high, E1=low)), {})
    assert wanted(found) is None
    assert found.to_settle is not None
    assert [f.needed for f in found.to_settle] == [INR]
    assert [a.could_qualify for a in found.alone] == [False]


def test_an_alternative_needs_one_fact_and_a_list_needs_all() -> None:
    either = some(T.state("liver failure"), T.number("platelets", between("50", None, "10*9/L")))
    found, _ = ask(plan_of(*named(I1=either)), {})
    assert wanted(found) == {FAILURE: (True,)}
    found, _ = ask(plan_of(*named(E1=either)), {})
    assert wanted(found) == {FAILURE: (False,), PLATELETS: (False,)}
    assert found.to_settle is not None
    assert len(found.to_settle) == 2
    assert [(a.decides, a.could_qualify, a.could_exclude) for a in found.alone] == [(False, False, True)] * 2


def test_a_conditional_is_passed_by_its_cheaper_side() -> None:
    woman = ex.Demographic(attribute="sex", values=("female",))
    fertile = ex.IfThen(if_=every(woman, age("15", "49")), then=T.result("pregnancy test", "negative"))
    found, _ = ask(plan_of(*named(I1=fertile)), {})
    assert wanted(found) == {"recorded sex": (False,)}


def test_what_nobody_can_read_is_a_fact_of_its_own() -> None:
    one, other = ex.Unparsed(text="adequate reserve"), ex.Unparsed(text="good hope")
    found, _ = ask(plan_of(*named(I1=one, E1=one, E2=other)), {})
    # The same words in an inclusion and in an exclusion cannot both be passed.
    assert wanted(found) is None
    found, _ = ask(plan_of(*named(I1=one, I2=one, E2=other)), {})
    assert wanted(found) == {"a reading of: adequate reserve": (True,), "a reading of: good hope": (False,)}


def test_a_persons_word_is_asked_for_only_where_it_holds_up() -> None:
    criteria = named(I1=say("consent"), I2=T.state("liver failure"))
    assert wanted(ask(plan_of(*criteria), {})[0]) == {FAILURE: (True,)}
    assert wanted(ask(plan_of(*criteria, strict=True), {})[0]) == {
        "informed consent": (True,),
        FAILURE: (True,),
    }
    # A record comes before a word where one of them is enough.
    found, _ = ask(plan_of(*named(I1=some(say("consent"), T.state("liver failure")))), {})
    assert wanted(found) in ({FAILURE: (True,)}, {FAILURE: (False,)})


def test_what_is_known_of_a_result_narrows_what_it_can_still_say() -> None:
    plan = plan_of(*named(I1=T.number("INR", between("1")), I2=T.number("INR", between("3"))))
    # "< 2" is below 3 and may be above 1: it can only rule the person out.
    found, _ = ask(plan, {0: unknown(Reason.AMBIGUOUS), 1: MET})
    assert wanted(found) == {INR: (True,)}
    swapped = plan_of(*named(I1=T.number("INR", between("3")), I2=T.number("INR", between(None, "1"))))
    found, _ = ask(swapped, {1: MET})
    assert wanted(found) is None


def test_too_many_shared_facts_are_said_to_be_too_many() -> None:
    of = tuple(ex.Condition(concept=Concept(text=f"state {i}")) for i in range(14))
    found, _ = ask(plan_of(*named(I1=ex.AllOf(of=of), E1=ex.AllOf(of=of))), {})
    assert found.over
    assert found.to_qualify is found.to_settle is None
    assert len(found.alone) == 14
    plain, _ = ask(plan_of(*named(I1=ex.AllOf(of=of))), {})
    assert plain.to_qualify is not None
    assert len(plain.to_qualify) == 14


# -- against trying out everything ----------------------------------------------------------------------


@st.composite
def trees(draw: Any, depth: int = 2) -> ex.Expr:
    form = draw(st.integers(0, 8)) if depth else 8
    if form > 5:
        return draw(st.sampled_from(LEAVES))
    inner = [draw(trees(depth=depth - 1)) for _ in range(draw(st.integers(1, 3)))]
    match form:
        case 0:
            return ex.AllOf(of=tuple(inner))
        case 1:
            return ex.AnyOf(of=tuple(inner))
        case 2:
            return ex.AtLeast(n=draw(st.integers(1, 3)), of=tuple(inner))
        case 3:
            return ex.Not(of=inner[0])
        case 4:
            return ex.IfThen(if_=inner[0], then=inner[-1])
        case _:
            return ex.Except(base=inner[0], unless=inner[-1])


Known = tuple[tuple[OpenFact, tuple[bool, ...]], ...]


def verdict_with(plan: Plan, answers: Sequence[Sequence[Answer]], known: Known) -> Verdict:
    """The trial-level verdict when these facts have these answers and all else stays."""
    (planned,) = plan.studies
    changed = [list(own) for own in answers]
    for fact, truths in known:
        for spots, truth in zip(fact.fact.questions, truths, strict=True):
            for c, i in spots:
                changed[c][i] = MET if truth else NOT_MET
    given = [judge(c.expr, own).answer for c, own in zip(planned.criteria, changed, strict=True)]
    return judge_trial(planned, given, strict=plan.options.strict).verdict


def all_answers(facts: Sequence[OpenFact]) -> Iterator[Known]:
    for pick in product(*(f.answers for f in facts)):
        yield tuple(zip(facts, pick, strict=True))


def try_everything(
    plan: Plan, answers: Sequence[Sequence[Answer]]
) -> tuple[int | None, int | None, dict[tuple[str, ...], set[Verdict]]]:
    """The sizes of the smallest qualifying and settling sets, and what each fact alone can do."""
    (planned,) = plan.studies
    facts = open_facts(facts_of(planned, plan), answers)
    qualify = settle = None
    alone = {}
    for size in range(len(facts) + 1):
        for chosen in combinations(facts, size):
            verdicts = {verdict_with(plan, answers, known) for known in all_answers(chosen)}
            if qualify is None and Verdict.MET in verdicts:
                qualify = size
            if settle is None and Verdict.UNKNOWN not in verdicts:
                settle = size
            if size == 1:
                alone[_key(chosen[0].fact)] = verdicts
    return qualify, settle, alone


def _key(fact: Fact) -> tuple[str, ...]:
    return (fact.needed, str(fact.questions))


@settings(max_examples=120)
@given(st.data())
def test_the_sets_are_as_small_as_any(data: Any) -> None:
    criteria = [
        criterion(data.draw(trees()), f"X{i}", data.draw(st.sampled_from(("inclusion", "exclusion"))))
        for i in range(data.draw(st.integers(1, 3)))
    ]
    plan = plan_of(*criteria, strict=data.draw(st.booleans()))
    known = {
        k: data.draw(st.sampled_from((MET, NOT_MET, unknown(Reason.STALE), unknown(Reason.MISSING))))
        for k, atom in enumerate(plan.atoms)
        if not isinstance(atom, FixedAtom) and data.draw(st.booleans())
    }
    found, answers = ask(plan, known)
    if verdict_with(plan, answers, ()) is not Verdict.UNKNOWN:
        return
    qualify, settle, alone = try_everything(plan, answers)
    assert not found.over
    assert (None if found.to_qualify is None else len(found.to_qualify)) == qualify
    assert found.to_settle is not None
    assert len(found.to_settle) == settle
    if found.to_qualify is not None:
        told = tuple((OpenFact(f.fact, ()), f.truths) for f in found.to_qualify)
        assert verdict_with(plan, answers, told) is Verdict.MET
    by_fact = {_key(f.fact): f for f in open_facts(facts_of(plan.studies[0], plan), answers)}
    chosen = [by_fact[_key(f)] for f in found.to_settle]
    assert Verdict.UNKNOWN not in {verdict_with(plan, answers, k) for k in all_answers(chosen)}
    for one in found.alone:
        expected = alone[_key(one.fact)]
        assert (one.decides, one.could_qualify, one.could_exclude) == (
            Verdict.UNKNOWN not in expected,
            Verdict.MET in expected,
            Verdict.NOT_MET in expected,
        )
    left_out = {k for k in alone if k not in {_key(one.fact) for one in found.alone}}
    assert all(alone[k] == {Verdict.UNKNOWN} for k in left_out), "a fact that matters is left out"


def test_facts_join_what_one_finding_answers() -> None:
    plan = plan_of(*(criterion(leaf, f"I{i}") for i, leaf in enumerate(LEAVES)))
    facts = facts_of(plan.studies[0], plan)
    assert [len(f.questions) for f in facts] == [1, 1, 3, 1, 2, 1, 1, 1, 1, 1]
    by_words = {f.needed: f for f in facts}
    assert set(by_words[INR].answers) == {
        (True, True, True), (True, False, True), (False, False, True), (True, True, False),
    }  # fmt: skip
    (hbsag,) = (f for f in facts if len(f.questions) == 2)
    assert set(hbsag.answers) == {(True, False), (False, True)}
    assert [f.by_record for f in facts][-3:] == [False] * 3


@pytest.mark.parametrize("strict", [False, True])
def test_nobody_who_is_decided_waits_for_a_fact(strict: bool) -> None:
    found, _ = ask(plan_of(*named(I1=T.state("liver failure")), strict=strict), {0: MET})
    assert found == Deciding((), (), ())
