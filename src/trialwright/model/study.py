"""A trial as one computable value, computed from the statements of its records.

Field names follow ClinicalTrials.gov's data model (version 2) in snake_case; enumerations are its spellings.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from trialwright.model.concept import Concept
from trialwright.model.dates import Age, PartialDate
from trialwright.model.expression import Criterion
from trialwright.model.interval import Interval
from trialwright.model.period import Period
from trialwright.model.source import Absence, Conflict, Note, Source, Span, Statement

Status = Literal[
    "ACTIVE_NOT_RECRUITING",
    "COMPLETED",
    "ENROLLING_BY_INVITATION",
    "NOT_YET_RECRUITING",
    "RECRUITING",
    "SUSPENDED",
    "TERMINATED",
    "WITHDRAWN",
    "AVAILABLE",
    "NO_LONGER_AVAILABLE",
    "TEMPORARILY_NOT_AVAILABLE",
    "APPROVED_FOR_MARKETING",
    "WITHHELD",
    "UNKNOWN",
]
StudyType = Literal["INTERVENTIONAL", "OBSERVATIONAL", "EXPANDED_ACCESS"]
Phase = Literal["NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"]
Sex = Literal["ALL", "FEMALE", "MALE"]
Masking = Literal["NONE", "SINGLE", "DOUBLE", "TRIPLE", "QUADRUPLE"]
MaskedRole = Literal["PARTICIPANT", "CARE_PROVIDER", "INVESTIGATOR", "OUTCOMES_ASSESSOR"]
ArmType = Literal[
    "EXPERIMENTAL",
    "ACTIVE_COMPARATOR",
    "PLACEBO_COMPARATOR",
    "SHAM_COMPARATOR",
    "NO_INTERVENTION",
    "OTHER",
]
InterventionType = Literal[
    "BEHAVIORAL",
    "BIOLOGICAL",
    "COMBINATION_PRODUCT",
    "DEVICE",
    "DIAGNOSTIC_TEST",
    "DIETARY_SUPPLEMENT",
    "DRUG",
    "GENETIC",
    "PROCEDURE",
    "RADIATION",
    "OTHER",
]
Allocation = Literal["RANDOMIZED", "NON_RANDOMIZED", "NA"]
InterventionModel = Literal["SINGLE_GROUP", "PARALLEL", "CROSSOVER", "FACTORIAL", "SEQUENTIAL"]
Purpose = Literal[
    "TREATMENT",
    "PREVENTION",
    "DIAGNOSTIC",
    "ECT",
    "SUPPORTIVE_CARE",
    "SCREENING",
    "HEALTH_SERVICES_RESEARCH",
    "BASIC_SCIENCE",
    "DEVICE_FEASIBILITY",
    "OTHER",
]
SponsorClass = Literal["NIH", "FED", "OTHER_GOV", "INDIV", "INDUSTRY", "NETWORK", "AMBIG", "OTHER", "UNKNOWN"]


class Identifier(Struct, frozen=True, kw_only=True):
    """A number of the trial; `role` tells a registry's own from a sponsor's or a grant's."""

    value: str
    scheme: str
    role: Literal["registry", "alias", "secondary", "sponsor", "grant", "other"]


class Design(Struct, frozen=True, kw_only=True):
    """How the trial is laid out."""

    allocation: Allocation | None = None
    intervention_model: InterventionModel | None = None
    primary_purpose: Purpose | None = None
    masking: Masking | None = None
    who_masked: tuple[MaskedRole, ...] = ()
    observational_model: str | None = None
    time_perspective: str | None = None


class Enrollment(Struct, frozen=True, kw_only=True):
    """Number of people: planned at the start, actual at the end."""

    planned: int | None = None
    actual: int | None = None


class Sponsor(Struct, frozen=True, kw_only=True):
    """Who answers for the trial; it may be a person."""

    name: str
    class_: SponsorClass | None = msgspec.field(default=None, name="class")
    person: bool = False


class Regimen(Struct, frozen=True, kw_only=True):
    """What is given, how much, by which route, and when; durations stay as written."""

    intervention: str
    dose: Interval | None = None
    per: str | None = None
    route: str | None = None
    times: tuple[Period, ...] = ()
    frequency: str | None = None
    duration: Period | None = None
    span: Span | None = None
    notes: tuple[Note, ...] = ()


class Arm(Struct, frozen=True, kw_only=True):
    """A group of participants and what it gets."""

    label: str
    type: ArmType | None = None
    description: str | None = None
    interventions: tuple[str, ...] = ()
    size: int | None = None
    regimens: tuple[Regimen, ...] = ()


class Intervention(Struct, frozen=True, kw_only=True):
    """Something the trial gives or does."""

    name: str
    type: InterventionType | None = None
    description: str | None = None
    other_names: tuple[str, ...] = ()


class Endpoint(Struct, frozen=True, kw_only=True):
    """An outcome as an analysis sees it."""

    type: Literal["time_to_event", "binary", "continuous", "count", "longitudinal"]
    concept: Concept | None = None
    times: tuple[Period, ...] = ()
    direction: Literal["higher", "lower"] | None = None


class Outcome(Struct, frozen=True, kw_only=True):
    """An outcome measure as the record words it."""

    level: Literal["primary", "secondary", "other"]
    measure: str
    time_frame: str | None = None
    description: str | None = None
    endpoint: Endpoint | None = None


class VisitWindow(Struct, frozen=True, kw_only=True):
    """How far around its day a visit may lie."""

    from_: Period = msgspec.field(name="from")
    to: Period


class Visit(Struct, frozen=True, kw_only=True):
    """A planned visit, counted from the start of treatment."""

    label: str
    offset: Period
    window: VisitWindow | None = None
    activities: tuple[str, ...] = ()


class Eligibility(Struct, frozen=True, kw_only=True):
    """Who may take part: the structured limits, the text, and its criteria."""

    text: str | None = None
    sex: Sex | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    healthy_volunteers: bool | None = None
    criteria: tuple[Criterion, ...] = ()


class Location(Struct, frozen=True, kw_only=True):
    """A place where the trial runs."""

    facility: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    status: Status | None = None


class Contact(Struct, frozen=True, kw_only=True):
    """A person or office to ask."""

    name: str
    role: str | None = None
    phone: str | None = None
    email: str | None = None
    affiliation: str | None = None


class Publication(Struct, frozen=True, kw_only=True):
    """A paper that reports the trial, or that it rests on."""

    doi: str | None = None
    pmid: str | None = None
    citation: str | None = None
    date: PartialDate | None = None
    relation: Literal["result", "background", "derived"] | None = None


class ReportedResult(Struct, frozen=True, kw_only=True):
    """A finding that a source states, in its words."""

    measure: str
    text: str
    value: str | None = None
    arm: str | None = None
    span: Span | None = None
    source: str | None = None


class Study(Struct, frozen=True, kw_only=True):
    """One trial, with every statement that it was computed from."""

    id: str
    identifiers: tuple[Identifier, ...] = ()
    brief_title: str | None = None
    official_title: str | None = None
    acronym: str | None = None
    brief_summary: str | None = None
    detailed_description: str | None = None
    overall_status: Status | None = None
    last_known_status: Status | None = None
    why_stopped: str | None = None
    start_date: PartialDate | None = None
    primary_completion_date: PartialDate | None = None
    completion_date: PartialDate | None = None
    study_first_post_date: PartialDate | None = None
    results_first_post_date: PartialDate | None = None
    last_update_post_date: PartialDate | None = None
    status_verified_date: PartialDate | None = None
    study_type: StudyType | None = None
    phases: tuple[Phase, ...] = ()
    design: Design = Design()
    enrollment: Enrollment = Enrollment()
    lead_sponsor: Sponsor | None = None
    collaborators: tuple[Sponsor, ...] = ()
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    arms: tuple[Arm, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    visits: tuple[Visit, ...] = ()
    eligibility: Eligibility = Eligibility()
    locations: tuple[Location, ...] = ()
    contacts: tuple[Contact, ...] = ()
    officials: tuple[Contact, ...] = ()
    publications: tuple[Publication, ...] = ()
    reported_results: tuple[ReportedResult, ...] = ()
    sources: tuple[Source, ...] = ()
    statements: tuple[Statement, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    absent: dict[str, Absence] = {}
    notes: tuple[Note, ...] = ()

    @property
    def heading(self) -> str:
        """What to call the trial: its title, else the name of the document that speaks of it."""
        title = self.brief_title or self.official_title or self.acronym
        if title is None and self.sources:
            return f"(no title) {self.sources[0].uri.replace(chr(92), '/').rsplit('/', 1)[-1]}"
        return title or self.id


class Link(Struct, frozen=True, kw_only=True):
    """How two sources relate, with the evidence in words."""

    a: str
    b: str
    relation: Literal["same", "probably_same", "publication_of", "related", "different"]
    score: float
    reasons: tuple[str, ...] = ()


class Refusal(Struct, frozen=True, kw_only=True):
    """An input that could not be used, and why."""

    uri: str
    reason: str


class Linked(Struct, frozen=True, kw_only=True):
    """What linking gives: studies, the pairs compared in earnest, and what was refused."""

    studies: tuple[Study, ...] = ()
    links: tuple[Link, ...] = ()
    refused: tuple[Refusal, ...] = ()
