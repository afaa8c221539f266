"""Short words for building studies, trees and tables in the tests of screening."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from trialwright.model import expression as ex
from trialwright.model.concept import Concept
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period
from trialwright.model.screening import VerdictRow
from trialwright.model.study import Eligibility, Study
from trialwright.model.vocabulary import Vocabulary
from trialwright.model.window import Window
from trialwright.patients import read_patients
from trialwright.screening import Screening, screen

from . import later

DAY = date(2024, 8, 31)
COLUMNS = (
    "subject_id",
    "time",
    "code",
    "numeric_value",
    "text_value",
    "unit",
    "end_time",
    "ref_low",
    "ref_high",
)


def concept(vocabulary: Vocabulary, name: str) -> Concept:
    term = vocabulary.named(name)
    return Concept(text=name, name=name, codes=term.codes if term else ())


def between(
    low: str | None = None, high: str | None = None, unit: str | None = None, *, ends: str = "[]", **more: Any
) -> Interval:
    """`between("50", "250", "/uL", ends="(]")` is over 50 and up to 250 a microlitre."""
    return Interval(
        low=Bound(value=Decimal(low), closed=ends[0] == "[") if low is not None else None,
        high=Bound(value=Decimal(high), closed=ends[1] == "]") if high is not None else None,
        unit=unit,
        unit_status="stated" if unit else "dimensionless",
        **more,
    )


def window(start: str | None, end: str = "P0D", **more: Any) -> Window:
    return Window(from_=Period(start) if start else None, to=Period(end), **more)


def criterion(expr: ex.Expr, name: str = "X1", kind: Any = "inclusion") -> ex.Criterion:
    return ex.Criterion(id=name, kind=kind, text=name, expr=expr)


def study(*criteria: ex.Criterion, name: str = "T1", **limits: Any) -> Study:
    return Study(id=name, eligibility=Eligibility(criteria=criteria, **limits))


def write_table(path: Path, rows: Iterable[dict[str, Any]]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def table_of(text: str) -> list[dict[str, str]]:
    """Rows from a small table: a head line of column names, then cells between bars; `.` is empty."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    head = lines[0]
    return [{h: c for h, c in zip(head, line, strict=True) if c != "."} for line in lines[1:]]


def run(
    folder: Path,
    studies: Study | Sequence[Study],
    rows: Iterable[dict[str, Any]],
    engine: str,
    vocabulary: Vocabulary,
    **more: Any,
) -> Screening:
    """Screen a small table; for Spark the case is put by (later.py)."""
    if engine != "spark":
        return run_now(folder, studies, rows, engine, vocabulary, **more)
    rows = list(rows)
    done = run_now(folder, studies, rows, "reference", vocabulary, **more)
    group = (studies,) if isinstance(studies, Study) else studies
    later.CASES.append(later.Case(group, rows, vocabulary, more, list(done)))
    return done


def run_now(
    folder: Path,
    studies: Study | Sequence[Study],
    rows: Iterable[dict[str, Any]],
    engine: str,
    vocabulary: Vocabulary,
    **more: Any,
) -> Screening:
    """Screen a small table."""
    people = read_patients(write_table(folder / "people.csv", rows))
    return screen(
        (studies,) if isinstance(studies, Study) else studies,
        people,
        index_date=more.pop("index_date", DAY),
        vocabulary=vocabulary,
        engine=engine,
        **more,
    )


def verdicts(screening: Iterable[VerdictRow], name: str = "X1") -> dict[Any, str]:
    """`met`, `not_met` or the reason of the unknown, by person."""
    return {row.subject_id: row.reason or row.verdict for row in screening if row.criterion == name}
