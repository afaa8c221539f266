"""The same people get the same verdicts from a wide table as from the one patient table."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.screening.building import DAY, write_table
from tests.screening.making import make_person, make_study
from tests.screening.trials import TRIALS
from tests.screening.vocabulary import VOCABULARY

from trialwright.language.vocabulary import load_vocabulary
from trialwright.model.screening import PatientTable
from trialwright.patients import read_patients
from trialwright.screening import screen


def widened(folder: Path, rows: list[dict[str, Any]], r: Random) -> PatientTable:
    """The rows as a wide file: results have columns of their own, all else stands in a column of codes."""
    results = sorted({row["code"] for row in rows if _is_result(row)})
    chart = ['subject = "who"', 'time = "when"', 'end = "until"', 'note = "note"']
    chart += ['[columns.event]\nas = "code"', '[columns.born]\nas = "time"\ncode = "MEDS_BIRTH"']
    header = ["who", "when", "until", "note", "event", "born"]
    for i, code in enumerate(results):
        chart.append(f"[columns.c{i}]\ncode = {json.dumps(code)}\nunit_column = 'u{i}'")
        chart.append(f"ref_low_column = 'l{i}'\nref_high_column = 'h{i}'\nend_column = 'until'")
        header += [f"c{i}", f"u{i}", f"l{i}", f"h{i}"]
    r.shuffle(header)
    lines = []
    for row in rows:
        line = {"who": row["subject_id"], "when": row.get("time"), "until": row.get("end_time")}
        if row["code"] == "MEDS_BIRTH":
            line = {"who": row["subject_id"], "born": row.get("text_value") or row.get("time")}
        elif _is_result(row):
            i = results.index(row["code"])
            line |= {f"c{i}": row["text_value"] if row.get("text_value") else row["numeric_value"]}
            line |= {f"u{i}": row.get("unit"), f"l{i}": row.get("ref_low"), f"h{i}": row.get("ref_high")}
        else:
            line |= {"event": row["code"], "note": row.get("text_value")}
        lines.append(line)
    sign = r.choice(",;\t|")
    with (folder / "wide.csv").open("w", encoding=r.choice(("utf-8", "utf-8-sig")), newline="") as file:
        writer = csv.DictWriter(
            file, header, restval="", delimiter=sign, lineterminator=r.choice(("\n", "\r\n"))
        )
        writer.writeheader()
        writer.writerows(lines)
    (folder / "map.toml").write_text("\n".join(chart), encoding="utf-8")
    return read_patients(str(folder / "wide.csv"), columns=folder / "map.toml")


def _is_result(row: dict[str, Any]) -> bool:
    return "numeric_value" in row or (row["code"].startswith("LOINC") and bool(row.get("text_value")))


def _narrowed(row: dict[str, Any]) -> dict[str, Any]:
    """The row as far as one cell can say it: a number, or words, and no note beside a number."""
    row = {key: value for key, value in row.items() if value not in ("", None)}
    if "numeric_value" in row or (row["code"] == "MEDS_BIRTH" and "/" in row.get("text_value", "")):
        row.pop("text_value", None)
    return row


@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_a_wide_table_gives_the_verdicts_of_the_table(
    tmp_path_factory: pytest.TempPathFactory, r: Random
) -> None:
    folder = tmp_path_factory.mktemp("wide")
    studies = tuple(make_study(r, f"T{i}") for i in range(3))
    rows = [_narrowed(row) for subject in range(1, 7) for row in make_person(r, subject)]
    rows.append({"subject_id": 99, "code": "ICD10CM:I10"})
    tables = read_patients(write_table(folder / "people.csv", rows)), widened(folder, rows, r)
    given, found = (
        [
            (row.study, row.subject_id, row.criterion, row.verdict, row.reason)
            for row in screen(studies, table, index_date=DAY, vocabulary=VOCABULARY)
        ]
        for table in tables
    )
    assert found == given


@pytest.mark.parametrize("trial", sorted(TRIALS))
def test_made_up_people_in_a_wide_file_get_the_expected_verdicts(shared: Path, trial: str) -> None:
    folder = shared / "data" / "patients" / "made_up" / "sources"
    number = {"hiv": "000", "liver": "002", "anaemia": "003"}[trial]
    vocabulary = load_vocabulary()
    done = screen(
        (TRIALS[trial](vocabulary),),
        read_patients(str(folder / "wide.csv"), columns=folder / "columns.toml"),
        index_date=date.fromisoformat((folder / "index_date.txt").read_text().strip()),
        vocabulary=vocabulary,
    )
    with gzip.open(folder / f"expected_{number}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        expected = {
            (r["subject_id"], r["criterion"]): (r["verdict"], r["reason"] or None)
            for r in csv.DictReader(file)
        }
    assert {(str(r.subject_id), r.criterion): (r.verdict, r.reason) for r in done} == expected
