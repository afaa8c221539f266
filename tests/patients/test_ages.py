"""An age becomes the span of days on which its person can have been born, and no day is invented."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.model.dates import completed_months, completed_years
from trialwright.screening.windows import possible_births

from .building import rows_of, wide_table

AGE = '[columns.age]\nas = "age"\n'
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


def spans(folder: Path, text: str, chart: str) -> list[tuple[date, date] | None]:
    found = rows_of(wide_table(folder, text, chart), "time, text_value, code")
    assert {code for *_, code in found} <= {"MEDS_BIRTH"}
    return [possible_births(time.date(), said) for time, said, _ in found]


@pytest.mark.parametrize(
    ("age", "unit", "first", "last"),
    [
        ("40", "a", date(1983, 6, 16), date(1984, 6, 15)),
        ("0", "a", date(2023, 6, 16), date(2024, 6, 15)),
        # Rounded, or made with years of 365 days: 39.98 may be 40.02.
        ("40.5", "a", date(1983, 6, 16), date(1984, 6, 15)),
        ("40.0", "a", date(1983, 6, 16), date(1985, 6, 15)),
        ("39.98", "a", date(1983, 6, 16), date(1985, 6, 15)),
        ("18", "mo", date(2022, 11, 16), date(2022, 12, 15)),
        ("2", "wk", date(2024, 5, 26), date(2024, 6, 1)),
        ("10", "d", date(2024, 6, 5), date(2024, 6, 5)),
    ],
)
def test_a_span_has_all_possible_birthdays_and_no_other(
    tmp_path: Path, age: str, unit: str, first: date, last: date
) -> None:
    chart = f'subject="p"\nat="2024-06-15"\n{AGE}unit="{unit}"\n'
    assert spans(tmp_path, f"p,age\n1,{age}\n", chart) == [(first, last)]


@settings(max_examples=8)
@given(st.lists(st.tuples(DAYS, st.integers(0, 36_000)), min_size=20, max_size=60))
def test_the_span_fits_the_calendar_of_screening(tmp_path_factory: pytest.TempPathFactory, drawn) -> None:
    """The second witness: ages counted by the model's calendar, at both ends and just outside of them."""
    folder = tmp_path_factory.mktemp("ages")
    people = [(day - timedelta(days=lived), day) for day, lived in drawn]
    for unit, count in (("a", completed_years), ("mo", completed_months)):
        lines = [f"{i},{day},{count(born, day)}" for i, (born, day) in enumerate(people)]
        text = "p,day,age\n" + "\n".join(lines)
        chart = f'subject="p"\n{AGE}unit="{unit}"\ntime_column="day"\n'
        table = wide_table(folder, text, chart)
        said = dict(rows_of(table, "subject_id, text_value"))
        for i, (born, day) in enumerate(people):
            span = possible_births(born, said[i])
            assert span is not None
            assert span[0] <= born <= span[1]
            assert count(span[0], day) == count(span[1], day) == count(born, day)
            assert count(span[0] - timedelta(days=1), day) == count(born, day) + 1


def test_ages_of_several_days_narrow_the_span(tmp_path: Path) -> None:
    text = "p,day,age\n1,2024-06-15,40\n1,2024-12-01,40\n1,2024-12-03,41\n"
    chart = f'subject="p"\ntime="day"\n{AGE}'
    assert spans(tmp_path, text, chart) == [(date(1983, 12, 2), date(1983, 12, 3))]


def test_ages_that_contradict_each_other_stay_two(tmp_path: Path) -> None:
    text = "p,day,age\n1,2024-06-15,40\n1,2024-06-16,50\n"
    chart = f'subject="p"\ntime="day"\n{AGE}'
    assert len(spans(tmp_path, text, chart)) == 2


def test_what_is_no_age_is_counted(tmp_path: Path) -> None:
    text = "p,day,age\n1,2024-06-15,40\n2,,40\n3,2024-06-15,old\n4,2024-06-15,-1\n5,2024-06-15,131\n"
    table = wide_table(tmp_path, text, f'subject="p"\ntime="day"\n{AGE}')
    assert rows_of(table, "subject_id") == [(1,)]
    assert table.problems == (
        "column 'age': 3 cells that cannot be read as an age",
        "column 'age': 1 cell without a day for which the age holds",
        "4 people have no cell that is read, and are not screened",
    )


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1983-06-16/1984-06-15", (date(1983, 6, 16), date(1984, 6, 15))),
        # What is no span leaves the time of the row.
        ("1984-06-15/1983-06-16", (date(2000, 1, 1), date(2000, 1, 1))),
        ("1983-06-31/1984-06-15", (date(2000, 1, 1), date(2000, 1, 1))),
        ("1983/1984", (date(2000, 1, 1), date(2000, 1, 1))),
    ],
)
def test_only_a_span_is_read_as_one(text: str, span: tuple[date, date]) -> None:
    assert possible_births(date(2000, 1, 1), text) == span
