"""Wide tables become the one patient table: each cell its row, and nothing dropped in silence."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from trialwright.errors import PatientsError
from trialwright.patients import read_patients

from .building import rows_of, wide_table

HB = '[columns.hb]\ncode = "LOINC:718-7"\n'
MAY = datetime(2024, 5, 1)


def test_each_cell_that_is_not_empty_is_a_row(tmp_path: Path) -> None:
    table = wide_table(
        tmp_path,
        "patient,date,until,note,birth,sex,event,hb,u,low,high\n"
        "1,,,,1980-05-03,F,,,,,\n"
        "1,2024-05-01,2024-06-01,active,,,RXNORM:8640,9.5,g/dL,12,16\n",
        """
        subject = "patient"
        time = "date"
        end = "until"
        note = "note"
        [columns.birth]
        code = "MEDS_BIRTH"
        as = "time"
        [columns.sex]
        as = "code"
        values = {M = "SEX//M", F = "SEX//F"}
        [columns.event]
        as = "code"
        [columns.hb]
        code = "LOINC:718-7"
        unit_column = "u"
        ref_low_column = "low"
        ref_high_column = "high"
        """,
    )
    assert rows_of(table) == [
        (1, datetime(1980, 5, 3), "MEDS_BIRTH", None, None, None, None, None, None),
        (1, None, "SEX//F", None, None, None, None, None, None),
        (1, MAY, "RXNORM:8640", None, "active", None, datetime(2024, 6, 1), None, None),
        (1, MAY, "LOINC:718-7", 9.5, None, "g/dL", None, 12.0, 16.0),
    ]
    assert table.problems == ()
    assert table.subject_type == "number"


@pytest.mark.parametrize(
    ("cell", "number", "text"),
    [
        ("9.5", 9.5, None),
        (" 9 ", 9.0, None),
        ("-1e3", -1000.0, None),
        (".5", 0.5, None),
        ("<50", None, "<50"),
        (">= 100 g/L", None, ">= 100 g/L"),
        ("positive", None, "positive"),
        ("9_5", None, "9_5"),
        ("inf", None, "inf"),
        ("1e999", None, "1e999"),
        ("阴性", None, "阴性"),
        ('"two\nlines, ""quoted"""', None, 'two\nlines, "quoted"'),
    ],
)
def test_a_result_is_a_number_or_words(tmp_path: Path, cell: str, number: Any, text: Any) -> None:
    table = wide_table(tmp_path, f"p,hb\n1,{cell}\n", f'subject = "p"\n{HB}')
    assert rows_of(table, "numeric_value, text_value") == [(number, text)]


def test_a_decimal_comma_stays_words_and_is_named(tmp_path: Path) -> None:
    table = wide_table(tmp_path, "p;hb\n1;9,5\n", f'subject = "p"\n{HB}')
    assert rows_of(table, "numeric_value, text_value") == [(None, "9,5")]
    assert table.problems == ("column 'hb': 1 cell with a decimal comma, read as words",)


@pytest.mark.parametrize(
    ("cell", "number", "text"),
    [
        ("9,5", 9.5, None),
        ("9", 9.0, None),
        ("<4,5", None, "<4.5"),
        ("5,5-10", None, "5.5-10"),
        ("1,2,3", None, "1.2,3"),
    ],
)
def test_a_map_may_say_that_decimals_have_a_comma(tmp_path: Path, cell: str, number: Any, text: Any) -> None:
    chart = f'subject = "p"\ndecimal = ","\n{HB}ref_low_column = "low"\n'
    table = wide_table(tmp_path, f"p;hb;low\n1;{cell};7,5\n", chart)
    assert rows_of(table, "numeric_value, text_value, ref_low") == [(number, text, 7.5)]
    assert table.problems == ()
    for spoilt in ("1.234;7", "9;1.234", "<1.234,5;7"):
        with pytest.raises(
            PatientsError, match="with a point in the number, where the map has decimal commas"
        ):
            wide_table(tmp_path, f"p;hb;low\n1;{spoilt}\n", chart)


@pytest.mark.parametrize(
    ("cell", "time", "text"),
    [
        ("1980-05-03", datetime(1980, 5, 3), None),
        ("1980-05", datetime(1980, 5, 1), "1980-05"),
        ("1980", datetime(1980, 1, 1), "1980"),
        ("1980-05-03T23:30:00-05:00", datetime(1980, 5, 3, 23, 30), None),
        ("03/05/1980", datetime(1980, 5, 3), None),
    ],
)
def test_a_birth_keeps_its_precision(tmp_path: Path, cell: str, time: Any, text: Any) -> None:
    table = wide_table(
        tmp_path,
        f"p,dob\n1,{cell}\n",
        'subject="p"\ntime_format = "%d/%m/%Y"\n[columns.dob]\ncode = "MEDS_BIRTH"\nas = "time"\n',
    )
    assert rows_of(table, "time, text_value") == [(time, text)]
    assert table.problems == ()


def test_an_event_without_its_day_is_named(tmp_path: Path) -> None:
    table = wide_table(
        tmp_path, "p,graft\n1,2019\n", 'subject="p"\n[columns.graft]\ncode="SNOMED:1"\nas="time"\n'
    )
    assert rows_of(table, "time, text_value") == [(datetime(2019, 1, 1), "2019")]
    assert table.problems == ("column 'graft': 1 cell without a day; the first day that is possible "
                              "stands for it",)  # fmt: skip


def test_what_values_do_not_map_is_counted_and_shared_words_are_named(tmp_path: Path) -> None:
    chart = 'subject="p"\n[columns.sex]\nas = "code"\nvalues = {F = "SEX//F", U = ""}\n'
    cells = ["F", "U", "x", *["d"] * 5]
    table = wide_table(tmp_path, "p,sex\n" + "".join(f"{i},{c}\n" for i, c in enumerate(cells)), chart)
    assert rows_of(table, "subject_id, code") == [(0, "SEX//F")]
    assert table.problems == (
        "column 'sex': 6 cells not among its values: 'd' (5)",
        "7 people have no cell that is read, and are not screened",
    )


def test_values_may_also_translate_results(tmp_path: Path) -> None:
    chart = 'subject="p"\n[columns.hiv]\ncode="LOINC:56888-1"\nvalues = {0="negative", 1="positive", 9=""}\n'
    table = wide_table(tmp_path, "p,hiv\n1,0\n2,1\n3,9\n", chart)
    assert rows_of(table, "code, text_value") == [
        ("LOINC:56888-1", "negative"),
        ("LOINC:56888-1", "positive"),
    ]


def test_a_system_stands_before_codes_that_name_none(tmp_path: Path) -> None:
    chart = 'subject="p"\n[columns.dx]\nas="code"\nsystem="ICD10CM"\n'
    table = wide_table(tmp_path, "p,dx\n1,B20\n2,SNOMED:86406008\n", chart)
    assert rows_of(table, "code") == [("ICD10CM:B20",), ("SNOMED:86406008",)]


def test_times_come_from_a_column_the_map_or_nowhere(tmp_path: Path) -> None:
    chart = """
    subject = "p"
    at = "2024-01-01"
    [columns.sex]
    as = "code"
    [columns.hb]
    code = "LOINC:718-7"
    [columns.wbc]
    code = "LOINC:6690-2"
    time_column = "drawn"
    [columns.cd4]
    code = "LOINC:24467-3"
    at = "2024-05-01T08:30"
    [columns.dx]
    as = "code"
    time_column = ""
    end_column = "over"
    note_column = "how"
    """
    table = wide_table(
        tmp_path,
        "p,sex,hb,wbc,drawn,cd4,dx,over,how\n1,SEX//F,9,4,2024-02-03,300,ICD10CM:B20,2024-03-01,sure\n",
        chart,
    )
    assert rows_of(table, "code, time, end_time, text_value") == [
        ("SEX//F", None, None, None),
        ("LOINC:718-7", datetime(2024, 1, 1), None, None),
        ("LOINC:6690-2", datetime(2024, 2, 3), None, None),
        ("LOINC:24467-3", datetime(2024, 5, 1, 8, 30), None, None),
        ("ICD10CM:B20", None, datetime(2024, 3, 1), "sure"),
    ]


def test_words_for_missing_are_empty_cells_but_never_an_id(tmp_path: Path) -> None:
    chart = f'subject = "p"\ntime = "d"\nmissing = ["NA", "."]\n{HB}'
    table = wide_table(tmp_path, "p,d,hb\nNA,2024-05-01,9\nB,.,8\nC,2024-05-01, NA\n", chart)
    assert rows_of(table, "subject_id, time, numeric_value") == [("NA", MAY, 9.0), ("B", None, 8.0)]
    assert table.problems == ("1 people have no cell that is read, and are not screened",)


def test_nothing_is_dropped_in_silence(tmp_path: Path) -> None:
    chart = 'subject = "p"\n[columns.hb]\ncode="LOINC:718-7"\nref_low_column="low"\n'
    table = wide_table(tmp_path, "p,hb,low,arm,,x\n1,9,low,A,,\n,8,,,,\n1,9,,,,\n", chart)
    # The same row twice is two rows.
    assert rows_of(table, "subject_id, numeric_value, ref_low") == [(1, 9.0, None), (1, 9.0, None)]
    assert table.problems == (
        "column 'low': 1 cell that cannot be read as a limit of normal",
        "1 rows have nothing in 'p' and are left out",
        "columns that the map leaves out: arm, (no name), x",
    )


@pytest.mark.parametrize("name", ["wide.csv", "wide.csv.gz", "wide.tsv", "wide", "wide[1]*?.csv", "it's.csv"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_packing_separators_and_names_do_not_matter(tmp_path: Path, name: str, sign: str) -> None:
    text = '\ufeff p ,"hb"\r\n007,9\r\n'.replace(",", sign).encode()
    table = wide_table(
        tmp_path, gzip.compress(text) if name.endswith(".gz") else text, f'subject = "p"\n{HB}', name
    )
    assert rows_of(table, "subject_id, numeric_value") == [("007", 9.0)]


def test_a_quoted_header_may_go_over_two_lines(tmp_path: Path) -> None:
    chart = 'subject = "p"\n[columns."hb\\nlast"]\ncode = "LOINC:718-7"\n'
    assert len(rows_of(wide_table(tmp_path, 'p,"hb\nlast"\n1,9\n', chart))) == 1


def test_ten_thousand_columns(tmp_path: Path) -> None:
    names = [f"c{i}" for i in range(10_000)]
    text = f"{','.join(names)}\n{','.join('7' for _ in names)}\n"
    chart = 'subject = "c0"\n[columns.c9999]\ncode = "LOINC:718-7"\n'
    table = wide_table(tmp_path, text, chart)
    assert rows_of(table, "subject_id, numeric_value") == [(7, 7.0)]
    assert table.problems == ("columns that the map leaves out: c1, c2, c3, c4, c5, c6 and 9992 more",)


def test_many_mapped_columns(tmp_path: Path) -> None:
    names = [f"c{i}" for i in range(400)]
    chart = 'subject = "p"\n' + "".join(f'[columns.{n}]\ncode = "X:{n}"\nunit = "u{n}"\n' for n in names)
    text = f"p,{','.join(names)}\n1,{','.join(str(i) for i in range(400))}\n"
    found = rows_of(wide_table(tmp_path, text, chart), "code, numeric_value, unit")
    assert found == [(f"X:{n}", float(i), f"u{n}") for i, n in enumerate(names)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "there is no header"),
        (b"p,d,hb\n", "the table has no rows"),
        (b"p,d,hb\n,2024-05-01,9\n", "no row has anything in 'p'"),
        (b"p,d,hb\n1,2024-05-01,9\n2,2024-05-01\n", "header has 3 columns, and the row in line 3 has 2"),
        (b"p,d,hb\n1,2024-05-01,9,secret\n", "the row in line 2 has 4 cells"),
        (b'p,d,hb\n1,2024-05-01,"9\n', "quotation mark"),
        (b"p,d,hb\n1,2024-05-01,\xe9\n", "not UTF-8"),
        (b"\xff\xfep\x00,\x00", "the header is not UTF-8"),
        (b"p,d,hb\xe9\n1,2024-05-01,9\n", "the header is not UTF-8"),
        (b"p,d,hb,hb\n1,2024-05-01,9,secret\n", "the header has 2 columns 'hb'"),
        (b"p,d,Hb\n1,2024-05-01,9\n", "lacks: 'hb' (is it 'Hb'?)"),
        (b"p,hb\n1,9\n", "lacks: 'd'"),
        (b"p,d,hb\n1,secret,9\n", "column 'd': 1 cell that cannot be read as a time"),
        (b"p,d,hb\n1,03/05/2024,9\n", "tell the map their time_format"),
        (b"p,d,hb\n1,2024-05,9\n", "cannot be read as a time"),
        (b"p,d,hb\n1,24-05-01,9\n", "cannot be read as a time"),
        (b"p,d,hb\n1,infinity,9\n", "cannot be read as a time"),
        (b"\x1f\x8bno gzip", "cannot be unpacked"),
        (b"PAR1 and so on", "but a Parquet file"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(PatientsError) as caught:
        wide_table(tmp_path, content, f'subject = "p"\ntime = "d"\n{HB}')
    assert sentence in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_takes_no_map(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(f'subject = "p"\n{HB}')
    with pytest.raises(PatientsError, match="goes with one file"):
        read_patients(str(tmp_path), columns=tmp_path / "map.toml")


def test_a_wide_table_without_its_map_says_how_to_get_one(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("patient,hb\n1,9\n")
    with pytest.raises(PatientsError, match=r"trialwright patients guess FILE .* --columns"):
        read_patients(str(path))


def test_what_was_unrolled_goes_with_the_table(tmp_path: Path) -> None:
    table = wide_table(tmp_path, "p,hb\n1,9\n", f'subject = "p"\n{HB}')
    folder = table.kept.path
    assert folder.is_dir()
    del table
    assert not folder.exists()
