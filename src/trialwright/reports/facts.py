"""The head of a trial's card: its key facts, each value with its evidence.

Takes a study and its witness; gives labelled values, and leaves out what the study does not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from trialwright.model.dates import PartialDate
from trialwright.model.study import Sponsor, Study
from trialwright.reports.evidence import Cited, Witness
from trialwright.reports.words import count, label, spell, spell_age, spell_date, spell_masking


class Fact(NamedTuple):
    """A label and its values."""

    label: str
    values: tuple[Cited, ...]


def _gather(rows: Iterator[tuple[str, Cited]]) -> tuple[Fact, ...]:
    facts: dict[str, list[Cited]] = {}
    for name, value in rows:
        facts.setdefault(name, []).append(value)
    return tuple(Fact(name, tuple(values)) for name, values in facts.items())


def list_key_facts(study: Study, witness: Witness) -> tuple[Fact, ...]:
    """Status, phase, dates, enrolment, sponsor, design, conditions and keywords."""
    return _gather(_key_facts(study, witness))


def list_limits(study: Study, witness: Witness) -> tuple[Fact, ...]:
    """Sex, ages and healthy volunteers, as the record gives them beside its text."""
    return _gather(_limits(study, witness))


def _name_sponsor(sponsor: Sponsor) -> str:
    # A record may name a person as sponsor; a reader should not take the name for a company.
    if sponsor.person:
        return f"{sponsor.name} (a person)"
    return f"{sponsor.name} ({spell(sponsor.class_).lower()})" if sponsor.class_ else sponsor.name


def _key_facts(study: Study, witness: Witness) -> Iterator[tuple[str, Cited]]:
    if study.acronym:
        yield "Acronym", witness.cite(study.acronym, "acronym")
    for field in ("overall_status", "last_known_status"):
        status = getattr(study, field)
        if status:
            yield label(field), witness.cite(spell(status), field, status)
    if study.why_stopped:
        yield "Why stopped", witness.cite(study.why_stopped, "why_stopped")
    if study.study_type:
        yield "Study type", witness.cite(spell(study.study_type), "study_type", study.study_type)
    for i, phase in enumerate(study.phases):
        yield "Phase", witness.cite(spell(phase), f"phases[{i}]", phase)
    for field in ("start_date", "primary_completion_date", "completion_date"):
        date: PartialDate | None = getattr(study, field)
        if date:
            yield label(field), witness.cite(spell_date(date), field, date.value)
    for kind in ("planned", "actual"):
        people: int | None = getattr(study.enrollment, kind)
        if people is not None:
            yield "Enrolment", witness.cite(f"{count(people)} {kind}", f"enrollment.{kind}", people)
        elif study.absent.get(f"enrollment.{kind}") == "sentinel":
            yield "Enrolment", Cited(f"{kind} number not known: the page gives a figure that stands for none")
    if study.lead_sponsor:
        yield "Lead sponsor", witness.cite(_name_sponsor(study.lead_sponsor), "lead_sponsor")
    for i, sponsor in enumerate(study.collaborators):
        yield "Collaborators", witness.cite(_name_sponsor(sponsor), f"collaborators[{i}]", sponsor.name)
    yield from _design(study, witness)
    for i, condition in enumerate(study.conditions):
        yield "Conditions", witness.cite(condition, f"conditions[{i}]")
    for i, keyword in enumerate(study.keywords):
        yield "Keywords", witness.cite(keyword, f"keywords[{i}]")


def _design(study: Study, witness: Witness) -> Iterator[tuple[str, Cited]]:
    design = study.design
    for field, ending in (("allocation", ""), ("intervention_model", " design"), ("primary_purpose", "")):
        code = getattr(design, field)
        if code:
            words = spell(code) + ("" if code == "NA" else ending)
            name = "Design" if field != "primary_purpose" else "Purpose"
            yield name, witness.cite(words, f"design.{field}", code)
    if design.masking:
        yield "Masking", witness.cite(spell_masking(design.masking), "design.masking", design.masking)
    for i, role in enumerate(design.who_masked):
        yield "Who is masked", witness.cite(spell(role), f"design.who_masked[{i}]", role)


def _limits(study: Study, witness: Witness) -> Iterator[tuple[str, Cited]]:
    limits = study.eligibility
    if limits.sex:
        yield "Sex", witness.cite(spell(limits.sex), "eligibility.sex", limits.sex)
    for field in ("minimum_age", "maximum_age"):
        age = getattr(limits, field)
        if age:
            yield label(field), witness.cite(spell_age(age), f"eligibility.{field}")
    if limits.healthy_volunteers is not None:
        words = "Accepted" if limits.healthy_volunteers else "Not accepted"
        yield "Healthy volunteers", witness.cite(words, "eligibility.healthy_volunteers")
