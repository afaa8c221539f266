"""The development data's sources: the same people in three shapes, and people of others' making."""

from __future__ import annotations

import csv
import gzip
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.screening.trials import TRIALS

from trialwright.errors import PatientsError
from trialwright.language.vocabulary import load_vocabulary
from trialwright.patients import read_patients
from trialwright.screening import screen

NUMBERS = {"hiv": "000", "liver": "002", "anaemia": "003"}


@pytest.mark.parametrize("trial", sorted(NUMBERS))
@pytest.mark.parametrize("shape", ["fhir", "omop"])
def test_the_same_people_get_the_expected_verdicts(shared: Path, shape: str, trial: str) -> None:
    folder = shared / "data" / "patients" / "made_up" / "sources"
    vocabulary = load_vocabulary()
    done = screen(
        (TRIALS[trial](vocabulary),),
        read_patients(str(folder / shape)),
        index_date=date.fromisoformat((folder / "index_date.txt").read_text().strip()),
        vocabulary=vocabulary,
    )
    with gzip.open(folder / f"expected_{NUMBERS[trial]}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        expected = {
            (r["subject_id"], r["criterion"]): (r["verdict"], r["reason"] or None)
            for r in csv.DictReader(file)
        }
    found = {(re.sub(r"\D", "", str(r.subject_id)), r.criterion): (r.verdict, r.reason or None) for r in done}
    assert {(re.sub(r"\D", "", s), c): answer for (s, c), answer in expected.items()} == found


def facts(source: Path) -> tuple[dict[str, int], tuple[str, ...]]:
    """People, births, sexes and results with a number; and the problems."""
    table = read_patients(str(source))
    with duckdb.connect() as connection:
        row: Any = connection.execute(
            "SELECT count(DISTINCT subject_id), count(*) FILTER (WHERE code = 'MEDS_BIRTH'), "
            "count(DISTINCT subject_id) FILTER (WHERE code LIKE 'SEX//%'), count(numeric_value) "
            f"FROM ({table.query})"
        ).fetchone()
    return dict(zip(("people", "births", "sexed", "numbers"), row, strict=True)), table.problems


def test_bundles_of_synthea(shared: Path) -> None:
    found, problems = facts(shared / "data" / "patients" / "synthea_r4")
    assert (found["people"], found["births"], found["sexed"]) == (6, 6, 6)
    assert found["numbers"] > 200
    assert len(problems) == 2
    assert problems[0].endswith("found only by criteria that have their code: 28 (Condition 28)")
    assert problems[1].startswith("resources of kinds that are not read: 253 (Claim 74")


def test_bundles_of_mcode_broken_and_whole(shared: Path) -> None:
    found, problems = facts(shared / "data" / "patients" / "mcode")
    # Four people have a Patient resource; records of two more refer to none.
    assert (found["people"], found["sexed"]) == (6, 4)
    assert problems == (
        "bundle entries without a resource: 1 (entry 1)",
        "diagnoses without a code of ICD-10, found only by criteria that have their code: 15 (Condition 15)",
        "left out for want of a code: 1 (Observation 1)",
        "people with records and no Patient resource, so without age and sex: 2",
    )


def test_a_whole_cdm_whose_measurements_have_no_values(shared: Path) -> None:
    found, problems = facts(shared / "data" / "patients" / "omop_gibleed")
    assert (found["people"], found["births"], found["sexed"], found["numbers"]) == (2021, 2021, 2021, 0)
    # Seven in a thousand of its diagnoses have a code of ICD-10.
    assert problems[0] == "tables that are not there, read as empty: device_exposure"
    assert re.fullmatch(
        r"diagnoses without a code of ICD-10.*: 48\d{3} \(condition_occurrence 48\d{3}\)", problems[1]
    )


def test_a_cdm_without_a_vocabulary_needs_one(shared: Path, tmp_path: Path) -> None:
    source = shared / "data" / "patients" / "cdisc_pilot_omop" / "cdm"
    with pytest.raises(PatientsError, match="the table concept is missing"):
        read_patients(str(source))
    for path in source.iterdir():
        shutil.copyfile(path, tmp_path / path.name)
    header = "concept_id,concept_name,vocabulary_id,concept_code\n"
    (tmp_path / "concept.csv").write_text(header)
    found, problems = facts(tmp_path)
    assert (found["people"], found["births"], found["sexed"]) == (306, 306, 306)
    assert problems[1:] == (
        "rows without a concept (0), left out: 4707 (condition_occurrence 903, observation 3804)",
        "rows whose concept is not in the table concept, kept as OMOP:id: 306 (observation 306)",
    )
