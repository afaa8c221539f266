"""A page as a careful person would paste it: words in lines, every character with its place in the source.

Takes HTML, gives a `Rendering`. Blocks stand on lines of their own, cells are kept apart by tabs, a
superscript number gets its sign (`10^8`), a label never runs into its value; menus, scripts, hidden parts
and cookie notices are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from msgspec import Struct

from trialwright.formats.flow import Cell, Flow
from trialwright.formats.lines import READ_AT_MOST
from trialwright.formats.markup import Token, attributes, scan
from trialwright.model.source import Span

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_SPACED = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol dl table section article main blockquote pre hr figure form fieldset".split()
)
_BLOCKS = _SPACED | frozenset(
    "html body div li dt dd tr td th thead tbody tfoot caption header footer nav aside address details "
    "summary figcaption legend center hgroup dialog option optgroup select menu br".split()
)
_HEADINGS = {
    "h1": 1,
    "h2": 2,
    "h3": 3,
    "h4": 4,
    "h5": 5,
    "h6": 6,
    "legend": 6,
    "summary": 6,
    "caption": 6,
    "dt": 7,
}
_LEFT_OUT = frozenset("nav footer aside button select datalist object dialog head menu noscript".split())
_LONGEST_CARRIED = 2000
_WIDEST = 30
_ROLES = frozenset(
    {"navigation", "contentinfo", "dialog", "alertdialog", "search", "banner", "menu", "menubar"}
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|gdpr|onetrust|cookiebar|breadcrumbs?|nav|navbar|navigation|menu|skip-?link|"
    r"site-?footer|page-?footer|footer)(?:[\s_-]|$)|cookie(?:banner|notice|consent|bar)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# What makes a part of the page end although its own end tag is missing.
_MAIN = frozenset({"h1", "main", "article"})
_APART = frozenset({"span", "label", "strong", "b", "small", "time", "data"})
_EXPONENT = re.compile(
    r"(?:\s|<[^<>]{0,80}>|&nbsp;)*[+\-−–]?\d{1,3}(?:\s|<[^<>]{0,80}>)*</sup", re.IGNORECASE
)
_INLINE_END = frozenset("a abbr b em font i label small span strong sub sup u time data mark".split())
_DEEPEST_TABLE = 8
_MOST_TOKENS = 700_000


class Rendering(Struct, frozen=True, kw_only=True):
    """The text of a page, the ranks of its labels by where they begin, its JSON-LD scripts, and the way back.

    `pieces` are runs of the text in order: place in the text, length, start and end in the source.
    """

    text: str
    pieces: tuple[tuple[int, int, int, int], ...]
    labels: dict[int, int]
    scripts: tuple[Span, ...]
    cut: bool

    def place(self, start: int, end: int) -> Span:
        """Where the characters between two positions of the text stand in the source."""
        first, last = self._piece(start), self._piece(max(start, end - 1))
        begin = first[2] + (start - first[0] if first[1] == first[3] - first[2] else 0)
        stop = last[2] + (end - last[0]) if last[1] == last[3] - last[2] else last[3]
        return (begin, stop) if begin <= stop else (min(first[2], last[2]), max(first[3], last[3]))

    def places(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Pairs of an offset from `start` in the text and its place in the source, one for each new run."""
        pairs: list[tuple[int, int]] = []
        number = max(0, bisect_right(self.pieces, (start, READ_AT_MOST * 99)) - 1)
        for at, size, begin, stop in self.pieces[number:]:
            if at >= end:
                break
            skipped = max(0, start - at)
            straight = size == stop - begin
            pair = (at + skipped - start, begin + skipped if straight else begin)
            # A run that goes on where the last one stopped needs no pair of its own.
            if not pairs or pair[1] - pairs[-1][1] != pair[0] - pairs[-1][0] or not straight:
                pairs.append(pair)
            if not straight:
                pairs.append((at + size - start, stop))
        return tuple(pair for pair in dict(pairs).items() if pair[0] < end - start)

    def _piece(self, position: int) -> tuple[int, int, int, int]:
        if not self.pieces:
            return (0, 0, 0, 0)
        return self.pieces[max(0, bisect_right(self.pieces, (position, READ_AT_MOST * 99)) - 1)]


def render(source: str) -> Rendering:
    """The page as text; menus and the like are kept where the page would be empty without them."""
    rendering = _Walk(source, strict=True).run()
    return rendering if rendering.text.strip() else _Walk(source, strict=False).run()


class _Open(Struct):
    """An element that is open: its name, and what its end undoes."""

    name: str
    hides: bool = False


class _Table:
    """An open table; its cells wait until their row is done."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.in_cell = False
        self.header = False
        # Cells that reach down into later rows, by column: how many rows more, and the cell.
        self.carried: dict[int, tuple[int, Cell]] = {}

    def row(self) -> list[Cell]:
        """The cells of the row with those that reach into it from above."""
        fresh = iter(self.cells)
        whole: list[Cell] = []
        later: dict[int, tuple[int, Cell]] = {}
        while True:
            column = len(whole)
            if column in self.carried and column < _WIDEST:
                left, cell = self.carried[column]
                whole.append(cell)
            else:
                found = next(fresh, None)
                if found is None:
                    break
                left, cell = found.down if found.flow.size <= _LONGEST_CARRIED else 1, found
                whole += [cell, *(Cell(Flow(), cell.head, 1, 1, cell.at) for _ in range(cell.across - 1))]
            if left > 1 and column < _WIDEST:
                later[column] = (left - 1, cell)
        self.carried = later
        return whole


class _Walk:
    """One pass over the tokens of a page."""

    def __init__(self, source: str, *, strict: bool) -> None:
        self.source = source
        self.strict = strict
        self.flows = [Flow()]
        self.tables: list[_Table] = []
        self.open: list[_Open] = []
        self.counts: dict[str, int] = {}
        self.hidden = 0
        self.headings = 0
        self.lists: list[int | None] = []
        self.scripts: list[Span] = []
        self.after_inline = ""
        self.inline_end = -1
        self.pre = 0

    def run(self) -> Rendering:
        cut = False
        for number, token in enumerate(scan(self.source)):
            if token.kind == "cut" or number > _MOST_TOKENS or self.flows[0].size >= READ_AT_MOST:
                cut = True
                break
            if token.kind == "open":
                self._open(token)
            elif token.kind == "close":
                self._close(token)
            elif token.kind == "raw":
                self._script(token)
            elif not self.hidden:
                self._words(token)
        while self.tables:
            self._end_table()
        return _assemble(self.flows[0], tuple(self.scripts), cut)

    # -- words -----------------------------------------------------------------------------------------

    def _words(self, token: Token) -> None:
        flow = self.flows[-1]
        if token.kind == "blank":
            if token.start == self.inline_end:
                self.inline_end = token.end
            if self.pre and "\n" in self.source[token.start : token.end]:
                flow.end_line()
            flow.blank(token.start, token.end)
        else:
            left = READ_AT_MOST - self.flows[0].size
            if len(token.text) > left:
                flow.words(token.text[:left], token.start, token.start + left)
                self.flows[0].size = READ_AT_MOST
            else:
                flow.words(token.text, token.start, token.end)

    def _script(self, token: Token) -> None:
        if self.open and self.open[-1].name == "script" and len(self.scripts) < 50:
            opening = self.source.rfind("<", 0, token.start)
            kind = self.source[max(opening, token.start - 400) : token.start].lower()
            if "ld+json" in kind:
                self.scripts.append((token.start, token.end))

    # -- tags ------------------------------------------------------------------------------------------

    def _open(self, token: Token) -> None:
        name = token.text
        if name in _MAIN and self.hidden:
            self._end_furniture()
        hides = not self.hidden and self._hides(name, token)
        if name not in _VOID and (self.source[token.end - 2] != "/" or name in _BLOCKS):
            self.open.append(_Open(name, hides))
            self.counts[name] = self.counts.get(name, 0) + 1
            self.hidden += hides
        if self.hidden:
            return
        flow = self.flows[-1]
        if name in _BLOCKS:
            self._open_block(name, token, flow)
        elif name == "sup":
            if _EXPONENT.match(self.source, token.end, token.end + 300):
                flow.exponent(token.end)
        elif name in _APART and self.inline_end == token.start and self.after_inline in _APART:
            flow.boundary()

    def _open_block(self, name: str, token: Token, flow: Flow) -> None:
        if name == "table":
            flow.end_line(gap=True)
            if len(self.tables) < _DEEPEST_TABLE:
                self.tables.append(_Table())
            return
        if name in ("tr", "td", "th", "thead", "tbody", "tfoot") and self.tables:
            self._open_cell(name, token)
            return
        flow.end_line(gap=name in _SPACED and not (name in ("ul", "ol") and self.lists))
        if name in _HEADINGS:
            self.headings += 1
            flow.mark(_HEADINGS[name])
        elif name in ("ul", "ol"):
            self.lists.append(1 if name == "ol" else None)
        elif name == "li":
            number = self.lists[-1] if self.lists else None
            indent = "  " * min(len(self.lists) - 1, 9)
            flow.bullet(indent + ("• " if number is None else f"{number}. "), token.end)
            if number is not None:
                self.lists[-1] = number + 1
        elif name == "pre":
            self.pre += 1

    def _close(self, token: Token) -> None:
        name = token.text
        if not self.counts.get(name):
            if name in ("p", "br") and not self.hidden:
                self.flows[-1].end_line(gap=name == "p")
            return
        if name in _INLINE_END:
            # A formatting end tag never closes the blocks that stand between it and its start.
            near = next((i for i, e in enumerate(reversed(self.open[-6:])) if e.name == name), None)
            if near is None or any(e.name in _BLOCKS for e in self.open[len(self.open) - near :]):
                return
        while self.open:
            last = self.open.pop()
            self.counts[last.name] -= 1
            self.hidden -= last.hides
            if not self.hidden and not last.hides:
                self._closed(last.name, token)
            if last.name == name:
                break
        if name in _INLINE_END:
            self.after_inline, self.inline_end = name, token.end

    def _closed(self, name: str, token: Token) -> None:
        if name not in _BLOCKS:
            return
        if name == "table":
            if self.tables:
                self._end_table()
            return
        if name in ("td", "th"):
            self._end_cell()
            return
        if name == "tr":
            self._end_row()
            return
        if name in ("ul", "ol") and self.lists:
            self.lists.pop()
        self.flows[-1].end_line(gap=name in _SPACED and not (name in ("ul", "ol") and self.lists))
        if name in _HEADINGS and self.headings:
            self.headings -= 1
        if name == "pre" and self.pre:
            self.pre -= 1

    def _hides(self, name: str, token: Token) -> bool:
        """Whether an element and all in it is not shown, or is no part of the trial's page."""
        if name in ("html", "body", "main", "h1"):
            return False
        if self.strict and name in _LEFT_OUT:
            return not (name in ("button", "menu") and self.headings)
        if token.end - token.start < len(name) + 6:
            return False
        given = attributes(self.source, token)
        if "hidden" in given or given.get("aria-hidden") == "true" or _HIDDEN.search(given.get("style", "")):
            return self.strict
        return self.strict and (
            given.get("role", "").lower() in _ROLES
            or bool(_FURNITURE.search(given.get("class", "")[:200]))
            or bool(_FURNITURE.search(given.get("id", "")[:100]))
        )

    def _end_furniture(self) -> None:
        """The page's own heading has come: a menu or notice that was never closed ends here."""
        for element in self.open:
            if element.name in _LEFT_OUT and element.hides:
                element.hides = False
                self.hidden -= 1

    # -- tables ----------------------------------------------------------------------------------------

    def _open_cell(self, name: str, token: Token) -> None:
        table = self.tables[-1]
        if name not in ("td", "th"):
            self._end_row()
            return
        self._end_cell()
        given = attributes(self.source, token) if token.end - token.start > 8 else {}
        cell = Cell(Flow(), name == "th", _count(given, "rowspan"), _count(given, "colspan"), token.end)
        table.cells.append(cell)
        table.in_cell = True
        self.flows.append(cell.flow)

    def _end_cell(self) -> None:
        if self.tables and self.tables[-1].in_cell:
            self.tables[-1].in_cell = False
            flow = self.flows.pop()
            flow.end_line()
            self.flows[0].size += flow.size

    def _end_row(self) -> None:
        if not self.tables:
            return
        self._end_cell()
        table = self.tables[-1]
        if table.cells:
            own = len(table.cells)
            cells = table.row()
            self.flows[0].size += sum(cell.flow.size for cell in cells[own:])
            self.flows[-1].row(cells, under_header=table.header)
            table.header = table.header or (len(cells) > 1 and all(cell.head for cell in cells))
            table.cells = []

    def _end_table(self) -> None:
        self._end_row()
        self.tables.pop()
        self.flows[-1].end_line(gap=True)


def _count(given: dict[str, str], name: str) -> int:
    words = given.get(name, "1").strip()
    return min(max(1, int(words)), 60) if words.isascii() and words.isdigit() and len(words) < 6 else 1


def _assemble(flow: Flow, scripts: tuple[Span, ...], cut: bool) -> Rendering:
    flow.end_line()
    parts: list[str] = []
    pieces: list[tuple[int, int, int, int]] = []
    labels: dict[int, int] = {}
    at = 0
    for number, line in enumerate(flow.lines):
        if number:
            breaks = "\n\n" if line.gap else "\n"
            parts.append(breaks)
            at += len(breaks)
        if line.rank:
            labels[at] = line.rank
        for words, start, end in line.pieces:
            parts.append(words)
            pieces.append((at, len(words), start, end))
            at += len(words)
    return Rendering(text="".join(parts), pieces=tuple(pieces), labels=labels, scripts=scripts, cut=cut)
