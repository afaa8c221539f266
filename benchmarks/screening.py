"""How the cost of screening grows with the rows of the table and with the number of trials, and by engine.

Run: `python benchmarks/screening.py [--rows N ...] [--trials N ...] [--engine NAME ...] [--people N]`. The
people are made up here by DuckDB, twenty rows each, and screened for made-up trials in processes of their own.
Engines agree when their verdict files and counts have the same digests. Only ratios mean anything.
"""

# ruff: noqa: E501  tables of facts are read best with one line a fact
from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS_A_PERSON = 20
DAY = "2024-08-31"
LIMITS = (
    "Haemoglobin at least {n} g/L", "Platelet count above {n} x 10^9/L", "Serum creatinine below {n} umol/L",
    "ALT no more than {n} U/L", "Total bilirubin below {n} umol/L", "INR no more than 1.{n}", "Age {m} to 75 years",
    "Ejection fraction above {m} %", "Karnofsky score at least {n}", "White blood cell count above {m} x 10^9/L",
)  # fmt: skip
BARRED = (
    "Pregnancy", "HIV infection", "Malignant tumour", "Liver failure", "Total bilirubin above {n} umol/L within the past 14 days",
    "Treatment with prednisone in the past {m} days", "Platelet count below {m} x 10^9/L within the past 30 days",
)  # fmt: skip
# Code, unit, and the number that a digest of the row (h) gives.
KINDS = (
    ("LOINC:718-7", "g/L", "70 + h % 90"), ("LOINC:718-7", "g/dL", "7 + h % 9"), ("LOINC:777-3", "10*9/L", "20 + h % 300"),
    ("LOINC:2160-0", "umol/L", "40 + h % 200"), ("LOINC:2160-0", "mg/dL", "0.5 + h % 3"), ("LOINC:1742-6", "U/L", "10 + h % 120"),
    ("LOINC:1975-2", "umol/L", "5 + h % 200"), ("LOINC:6301-6", "", "0.8 + (h % 20) / 10"), ("LOINC:10230-1", "%", "20 + h % 60"),
    ("LOINC:89243-0", "", "10 * (h % 11)"), ("LOINC:6690-2", "10*9/L", "1 + h % 15"), ("LOINC:0000-0", "ppm", "h % 9"),
)  # fmt: skip


def make_people(path: Path, people: int) -> None:
    """A Parquet table of made-up people: the same number, the same bytes."""
    import duckdb

    kinds = " ".join(
        f"WHEN {i} THEN struct_pack(code := '{code}', unit := '{unit}', x := CAST({number} AS DOUBLE))"
        for i, (code, unit, number) in enumerate(KINDS)
    )
    other = "'ICD10CM:C50.9' WHEN 1 THEN 'ICD10CM:K72.0' WHEN 2 THEN 'RXNORM:8640' WHEN 3 THEN 'ICD10CM:B20' ELSE 'ICD10CM:I10'"
    with duckdb.connect() as connection:
        connection.execute(f"""
COPY (
  SELECT s AS subject_id, CASE place WHEN 0 THEN TIMESTAMP '1935-01-01' + INTERVAL (h % 29000) DAY WHEN 1 THEN NULL
      ELSE TIMESTAMP '2024-09-05 07:15:00' - INTERVAL (h % 400) DAY - INTERVAL (h % 977) MINUTE END AS time,
    CASE place WHEN 0 THEN 'MEDS_BIRTH' WHEN 1 THEN CASE WHEN h % 2 = 0 THEN 'SEX//F' ELSE 'SEX//M' END
      WHEN 2 THEN CASE h % 40 WHEN 0 THEN {other} END ELSE kind.code END AS code,
    CASE WHEN place > 2 AND h % 31 > 0 THEN kind.x END AS numeric_value,
    CASE WHEN place > 2 AND h % 31 = 0 THEN CASE WHEN h % 2 = 0 THEN '<5' ELSE 'hemolyzed' END END AS text_value,
    CASE WHEN place > 2 AND h % 53 > 0 THEN nullif(kind.unit, '') END AS unit
  FROM (SELECT s, place, h, CASE h % {len(KINDS)} {kinds} END AS kind FROM (
    SELECT s, place, CAST((s * 2654435761 + place * 40503 + (s * place) % 7919) % 2147483647 AS BIGINT) AS h
    FROM range({people}) AS people(s), range({ROWS_A_PERSON}) AS places(place))) AS made
  ORDER BY s, place
) TO '{path}' (FORMAT parquet)""")


def make_trials(folder: Path, trials: int) -> list[str]:
    """Trials with twelve criteria each, as pages of text."""
    for t in range(trials):
        wanted = "\n".join(
            f"- {LIMITS[(t + i) % len(LIMITS)].format(n=40 + (7 * t + i) % 60, m=18 + t % 30)}"
            for i in range(7)
        )
        barred = "\n".join(
            f"- {BARRED[(t + i) % len(BARRED)].format(n=90 + t % 50, m=10 + t % 20)}" for i in range(5)
        )
        text = (
            f"A made-up trial number {t}\n\nInclusion Criteria:\n{wanted}\n\nExclusion Criteria:\n{barred}\n"
        )
        (folder / f"trial-{t:03}.txt").write_text(text)
    return [str(p) for p in sorted(folder.glob("trial-*.txt"))[:trials]]


def screened(
    trials: list[str], table: Path, engine: str, verdicts: Path | None = None
) -> tuple[float, float, float, bytes]:
    """Wall seconds, CPU seconds, peak MB of the process and its children, and the JSON."""
    command = [
        sys.executable,
        "-m",
        "trialwright",
        "screen",
        *trials,
        "--patients",
        str(table),
        "--index-date",
        DAY,
    ]
    command += ["--engine", engine, "--json", *(["--verdicts", str(verdicts)] if verdicts else [])]
    with tempfile.TemporaryFile() as out:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        told = out.read()
    if process.returncode:
        raise SystemExit(f"{engine} ended with status {process.returncode}")
    return took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, told


def main() -> None:
    """Print three tables: rows, trials, engines."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--trials", type=int, nargs="*", default=[1, 10, 50])
    parser.add_argument(
        "--engine", nargs="*", default=["duckdb"], help="engines whose verdict files are compared"
    )
    parser.add_argument("--people", type=int, default=5_000, help="for trials and engines")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-screening-") as name:
        folder = Path(name)
        trials = make_trials(folder, max([1, *given.trials]))
        print(f"{'rows':>12} {'wall s':>8} {'CPU s':>8} {'CPU us a row':>13} {'peak MB':>8}")
        for rows in given.rows:
            table = folder / "rows.parquet"
            make_people(table, max(rows // ROWS_A_PERSON, 1))
            took, used, peak, _ = screened(trials[:1], table, "duckdb")
            print(f"{rows:>12} {took:>8.2f} {used:>8.2f} {1e6 * used / rows:>13.2f} {peak:>8.0f}", flush=True)
        table = folder / "people.parquet"
        make_people(table, given.people)
        print(f"\n{'trials':>12} {'wall s':>8} {'CPU s':>8} {'CPU s a trial':>13} {'peak MB':>8}")
        for number in given.trials:
            took, used, peak, _ = screened(trials[:number], table, "duckdb")
            print(f"{number:>12} {took:>8.2f} {used:>8.2f} {used / number:>13.2f} {peak:>8.0f}", flush=True)
        print(f"\n{'engine':>12} {'wall s':>8} {'CPU s':>8} {'verdict file':>20} {'counts':>10}")
        for engine in given.engine:
            file = folder / f"{engine}.csv"
            took, used, _, told = screened(trials[:3], table, engine, file)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
            counts = hashlib.sha256(json.dumps(json.loads(told)).encode()).hexdigest()[:8]
            print(f"{engine:>12} {took:>8.2f} {used:>8.2f} {digest:>20} {counts:>10}", flush=True)


if __name__ == "__main__":
    main()
