"""docs/wide-tables.md: its commands run and print what is shown, and its map can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trialwright.patients.columns import _KEYS, _TOP, read_columns

from .test_readme import ROOT, run

PAGE = (ROOT / "docs" / "wide-tables.md").read_text(encoding="utf-8")
FENCES = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
(MAP,) = (text for language, text in FENCES if language == "toml")
COMMANDS = [
    part.partition("\n")
    for language, text in FENCES
    if language == "console"
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
]


@pytest.fixture(autouse=True)
def _folder() -> None:
    (ROOT / "build").mkdir(exist_ok=True)


def test_commands_print_what_is_shown() -> None:
    """In their order: the second writes what the third reads. Of `check` the beginning is shown."""
    assert len(COMMANDS) == 4
    for command, _, output in COMMANDS:
        printed = run(command).strip()
        if "patients check" in command:
            printed = printed[: len(output.strip())]
        assert printed == output.strip()


def test_the_map_of_the_page_is_one(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    assert {c.form for c in read_columns(tmp_path / "map.toml").columns} == set(_KEYS)


def test_every_key_is_explained() -> None:
    keys = set(_TOP) | {key for keys in _KEYS.values() for key in keys}
    assert [key for key in keys - {"columns"} if not re.search(rf"`{key}`|^{key} = ", PAGE, re.M)] == []
