"""What tests of other engines need to be started: a PostgreSQL server of their own, and Java for Spark.

Each gives a sentence saying what to install where it cannot be had, for the test to skip with.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")


def lacking_postgres() -> str | None:
    """What must be installed for a PostgreSQL server, or nothing."""
    if importlib.util.find_spec("psycopg") is None or importlib.util.find_spec("sqlglot") is None:
        return "needs psycopg and sqlglot: pip install 'trialwright[postgres]'"
    if _server_programs() is None:
        return "needs a PostgreSQL server: apt install postgresql"
    return None


def lacking_spark() -> str | None:
    """What must be installed for a local Spark session, or nothing."""
    if importlib.util.find_spec("pyspark") is None or importlib.util.find_spec("sqlglot") is None:
        return "needs pyspark and sqlglot: pip install 'trialwright[spark]'"
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and Path(home, "bin", "java").exists()):
        return "needs Java 17 or later: apt install default-jre-headless"
    return None


@contextmanager
def running_spark() -> Iterator[None]:
    """A session of two threads that interprets: compiling takes longer than a small table deserves."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.driver.memory": "2g",
        "spark.driver.extraJavaOptions": "-Xss16m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield
    finally:
        session.stop()


def _server_programs() -> Path | None:
    """The folder with initdb and pg_ctl; Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else []
    folders += sorted(_DEBIAN.glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


@contextmanager
def running_postgres() -> Iterator[dict[str, str]]:
    """A throw-away server on a socket in a folder of its own; gives the variables by which libpq finds it."""
    programs = _server_programs()
    assert programs is not None
    # The path of a socket must be short, and the server refuses to run as root.
    with tempfile.TemporaryDirectory(prefix="tw-pg-", dir="/tmp") as name:
        folder, owner = Path(name), _owner()
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        _run(
            owner,
            programs / "initdb",
            "-D",
            data,
            "-U",
            "tests",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        _run(owner, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield {"PGHOST": str(folder), "PGUSER": "tests", "PGDATABASE": "postgres"}
        finally:
            _run(owner, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _owner() -> pwd.struct_passwd | None:
    """Whom the server runs as, where the tests run as root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _run(owner: pwd.struct_passwd | None, *command: object) -> None:
    """Run a program of the server; what it prints is shown only when it fails."""
    identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [str(part) for part in command], stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd="/",
            check=False, **identity,
        )  # fmt: skip
        if done.returncode:
            said.seek(0)
            raise RuntimeError(said.read().decode("utf-8", "replace"))
