"""The public table of ACTG 175, screened for a trial that asks for more than it tells (seed 000)."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import trialwright
from trialwright.patients import read_patients
from trialwright.patients.columns import read_columns

# What the table can decide: the CD4 count in (50, 250] and Karnofsky from 70 on.
DECIDED = {
    "I3": lambda row: 50 < float(row["cd40"]) <= 250,
    "I8": lambda row: float(row["karnof"]) >= 70,
}


def test_what_the_table_tells_is_decided_and_all_else_is_unknown(shared: Path, root: Path) -> None:
    source = shared / "data" / "ipd" / "actg175.csv"
    (seed,) = (shared / "seeds").glob("000_*.txt")
    with source.open(newline="") as file:
        rows = list(csv.DictReader(file))
    people = read_patients(str(source), columns=root / "examples" / "actg175.columns.toml")
    done = trialwright.screen(list(trialwright.compile([str(seed)])), people, index_date=date(1992, 1, 1))
    (counted,) = done.summary.studies
    assert counted.screened == len(rows) > 2000
    for criterion in counted.criteria:
        holds = DECIDED.get(criterion.id)
        if holds is None:
            assert (criterion.met, criterion.not_met) == (0, 0), criterion.id
            assert set(criterion.unknown_because) <= {"missing", "not_assessable", "ambiguous"}
        else:
            expected = Counter(map(holds, rows))
            assert (criterion.met, criterion.not_met, criterion.unknown) == (
                expected[True],
                expected[False],
                0,
            )
    # Nobody qualifies by silence, and who fails does so by what the table says.
    assert counted.eligible == 0
    assert counted.not_eligible == sum(not all(holds(row) for holds in DECIDED.values()) for row in rows)
    verdicts = {r.subject_id: r.verdict for r in done if r.criterion == "I3"}
    assert verdicts == {int(r["pidnum"]): "met" if DECIDED["I3"](r) else "not_met" for r in rows}


def test_its_ages_are_decided_on_the_day_they_held(shared: Path, root: Path) -> None:
    source = shared / "data" / "ipd" / "actg175.csv"
    with source.open(newline="") as file:
        ages = {int(row["pidnum"]): int(row["age"]) for row in csv.DictReader(file)}
    study = next(trialwright.compile([str(root / "examples" / "records" / "anaemia-iron.page.txt")]))
    people = read_patients(str(source), columns=root / "examples" / "actg175.columns.toml")
    done = trialwright.screen([study], people, index_date=date(1992, 1, 1))
    found = {row.subject_id: row.verdict for row in done if row.criterion == "I1"}
    assert found == {who: "met" if 18 <= age <= 60 else "not_met" for who, age in ages.items()}


def test_the_map_stands_by_itself(root: Path) -> None:
    chart = read_columns(root / "examples" / "actg175.columns.toml")
    assert {column.form for column in chart.columns} == {"value", "code", "age"}
