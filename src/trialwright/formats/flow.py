"""Lines of a page in the making: runs of words with their places in the source, and rows of cells.

Takes words, blanks and breaks in the order of the page, gives lines. A cell of a table is a flow of its own
until its row is done; then the row becomes one line with tabs, a label with its value, or the blocks in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from trialwright.formats.grids import IN_CELL
from trialwright.formats.labels import key_of

# Words, and the source between two positions that they stand for.
Piece = tuple[str, int, int]
LOWEST = 7
_LONGEST_LABEL = 80
# A cell with more lines than this lays out the page and holds no value.
_MOST_LINES_IN_CELL = 14


class FlowLine(Struct):
    """A line: its runs, whether a blank line stands before it, and its rank where it is marked as a label.

    Ranks are those of headings, 1 to 6; 7 is a term of a list or a header of a row; 0 is no label.
    """

    pieces: list[Piece]
    gap: bool = False
    rank: int = 0

    def words(self) -> str:
        """The line as text."""
        return "".join(piece[0] for piece in self.pieces)


class Flow:
    """Collects the lines of a page or of a cell."""

    def __init__(self) -> None:
        self.lines: list[FlowLine] = []
        self.size = 0
        self.has_rows = False
        self._pieces: list[Piece] = []
        self._blank: Piece | None = None
        self._gap = False
        self._rank = 0
        self._boundary = False
        self._caret: Piece | None = None

    def words(self, text: str, start: int, end: int) -> None:
        """Put words at the end of the line."""
        if self._boundary:
            self._part(start)
        if self._blank and self._pieces:
            self._pieces.append(self._blank)
        if self._caret and self._pieces and self._pieces[-1][0][-1:].isalnum():
            self._pieces.append(self._caret)
        self._blank = self._caret = None
        self._pieces.append((text, start, end))
        self.size += len(text)

    def blank(self, start: int, end: int) -> None:
        """A blank, kept where words follow on the same line."""
        if self._blank is None:
            self._blank = (" ", start, end)

    def exponent(self, at: int) -> None:
        """The next words are a number set higher."""
        self._caret = ("^", at, at)
        self._blank = None

    def boundary(self) -> None:
        """Here one inline element ends and another begins: words on both sides must not run together."""
        self._boundary = bool(self._pieces)

    def _part(self, at: int) -> None:
        self._boundary = False
        # A label is short: a line of many runs is none, and not joined again at each of them.
        if len(self._pieces) < 12 and key_of(FlowLine(self._pieces).words()):
            self._rank = self._rank or LOWEST
            self.end_line()
        elif self._blank is None and self._pieces and self._pieces[-1][0][-1:].isalnum():
            self._blank = (" ", at, at)

    def mark(self, rank: int) -> None:
        """The line that begins here is a label or a heading of that rank."""
        self._rank = rank

    def bullet(self, sign: str, at: int) -> None:
        """The sign before an item of a list."""
        self._pieces.append((sign, at, at))

    def end_line(self, *, gap: bool = False) -> None:
        """End the line, if there is one; `gap` asks for a blank line before the next."""
        if any(start < end for _, start, end in self._pieces):
            self.lines.append(FlowLine(self._pieces, self._gap, self._rank))
            self.size += 1
            self._gap, self._rank = False, 0
        self._pieces = []
        self._blank = self._caret = None
        self._boundary = False
        self._gap = self._gap or gap

    def row(self, cells: Sequence[Cell], *, under_header: bool) -> None:
        """Put a row of a table below the lines."""
        self.has_rows = True
        heads = [cell.head for cell in cells]
        filled = [cell for cell in cells if cell.flow.lines]
        # Under names of columns a lone cell is a row whose other cells are empty, unless it reaches across.
        across = bool(filled) and filled[0].across > 1
        if len(filled) < 2 and (not under_header or len(cells) < (3 if across else 2)):
            self._blocks(cells)
        elif not under_header and len(cells) % 2 == 0 and _are_pairs(cells, heads):
            for label, value in zip(cells[::2], cells[1::2], strict=True):
                self._labelled(label, value)
        elif any(c.flow.has_rows or len(c.flow.lines) > _MOST_LINES_IN_CELL for c in cells):
            self._blocks(cells)
        else:
            self._tabbed(cells)

    def _blocks(self, cells: Sequence[Cell]) -> None:
        for cell in cells:
            self._adopt(cell.flow.lines)

    def _labelled(self, label: Cell, value: Cell) -> None:
        for line in label.flow.lines:
            line.rank = line.rank or LOWEST
        self._adopt(label.flow.lines)
        self._adopt(value.flow.lines)

    def _adopt(self, lines: Sequence[FlowLine]) -> None:
        for line in lines:
            self.lines.append(FlowLine(line.pieces, line.gap or self._gap, line.rank))
            self._gap = False

    def _tabbed(self, cells: Sequence[Cell]) -> None:
        pieces: list[Piece] = []
        for number, cell in enumerate(cells):
            if number:
                pieces.append(("\t", cell.at, cell.at))
            for position, line in enumerate(cell.flow.lines):
                if position:
                    pieces.append((IN_CELL, line.pieces[0][1], line.pieces[0][1]))
                pieces += line.pieces
        self.lines.append(FlowLine(pieces, self._gap))
        self._gap = False


class Cell(Struct):
    """A cell of a table: what it holds, whether it is a header, how far it reaches, where it begins."""

    flow: Flow
    head: bool
    down: int
    across: int
    at: int


def _are_pairs(cells: Sequence[Cell], heads: Sequence[bool]) -> bool:
    """Whether the row is one of labels and values in turn."""
    labels = cells[::2]
    if any(not _may_be_label(c) for c in labels):
        return False
    if all(heads[::2]) and not any(heads[1::2]):
        return True
    if any(len(c.flow.lines) == 2 for c in labels):
        return True
    known = all(key_of(line.words()) for c in labels for line in c.flow.lines)
    # Two names of columns side by side are no label with its value.
    if any(heads):
        return False
    long_value = len(cells) == 2 and len(cells[1].flow.lines) > 1
    return long_value or (known and not any(_is_known(c) for c in cells[1::2]))


def _may_be_label(cell: Cell) -> bool:
    """Whether a cell is one short line, or the same label in two languages."""
    lines = [line.words() for line in cell.flow.lines]
    if any(len(words) > _LONGEST_LABEL for words in lines):
        return False
    return len(lines) == 1 or (len(lines) == 2 and all(words.rstrip()[-1:] in (":", "：") for words in lines))


def _is_known(cell: Cell) -> bool:
    return len(cell.flow.lines) == 1 and key_of(cell.flow.lines[0].words()) is not None
