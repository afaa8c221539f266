"""Random trees and random people, close to every bound that matters; one Random object, one result."""

# ruff: noqa: E501  tables of facts are read best with one line a fact
from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from trialwright.model import expression as ex
from trialwright.model.concept import Concept
from trialwright.model.dates import Age
from trialwright.model.period import Period
from trialwright.model.study import Study
from trialwright.model.window import Window

from .building import DAY, between, concept, criterion, study
from .vocabulary import VOCABULARY

# Name, bounds worth asking for with their unit, numbers worth having, and units that rows come in.
NUMBERS: dict[
    str, tuple[tuple[str, ...], tuple[str | None, ...], tuple[float, ...], tuple[str | None, ...]]
] = {
    "CD4 count": (
        ("50", "250"),
        ("/uL", "10*6/L"),
        (49, 50, 51, 0.25, 250, 251, 9000),
        ("/uL", "cells/mm3", "10*9/L", "K/uL", None),
    ),
    "platelets": (
        ("50", "100"),
        ("10*9/L", "/uL"),
        (49.9, 50, 100, 50000, 100000),
        ("10*9/L", "x10^9/L", "/mm3", "10*3/uL", "ppm", "g/L"),
    ),
    "haemoglobin": (("80",), ("g/L",), (8, 80, 79.9, 5.5), ("g/L", "g/dL", "mmol/L", "G/DL")),
    "creatinine": (
        ("176", "2"),
        ("umol/L", "mg/dL"),
        (2.0, 1.9, 176, 176.8),
        ("umol/L", "mg/dL", "µmol/L", "mmol"),
    ),
    "total bilirubin": (("171", "17.1"), ("umol/L",), (10, 9.9, 171, 120, 154.2, 188.1), ("umol/L", "mg/dL")),
    "ALT": (("80", "2"), ("U/L",), (40, 80, 81, 1.3), ("U/L", "IU/L", "ukat/L", None)),
    "HIV viral load": (
        ("50", "2"),
        ("{copies}/mL", "{Log_copies}/mL"),
        (0, 49, 50, 51, 1.69, 1.7),
        ("copies/mL", "{Log_copies}/mL", "IU/mL", None),
    ),
    "INR": (("1", "1.5"), (None, "1"), (0.9, 1.0, 1.5, 40), (None, "1", "{INR}", "s")),
    "ejection fraction": (("45",), ("%",), (45, 46, 0.45, 0.46), ("%", "1", None)),
    "Karnofsky": (("70",), (None, "%"), (60, 70, 80, 170), (None, "%", "{score}")),
    "MELD score": (("17", "30"), (None,), (16, 17, 30, 31), (None, "{score}")),
}
TEXTS = (
    "<50", "< 50", ">80", "<= 100", "≥ 80", "<0", "95 10*9/L", "4,1", "5-10", "high", "cancelled", " Not done ",
    "Target not detected", "1.2", "1e2", "", "see note", "100 g/L", "> 1000 /uL",
)  # fmt: skip
WORDS = (
    "Positive", "POSITIVE (A).", "negative", "Nonreactive", "-", "+", "阳性", "阴性", "equivocal", "weakly reactive",
    "pending", "II", "iii", "< 15", "> 15", "12", "Not detected", "",
)  # fmt: skip
RESULTS = ("HBsAg", "HCV RNA", "HIV test", "pregnancy test")
STATES = ("HIV infection", "pregnancy", "lactation", "liver failure", "malignancy")
GIVEN = (
    ("antiretroviral therapy", "drug"), ("prednisone", "drug"), ("clinical trial participation", "trial"),
    ("transplantation", "procedure"),
)  # fmt: skip
DURATIONS = ("-P30D", "-P90D", "-P6M", "-P1Y", "-P4W", "-P1M1D", "-P24M")
OFFSETS = (0, 1, 3, 14, 15, 29, 30, 31, 60, 90, 91, 182, 184, 365, 366, 367, 730, 731, 732, 1500, -1, -20)


# How many forms of windows are made; those that look behind the index date or have another anchor come last.
WINDOW_FORMS: ContextVar[int] = ContextVar("WINDOW_FORMS", default=8)


def make_window(r: Random) -> Window | None:
    form = r.randrange(WINDOW_FORMS.get())
    if form == 9:
        return Window(from_=Period(r.choice(("P1D", "P1M"))))
    if form == 8:
        anchor = r.choice(("enrollment", "randomization", "treatment_start"))
        return Window(anchor=anchor, from_=Period(r.choice(DURATIONS)), to=Period("P0D"))
    if form < 2:
        return None
    if form == 2:
        return Window(to=Period("P0D"), status="assumed")
    if form == 3:
        return Window(status="stated")
    if form == 4:
        return Window(from_=Period(r.choice(DURATIONS)), to=Period("-P14D"))
    if form == 5:
        name = r.choice(("liver failure", "prednisone", "HBsAg"))
        event = concept(VOCABULARY, name)
        return Window(
            anchor="event", event=event, from_=Period(r.choice(("-P30D", "-P6M"))), to=Period("P30D")
        )
    return Window(from_=Period(r.choice(DURATIONS)), to=r.choice((None, Period("P0D"), Period("P30D"))))


def make_interval(r: Random, bounds: tuple[str, ...], unit: str | None, **more: Any) -> Any:
    low, high = r.choice(((0, None), (None, 0), (0, 1)))
    pick = sorted(bounds, key=float)
    first = None if low is None else pick[0]
    last = None if high is None else pick[-1]
    ends = r.choice("[(") + r.choice("])")
    return between(first, last, unit, ends="[]" if first == last else ends, **more)


def make_measurement(r: Random) -> ex.Measurement:
    more: dict[str, Any] = {
        "select": r.choice(("latest", "latest", "first", "any", "all", "worst")),
        "window": make_window(r),
    }
    if r.random() < 0.3:
        values = r.choice(
            (("positive",), ("negative",), ("positive", "negative"), ("II", "III"), ("12",), ("+",))
        )
        return ex.Measurement(concept=concept(VOCABULARY, r.choice(RESULTS)), values=values, **more)
    name = r.choice(tuple(NUMBERS))
    bounds, units, _, _ = NUMBERS[name]
    relative = r.choice((None,) * 8 + ("ULN", "LLN", "baseline"))
    interval = (
        make_interval(r, ("1", "2"), None, relative_to=relative)
        if relative
        else make_interval(r, bounds, r.choice((*units, *units, "mmol/L")))
    )
    values = ("II",) if r.random() < 0.1 else None
    return ex.Measurement(concept=concept(VOCABULARY, name), interval=interval, values=values, **more)


def make_leaf(r: Random) -> ex.Expr:
    kind = r.randrange(20)
    if kind < 8:
        return make_measurement(r)
    if kind == 8:
        return ex.Change(
            concept=concept(VOCABULARY, "total bilirubin"),
            interval=make_interval(r, ("17.1", "40"), "umol/L"),
            per=r.choice((None, Period("P1D"), Period("P1W"), Period("P1M"))),
            window=make_window(r),
        )
    if kind < 12:
        return ex.Condition(
            concept=concept(VOCABULARY, r.choice(STATES)),
            status=r.choice(("current", "history", "any")),
            duration=r.choice(
                (None, None, None, between("6", None, "mo"), between(None, "30", "d", ends="[)"))
            ),
            window=r.choice((None, None, make_window(r))),
        )
    if kind < 15:
        name, what = r.choice(GIVEN)
        status = r.choice(("current", "current", "past", "any", "any", "planned"))
        return ex.Exposure(
            concept=concept(VOCABULARY, name),
            kind=what,
            status=status,
            dose=r.choice((None,) * 6 + (between("10", None, "mg"), between(None, "20", "mg/dL"))),
            duration=r.choice((None, None, between("24", None, "mo"), between("30", "90", "d", ends="[)"))),
            count=r.choice((None,) * 5 + (between("2"), between(None, "2"), between("1", "2"))),
            window=r.choice((None, None, make_window(r))),
        )
    if kind == 15:
        unit = r.choice(("a", "a", "mo", "wk", "d"))
        bounds = {"a": ("18", "65"), "mo": ("216", "780"), "wk": ("939", "3391"), "d": ("6575", "23741")}[
            unit
        ]
        return ex.Demographic(attribute="age", interval=make_interval(r, bounds, unit))
    if kind == 16:
        attribute, values = r.choice(
            (("sex", ("female",)), ("sex", ("male",)), ("race", ("asian",)), ("age", ("old",)))
        )
        return ex.Demographic(attribute=attribute, values=values)
    if kind == 17:
        return ex.Condition(
            concept=r.choice((Concept(text="Sneddon syndrome"), Concept(text="childbearing potential"))),
            status="current",
        )
    if kind == 18:
        return r.choice(
            (ex.Attestation(about="consent", text="consents"), ex.Protocol(text="as written there"))
        )
    return ex.Unparsed(text="adequate reserve")


def make_tree(r: Random, depth: int = 2) -> ex.Expr:
    if depth == 0 or r.random() < 0.35:
        return make_leaf(r)
    inner = [make_tree(r, depth - 1) for _ in range(r.randint(1, 3))]
    form = r.randrange(6)
    if form == 0:
        return ex.AllOf(of=tuple(inner))
    if form == 1:
        return ex.AnyOf(of=tuple(inner))
    if form == 2:
        return ex.AtLeast(n=r.randint(1, 3), of=tuple(inner))
    if form == 3:
        return ex.Not(of=inner[0])
    if form == 4:
        return ex.IfThen(if_=inner[0], then=inner[-1])
    return ex.Except(base=inner[0], unless=inner[-1])


def make_study(r: Random, name: str) -> Study:
    criteria = [
        criterion(make_tree(r), f"X{i}", r.choice(("inclusion", "exclusion"))) for i in range(r.randint(3, 9))
    ]
    more: dict[str, Any] = {}
    if r.random() < 0.3:
        more = {"sex": r.choice(("FEMALE", "ALL")), "minimum_age": Age(value=Decimal(18))}
    return study(*criteria, name=name, **more)


def _moment(r: Random) -> str:
    day = datetime(DAY.year, DAY.month, DAY.day) - timedelta(days=r.choice(OFFSETS))
    clock = r.choice(
        ("T08:00:00", "T08:00:00", "T23:59:59", "T23:30:00-05:00", " 07:15", "T07:15:00.250000", "")
    )
    return f"{day.date()}{clock}"


def make_row(r: Random, tests: tuple[str, ...] = tuple(NUMBERS)) -> dict[str, Any]:
    """One row about something that a tree may ask for."""
    kind = r.randrange(12)
    row: dict[str, Any] = {} if r.random() < 0.04 else {"time": _moment(r)}
    if kind < 5:
        name = r.choice(tests)
        term = VOCABULARY.named(name)
        assert term is not None
        _, _, numbers, units = NUMBERS[name]
        row |= {"code": r.choice(term.codes), "unit": r.choice(units) or ""}
        if r.random() < 0.85:
            row["numeric_value"] = r.choice(numbers)
        if r.random() < 0.25:
            row["text_value"] = r.choice(TEXTS)
        if r.random() < 0.3:
            row |= {"ref_low": r.choice((20, 0)), "ref_high": r.choice((40, 45.5, -1))}
        return row
    if kind < 7:
        term = VOCABULARY.named(r.choice(RESULTS))
        assert term is not None
        row |= {"code": r.choice(term.codes), "text_value": r.choice(WORDS)}
        if r.random() < 0.15:
            row["numeric_value"] = r.choice((0, 12, 15000))
        return row
    if kind < 9:
        term = VOCABULARY.named(r.choice(STATES))
        assert term is not None
        code = r.choice(term.codes)
        row["code"] = code + r.choice(("", "0", ".9")) if code.startswith("ICD") else code
    else:
        term = VOCABULARY.named(r.choice(GIVEN)[0])
        assert term is not None
        row |= {
            "code": r.choice(term.codes),
            "text_value": r.choice(("", "", "active", "Ongoing", "stopped")),
        }
        if r.random() < 0.3:
            row |= {"numeric_value": r.choice((10, 20, 5)), "unit": r.choice(("mg", "mg", "mg/dL", ""))}
    if r.random() < 0.35:
        row["end_time"] = _moment(r)
    return row


def make_person(r: Random, subject: int) -> list[dict[str, Any]]:
    # Some people have many results of few tests, so that scores and changes can be computed.
    tests = r.choice((tuple(NUMBERS), ("total bilirubin",), ("total bilirubin", "INR", "creatinine")))
    rows = [make_row(r, tests) for _ in range(r.randint(0, 40))]
    rows += [dict(row) for row in rows if r.random() < 0.08]
    births = (
        "1958-09-01",
        "1959-08-31",
        "2006-08-31",
        "2006-09-01",
        "1964-08-31",
        "1990-02-28",
        "2030-01-01",
    )
    for _ in range(r.choice((0, 1, 1, 1, 1, 2))):
        born = r.choice(births)
        text = r.choice(("", "", "", born[:4], born[:7], f"{int(born[:4]) - 1}{born[4:]}/{born}"))
        rows.append({"code": "MEDS_BIRTH", "time": born, "text_value": text})
    for code in r.choice(((), ("SEX//F",), ("SEX//F",), ("SEX//M",), ("SEX//F", "SEX//M"), ("SEX//U",))):
        rows.append({"code": code})
    for code in ("LOINC:11450-4", "LOINC:10160-0"):
        if r.random() < 0.4:
            text = r.choice(("complete", "complete", "partial"))
            rows.append({"code": code, "text_value": text, **r.choice(({}, {"time": _moment(r)}))})
    if r.random() < 0.2:
        rows.append({"code": r.choice(("RACE//Asian", "RACE//White"))})
    if r.random() < 0.04:
        rows.append({"code": "MEDS_DEATH", **r.choice(({}, {"time": _moment(r)}))})
    r.shuffle(rows)
    return [{"subject_id": subject} | row for row in rows]
