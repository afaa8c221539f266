"""docs/engines.md: it names every engine, and its commands print what DuckDB prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from trialwright.cli import main
from trialwright.screening import ENGINES

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "engines.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```bash\ntrialwright (.*)\n```", PAGE)


def test_every_engine_is_told():
    assert sorted(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == sorted(ENGINES)
    assert len(COMMANDS) == PAGE.count("```bash") == 2


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.split("--engine ")[1])
def test_commands_print_what_duckdb_prints(command, request, monkeypatch, capsys):
    engine = re.search(r"--engine (\w+)", command)[1]
    request.getfixturevalue(engine)
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(command)) == 0
    told = capsys.readouterr().out
    assert main(shlex.split(command.replace(engine, "duckdb"))) == 0
    assert told == capsys.readouterr().out
