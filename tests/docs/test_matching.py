"""docs/matching.md: its commands print what is shown below them, and its table names every field."""

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from trialwright.model.matching import Match, Matching

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
FENCES = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with the examples in it, where the page may leave its library."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_prints_what_it_shows(place):
    (session,) = [text for language, text in FENCES if language == "console"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        done = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, env={**os.environ, "PATH": path}
        )
        assert (done.stdout + done.stderr).strip() == shown.strip()
    number = next(i for i, (language, _) in enumerate(FENCES) if language == "python")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(FENCES[number][1], "matching.md", "exec"), {})
    assert out.getvalue().strip() == FENCES[number + 1][1].strip()


def test_every_field_stands_in_the_table():
    told = set(re.findall(r"`(?:matches\[\])?\.?(\w+)`", PAGE))
    plain = {"subject_id", "index_date", "assumptions", "problems", "matches", "refused", "study", "title"}
    for kind in (Matching, Match):
        assert {field.name for field in msgspec.structs.fields(kind)} - plain - told == set()
