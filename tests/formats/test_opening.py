"""Inputs of every kind: what is read, what is refused, and that a refusal never stops the rest."""

import gzip
import io
import os
import sys
import zipfile
from pathlib import Path

import pytest

from trialwright.errors import UsageError
from trialwright.formats import read_paths
from trialwright.model.source import Record
from trialwright.model.study import Refusal

PAGE = "Overview\n\nTea for Two Aunts\n\nStatus:\nCompleted\nTarget enrollment:\n2\nPhase:\nPhase 4\n"


def opened(*paths: Path | str) -> list[Record | Refusal]:
    return list(read_paths([str(p) for p in paths]))


def reason(*paths: Path | str) -> str:
    (item,) = opened(*paths)
    assert isinstance(item, Refusal)
    return item.reason


def title(item: Record | Refusal) -> str:
    assert isinstance(item, Record), item
    return next(s.value for s in item.statements if s.field == "brief_title")


def test_one_bad_file_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.txt").write_text(PAGE)
    (tmp_path / "b" / "bad.txt").write_bytes(b"\x89PNG\r\n\x00\x00")
    (tmp_path / "c.txt").write_text(PAGE)
    (tmp_path / ".hidden.txt").write_text(PAGE)
    items = opened(tmp_path)
    names = [Path(i.uri if isinstance(i, Refusal) else i.source.uri).name for i in items]
    assert names == ["a.txt", "c.txt", "bad.txt"]
    assert [i.source.id for i in items if isinstance(i, Record)] == ["s1", "s2"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \n ", "empty"),
        (b"\x00" * 64, "binary"),
        (b"GIF89a\x01\x02\x03\x04\x05\x06\x07\x08" * 9, "binary"),
        ("Université de Genève, où l'été".encode("latin-1"), "save it as UTF-8"),
        (b"PK\x03\x04 no archive", "damaged"),
        (b"\x1f\x8b\x08 no archive", "damaged"),
    ],
)
def test_refusals_say_what_is_wrong(tmp_path: Path, raw: bytes, words: str) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(raw)
    assert words in reason(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(PAGE.encode(encoding))
    (item,) = opened(path)
    assert title(item) == "Tea for Two Aunts"
    assert isinstance(item, Record)
    assert item.text == PAGE


def test_chinese_in_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    words = "每天喝茶对两位患者的安全性和有效性的随机对照试验"
    path.write_bytes(PAGE.replace("Tea for Two Aunts", words).encode("gb18030"))
    assert title(opened(path)[0]) == words


def test_archives(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.txt", PAGE)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("one.txt", PAGE)
        archive.writestr("two.txt.gz", gzip.compress(PAGE.encode()))
        archive.writestr("../three.zip", inner.getvalue())
        archive.writestr("__MACOSX/four.txt", PAGE)
    items = opened(tmp_path / "all.zip")
    assert [title(item) for item in items] == ["Tea for Two Aunts"] * 3
    assert [i.source.uri.partition("!")[2] for i in items if isinstance(i, Record)] == [
        "one.txt",
        "two.txt.gz",
        "../three.zip!deep.txt",
    ]
    assert os.listdir(tmp_path) == ["all.zip"]


def test_bombs_are_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.txt", b" " * 30_000_000)
    assert "many times its size" in reason(tmp_path / "bomb.zip")
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b" " * 30_000_000))
    assert "MB" in reason(tmp_path / "bomb.gz")
    doll = PAGE.encode()
    for _ in range(6):
        box = io.BytesIO()
        with zipfile.ZipFile(box, "w") as archive:
            archive.writestr("x.zip", doll)
        doll = box.getvalue()
    (tmp_path / "doll.zip").write_bytes(doll)
    assert "depth" in reason(tmp_path / "doll.zip")


def test_links_in_archives_and_out_of_folders(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link.txt")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(info, "../secret")
    assert "link" in reason(tmp_path / "link.zip")
    (tmp_path / "secret.txt").write_text(PAGE)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "out.txt").symlink_to(tmp_path / "secret.txt")
    assert "leads out" in reason(tmp_path / "folder")


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "no such file" in reason(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    assert "no files" in reason(tmp_path / "empty")
    os.mkfifo(tmp_path / "pipe")
    assert "no regular file" in reason(tmp_path / "pipe")


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE.encode())))
    (item,) = opened("-")
    assert title(item) == "Tea for Two Aunts"


def test_a_format_that_does_not_exist_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_paths([str(tmp_path)], format="papyrus")


@pytest.mark.parametrize(
    "text",
    [
        "Patients with gout; " * 1_000_000,
        "Status:" + " " * 3_000_000 + "\nUnknown\n" + "\t" * 300_000 + "Phase:\n",
        "Inclusion Criteria:\n" + "- " * 300_000 + "\n" + "1." * 150_000,
        "Name\n" * 200_000,
        "MedPath\nConditions\n" + "Gout\n" * 100_000 + "Registration Number\n" + "a1\n" * 100_000,
        "Primary Outcome Measures\nNameTimeMethod\nRegistration Number\n" + "pain1 day, " * 30_000,
        "A total of " + "ten " * 50_000,
        "(" * 100_000 + "NCT" * 100_000,
        "患者" * 500_000,
    ],
    ids=lambda text: f"{text[:12]!r}",
)
def test_hostile_text_does_not_hang(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.txt"
    path.write_text(text)
    assert len(opened(path)) == 1
