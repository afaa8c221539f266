"""What must not change a verdict: other units, other days, another order of rows, rows about other things."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from trialwright.model import expression as ex
from trialwright.model.study import Study

from .building import DAY, between, concept, criterion, run, study
from .making import make_person, make_study
from .vocabulary import VOCABULARY

Rows = list[dict[str, Any]]

# Name, bound, unit of the bound, the same amount in two units.
ALIKE = (
    ("creatinine", "176", "umol/L", ("umol/L", 1.0), ("mg/dL", 113.12 / 10000)),
    ("total bilirubin", "171", "umol/L", ("umol/L", 1.0), ("mg/dL", 584.66 / 10000)),
    ("haemoglobin", "80", "g/L", ("g/L", 1.0), ("g/dL", 0.1)),
    ("platelets", "50", "10*9/L", ("10*9/L", 1.0), ("/uL", 1000.0)),
    ("CD4 count", "250", "/uL", ("/uL", 1.0), ("10*9/L", 0.001)),
    ("ALT", "80", "U/L", ("U/L", 1.0), ("ukat/L", 1 / 60)),
    ("ejection fraction", "45", "%", ("%", 1.0), ("1", 0.01)),
)


def _world(seed: int) -> tuple[list[Study], Rows]:
    r = Random(seed)
    rows = [row for subject in range(30) for row in make_person(r, subject)]
    return [make_study(r, f"T{i}") for i in range(4)], rows


def _answers(done: Any) -> dict[tuple[str, Any, str], tuple[str, str | None]]:
    return {(r.study, r.subject_id, r.criterion): (r.verdict, r.reason) for r in done}


def test_other_units_say_the_same(tmp_path: Path, engine: str) -> None:
    def people(which: int) -> Rows:
        return [
            {
                "subject_id": 100 * i + j, "time": "2024-08-20", "unit": case[3 + which][0],
                "code": concept(VOCABULARY, case[0]).codes[0],
                "numeric_value": repr(float(case[1]) * share * case[3 + which][1]),
            }
            for i, case in enumerate(ALIKE)
            for j, share in enumerate((0.5, 0.98, 1.0, 1.02, 1.6))
        ]  # fmt: skip

    asked = study(
        *(
            criterion(
                ex.Measurement(concept=concept(VOCABULARY, name), interval=between(None, bound, unit)),
                f"X{i}",
            )
            for i, (name, bound, unit, *_) in enumerate(ALIKE)
        )
    )
    one, other = (_answers(run(tmp_path, asked, people(which), engine, VOCABULARY)) for which in (0, 1))
    assert one == other
    assert {verdict for verdict, _ in one.values()} == {"met", "not_met", "unknown"}


def _shuffled(rows: Rows) -> Rows:
    rows = rows.copy()
    Random(1).shuffle(rows)
    return rows


def _with_others(rows: Rows) -> Rows:
    """Besides, rows about what no criterion asks for, and every row once more."""
    people = {row["subject_id"] for row in rows}
    more = [
        {
            "subject_id": subject,
            "time": "2024-08-30",
            "code": code,
            "numeric_value": "7",
            "text_value": "high",
        }
        for subject in people
        for code in ("LOINC:0-0", "ICD10CM:I10", "LOINC:777", "MEDS_BIRTHDAY", "SEX", "", "RXNORM:8640x")
    ]
    return [*more, *rows, *rows]


@pytest.mark.parametrize("change", [_shuffled, _with_others], ids=["order", "irrelevant rows"])
def test_order_and_other_rows_say_nothing(
    tmp_path: Path, engine: str, change: Callable[[Rows], Rows]
) -> None:
    studies, rows = _world(31)
    one = _answers(run(tmp_path, studies, rows, engine, VOCABULARY))
    assert _answers(run(tmp_path, studies, change(rows), engine, VOCABULARY)) == one


def test_a_shift_of_all_days_says_nothing(tmp_path: Path, engine: str) -> None:
    """By 400 years, after which the calendar repeats itself."""
    studies, rows = _world(32)
    later = date(DAY.year + 400, DAY.month, DAY.day)
    one = _answers(run(tmp_path, studies, rows, engine, VOCABULARY))
    moved = [{name: _moved(cell) if name != "code" else cell for name, cell in row.items()} for row in rows]
    other = _answers(run(tmp_path, studies, moved, engine, VOCABULARY, index_date=later))
    assert other == one


def _moved(cell: Any) -> Any:
    """A time, the year or month of a birth, or the span of a birthday, 400 years later."""
    text = str(cell)
    if "/" in text and text[:4].isdigit():
        return "/".join(str(_moved(end)) for end in text.split("/"))
    if len(text) >= 4 and text[:4].isdigit() and text[4:5] in ("", "-") and 1900 < int(text[:4]) < 2100:
        return f"{int(text[:4]) + 400}{text[4:]}"
    return cell
