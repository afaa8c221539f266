"""How fast people are read from FHIR and OMOP, in how much memory, against the least work there could be.

Run: `python benchmarks/patients.py [--people N]`. The people are made up here. The floor of FHIR is taking the
same bytes apart as JSON without types; that of OMOP is counting the rows of the source where they lie.
"""

# ruff: noqa: E501  made-up resources are read best with one line a fact
from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

TESTS = (
    ("718-7", "g/dL"),
    ("777-3", "10*3/uL"),
    ("2160-0", "mg/dL"),
    ("1742-6", "U/L"),
    ("6690-2", "10*3/uL"),
)
READ = """
import sys, time
from trialwright.patients import read_patients
import duckdb
start = time.perf_counter()
table = read_patients(sys.argv[1])
ready = time.perf_counter() - start
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")
start = time.perf_counter()
rows, people = connection.execute(
    f"SELECT count(code), count(DISTINCT subject_id) FROM ({table.query})").fetchone()
print(rows, people, ready, time.perf_counter() - start)
"""
PARSE = """
import sys, msgspec
from pathlib import Path
number = 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    with path.open("rb") as file:
        if path.suffix == ".ndjson":
            for line in file:
                number += 1
                msgspec.json.decode(line)
        else:
            number += len(msgspec.json.decode(file.read())["entry"])
print(number, 0, 0, 0)
"""
COUNT = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute("SET enable_progress_bar = false")
number = 0
for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
    if name != "concept":
        number += connection.execute(f"SELECT count(person_id) FROM {name}").fetchone()[0]
print(number, 0, 0, 0)
"""


def person(r: Random, name: str) -> Iterator[dict[str, object]]:
    """The resources of one person, about thirty."""
    who = {"reference": f"Patient/{name}"}
    yield {
        "resourceType": "Patient",
        "id": name,
        "gender": "female",
        "birthDate": f"19{r.randrange(40, 99)}-05-03",
    }
    for number in range(24):
        code, unit = r.choice(TESTS)
        yield {
            "resourceType": "Observation", "id": f"{name}-o{number}", "status": "final",
            "category": [{"coding": [{"code": "laboratory", "display": "Laboratory"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": "a test"}], "text": "a test"},
            "subject": who, "effectiveDateTime": f"2024-0{r.randrange(1, 9)}-11T08:30:00+08:00",
            "valueQuantity": {"value": round(r.uniform(1, 300), 1), "unit": unit, "code": unit,
                              "system": "http://unitsofmeasure.org"},
        }  # fmt: skip
    for number in range(3):
        yield {
            "resourceType": "Condition", "id": f"{name}-c{number}", "subject": who, "onsetDateTime": "2020-01-02",
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": f"K7{number}.0"}]},
        }  # fmt: skip
    for number in range(2):
        yield {
            "resourceType": "MedicationStatement", "id": f"{name}-m{number}", "status": "active", "subject": who,
            "effectivePeriod": {"start": "2023-05-01"}, "medicationCodeableConcept": {"coding": [
                {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "8640"}]},
        }  # fmt: skip
    yield {"resourceType": "Encounter", "id": f"{name}-e", "status": "finished", "subject": who}


def write_fhir(folder: Path, people: int, *, bundles: bool) -> None:
    """One bundle a person, or all resources by the line."""
    r = Random(1)
    folder.mkdir()
    if bundles:
        for number in range(people):
            entries = [{"resource": one} for one in person(r, f"p{number}")]
            whole = {"resourceType": "Bundle", "type": "collection", "entry": entries}
            (folder / f"p{number}.json").write_text(json.dumps(whole))
        return
    with (folder / "all.ndjson").open("w") as file:
        for number in range(people):
            file.writelines(json.dumps(one) + "\n" for one in person(r, f"p{number}"))


def write_omop(path: Path, people: int) -> None:
    """Twenty-four measurements a person and three conditions, in a DuckDB file."""
    import duckdb

    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            CREATE TABLE person AS SELECT range AS person_id, 8532 AS gender_concept_id, 1980 AS year_of_birth,
            5 AS month_of_birth, 3 AS day_of_birth FROM range({people});
            CREATE TABLE concept AS SELECT * FROM (VALUES (1, 'a', 'LOINC', '718-7'), (2, 'b', 'LOINC', '777-3'),
            (3, 'c', 'SNOMED', '59927004'), (4, 'd', 'UCUM', 'g/dL'), (5, 'e', 'UCUM', '10*3/uL'))
            AS c (concept_id, concept_name, vocabulary_id, concept_code);
            CREATE TABLE measurement AS SELECT range // 24 AS person_id, 1 + range % 2 AS measurement_concept_id,
            DATE '2024-01-01' + CAST(range % 200 AS INTEGER) AS measurement_date, (range * 7 % 1000) / 10.0
            AS value_as_number, 4 + range % 2 AS unit_concept_id FROM range({24 * people});
            CREATE TABLE condition_occurrence AS SELECT range // 3 AS person_id, 3 AS condition_concept_id,
            DATE '2020-01-01' AS condition_start_date, NULL::DATE AS condition_end_date FROM range({3 * people});
            """
        )


class Ran(NamedTuple):
    """What was printed, seconds, processor seconds, MB at the peak."""

    printed: list[float]
    seconds: float
    cpu: float
    peak: float


def run(code: str, source: Path) -> Ran:
    """Run the code on the source in a process of its own."""
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", code, str(source)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"reading {source.name} ended with {process.returncode}")
    numbers = [float(x) for x in printed.split()]
    return Ran(numbers, time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def line(title: str, number: float, ran: Ran, floor: Ran) -> str:
    """One line of the result; the machine may be busy, so speed is told by processor time."""
    return (
        f"{title:22}{number:>12,.0f}{ran.seconds:>9.1f}{ran.cpu:>8.1f}{number / ran.cpu:>12,.0f}"
        f"{ran.cpu / floor.cpu:>9.2f}{ran.peak:>9.0f}"
    )


def main() -> None:
    """Make the people, read them, print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--omop-people", type=int, default=750_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{'':22}{'things':>12}{'seconds':>9}{'cpu s':>8}{'a cpu s':>12}{'x floor':>9}{'peak MB':>9}")
        for title, bundles in (("FHIR, by the line", False), ("FHIR, bundles", True)):
            source = folder / title.replace(" ", "")
            write_fhir(source, given.people, bundles=bundles)
            floor = run(PARSE, source)
            print(line(title, floor.printed[0], run(READ, source), floor))
        source = folder / "cdm.duckdb"
        write_omop(source, given.omop_people)
        floor, ran = run(COUNT, source), run(READ, source)
        print(line("OMOP, a DuckDB file", ran.printed[0], ran, floor))
        print(f"{'':22}ready after {ran.printed[2]:.1f} s, all rows once {ran.printed[3]:.1f} s")


if __name__ == "__main__":
    main()
