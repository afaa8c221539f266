"""Codes, dates, periods and field paths in the words of a reader.

Takes values of the model, gives plain English; nothing here knows about HTML.
"""

from __future__ import annotations

import re
from typing import Any

from trialwright.model.codec import encode, to_plain
from trialwright.model.dates import Age, PartialDate
from trialwright.model.interval import Interval
from trialwright.model.period import Period
from trialwright.model.source import Absence

_CODES = {
    "ACTIVE_NOT_RECRUITING": "Active, not recruiting",
    "AMBIG": "Ambiguous",
    "ECT": "Education, counselling or training",
    "EARLY_PHASE1": "Early phase 1",
    "FED": "US federal agency",
    "INDIV": "Individual",
    "NA": "Not applicable",
    "NIH": "NIH",
    "NON_RANDOMIZED": "Non-randomised",
    "OTHER_GOV": "Other government",
    "PHASE1": "Phase 1",
    "PHASE2": "Phase 2",
    "PHASE3": "Phase 3",
    "PHASE4": "Phase 4",
    "RANDOMIZED": "Randomised",
}
_MASKING = {
    "NONE": "None (open label)",
    "SINGLE": "Single blind",
    "DOUBLE": "Double blind",
    "TRIPLE": "Triple blind",
    "QUADRUPLE": "Quadruple blind",
}
_MONTHS = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip
_AGES = {"a": "year", "mo": "month", "wk": "week", "d": "day", "h": "hour", "min": "minute"}
_LABELS = {
    "overall_status": "Status",
    "study_type": "Study type",
    "lead_sponsor": "Lead sponsor",
    "lead_sponsor.name": "Lead sponsor",
    "phases": "Phase",
    "enrollment": "Enrolment",
    "enrollment.planned": "Enrolment, planned",
    "enrollment.actual": "Enrolment, actual",
    "eligibility.text": "Eligibility text",
    "eligibility.sex": "Sex",
    "eligibility.minimum_age": "Minimum age",
    "eligibility.maximum_age": "Maximum age",
    "eligibility.healthy_volunteers": "Healthy volunteers",
    "eligibility.criteria": "Criteria",
    "design.allocation": "Allocation",
    "design.intervention_model": "Intervention model",
    "design.primary_purpose": "Primary purpose",
    "design.masking": "Masking",
    "design.who_masked": "Who is masked",
}
_ONE_OF = {
    "arms": "arm",
    "collaborators": "collaborator",
    "conditions": "condition",
    "contacts": "contact",
    "criteria": "criterion",
    "identifiers": "identifier",
    "interventions": "intervention",
    "keywords": "keyword",
    "locations": "location",
    "outcomes": "outcome",
    "phases": "phase",
    "publications": "publication",
    "regimens": "regimen",
    "reported_results": "reported result",
    "visits": "visit",
}
_STEP = re.compile(r"(\w{1,60})(?:\[(\d{1,9})\])?")
_PERIOD = re.compile(r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")

UNKNOWN_BECAUSE = {
    "conflict": "records contradict each other",
    "unit": "unit missing or not usable",
    "ambiguous": "not understood, or an unclear result",
    "stale": "result too old",
    "missing": "nothing on record",
    "not_assessable": "no record can answer",
}
CONFLICT_KINDS = {
    "value": "different values",
    "precision": "different precision",
    "planned_actual": "planned against actual",
    "superseded": "overtaken in time",
    "sentinel": "a placeholder against a value",
    "granularity": "different detail",
    "translation": "translation",
}


def count(number: int) -> str:
    """The number with a comma between thousands."""
    return f"{number:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """The number with its noun.

    >>> plural(2, "criterion", "criteria")
    '2 criteria'
    """
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def spell(code: str) -> str:
    """An enumeration's code as words.

    >>> spell("ACTIVE_COMPARATOR")
    'Active comparator'
    """
    return _CODES.get(code) or code.replace("_", " ").capitalize()


def spell_masking(code: str) -> str:
    """How many are kept blind."""
    return _MASKING.get(code) or spell(code)


def label(field: str) -> str:
    """A dotted path of the study as words.

    >>> label("arms[0].description")
    'Arm 1, description'
    """
    known = _LABELS.get(field)
    if known:
        return known
    steps = []
    for step in field.split("."):
        found = _STEP.fullmatch(step)
        if found is None:
            return field
        name, position = found.groups()
        words = name.replace("_", " ")
        steps.append(f"{_ONE_OF.get(name, words)} {int(position) + 1}" if position else words)
    if len(steps) > 1 and steps[0] in {"eligibility", "design"}:
        steps = steps[1:]
    text = ", ".join(steps)
    return text[:1].upper() + text[1:]


def spell_date(date: PartialDate) -> str:
    """The date as far as it is known, and whether it was planned or happened."""
    year, *rest = date.value.split("-")
    parts = [year]
    if rest:
        parts.insert(0, _MONTHS[int(rest[0]) - 1])
    if len(rest) > 1:
        parts.insert(0, str(int(rest[1])))
    kind = f" ({date.kind.lower()})" if date.kind else ""
    return " ".join(parts) + kind


def spell_age(age: Age) -> str:
    """The age with its unit in words."""
    unit = _AGES[age.unit]
    return f"{age.value} {unit if age.value == 1 else unit + 's'}"


def spell_period(period: Period) -> str:
    """The calendar duration in words.

    >>> spell_period(Period("P1Y6M"))
    '1 year 6 months'
    """
    found = _PERIOD.fullmatch(str(period))
    if found is None:
        return str(period)
    sign, *numbers = found.groups()
    units = ("year", "month", "week", "day", "hour", "minute")
    parts = [plural(int(n), u) for n, u in zip(numbers, units, strict=True) if n and int(n)]
    return (sign.replace("-", "−") + " ".join(parts)) if parts else "0 days"


def spell_offset(period: Period) -> str:
    """When something happens, counted from the start."""
    words = spell_period(period)
    if words == "0 days":
        return "at the start"
    return f"{words[1:]} before the start" if words.startswith("−") else f"after {words}"


def spell_interval(interval: Interval) -> str:
    """The interval as a comparison with the unit of the text."""
    low, high = interval.low, interval.high
    if low and high and low.value == high.value:
        text = str(low.value)
    else:
        ends = [f"{'≥' if low.closed else '>'} {low.value}"] if low else []
        ends += [f"{'≤' if high.closed else '<'} {high.value}"] if high else []
        text = " and ".join(ends)
    unit = interval.unit_text or interval.unit
    relative = f"× {interval.relative_to}" if interval.relative_to else None
    return " ".join(p for p in (text, relative, unit) if p)


def spell_value(value: Any) -> str:
    """Any value of a statement as short text."""
    plain = to_plain(value)
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if plain is None:
        return "nothing"
    if isinstance(plain, list) and all(isinstance(v, str) for v in plain):
        plain = ", ".join(plain)
    text = str(plain) if isinstance(plain, str | int | float) else encode(plain).decode()
    return text if len(text) <= 200 else f"{text[:200]}…"


def spell_absence(field: str, reason: Absence, stated: str | None) -> str:
    """Why a field has no value; `stated` are the words that stood in its place."""
    if reason == "sentinel":
        what = "enrolment" if field.startswith("enrollment") else "value"
        said = stated or ("0" if what == "enrolment" else "a placeholder")
        return f"stated as {said}, which is no {what}"
    if reason == "stated_unavailable":
        return f"the page said: {stated}" if stated else "the page said: not available"
    return {
        "not_stated": "not stated",
        "not_loaded": "the page had not loaded it",
        "unparsable": "stated, but the words could not be read",
        "not_applicable": "does not apply to this trial",
    }[reason]
