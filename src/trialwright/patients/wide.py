"""Wide tables, a column a fact, as the one patient table: a map says what each column means.

Takes a CSV, TSV or workbook and a `ColumnMap`; one SELECT makes the rows, so that millions stay on disk.
Each cell that is not empty becomes one row; what cannot become one is counted.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from trialwright.duck import quoted
from trialwright.errors import PatientsError
from trialwright.model.screening import PatientTable
from trialwright.patients import ages, cells
from trialwright.patients.columns import Column, ColumnMap, read_columns
from trialwright.patients.inspecting import AT_ONCE, inspect
from trialwright.patients.meds import HOW_TO_MAP
from trialwright.patients.opening import opened
from trialwright.patients.separated import Separated, complaint, open_separated
from trialwright.patients.staging import TemporaryFolder
from trialwright.patients.unrolling import keep
from trialwright.patients.workbooks import is_workbook, write_sheet

# Facts of a person that have no time, wherever they stand (CONTRACT: "null for static").
_STATIC = "(SEX|RACE|ETHNICITY|LANGUAGE)(//|/|:).*"


def read(path: Path, columns: str | Path) -> PatientTable:
    """The patient table of a wide file under its column map: one pass checks the file, one unrolls it.

    Raises PatientsError where file or map cannot be used, or do not fit each other; MissingExtra for a
    workbook without the extra that reads it.
    """
    chart = read_columns(columns)
    folder, file = TemporaryFolder(), path
    remarks: tuple[str, ...] = ()
    if is_workbook(path):
        file = folder.path / "sheet.csv"
        remarks = write_sheet(path, chart.sheet, file)
    elif not path.is_file():
        raise PatientsError(
            "a column map goes with one file", where=str(path), cure="give a CSV, TSV or XLSX file"
        )
    separated = open_separated(file, named=path)
    places = _places(separated, chart, path)
    with opened(str(path), complaint, "save it as CSV with UTF-8, each row with all its cells") as connection:
        found = inspect(connection, separated, chart, places, path)
        query = keep(connection, _query(separated, chart, places, found.number), folder)
        told = connection.execute(f"SELECT count(DISTINCT subject_id) FROM ({query})").fetchone()[0]
    silent = found.people - told
    if silent:
        remarks += (f"{silent} people have no cell that is read, and are not screened",)
    return PatientTable(
        query=query,
        origin=str(path),
        subject_type="number" if found.number else "text",
        problems=(*found.problems, *remarks),
        kept=folder,
    )


def ask_for_map(path: Path, time_zone: str) -> PatientTable:
    """Refuse a wide table that comes without its map, and say how to get one."""
    raise PatientsError(
        "a workbook needs a column map", where=str(path), cure=f"{HOW_TO_MAP} and give it as --columns"
    )


def _places(separated: Separated, chart: ColumnMap, path: Path) -> dict[str, int]:
    """Where the columns of the map stand in the file."""
    number = Counter(separated.names)
    absent = [name for name in chart.names if name not in number]
    if absent:
        told = []
        for name in absent[:6]:
            near = [other for other in separated.names if other.casefold() == name.casefold()]
            near += difflib.get_close_matches(name, separated.names, n=1)
            told.append(f"{name!r} (is it {near[0][:40]!r}?)" if near else repr(name))
        more = f" and {len(absent) - 6} more" if len(absent) > 6 else ""
        raise PatientsError(
            f"the map names columns that {path.name} lacks: {', '.join(told)}{more}",
            where=chart.origin,
            cure="name them as the header does",
        )
    twice = next((name for name in chart.names if number[name] > 1), None)
    if twice is not None:
        raise PatientsError(
            f"the header has {number[twice]} columns {twice!r}",
            where=str(path),
            cure="give each column a name of its own",
        )
    return {name: separated.names.index(name) for name in chart.names}


def _query(separated: Separated, chart: ColumnMap, places: Mapping[str, int], number: bool) -> str:
    """The SELECT that yields the patient table."""
    parts = []
    facts = [column for column in chart.columns if column.form != "age"]
    parts += [
        _facts_query(separated, chart, facts[start : start + AT_ONCE], places, number)
        for start in range(0, len(facts), AT_ONCE)
    ]
    parts += [
        ages.query(separated.source, chart, column, places, _subject(chart, places, number))
        for column in chart.columns
        if column.form == "age"
    ]
    return " UNION ALL ".join(parts)


def _subject(chart: ColumnMap, places: Mapping[str, int], number: bool) -> str:
    # A word for an empty cell may be somebody's id, so only an empty one is none.
    return f"CAST({cells.clean(places[chart.subject])} AS {'BIGINT' if number else 'VARCHAR'})"


def _facts_query(
    separated: Separated, chart: ColumnMap, facts: list[Column], places: Mapping[str, int], number: bool
) -> str:
    """Rows of so many columns in one scan.

    The list of the columns that have something is unrolled, and each row then takes what belongs to its
    column `i`: far cheaper than a scan a column, or than rows that are made and thrown away.
    """

    def of(name: str | None) -> str | None:
        return cells.clean(places[name], chart.missing) if name else None

    def limit(name: str | None) -> str | None:
        text = of(name)
        return cells.number(cells.pointed(text, chart.decimal)) if text else None

    def moment(name: str | None) -> str | None:
        text = of(name)
        return cells.moment(text, chart.time_format) if text else None

    given: dict[str, str] = {}

    def once(made: str | None, prefix: str) -> str:
        """The name under which an expression of the source's row is worked out."""
        return "NULL" if made is None else given.setdefault(made, f"{prefix}{len(given)}")

    texts: dict[int, str] = {}
    picked: dict[str, dict[int, str]] = {
        name: {} for name in ("at_time", "note", "unit", "end_time", "ref_low", "ref_high")
    }
    codes, forms = [], []
    for i, column in enumerate(facts, 1):
        text = cells.translated(column, cells.clean(places[column.name], chart.missing))
        if column.form == "value" and column.values is None:
            text = cells.pointed(text, chart.decimal)
        texts[i] = given.setdefault(text, f"v{i}")
        when = chart.time_of(column)
        picked["at_time"][i] = once(moment(when), "t") if isinstance(when, str) else cells.timestamp(when)
        is_code = column.form == "code"
        picked["note"][i] = once(of(column.note_column or (chart.note if is_code else None)), "n")
        picked["end_time"][i] = once(moment(column.end_column or (chart.end if is_code else None)), "t")
        picked["unit"][i] = quoted(column.unit) if column.unit else once(of(column.unit_column), "u")
        picked["ref_low"][i] = once(limit(column.ref_low_column), "r")
        picked["ref_high"][i] = once(limit(column.ref_high_column), "r")
        codes.append("NULL" if is_code else quoted(column.code or ""))
        forms.append(quoted(column.form))
    kinds = {"at_time": "TIMESTAMP", "end_time": "TIMESTAMP", "ref_low": "DOUBLE", "ref_high": "DOUBLE"}
    some = ", ".join(f"CASE WHEN {text} <> '' THEN {i} END" for i, text in texts.items())
    worked = "".join(f", {made} AS {name}" for made, name in given.items())
    taken = "".join(
        f", CAST({_pick(of_column)} AS {kinds.get(name, 'VARCHAR')}) AS {name}"
        for name, of_column in picked.items()
    )
    first, partial = cells.first_moment("v", chart.time_format), cells.is_partial("v")
    return f"""
SELECT subject_id,
  CASE WHEN form = 'time' THEN {first}
       WHEN form = 'code' AND regexp_full_match(v, '{_STATIC}', 'i') THEN NULL
       ELSE at_time END AS time,
  CASE WHEN form = 'code' THEN v ELSE code END AS code,
  CASE WHEN form = 'value' THEN {cells.number("v")} END AS numeric_value,
  CASE WHEN form = 'code' THEN note
       WHEN form = 'value' THEN CASE WHEN {cells.number("v")} IS NULL THEN v END
       ELSE CASE WHEN {partial} THEN v ELSE note END END AS text_value,
  unit, end_time, ref_low, ref_high
FROM (
  SELECT subject_id, [{", ".join(forms)}][i] AS form, [{", ".join(codes)}][i] AS code,
    {_pick(texts)} AS v{taken}
  FROM (
    SELECT *, unnest([x for x in [{some}] if x IS NOT NULL]) AS i
    FROM (SELECT {_subject(chart, places, number)} AS subject_id{worked} FROM {separated.source})
    WHERE subject_id IS NOT NULL
  )
)"""


def _pick(by_column: Mapping[int, str]) -> str:
    """What belongs to the column `i`; equal expressions share a branch."""
    groups: dict[str, list[int]] = {}
    for i, made in by_column.items():
        groups.setdefault(made, []).append(i)
    if len(groups) == 1:
        return next(iter(groups))
    branches = "".join(
        f" WHEN i IN ({', '.join(map(str, numbers))}) THEN {made}"
        for made, numbers in groups.items()
        if made != "NULL"
    )
    return f"CASE{branches} END"
