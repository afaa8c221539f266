"""Reading in great number: the same bytes from one process or several, and our own JSON read back."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.studies import TEA, TEA_JSON, TEA_XML

from trialwright import bulk, verbs, workers
from trialwright.formats import read_text
from trialwright.linking.merging import compute_study
from trialwright.model import codec
from trialwright.model.study import Refusal, Study

BROKEN = '{"protocolSection": {"identificationModule"'


def many(path: Path, count: int = 60) -> str:
    """Lines of studies, every seventh broken."""
    lines = [TEA_JSON.replace("NCT09990001", f"NCT{n:08}") if n % 7 else BROKEN for n in range(1, count + 1)]
    path.write_text("\n".join(lines))
    return str(path)


def read_all(paths: list[str], **options: Any) -> tuple[list[Study], list[Refusal]]:
    refused: list[Refusal] = []
    return list(verbs.read(paths, on_refused=refused.append, **options)), refused


def test_one_process_or_two_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH_INPUTS", 4)
    paths = [many(tmp_path / "a.ndjson"), many(tmp_path / "b.ndjson")]
    one, refused = read_all(paths)
    assert [s.sources[0].id for s in one] == [f"s{n}" for n in range(1, len(one) + 1)]
    assert [r.uri.rpartition("#")[2] for r in refused] == ["7", "14", "21", "28", "35", "42", "49", "56"] * 2
    assert read_all(paths, workers=2) == (one, refused)


def test_numbers_of_documents_with_several_records_are_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH_INPUTS", 1)
    rows = "".join(f"NCT0999{n:04},Tea,COMPLETED\n" for n in range(5))
    table = f"NCT Number,Study Title,Study Status\n{rows}"
    for n in range(3):
        (tmp_path / f"{n}.csv").write_text(table)
    raw = list(bulk.read_encoded([str(tmp_path)], None, 1))
    ids = [codec.decode(r, Study).sources[0].id for r in raw if isinstance(r, bytes)]
    assert ids == [f"s{n}" for n in range(1, 16)]


def test_numbers_of_documents_with_one_record_are_right_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH_INPUTS", 3)
    monkeypatch.setattr(bulk, "_renumbered", lambda raw, by: pytest.fail("a number was mended"))
    lines = [TEA_JSON] * 20
    (tmp_path / "a.ndjson").write_text("\n".join(lines))
    assert len(list(bulk.read_encoded([str(tmp_path)], None, 1))) == 20


def test_few_documents_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(workers, "ProcessPoolExecutor", refuse)
    assert len(read_all([many(tmp_path / "a.ndjson")], workers=2)[0]) == 52


def test_no_more_is_fetched_than_is_under_way() -> None:
    fetched = 0

    def source() -> Any:
        nonlocal fetched
        for number in range(1000):
            fetched += 1
            yield number

    results = workers.map_in_order(abs, source(), 2)
    for expected in range(20):
        assert next(results) == expected
        assert fetched <= expected + 2 + 2 * 3
    results.close()  # type: ignore[attr-defined]


def test_our_json_is_read_as_it_was_written(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("tea.json", TEA_JSON)
        archive.writestr("tea.xml", TEA_XML)
    made, _ = read_all([str(tmp_path / "all.zip")])
    first = tmp_path / "first.json"
    first.write_bytes(codec.encode(made, indent=1))
    again, _ = read_all([str(first)])
    assert again == made
    sorted_keys = tmp_path / "sorted.json"
    sorted_keys.write_text(json.dumps(json.loads(first.read_bytes()), sort_keys=True))
    assert read_all([str(sorted_keys)])[0] == made
    assert b"".join(verbs.read_json([str(first)])) == b"".join(codec.encode(s) for s in made)


TEXTS = st.text(min_size=1, max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**9) | TEXTS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3),
    max_leaves=6,
)


@st.composite
def studies(draw: st.DrawFn) -> dict[str, Any]:
    """The study of tea with some of its values replaced by anything."""

    def shaken(node: Any) -> Any:
        if draw(st.integers(0, 30)) == 0:
            return draw(VALUES)
        if isinstance(node, dict):
            return {key: shaken(value) for key, value in node.items()}
        return [shaken(item) for item in node] if isinstance(node, list) else node

    return {name: shaken(TEA[name]) for name in ("protocolSection", "resultsSection")}


@settings(max_examples=60, deadline=None)
@given(studies())
def test_whatever_a_study_holds_it_is_read_or_refused_and_comes_back_as_it_was(node: dict[str, Any]) -> None:
    from trialwright.errors import ReadError

    try:
        (record,) = read_text(json.dumps(node))
    except ReadError:
        return
    made = compute_study([record])
    raw = codec.encode(made)
    again = codec.decode(raw, Study)
    assert again == made
    assert codec.encode(again) == raw
    assert codec.begins_as_study(raw)
