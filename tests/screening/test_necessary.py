"""No trial vanishes for want of a bound: only what must hold refuses a trial."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from trialwright.model import expression as ex
from trialwright.model.concept import Concept

from .asking import AGES, CONSENT, aged, ask, matching, platelets, verdicts
from .building import between, concept, criterion, study, window
from .vocabulary import VOCABULARY


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
