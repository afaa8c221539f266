"""An index gives the verdicts of screening each trial by the reference engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialwright.language.vocabulary import load_vocabulary
from trialwright.model import expression as ex
from trialwright.model.logic import Answer, Verdict
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary
from trialwright.patients import read_patients
from trialwright.screening import ScreeningOptions, screen
from trialwright.screening.forms import subject_of
from trialwright.screening.grounding import Ground
from trialwright.screening.index import TrialIndex, trial_of
from trialwright.screening.indexing import make_index
from trialwright.screening.judging import judge_trials
from trialwright.screening.matching import match
from trialwright.screening.outcome import ANSWERS, is_set_aside, judge
from trialwright.screening.plan import PlannedStudy, make_plan
from trialwright.screening.reference import answer, judge_person, read_people

from .asking import kept
from .building import DAY, write_table
from .making import make_person, make_study
from .test_agreement import OPTIONS
from .varying import vary
from .vocabulary import VOCABULARY


def count_facts(study: PlannedStudy, given: Sequence[Answer], answers: Any, *, strict: bool) -> int:
    """The different things that the open leaves of a trial ask for, leaf by leaf."""
    found = set()
    for one, reached in zip(study.criteria, given, strict=True):
        if reached.verdict is Verdict.UNKNOWN and not is_set_aside(reached, strict=strict):
            leaves = ex.leaves(one.expr)
            outcome = judge(one.expr, [answers[slot].answer for slot in one.slots])
            found |= {subject_of(leaves[position]) for position in outcome.open}
    return len(found)


def disagreements(
    studies: Sequence[Study],
    index: TrialIndex,
    people: Any,
    vocabulary: Vocabulary,
    options: ScreeningOptions,
    seen: Counter[Any],
) -> Iterator[tuple[Any, ...]]:
    """Every person and trial for which the index has another verdict than the reference engine."""
    plan = make_plan(tuple(studies), index_date=DAY, vocabulary=vocabulary, options=options)
    places = {int(key): place for place, key in enumerate(index.trial_keys)}
    for subject, person in read_people(people, plan):
        answers = tuple(answer(atom, person) for atom in plan.atoms)
        ground = Ground(DAY, vocabulary, options)
        pruned, run = (judge_trials(index, person, ground, prune=prune) for prune in (True, False))
        seen["pruned"] += pruned.pruned
        for key, planned in enumerate(plan.studies):
            given, (head, *_) = judge_person(planned, subject, answers, plan)
            place, facts, held = places[key], 0, 0
            if head.verdict != "not_met":
                facts = count_facts(planned, given, answers, strict=options.strict)
                held = sum(a.verdict is not Verdict.UNKNOWN for a in given)
            for judged in (pruned, run):
                found = ANSWERS[judged.ranks[place]]
                if (found.verdict.value, found.reason and found.reason.value) != (head.verdict, head.reason):
                    yield planned.id, subject, found, head
                if (judged.open[place], judged.held[place]) != (facts, held):
                    yield planned.id, subject, int(judged.open[place]), int(judged.held[place]), facts, held
            seen[head.reason or head.verdict] += 1


def random_world(r: Random, trials: int, people: int, seen: Counter[Any]) -> list[tuple[Any, ...]]:
    studies = [make_study(r, f"T{i:03}") for i in range(trials)]
    rows = [row for subject in range(1, people + 1) for row in make_person(r, subject)]
    rows.append({"subject_id": people + 1, "code": "ICD10CM:I10"})
    with TemporaryDirectory() as folder:
        table = read_patients(write_table(Path(folder) / "people.csv", rows))
        return [*disagreements(studies, kept(studies), table, VOCABULARY, r.choice(OPTIONS), seen)]


@settings(derandomize=True, deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_random_trials_get_the_verdicts_of_the_reference(r: Random) -> None:
    assert random_world(r, trials=8, people=3, seen=Counter()) == []


def test_larger_worlds_agree_and_hold_every_reason() -> None:
    seen: Counter[Any] = Counter()
    for seed in range(5):
        assert random_world(Random(seed), trials=60, people=8, seen=seen) == []
    wanted = {"met", "not_met", "conflict", "unit", "ambiguous", "stale", "missing", "not_assessable"}
    assert wanted | {"pruned"} == set(seen)


def test_a_varied_library_gets_the_verdicts_of_the_reference(examples: list[Study], people: Path) -> None:
    vocabulary, r = load_vocabulary(), Random(7)
    trials = list(vary(examples, vocabulary, 120, r))
    studies = [Study(id=trial.id, eligibility=trial.eligibility) for trial in trials]
    index = make_index(enumerate(trials), vocabulary)
    table = read_patients(str(people))
    some = table.__class__(
        query=f"SELECT * FROM ({table.query}) WHERE subject_id % 41 = 0",
        origin=table.origin,
        subject_type=table.subject_type,
    )
    seen: Counter[Any] = Counter()
    assert [*disagreements(studies, index, some, vocabulary, ScreeningOptions(), seen)] == []
    assert min(seen["met"], seen["not_met"], seen["pruned"], seen["missing"], seen["ambiguous"]) > 0


def test_matches_say_what_screening_says(examples: list[Study], people: Path) -> None:
    vocabulary, table = load_vocabulary(), read_patients(str(people))
    done = screen(examples, table, index_date=DAY, vocabulary=vocabulary, engine="duckdb")
    index = make_index(enumerate(map(trial_of, examples)), vocabulary)
    wanted = {row.subject_id: {} for row in done if row.subject_id % 211 == 0}
    for row in done:
        if row.subject_id in wanted and row.criterion == "":
            wanted[row.subject_id][row.study] = (row.verdict, row.reason)
    assert len(wanted) > 3
    for subject, expected in wanted.items():
        found = match(
            index,
            lambda keys: [trial_of(examples[key]) for key in keys],
            table,
            subject,
            index_date=DAY,
            vocabulary=vocabulary,
            with_failed=True,
        )
        assert {m.study: (m.verdict, m.reason) for m in found.matches} == expected
