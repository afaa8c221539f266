"""Rows of the patient table written out as FHIR R4, in every form that a source may choose."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from random import Random
from typing import Any

ADDRESSES = {
    "LOINC": "http://loinc.org",
    "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "SNOMED": "http://snomed.info/sct",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "NCIT": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
}
SIGNED = re.compile(r"(<=|>=|≤|≥|<|>)\s*([0-9.]+)")
Resource = dict[str, Any]


def concept_of(code: str) -> Resource:
    system, _, plain = code.partition(":")
    return {"coding": [{"system": ADDRESSES[system], "code": plain}]}


def patients_of(subject: str, rows: list[dict[str, Any]]) -> list[Resource]:
    """One Patient for each birth, sex and death that is recorded; facts that contradict need one each."""
    births = [r.get("text_value") or r["time"][:10] for r in rows if r["code"] == "MEDS_BIRTH"]
    sexes = [{"F": "female", "M": "male"}.get(r["code"][-1]) for r in rows if r["code"].startswith("SEX//")]
    deaths = [r.get("time") for r in rows if r["code"] == "MEDS_DEATH"]
    made = []
    for place in range(max(1, len(births), len(sexes), len(deaths))):
        patient: Resource = {"resourceType": "Patient", "id": subject}
        if place < len(births):
            patient["birthDate"] = births[place]
        if place < len(sexes):
            patient["gender"] = sexes[place] or "unknown"
        if place < len(deaths):
            died = deaths[place]
            patient |= {"deceasedDateTime": died} if died else {"deceasedBoolean": True}
        made.append(patient)
    return made


def resource_of(r: Random, subject: str, row: dict[str, Any], loose: list[Resource]) -> Resource:
    """The resource of one row; a Medication that it refers to goes to the loose ones."""
    system = row["code"].partition(":")[0]
    who = {"reference": f"Patient/{subject}"}
    if row["code"] in ("LOINC:11450-4", "LOINC:10160-0"):
        mode = "snapshot" if row["text_value"] == "complete" else "working"
        made = {"resourceType": "List", "status": "current", "mode": mode, "code": concept_of(row["code"])}
        return made | {"subject": who} | ({"date": row["time"]} if row.get("time") else {})
    if system in ("LOINC", "NCIT"):
        return _observation(r, who, row)
    if system == "RXNORM":
        return _medication(r, who, row, loose)
    if row["code"] == "SNOMED:428024001":
        period = {k: row[n] for k, n in (("start", "time"), ("end", "end_time")) if row.get(n)}
        status = "on-study" if row.get("text_value") == "active" else "off-study"
        return {"resourceType": "ResearchSubject", "status": status, "individual": who, "period": period}
    if row["code"] == "SNOMED:77465005":
        made = {"resourceType": "Procedure", "status": "completed", "code": concept_of(row["code"])}
        return made | {"subject": who} | _period(row, "performedDateTime", "performedPeriod")
    made = {
        "resourceType": "Condition", "code": concept_of(row["code"]), "subject": who,
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
    }  # fmt: skip
    if row.get("time"):
        # What was written down after its end did not begin then.
        recorded = row.get("end_time", "9999") >= row["time"] and r.random() < 0.5
        made["recordedDate" if recorded else "onsetDateTime"] = row["time"]
    if row.get("end_time"):
        made["abatementDateTime"] = row["end_time"]
    return made


def _period(row: dict[str, Any], point: str, period: str) -> Resource:
    if row.get("end_time"):
        return {period: {k: row[n] for k, n in (("start", "time"), ("end", "end_time")) if row.get(n)}}
    return {point: row["time"]} if row.get("time") else {}


def _observation(r: Random, who: Resource, row: dict[str, Any]) -> Resource:
    value: Resource = {"code": concept_of(row["code"])}
    unit = row.get("unit")
    spelled = {} if not unit else {"unit": unit} if r.random() < 0.5 else {"unit": "see code", "code": unit}
    text, number = row.get("text_value"), row.get("numeric_value")
    signed = SIGNED.fullmatch(text or "")
    if number is not None:
        value["valueQuantity"] = {"value": number, **spelled}
    elif signed:
        sign = signed[1].replace("≤", "<=").replace("≥", ">=")
        value["valueQuantity"] = {"value": float(signed[2]), "comparator": sign, **spelled}
    elif text:
        words = {"valueString": text, "valueCodeableConcept": {"text": text}}
        name = r.choice(sorted(words))
        value[name] = words[name]
    else:
        value["dataAbsentReason"] = {"coding": [{"code": "unknown"}]}
    limits = {k: {"value": row[n]} for k, n in (("low", "ref_low"), ("high", "ref_high")) if n in row}
    if limits:
        value["referenceRange"] = [limits]
    made: Resource = {"resourceType": "Observation", "status": r.choice(("final", "amended")), "subject": who}
    if row.get("time"):
        form = r.randrange(4)
        made |= (
            {"effectivePeriod": {"start": row["time"]}} if form == 0
            else {"effectiveInstant": row["time"]} if form == 1 and "T" in row["time"]
            else {"issued": row["time"]} if form == 2
            else {"effectiveDateTime": row["time"]}
        )  # fmt: skip
    if r.random() < 0.2:
        # A panel whose only result is a component.
        return made | {"code": {"text": "panel"}, "component": [value]}
    return made | value


def _medication(r: Random, who: Resource, row: dict[str, Any], loose: list[Resource]) -> Resource:
    kind = r.choice(("MedicationStatement", "MedicationAdministration", "MedicationRequest"))
    if row.get("end_time"):
        kind = "MedicationStatement"
    status = "active" if row.get("text_value") == "active" else "completed"
    made: Resource = {"resourceType": kind, "status": status, "subject": who}
    if kind == "MedicationRequest":
        made |= {"authoredOn": row["time"]} if row.get("time") else {}
    else:
        made |= _period(row, "effectiveDateTime", "effectivePeriod")
    form = r.randrange(3)
    drug = {"resourceType": "Medication", "id": f"drug{len(loose)}", "code": concept_of(row["code"])}
    if form == 0:
        return made | {"medicationCodeableConcept": concept_of(row["code"])}
    if form == 1:
        return made | {"contained": [drug], "medicationReference": {"reference": f"#{drug['id']}"}}
    loose.append(drug)
    return made | {"medicationReference": {"reference": f"Medication/{drug['id']}"}}


def write_fhir(folder: Path, rows: list[dict[str, Any]], r: Random) -> str:
    """A folder of bundles and NDJSON that holds the rows; person 7 has the id p7."""
    by_subject: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_subject.setdefault(f"p{row['subject_id']}", []).append(row)
    lines: list[Resource] = []
    folder.mkdir()
    for number, (subject, own) in enumerate(by_subject.items()):
        loose: list[Resource] = []
        facts = [
            row
            for row in own
            if row["code"] not in ("MEDS_BIRTH", "MEDS_DEATH") and not row["code"].startswith("SEX//")
        ]
        made = [*patients_of(subject, own), *(resource_of(r, subject, row, loose) for row in facts)]
        for drug in loose:
            # Drugs are the person's own, so that their names do not meet those of others.
            drug["id"] += subject
        for one in made:
            reference = one.get("medicationReference", {}).get("reference", "")
            if reference.startswith("Medication/"):
                one["medicationReference"] = {"reference": reference + subject}
        made += loose
        r.shuffle(made)
        if r.random() < 0.5:
            lines += made
        else:
            _write_bundle(folder / f"{number}.json", made, r)
    r.shuffle(lines)
    middle = r.randrange(len(lines) + 1)
    for name, some in (("a.ndjson", lines[:middle]), ("b.ndjson.gz", lines[middle:])):
        text = "".join(json.dumps(one) + "\n" for one in some).encode()
        (folder / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return str(folder)


def _write_bundle(path: Path, made: list[Resource], r: Random) -> None:
    """A bundle; in a transaction the resources refer to each other by the addresses of their entries."""
    kind = r.choice(("collection", "searchset", "transaction"))
    prefix = {"collection": "", "searchset": "http://fhir.example.org/r4/", "transaction": "urn:uuid:"}[kind]
    addresses = {}
    for one in made:
        if "id" in one:
            name = f"{one['resourceType']}/{one['id']}"
            addresses[name] = f"urn:uuid:0-{one['id']}" if kind == "transaction" else prefix + name
    text = json.dumps(
        {
            "resourceType": "Bundle",
            "type": kind,
            "entry": [
                {"resource": one}
                | (
                    {"fullUrl": addresses[f"{one['resourceType']}/{one['id']}"]}
                    if "id" in one and prefix
                    else {}
                )
                for one in made
            ],
        },
        indent=r.choice((None, 1)),
    )
    if prefix:
        for name, address in addresses.items():
            text = text.replace(f'"reference": "{name}"', f'"reference": "{address}"')
    path.write_text(text, encoding="utf-8")
