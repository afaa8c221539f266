"""docs/notes.md: every code that the source can give stands in its table, and none that it cannot give."""

import ast
import re
from pathlib import Path

import pytest

import trialwright
from trialwright.compiling.criteria import compile_line, compile_text
from trialwright.compiling.criteria.measures import NUMBER_NOTES
from trialwright.language.vocabulary import load_vocabulary

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "notes.md"
SOURCE = Path(trialwright.__file__).parent
ROWS = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
# Functions that make a note of the code given to them, and the place of the code among their arguments.
MAKERS = {"note": 0, "remark": 0, "_unread": 1}


def codes_of(source: str) -> set[str]:
    """The codes of the notes that a module makes."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = [k.value for k in node.keywords if k.arg == "code" and name == "Note"]
        if name in MAKERS and len(node.args) > MAKERS[name]:
            given.append(node.args[MAKERS[name]])
        found |= {g.value for g in given if isinstance(g, ast.Constant)}
    return found


def codes_in_source() -> set[str]:
    found = set(NUMBER_NOTES)
    for path in SOURCE.rglob("*.py"):
        found |= codes_of(path.read_text(encoding="utf-8"))
    return found


def test_every_code_of_the_source_is_explained():
    assert codes_in_source() - {code for code, _ in ROWS} == set()


def test_every_code_of_the_page_is_in_the_source():
    assert {code for code, _ in ROWS} - codes_in_source() == set()


def test_no_code_is_explained_twice_and_each_row_is_complete():
    assert len({code for code, _ in ROWS}) == len(ROWS)
    assert [code for code, rest in ROWS if len(rest.split(" | ")) != 3] == []


def test_codes_are_found_where_they_are_made():
    assert codes_of('draft.note("a", "b")\nNote(code="c", message="d")\n_unread(text, "e", "f")') == {
        "a",
        "c",
        "e",
    }


@pytest.mark.parametrize(
    ("code", "example"),
    [
        pytest.param(code, example, id=code)
        for code, rest in ROWS
        for example in re.findall(r"`([^`]+)`", rest.split(" | ")[1])
    ],
)
def test_each_example_gives_its_note(code, example):
    vocabulary = load_vocabulary()
    if " / " in example or example.endswith(":"):
        text = example.replace(" / ", "\n")
        criteria, notes = compile_text(text, vocabulary=vocabulary)
        found = {n.code for n in notes} | {n.code for c in criteria for n in c.notes}
    else:
        found = {
            n.code
            for kind in ("inclusion", "exclusion")
            for n in compile_line(example, vocabulary=vocabulary, kind=kind)[1]
        }
    assert code in found
