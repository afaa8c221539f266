"""The library on disk: incremental, searchable in English and Chinese, whole whatever stops the program."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from trialwright import verbs
from trialwright.errors import ReadError, UsageError
from trialwright.library import Library, is_library
from trialwright.library.words import indexed, query_of


def page(title: str, status: str = "Recruiting", phase: str = "Phase 2", sponsor: str = "A Hospital") -> str:
    return f"Overview\n\n{title}\n\nStatus:\n{status}\nPhase:\n{phase}\nDetails\nLead Sponsor:\n{sponsor}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "a.txt").write_text(page("Zinc lozenges for the common cold", phase="Phase 3"))
    (documents / "b.txt").write_text(page("Ice baths after a marathon", status="Completed"))
    (documents / "c.txt").write_text("肝衰竭患者干细胞治疗的临床试验\n\n入选标准:\n1. 年龄18～65岁\n")
    return documents


@pytest.fixture
def library(tmp_path: Path) -> str:
    return str(tmp_path / "trials.sqlite")


def found(library: str, words: str, **filters: str) -> list[str]:
    return sorted(Path(f.uri).name for f in verbs.search_library(words, library, **filters))


def test_what_is_unchanged_is_not_read_again(folder: Path, library: str) -> None:
    first = verbs.add_to_library([str(folder)], library)
    assert (first.new, first.records, first.unchanged, first.gone) == (3, 3, 0, 0)
    (folder / "b.txt").write_text(page("Hot baths after a marathon"))
    (folder / "a.txt").unlink()
    second = verbs.add_to_library([str(folder)], library)
    assert (second.new, second.records, second.unchanged, second.gone) == (1, 1, 1, 1)
    assert found(library, "baths") == ["b.txt"]
    assert found(library, "ice") == []
    assert found(library, "zinc") == []


def test_a_document_that_has_become_unreadable_keeps_its_old_record(folder: Path, library: str) -> None:
    verbs.add_to_library([str(folder)], library)
    (folder / "a.txt").write_bytes(bytes(range(256)))
    refused = []
    again = verbs.add_to_library([str(folder)], library, on_refused=refused.append)
    assert [r.uri.endswith("a.txt") for r in refused] == [True]
    assert (again.new, again.unchanged, again.gone) == (0, 2, 0)
    assert found(library, "zinc") == ["a.txt"]


def test_what_could_not_be_read_through_loses_nothing(folder: Path, library: str) -> None:
    records = folder / "records.ndjson"
    lines = [
        json.dumps({"protocolSection": {"identificationModule": {"nctId": f"NCT9000000{n}"}}})
        for n in range(4)
    ]
    records.write_text("\n".join(lines))
    verbs.add_to_library([str(folder)], library)
    records.write_text("\n".join(lines)[: len(lines[0]) + 20])
    refused = []
    cut = verbs.add_to_library([str(folder)], library, on_refused=refused.append)
    assert (len(refused), cut.gone) == (1, 0)
    gone = verbs.add_to_library([str(folder / "nothing.txt")], library, on_refused=refused.append)
    assert (len(refused), gone.gone) == (2, 0)
    with Library(library) as opened:
        assert opened.count() == (7, 7)


def test_documents_of_one_name_in_two_folders_are_two(tmp_path: Path, library: str, monkeypatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(page(f"Socks number {name}"))
        monkeypatch.chdir(tmp_path / name)
        verbs.add_to_library(["a.txt"], library)
    with Library(library) as opened:
        assert opened.count() == (2, 2)


def test_words_of_the_second_language_are_found(library: str, records: Path) -> None:
    verbs.add_to_library([str(records)], library)
    assert "hiv-umbilical-cord-msc.abstract.txt" in found(library, "免疫")
    assert found(library, "NCT 01182662") == found(library, "NCT01182662") != []


def test_a_library_can_be_put_into_another(folder: Path, library: str, tmp_path: Path) -> None:
    verbs.add_to_library([str(folder)], library)
    other = str(tmp_path / "other.sqlite")
    assert verbs.add_to_library([library], other).records == 3
    assert verbs.add_to_library([library], other).unchanged == 3
    assert found(other, "marathon") == ["b.txt"]


def test_a_damaged_library_is_one_sentence(folder: Path, library: str) -> None:
    verbs.add_to_library([str(folder)], library)
    whole = Path(library).read_bytes()
    Path(library).write_bytes(whole[:4096] + b"\x55" * (len(whole) - 4096))
    with pytest.raises(ReadError, match="damaged"):
        list(verbs.read([library]))
    with pytest.raises(ReadError, match="damaged"):
        verbs.search_library("marathon", library)


def test_a_mistyped_path_leaves_no_library(tmp_path: Path, library: str) -> None:
    verbs.add_to_library([str(tmp_path / "nothing")], library, on_refused=lambda refusal: None)
    assert list(tmp_path.iterdir()) == []


def test_two_can_add_at_once(folder: Path, library: str, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    for n in range(30):
        (more / f"{n}.txt").write_text(page(f"Warm socks number {n}"))
    command = [sys.executable, "-m", "trialwright", "library", "add", "--to", library, "--workers", "1"]
    running = [subprocess.Popen([*command, str(path)], stderr=subprocess.DEVNULL) for path in (folder, more)]
    assert [one.wait() for one in running] == [0, 0]
    with Library(library) as opened:
        assert opened.count() == (33, 33)


@pytest.mark.parametrize(
    ("words", "filters", "expected"),
    [
        ("marathon", {}, ["b.txt"]),
        ("MARATHON baths", {}, ["b.txt"]),
        ("marathon zinc", {}, []),
        ("肝衰竭", {}, ["c.txt"]),
        ("衰竭", {}, ["c.txt"]),
        ("竭衰", {}, []),
        ("", {"phase": "III"}, ["a.txt"]),
        ("", {"phase": "Phase 2"}, ["b.txt"]),
        ("", {"status": "completed"}, ["b.txt"]),
        ("hospital", {"status": "RECRUITING"}, ["a.txt"]),
        ('"; DROP TABLE record --', {}, []),
        ("hospital OR zinc", {}, []),
    ],
)
def test_search(folder: Path, library: str, words: str, filters: dict[str, str], expected: list[str]) -> None:
    verbs.add_to_library([str(folder)], library)
    assert found(library, words, **filters) == expected


def test_filters_that_mean_nothing_are_wrong_usage(folder: Path, library: str) -> None:
    verbs.add_to_library([str(folder)], library)
    with pytest.raises(UsageError, match="no phase"):
        verbs.search_library("", library, phase="ninth")
    with pytest.raises(UsageError, match="no status"):
        verbs.search_library("", library, status="asleep")


def test_a_library_stands_wherever_a_path_does(folder: Path, library: str) -> None:
    verbs.add_to_library([str(folder)], library)
    assert is_library(library)
    plain = list(verbs.read([str(folder)]))
    assert list(verbs.read([library])) == plain
    assert verbs.link([library]) == verbs.link([str(folder)])
    both = list(verbs.read([library, str(folder)]))
    assert [s.id for s in both] == [s.id for s in plain] * 2
    assert [source.id for s in both for source in s.sources] == [f"s{n}" for n in range(1, 7)]


def test_other_files_are_no_libraries(tmp_path: Path, library: str) -> None:
    with pytest.raises(ReadError, match="no such library"):
        verbs.search_library("x", library)
    other = tmp_path / "other.sqlite"
    sqlite3.connect(other).execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(ReadError, match="no library of trialwright"):
        verbs.add_to_library([str(tmp_path)], str(other))


def test_chinese_is_indexed_sign_by_sign() -> None:
    assert query_of("肝衰竭 liver") == '"肝 衰 竭" AND "liver"'
    assert indexed("HBV肝").split() == ["HBV", "肝"]


def counted(library: str) -> int:
    try:
        with Library(library) as opened:
            return opened.count()[1]
    except (ReadError, sqlite3.Error):
        return 0


@pytest.mark.parametrize("least", [1, 500])
def test_killed_half_way_and_resumed_nothing_is_lost_and_nothing_is_twice(
    tmp_path: Path, library: str, least: int
) -> None:
    number = 4000
    records = tmp_path / "records.ndjson"
    with records.open("w") as file:
        for n in range(number):
            identification = {"nctId": f"NCT9{n:07}", "briefTitle": f"Trial {n} of warm socks"}
            file.write(json.dumps({"protocolSection": {"identificationModule": identification}}) + "\n")
    command = [sys.executable, "-m", "trialwright", "library", "add", str(records), "--to", library]
    running = subprocess.Popen(
        [*command, "--workers", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while running.poll() is None and counted(library) < least:
        time.sleep(0.005)
    os.kill(running.pid, signal.SIGKILL) if running.poll() is None else None
    running.wait()
    half = counted(library)
    assert 0 < half < number
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"{number - half} records" in done.stderr
    with sqlite3.connect(library) as database:
        studies = [row[0] for row in database.execute("SELECT study FROM record")]
        words = database.execute("SELECT count(*) FROM word").fetchone()[0]
    database.close()
    assert len(studies) == words == number
    assert Counter(studies) == Counter(f"NCT9{n:07}" for n in range(number))
