"""Every command and snippet of the README runs, and prints what the README says."""

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text()
FENCES = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


def sessions():
    """The commands of the console blocks, each with the output that is shown below it."""
    for language, text in FENCES:
        if language == "console" and "$ " in text:
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield command, output


def run(command: str) -> str:
    """What a terminal shows: standard output, then standard error."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PATH": path}
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(("command", "output"), list(sessions()), ids=lambda v: v[:40])
def test_commands_print_what_is_shown(command, output):
    assert run(command).strip() == output.strip()


def test_there_are_commands_to_run():
    assert len(list(sessions())) == 3


def test_make_run_prints_what_is_shown(tmp_path):
    recipe = re.search(r"\$\(BIN\)/(trialwright report .*)", (ROOT / "Makefile").read_text())[1]
    recipe = recipe.replace("$(RECORDS)", "examples/records").replace("$(PEOPLE)", "examples/people.csv.gz")
    command = recipe.replace("build/report.html", str(tmp_path / "report.html"))
    shown = next(text for language, text in FENCES if not language)
    assert run(f"{command} 2>/dev/null").strip() == shown.strip()


def test_python_prints_what_is_shown(monkeypatch):
    monkeypatch.chdir(ROOT)
    place = next(i for i, (language, _) in enumerate(FENCES) if language == "python")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(FENCES[place][1], "README.md", "exec"), {})
    assert out.getvalue().strip() == FENCES[place + 1][1].strip()


def test_the_dictionary_shown_is_that_of_the_examples():
    shown = next(text for language, text in FENCES if language == "toml")
    _, _, example = (ROOT / "examples" / "dictionary.toml").read_text().partition("\n")
    assert example.startswith(shown)
