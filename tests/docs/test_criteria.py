"""docs/criteria.md: every criterion on the page compiles to the tree that is drawn there."""

import pytest

from trialwright.compiling.criteria import PASSES

from .criteria_page import PAGE, blocks, refilled, tree_of

TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = blocks(TEXT)


@pytest.mark.parametrize("block", [pytest.param(b, id=b.text[:40]) for b in BLOCKS])
def test_the_drawing_is_the_tree(block):
    assert tree_of(block.kind, block.text) == block.drawn, "draw the page again: make pages"


def test_every_block_is_read():
    assert len(BLOCKS) == TEXT.count("```tree\n") >= 30


def test_the_passes_are_those_of_the_compiler():
    told = [line.split("`")[1] for line in TEXT.splitlines() if line.startswith("- **`")]
    assert tuple(told) == PASSES


def test_a_wrong_drawing_is_drawn_again():
    page = "x\n```tree\ninclusion: Gout\n\nold\n```\ny\n"
    assert blocks(refilled(page))[0].drawn != "old"
    assert refilled(refilled(page)) == refilled(page)
