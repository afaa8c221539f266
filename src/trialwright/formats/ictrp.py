"""WHO ICTRP exports: the rows that its search portal gives as XML, CSV or a spreadsheet.

Takes such a document, gives a record a trial. One export mixes the manners of twenty registers: lists
joined with semicolons, dates in several orders, phases that a spreadsheet has turned into dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from trialwright.formats import tabular
from trialwright.formats.document import Document
from trialwright.formats.entries import Entry, clean, collect, guarded, part_of, refuse
from trialwright.formats.ictrpdesign import state_size, state_written_design, undo_spreadsheet_date
from trialwright.formats.nodes import Element, Node, read_elements
from trialwright.language import enumerations as lists
from trialwright.model.source import Record
from trialwright.model.study import Refusal

NAME = "ictrp"
# What its documents look like before anybody reads them.
KINDS = ("XML", "HTML", "a table", None)

_SHAPE = re.compile(r"<(?:Trials_downloaded_from_ICTRP|trials)\b")
_OWN = re.compile(r"<(?:TrialID|Trial_ID|trial_id|Source_Register|reg_name)\b")
_COLUMNS = frozenset({"trialid", "publictitle", "sourceregister", "recruitmentstatus"})
# Registers whose numbers have no form of their own; elsewhere the number tells the register.
_SCHEMES = {"netherlands": "ntr", "ntr": "ntr", "repec": "repec", "peru": "repec", "rpcec": "rpcec"}
# No trial has more countries or conditions than this, and no cell more words.
_MOST, _LONGEST = 400, 200_000
_NOTHING = "it is no row of an ICTRP export with a number or a title"
# A list joined with ";" may hold brackets with ";" in them.
_SEMICOLON = re.compile(r"[;；](?![^()\[\]]{0,200}[)\]])|\n")
_ARM = re.compile(
    r"(?P<arm>[\w\-+ /()（）.]{1,60}?(?:group|arm|groups|组)[\w\-+ /()（）.]{0,20})\s*[:：]\s*(?P<what>.+)",
    re.IGNORECASE,
)
_EUDRACT_LABELS = re.compile(
    r"(Main Objective|Secondary Objective|Primary end point\(s\)|Secondary end point\(s\)|"
    r"Timepoint\(s\) of evaluation of this end point)\s*[:：]",
    re.IGNORECASE,
)
_PRODUCT = re.compile(r"(?:Trade Name|Product Name|INN or Proposed INN)\s*:\s*([^\n]{1,200})", re.IGNORECASE)


def sniff(text: str) -> float:
    """The names of its elements or columns, which no other export has."""
    head = text[:20_000]
    if head.lstrip()[:1] == "<":
        return 0.98 if _SHAPE.search(head) and _OWN.search(head) else 0.0
    names = {_key(name) for name in tabular.header(text)}
    return 0.98 if len(_COLUMNS & names) > 2 else 0.0


def read(document: Document) -> tuple[Record | Refusal, ...]:
    """A record a trial."""
    rows = _elements if document.text.lstrip()[:1] == "<" else _rows
    return collect(document, rows(document))


def _elements(document: Document) -> Iterator[Record | Refusal]:
    for position, (text, element) in enumerate(read_elements(document.text, "Trial", "trial"), 1):
        cells = _cells_of(element)
        name = cells["trialid"].text or str(position) if "trialid" in cells else str(position)
        part = part_of(document, text, name)
        yield guarded(document, name, _NOTHING, _record, part, cells, position - 1)


def _cells_of(element: Element) -> dict[str, Node]:
    """The fields of a trial by their plain names; those of the form for registers get the export's names."""
    cells: dict[str, Node] = {}
    for child in element.children:
        if not child.children:
            cells[_key(child.name)] = child
            continue
        for leaf in _leaves(child):
            key = _FORM_NAMES.get(leaf.name, _key(leaf.name))
            known = cells.get(key)
            cells[key] = leaf if known is None else Node(f"{known.text};{leaf.text}", known.pointer)
    return cells


def _leaves(element: Element) -> Iterator[Element]:
    for child in element.children:
        if child.children:
            yield from _leaves(child)
        elif child.text:
            yield child


_FORM_NAMES = {
    "trial_id": "trialid",
    "reg_name": "sourceregister",
    "date_enrolment": "dateenrollement",
    "hc_freetext": "condition",
    "i_freetext": "intervention",
    "country2": "countries",
    "agemin": "inclusionagemin",
    "agemax": "inclusionagemax",
    "gender": "inclusiongender",
    "prim_outcome": "primaryoutcome",
    "sec_outcome": "secondaryoutcome",
    "sponsor_name": "secondarysponsor",
    "sec_id": "secondaryids",
    "source_name": "sourcesupport",
    "firstname": "contactfirstname",
    "lastname": "contactlastname",
    "email": "contactemail",
    "telephone": "contacttel",
    "affiliation": "contactaffiliation",
}


def _rows(document: Document) -> Iterator[Record | Refusal]:
    names: list[str] = []
    for number, row in enumerate(tabular.rows(document.text)):
        if number == 0:
            names = [_key(cell.value) for cell in row]
            continue
        if len(row) == 1 and not row[0].value.strip():
            continue
        cells = {
            name: Node(cell.value, None, cell.span) for name, cell in zip(names, row, strict=False) if name
        }
        name = cells["trialid"].text or f"row {number + 1}" if "trialid" in cells else f"row {number + 1}"
        if len(row) > len(names):
            yield refuse(document, name, f"row {number + 1} has {len(row)} cells under {len(names)} names")
            continue
        cells, text = _within(document.text, cells)
        part = part_of(document, text, name)
        yield guarded(document, name, _NOTHING, _record, part, cells, number - 1)


def _within(text: str, cells: dict[str, Node]) -> tuple[dict[str, Node], str]:
    """The cells with their places counted from the beginning of the row, and the words of the row."""
    spans = [n.span for n in cells.values() if n.span]
    start, end = min(s[0] for s in spans), max(s[1] for s in spans)
    moved = {
        k: Node(n.value, None, (n.span[0] - start, n.span[1] - start)) for k, n in cells.items() if n.span
    }
    return moved, text[start:end]


def _key(name: str) -> str:
    """A name as both shapes have it: `Public_title` and "Public title" are one."""
    plain = re.sub(r"[^a-z0-9]", "", name.casefold())
    return {"trialidentification": "trialid", "secondaryid": "secondaryids", "agemin": "inclusionagemin",
            "agemax": "inclusionagemax", "gender": "inclusiongender", "dateenrollment": "dateenrollement",
            "dateenrolment": "dateenrollement", "targetsizes": "targetsize"}.get(plain, plain)  # fmt: skip


def _record(document: Document, cells: Mapping[str, Node], position: int) -> Record:
    nowhere = Node(None, "/")

    def cell(*names: str) -> Node:
        return next((cells[n] for n in names if n in cells and cells[n].text), nowhere)

    if not cell("trialid") and not cell("publictitle", "scientifictitle"):
        raise ValueError("no number and no title")
    draft = Entry(document, NAME, position)
    register = cell("sourceregister").text.casefold()
    scheme = next((s for word, s in _SCHEMES.items() if word in register), "other")
    draft.identifier(cell("trialid"), "registry", scheme)
    for words, node in _pieces(cell("secondaryids")):
        draft.identifier(_like(node, words), "secondary")
    if cell("utrn"):
        draft.identifier(cell("utrn"), "secondary")
    draft.text_of("brief_title", cell("publictitle"))
    draft.text_of("official_title", cell("scientifictitle"))
    draft.text_of("acronym", cell("acronym", "scientificacronym"))
    draft.status(cell("recruitmentstatus"))
    draft.choice("study_type", cell("studytype"), _study_type)
    draft.date("start_date", undo_spreadsheet_date(draft, cell("dateenrollement")), day_first=True)
    registered = cell("dateregistration", "dateregistration3", "dateofregistration")
    draft.date("study_first_post_date", undo_spreadsheet_date(draft, registered), day_first=True)
    _state_phase(draft, cell("phase"))
    state_written_design(draft, cell("studydesign"))
    state_size(draft, cell("targetsize"))
    draft.people("actual", cell("resultsactualenrolment", "resultsactualenrollment"))
    draft.sponsor("lead_sponsor", cell("primarysponsor"))
    for words, node in _pieces(cell("secondarysponsor")):
        draft.collaborator(_like(node, words))
    for words, node in _pieces(cell("condition")):
        draft.name("conditions", _like(node, words))
    _state_interventions(draft, cell("intervention"))
    _state_outcomes(draft, "primary", cell("primaryoutcome"))
    _state_outcomes(draft, "secondary", cell("secondaryoutcome"))
    draft.criteria(
        _spanning(cell("inclusioncriteria"), cell("exclusioncriteria")),
        cell("inclusioncriteria"),
        cell("exclusioncriteria"),
    )
    draft.choice("eligibility.sex", cell("inclusiongender"), lists.read_sex)
    draft.age("minimum", cell("inclusionagemin"))
    draft.age("maximum", cell("inclusionagemax"))
    for words, node in _pieces(cell("countries")):
        draft.location(country=_like(node, words))
    _state_contacts(draft, cell)
    return draft.record()


def _pieces(node: Node) -> list[tuple[str, Node]]:
    """The members of a list that the export has joined."""
    pieces = (p.strip(" \t.") for p in _SEMICOLON.split(clean(node.text[:_LONGEST]), _MOST)[:_MOST])
    return [(p, node) for p in pieces if p]


def _like(node: Node, words: str) -> Node:
    """A piece of a cell; its place is the cell's."""
    if node.span is None:
        return Node(words, node.pointer)
    return Node(words, None, node.span)


def _spanning(first: Node, second: Node) -> Node:
    """The place of two cells together."""
    if first.span and second.span and first.span[0] < second.span[0]:
        return Node(first.value, None, (first.span[0], second.span[1]))
    return first


def _study_type(words: str) -> str | None:
    plain = words.casefold()
    if "observational" in plain:
        return "OBSERVATIONAL"
    return lists.read_study_type(words) or ("INTERVENTIONAL" if plain.startswith("intervention") else None)


def _state_phase(draft: Entry, node: Node) -> None:
    """The phase; "2-3" that a spreadsheet took for the second of March is read back."""
    if (
        lists.read_phases(clean(node.text)) is None
        and (date := undo_spreadsheet_date(draft, node)) is not node
    ):
        _, month, day = (int(n) for n in date.text.split("-"))
        if 1 <= month <= 4 and 1 <= day <= 4 and abs(month - day) <= 1:
            numbers = sorted({month, day})
            draft.put("phases", [f"PHASE{n}" for n in numbers], node, 0.8)
            draft.remark(
                "spreadsheet_date",
                f"a spreadsheet has turned the phase into a date ({node.text[:20]}); read back as "
                f"{'-'.join(str(n) for n in numbers)}",
                node,
            )
            return
    draft.phases(node)


def _state_interventions(draft: Entry, node: Node) -> None:
    """Interventions: "Drug: name", groups with what they get, products of a European form, or prose."""
    words = clean(node.text)
    if products := [p.strip() for p in _PRODUCT.findall(words)]:
        for name in dict.fromkeys(products):
            draft.intervention(_like(node, name), "DRUG" if "Pharmaceutical Form" in words else None)
        return
    pieces = [p for p, _ in _pieces(node)]
    typed = [p.partition(":") for p in pieces]
    kinds = [lists.read_intervention_type(head) if colon else None for head, colon, _ in typed]
    if pieces and all(kinds):
        for kind, (_, _, name) in zip(kinds, typed, strict=True):
            draft.intervention(_like(node, name.strip()), kind)
        return
    arms = [_ARM.fullmatch(p) for p in pieces]
    if pieces and all(arms):
        for found in arms:
            if found is not None:
                _state_arm(draft, node, found["arm"].strip(), found["what"].strip())
        return
    if all(len(p) < 120 for p in pieces):
        for piece in pieces:
            draft.intervention(_like(node, piece))
    else:
        draft.intervention(node)


def _state_arm(draft: Entry, node: Node, label: str, what: str) -> None:
    known = draft.values("arms.label")
    number = known.index(label) if label in known else len(known)
    if label not in known:
        draft.put(f"arms[{number}].label", label, _like(node, label))
    name = draft.intervention(_like(node, what))
    if name:
        draft.put(f"arms[{number}].interventions[0]", name, _like(node, name))


def _state_outcomes(draft: Entry, level: str, node: Node) -> None:
    words = clean(node.text)
    parts = _EUDRACT_LABELS.split(words)
    if len(parts) > 2:
        told = {
            label.casefold(): text.strip(" ;\n") for label, text in zip(parts[1::2], parts[2::2], strict=True)
        }
        frame = told.get("timepoint(s) of evaluation of this end point", "")
        for label, rank in (("primary end point(s)", level), ("secondary end point(s)", "secondary")):
            if told.get(label):
                draft.outcome(rank, _like(node, told[label]), _like(node, frame))
        return
    pieces = [p for p, _ in _pieces(node)]
    for piece in pieces if all(len(p) > 2 for p in pieces) else [words]:
        found = re.fullmatch(r"(?s)(.{3,2000}?)\s?\[Time ?Frame:\s?(.{1,255})\]", piece, re.IGNORECASE)
        measure, frame = (found[1], found[2]) if found else (piece, "")
        draft.outcome(level, _like(node, measure), _like(node, frame))


def _state_contacts(draft: Entry, cell) -> None:  # type: ignore[no-untyped-def]
    """The persons to ask: names, mails and telephones stand in columns, each a list of its own."""
    columns = [
        clean(cell(name).text).split(";") if cell(name).text else []
        for name in (
            "contactfirstname",
            "contactlastname",
            "contactemail",
            "contacttel",
            "contactaffiliation",
        )
    ]
    place = cell("contactlastname", "contactfirstname")
    size = max(len(columns[0]), len(columns[1]))
    if len(columns[0]) not in (0, size) or len(columns[1]) not in (0, size) or size > 50:
        return
    for number in range(size):
        told = [c[number].strip() if len(c) == size else "" for c in columns]
        draft.contact(
            place,
            f"{told[0]} {told[1]}".strip(),
            email=_like(cell("contactemail"), told[2]),
            phone=_like(cell("contacttel"), told[3]),
            affiliation=_like(cell("contactaffiliation"), told[4]),
        )
