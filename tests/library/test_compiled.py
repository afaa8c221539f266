"""Trials that a library keeps compiled: made once, again when something changed, never used when stale."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from trialwright import preparing, verbs
from trialwright.errors import ReadError
from trialwright.language.vocabulary import load_vocabulary
from trialwright.library import Library
from trialwright.library.trials import CompiledTrials
from trialwright.model.matching import Matching

DAY = date(2024, 8, 31)


def page(title: str, criterion: str) -> str:
    head = f"Overview\n\n{title}\n\nStatus:\nRecruiting\nDetails\nLead Sponsor:\nA Hospital\n"
    return f"{head}Criteria\nInclusion Criteria:\n\n1. {criterion}\n"


def note(title: str, criterion: str, number: str) -> str:
    return f"Protocol synopsis, {title} ({number})\n\nInclusion Criteria:\n\n1. {criterion}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "a.txt").write_text(page("Zinc lozenges for the common cold", "Age 18 years or older"))
    (documents / "b.txt").write_text(page("Ice baths after a marathon", "Age 18 to 40 years"))
    (documents / "c.txt").write_text(page("Iron for runners", "Haemoglobin below 120 g/L"))
    return documents


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> str:
    path = str(tmp_path / "trials.sqlite")
    verbs.add_to_library([str(folder)], path)
    return path


@pytest.fixture
def person(tmp_path: Path) -> str:
    path = tmp_path / "people.csv"
    path.write_text("subject_id,time,code,numeric_value,unit\n7,1970-01-01,MEDS_BIRTH,,\n")
    return str(path)


def matched(library: str, person: str, **more: object) -> tuple[Matching, list[int]]:
    """The matches, and how many trials had to be compiled for them."""
    compiled: list[int] = []
    found = verbs.match(
        [library], person, "7", index_date=DAY, with_failed=True, on_uncompiled=compiled.append, **more
    )
    return found, compiled


def test_a_compiled_library_answers_the_same_without_compiling(library: str, person: str) -> None:
    before, compiled = matched(library, person)
    assert compiled == [3]
    assert sorted(m.verdict for m in before.matches) == ["met", "not_met", "unknown"]
    done = verbs.compile_library(library)
    assert (done.trials, done.compiled, done.kept, done.gone) == (3, 3, 0, 0)
    assert matched(library, person) == (before, [])


def test_only_what_has_changed_is_compiled_again(library: str, folder: Path, person: str) -> None:
    verbs.compile_library(library)
    assert verbs.compile_library(library).compiled == 0
    (folder / "b.txt").write_text(page("Hot baths after a marathon", "Age 18 to 90 years"))
    (folder / "c.txt").unlink()
    verbs.add_to_library([str(folder)], library)
    # What was compiled before no longer fits the records, and is not used.
    assert matched(library, person)[1] == [2]
    done = verbs.compile_library(library)
    assert (done.trials, done.compiled, done.kept, done.gone) == (2, 1, 1, 2)
    found, compiled = matched(library, person)
    assert ([m.verdict for m in found.matches], compiled) == (["met", "met"], [])


def test_adding_what_is_there_unchanged_leaves_the_library_compiled(
    library: str, folder: Path, person: str
) -> None:
    verbs.compile_library(library)
    verbs.add_to_library([str(folder)], library)
    assert matched(library, person)[1] == []


def test_another_vocabulary_compiles_again(library: str, person: str, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[term]]\nname = "zinc"\nkind = "quantity"\nwords = ["zinc"]\ncodes = ["LOCAL:zn"]\n')
    verbs.compile_library(library)
    assert matched(library, person, vocabulary=[own])[1] == [3]
    done = verbs.compile_library(library, dictionaries=[str(own)])
    assert (done.compiled, done.gone) == (3, 0)
    assert matched(library, person, vocabulary=[own])[1] == []
    assert matched(library, person)[1] == [3]


def test_another_program_compiles_again(library: str, person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    verbs.compile_library(library)
    monkeypatch.setattr(preparing, "_program", lambda: b"mended")
    assert matched(library, person)[1] == [3]
    assert verbs.compile_library(library).compiled == 3


def test_records_of_one_trial_are_one_match(library: str, folder: Path, person: str) -> None:
    for name in ("d.txt", "e.txt"):
        (folder / name).write_text(note("salt for swimmers", "Age 30 to 60 years", "NCT01213186"))
    verbs.add_to_library([str(folder)], library)
    verbs.compile_library(library)
    found, _ = matched(library, person)
    (salt,) = [m for m in found.matches if m.study == "NCT01213186"]
    assert [Path(uri).name for uri in salt.documents] == ["d.txt", "e.txt"]
    assert found.trials == 4


def test_records_that_come_while_compiling_make_the_index_stale(
    library: str, folder: Path, person: str
) -> None:
    (folder / "d.txt").write_text(page("Salt for swimmers", "Age 30 to 60 years"))

    def add_in_between(batches, total):
        for batch in batches:
            verbs.add_to_library([str(folder)], library)
            yield batch

    verbs.compile_library(library, watch=add_in_between)
    assert matched(library, person)[1] == [4]


def test_a_stopped_run_is_taken_up_again(library: str, folder: Path, person: str) -> None:
    for number in range(400):
        (folder / f"{number}.txt").write_text(
            page(f"Warm socks number {number}", f"Age {number} years or less")
        )
    verbs.add_to_library([str(folder)], library)
    stamp = preparing.stamp_of(load_vocabulary())
    command = [sys.executable, "-m", "trialwright", "library", "compile", library, "--workers", "1"]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    kept: set[bytes] = set()
    while running.poll() is None and not kept:
        time.sleep(0.02)
        with Library(library) as opened:
            kept = CompiledTrials(opened).known(stamp)
    running.send_signal(signal.SIGKILL)
    running.wait()
    with Library(library) as opened:
        kept = CompiledTrials(opened).known(stamp)
    assert len(kept) > 0
    done = verbs.compile_library(library)
    assert (done.trials, done.kept, done.compiled) == (403, len(kept), 403 - len(kept))
    found, compiled = matched(library, person)
    assert (found.trials, compiled) == (403, [])


def test_several_processes_compile_the_same(library: str, folder: Path, person: str) -> None:
    for number in range(200):
        (folder / f"{number}.txt").write_text(
            page(f"Warm socks number {number}", f"Age {number} years or less")
        )
    verbs.add_to_library([str(folder)], library)
    before, _ = matched(library, person)
    assert verbs.compile_library(library, workers=2).compiled == 203
    assert matched(library, person) == (before, [])


def test_a_library_of_an_older_program_is_read_and_compiled(library: str, person: str) -> None:
    with sqlite3.connect(library) as database:
        database.execute("DROP TABLE kept")
        database.execute("DROP TABLE compiled")
    assert matched(library, person)[1] == [3]
    verbs.compile_library(library)
    assert matched(library, person)[1] == []


def test_a_library_without_records_is_one_sentence(library: str, folder: Path, person: str) -> None:
    for path in folder.iterdir():
        path.unlink()
    (folder / "d.txt").write_text(page("Salt for swimmers", "Age 30 to 60 years"))
    verbs.add_to_library([str(folder)], library)
    with sqlite3.connect(library) as database:
        database.execute("DELETE FROM record")
    for act in (lambda: verbs.compile_library(library), lambda: matched(library, person)):
        with pytest.raises(ReadError, match="no records"):
            act()


def test_what_is_no_library_is_not_made_one(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such library"):
        verbs.compile_library(str(tmp_path / "nothing.sqlite"))
    (tmp_path / "page.txt").write_text(page("Salt", "Age 30 to 60 years"))
    with pytest.raises(ReadError, match="no library"):
        verbs.compile_library(str(tmp_path / "page.txt"))
    assert [path.name for path in tmp_path.iterdir()] == ["page.txt"]


def test_a_damaged_index_is_one_sentence(library: str, person: str) -> None:
    verbs.compile_library(library)
    with sqlite3.connect(library) as database:
        database.execute("DELETE FROM kept WHERE name = 'index texts'")
    with pytest.raises(ReadError, match="library compile"):
        matched(library, person)


def test_documents_and_studies_are_matched_like_a_library(folder: Path, library: str, person: str) -> None:
    from_library, _ = matched(library, person)
    found = verbs.match([str(folder)], person, 7, index_date=DAY, with_failed=True)
    assert [(m.title, m.verdict) for m in found.matches] == [
        (m.title, m.verdict) for m in from_library.matches
    ]


def test_several_libraries_are_linked_before_they_are_matched(
    folder: Path, library: str, person: str, tmp_path: Path
) -> None:
    other = str(tmp_path / "other.sqlite")
    verbs.add_to_library([str(folder / "a.txt")], other)
    found = verbs.match([library, other], person, 7, index_date=DAY, with_failed=True)
    # The same document twice, without a number that would tell one trial from two.
    assert Counter(m.title for m in found.matches)["Zinc lozenges for the common cold"] == 2
    for name in ("d.txt", "e.txt"):
        (folder / name).write_text(note("salt for swimmers", "Age 30 to 60 years", "NCT01213186"))
    verbs.add_to_library([str(folder / "d.txt")], library)
    verbs.add_to_library([str(folder / "e.txt")], other)
    found = verbs.match([library, other], person, 7, index_date=DAY, with_failed=True)
    (salt,) = [m for m in found.matches if m.study == "NCT01213186"]
    assert len(salt.documents) == 2
