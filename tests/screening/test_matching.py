"""One person, many trials: the verdicts of screening each, and no trial vanishes for want of a bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import trialwright
from trialwright.errors import EngineError, IllegalValue, UsageError
from trialwright.language.vocabulary import load_vocabulary
from trialwright.model import expression as ex
from trialwright.model.concept import Concept
from trialwright.model.dates import Age
from trialwright.model.logic import Answer, Verdict
from trialwright.model.matching import Matching
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary
from trialwright.patients import read_patients
from trialwright.screening import ScreeningOptions, screen
from trialwright.screening.atoms import MeasurementAtom
from trialwright.screening.forms import Forms, bounds_of, plain_leaf, subject_of
from trialwright.screening.grounding import Ground
from trialwright.screening.index import Trial, TrialIndex, index_parts, read_index, trial_of
from trialwright.screening.indexing import make_index
from trialwright.screening.judging import judge_trials
from trialwright.screening.matching import match
from trialwright.screening.outcome import ANSWERS, RANK, is_set_aside, judge
from trialwright.screening.plan import PlannedStudy, make_plan
from trialwright.screening.records import read_one
from trialwright.screening.reference import answer, judge_person, read_people
from trialwright.screening.sides import answers_within, with_bounds
from trialwright.verbs import compile_study

from .building import DAY, between, concept, criterion, study, table_of, window, write_table
from .making import make_person, make_study
from .test_agreement import OPTIONS
from .varying import vary
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


# -- no trial vanishes ----------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("born", "text", "refused"),
    [
        # A person of 98: only those trials fall away that state a maximum.
        ("1926-02-01", ".", ["recorded maximum", "None-65 a", "None-780 mo", "18-65 a"]),
        # Still 65 on the day before the 66th birthday.
        ("1958-09-01", ".", ["80-120 a", "None-780 mo"]),
        ("1980-01-01", ".", ["80-120 a"]),
        # A newborn: only those fall away that state a minimum.
        (
            "2024-08-01",
            ".",
            ["recorded minimum", "17.5-None a", "18-None a", "18-65 a", "80-120 a", "216-None mo"],
        ),
        # Seventeen and a half, and not yet eighteen.
        ("2007-01-31", ".", ["recorded minimum", "18-None a", "18-65 a", "80-120 a", "216-None mo"]),
    ],
)
def test_an_age_refuses_only_trials_that_state_a_bound(
    tmp_path: Path, born: str, text: str, refused: list[str]
) -> None:
    rows = f"subject_id | time | code | text_value\n1 | {born} | MEDS_BIRTH | {text}"
    found = verdicts(ask(tmp_path, AGES, rows))
    assert len(found) == len(AGES)
    assert sorted(name for name, verdict in found.items() if verdict == "not_met") == sorted(refused)
    assert set(found.values()) == {"met", "not_met"}


def test_a_library_of_which_nothing_is_left_has_its_counts(tmp_path: Path) -> None:
    rows = "subject_id | time | code\n1 | 1990-01-01 | MEDS_BIRTH"
    found = matching(tmp_path, [aged("80", "120")], rows, with_failed=False)
    assert (found.trials, found.not_eligible, found.matches) == (1, 1, ())
    assert [(c.subject, c.trials) for c in found.not_eligible_because] == [("age", 1)]


def test_an_age_that_is_not_known_refuses_no_trial(tmp_path: Path) -> None:
    found = verdicts(ask(tmp_path, AGES, "subject_id | time | code\n1 | . | SEX//F"))
    assert Counter(found.values()) == {"missing": len(AGES) - 1, "met": 1}
    year = "subject_id | time | code | text_value\n1 | 1959-01-01 | MEDS_BIRTH | 1959"
    found = verdicts(ask(tmp_path, AGES, year))
    assert {found[name] for name in ("18-None a", "None-65 a", "open to all")} == {"met"}
    year = year.replace("1959", "1958")
    assert verdicts(ask(tmp_path, AGES, year))["None-65 a"] == "ambiguous"


def test_a_sex_refuses_only_trials_that_ask_for_the_other(tmp_path: Path) -> None:
    trials = [
        study(criterion(CONSENT, "I1"), name=name, sex=sex)
        for name, sex in (("women", "FEMALE"), ("men", "MALE"), ("all", "ALL"), ("silent", None))
    ]
    rows = "subject_id | code\n1 | SEX//F\n2 | SEX//U\n3 | SEX//F\n3 | SEX//M"
    given = {n: verdicts(ask(tmp_path, trials, rows, n)) for n in (1, 2, 3)}
    assert given[1] == {"all": "met", "silent": "met", "women": "met", "men": "not_met"}
    assert given[2] == {"all": "met", "silent": "met", "men": "missing", "women": "missing"}
    assert given[3] == {"all": "met", "silent": "met", "men": "conflict", "women": "conflict"}


def platelets(low: str | None, high: str | None, unit: str = "10*9/L", **more: Any) -> ex.Measurement:
    ends = more.pop("ends", "[]")
    return ex.Measurement(
        concept=concept(VOCABULARY, "platelets"), interval=between(low, high, unit, ends=ends), **more
    )


PLATELETS = [
    study(criterion(expr, "I1"), name=name)
    for name, expr in {
        "100": platelets("100", None),
        "over 100": platelets("100", None, ends="()"),
        "100000/uL": platelets("100000", None, "/uL"),
        "100000.001/uL": platelets("100000.001", None, "/uL"),
        "99": platelets("99", None),
        "to 100": platelets(None, "100"),
        "below 100": platelets(None, "100", ends="()"),
        "50 to 150": platelets("50", "150"),
        "last week": platelets("100", None, window=window("-P7D")),
        "ever": platelets("100", None, select="any", window=window(None)),
        "in g/L": platelets("100", None, "g/L"),
        "no maximum in litres": platelets("1", None, "10*9/L"),
    }.items()
]
AT_HUNDRED = {
    "100": "met", "over 100": "not_met", "100000/uL": "met", "100000.001/uL": "not_met", "99": "met",
    "to 100": "met", "below 100": "not_met", "50 to 150": "met", "last week": "stale", "ever": "met",
    "in g/L": "unit", "no maximum in litres": "met",
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text", "unit", "changed"),
    [
        ("100", ".", "10*9/L", {}),
        ("100000", ".", "/uL", {}),
        (
            ".",
            "<100",
            "10*9/L",
            {
                "100": "not_met", "100000/uL": "not_met", "99": "ambiguous", "below 100": "met",
                "50 to 150": "ambiguous", "ever": "not_met", "no maximum in litres": "ambiguous",
                "over 100": "not_met",
            },
        ),
        ("2999", ".", "10*9/L", {
            "over 100": "met", "100000.001/uL": "met", "to 100": "not_met", "50 to 150": "not_met",
        }),
        ("3001", ".", "10*9/L", {name: "unit" for name in AT_HUNDRED if name != "last week"}),
    ],
)  # fmt: skip
def test_bounds_of_one_test_are_judged_each_for_itself(
    tmp_path: Path, value: str, text: str, unit: str, changed: dict[str, str]
) -> None:
    rows = f"""subject_id | time       | code        | numeric_value | text_value | unit
               1          | 2024-08-01 | LOINC:777-3 | {value}       | {text}     | {unit}"""
    assert verdicts(ask(tmp_path, PLATELETS, rows)) == AT_HUNDRED | changed


def test_a_list_declared_complete_refuses_what_it_does_not_name(tmp_path: Path) -> None:
    sick = ex.Condition(concept=concept(VOCABULARY, "liver failure"), status="current")
    unknown = ex.Condition(concept=Concept(text="Sneddon syndrome"), status="current")
    trials = [
        study(criterion(sick, "I1"), name="for the sick"),
        study(criterion(sick, "E1", "exclusion"), name="for others"),
        study(criterion(unknown, "I1"), name="for the unheard of"),
    ]
    silent = "subject_id | code | text_value\n1 | SEX//F | ."
    assert verdicts(ask(tmp_path, trials, silent)) == {
        "for others": "missing", "for the sick": "missing", "for the unheard of": "ambiguous",
    }  # fmt: skip
    complete = silent + "\n1 | LOINC:11450-4 | complete"
    assert verdicts(ask(tmp_path, trials, complete)) == {
        "for others": "met", "for the unheard of": "ambiguous", "for the sick": "not_met",
    }  # fmt: skip


def test_each_attribute_is_asked_for_itself(tmp_path: Path) -> None:
    trials = [
        study(criterion(ex.Demographic(attribute=name, values=(value,)), "I1"), name=f"{name} {value}")
        for name, value in (("race", "asian"), ("race", "white"), ("language", "english"), ("height", "tall"))
    ]
    rows = "subject_id | code\n1 | RACE//White\n1 | LANGUAGE//English"
    assert verdicts(ask(tmp_path, trials, rows)) == {
        "language english": "met", "race white": "met", "height tall": "missing", "race asian": "not_met",
    }  # fmt: skip


def test_a_thing_that_the_vocabulary_lacks_is_read_in_the_unit_of_each_trial(tmp_path: Path) -> None:
    stool = Concept(text="faecal calprotectin", codes=("LOINC:38445-3",))
    trials = [
        study(criterion(ex.Measurement(concept=stool, interval=between("250", None, unit)), "I1"), name=name)
        for name, unit in (("in ug/g", "ug/g"), ("in mg/g", "mg/g"), ("in g/L", "g/L"))
    ]
    rows = """subject_id | time       | code          | numeric_value | unit
              1          | 2024-08-01 | LOINC:38445-3 | 300           | ug/g"""
    assert verdicts(ask(tmp_path, trials, rows)) == {"in ug/g": "met", "in g/L": "unit", "in mg/g": "unit"}


def test_only_what_must_hold_refuses_a_trial(tmp_path: Path) -> None:
    adult = ex.Demographic(attribute="age", interval=between("18", None, "a"))
    woman = ex.Demographic(attribute="sex", values=("female",))
    trials = [
        study(criterion(expr, "I1"), name=name)
        for name, expr in {
            "both": ex.AllOf(of=(adult, woman)),
            "either": ex.AnyOf(of=(adult, woman)),
            "one of three": ex.AtLeast(n=1, of=(adult, woman, CONSENT)),
            "two of three": ex.AtLeast(n=2, of=(adult, woman, CONSENT)),
            "four of three": ex.AtLeast(n=4, of=(adult, woman, CONSENT)),
            "women adult": ex.IfThen(if_=woman, then=adult),
            "children but girls": ex.Except(base=ex.Not(of=adult), unless=woman),
            "nothing": ex.AllOf(of=()),
            "not even that": ex.AnyOf(of=()),
        }.items()
    ]
    rows = "subject_id | time | code\n1 | 2015-01-01 | MEDS_BIRTH\n1 | . | SEX//F"
    causes = matching(tmp_path, trials, rows).not_eligible_because
    assert [(c.subject, c.trials) for c in causes] == [("sex", 2), ("age", 1), ("what nobody can meet", 2)]
    assert verdicts(ask(tmp_path, trials, rows)) == {
        "either": "met", "nothing": "met", "one of three": "met", "two of three": "met",
        "both": "not_met", "children but girls": "not_met", "four of three": "not_met",
        "not even that": "not_met", "women adult": "not_met",
    }  # fmt: skip


# -- what is told ---------------------------------------------------------------------------------------


HAEMOGLOBIN = ex.Measurement(concept=concept(VOCABULARY, "haemoglobin"), interval=between("80", None, "g/L"))
INR = ex.Measurement(concept=concept(VOCABULARY, "INR"), interval=between("1"))
UNREAD = ex.Unparsed(text="adequate reserve")
ORDERED = [
    study(criterion(INR, "I1"), criterion(UNREAD, "I2"), criterion(HAEMOGLOBIN, "E1", "exclusion"), name="c"),
    study(criterion(HAEMOGLOBIN, "I1"), criterion(CONSENT, "I2"), name="b"),
    study(criterion(HAEMOGLOBIN, "I1"), name="a"),
    study(criterion(platelets("100", None), "I1"), name="z"),
    study(criterion(INR, "I1"), criterion(ex.AllOf(of=(INR, platelets("1", None))), "I2"), name="y"),
    study(criterion(INR, "I1"), criterion(UNREAD, "I2"), name="x"),
    # Before "z", by the same number of open facts, since more of it is known to hold.
    study(criterion(INR, "I1"), criterion(HAEMOGLOBIN, "I2"), name="w"),
]
ROWS = """subject_id | time       | code        | numeric_value | unit
          1          | 2024-08-01 | LOINC:718-7 | 9.5           | g/dL"""


def test_trials_come_in_the_order_in_which_they_are_worth_a_look(tmp_path: Path) -> None:
    found = matching(tmp_path, ORDERED, ROWS)
    assert [(m.study, m.verdict, m.open_facts) for m in found.matches] == [
        ("a", "met", 0),
        ("b", "met", 0),
        ("w", "unknown", 1),
        ("z", "unknown", 1),
        ("x", "unknown", 2),
        ("y", "unknown", 2),
        ("c", "not_met", 0),
    ]
    assert [m.held for m in found.matches] == [1, 1, 1, 0, 0, 0, 0]
    assert (found.trials, found.eligible, found.undecided, found.not_eligible) == (7, 2, 4, 1)
    assert [(c.subject, c.trials) for c in found.not_eligible_because] == [("haemoglobin", 1)]
    # The order of the trials in the library changes nothing.
    again = matching(tmp_path, ORDERED[::-1], ROWS)
    assert again == found


def test_reasons_stand_beside_each_trial(tmp_path: Path) -> None:
    found = ask(tmp_path, ORDERED, ROWS)
    assert [(f.criterion, f.text, f.value, f.unit, f.time) for f in found["c"].failed] == [
        ("E1", "E1", "9.5", "g/dL", "2024-08-01T00:00:00")
    ]
    assert found["c"].unknown == ()
    assert [(c.criterion, c.needed) for c in found["b"].to_confirm] == [("I2", "informed consent")]
    assert [(u.criterion, u.reason, u.needed) for u in found["x"].unknown] == [
        ("I1", "missing", "INR within 90 days before 2024-08-31"),
        ("I2", "ambiguous", "a reading of: adequate reserve"),
    ]


def test_a_list_can_be_cut_and_the_counts_stay_whole(tmp_path: Path) -> None:
    found = matching(tmp_path, ORDERED, ROWS, limit=3)
    assert [m.study for m in found.matches] == ["a", "b", "w"]
    assert (found.trials, found.not_eligible) == (7, 1)
    assert "c" not in ask(tmp_path, ORDERED, ROWS, with_failed=False)


def test_under_strict_what_no_record_can_answer_is_open(tmp_path: Path) -> None:
    found = ask(tmp_path, ORDERED, ROWS, options=ScreeningOptions(strict=True))
    assert (found["b"].verdict, found["b"].reason, found["b"].open_facts) == ("unknown", "not_assessable", 1)


def test_the_dead_are_not_screened(tmp_path: Path) -> None:
    found = matching(tmp_path, ORDERED, ROWS + "\n1 | . | MEDS_DEATH | . | .")
    assert (found.not_screened, found.matches, found.trials) == ({"deceased": 1}, (), 0)


@pytest.mark.parametrize("subject", ["2", "x", "", "9" * 40, "1.0", "1; DROP TABLE people"])
def test_an_unknown_person_is_one_sentence_that_names_nobody_else(tmp_path: Path, subject: str) -> None:
    with pytest.raises(UsageError, match="nobody in the table has the id") as raised:
        matching(tmp_path, ORDERED, ROWS.replace("\n          1 ", "\n          777 "), subject)
    assert "777" not in str(raised.value)


def test_a_subject_that_is_a_text_stays_one(tmp_path: Path) -> None:
    rows = ROWS.replace("\n          1 ", "\n          P-1 ")
    assert matching(tmp_path, ORDERED, rows, "P-1").eligible == 2


def test_an_index_that_contradicts_the_reference_gives_no_answer(tmp_path: Path) -> None:
    other = study(criterion(UNREAD, "I1"), name="a")
    with pytest.raises(EngineError, match="disagree about a"):
        match(
            kept([ORDERED[2]]),
            lambda keys: [trial_of(other)],
            read_patients(write_table(tmp_path / "people.csv", table_of(ROWS))),
            1,
            index_date=DAY,
            vocabulary=VOCABULARY,
        )


def test_an_index_that_is_not_whole_is_refused() -> None:
    parts = dict(index_parts(kept(ORDERED)))
    for name in parts:
        with pytest.raises(IllegalValue, match="not whole"):
            read_index({other: data for other, data in parts.items() if other != name})


# -- the same verdicts as screening each trial ----------------------------------------------------------


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


@pytest.fixture(scope="module")
def examples(root: Path) -> list[Study]:
    linked = trialwright.link([str(root / "examples" / "records")])
    return [compile_study(study) for study in linked.studies]


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


# -- bounds ---------------------------------------------------------------------------------------------


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
