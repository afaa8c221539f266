"""How fast registry XML becomes Study JSON, and in how much memory, against parsing the same XML alone.

Run: `python benchmarks/reading.py [--records N] [--sample ARCHIVE]`. The records are those of the archive (of
legacy ClinicalTrials.gov XML), or made up here without one, repeated under new numbers. The floor (unpack and
parse, nothing else; lxml where it is installed) runs in the same minute on the same records, one process.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

_NUMBER = re.compile(rb"NCT\d{8}")

FLOOR = """
import sys, zipfile
try:
    from lxml.etree import fromstring
    name = "lxml"
except ImportError:
    from xml.etree.ElementTree import fromstring
    name = "xml.etree"
with zipfile.ZipFile(sys.argv[1]) as archive:
    for member in archive.namelist():
        fromstring(archive.read(member))
print(name)
"""
MADE = """<clinical_study><id_info><nct_id>NCT00000000</nct_id><org_study_id>BENCH-1</org_study_id></id_info>
<brief_title>A made record for measuring</brief_title><sponsors>
<lead_sponsor><agency>Bench University</agency>
<agency_class>Other</agency_class></lead_sponsor></sponsors><brief_summary><textblock>{text}</textblock>
</brief_summary><overall_status>Completed</overall_status><start_date>May 2011</start_date>
<phase>Phase 2</phase>
<study_type>Interventional</study_type><enrollment type="Actual">90</enrollment>{conditions}{outcomes}{places}
<eligibility><criteria><textblock>Inclusion Criteria: {text}</textblock></criteria><gender>All</gender>
<minimum_age>18 Years</minimum_age><maximum_age>N/A</maximum_age></eligibility></clinical_study>"""


def made() -> bytes:
    """A record of middle size."""
    return MADE.format(
        text="words of a record that mean nothing at all " * 120,
        conditions="".join(f"<condition>Condition {n}</condition>" for n in range(3)),
        outcomes="".join(
            f"<secondary_outcome><measure>Measure {n}</measure><time_frame>{n} weeks</time_frame>"
            "</secondary_outcome>"
            for n in range(8)
        ),
        places="".join(
            f"<location><facility><name>House {n}</name><address><city>Town</city><country>Norway</country>"
            "</address></facility></location>"
            for n in range(10)
        ),
    ).encode()


def records(sample: str | None) -> list[bytes]:
    """The records that are repeated."""
    if sample is None:
        return [made()]
    with zipfile.ZipFile(sample) as archive:
        return [archive.read(name) for name in sorted(archive.namelist()) if name.endswith(".xml")]


def write_archive(path: Path, originals: list[bytes], count: int) -> None:
    """The records over and over, each with a number of its own."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, raw in enumerate(itertools.islice(itertools.cycle(originals), count)):
            name = f"NCT{10_000_000 + number}"
            archive.writestr(f"{name}.xml", _NUMBER.sub(name.encode(), raw))


def run(argv: list[str]) -> tuple[float, float, float, str]:
    """Seconds, processor seconds, MB at the peak of the largest process, and what was printed."""
    start = time.perf_counter()
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{argv[:4]} ended with {process.returncode}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed


def measurements(archive: Path, folder: Path, workers: tuple[int, ...], floor: str) -> Iterator[str]:
    """The lines of the result."""
    count = len(zipfile.ZipFile(archive).namelist())
    floor_time, floor_cpu, peak, parser = run([floor, "-c", FLOOR, str(archive)])
    yield f"{count:,} records, {archive.stat().st_size / 1e6:.0f} MB packed"
    head = f"{'':26}{'records/s':>10}{'seconds':>9}{'cpu s':>8}{'x floor':>9}{'peak MB':>9}"
    yield head
    name = f"floor ({parser.strip()})"
    yield f"{name:26}{count / floor_time:>10,.0f}{floor_time:>9.1f}{floor_cpu:>8.1f}{1:>9.2f}{peak:>9.0f}"
    digests = set()
    for number in workers:
        out = folder / f"studies-{number}.json"
        argv = [sys.executable, "-m", "trialwright", "read", str(archive), "--workers", str(number)]
        seconds, cpu, peak, _ = run([*argv, "-o", str(out)])
        with out.open("rb") as file:
            digests.add(hashlib.file_digest(file, "sha256").hexdigest())
        out.unlink()
        name = f"read, {number} process{'es' if number > 1 else ''}"
        yield (
            f"{name:26}{count / seconds:>10,.0f}{seconds:>9.1f}{cpu:>8.1f}"
            f"{seconds / floor_time:>9.2f}{peak:>9.0f}"
        )
    yield "the same bytes each time" if len(digests) == 1 else "NOT THE SAME BYTES"


def main() -> None:
    """Parse the arguments, make the records, print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--sample", metavar="ARCHIVE", help="zip of ClinicalTrials.gov XML to repeat")
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 1])
    parser.add_argument(
        "--floor-python", default=sys.executable, help="a Python that has lxml, for the floor"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "records.zip"
        write_archive(archive, records(arguments.sample), arguments.records)
        lines = measurements(archive, Path(folder), tuple(arguments.workers), arguments.floor_python)
        for line in lines:
            print(line, flush=True)


if __name__ == "__main__":
    main()
