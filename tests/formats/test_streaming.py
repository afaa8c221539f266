"""Files of many records: each is read by itself, a broken one is named, and memory holds one at a time."""

import gzip
import hashlib
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.studies import TEA, TEA_JSON, TEA_V1, TEA_XML

from trialwright.formats import read_paths
from trialwright.formats.splitting import Piece, split
from trialwright.model.source import Record
from trialwright.model.study import Refusal

BROKEN = '{"protocolSection": {"identificationModule": {"nctId"'


def told(path: Path) -> list[tuple[str, str]]:
    """The fragment of each record and its id, or `refused`."""
    found = []
    for item in read_paths([str(path)]):
        uri, told = (item.uri, "refused") if isinstance(item, Refusal) else (item.source.uri, item.source.id)
        found.append((uri.partition("#")[2], told))
    return found


def numbered(number: int) -> str:
    return TEA_JSON.replace("NCT09990001", f"NCT0999{number:04}")


def test_lines(tmp_path: Path) -> None:
    file = tmp_path / "file.ndjson"
    file.write_text("\n".join([numbered(1), numbered(2), "", BROKEN, numbered(3)]) + "\n")
    assert told(file) == [("1", "s1"), ("2", "s2"), ("3", "refused"), ("4", "s3")]


def test_one_line_is_no_first_of_several(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_bytes(b"\xef\xbb\xbf\n" + TEA_JSON.encode() + b"\r\n\n")
    assert told(file) == [("", "s1")]
    (record,) = read_paths([str(file)])
    assert isinstance(record, Record)
    assert record.source.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        f"[{numbered(1)}, {numbered(2)}]",
        f'{{"totalCount": 2, "studies": [{numbered(1)},\n{numbered(2)}], "nextPageToken": "x"}}',
        json.dumps({"FullStudiesResponse": {"APIVrs": "1", "FullStudies": [TEA_V1, TEA_V1]}}, indent=2),
    ],
    ids=["array", "page of the API", "retired answer"],
)
def test_arrays(tmp_path: Path, text: str) -> None:
    file = tmp_path / "file.json"
    file.write_text(text)
    assert told(file) == [("1", "s1"), ("2", "s2")]


def test_an_array_that_is_cut_off_gives_what_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text(f"[{numbered(1)}, {numbered(2)}, {BROKEN}")
    assert told(file) == [("1", "s1"), ("2", "s2"), ("3", "refused")]


@pytest.mark.parametrize("wrapper", ["{}", "<all>{}</all>"])
def test_xml_after_xml(tmp_path: Path, wrapper: str) -> None:
    bad = "<clinical_study><brief_title>Tea</clinical_study>"
    plain = TEA_XML.partition("?>")[2]
    file = tmp_path / "file.xml"
    file.write_text(wrapper.format(plain + bad + plain))
    assert told(file) == [("1", "s1"), ("2", "refused"), ("3", "s2")]


def test_archives_give_the_same_as_their_members(tmp_path: Path) -> None:
    lines = "\n".join(numbered(n) for n in range(3))
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(lines.encode()))
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.ndjson", lines)
        archive.writestr("b.xml", TEA_XML)
    assert told(tmp_path / "a.ndjson.gz") == [("1", "s1"), ("2", "s2"), ("3", "s3")]
    assert told(tmp_path / "b.zip") == [("1", "s1"), ("2", "s2"), ("3", "s3"), ("", "s4")]


def test_a_gzip_that_is_cut_off_gives_what_came_before(tmp_path: Path) -> None:
    words = "".join(random.Random(1).choices("abcdefghij", k=300_000))
    lines = "\n".join([numbered(1), json.dumps({"x": words[:100_000]}), json.dumps({"x": words})])
    (tmp_path / "cut.gz").write_bytes(gzip.compress(lines.encode())[:-90_000])
    found = list(read_paths([str(tmp_path / "cut.gz")]))
    assert isinstance(found[0], Record)
    assert isinstance(found[-1], Refusal)
    assert "cut off" in found[-1].reason


def pieces(raw: bytes, sizes: list[int], largest: int = 10_000_000) -> list[Piece]:
    """What a file is cut into when it comes in chunks of those sizes."""

    def chunks() -> Iterator[bytes]:
        at = 0
        yield raw[:40_000]
        rest = raw[40_000:]
        while at < len(rest):
            size = sizes[at % len(sizes)]
            yield rest[at : at + size]
            at += size

    found = split(chunks(), raw[:40_000], largest)
    assert found is not None
    return list(found)


@given(st.lists(st.integers(1, 900), min_size=1, max_size=7))
def test_where_the_chunks_end_does_not_matter(sizes: list[int]) -> None:
    xml = TEA_XML.partition("?>")[2].replace("Itching", "é" * 300)
    study = json.dumps(TEA, ensure_ascii=False).replace("Nettle Tea", "é" * 9)
    for raw in (xml * 16, f"[{', '.join([study] * 16)}]", "\n".join([study] * 16)):
        found = pieces(raw.encode(), sizes)
        assert [piece.fragment for piece in found] == [f"#{n}" for n in range(1, 17)]
        assert len({piece.raw for piece in found}) == 1


def test_a_record_without_end_is_refused_and_not_kept_growing() -> None:
    for raw in (
        b"<clinical_study>" + b"x" * 200_000,
        b'[{"a": "' + b"x" * 200_000,
        b'{"a": "' + b"x" * 200_000,
    ):
        (piece,) = pieces(raw, [1000], largest=100_000)
        assert "more than" in str(piece.raw)


def test_what_is_no_record_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "studies.json"
    file.write_text(f'{{"studies": [null, {numbered(1)}, 7, {numbered(2)}]}}')
    assert told(file) == [("1", "refused"), ("2", "s1"), ("3", "refused"), ("4", "s2")]
    lines = tmp_path / "studies.ndjson"
    lines.write_text(f"{numbered(1)}\nnull\n{numbered(2)}\n")
    assert told(lines) == [("1", "s1"), ("2", "refused"), ("3", "s2")]


@pytest.mark.parametrize("times", [1, 3])
def test_xml_says_its_own_encoding(tmp_path: Path, times: int) -> None:
    body = "".join(TEA_XML[TEA_XML.index("<clinical_study") :] for _ in range(times))
    body = body.replace("<brief_title>", "<brief_title>Café ")
    file = tmp_path / "file.xml"
    whole = body if times == 1 else f"<all>{body}</all>"
    file.write_bytes(f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{whole}'.encode("latin-1"))
    records = list(read_paths([str(file)]))
    assert len(records) == times
    for record in records:
        assert isinstance(record, Record)
        titles = [s.value for s in record.statements if s.field == "brief_title"]
        assert titles
        assert all("Café" in title for title in titles)
