"""Nodes of JSON and XML: places, many values in one document, and documents made to do harm."""

# ruff: noqa: E501  documents look as they look

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.errors import ReadError
from trialwright.formats import tabular
from trialwright.formats.nodes import Node, read_elements, read_json


def test_pointers_follow_names_and_positions() -> None:
    node = Node({"a/b": [{"c": [1, 2]}, {"c": 3}]})
    assert node.at("a/b", "c").pointer == "/a~1b/0/c/0"
    assert [n.pointer for n in node.each("a/b")] == ["/a~1b/0", "/a~1b/1"]
    assert not node.at("x", "y")
    assert node.at("x", "y").text == ""


def test_elements_keep_their_words_and_their_paths() -> None:
    text = '<?xml version="1.0" encoding="latin-1"?><a xmlns="u:x"><r k="é"><b>10<sup>8</sup>\n  cells</b><b/></r>\n<r/></a>'
    (first, one), (second, _) = read_elements(text, "r")
    assert first == '<r k="é"><b>10<sup>8</sup>\n  cells</b><b/></r>'
    assert second == "<r/>"
    assert one.at("b").text == "10^8\ncells"
    assert [e.pointer for e in one.each("b")] == ["/r/b", "/r/b[2]"]
    assert one.at("@k").text == "é"


def test_a_document_that_breaks_gives_what_stood_before() -> None:
    found = []
    with pytest.raises(ReadError, match="not well-formed"):
        found.extend(read_elements("<a><r>1</r>" + " " * (1 << 20) + "<r>2</a>", "r"))
    assert len(found) in (0, 1)


@pytest.mark.parametrize(
    "text",
    [
        "<a>" * 150_000,
        "<!DOCTYPE z [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><r>&b;</r>",
        "<!DOCTYPE z [<!ENTITY % p SYSTEM 'file:///x'> %p;]><r/>",
        "<r",
    ],
)
def test_hostile_xml_is_refused_at_once(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(ReadError):
        list(read_elements(text, "r"))
    assert time.monotonic() - started < 2


def test_many_children_are_counted_in_one_pass() -> None:
    started = time.monotonic()
    ((_, element),) = read_elements("<r>" + "<b/>" * 100_000 + "</r>", "r")
    assert element.children[-1].pointer == "/r/b[100000]"
    assert time.monotonic() - started < 5


def test_json_in_all_its_forms() -> None:
    assert [i.name for i in read_json('{"a": 1}')] == [""]
    assert [i.name for i in read_json('[{"a": 1}, {"a": 2}]')] == ["1", "2"]
    assert [i.node.at("a").text for i in read_json('{"data": [{"a": 1}]}', "data") if i.node] == ["1"]
    lines = list(read_json('{"a": 1}\n\n{"a": \n{"a": 3}\r\n'))
    assert [(i.name, bool(i.problem)) for i in lines] == [("1", False), ("3", True), ("4", False)]


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000 + "1" + "}" * 200_000, '{"a": 1} x', '{"a": "', '{"a":' + "9" * 100_000 + "}"])  # fmt: skip
def test_hostile_json_is_refused_at_once(text: str) -> None:
    with pytest.raises(ReadError):
        list(read_json(text))


def test_cells_have_their_places() -> None:
    text = 'a,b\r\n"x ""y""\nz",2\n\n3,"unclosed\n'
    table = list(tabular.rows(text))
    assert [[c.value for c in row] for row in table] == [["a", "b"], ['x "y"\nz', "2"], ["3", '"unclosed']]
    for row in table:
        for cell in row:
            assert text[slice(*cell.span)].replace('""', '"') == cell.value


@given(
    st.lists(
        st.lists(st.text(alphabet='ab",\n\t;|', max_size=6), min_size=2, max_size=4), min_size=1, max_size=5
    )
)
def test_a_table_written_is_the_table_read(table: list[list[str]]) -> None:
    rows = [["k", *row] for row in table]
    text = "h,h,h\n" + "\n".join(
        ",".join(json.dumps(c)[0] + c.replace('"', '""') + '"' for c in row) for row in rows
    )
    assert [[c.value for c in row] for row in tabular.rows(text)][1:] == rows


@given(st.text(alphabet='"a,\n', max_size=300))
def test_any_text_is_some_table(text: str) -> None:
    for row in tabular.rows(text):
        for cell in row:
            assert 0 <= cell.span[0] <= cell.span[1] <= len(text)
