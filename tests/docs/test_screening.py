"""docs/screening.md: commands and snippets run and print what the page shows; its numbers are the code's."""

import contextlib
import io
import re

import pytest

from trialwright.screening import NEAR
from trialwright.screening.deciding import MOST
from trialwright.screening.relaxing import MOST_POINTS

from .test_readme import ROOT, run

PAGE = (ROOT / "docs" / "screening.md").read_text(encoding="utf-8")
FENCES = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
SESSIONS = [
    part.partition("\n")[::2]
    for language, text in FENCES
    if language == "console"
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
]


@pytest.mark.parametrize(("command", "output"), SESSIONS, ids=lambda v: v[-40:])
def test_commands_print_what_is_shown(command, output):
    assert run(command).strip() == output.strip()


def test_all_commands_are_found():
    assert len(SESSIONS) == PAGE.count("\n$ trialwright") == 3


def test_python_prints_what_is_shown(monkeypatch):
    monkeypatch.chdir(ROOT)
    place = next(i for i, (language, _) in enumerate(FENCES) if language == "python")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(FENCES[place][1], "screening.md", "exec"), {})
    assert out.getvalue().strip() == FENCES[place + 1][1].strip()


def test_the_numbers_of_the_page_are_those_of_the_code():
    assert f"more than {MOST:,} walks" in PAGE.replace("\n", " ")
    assert f"up to {MOST_POINTS} points" in PAGE.replace("\n", " ")
    assert f"within {NEAR:.0%}".replace("%", " %") in PAGE
