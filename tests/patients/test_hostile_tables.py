"""Whatever stands in a file: a table, or one sentence; never a traceback, and no cell in a message."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trialwright.errors import PatientsError
from trialwright.model.vocabulary import Vocabulary
from trialwright.patients import guess_columns

from .building import rows_of, wide_table

CHART = """
subject = "p"
time = "d"
[columns.hb]
code = "LOINC:718-7"
unit_column = "u"
[columns.sex]
as = "code"
values = {F = "SEX//F"}
[columns.dob]
as = "time"
code = "MEDS_BIRTH"
[columns.age]
as = "age"
"""
HEADER = b"p,d,hb,u,sex,dob,age\n"
SECRET = "Zoltan"
CELLS = st.one_of(
    st.sampled_from(
        ["", "1", "2024-05-01", "<50", "F", "1980-05", "40", "4,1", SECRET, '"', "\n", "NA", "9" * 400]
    ),
    st.text(max_size=12),
)


@settings(max_examples=40)
@given(st.binary(max_size=200))
@example(b'"')
@example(b"1,2024-05-01,9,g/L,F,1980,40\r2,,,,,,\n")
@example(b"1,2024-05-01,9,g/L,F,1980,40\n2,,,,,,\r\n")
@example(b"\x00" * 50)
def test_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for text in (content, HEADER + content):
        try:
            rows_of(wide_table(folder, text, CHART))
        except PatientsError as error:
            assert "\n" not in str(error)  # noqa: PT017
        try:
            guess_columns(folder / "wide.csv", Vocabulary(()))
        except PatientsError as error:
            assert "\n" not in str(error)  # noqa: PT017


@settings(max_examples=40)
@given(st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=1, max_size=8))
def test_cells(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("cells")
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    content = HEADER + out.getvalue().encode("utf-8", errors="replace")
    try:
        made = wide_table(folder, content, CHART)
    except PatientsError as error:
        said = str(error)
    else:
        rows_of(made)
        said = " ".join(made.problems)
    assert SECRET not in said
    assert "\n" not in said
