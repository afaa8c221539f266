"""What is printed comes out of every engine with the same bytes: numbers, times, and text of any kind."""

from __future__ import annotations

import math
import struct
from pathlib import Path
from random import Random

from trialwright.model import expression as ex

from .building import between, concept, criterion, run, study, window
from .vocabulary import VOCABULARY

ANY_INR = ex.Measurement(
    concept=concept(VOCABULARY, "INR"), interval=between("0"), select="any", window=window("-P1Y")
)


def _numbers() -> list[float]:
    r = Random(5)
    bits = (struct.unpack("d", struct.pack("Q", r.getrandbits(64)))[0] for _ in range(60))
    return [
        *(x for x in bits if math.isfinite(x)),
        *(round(r.uniform(0, 30), r.randrange(8)) for _ in range(60)),
        *(10.0**k for k in (-320, -7, -5, -4, 15, 16, 17, 22, 300)),
        0.1 + 0.2, 1e23, 5e-324, -0.0, 1.0, 2.50, 123456789012345680.0, 1.7976931348623157e308,
    ]  # fmt: skip


def test_numbers_are_printed_alike(tmp_path: Path, engine: str) -> None:
    numbers = _numbers()
    rows = [
        {"subject_id": i, "time": "2024-08-20", "code": "LOINC:6301-6", "numeric_value": repr(x)}
        for i, x in enumerate(numbers)
    ]
    done = run(tmp_path, study(criterion(ANY_INR)), rows, engine, VOCABULARY)
    shown = {row.subject_id: row.value for row in done if row.criterion}
    assert shown == {i: repr(x).removesuffix(".0") for i, x in enumerate(numbers)}


def test_times_keep_their_microseconds(tmp_path: Path, engine: str) -> None:
    times = {
        1: "2024-08-20T23:59:59.999999",
        2: "2024-08-20T07:15:00.250000",
        3: "2024-08-20T00:00:00.000001",
        4: "2024-08-20T07:15:00",
        5: "1999-12-31T23:59:59.999999",
    }
    rows = [
        {"subject_id": i, "time": time, "code": "LOINC:6301-6", "numeric_value": "1"}
        for i, time in times.items()
    ]
    ever = ex.Measurement(
        concept=concept(VOCABULARY, "INR"), interval=between("0"), window=window(None, status="stated")
    )
    done = run(tmp_path, study(criterion(ever)), rows, engine, VOCABULARY)
    assert {row.subject_id: row.time for row in done if row.criterion} == times


def test_text_of_any_kind_comes_through(tmp_path: Path, engine: str) -> None:
    """Quotes, backslashes, line ends, other scripts; people stand by code point, whatever the locale."""
    subjects = [
        "b",
        "B",
        "a b",
        "é",
        "z",
        "Z",
        "阳",
        "😀",
        "o'clock",
        'say "so"',
        "back\\slash",
        "\\N",
        "_",
        "-1",
    ]
    texts = [
        "阳性",
        "\\N",
        "it's",
        '"II"',
        "a\\b",
        "tab\there",
        "two\nlines",
        "+",
        " positive ",
        "%s",
        "\\\\",
        "$1",
    ]
    rows = [
        {
            "subject_id": subject, "time": "2024-08-20", "code": "LOINC:5195-3",
            "text_value": texts[i % len(texts)], "unit": texts[-1 - i % len(texts)],
        }
        for i, subject in enumerate(subjects)
    ]  # fmt: skip
    asked = ex.Measurement(concept=concept(VOCABULARY, "HBsAg"), values=("positive",))
    done = list(run(tmp_path, study(criterion(asked)), rows, engine, VOCABULARY))
    assert [row.subject_id for row in done if not row.criterion] == sorted(subjects)
    printed = {row.subject_id: (row.value, row.unit) for row in done if row.criterion}
    assert printed == {row["subject_id"]: (row["text_value"], row["unit"]) for row in rows}


def test_figures_beyond_all_measure_stop_no_engine(tmp_path: Path, engine: str) -> None:
    """What would overflow is far outside of what is plausible, and a matter of the unit."""
    asked = ex.Measurement(
        concept=concept(VOCABULARY, "HIV viral load"), interval=between("0", "50", "{copies}/mL")
    )
    numbers = ("1e308", "-1e308", "5e-324", "1e-320", "400", "-400")
    rows = [
        {
            "subject_id": 2 * i + j, "time": "2024-08-20", "code": "LOINC:20447-9",
            "numeric_value": number, "unit": unit,
        }
        for i, number in enumerate(numbers)
        for j, unit in enumerate(("copies/mL", "{Log_copies}/mL"))
    ]  # fmt: skip
    done = run(tmp_path, study(criterion(asked)), rows, engine, VOCABULARY)
    found = {row.subject_id: row.reason or row.verdict for row in done if row.criterion}
    assert found == {
        0: "unit", 1: "unit", 2: "unit", 3: "met", 4: "met", 5: "met", 6: "met", 7: "met",
        8: "not_met", 9: "unit", 10: "unit", 11: "met",
    }  # fmt: skip
