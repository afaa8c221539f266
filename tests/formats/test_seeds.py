"""The five documents of the development data: everything they state, and nothing else.

`seeds.json` has one line a statement: field, value, start, end. A long value is written `=` where it is
the text between start and end, `unwrapped` where line breaks in it became blanks, `unescaped` where
backslashes were taken away.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from trialwright.formats import read_text

EXPECTED: dict[str, Any] = json.loads(Path(__file__).with_name("seeds.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", EXPECTED)
def test_complete_table(shared: Path, seed: str) -> None:
    (path,) = (shared / "seeds").glob(f"{seed}_*.txt")
    text = path.read_text(encoding="utf-8")
    (record,) = read_text(text, uri=path.name)

    def whole(value: Any, start: int, end: int) -> Any:
        words = text[start:end]
        if value == "unwrapped":
            return " ".join(words.split())
        return (
            words.replace("\\[", "[").replace("\\]", "]")
            if value == "unescaped"
            else words
            if value == "="
            else value
        )

    expected = [(f, whole(v, a, b), (a, b)) for f, v, a, b in EXPECTED[seed]["statements"]]
    assert [(s.field, s.value, s.span) for s in record.statements] == expected
    assert {k: v for k, v in record.absent.items() if v != "not_stated"} == EXPECTED[seed]["absent"]
    assert sorted({n.code for n in record.notes}) == EXPECTED[seed]["notes"]
