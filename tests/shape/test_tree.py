"""The tree holds what belongs to it: no scratch file, and nothing large that nobody wrote by hand."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {".ci", "benchmarks", "decisions", "docs", "examples", "src", "tests"}
FILES = {
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "pyproject.toml",
    "requirements.lock",
}
LARGEST = 500_000


def tracked() -> list[str]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout: the list of its files cannot be asked for")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name]


def test_nothing_stands_at_the_top_that_does_not_belong_there():
    top = {name.split("/")[0] for name in tracked()}
    assert top - FOLDERS - FILES == set()


def test_no_file_is_too_large_to_be_written_by_hand():
    sizes = {name: (ROOT / name).stat().st_size for name in tracked() if (ROOT / name).is_file()}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
