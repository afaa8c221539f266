"""How long the answers beyond the verdict take, beside the screening that they come from.

Run: `python benchmarks/answers.py [--people N] [--table FILE]`. The people are those of the examples, made in
the number that is asked for, or those of a table; each answer is told in CPU seconds and as a multiple of
the screening itself, in one process.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import trialwright
from trialwright.screening import Screening

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "examples" / "records" / "liver-failure-msc.medpath.txt"


def clocked(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gives, and the CPU seconds that it took."""
    start = time.process_time()
    return work(), time.process_time() - start


def measure(table: str) -> None:
    """Print the seconds of screening, and of each answer after it."""
    studies = list(trialwright.compile([str(RECORD)]))
    done: Screening
    done, floor = clocked(lambda: trialwright.screen(studies, table, index_date=date(2024, 8, 31)))
    screened = done.summary.studies[0].screened
    print(f"screening {screened:,} people: {floor:.1f} s of CPU")
    insights = done.insights
    for name, work in (
        ("shares", lambda: insights.shares),
        ("what-if, with its curves", lambda: insights.what_if),
        ("near misses", lambda: insights.near_misses()),
        ("facts", lambda: insights.facts),
    ):
        _, seconds = clocked(work)
        print(f"  {name:<26} {seconds:6.1f} s   {seconds / floor:5.2f} times the screening")
    first = next(iter(done)).subject_id
    _, seconds = clocked(lambda: done.explain(first))
    print(f"  {'one person explained':<26} {seconds:6.2f} s")


def main() -> None:
    """Make the people if none are given, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--table")
    given = parser.parse_args()
    if given.table:
        measure(given.table)
        return
    with tempfile.TemporaryDirectory() as folder:
        table = str(Path(folder) / "people.csv.gz")
        maker = ROOT / "examples" / "make_people.py"
        subprocess.run([sys.executable, str(maker), "--people", str(given.people), "-o", table], check=True)
        measure(table)


if __name__ == "__main__":
    main()
