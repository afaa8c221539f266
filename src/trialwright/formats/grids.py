"""Tables whose cells are kept apart by tabs, as browsers copy them: arms, outcomes and sites.

Takes the lines of such a table, states what its columns hold. Columns are known by their names; a table
without a row of names is read by the usual order, where its width leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from trialwright.formats.draft import Draft
from trialwright.formats.lines import Line, heading_key, without_bullet
from trialwright.formats.values import unescape
from trialwright.language.enumerations import (
    is_unavailable,
    read_arm_type,
    read_intervention_type,
    read_status,
)
from trialwright.model.source import Span

_MOST_ROWS = 3000
# Between the lines of one cell stands the sign that Unicode has for a line break inside a paragraph.
IN_CELL = "\u2028"


def _columns(**roles: str) -> dict[str, str]:
    return {name: role for role, names in roles.items() for name in names.split("|")}


_ARMS = _columns(
    label="arm|group|arm group|cohort|arm label|participant group/arm|name|arm title|treatment arm|study arm|"
    "arm/group|arm name|arms|groups|组别|title|treatment group|assigned arm|arm or group",
    intervention="intervention|interventions|intervention/treatment|treatment|treatments|drug|干预措施|"
    "assigned interventions|assigned intervention|intervention name",
    description="description|what is given|details|detail|what participants get|arm description|"
    "what happens|what people get|regimen|dose|dosing",
    size="n|number|sample size|size|participants|patients|样本量|number of participants|target size",
    type="type|arm type|role|kind",
)
_OUTCOMES = _columns(
    level="type|level|kind|category|outcome type|primary/secondary|指标类型",
    measure="measure|outcome|name|outcome measure|endpoint|title|what is measured|outcome name|指标|"
    "indicator|指标中文名|measurement|end point",
    time_frame="time frame|time|timeframe|timepoint|timepoints|time point|time points|when|when measured|"
    "time point(s)|timepoint(s)|测量时间点|at|period",
    description="method|description|measure description|details|how|how measured|definition|测量方法",
)
_LOCATIONS = _columns(
    facility="facility|site|hospital|institution|centre|center|name|site name|location|organisation|单位|"
    "clinic|facility name|trial site|医院",
    city="city|town|place|市|城市",
    state="state|province|region|state/province|county|state or province|省",
    country="country|国家|nation",
    status="status|recruitment status|site status|recruitment",
)
_USUAL: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "arms": {2: ("label", "description"), 3: ("label", "intervention", "description")},
    "outcomes": {2: ("measure", "time_frame"), 3: ("measure", "time_frame", "description")},
    "locations": {3: ("facility", "city", "country"), 4: ("facility", "city", "state", "country")},
}
_NAMES = {"arms": _ARMS, "outcomes": _OUTCOMES, "locations": _LOCATIONS}
# Of the names of columns those that only a table of this kind has.
_TELLING = {
    "arms": re.compile(r"\b(?:arms?|cohort)\b|组别"),
    "outcomes": re.compile(r"\b(?:outcome|measure|end ?point|indicator)\b|指标"),
    "locations": re.compile(r"\b(?:facility|site|hospital|clinic)\b|医院"),
}
_TYPED = re.compile(r"(?:^|(?<=\s))(?:• )?(?P<type>[A-Z][A-Za-z /]{2,24}?): (?=\S)")
_LEVEL = re.compile(r"\s*(primary|secondary|other|主要|次要|附加)", re.IGNORECASE)
_LEVELS = {"primary": "primary", "主要": "primary", "secondary": "secondary", "次要": "secondary"}


class Grid(Struct, frozen=True):
    """Rows of cells, each under the role of its column."""

    rows: tuple[dict[str, Line], ...]


def is_row(line: Line) -> bool:
    """Whether the line has cells."""
    return "\t" in line.text


def has_cells(text: str, line: Line) -> bool:
    """Whether the line is a row of a table, of which all cells but one may be empty."""
    return is_row(line) or text[line.end : line.end + 1] == "\t" or text[line.start - 1 : line.start] == "\t"


def kind_of_header(text: str, line: Line) -> str | None:
    """What the table holds that begins with this row of names: arms, outcomes or locations."""
    if not is_row(line) or len(line.text) > 400:
        return None
    names = [heading_key(cell.text) for cell in cells_of(text, line)]
    for kind, words in _TELLING.items():
        if all(name in _NAMES[kind] for name in names) and any(words.search(name) for name in names):
            return kind
    return None


def cells_of(text: str, line: Line) -> list[Line]:
    """The cells of a line, empty ones at its ends included."""
    start, end = line.start, line.end
    while start and text[start - 1] in "\t ":
        start -= 1
    while end < len(text) and text[end] in "\t ":
        end += 1
    cells = []
    at = start
    for piece in text[start:end].split("\t"):
        words = piece.strip()
        begin = at + len(piece) - len(piece.lstrip())
        cells.append(Line(words, begin, begin + len(words)))
        at += len(piece) + 1
    return cells


def read_grid(text: str, lines: Sequence[Line], kind: str) -> Grid:
    """The rows of a table of arms, outcomes or locations; a row of one cell is kept under ""."""
    names = _NAMES[kind]
    roles: Sequence[str | None] = ()
    rows: list[dict[str, Line]] = []
    for line in lines[:_MOST_ROWS]:
        cells = cells_of(text, line)
        known = [names.get(heading_key(cell.text)) for cell in cells]
        if len(cells) > 1 and sum(role is not None for role in known) >= max(2, len(cells) - 2):
            roles = known
            continue
        # A lone cell under the names of columns is a row whose other cells are empty.
        alone = sum(bool(cell.text) for cell in cells) == 1
        if alone and not (kind in ("arms", "outcomes") and 1 < len(cells) == len(roles) and cells[0].text):
            rows.append({"": next(cell for cell in cells if cell.text)})
            continue
        used = roles if len(roles) >= len(cells) else () if roles else _USUAL[kind].get(len(cells), ())
        row = {role: cell for role, cell in zip(used, cells, strict=False) if role and cell.text}
        if row:
            rows.append(row)
    return Grid(tuple(rows))


def state_arms(draft: Draft, lines: Sequence[Line]) -> None:
    """The arms of a table; several rows of one label are one arm with several interventions."""
    known: dict[str, int] = {}
    told = draft.holds("interventions")
    for row in read_grid(draft.text, lines, "arms").rows:
        label = row.get("label")
        if label is None:
            continue
        kind, name = _typed_label(first_line(label))
        if "description" not in row and (below := _below(label)):
            row["description"] = below
        if name.text not in known:
            known[name.text] = draft.count("arms")
            draft.state_line(f"arms[{known[name.text]}].label", name)
        arm = f"arms[{known[name.text]}]"
        if kind and not draft.holds(f"{arm}.type"):
            draft.state(f"{arm}.type", *kind)
        if (
            (sort := row.get("type"))
            and (value := read_arm_type(sort.text))
            and not draft.holds(f"{arm}.type")
        ):
            draft.state(f"{arm}.type", value, (sort.start, sort.end))
        if (size := row.get("size")) and size.text.isdigit() and len(size.text) < 7:
            draft.state(f"{arm}.size", int(size.text), (size.start, size.end))
        if (given := row.get("intervention")) and not is_unavailable(given.text):
            _state_given(draft, arm, given, told=told)
        described = row.get("description")
        if described and not draft.holds(f"{arm}.description") and not is_unavailable(described.text):
            draft.state(f"{arm}.description", _words(described), (described.start, described.end))


def _typed_label(cell: Line) -> tuple[tuple[str, Span] | None, Line]:
    """The type before the colon of "Experimental: Cohort 1", and the label behind it."""
    cell = without_bullet(cell)
    head, colon, tail = cell.text.partition(":")
    kind = read_arm_type(head) if colon and tail.strip() else None
    if kind is None:
        return None, cell
    name = tail.strip()
    return (kind, (cell.start, cell.start + len(head))), Line(name, cell.end - len(name), cell.end)


def _state_given(draft: Draft, arm: str, cell: Line, *, told: bool) -> None:
    """The interventions of a cell, "Drug: X Device: Y" or names alone."""
    for kind, name in split_given(cell):
        place = (name.start, name.end)
        field = f"{arm}.interventions[{draft.count(arm + '.interventions')}]"
        draft.state(field, name.text, place)
        if not told and name.text not in draft.values("interventions.name"):
            item = f"interventions[{draft.count('interventions')}]"
            draft.state(f"{item}.name", name.text, place)
            if kind:
                draft.state(f"{item}.type", *kind)


def first_line(cell: Line) -> Line:
    """The first of the lines of a cell."""
    words = cell.text.partition(IN_CELL)[0].rstrip()
    return Line(words, cell.start, cell.start + len(words))


def _below(cell: Line) -> Line | None:
    """What stands below the first line of a cell."""
    words = cell.text.partition(IN_CELL)[2]
    return Line(words.lstrip(), cell.end - len(words.lstrip()), cell.end) if words.strip() else None


def _words(cell: Line) -> str:
    return unescape(cell.text.replace(IN_CELL, "\n"))


def split_given(cell: Line) -> list[tuple[tuple[str, Span] | None, Line]]:
    """The interventions that a cell names, each with its type and the place of that."""
    cell = without_bullet(cell)
    starts = [m for m in _TYPED.finditer(cell.text[:4000]) if read_intervention_type(m["type"])]
    if not starts or starts[0].start() > 0:
        return [(None, first_line(cell))]
    found: list[tuple[tuple[str, Span] | None, Line]] = []
    for match, stop in zip(starts, [*(m.start() for m in starts[1:]), len(cell.text)], strict=True):
        words = cell.text[match.end() : stop].partition(IN_CELL)[0].rstrip(" •;,")
        value = read_intervention_type(match["type"])
        if value and words:
            start = cell.start + match.end()
            kind = (value, (cell.start + match.start("type"), cell.start + match.end("type")))
            found.append((kind, Line(words, start, start + len(words))))
    return found


def state_outcomes(draft: Draft, lines: Sequence[Line], level: str | None, place: Span | None) -> None:
    """The outcomes of a table; `level` and its place are those of the heading above it."""
    for row in read_grid(draft.text, lines, "outcomes").rows:
        title = row.get("") or row.get("level") or (row.get("measure") if len(row) == 1 else None)
        if title and (found := read_level(title.text)):
            level, place = found, (title.start, title.end)
            if title is row.get("measure"):
                continue
        measure = row.get("measure")
        if measure is None or level is None or place is None or is_unavailable(measure.text):
            continue
        outcome = f"outcomes[{draft.count('outcomes')}]"
        draft.state(f"{outcome}.level", level, place)
        for name in ("measure", "time_frame", "description"):
            if (cell := row.get(name)) and not is_unavailable(cell.text):
                plain = without_bullet(cell)
                draft.state(f"{outcome}.{name}", _words(plain), (plain.start, plain.end))


def read_level(words: str) -> str | None:
    """Whether words speak of primary, secondary or other outcomes."""
    found = _LEVEL.match(words) if len(words) < 60 else None
    return _LEVELS.get(found[1].lower(), "other") if found else None


def state_locations(draft: Draft, lines: Sequence[Line]) -> None:
    """The sites of a table."""
    for row in read_grid(draft.text, lines, "locations").rows:
        place = f"locations[{draft.count('locations')}]"
        for name in ("facility", "city", "state", "country"):
            if (cell := row.get(name)) and not is_unavailable(cell.text):
                draft.state_line(f"{place}.{name}", first_line(cell))
        if (cell := row.get("status")) and (value := read_status(cell.text)) and draft.holds(place):
            draft.state(f"{place}.status", value, (cell.start, cell.end))
