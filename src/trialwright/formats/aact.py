"""Studies of an AACT export: the tables of a folder or archive (`studies.txt`, `eligibilities.txt`, ...).

`gathered` brings the rows of one study together, on disk and not in memory, and gives them as JSON, table by
table; `read` makes the record of that. AACT completes months to their last day; the words of the registry
stand in columns beside, which are taken instead.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from trialwright.errors import ReadError
from trialwright.formats import registry as values
from trialwright.formats.ctgov_json import parse
from trialwright.formats.document import Document
from trialwright.formats.entry import Entry
from trialwright.model.source import Record

NAME = "aact"
KINDS = ("JSON",)

Row = Mapping[str, str]
Tables = Mapping[str, list[Row]]

_KEY = re.compile(r'\s*\{"studies": \[\{"nct_id": "')
_DATES = (
    ("start_date", "start_month_year", "start_date", "start_date_type"),
    (
        "primary_completion_date",
        "primary_completion_month_year",
        "primary_completion_date",
        "primary_completion_date_type",
    ),
    ("completion_date", "completion_month_year", "completion_date", "completion_date_type"),
    ("study_first_post_date", "", "study_first_posted_date", "study_first_posted_date_type"),
    ("results_first_post_date", "", "results_first_posted_date", "results_first_posted_date_type"),
    ("last_update_post_date", "", "last_update_posted_date", "last_update_posted_date_type"),
    ("status_verified_date", "verification_month_year", "", ""),
)
_MASKED = (
    ("subject_masked", "PARTICIPANT"),
    ("caregiver_masked", "CARE_PROVIDER"),
    ("investigator_masked", "INVESTIGATOR"),
    ("outcomes_assessor_masked", "OUTCOMES_ASSESSOR"),
)
_RELATIONS = {
    "background": "background",
    "result": "result",
    "results_reference": "result",
    "derived": "derived",
}
# So many broken rows of a table are named one by one.
_MOST_NAMED = 100
_TRUE = frozenset({"t", "true", "yes", "1"})


def sniff(text: str) -> float:
    """Rows brought together by `gathered`."""
    return 1.0 if _KEY.match(text[:200]) else 0.0


def is_export(names: Iterable[str]) -> bool:
    """Whether files of these names are the tables of an export."""
    tables = {table_of(name) for name in names}
    return "studies" in tables and len(tables & set(_TABLES)) >= 2


def table_of(name: str) -> str | None:
    """The table that a file of that name holds, None where it holds none that is read."""
    base = name.replace("\\", "/").rpartition("/")[2].lower()
    table = base.removesuffix(".txt")
    return table if base.endswith(".txt") and table in _TABLES else None


def gathered(tables: Iterable[tuple[str, Iterable[str]]]) -> Iterator[tuple[str, bytes | ReadError]]:
    """Number and rows of each study, in the order of `studies`; `tables` are names and lines.

    Before them come the rows that cannot be used, by table and line ("facilities:17"), each with the reason.
    Raises ReadError where a table is broken. The rows wait in a temporary file that vanishes by itself.
    """
    base = sqlite3.connect("")
    try:
        base.execute("CREATE TABLE rows (study TEXT, part TEXT, position INTEGER, cells TEXT)")
        for name, lines in tables:
            broken: list[tuple[int, str]] = []
            base.executemany("INSERT INTO rows VALUES (?, ?, ?, ?)", _rows(name, lines, broken))
            for line, reason in broken[:_MOST_NAMED]:
                yield f"{name}:{line}", ReadError(reason, cure="fetch the table again")
            if len(broken) > _MOST_NAMED:
                more = f"{len(broken) - _MOST_NAMED} more of its rows cannot be used either"
                yield name, ReadError(more, cure="fetch the table again")
        base.execute("CREATE INDEX by_study ON rows (study, part, position)")
        numbers = base.execute("SELECT study FROM rows WHERE part = 'studies' ORDER BY position")
        for (number,) in numbers:
            found: dict[str, list[Any]] = {"studies": []}
            for part, cells in base.execute(
                "SELECT part, cells FROM rows WHERE study = ? ORDER BY part, position", (number,)
            ):
                found.setdefault(part, []).append(json.loads(cells))
            yield number, json.dumps(found, ensure_ascii=False).encode()
    finally:
        base.close()


def _rows(
    name: str, lines: Iterable[str], broken: list[tuple[int, str]]
) -> Iterator[tuple[str, str, int, str]]:
    """The rows of a table as they wait; line and reason of those that cannot be used go into `broken`."""
    try:
        rows = csv.reader(lines, delimiter="|")
        header = [cell.strip().lower().removeprefix("\ufeff") for cell in next(rows, [])]
        if "nct_id" not in header:
            raise ReadError(f"the table {name} has no column nct_id")
        at = header.index("nct_id")
        names = ["nct_id", *(cell for cell in header if cell != "nct_id")]
        for position, row in enumerate(rows):
            if len(row) != len(header):
                if row:
                    count = f"the row has {len(row)} cells and its table {len(header)} columns"
                    broken.append((rows.line_num, f"{count}, so that its cells cannot be told apart"))
            elif not row[at]:
                broken.append((rows.line_num, "the row does not say to which study it belongs"))
            else:
                cells = {cell: value for cell, value in zip(header, row, strict=True) if value}
                ordered = {cell: cells[cell] for cell in names if cell in cells}
                yield row[at], name, position, json.dumps(ordered, ensure_ascii=False)
    except csv.Error as error:
        raise ReadError(f"the table {name} is broken: {error}") from None


def read(document: Document) -> tuple[Record, ...]:
    """The record of the rows of one study."""
    node = parse(document.text, document.uri)
    tables: dict[str, list[Row]] = {
        name: [row for row in rows if isinstance(row, dict)]
        for name, rows in node.items()
        if isinstance(rows, list)
    }
    entry = Entry(document, NAME)
    for name, state in _TABLES.items():
        if state is not None and tables.get(name):
            state(entry, tables, f"/{name}")
    if entry.is_empty():
        raise ReadError("its rows hold no value", where=document.uri)
    return (entry.record(),)


# -- the tables ----------------------------------------------------------------------------------------


def _word(row: Row, name: str) -> str | None:
    found = row.get(name)
    return found.strip() or None if isinstance(found, str) else None


def _each(tables: Tables, name: str) -> Iterator[tuple[Row, str]]:
    for number, row in enumerate(tables.get(name, ())):
        yield row, f"/{name}/{number}"


def _listed(
    entry: Entry, field: str, row: Row, name: str, at: str, read_word: Callable[[str], str | None]
) -> None:
    if words := _word(row, name):
        values.state_listed(entry, field, words, f"{at}/{name}", read_word)


def _text(entry: Entry, field: str, row: Row, name: str, at: str) -> None:
    if words := _word(row, name):
        entry.state(field, words, f"{at}/{name}")


def _text_of(entry: Entry, field: str, row: Row, name: str, at: str) -> None:
    if words := _word(row, name):
        entry.state_of(field, words, f"{at}/{name}")


def _state_studies(entry: Entry, tables: Tables, at: str) -> None:
    row, at = tables["studies"][0], f"{at}/0"
    if number := _word(row, "nct_id"):
        values.state_identifier(entry, number, "registry", f"{at}/nct_id")
    for name in ("brief_title", "official_title", "acronym", "why_stopped"):
        _text(entry, name, row, name, at)
    _listed(entry, "overall_status", row, "overall_status", at, values.read_status)
    _listed(entry, "last_known_status", row, "last_known_status", at, values.read_status)
    _listed(entry, "study_type", row, "study_type", at, values.read_study_type)
    if words := _word(row, "phase"):
        values.state_phases(entry, words.split("/"), f"{at}/phase")
    for field, month, day, kind in _DATES:
        name = month if month and _word(row, month) else day
        if name and (words := _word(row, name)):
            values.state_date(entry, field, words, f"{at}/{name}", _word(row, kind) if kind else None)
    count = (_word(row, "enrollment") or "").removesuffix(".0")
    if count.isdecimal() and len(count) <= 12:
        status = entry.value("overall_status")
        kind_word = _word(row, "enrollment_type")
        values.state_enrollment(entry, int(count), kind_word, f"{at}/enrollment", status)


def _state_numbers(entry: Entry, tables: Tables, at: str) -> None:
    for row, place in _each(tables, "id_information"):
        told = (_word(row, "id_source") or _word(row, "id_type") or "").lower()
        role = "alias" if "alias" in told else "sponsor" if "org" in told else "secondary"
        if words := _word(row, "id_value"):
            values.state_identifier(entry, words, role, f"{place}/id_value", _word(row, "id_type"))


def _description(field: str) -> Callable[[Entry, Tables, str], None]:
    def state(entry: Entry, tables: Tables, at: str) -> None:
        _text(entry, field, tables[at[1:]][0], "description", f"{at}/0")

    return state


def _state_names(entry: Entry, tables: Tables, at: str) -> None:
    for row, place in _each(tables, at[1:]):
        if words := _word(row, "name"):
            values.state_name(entry, at[1:], words, f"{place}/name")


def _state_sponsors(entry: Entry, tables: Tables, at: str) -> None:
    for row, place in _each(tables, "sponsors"):
        name, kind = _word(row, "name"), _word(row, "agency_class")
        if name and (_word(row, "lead_or_collaborator") or "").lower() == "lead":
            values.state_lead(entry, name, kind, f"{place}/name", f"{place}/agency_class")
        elif name:
            values.state_collaborator(entry, name, kind, place)


def _state_design(entry: Entry, tables: Tables, at: str) -> None:
    row, at = tables["designs"][0], f"{at}/0"
    for name, read_word in (
        ("allocation", values.read_allocation),
        ("intervention_model", values.read_model),
        ("primary_purpose", values.read_purpose),
        ("observational_model", values.read_observational_model),
        ("time_perspective", values.read_time_perspective),
    ):
        _listed(entry, f"design.{name}", row, name, at, read_word)
    if words := _word(row, "masking"):
        values.state_masking(entry, words.partition("(")[0].strip(), f"{at}/masking")
    masked = [(name, role) for name, role in _MASKED if (_word(row, name) or "").lower() in _TRUE]
    if masked:
        entry.state("design.who_masked", [role for _, role in masked], f"{at}/{masked[0][0]}")


def _state_arms(entry: Entry, tables: Tables, at: str) -> None:
    names = {row.get("id"): _word(row, "name") for row in tables.get("interventions", ())}
    given: dict[str | None, list[str]] = {}
    for row in tables.get("design_group_interventions", ()):
        if name := names.get(row.get("intervention_id")):
            given.setdefault(row.get("design_group_id"), []).append(name)
    for row, place in _each(tables, "design_groups"):
        if not _word(row, "title"):
            continue
        field = entry.add("arms")
        _text_of(entry, f"{field}.label", row, "title", place)
        if words := _word(row, "group_type"):
            values.listed_of(entry, f"{field}.type", words, f"{place}/group_type", values.read_arm_type)
        _text_of(entry, f"{field}.description", row, "description", place)
        if row.get("id") in given:
            entry.state_of(f"{field}.interventions", given[row.get("id")], "/design_group_interventions")


def _state_interventions(entry: Entry, tables: Tables, at: str) -> None:
    others: dict[str | None, list[str]] = {}
    for row in tables.get("intervention_other_names", ()):
        if name := _word(row, "name"):
            others.setdefault(row.get("intervention_id"), []).append(name)
    for row, place in _each(tables, "interventions"):
        if not _word(row, "name"):
            continue
        field = entry.add("interventions")
        _text_of(entry, f"{field}.name", row, "name", place)
        if words := _word(row, "intervention_type"):
            kind = f"{place}/intervention_type"
            values.listed_of(entry, f"{field}.type", words, kind, values.read_intervention_type)
        _text_of(entry, f"{field}.description", row, "description", place)
        if row.get("id") in others:
            entry.state_of(f"{field}.other_names", others[row.get("id")], "/intervention_other_names")


def _state_outcomes(entry: Entry, tables: Tables, at: str) -> None:
    for row, place in _each(tables, "design_outcomes"):
        level = (_word(row, "outcome_type") or "").lower()
        if level not in ("primary", "secondary", "other") or not _word(row, "measure"):
            continue
        field = entry.add("outcomes")
        entry.state_of(f"{field}.level", level, f"{place}/outcome_type")
        for name in ("measure", "time_frame", "description"):
            _text_of(entry, f"{field}.{name}", row, name, place)


def _state_eligibility(entry: Entry, tables: Tables, at: str) -> None:
    row, at = tables["eligibilities"][0], f"{at}/0"
    _text(entry, "eligibility.text", row, "criteria", at)
    _listed(entry, "eligibility.sex", row, "gender", at, values.read_sex)
    for name in ("minimum_age", "maximum_age"):
        if words := _word(row, name):
            values.state_age(entry, f"eligibility.{name}", words, f"{at}/{name}")
    if words := _word(row, "healthy_volunteers"):
        answer = {"t": True, "f": False}.get(words.lower(), values.read_yes_no(words))
        if answer is not None:
            entry.state("eligibility.healthy_volunteers", answer, f"{at}/healthy_volunteers", words)


def _state_places(entry: Entry, tables: Tables, at: str) -> None:
    for row, place in _each(tables, "facilities"):
        columns = (("facility", "name"), ("city", "city"), ("state", "state"), ("country", "country"))
        value = {key: words for key, name in columns if (words := _word(row, name))}
        if (words := _word(row, "status")) and (status := values.read_status(words)):
            value["status"] = status
        if value:
            entry.state_of(entry.add("locations"), value, place)


def _people(field: str) -> Callable[[Entry, Tables, str], None]:
    def state(entry: Entry, tables: Tables, at: str) -> None:
        for row, place in _each(tables, at[1:]):
            keys = ("name", "role", "phone", "email", "affiliation")
            value = {key: words for key in keys if (words := _word(row, key))}
            if "name" in value:
                entry.state_of(entry.add(field), value, place)

    return state


def _state_references(entry: Entry, tables: Tables, at: str) -> None:
    for row, place in _each(tables, "study_references"):
        values.state_publication(
            entry,
            place,
            pmid=_word(row, "pmid"),
            citation=_word(row, "citation"),
            relation=_RELATIONS.get((_word(row, "reference_type") or "").lower()),
        )


def _state_measurements(entry: Entry, tables: Tables, at: str) -> None:
    groups = {row.get("id"): _word(row, "title") for row in tables.get("result_groups", ())}
    for row, place in _each(tables, "outcome_measurements"):
        if value := _word(row, "param_value"):
            parts = (_word(row, name) for name in ("title", "classification", "category"))
            limits = (_word(row, "dispersion_lower_limit"), _word(row, "dispersion_upper_limit"))
            spread = _word(row, "dispersion_value")
            words = values.figure_words(value, _word(row, "units"), _word(row, "param_type"), spread, limits)
            measure = ", ".join(part for part in parts if part) or "outcome"
            values.state_result(entry, place, measure, value, words, groups.get(row.get("result_group_id")))


def _state_events(entry: Entry, tables: Tables, at: str) -> None:
    groups = {row.get("id"): _word(row, "title") for row in tables.get("result_groups", ())}
    for row, place in _each(tables, "reported_events"):
        if value := _word(row, "subjects_affected"):
            kind = (_word(row, "event_type") or "other").capitalize()
            measure = f"{kind} adverse event: {_word(row, 'adverse_event_term') or 'not named'}"
            words = values.people_words(value, _word(row, "subjects_at_risk"), _word(row, "event_count"))
            values.state_result(entry, place, measure, value, words, groups.get(row.get("result_group_id")))


# The tables that are read, in the order of reading; those without a function serve others.
_TABLES: Mapping[str, Callable[[Entry, Tables, str], None] | None] = {
    "studies": _state_studies,
    "id_information": _state_numbers,
    "sponsors": _state_sponsors,
    "brief_summaries": _description("brief_summary"),
    "detailed_descriptions": _description("detailed_description"),
    "conditions": _state_names,
    "keywords": _state_names,
    "designs": _state_design,
    "design_groups": _state_arms,
    "design_group_interventions": None,
    "interventions": _state_interventions,
    "intervention_other_names": None,
    "design_outcomes": _state_outcomes,
    "eligibilities": _state_eligibility,
    "facilities": _state_places,
    "central_contacts": _people("contacts"),
    "overall_officials": _people("officials"),
    "study_references": _state_references,
    "result_groups": None,
    "outcome_measurements": _state_measurements,
    "reported_events": _state_events,
}
