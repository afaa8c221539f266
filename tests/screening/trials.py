"""Three trials as trees: immune non-responders with HIV, liver failure by HBV, severe aplastic anaemia.

Built by hand, so that screening is tested without reading and compiling.
"""

from __future__ import annotations

from typing import Any

from trialwright.model import expression as ex
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary

from .building import between, concept, criterion, study, window


class Trees:
    """Leaves over one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def number(self, name: str, interval: Any, **more: Any) -> ex.Measurement:
        return ex.Measurement(concept=concept(self.vocabulary, name), interval=interval, **more)

    def result(self, name: str, value: str = "positive", **more: Any) -> ex.Measurement:
        return ex.Measurement(concept=concept(self.vocabulary, name), values=(value,), **more)

    def state(self, name: str, status: Any = "current", **more: Any) -> ex.Condition:
        return ex.Condition(concept=concept(self.vocabulary, name), status=status, **more)

    def given(self, name: str, status: Any = "any", kind: Any = "drug", **more: Any) -> ex.Exposure:
        return ex.Exposure(concept=concept(self.vocabulary, name), status=status, kind=kind, **more)


def say(about: Any) -> ex.Attestation:
    return ex.Attestation(about=about, text=about)


def every(*of: ex.Expr) -> ex.AllOf:
    return ex.AllOf(of=of)


def some(*of: ex.Expr) -> ex.AnyOf:
    return ex.AnyOf(of=of)


def age(low: str, high: str) -> ex.Demographic:
    return ex.Demographic(attribute="age", interval=between(low, high, "a"))


def named(**criteria: ex.Expr) -> tuple[ex.Criterion, ...]:
    return tuple(
        criterion(expr, name, "exclusion" if name.startswith("E") else "inclusion")
        for name, expr in criteria.items()
    )


def hiv_trial(vocabulary: Vocabulary) -> Study:
    t = Trees(vocabulary)
    month = window("-P30D")
    return study(
        *named(
            I1=t.state("HIV infection"),
            I2=every(
                t.given("antiretroviral therapy", "current", duration=between("24", None, "mo")), say("plan")
            ),
            I3=t.number("CD4 count", between("50", "250", "/uL", ends="(]"), select="all", window=month),
            I4=t.number("HIV viral load", between(None, "50", "{copies}/mL"), window=month),
            I5=ex.Protocol(text="protocol"),
            I6=say("documentation"),
            I7=ex.Not(of=t.state("AIDS-defining opportunistic infection", "history")),
            I8=t.number("Karnofsky", between("70"), window=month),
            I9=say("consent"),
            E1=some(
                t.result("HCV RNA"),
                every(
                    some(t.result("anti-HAV"), t.result("anti-HDV"), t.result("anti-HEV")),
                    t.number("ALT", between("80", None, "U/L", ends="()")),
                ),
            ),
            E2=t.state("severe organ disease or tumour", "history"),
            E3=some(
                t.number("WBC", between(None, "2.5", "10*9/L", ends="()")),
                t.number("platelets", between(None, "50", "10*9/L", ends="()")),
                t.number("haemoglobin", between(None, "80", "g/L", ends="()")),
                t.number("lactate", between("2", None, "mmol/L", ends="()")),
            ),
            E4=t.state("allergic constitution", "any"),
            E5=t.given("immunomodulatory drugs", window=window("-P6M")),
            E6=t.state("drug addiction"),
            E7=say("investigator_judgement"),
        ),
        name="hiv",
    )


def liver_trial(vocabulary: Vocabulary) -> Study:
    t = Trees(vocabulary)
    woman = ex.Demographic(attribute="sex", values=("female",))
    return study(
        *named(
            I1=age("18", "65"),
            I2=t.state("liver failure"),
            I3=ex.IfThen(if_=every(woman, age("15", "49")), then=t.result("pregnancy test", "negative")),
            I4=say("consent"),
            I5=t.result("HBsAg"),
            I6=some(
                t.number("total bilirubin", between("171", None, "umol/L")),
                ex.Change(
                    concept=concept(vocabulary, "total bilirubin"),
                    interval=between("17.1", None, "umol/L"),
                    per=ex.Period("P1D"),
                ),
            ),
            I7=some(
                t.number("INR", between("1.5")),
                t.number("prothrombin activity", between("20", "40", "%", ends="(]")),
            ),
            I8=t.number("MELD score", between("17", "30")),
            E1=t.state("malignancy", "any"),
            E2=t.state("severe heart, kidney or lung disease"),
            E3=some(t.state("pregnancy"), t.state("lactation")),
            E4=t.state("severe bacterial infection"),
            E5=say("investigator_judgement"),
            E6=t.state("liver failure of another cause", "any"),
            E7=say("investigator_judgement"),
        ),
        name="liver",
    )


def anaemia_trial(vocabulary: Vocabulary) -> Study:
    t = Trees(vocabulary)
    return study(
        *named(
            I1=every(age("18", "80"), say("plan")),
            I2=t.state("aplastic anaemia"),
            I3=t.number("ECOG", between("0", "2")),
            I4=every(
                t.number("ejection fraction", between("45", None, "%", ends="()")),
                t.number("creatinine", between(None, "176", "umol/L", ends="()")),
            ),
            I5=ex.Not(of=some(t.state("severe viral infection"), t.state("invasive fungal infection"))),
            I6=say("consent"),
            E1=every(t.state("psychiatric disorder"), say("capacity")),
            E2=t.state("HIV infection"),
            E3=t.result("pregnancy test"),
            E4=t.given("clinical trial participation", kind="trial", window=window("-P4W")),
        ),
        name="anaemia",
    )


TRIALS = {"hiv": hiv_trial, "liver": liver_trial, "anaemia": anaemia_trial}
