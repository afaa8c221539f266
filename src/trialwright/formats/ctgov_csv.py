"""The table that ClinicalTrials.gov gives for a search (CSV or tab-separated), today's and the classic one.

Takes a whole table, gives one record a row, each value with the characters of its cell. Lists are joined
with `|`; what is glued together with commas (places) is only taken apart where there is one way to do it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from trialwright.errors import ReadError
from trialwright.formats import registry as values
from trialwright.formats.document import Document
from trialwright.formats.entry import Entry
from trialwright.model.source import Record, Span
from trialwright.model.study import Refusal

NAME = "ctgov-csv"
KINDS = ("a table",)

# Possessive, so that a quote that is never closed is not looked for again and again.
_CELLS = {
    sign: re.compile(rf'[ ]?"((?:[^"]++|"")*+)"[ ]*(?=[{sign}\r\n]|\Z)|([^{sign}\r\n]*)')
    for sign in (",", "\t")
}
_AGES = re.compile(
    r"(?:(?P<low>\d[\d.]* \w+) (?:to (?P<high>\d[\d.]* \w+)|and older)|up to (?P<top>\d[\d.]* \w+))"
    r"(?:\s*\([^()]*\))?",
    re.IGNORECASE,
)
_DESIGN = {
    "allocation": ("design.allocation", values.read_allocation),
    "intervention model": ("design.intervention_model", values.read_model),
    "primary purpose": ("design.primary_purpose", values.read_purpose),
    "observational model": ("design.observational_model", values.read_observational_model),
    "time perspective": ("design.time_perspective", values.read_time_perspective),
}
_COUNTRY_TAILS = ("Republic of", "Islamic Republic of", "Province of China", "Federated States of", "The")
_WITH_STATES = frozenset({"United States", "Canada"})


class Cell:
    """The words of a cell and where they stand."""

    __slots__ = ("exact", "start", "words")

    def __init__(self, words: str, start: int, exact: bool) -> None:
        self.words = words
        self.start = start
        self.exact = exact

    @property
    def span(self) -> Span:
        """The characters of the cell."""
        return (self.start, self.start + len(self.words))

    def parts(self) -> Iterator[Cell]:
        """The members of a list joined with `|`."""
        at = 0
        for part in self.words.split("|"):
            if words := part.strip():
                shift = at + len(part) - len(part.lstrip())
                # A doubled quote before it moves a part; then the whole cell is its place.
                yield Cell(words, self.start + shift if self.exact else self.start, self.exact)
            at += len(part) + 1


State = Callable[[Entry, Cell], None]


def is_header(text: str) -> bool:
    """Whether a text begins with the names of the columns."""
    line = text.lstrip()[:4000].partition("\n")[0].casefold()
    return "nct number" in line and "title" in line and len(re.split("[,\t]", line)) > 2


def sniff(text: str) -> float:
    """The names of the columns in the first line."""
    return 0.95 if is_header(text) else 0.0


def read(document: Document) -> Iterator[Record | Refusal]:
    """One record a row; a row that has not as many cells as there are columns is refused."""
    text = document.text
    line = text.lstrip().partition("\n")[0]
    rows = _rows(text, "\t" if line.count("\t") > line.count(",") else ",")
    names = [cell.words.strip().casefold() for cell in next(rows, [])]
    if "nct number" not in names:
        raise ReadError("its first line has no column NCT Number", where=document.uri)
    given = 0
    for number, row in enumerate(rows, start=1):
        if len(row) == 1 and not row[0].words.strip():
            continue
        fragment = f"#{number}"
        if len(row) != len(names):
            yield Refusal(
                uri=document.uri + fragment,
                reason=f"the row is broken: {len(row)} cells under {len(names)} names of columns",
            )
            continue
        entry = Entry(document, NAME, given, fragment)
        cells = {
            name: cell
            for name, cell in zip(names, row, strict=True)
            if cell.words and not cell.words.isspace()
        }
        for name, state in _COLUMNS.items():
            if name in cells:
                state(entry, cells[name])
        _state_lead(entry, cells)
        if entry.is_empty():
            yield Refusal(uri=document.uri + fragment, reason="the row holds no value")
            continue
        given += 1
        yield entry.record()


def _rows(text: str, sign: str) -> Iterator[list[Cell]]:
    form = _CELLS[sign]
    at, row = len(text) - len(text.lstrip()), []
    while at <= len(text):
        found = form.match(text, at)
        if found is None:
            return
        if found[1] is None:
            row.append(Cell(found[2].strip(), found.start(2) + len(found[2]) - len(found[2].lstrip()), True))
        else:
            row.append(_quoted(found))
        at = found.end()
        if text[at : at + 1] == sign:
            at += 1
            continue
        yield row
        row = []
        at += 2 if text.startswith("\r\n", at) else 1
        if at >= len(text):
            return


def _quoted(found: re.Match[str]) -> Cell:
    words = found[1]
    if '""' not in words:
        plain = words.strip()
        return Cell(plain, found.start(1) + len(words) - len(words.lstrip()), True)
    return Cell(words.replace('""', '"').strip(), found.start(1), False)


# -- the columns ---------------------------------------------------------------------------------------


def _text(field: str) -> State:
    return lambda entry, cell: entry.state(field, cell.words, cell.span)


def _date(field: str) -> State:
    return lambda entry, cell: values.state_date(entry, field, cell.words, cell.span)


def _listed(field: str, read_word: Callable[[str], str | None]) -> State:
    def state(entry: Entry, cell: Cell) -> None:
        values.state_listed(entry, field, cell.words, cell.span, read_word)

    return state


def _names(field: str) -> State:
    def state(entry: Entry, cell: Cell) -> None:
        for part in cell.parts():
            values.state_name(entry, field, part.words, part.span)

    return state


def _state_number(entry: Entry, cell: Cell) -> None:
    values.state_identifier(entry, cell.words, "registry", cell.span)


def _state_other_numbers(entry: Entry, cell: Cell) -> None:
    for count, part in enumerate(cell.parts()):
        values.state_identifier(entry, part.words, "secondary" if count else "sponsor", part.span)


def _state_phases(entry: Entry, cell: Cell) -> None:
    values.state_phases(entry, [part.words for part in cell.parts()], cell.span)


def _state_enrollment(entry: Entry, cell: Cell) -> None:
    words = cell.words.removesuffix(".0")
    if words.isdecimal() and len(words) <= 12:
        status = entry.value("overall_status")
        values.state_enrollment(entry, int(words), None, cell.span, status)


def _state_ages(entry: Entry, cell: Cell) -> None:
    """Today's table tells only groups of ages, which are no limits."""
    found = _AGES.fullmatch(cell.words)
    if found is None:
        return
    for side, names in (("minimum", ("low",)), ("maximum", ("high", "top"))):
        for name in names:
            if words := found[name]:
                start = cell.start + found.start(name)
                span = (start, start + len(words)) if cell.exact else cell.span
                values.state_age(entry, f"eligibility.{side}_age", words, span)


def _state_interventions(entry: Entry, cell: Cell) -> None:
    for part in cell.parts():
        head, colon, tail = part.words.partition(":")
        kind = values.read_intervention_type(head) if colon and tail.strip() else None
        field = entry.add("interventions")
        name = tail.strip() if kind else part.words
        entry.state_of(f"{field}.name", name, part.span, values.differing(part.words, name))
        if kind:
            entry.state_of(f"{field}.type", kind, (part.start, part.start + len(head)), head)


def _outcomes(level: str | None) -> State:
    """The measures; of today's table with descriptions and times glued on, as they stand."""

    def state(entry: Entry, cell: Cell) -> None:
        for part in cell.parts():
            field = entry.add("outcomes")
            certainty = 1.0 if level else 0.3
            entry.state_of(f"{field}.level", level or "other", part.span, part.words, certainty)
            entry.state_of(f"{field}.measure", part.words, part.span)
        if level is None:
            entry.note("levels_unknown", "the table does not say which outcomes are primary")

    return state


def _state_design(entry: Entry, cell: Cell) -> None:
    for part in cell.parts():
        name, colon, tail = part.words.partition(":")
        words = tail.strip()
        if not colon or not words:
            continue
        start = part.start + len(part.words) - len(words)
        span = (start, start + len(words)) if part.exact else part.span
        if name.strip().casefold() == "masking":
            values.state_masking(entry, words, span)
        elif name.strip().casefold() in _DESIGN:
            field, read_word = _DESIGN[name.strip().casefold()]
            values.state_listed(entry, field, words, span, read_word)


def _state_places(entry: Entry, cell: Cell) -> None:
    for part in cell.parts():
        pieces = part.words.split(", ")
        if len(pieces) > 2 and pieces[-1] in _COUNTRY_TAILS:
            pieces[-2:] = [", ".join(pieces[-2:])]
        *rest, country = pieces
        if rest and any(c.isdigit() for c in rest[-1]) and len(rest) > 2:
            rest.pop()
        value = {"country": country}
        if len(rest) == 2:
            value |= {"facility": rest[0], "city": rest[1]}
        elif len(rest) == 3 and country in _WITH_STATES:
            value |= {"facility": rest[0], "city": rest[1], "state": rest[2]}
        elif rest:
            value["facility"] = ", ".join(rest)
        entry.state_of(entry.add("locations"), value, part.span, part.words)


def _state_lead(entry: Entry, cells: Mapping[str, Cell]) -> None:
    """The sponsor; the classic table has one list of all, the lead first, and the classes of all together."""
    kind = cells.get("funder type")
    if lead := cells.get("sponsor"):
        place = kind.span if kind else None
        values.state_lead(entry, lead.words, kind.words if kind else None, lead.span, place)
        if others := cells.get("collaborators"):
            for part in others.parts():
                values.state_collaborator(entry, part.words, None, part.span)
    elif both := cells.get("sponsor/collaborators"):
        for count, part in enumerate(both.parts()):
            if count:
                values.state_collaborator(entry, part.words, None, part.span)
            else:
                values.state_lead(entry, part.words, None, part.span)


_COLUMNS: Mapping[str, State] = {
    "nct number": _state_number,
    "other ids": _state_other_numbers,
    "study title": _text("brief_title"),
    "title": _text("brief_title"),
    "acronym": _text("acronym"),
    "brief summary": _text("brief_summary"),
    "study status": _listed("overall_status", values.read_status),
    "status": _listed("overall_status", values.read_status),
    "conditions": _names("conditions"),
    "interventions": _state_interventions,
    "primary outcome measures": _outcomes("primary"),
    "secondary outcome measures": _outcomes("secondary"),
    "other outcome measures": _outcomes("other"),
    "outcome measures": _outcomes(None),
    "sex": _listed("eligibility.sex", values.read_sex),
    "gender": _listed("eligibility.sex", values.read_sex),
    "age": _state_ages,
    "phases": _state_phases,
    "enrollment": _state_enrollment,
    "study type": _listed("study_type", values.read_study_type),
    "study design": _state_design,
    "study designs": _state_design,
    "start date": _date("start_date"),
    "primary completion date": _date("primary_completion_date"),
    "completion date": _date("completion_date"),
    "first posted": _date("study_first_post_date"),
    "results first posted": _date("results_first_post_date"),
    "last update posted": _date("last_update_post_date"),
    "locations": _state_places,
}
