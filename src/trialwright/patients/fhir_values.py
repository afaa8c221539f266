"""What values of FHIR say: times, quantities, words, references, codes.

Times are wall clock, without their offset; of a year or a month alone the first day is taken. Nothing is
converted: a unit stays the one that was written, a comparator goes into the text.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from trialwright.patients.fhir_resources import (
    CodeableConcept,
    Coding,
    Quantity,
    Range,
    Ratio,
    Reference,
    ReferenceRange,
    State,
    Valued,
)
from trialwright.patients.systems import KNOWN, UCUM, system_of

_TIME = re.compile(
    r"(?P<date>\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:[T ](?P<clock>\d{2}:\d{2}(?::\d{2})?)(?P<part>\.\d+)?"
    r"(?:Z|z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
# What coded results without words mean: SNOMED CT qualifiers, LOINC answers, HL7 interpretations.
_MEANINGS = {
    "10828004": "positive", "260385009": "negative", "260373001": "detected", "260415000": "not detected",
    "52101004": "present", "2667000": "absent", "11214006": "reactive", "131194007": "nonreactive",
    "LA6576-8": "positive", "LA6577-6": "negative", "LA11882-0": "detected", "LA11883-8": "not detected",
    "LA9633-4": "present", "LA9634-2": "absent", "POS": "positive", "NEG": "negative",
}  # fmt: skip
_NORMAL = "normal"


class Moment(NamedTuple):
    """A time as SQL reads it; `partial` is "1980" or "1980-05" where no more is known."""

    time: str
    partial: str | None = None


class Result(NamedTuple):
    """The value of a result: a number, or words, with the unit."""

    number: float | None = None
    text: str | None = None
    unit: str | None = None


NOTHING = Result()


# Days, people, codes and states come again and again; what is longer than any of them is not kept.
_LONGEST = 500


def read_moment(text: str) -> Moment | None:
    """The wall clock that a time of FHIR gives; None for what is no time.

    >>> read_moment("2024-05-01T23:30:00.250-05:00"), read_moment("1980-05")
    (Moment(time='2024-05-01 23:30:00.250', partial=None), Moment(time='1980-05-01', partial='1980-05'))
    """
    return _moment(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=65_536)
def _moment(text: str) -> Moment | None:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    day, clock, part = found.groups()
    partial = day if len(day) < 10 else None
    whole = day + "-01-01"[len(day) - 4 :] if partial else day
    if clock is None:
        time = whole
    elif partial:
        return None
    else:
        # The sixtieth second, which clocks know and tables do not, is the one before it.
        clock = clock[:6] + "59" if clock[6:] == "60" else clock
        time = f"{whole} {clock}"
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return None
    return Moment(time + part[:7] if clock and part else time, partial)


def number_text(number: float) -> str:
    """A number without a fraction of nought.

    >>> number_text(50.0), number_text(0.5)
    ('50', '0.5')
    """
    return repr(number).removesuffix(".0")


def unit_of(quantity: Quantity) -> str | None:
    """The UCUM code of a quantity, else the unit as written."""
    if quantity.code and (not quantity.system or quantity.system in UCUM):
        return quantity.code
    return quantity.unit or quantity.code


def read_quantity(quantity: Quantity) -> Result:
    """The number of a quantity, or what it says with its comparator; nothing where there is no value."""
    value, sign = quantity.value, quantity.comparator or ""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return Result(None, f"{sign}{value.strip()}", unit_of(quantity))
    if sign:
        return Result(None, f"{sign}{number_text(value)}", unit_of(quantity))
    return Result(value, None, unit_of(quantity))


def _amount(quantity: Quantity | None) -> str:
    if quantity is None:
        return ""
    found = read_quantity(quantity)
    return number_text(found.number) if found.number is not None else found.text or ""


def _read_range(given: Range) -> Result:
    low, high = _amount(given.low), _amount(given.high)
    unit = next((unit_of(q) for q in (given.low, given.high) if q is not None), None)
    if low and high:
        return Result(None, f"{low}-{high}", unit)
    return Result(None, f">={low}", unit) if low else Result(None, f"<={high}", unit) if high else NOTHING


def _read_ratio(given: Ratio) -> Result:
    over, under = _amount(given.numerator), _amount(given.denominator)
    return Result(None, f"{over}:{under}") if over or under else NOTHING


def words_of(concept: CodeableConcept) -> str | None:
    """The words of a coded result: text, else the first display, else what the code means, or the code."""
    if concept.text:
        return concept.text
    codings = concept.coding or []
    shown = next((c.display for c in codings if c.display), None)
    if shown:
        return shown
    codes = [c.code for c in codings if c.code]
    return next((_MEANINGS[code] for code in codes if code in _MEANINGS), codes[0] if codes else None)


def read_value(given: Valued) -> Result:
    """The result of an observation or component; nothing where its absence has a reason, or it has none."""
    if given.value_quantity is not None:
        found = read_quantity(given.value_quantity)
    elif given.value_codeable_concept is not None:
        found = Result(None, words_of(given.value_codeable_concept))
    elif given.value_string is not None:
        found = Result(None, given.value_string)
    elif given.value_integer is not None:
        found = Result(given.value_integer)
    elif given.value_boolean is not None:
        found = Result(None, "true" if given.value_boolean else "false")
    elif given.value_range is not None:
        found = _read_range(given.value_range)
    elif given.value_ratio is not None:
        found = _read_ratio(given.value_ratio)
    else:
        found = Result(None, given.value_date_time or given.value_time)
    return NOTHING if given.data_absent_reason is not None else found


def read_limits(
    given: list[ReferenceRange] | None, unit: str | None
) -> tuple[float | None, float | None, bool]:
    """The first range of what is normal; the third says that there is one that is not in the row's unit."""
    for one in given or ():
        kinds = codes_in(one.type)
        if kinds and _NORMAL not in kinds:
            continue
        limits: list[float | None] = []
        for side in (one.low, one.high):
            if side is None or not isinstance(side.value, int | float):
                limits.append(None)
                continue
            spelled = {s for s in (side.code, side.unit) if s}
            if unit and spelled and unit not in spelled:
                return None, None, True
            limits.append(side.value)
        return limits[0], limits[1], False
    return None, None, False


def codes_in(state: State) -> frozenset[str]:
    """The codes that a state holds, in small letters."""
    if state is None:
        return _NO_CODES
    if isinstance(state, str):
        return _state(state)
    return frozenset(c.code.strip().lower() for c in state.coding or () if c.code)


_NO_CODES: frozenset[str] = frozenset()


@lru_cache(maxsize=1024)
def _state(text: str) -> frozenset[str]:
    return frozenset({text.strip().lower()})


def _spelled(coding: Coding) -> tuple[str, str]:
    """The short name of the system, and the code as the table spells it; empty for what is no code."""
    if not coding.code or len(coding.code) > _LONGEST or len(coding.system or "") > _LONGEST:
        return "", ""
    return _code(coding.system, coding.code)


@lru_cache(maxsize=65_536)
def _code(system: str | None, code: str) -> tuple[str, str]:
    name = system_of(system) if system else ""
    return name, f"{name}:{code.strip()}" if name else code.strip()


def codes_of(concept: CodeableConcept | None) -> list[str]:
    """The codes of known systems as the table spells them; else the first code, its system as it is."""
    found: list[str] = []
    other = None
    for coding in (concept.coding if concept is not None else None) or ():
        system, code = _spelled(coding)
        if system in KNOWN:
            found.append(code)
        else:
            other = other or code
    return list(dict.fromkeys(found)) or ([other] if other else [])


def result_code(concept: CodeableConcept | None) -> str | None:
    """The code of a result: the first of LOINC, else the first."""
    first = None
    for coding in (concept.coding if concept is not None else None) or ():
        system, code = _spelled(coding)
        if system == "LOINC":
            return code
        first = first or code
    return first or None


class Target(NamedTuple):
    """What a reference points at: the last part of its address, and the kind where it is told."""

    key: str
    kind: str | None = None


def read_reference(reference: Reference | None) -> Target | None:
    """Where a reference points; None for none.

    >>> read_reference(Reference("Patient/p1/_history/2")), read_reference(Reference("urn:uuid:a-b"))
    (Target(key='p1', kind='Patient'), Target(key='a-b', kind=None))
    """
    if reference is None or not reference.reference:
        return None
    text = reference.reference
    return read_address(text) if len(text) <= _LONGEST else read_address.__wrapped__(text)


@lru_cache(maxsize=65_536)
def read_address(address: str) -> Target | None:
    """The last part of an address of FHIR, and the kind before it."""
    text = address.strip()
    if text[:4].lower() == "urn:":
        return Target(text.rsplit(":", 1)[1]) if text.count(":") > 1 else None
    parts = text.partition("?")[0].partition("/_history/")[0].rstrip("/").split("/")
    if not parts[-1]:
        return None
    kind = parts[-2] if len(parts) > 1 and parts[-2].isalpha() else None
    return Target(parts[-1], kind)
