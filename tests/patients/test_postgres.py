"""An OMOP CDM in a PostgreSQL database: the same rows as from files, and no password in any message."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from trialwright.errors import MissingExtra, PatientsError
from trialwright.patients import read_patients, shown_source

from .omop_writing import COLUMNS, kind_of, write_duckdb
from .test_omop import WHOLE

SECRET = "open-sesame"


def programs() -> Path | None:
    """The folder of the server's programs."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A throw-away server on a socket of its own; the address of its database."""
    pytest.importorskip("psycopg", reason="needs psycopg: pip install 'trialwright[postgres]'")
    place = programs()
    if place is None:
        pytest.skip("needs a PostgreSQL server: apt install postgresql")
    # The server refuses to run as root.
    user = next((u for u in ("postgres", "nobody") if _is_user(u)), None) if os.getuid() == 0 else None
    with TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        if user is not None:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [str(place / program), *arguments], user=user, check=True, capture_output=True, cwd=name,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            )  # fmt: skip

        run("initdb", "-D", f"{name}/data", "-U", "ann", "-A", "trust", "--no-sync", "-E", "UTF8")
        run(
            "pg_ctl", "-D", f"{name}/data", "-w", "-l", f"{name}/log", "-o",
            f"-c listen_addresses='' -c unix_socket_directories={name} -c fsync=off", "start",
        )  # fmt: skip
        try:
            yield f"postgresql://ann:{SECRET}@/postgres?host={name}"
        finally:
            run("pg_ctl", "-D", f"{name}/data", "-m", "immediate", "stop")


def _is_user(name: str) -> bool:
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


@pytest.fixture(scope="module")
def filled(server: str) -> str:
    """The server with a CDM in the schema cdm, whose vocabulary lies in another."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA cdm; CREATE SCHEMA vocab")
        for name, rows in WHOLE.items():
            schema = "vocab" if name == "concept" else "cdm"
            columns = COLUMNS[name].split()
            kinds = {"DOUBLE": "double precision", "VARCHAR": "text", "TIMESTAMP": "timestamp with time zone"}
            typed = ", ".join(f"{c} {kinds.get(kind_of(c), kind_of(c))}" for c in columns)
            connection.execute(f"CREATE TABLE {schema}.{name} ({typed})")
            marks = ", ".join(["%s"] * len(columns))
            connection.execute("SET TimeZone = 'Asia/Shanghai'")
            for row in rows:
                connection.execute(
                    f"INSERT INTO {schema}.{name} VALUES ({marks})", [row.get(c) for c in columns]
                )
    return server


def rows_of(source: str) -> tuple[list[tuple[object, ...]], tuple[str, ...]]:
    table = read_patients(source, time_zone="Asia/Shanghai")
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT * FROM ({table.query}) ORDER BY ALL").fetchall(), table.problems


def test_a_database_gives_the_same_rows_as_a_file(filled: str, tmp_path: Path) -> None:
    expected = rows_of(write_duckdb(tmp_path / "a.duckdb", WHOLE))
    found = rows_of(filled)
    assert found == expected
    assert len(found[0]) == 9


def test_errors_and_names_hold_no_password(filled: str, tmp_path: Path) -> None:
    assert SECRET not in str(read_patients(filled).origin)
    for broken in (
        filled.replace("/postgres?", "/nowhere?"),
        filled.replace("?host=", f"?host={tmp_path}&x="),
        filled.replace("/postgres?", f"/template1?password={SECRET}&"),
    ):
        with pytest.raises(PatientsError) as caught:
            read_patients(broken)
        assert SECRET not in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://ann:open-sesame@db.example.org:5433/cdm", "postgresql://db.example.org:5433/cdm"),
        ("postgres://db/cdm?user=ann&password=open-sesame", "postgresql://db/cdm"),
        ("postgresql://ann:open-sesame@/cdm?host=/tmp", "postgresql:///cdm"),
        ("postgresql://ann:open:se/same@db:x/cdm", "postgresql://"),
        ("people.csv", "people.csv"),
    ],
)
def test_the_address_is_shown_without_secrets(given: str, shown: str) -> None:
    assert shown_source(given) == shown


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"pip install 'trialwright\[postgres\]'"):
        read_patients("postgresql://db.example.org/cdm")


def test_the_command_line_shows_no_address_as_it_was_given(root: Path) -> None:
    files = sorted((root / "src" / "trialwright" / "cli").glob("*.py"))
    assert [path.name for path in files if "{arguments.patients}" in path.read_text("utf-8")] == []
    assert len(files) > 5
