"""One FHIR resource, and the rows of the patient table that it becomes; what is left out gets its reason.

The rules are those of docs/patients.md. Rows name the person by the key of the reference; fhir.py puts the
id of the Patient in its place, and the code of a Medication where that stands elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from trialwright.patients import fhir_resources as f
from trialwright.patients.fhir_values import (
    Result,
    codes_in,
    codes_of,
    read_limits,
    read_moment,
    read_reference,
    read_value,
    result_code,
)
from trialwright.patients.systems import SUBSTANCES

OBSERVED = frozenset({"final", "amended", "corrected", "preliminary"})
DONE = frozenset({"completed", "in-progress"})
NOT_GIVEN = frozenset({"entered-in-error", "cancelled", "not-taken", "not-done", "draft"})
NOT_SO = frozenset({"refuted", "entered-in-error"})
OVER = frozenset({"inactive", "remission", "resolved"})
ONGOING = frozenset({"active", "recurrence", "relapse"})
NEVER_IN = frozenset({"candidate", "potential-candidate", "ineligible", "not-registered"})
ON_STUDY = frozenset({"on-study", "on-study-intervention", "on-study-observation", "follow-up"})
OTHERS = frozenset({"Patient", "RelatedPerson", "Group", "Device", "Practitioner"})
LISTS = frozenset({"LOINC:11450-4", "LOINC:10160-0"})
PARTICIPATION = "SNOMED:428024001"

# Why something is left out or read otherwise; the number and the kinds follow.
STATUS = "left out for their status"
NO_CODE = "left out for want of a code"
NO_PATIENT = "left out because they belong to no patient"
FOCUS = "left out because they are about something else than the patient"
NEGATED = "left out because they say what is not to be given"
MODIFIED = "left out for a modifier extension, which may turn their meaning round"
BAD_TIME = "times that cannot be read, taken as unknown"
PARTIAL_TIME = "times of a month or a year, read as its first day"
OTHER_UNIT = "reference ranges in another unit than their value, not read"
UNSURE = "provisional or differential diagnoses, read like the others"
NO_ICD = "diagnoses without a code of ICD-10, found only by criteria that have their code"
UNDATED_END = "diseases that are over without any date, read as going on"
SUBSTANCE = "allergies coded as a substance, kept under codes that begin with ALLERGY"
NO_VALUE = "results that are sampled data or a period, which cannot be read"


class FhirRow(NamedTuple):
    """A row of the table before the person and the drug are resolved; times as SQL reads them."""

    subject: str
    time: str | None = None
    code: str | None = None
    number: float | None = None
    text: str | None = None
    unit: str | None = None
    end: str | None = None
    low: float | None = None
    high: float | None = None
    medication: str | None = None


class Situation(NamedTuple):
    """What the reading of one resource needs: its bundle's patients and drugs by address, and the counts."""

    patients: Mapping[str, str]
    medications: Mapping[str, list[str]]
    remarks: Counter[tuple[str, str]]


def rows_of(resource: f.Known, situation: Situation) -> list[FhirRow]:
    """The rows of a resource; bundles, patients and medications are read elsewhere."""
    kind = type(resource).__name__
    make = _MAKERS.get(type(resource))
    if make is None:
        return []
    if f.is_there(resource.modifier_extension):  # type: ignore[union-attr]
        situation.remarks[MODIFIED, kind] += 1
        return []
    return make(resource, _Draft(kind, situation))


class _Draft(NamedTuple):
    """The making of the rows of one resource."""

    kind: str
    situation: Situation

    def remark(self, what: str) -> None:
        self.situation.remarks[what, self.kind] += 1

    def subject(self, reference: f.Reference | None) -> str | None:
        near = self.situation.patients.get(reference.reference or "") if reference is not None else None
        if near is not None:
            return near
        target = read_reference(reference)
        if target is None or target.kind not in (None, "Patient") or target.key.startswith("#"):
            self.remark(NO_PATIENT)
            return None
        return target.key

    def time(self, *given: str | None) -> str | None:
        """The first of the times that is there and can be read."""
        for text in given:
            if not text:
                continue
            moment = read_moment(text)
            if moment is not None:
                if moment.partial:
                    self.remark(PARTIAL_TIME)
                return moment.time
            self.remark(BAD_TIME)
        return None


def patient_rows(patient: f.Patient, subject: str, remarks: Counter[tuple[str, str]]) -> list[FhirRow]:
    """Birth, sex and death; a person of whom nothing is known still gets a row."""
    rows = []
    if patient.birth_date:
        born = read_moment(patient.birth_date)
        if born is None:
            remarks[BAD_TIME, "Patient"] += 1
        else:
            rows.append(FhirRow(subject, born.time, "MEDS_BIRTH", text=born.partial))
    sex = {"male": "SEX//M", "female": "SEX//F"}.get((patient.gender or "").strip().lower())
    if sex:
        rows.append(FhirRow(subject, code=sex))
    if patient.deceased_date_time or patient.deceased_boolean:
        died = read_moment(patient.deceased_date_time or "")
        if died is None and patient.deceased_date_time:
            remarks[BAD_TIME, "Patient"] += 1
        elif died is not None and died.partial:
            remarks[PARTIAL_TIME, "Patient"] += 1
        rows.append(FhirRow(subject, died.time if died else None, "MEDS_DEATH"))
    return rows or [FhirRow(subject)]


def _observation(given: f.Observation, draft: _Draft) -> list[FhirRow]:
    if codes_in(given.status).isdisjoint(OBSERVED):
        draft.remark(STATUS)
        return []
    subject = draft.subject(given.subject)
    if subject is None:
        return []
    if given.focus and _is_about_another(given.focus, given.subject):
        draft.remark(FOCUS)
        return []
    period = given.effective_period
    if f.is_there(given.effective_timing):
        draft.remark(BAD_TIME)
    time = draft.time(
        given.effective_date_time,
        given.effective_instant,
        period.start if period else None,
        given.issued,
        period.end if period else None,
    )
    components = given.component or []
    own = read_value(given)
    rows = []
    # A panel holds its results as components or as members and has none of its own.
    if own.number is not None or own.text or not components:
        rows += _result(given, own, subject, time, draft)
    for component in components:
        rows += _result(component, read_value(component), subject, time, draft)
    return rows


def _is_about_another(focus: list[f.Reference], subject: f.Reference | None) -> bool:
    """Whether the focus is another person or a device; a disease of the patient is the patient's."""
    own = read_reference(subject)
    targets = [target for one in focus if (target := read_reference(one)) is not None]
    return any(target.kind in OTHERS and target != own for target in targets)


def _result(given: f.Valued, value: Result, subject: str, time: str | None, draft: _Draft) -> list[FhirRow]:
    code = result_code(given.code)
    if code is None:
        draft.remark(NO_CODE)
        return []
    if f.is_there(given.value_sampled_data) or f.is_there(given.value_period):
        draft.remark(NO_VALUE)
        value = Result(None, f.UNREADABLE)
    low, high, differs = read_limits(given.reference_range, value.unit)
    if differs:
        draft.remark(OTHER_UNIT)
    return [FhirRow(subject, time, code, value.number, value.text, value.unit, None, low, high)]


def _condition(given: f.Condition, draft: _Draft) -> list[FhirRow]:
    sure = codes_in(given.verification_status)
    if sure & NOT_SO:
        draft.remark(STATUS)
        return []
    if sure & {"provisional", "differential"}:
        draft.remark(UNSURE)
    codes = codes_of(given.code)
    subject = _known(draft, given.subject, codes)
    if subject is None:
        return []
    if not any(code.startswith("ICD10") for code in codes):
        draft.remark(NO_ICD)
    onset, abatement = given.onset_period, given.abatement_period
    begun = draft.time(given.onset_date_time, onset.start if onset else None)
    end = draft.time(
        given.abatement_date_time,
        (abatement.end or abatement.start) if abatement else None,
        onset.end if onset else None,
    )
    begin = begun or draft.time(given.recorded_date)
    state = codes_in(given.clinical_status)
    told = any(f.is_there(x) for x in (given.abatement_age, given.abatement_range, given.abatement_string))
    told |= bool(given.abatement_date_time or abatement)
    over = bool(state & OVER) or (told and not state & ONGOING)
    begin, end = _ended(draft, begin, end, over=over, recorded=begun is None)
    return [FhirRow(subject, begin, code, end=end) for code in codes]


def _ended(
    draft: _Draft, begin: str | None, end: str | None, *, over: bool, recorded: bool
) -> tuple[str | None, str | None]:
    """Begin and end of a disease: one that is over at an unknown time ended when it began.

    Where only the end is known, or what began is dated by its being written down after the end, the disease
    was there on the day of its end.
    """
    if end is None and over:
        if begin is None:
            draft.remark(UNDATED_END)
        return begin, begin
    if end is not None and (begin is None or (recorded and end < begin)):
        return end, end
    return begin, end


def _known(draft: _Draft, reference: f.Reference | None, codes: list[str]) -> str | None:
    """The person, where the resource has one and a code."""
    subject = draft.subject(reference)
    if subject is not None and not codes:
        draft.remark(NO_CODE)
        return None
    return subject


def _allergy(given: f.AllergyIntolerance, draft: _Draft) -> list[FhirRow]:
    if codes_in(given.verification_status) & NOT_SO:
        draft.remark(STATUS)
        return []
    codes = codes_of(given.code)
    subject = _known(draft, given.patient, codes)
    if subject is None:
        return []
    onset = given.onset_period
    begun = draft.time(given.onset_date_time, onset.start if onset else None)
    end = draft.time(onset.end if onset else None)
    over = bool(codes_in(given.clinical_status) & OVER)
    begin = begun or draft.time(given.recorded_date)
    begin, end = _ended(draft, begin, end, over=over, recorded=begun is None)
    if any(code.partition(":")[0] in SUBSTANCES for code in codes):
        draft.remark(SUBSTANCE)
    return [
        FhirRow(
            subject,
            begin,
            f"ALLERGY//{code}" if code.partition(":")[0] in SUBSTANCES else code,
            end=end,
        )
        for code in codes
    ]


def medication_codes(given: f.Medication) -> list[str]:
    """The codes of a drug; of its parts where it has none itself."""
    parts = [code for one in given.ingredient or () for code in codes_of(one.item_codeable_concept)]
    return codes_of(given.code) or parts


def _given(given: f.Given, draft: _Draft) -> list[FhirRow]:
    status = codes_in(given.status)
    if status & NOT_GIVEN:
        draft.remark(STATUS)
        return []
    if given.do_not_perform:
        draft.remark(NEGATED)
        return []
    codes, key = _drug(given, draft)
    subject = _known(draft, given.subject, codes) if key is None else draft.subject(given.subject)
    if subject is None:
        return []
    period = given.effective_period
    begin = draft.time(period.start if period else None, given.effective_date_time, given.authored_on)
    end = draft.time(period.end if period else None)
    text = "active" if end is None and "active" in status else None
    if key is not None:
        return [FhirRow(subject, begin, text=text, end=end, medication=key)]
    return [FhirRow(subject, begin, code, text=text, end=end) for code in codes]


def _drug(given: f.Given, draft: _Draft) -> tuple[list[str], str | None]:
    """The codes of what was given; or the key of a Medication that was not met yet."""
    codes = codes_of(given.medication_codeable_concept)
    target = read_reference(given.medication_reference)
    if codes or target is None:
        return codes, None
    if target.key.startswith("#"):
        for raw in given.contained or ():
            try:
                found = f.decode(raw).resource
            except ValueError:
                continue
            if isinstance(found, f.Medication) and f"#{(found.id or '').lstrip('#')}" == target.key:
                return medication_codes(found), None
        return [], None
    address = given.medication_reference.reference if given.medication_reference is not None else None
    near = draft.situation.medications.get(address or "")
    return (near, None) if near is not None else ([], target.key)


def _immunization(given: f.Immunization, draft: _Draft) -> list[FhirRow]:
    status = codes_in(given.status)
    if status & NOT_GIVEN:
        draft.remark(STATUS)
        return []
    codes = codes_of(given.vaccine_code)
    subject = _known(draft, given.patient, codes)
    if subject is None:
        return []
    text = "active" if "active" in status else None
    time = draft.time(given.occurrence_date_time)
    return [FhirRow(subject, time, code, text=text) for code in codes]


def _procedure(given: f.Procedure, draft: _Draft) -> list[FhirRow]:
    if not codes_in(given.status) & DONE:
        draft.remark(STATUS)
        return []
    codes = codes_of(given.code)
    subject = _known(draft, given.subject, codes)
    if subject is None:
        return []
    period = given.performed_period
    begin = draft.time(given.performed_date_time, period.start if period else None)
    end = draft.time(period.end if period else None)
    return [FhirRow(subject, begin, code, end=end) for code in codes]


def _list(given: f.List, draft: _Draft) -> list[FhirRow]:
    code = next((code for code in codes_of(given.code) if code in LISTS), None)
    if code is None:
        return []
    if "current" not in codes_in(given.status):
        draft.remark(STATUS)
        return []
    subject = draft.subject(given.subject)
    if subject is None:
        return []
    text = "complete" if given.mode == "snapshot" else given.mode
    # A list that is empty because nobody asked, or nobody may see it, says nothing of what is not there.
    if given.empty_reason is not None and "nilknown" not in codes_in(given.empty_reason):
        text = next(iter(sorted(codes_in(given.empty_reason))), "empty")
    return [FhirRow(subject, draft.time(given.date), code, text=text)]


def _research(given: f.ResearchSubject, draft: _Draft) -> list[FhirRow]:
    status = codes_in(given.status)
    if status & NEVER_IN or status & NOT_GIVEN:
        draft.remark(STATUS)
        return []
    subject = draft.subject(given.individual)
    if subject is None:
        return []
    period = given.period or f.Span()
    begin, end = draft.time(period.start), draft.time(period.end)
    text = "active" if end is None and status & ON_STUDY else None
    return [FhirRow(subject, begin, PARTICIPATION, text=text, end=end)]


_MAKERS: dict[type, Callable[[Any, _Draft], list[FhirRow]]] = {
    f.Observation: _observation,
    f.Condition: _condition,
    f.AllergyIntolerance: _allergy,
    f.MedicationStatement: _given,
    f.MedicationRequest: _given,
    f.MedicationAdministration: _given,
    f.Immunization: _immunization,
    f.Procedure: _procedure,
    f.List: _list,
    f.ResearchSubject: _research,
}
