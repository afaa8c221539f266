"""Cases for Spark, which answers a thousand in the time of one: gathered, and asked when a module ends.

Until then a test goes on with the rows of the reference; `check` compares them with those of Spark.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from msgspec.structs import replace

from trialwright.model.screening import VerdictRow
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary


class Case(NamedTuple):
    studies: Sequence[Study]
    rows: list[dict[str, Any]]
    vocabulary: Vocabulary
    more: dict[str, Any]
    expected: list[VerdictRow]


CASES: list[Case] = []


def check() -> int:
    """Ask Spark for all cases so far, those of one day and its options together; how many there were."""
    from .building import run_now

    cases, groups = CASES.copy(), {}
    CASES.clear()
    for case in cases:
        groups.setdefault((repr(sorted(case.more.items())), id(case.vocabulary)), []).append(case)
    for group in groups.values():
        studies = [replace(s, id=f"{i}/{s.id}") for i, case in enumerate(group) for s in case.studies]
        rows = [
            row | {"subject_id": f"{i}/{row['subject_id']}"}
            for i, case in enumerate(group)
            for row in case.rows
        ]
        with TemporaryDirectory() as folder:
            done = run_now(Path(folder), studies, rows, "spark", group[0].vocabulary, **group[0].more)
            found = [r for r in done if r.study.split("/")[0] == str(r.subject_id).split("/")[0]]
        expected = [
            row._replace(study=f"{i}/{row.study}", subject_id=f"{i}/{row.subject_id}")
            for i, case in enumerate(group)
            for row in case.expected
        ]
        assert sorted(found, key=_place) == sorted(expected, key=_place)
    return len(cases)


def _place(row: VerdictRow) -> tuple[str, ...]:
    return row.study, str(row.subject_id), row.criterion
