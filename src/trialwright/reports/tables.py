"""The tables of a trial's card: arms, interventions, outcomes, visits, places, papers, results.

Takes a study and its witness; gives headed tables without columns that would be empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from trialwright.model.study import Publication, Regimen, Study
from trialwright.reports.evidence import Cited, Witness
from trialwright.reports.words import (
    count,
    spell,
    spell_date,
    spell_interval,
    spell_offset,
    spell_period,
)

Cell = tuple[Cited, ...]


class Table(NamedTuple):
    """A table of a card; each cell is some lines, each with its evidence."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[tuple[str, Cell], ...], ...]


def _make(title: str, head: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Table:
    given = tuple(rows)
    used = [i for i in range(len(head)) if any(row[i] for row in given)]
    return Table(
        title,
        tuple(head[i] for i in used),
        tuple(tuple((head[i], row[i]) for i in used) for row in given),
    )


def list_tables(study: Study, witness: Witness) -> tuple[Table, ...]:
    """All tables that have a row, in the order of a protocol."""
    tables = (
        _arms(study, witness),
        _interventions(study, witness),
        _outcomes(study, witness),
        _visits(study, witness),
        _results(study, witness),
        _locations(study, witness),
        _contacts(study, witness),
        _publications(study, witness),
    )
    return tuple(t for t in tables if t.rows)


def _line(witness: Witness, text: str | None, path: str, value: object = None) -> Cell:
    return (witness.cite(text, path, value),) if text else ()


def _describe(regimen: Regimen) -> str:
    dose = spell_interval(regimen.dose) if regimen.dose else ""
    if dose and regimen.per:
        dose = f"{dose} per {regimen.per}"
    times = ", ".join(spell_offset(t) for t in regimen.times)
    parts = (
        dose,
        regimen.route,
        regimen.frequency,
        times,
        f"for {spell_period(regimen.duration)}" if regimen.duration else "",
    )
    words = "; ".join(p for p in parts if p)
    return f"{regimen.intervention}: {words}" if words else regimen.intervention


def _arms(study: Study, witness: Witness) -> Table:
    rows = []
    for i, arm in enumerate(study.arms):
        at = f"arms[{i}]"
        given = tuple(witness.cite(n, f"{at}.interventions[{j}]") for j, n in enumerate(arm.interventions))
        regimens = tuple(
            witness.cite(_describe(r), f"{at}.regimens[{j}]") for j, r in enumerate(arm.regimens)
        )
        size = count(arm.size) if arm.size is not None else None
        rows.append(
            (
                _line(witness, arm.label, f"{at}.label"),
                _line(witness, spell(arm.type) if arm.type else None, f"{at}.type", arm.type),
                _line(witness, size, f"{at}.size", arm.size),
                given,
                regimens,
                _line(witness, arm.description, f"{at}.description"),
            )
        )
    return _make("Arms", ("Arm", "Type", "Size", "Interventions", "Regimen", "Description"), rows)


def _interventions(study: Study, witness: Witness) -> Table:
    rows = []
    for i, thing in enumerate(study.interventions):
        at = f"interventions[{i}]"
        others = tuple(witness.cite(n, f"{at}.other_names[{j}]") for j, n in enumerate(thing.other_names))
        rows.append(
            (
                _line(witness, thing.name, f"{at}.name"),
                _line(witness, spell(thing.type) if thing.type else None, f"{at}.type", thing.type),
                others,
                _line(witness, thing.description, f"{at}.description"),
            )
        )
    return _make("Interventions", ("Intervention", "Type", "Other names", "Description"), rows)


def _outcomes(study: Study, witness: Witness) -> Table:
    rows = []
    for i, outcome in enumerate(study.outcomes):
        at = f"outcomes[{i}]"
        rows.append(
            (
                _line(witness, spell(outcome.level), f"{at}.level", outcome.level),
                _line(witness, outcome.measure, f"{at}.measure"),
                _line(witness, outcome.time_frame, f"{at}.time_frame"),
                _line(witness, outcome.description, f"{at}.description"),
            )
        )
    return _make("Outcomes", ("Level", "Measure", "Time frame", "Description"), rows)


def _visits(study: Study, witness: Witness) -> Table:
    rows = []
    for i, visit in enumerate(study.visits):
        at = f"visits[{i}]"
        window = visit.window
        around = f"{spell_period(window.from_)} to {spell_period(window.to)}" if window else None
        done = tuple(witness.cite(a, f"{at}.activities[{j}]") for j, a in enumerate(visit.activities))
        rows.append(
            (
                _line(witness, visit.label, f"{at}.label"),
                _line(witness, spell_offset(visit.offset), f"{at}.offset", str(visit.offset)),
                _line(witness, around, f"{at}.window"),
                done,
            )
        )
    return _make("Visits", ("Visit", "When", "Window", "Activities"), rows)


def _results(study: Study, witness: Witness) -> Table:
    rows = []
    for i, result in enumerate(study.reported_results):
        at = f"reported_results[{i}]"
        rows.append(
            (
                _line(witness, result.measure, f"{at}.measure"),
                _line(witness, result.arm, f"{at}.arm"),
                _line(witness, result.value, f"{at}.value"),
                _line(witness, result.text, f"{at}.text"),
            )
        )
    return _make("Reported results", ("Measure", "Arm", "Value", "As stated"), rows)


def _locations(study: Study, witness: Witness) -> Table:
    rows = []
    for i, place in enumerate(study.locations):
        at = f"locations[{i}]"
        rows.append(
            (
                _line(witness, place.facility, f"{at}.facility"),
                _line(witness, place.city, f"{at}.city"),
                _line(witness, place.state, f"{at}.state"),
                _line(witness, place.country, f"{at}.country"),
                _line(witness, spell(place.status) if place.status else None, f"{at}.status", place.status),
            )
        )
    return _make("Locations", ("Facility", "City", "State", "Country", "Status"), rows)


def _contacts(study: Study, witness: Witness) -> Table:
    fields = ("name", "role", "affiliation", "phone", "email")
    rows = (
        tuple(_line(witness, getattr(contact, f), f"contacts[{i}].{f}") for f in fields)
        for i, contact in enumerate(study.contacts)
    )
    return _make("Contacts", ("Name", "Role", "Affiliation", "Phone", "E-mail"), rows)


def _publications(study: Study, witness: Witness) -> Table:
    rows = []
    for i, paper in enumerate(study.publications):
        at = f"publications[{i}]"
        date = spell_date(paper.date) if paper.date else None
        rows.append(
            (
                _line(witness, paper.citation, f"{at}.citation"),
                _numbers(paper, witness, at),
                _line(witness, date, f"{at}.date", paper.date.value if paper.date else None),
                _line(
                    witness,
                    spell(paper.relation) if paper.relation else None,
                    f"{at}.relation",
                    paper.relation,
                ),
            )
        )
    return _make("Publications", ("Citation", "Number", "Date", "Relation"), rows)


def _numbers(paper: Publication, witness: Witness, at: str) -> Cell:
    doi = _line(witness, f"DOI {paper.doi}" if paper.doi else None, f"{at}.doi", paper.doi)
    return doi + _line(witness, f"PMID {paper.pmid}" if paper.pmid else None, f"{at}.pmid", paper.pmid)
