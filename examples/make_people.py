#!/usr/bin/env python3
"""Makes the people of the examples: 2,000 who never lived, in the shape of the one patient table.

    python examples/make_people.py                 writes people.csv.gz beside this file
    python examples/make_people.py --people 50 --seed 3 -o few.csv.gz

Four groups, as four kinds of trial would meet them: HIV with CD4 counts that do not recover, advanced AIDS,
liver failure by hepatitis B, severe aplastic anaemia. A hidden severity drives each person's results, so
they hang together; dates, units, texts, gaps and contradictions are as untidy as in a hospital's export.
One seed gives one file, byte for byte. Standard library only.
"""

# ruff: noqa: E501  tables of facts are read best with one line a fact
from __future__ import annotations

import argparse
import csv
import gzip
import io
import math
import random
from datetime import date, timedelta
from pathlib import Path

DAY = date(2024, 8, 31)
COLUMNS = (
    "subject_id",
    "time",
    "code",
    "numeric_value",
    "text_value",
    "unit",
    "end_time",
    "ref_low",
    "ref_high",
)
SHARES = (("immune", 0.32), ("aids", 0.16), ("liver", 0.30), ("anaemia", 0.22))

# Per test: the codes it is filed under, and the units it is reported in with the factor from the usual one.
TESTS = {
    "cd4": (("LOINC:24467-3",), (("/uL", 1.0, 0), ("{cells}/uL", 1.0, 0), ("cells/mm3", 1.0, 0), ("10*9/L", 0.001, 3))),
    "load": (("LOINC:20447-9", "LOINC:25836-8"), (("{copies}/mL", 1.0, 0), ("copies/mL", 1.0, 0), ("cp/mL", 1.0, 0))),
    "wbc": (("LOINC:6690-2", "LOINC:26464-8"), (("10*9/L", 1.0, 1), ("10*3/uL", 1.0, 1), ("K/uL", 1.0, 2), ("/uL", 1000.0, 0))),
    "neutrophils": (("LOINC:751-8",), (("10*9/L", 1.0, 2), ("x10^9/L", 1.0, 2))),
    "platelets": (("LOINC:777-3", "LOINC:26515-7"), (("10*9/L", 1.0, 0), ("x10E9/L", 1.0, 0), ("K/uL", 1.0, 0), ("/mm3", 1000.0, 0))),
    "haemoglobin": (("LOINC:718-7",), (("g/L", 1.0, 0), ("g/dL", 0.1, 1))),
    "lactate": (("LOINC:2524-7", "LOINC:14118-4"), (("mmol/L", 1.0, 1), ("mg/dL", 9.008, 1))),
    "alt": (("LOINC:1742-6",), (("U/L", 1.0, 0), ("IU/L", 1.0, 0), ("ukat/L", 1 / 60, 2))),
    "bilirubin": (("LOINC:14631-6",), (("umol/L", 1.0, 0), ("µmol/L", 1.0, 1))),
    "bilirubin_mass": (("LOINC:1975-2",), (("mg/dL", 0.058466, 1),)),
    "creatinine": (("LOINC:14682-9",), (("umol/L", 1.0, 0),)),
    "creatinine_mass": (("LOINC:2160-0",), (("mg/dL", 0.011312, 2),)),
    "inr": (("LOINC:6301-6", "LOINC:34714-6"), (("", 1.0, 2), ("{INR}", 1.0, 1), ("1", 1.0, 2))),
    "activity": (("LOINC:5894-1",), (("%", 1.0, 0),)),
    "meld": (("NCIT:C121076",), (("{score}", 1.0, 0), ("", 1.0, 0))),
    "ejection": (("LOINC:10230-1", "LOINC:8806-2"), (("%", 1.0, 0), ("%", 1.0, 0), ("1", 0.01, 2))),
    "karnofsky": (("LOINC:89243-0",), (("", 1.0, 0), ("%", 1.0, 0), ("{score}", 1.0, 0))),
    "ecog": (("LOINC:89247-1",), (("", 1.0, 0), ("{score}", 1.0, 0))),
    "albumin": (("LOINC:1751-7",), (("g/L", 1.0, 0), ("g/dL", 0.1, 1))),
    "weight": (("LOINC:29463-7",), (("kg", 1.0, 1),)),
}  # fmt: skip
RANGES = {
    "alt": (7, 45),
    "bilirubin": (3, 21),
    "creatinine": (50, 105),
    "haemoglobin": (120, 170),
    "wbc": (4, 10),
}
YES = ("positive", "Positive", "POS", "reactive", "Detected", "阳性", "Positive (confirmed).")
NO = ("negative", "Negative", "NEG", "non-reactive", "Nonreactive", "Not detected", "阴性", "-")
UNCLEAR = ("equivocal", "indeterminate", "weakly reactive", "see report")
VOID = ("cancelled", "hemolyzed", "QNS", "pending", "not done", "see comment")
ART = ("RXNORM:68244", "RXNORM:195085", "RXNORM:190521", "RXNORM:11413")
IMMUNE = ("RXNORM:8640", "RXNORM:6902", "RXNORM:3008", "RXNORM:42316", "RXNORM:1256")
ORDINARY_DRUGS = ("RXNORM:6809", "RXNORM:17767", "RXNORM:29046", "RXNORM:10831")
ORDINARY = (
    "ICD10CM:I10",
    "ICD10CM:E11.9",
    "ICD10CM:K21.9",
    "ICD10CM:J45.909",
    "ICD10CM:F41.9",
    "ICD10CM:D12.6",
)
OPPORTUNISTIC = (
    "ICD10CM:B59",
    "ICD10CM:B45.1",
    "ICD10CM:A15.0",
    "ICD10CM:B25.9",
    "ICD10CM:B58.2",
    "ICD10CM:A31.2",
)


class Person:
    """Rows of one person as they grow, with the chance that makes them untidy."""

    def __init__(self, subject: int, chance: random.Random) -> None:
        self.subject = subject
        self.chance = chance
        self.rows: list[dict[str, object]] = []
        # Who is well documented has more results and declared lists.
        self.documented = chance.random()
        self.severity = chance.gauss(0.0, 1.0)
        self.ward = chance.randrange(4)

    def happens(self, probability: float) -> bool:
        """Whether something of that probability happens."""
        return self.chance.random() < probability

    def pick(self, choices: tuple[str, ...]) -> str:
        """One of the choices."""
        return choices[int(self.chance.random() * len(choices))]

    def spread(self, low: float, high: float) -> float:
        """A number between two others, each equally likely."""
        return low + (high - low) * self.chance.random()

    def add(self, code: str, days: float | None = None, **cells: object) -> None:
        """Add a row; `days` before the index date, or without a time."""
        row: dict[str, object] = {"subject_id": self.subject, "code": code}
        if days is not None:
            row["time"] = self.moment(days)
        self.rows.append(row | {name: cell for name, cell in cells.items() if cell not in (None, "")})

    def moment(self, days: float) -> str:
        """A wall-clock time so many days before the index date; a few carry an offset."""
        day = DAY - timedelta(days=int(days))
        minute = 360 + int(self.chance.random() * 840)
        clock = f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}:00"
        return clock + ("+08:00" if self.ward == 3 and self.happens(0.3) else "")

    def diagnosis(self, code: str, days: float | None, end: float | None = None) -> None:
        """Add a diagnosis, perhaps with its end."""
        self.add(code, days, end_time=None if end is None else self.moment(end))

    def result(self, name: str, days: float, value: float) -> None:
        """One result of a test, in the manner of the person's ward, and sometimes spoilt."""
        codes, units = TESTS[name]
        code = codes[self.ward % len(codes)]
        unit, factor, digits = units[(self.ward + (1 if self.happens(0.2) else 0)) % len(units)]
        number = round(value * factor, digits)
        luck = self.chance.random()
        cells: dict[str, object] = {"numeric_value": _figure(number), "unit": unit}
        if luck < 0.012:
            cells = {"text_value": self.pick(VOID)}
        elif luck < 0.018:
            cells["unit"] = self.pick(("", "ppm", "units"))
        elif luck < 0.024:
            cells = {"text_value": _figure(number).replace(".", ","), "unit": unit}
        elif luck < 0.032:
            cells = {"text_value": f"{_figure(number)} {unit}".strip()}
        if name in RANGES and factor == 1.0 and "numeric_value" in cells and self.happens(0.5):
            cells |= {"ref_low": RANGES[name][0], "ref_high": RANGES[name][1]}
        self.add(code, days, **cells)
        if luck > 0.992:
            self.add(code, days, **cells)

    def series(self, name: str, times: list[float], value: float, noise: float) -> None:
        """Results at several dates around a person's own level, which drifts."""
        drift = self.chance.gauss(0.0, noise / 2)
        for place, days in enumerate(times):
            factor = math.exp(self.chance.gauss(0.0, noise) + drift * place)
            self.result(name, days, value * factor)

    def word(self, code: str, days: float, positive: bool) -> None:
        """Add a coded result in one of its spellings, sometimes unclear or void."""
        luck = self.chance.random()
        text = self.pick(UNCLEAR if luck < 0.03 else VOID if luck < 0.05 else YES if positive else NO)
        self.add(code, days, text_value=text)

    def visits(self, most: int, reach: float) -> list[float]:
        """The days before the index date on which the person was seen, the nearest first."""
        number = 1 + int(self.chance.random() * most * (0.5 + self.documented))
        return sorted(self.spread(0, reach) * (0.2 + 0.8 * self.chance.random()) for _ in range(number))


def _figure(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)


def describe(person: Person, group: str) -> bool:
    """Birth, sex, declared lists, everyday diseases and drugs; says whether the person is a woman."""
    centre = {"immune": 42, "aids": 40, "liver": 46, "anaemia": 38}[group]
    years = min(88.0, max(14.0, person.chance.gauss(centre, 14)))
    born = DAY - timedelta(days=int(years * 365.25))
    precision = person.chance.random()
    text = str(born.year) if precision < 0.02 else born.isoformat()[:7] if precision < 0.04 else ""
    stated = born.replace(day=1) if text else born
    stated = stated.replace(month=1) if len(text) == 4 else stated
    if person.happens(0.985):
        person.rows.append(
            {
                "subject_id": person.subject,
                "code": "MEDS_BIRTH",
                "time": stated.isoformat(),
                "text_value": text,
            }
        )
    woman = person.happens({"immune": 0.25, "aids": 0.3, "liver": 0.28, "anaemia": 0.48}[group])
    if person.happens(0.99):
        person.add("SEX//F" if woman else "SEX//M")
    if person.documented > 0.35:
        person.add("LOINC:11450-4", person.spread(0, 420), text_value="complete")
    if person.documented > 0.45:
        person.add(
            "LOINC:10160-0",
            person.spread(0, 420),
            text_value="complete" if person.happens(0.9) else "partial",
        )
    for code in ORDINARY:
        if person.happens(0.07 + years / 1500):
            person.diagnosis(code, person.spread(30, 3000))
    if person.happens(0.35):
        person.add(person.pick(ORDINARY_DRUGS), person.spread(30, 900), text_value="active")
    if person.happens(0.05):
        person.diagnosis(
            person.pick(("ICD10CM:Z88.0", "ICD10CM:Z91.010", "ICD10CM:T78.40XA")), person.spread(100, 4000)
        )
    if person.happens(0.03):
        person.diagnosis(
            person.pick(("ICD10CM:C22.0", "ICD10CM:C34.90", "ICD10CM:C81.90", "ICD10CM:C18.9")),
            person.spread(60, 3000),
        )
    if person.happens(0.04):
        person.diagnosis(
            person.pick(("ICD10CM:N18.4", "ICD10CM:I50.9", "ICD10CM:J44.9")), person.spread(60, 2500)
        )
    if person.happens(0.03):
        person.diagnosis("ICD10CM:Z00.6", person.spread(0, 200))
    if person.happens(0.02):
        person.add("MEDS_DEATH", person.spread(0, 60))
    return woman


def blood(person: Person, times: list[float], white: float, plates: float, red: float) -> None:
    """The usual blood count at each visit, some of it left out."""
    for name, level, noise in (("wbc", white, 0.15), ("platelets", plates, 0.18), ("haemoglobin", red, 0.05)):
        person.series(name, [t for t in times if person.happens(0.85)], level, noise)
    person.series("neutrophils", [t for t in times if person.happens(0.5)], white * 0.55, 0.2)


def chemistry(person: Person, times: list[float], alt: float, creatinine: float) -> None:
    """Liver and kidney values; two wards report creatinine as a mass."""
    kidney = "creatinine_mass" if person.ward % 2 else "creatinine"
    person.series("alt", [t for t in times if person.happens(0.8)], alt, 0.25)
    person.series(kidney, [t for t in times if person.happens(0.75)], creatinine, 0.1)


def hiv(person: Person, *, advanced: bool) -> None:
    """HIV: treated for years with counts that stay low, or advanced with infections and high loads."""
    woman = describe(person, "aids" if advanced else "immune")
    known = person.spread(60, 1200) if advanced else person.spread(700, 6000)
    if person.happens(0.95):
        person.diagnosis("ICD10CM:B20" if advanced or person.happens(0.6) else "ICD10CM:Z21", known)
    if person.happens(0.7):
        person.word("LOINC:56888-1", known + 10, positive=person.happens(0.99))
    treated = person.happens(0.7 if advanced else 0.95)
    if treated:
        since = person.spread(10, 400) if advanced else min(known, person.spread(400, 3500))
        gap = person.spread(5, 70) if person.happens(0.25) else 0.0
        first, second = person.pick(ART), person.pick(ART)
        if gap and since > 300:
            person.add(first, since, end_time=person.moment(since / 2 + gap))
            person.add(second, since / 2, text_value="active")
        else:
            person.add(first, since, text_value="active" if person.happens(0.9) else "")
            person.add(second, since, text_value="ongoing" if person.happens(0.8) else "")
    times = person.visits(4, 160)
    level = math.exp((3.9 if advanced else 5.1) - 0.35 * person.severity)
    person.series("cd4", times, min(level, 900), 0.18)
    for days in times:
        if treated and person.happens(0.35 if advanced else 0.86):
            person.add(
                "LOINC:20447-9",
                days,
                text_value=person.pick(("<20", "<50", "Target not detected", "< 40", "TND")),
                unit="copies/mL",
            )
        elif person.happens(0.9):
            person.result("load", days, math.exp(person.spread(4, 12.5 if advanced else 8)))
    blood(
        person,
        times[:2],
        math.exp(1.5 - 0.2 * person.severity),
        190 * math.exp(-0.3 * person.severity),
        128 - 9 * person.severity,
    )
    chemistry(person, times[:2], 30 * math.exp(0.45 * abs(person.severity)), 78)
    person.series(
        "lactate", [t for t in times[:2] if person.happens(0.8)], 1.3 * math.exp(0.2 * person.severity), 0.15
    )
    score = 85 - 8 * person.severity - (15 if advanced else 0)
    person.result("karnofsky", times[0], max(20, min(100, 10 * round(score / 10))))
    if person.happens(0.6 if advanced else 0.12):
        person.diagnosis(person.pick(OPPORTUNISTIC), person.spread(5, 300 if advanced else 3000))
    if person.happens(0.07):
        person.diagnosis(person.pick(("ICD10CM:F11.20", "ICD10CM:F15.20")), person.spread(50, 2500))
    if person.happens(0.1):
        person.add(person.pick(IMMUNE), person.spread(5, 600), end_time=None)
    seen = person.spread(0, 500)
    for code, share in (
        ("LOINC:11259-9", 0.08),
        ("LOINC:13951-9", 0.05),
        ("LOINC:40727-0", 0.03),
        ("LOINC:14212-5", 0.04),
    ):
        if person.happens(0.85):
            person.word(code, seen, positive=person.happens(share))
    if person.happens(0.2):
        person.add(
            "LOINC:11011-4", seen * 0.7, numeric_value=0 if person.happens(0.85) else 48000, unit="[IU]/mL"
        )
    if woman and person.happens(0.5):
        person.word("LOINC:2106-3", person.spread(0, 60), positive=person.happens(0.03))


def liver(person: Person) -> None:
    """Hepatitis B with a failing liver: bilirubin, clotting and the score rise together."""
    woman = describe(person, "liver")
    worse = person.severity
    if person.happens(0.92):
        person.diagnosis("ICD10CM:K72.00" if person.happens(0.6) else "ICD10CM:K72.90", person.spread(1, 120))
    if person.happens(0.9):
        person.diagnosis("ICD10CM:B18.1", person.spread(300, 5000))
    if person.happens(0.93):
        person.word("LOINC:5195-3", person.spread(0, 430), positive=person.happens(0.95))
    times = person.visits(5, 40)
    bile = 210 * math.exp(0.55 * worse)
    clotting = 1.9 * math.exp(0.22 * worse)
    name = "bilirubin_mass" if person.ward % 2 else "bilirubin"
    for place, days in enumerate(reversed(times)):
        person.result(name, days, bile * math.exp(0.07 * place + person.chance.gauss(0, 0.08)))
    person.series("inr", [t for t in times if person.happens(0.85)], clotting, 0.08)
    person.series("activity", [t for t in times if person.happens(0.6)], min(110, 62 / clotting), 0.08)
    blood(person, times[:2], 6.5, 120 * math.exp(-0.25 * worse), 122 - 5 * worse)
    chemistry(person, times[:3], 180 * math.exp(0.4 * worse), 82 * math.exp(0.25 * max(0.0, worse)))
    person.series("albumin", times[:1], 31 - 2 * worse, 0.05)
    if person.happens(0.45):
        person.result("meld", times[0], max(6, round(21 + 4.5 * worse)))
    for code, share, reach in (
        ("ICD10CM:A41.9", 0.06, 60), ("ICD10CM:K65.0", 0.05, 60), ("ICD10CM:K70.30", 0.05, 3000),
        ("ICD10CM:C22.0", 0.05, 900), ("ICD10CM:K74.60", 0.3, 2500), ("ICD10CM:K75.4", 0.02, 2000),
    ):  # fmt: skip
        if person.happens(share):
            over = person.spread(0, 10) if code == "ICD10CM:A41.9" and person.happens(0.5) else None
            person.diagnosis(code, person.spread(11, reach), over)
    if woman:
        if person.happens(0.7):
            person.word("LOINC:2118-8", person.spread(0, 45), positive=person.happens(0.04))
        if person.happens(0.03):
            person.diagnosis("ICD10CM:Z33.1", person.spread(0, 250))
        if person.happens(0.03):
            person.diagnosis("ICD10CM:Z39.1", person.spread(0, 220))


def anaemia(person: Person) -> None:
    """Severe aplastic anaemia: all three cell lines low, treated with immune suppression."""
    woman = describe(person, "anaemia")
    if person.happens(0.93):
        person.diagnosis(
            person.pick(("ICD10CM:D61.3", "ICD10CM:D61.9", "ICD10CM:D61.1", "SNOMED:306058006")),
            person.spread(20, 2000),
        )
    else:
        person.diagnosis(person.pick(("ICD10CM:D61.818", "ICD10CM:D46.9")), person.spread(20, 900))
    times = person.visits(4, 110)
    low = math.exp(-0.35 * person.severity)
    blood(person, times, 1.9 * low, 18 * low, 72 - 5 * person.severity)
    chemistry(person, times[:2], 34, 80 * math.exp(0.3 * max(0.0, person.severity - 0.6)))
    person.result("ecog", times[0], max(0, min(4, round(1.2 + 0.7 * person.severity))))
    if person.happens(0.85):
        person.result(
            "ejection",
            person.spread(0, 120),
            max(25, min(75, 60 - 4 * person.severity + person.chance.gauss(0, 5))),
        )
    person.series("weight", times[:1], 63, 0.15)
    if person.happens(0.6):
        person.add("RXNORM:3008", person.spread(30, 500), text_value="active")
    for code, share, reach in (
        ("ICD10CM:B37.7", 0.04, 60), ("ICD10CM:B44.1", 0.05, 60), ("ICD10CM:B25.9", 0.03, 60),
        ("ICD10CM:J12.9", 0.04, 50), ("ICD10CM:F20.9", 0.02, 3000), ("ICD10CM:F32.2", 0.03, 900), ("ICD10CM:B20", 0.01, 900),
    ):  # fmt: skip
        if person.happens(share):
            person.diagnosis(code, person.spread(0, reach))
    if person.happens(0.8):
        person.word("LOINC:56888-1", person.spread(0, 500), positive=person.happens(0.015))
    if woman and person.happens(0.75):
        person.word("LOINC:2106-3", person.spread(0, 50), positive=person.happens(0.05))


def group_of(place: float) -> str:
    """The group of a person by a place between 0 and 1, in the shares of the groups."""
    for group, share in SHARES:
        if place < share:
            return group
        place -= share
    return SHARES[-1][0]


def make_people(number: int, seed: int) -> list[dict[str, object]]:
    """All rows of so many people; each person has a stream of chance of their own."""
    rows: list[dict[str, object]] = []
    for subject in range(1, number + 1):
        chance = random.Random(f"{seed}/{subject}")  # noqa: S311  nothing is secret here
        person = Person(subject, chance)
        group = group_of((subject * 0.618033988749895) % 1.0)
        if group in ("immune", "aids"):
            hiv(person, advanced=group == "aids")
        elif group == "liver":
            liver(person)
        else:
            anaemia(person)
        rows += person.rows
    return rows


def write(path: Path, rows: list[dict[str, object]]) -> None:
    """Write the table; the time of writing is left out of the file, so equal rows are equal bytes."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write(text.getvalue().encode("utf-8"))
    part = path.with_name(path.name + ".part")
    part.write_bytes(packed.getvalue())
    part.replace(path)


def main() -> None:
    """Make the people that were asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=2000, help="how many (default 2000)")
    parser.add_argument("--seed", type=int, default=20240831, help="another seed gives other people")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).with_name("people.csv.gz"))
    arguments = parser.parse_args()
    write(arguments.output, make_people(arguments.people, arguments.seed))


if __name__ == "__main__":
    main()
