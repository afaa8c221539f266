"""docs/criteria.md and its drawings: each block holds a criterion, a blank line, and the tree it compiles to.

Run as a program it draws all trees again: `make pages`.
"""

import re
from pathlib import Path
from typing import NamedTuple

from trialwright.compiling.criteria import compile_line
from trialwright.compiling.criteria.draw import draw
from trialwright.language.vocabulary import load_vocabulary

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "criteria.md"
_BLOCK = re.compile(
    r"```tree\n(?P<kind>inclusion|exclusion): (?P<text>.+?)\n\n(?P<drawn>.*?)```\n", re.DOTALL
)


class Block(NamedTuple):
    """A criterion of the page and the tree that is drawn below it."""

    kind: str
    text: str
    drawn: str


def blocks(page: str) -> list[Block]:
    """The criteria of a page."""
    return [Block(m["kind"], m["text"], m["drawn"].rstrip("\n")) for m in _BLOCK.finditer(page)]


def tree_of(kind: str, text: str) -> str:
    """The tree of a criterion as it compiles now."""
    vocabulary = load_vocabulary()
    expr, _ = compile_line(text, vocabulary=vocabulary, kind=kind)
    return draw(expr, vocabulary=vocabulary)


def refilled(page: str) -> str:
    """The page with all trees drawn again."""

    def again(found: re.Match[str]) -> str:
        drawn = tree_of(found["kind"], found["text"])
        return f"```tree\n{found['kind']}: {found['text']}\n\n{drawn}\n```\n"

    return _BLOCK.sub(again, page)


if __name__ == "__main__":
    PAGE.write_text(refilled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
