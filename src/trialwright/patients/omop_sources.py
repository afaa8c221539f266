"""Where the tables of an OMOP source lie: a DuckDB file, or a folder of CSV (also .gz) and Parquet files.

Takes a path; gives relations by the name of the table, in place: nothing is copied. Views of a DuckDB file,
which another connection cannot read, are the one exception.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted
from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from trialwright.duck import quoted
from trialwright.errors import PatientsError
from trialwright.patients.omop_tables import EVENTS, TABLES, Relation
from trialwright.patients.opening import opened
from trialwright.patients.staging import TemporaryFolder

_DUCKDB = b"DUCK"
_SQLITE = b"SQLite format 3\0"
_TEXTS = (".csv", ".tsv", ".txt")
# The mark of an OMOP folder besides its people: one more table of the CDM.
_OTHERS = {"concept", "observation_period", "visit_occurrence", *(event.table for event in EVENTS)}
_LONGEST_LINE = 32_000_000


def is_duckdb(path: Path) -> bool:
    """Whether the file is a database of DuckDB."""
    return path.is_file() and _start(path, 12)[8:] == _DUCKDB


def is_sqlite(path: Path) -> bool:
    """Whether the file is a database of SQLite."""
    return path.is_file() and _start(path, 16) == _SQLITE


def is_folder(path: Path) -> bool:
    """Whether the folder holds files named like tables of the CDM."""
    if not path.is_dir():
        return False
    names = {name for name, _ in _named_files(path)}
    return "person" in names and bool(names & _OTHERS)


def _start(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def _named_files(path: Path) -> list[tuple[str, Path]]:
    """The files and folders of a folder by the table that their name names."""
    found = []
    for place in sorted(path.iterdir()):
        stem = place.name.lower().removesuffix(".gz")
        if stem.endswith((*_TEXTS, ".parquet")):
            found.append((stem.rpartition(".")[0], place))
        elif place.is_dir() and stem in TABLES:
            found.append((stem, place))
    return found


def open_folder(path: Path) -> dict[str, Relation]:
    """The tables of a folder; raises PatientsError when one is there twice or cannot be read."""
    places: dict[str, list[Path]] = defaultdict(list)
    for name, place in _named_files(path):
        if name in TABLES:
            places[name].append(place)
    relations = {}
    with opened(str(path)) as connection:
        for name, found in places.items():
            if len(found) > 1:
                raise PatientsError(
                    f"the table {name} is there {len(found)} times",
                    where=str(path),
                    cure="keep one file a table",
                )
            relations[name] = _file_relation(connection, name, found[0])
    return relations


def _file_relation(connection: Any, name: str, place: Path) -> Relation:
    if place.is_dir():
        parts = sorted(p for p in place.rglob("*") if p.name.lower().endswith(".parquet"))
        if not parts:
            raise PatientsError(
                f"the folder of the table {name} holds no Parquet files",
                where=str(place),
                cure="give a file or Parquet files",
            )
        sql = f"read_parquet([{', '.join(quoted(str(p)) for p in parts)}], union_by_name = true)"
    elif place.name.lower().endswith(".parquet"):
        sql = f"read_parquet({quoted(str(place))})"
    else:
        return _text_relation(name, place)
    return _described(connection, sql)


def _described(connection: Any, sql: str) -> Relation:
    rows = connection.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()
    return Relation(
        sql, {str(r[0]).lower(): str(r[0]) for r in rows}, {str(r[0]).lower(): str(r[1]) for r in rows}
    )


def _text_relation(name: str, place: Path) -> Relation:
    """A text file; every cell is text, so that no sniffing turns one thing into another.

    Vocabularies are handed out with tabs between their columns and quotation marks that mean themselves.
    """
    try:
        with place.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = gzip.GzipFile(fileobj=raw) if packed else raw
            head = stream.readline(1_000_000).decode("utf-8-sig").rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error):
        raise PatientsError(
            "this is no table in UTF-8", where=str(place), cure="save it as CSV with UTF-8 text"
        ) from None
    delimiter = max(",;\t|", key=head.count)
    quote = "" if delimiter == "\t" else '"'
    try:
        header = [cell.strip() for cell in next(csv.reader(io.StringIO(head), delimiter=delimiter), [])]
    except csv.Error:
        header = []
    names = [
        h if h and h.lower() not in {x.lower() for x in header[:i]} else f"{h} {i}"
        for i, h in enumerate(header)
    ]
    if not names:
        raise PatientsError(
            f"the table {name} has no header", where=str(place), cure="give the columns names"
        )
    # Programs write what is missing in these ways; a concept may well be called NA.
    nulls = "['']" if name == "concept" else "['', 'NULL', 'NA', '\\N']"
    kinds = ", ".join(f"{quoted(n)}: 'VARCHAR'" for n in names)
    sql = (
        f"read_csv({quoted(str(place))}, header = true, auto_detect = false, delim = {quoted(delimiter)}, "
        f"quote = {quoted(quote)}, escape = {quoted(quote)}, nullstr = {nulls}, allow_quoted_nulls = true, "
        f"max_line_size = {_LONGEST_LINE}, buffer_size = {2 * _LONGEST_LINE}, columns = {{{kinds}}})"
    )
    return Relation(sql, {n.lower(): n for n in names}, {n.lower(): "VARCHAR" for n in names})


def open_duckdb(path: Path, folder: TemporaryFolder) -> dict[str, Relation]:
    """The tables of a DuckDB file, read where they lie."""
    import duckdb

    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise PatientsError(
            f"the database cannot be opened ({type(error).__name__})",
            where=str(path),
            cure="close the program that writes to it; the file may also be of a newer DuckDB",
        ) from None
    with connection:
        connection.execute("SET enable_progress_bar = false")
        found = connection.execute(
            "SELECT table_schema, table_name, table_type FROM information_schema.tables "
            "WHERE table_catalog = current_database() ORDER BY ALL"
        ).fetchall()
        chosen = choose_schemas(((str(s), str(t)) for s, t, _ in found), str(path))
        kinds = {(str(s), str(t)): str(kind) for s, t, kind in found}
        relations = {}
        for name, (schema, table) in chosen.items():
            if kinds[schema, table] != "BASE TABLE":
                target = folder.path / f"{name}.parquet"
                connection.execute(
                    f"COPY (SELECT * FROM {_ident(schema)}.{_ident(table)}) "
                    f"TO {quoted(str(target))} (FORMAT parquet)"
                )
                relations[name] = _described(connection, f"read_parquet({quoted(str(target))})")
                continue
            described = _described(connection, f"{_ident(schema)}.{_ident(table)}")
            relations[name] = described._replace(
                sql=f"read_duckdb({quoted(str(path))}, schema_name = {quoted(schema)}, "
                f"table_name = {quoted(table)})"
            )
    return relations


def _ident(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def choose_schemas(
    found: Iterable[tuple[str, str]], where: str, preferred: str | None = None
) -> dict[str, tuple[str, str]]:
    """Schema and name of each table that is read, by its name in the CDM.

    The schema is the one that has the people; the vocabulary may lie in another. Raises PatientsError when
    several have people and none is preferred.
    """
    schemas: dict[str, dict[str, str]] = defaultdict(dict)
    for schema, table in found:
        if table.lower() in TABLES:
            schemas[schema][table.lower()] = table
    people = [schema for schema, tables in schemas.items() if "person" in tables]
    if preferred in people:
        people = [str(preferred)]
    if len(people) > 1:
        raise PatientsError(
            f"the schemas {', '.join(sorted(people))} all have a table person",
            where=where,
            cure="give a source with one of them, or end the URL with ?options=-csearch_path%3DSCHEMA",
        )
    if not people:
        return {}
    own = people[0]
    chosen = {name: (own, table) for name, table in schemas[own].items()}
    elsewhere = sorted(schema for schema, tables in schemas.items() if "concept" in tables)
    if "concept" not in chosen and len(elsewhere) == 1:
        chosen["concept"] = (elsewhere[0], schemas[elsewhere[0]]["concept"])
    return chosen


def missing_tables(relations: Mapping[str, Relation]) -> list[str]:
    """The tables of events that the source lacks."""
    return [event.table for event in EVENTS if event.table not in relations]
