"""The worked cases and the made-up people of the development data, on every engine."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb
import pytest

from trialwright.language.vocabulary import load_vocabulary
from trialwright.model.codec import convert
from trialwright.model.expression import Criterion
from trialwright.model.study import Eligibility, Study
from trialwright.patients import read_patients
from trialwright.screening import ENGINES, screen
from trialwright.screening.codes import plain_code

from .building import run
from .trials import TRIALS

PEOPLE = {"hiv": ("people_hiv", "000"), "liver": ("people_hbvlf", "002"), "anaemia": ("people_saa", "003")}


def test_all_worked_cases_are_right(shared: Path, tmp_path: Path, engine: str) -> None:
    cases = defaultdict(list)
    for line in (shared / "bench" / "screening_cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        cases[case["index_date"]].append(case)
    wrong = []
    for day, group in cases.items():
        studies = [
            Study(
                id=case["id"],
                eligibility=Eligibility(
                    criteria=(
                        convert(
                            {"id": "X1", "kind": case["kind"], "text": case["about"], "expr": case["expr"]},
                            Criterion,
                        ),
                    )
                ),
            )
            for case in group
        ]
        rows = [row | {"subject_id": case["id"]} for case in group for row in case["rows"]]
        done = run(tmp_path, studies, rows, engine, load_vocabulary(), index_date=date.fromisoformat(day))
        found = {r.study: (r.verdict, r.reason) for r in done if r.criterion and r.study == r.subject_id}
        wrong += [
            case["id"]
            for case in group
            if found.get(case["id"], ("absent", None)) != (case["expect"], case["reason"])
        ]
    assert wrong == []


# Spark takes its time over many people: one of the three tables is enough for it.
@pytest.mark.parametrize(
    ("engine", "trial"),
    [(e, t) for e in ENGINES for t in sorted(PEOPLE) if e != "spark" or t == "hiv"],
    indirect=["engine"],
)
def test_made_up_people_get_the_expected_verdicts(shared: Path, engine: str, trial: str) -> None:
    folder = shared / "data" / "patients" / "made_up"
    table, number = PEOPLE[trial]
    vocabulary = load_vocabulary()
    done = screen(
        (TRIALS[trial](vocabulary),),
        read_patients(str(folder / f"{table}.parquet")),
        index_date=date.fromisoformat((folder / "index_date.txt").read_text().strip()),
        vocabulary=vocabulary,
        engine=engine,
    )
    done = list(done)
    if trial == "hiv":
        counted = {"LOINC:6690-2", "LOINC:26464-8"}
        with duckdb.connect() as connection:
            found = connection.execute(
                "SELECT DISTINCT subject_id, code FROM read_parquet(?)", [str(folder / f"{table}.parquet")]
            ).fetchall()
        have = {subject for subject, code in found if plain_code(code) in counted}
        eligible = {row.subject_id for row in done if not row.criterion and row.verdict == "met"}
        assert eligible
        assert eligible <= have, "somebody without a white count is eligible"
    with gzip.open(folder / f"expected_{number}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        expected = {
            (r["subject_id"], r["criterion"]): (r["verdict"], r["reason"] or None)
            for r in csv.DictReader(file)
        }
    assert {(str(r.subject_id), r.criterion): (r.verdict, r.reason) for r in done} == expected
