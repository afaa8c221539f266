"""An invented trial with everything a report can show; its words are ours."""

from decimal import Decimal

import pytest

from trialwright.model.concept import Concept
from trialwright.model.dates import Age, PartialDate
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Attestation,
    Condition,
    Criterion,
    Demographic,
    Exposure,
    Measurement,
    Protocol,
    Unparsed,
)
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period
from trialwright.model.screening import CriterionCount, ScreeningSummary, StudyCount
from trialwright.model.source import Conflict, Note, Source, Statement
from trialwright.model.study import (
    Arm,
    Design,
    Eligibility,
    Enrollment,
    Identifier,
    Intervention,
    Link,
    Location,
    Outcome,
    Publication,
    Refusal,
    Regimen,
    ReportedResult,
    Sponsor,
    Study,
    Visit,
)
from trialwright.reports import Report, StudyReport

PAGE = """Trial of warm quince syrup against tea for stubborn hiccups

NCT09990001
Recruitment
Unknown status
Phase
Phase 2
Started
March 2019
Planned size
0
Sponsor
Harbour Island Teaching Hospital
What it is about
Hiccups that last longer than two days are rare and tiring. Here warm quince syrup is compared with
plain tea; neither has been tried under controlled conditions before.
Detailed description
Not available
Quince arm (experimental): syrup, 20 mL by mouth, three times a day for 2 weeks
Tea arm: tea, as much as is liked
Main measure: hiccups per hour, day 14
Also measured: nights slept through, weeks 1 to 4
Who may come
1. Adults of 18 to 70 years
2. Hiccups for at least 48 hours
3. Platelets ≥ 100 x10^9/L; haemoglobin ≥ 90 g/L
   or as the ward thinks fit on a sunny day
4. Signed consent
Who may not
1. Allergy to quince
2. Anticoagulants in the last 4 weeks, or a full moon in the house of
   Saturn
3. Pregnancy
4. See the study protocol for laboratory limits
Sites: Quay Clinic, Tórshavn
"""
ABSTRACT = """We enrolled 24 people, 12 to quince and 12 to tea (NCT09990001).
Hiccups stopped in 9 of 12 with quince.
我们招募了24名受试者,榅桲糖浆组12名,茶组12名。doi: 10.5555/quince.2020
"""


def span(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def say(field: str, value: object, words: str, source: str = "s1") -> Statement:
    text = {"s1": PAGE, "s2": ABSTRACT}[source]
    return Statement(field=field, value=value, source=source, span=span(text, words), raw=words)


def bound(low: str | None, high: str | None = None, unit: str | None = None) -> Interval:
    return Interval(
        low=Bound(value=Decimal(low), closed=True) if low else None,
        high=Bound(value=Decimal(high), closed=True) if high else None,
        unit=unit,
    )


def measure(name: str, low: str, unit: str) -> Measurement:
    return Measurement(
        concept=Concept(text=name, name=name, codes=("LOINC:1",)), interval=bound(low, None, unit)
    )


def criteria() -> tuple[Criterion, ...]:
    def make(id_: str, words: str, expr: object) -> Criterion:
        kind = "inclusion" if id_.startswith("I") else "exclusion"
        return Criterion(id=id_, kind=kind, text=words, source="s1", span=span(PAGE, words), expr=expr)

    sunny = "or as the ward thinks fit on a sunny day"
    blood = "Platelets ≥ 100 x10^9/L; haemoglobin ≥ 90 g/L\n   " + sunny
    moon = "a full moon in the house of\n   Saturn"
    blood_thinner = Concept(text="Anticoagulants", name="anticoagulants", codes=("ATC:B01",))
    return (
        make("I1", "Adults of 18 to 70 years", Demographic(attribute="age", interval=bound("18", "70", "a"))),
        make(
            "I2",
            "Hiccups for at least 48 hours",
            Condition(
                concept=Concept(text="Hiccups", codes=("ICD10:R06.6",)), duration=bound("48", None, "h")
            ),
        ),
        make(
            "I3",
            blood,
            AnyOf(
                of=(
                    AllOf(of=(measure("platelets", "100", "10*9/L"), measure("haemoglobin", "90", "g/L"))),
                    Unparsed(text=sunny, span=span(PAGE, sunny)),
                )
            ),
        ),
        make("I4", "Signed consent", Attestation(about="consent", text="Signed consent")),
        make("E1", "Allergy to quince", Condition(concept=Concept(text="Allergy to quince"))),
        make(
            "E2",
            "Anticoagulants in the last 4 weeks, or " + moon,
            AnyOf(
                of=(Exposure(concept=blood_thinner, kind="drug"), Unparsed(text=moon, span=span(PAGE, moon)))
            ),
        ),
        make("E3", "Pregnancy", Unparsed(text="Pregnancy")),
        make("E4", "See the study protocol for laboratory limits", Protocol(text="See the study protocol")),
    )


def statements() -> tuple[Statement, ...]:
    syrup = "syrup, 20 mL by mouth, three times a day for 2 weeks"
    return (
        say("brief_title", PAGE.split("\n")[0], PAGE.split("\n")[0]),
        say("identifiers[0]", "NCT09990001", "NCT09990001"),
        say("overall_status", "UNKNOWN", "Unknown status"),
        say("phases", ["PHASE2"], "Phase 2"),
        say("start_date", "2019-03", "March 2019"),
        Statement(
            field="enrollment.planned",
            value=0,
            source="s1",
            span=(span(PAGE, "\n0\n")[0] + 1,) * 1 + (span(PAGE, "\n0\n")[0] + 2,),
            raw="0",
        ),
        say("enrollment.actual", 24, "24", "s2"),
        say("lead_sponsor.name", "Harbour Island Teaching Hospital", "Harbour Island Teaching Hospital"),
        say("brief_summary", PAGE[slice(*SUMMARY)], PAGE[slice(*SUMMARY)]),
        say("detailed_description", None, "Not available"),
        say("arms[0].label", "Quince", "Quince arm"),
        say("arms[0].type", "EXPERIMENTAL", "experimental"),
        say("arms[0].description", syrup, syrup),
        say("arms[0].size", 12, "12 to quince", "s2"),
        say("arms[1].label", "Tea", "Tea arm"),
        say("outcomes[0].measure", "hiccups per hour", "hiccups per hour"),
        say("outcomes[0].time_frame", "day 14", "day 14"),
        say("outcomes[1].measure", "nights slept through", "nights slept through"),
        say("conditions", "Hiccups", "hiccups"),
        say("conditions", "Rare and tiring", "rare and tiring"),
        say("eligibility.text", PAGE[slice(*WHO)], PAGE[slice(*WHO)]),
        say("locations[0].facility", "Quay Clinic", "Quay Clinic"),
        say("publications[0].doi", "10.5555/quince.2020", "10.5555/quince.2020", "s2"),
        say("reported_results[0].text", "Hiccups stopped in 9 of 12", "Hiccups stopped in 9 of 12", "s2"),
        say("reported_results[1].text", "招募了24名受试者", "招募了24名受试者", "s2"),
    )


SUMMARY = PAGE.index("Hiccups that last"), PAGE.index("\nDetailed description")
WHO = PAGE.index("Who may come"), PAGE.index("\nSites:")


def whole_study() -> Study:
    said = statements()
    planned = next(i for i, s in enumerate(said) if s.field == "enrollment.planned")
    return Study(
        id="NCT09990001",
        identifiers=(Identifier(value="NCT09990001", scheme="nct", role="registry"),),
        brief_title=PAGE.split("\n")[0],
        brief_summary=PAGE[slice(*SUMMARY)],
        overall_status="UNKNOWN",
        start_date=PartialDate(value="2019-03", precision="month", kind="ESTIMATED"),
        study_type="INTERVENTIONAL",
        phases=("PHASE2",),
        design=Design(allocation="RANDOMIZED", intervention_model="PARALLEL", masking="NONE"),
        enrollment=Enrollment(actual=24),
        lead_sponsor=Sponsor(name="Harbour Island Teaching Hospital"),
        conditions=("Hiccups", "Rare and tiring"),
        arms=(
            Arm(
                label="Quince",
                type="EXPERIMENTAL",
                description="syrup, 20 mL by mouth, three times a day for 2 weeks",
                interventions=("Quince syrup",),
                size=12,
                regimens=(
                    Regimen(
                        intervention="Quince syrup",
                        dose=bound("20", "20", "mL"),
                        route="by mouth",
                        times=(Period("P0D"), Period("P1W")),
                        duration=Period("P2W"),
                    ),
                ),
            ),
            Arm(label="Tea", interventions=("Tea",), size=12),
        ),
        interventions=(
            Intervention(name="Quince syrup", type="OTHER"),
            Intervention(name="Tea", type="OTHER"),
        ),
        outcomes=(
            Outcome(level="primary", measure="hiccups per hour", time_frame="day 14"),
            Outcome(level="secondary", measure="nights slept through", time_frame="weeks 1 to 4"),
        ),
        visits=(Visit(label="Day 14", offset=Period("P14D"), activities=("hiccup count", "diary")),),
        eligibility=Eligibility(
            text=PAGE[slice(*WHO)],
            sex="ALL",
            minimum_age=Age(value=Decimal(18)),
            healthy_volunteers=False,
            criteria=criteria(),
        ),
        locations=(Location(facility="Quay Clinic", city="Tórshavn", country="Faroe Islands"),),
        publications=(Publication(doi="10.5555/quince.2020", relation="result"),),
        reported_results=(
            ReportedResult(
                measure="Hiccups stopped", text="Hiccups stopped in 9 of 12", value="9 of 12", arm="Quince"
            ),
            ReportedResult(measure="Enrolment", text="招募了24名受试者"),
        ),
        sources=(
            Source(id="s1", format="page-text", uri="in/quince page.txt", sha256="ab" * 32, language="en"),
            Source(id="s2", format="abstract-text", uri="in/摘要.txt", sha256="cd" * 32, language="en"),
        ),
        statements=said,
        conflicts=(
            Conflict(
                field="enrollment",
                statements=(planned, planned + 1),
                kind="sentinel",
                chosen=planned + 1,
                why="A page writes 0 where it knows no size; the abstract counts people.",
            ),
        ),
        absent={
            "enrollment.planned": "sentinel",
            "detailed_description": "stated_unavailable",
            "completion_date": "not_stated",
            "contacts": "not_loaded",
            "keywords": "not_stated",
        },
        notes=(
            Note(code="glued", message="Two cells stood in one.", source="s1", span=span(PAGE, "Tea arm")),
        ),
    )


def whole_counts() -> StudyCount:
    rows = (
        ("I1", 180, 20, 0, 3, {}),
        ("I2", 150, 10, 40, 6, {"missing": 30, "stale": 10}),
        ("I3", 90, 30, 80, 1, {"ambiguous": 70, "unit": 10}),
        ("I4", 0, 0, 200, 0, {"not_assessable": 200}),
        ("E1", 0, 0, 200, 0, {"ambiguous": 200}),
        ("E2", 25, 75, 100, 2, {"missing": 100}),
        ("E3", 0, 0, 200, 0, {"ambiguous": 200}),
        ("E4", 0, 0, 200, 0, {"not_assessable": 200}),
        ("S:sex", 200, 0, 0, 0, {}),
    )
    return StudyCount(
        id="NCT09990001",
        to_confirm=("I4", "E4"),
        screened=200,
        eligible=41,
        undecided=97,
        not_eligible=62,
        criteria=tuple(
            CriterionCount(
                id=i, met=m, not_met=n, unknown=u, sole_reason=s, remaining=200 - 10 * k, unknown_because=w
            )
            for k, (i, m, n, u, s, w) in enumerate(rows)
        ),
        assumptions=("I3: laboratory results of the last 90 days",),
    )


EXPLANATIONS = {
    "I1": "age is at least 18 and at most 70 years",
    "I2": "hiccups, for at least 48 hours",
    "I3": "any of: (platelets at least 100 ×10⁹/L and haemoglobin at least 90 g/L); words not understood",
    "I4": "the person must give consent",
    "E1": "allergy to quince, which the vocabulary does not know",
    "E2": "any of: anticoagulants; words not understood",
    "E4": "the protocol must be looked up",
}


def study_report(study: Study | None = None, *, counted: bool = True) -> StudyReport:
    return StudyReport(
        study=study or whole_study(),
        texts={"s1": PAGE, "s2": ABSTRACT},
        explanations=EXPLANATIONS,
        counts=whole_counts() if counted else None,
        links=(
            Link(
                a="s1",
                b="s2",
                relation="same",
                score=0.97,
                reasons=("both give the number NCT09990001", "both: quince against tea for hiccups"),
            ),
        ),
    )


def other_study() -> Study:
    return Study(
        id="x2",
        official_title="榅桲糖浆治疗顽固性呃逆的随机对照试验",
        eligibility=Eligibility(text="入选标准:\n1. 年龄18至70岁\n2. 呃逆超过48小时\n排除标准:\n1. 妊娠"),
        sources=(Source(id="s3", format="chictr", uri="in/record.html", sha256="ef" * 32, language="zh"),),
        absent={"brief_title": "not_stated"},
    )


@pytest.fixture
def report() -> Report:
    """Two trials, one with everything and one with next to nothing, people screened, one input refused."""
    counts = whole_counts()
    return Report(
        title="Quince and other remedies",
        studies=(study_report(), StudyReport(study=other_study())),
        summary=ScreeningSummary(
            index_date="2024-08-31",
            assumptions=("laboratory results count for 90 days",),
            not_screened={"deceased": 13},
            studies=(counts,),
        ),
        refused=(Refusal(uri="in/photo.jpg", reason="no reader recognises the bytes"),),
        links=(
            Link(a="s1", b="s3", relation="probably_same", score=0.81, reasons=("both: quince, hiccups",)),
            Link(a="s2", b="s3", relation="different", score=0.1),
        ),
        inputs=("in/",),
        version="0.1.0",
    )


@pytest.fixture
def whole() -> StudyReport:
    """The trial with everything."""
    return study_report()
