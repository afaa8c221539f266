"""FHIR R4 resources become rows: what is read of each kind, what is left out and counted."""

# ruff: noqa: E501  tables of facts are read best with one line a fact
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from trialwright.patients import read_patients

P = {"resourceType": "Patient", "id": "p1"}
WHO = {"reference": "Patient/p1"}
HB = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
COLUMNS = "code, CAST(time AS VARCHAR), numeric_value, text_value, unit, CAST(end_time AS VARCHAR)"


def read(folder: Path, *resources: dict[str, Any], columns: str = COLUMNS) -> tuple[list[Any], list[str]]:
    """The rows, in order of their cells, and the problems."""
    path = folder / "all.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in resources), encoding="utf-8")
    return rows_of(path, columns)


def rows_of(path: Path, columns: str = COLUMNS) -> tuple[list[Any], list[str]]:
    table = read_patients(str(path))
    with duckdb.connect() as connection:
        query = f"SELECT {columns} FROM ({table.query}) WHERE code IS NOT NULL ORDER BY ALL"
        return connection.execute(query).fetchall(), list(table.problems)


def observation(**more: Any) -> dict[str, Any]:
    made = {"resourceType": "Observation", "status": "final", "code": HB, "subject": WHO}
    return made | {"effectiveDateTime": "2024-05-01"} | more


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        ({"birthDate": "1980-05-03", "gender": "female"},
         [("MEDS_BIRTH", "1980-05-03 00:00:00", None), ("SEX//F", None, None)]),
        ({"birthDate": "1980-05"}, [("MEDS_BIRTH", "1980-05-01 00:00:00", "1980-05")]),
        ({"birthDate": "1980", "gender": "other"}, [("MEDS_BIRTH", "1980-01-01 00:00:00", "1980")]),
        ({"gender": "male", "deceasedDateTime": "2024-02-03T10:00:00+02:00"},
         [("MEDS_DEATH", "2024-02-03 10:00:00", None), ("SEX//M", None, None)]),
        ({"deceasedBoolean": True}, [("MEDS_DEATH", None, None)]),
        ({"deceasedDateTime": "last spring"}, [("MEDS_DEATH", None, None)]),
        ({"deceasedBoolean": False, "gender": "unknown"}, []),
    ],
)  # fmt: skip
def test_a_patient_is_birth_sex_and_death(tmp_path: Path, fields: dict[str, Any], rows: list[Any]) -> None:
    found, _ = read(tmp_path, P | fields, columns="code, CAST(time AS VARCHAR), text_value")
    assert found == rows


def test_a_patient_of_whom_nothing_is_known_is_still_a_person(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(P))
    table = read_patients(str(path))
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT subject_id, code FROM ({table.query})").fetchall() == [
            ("p1", None)
        ]


@pytest.mark.parametrize(
    ("value", "number", "text", "unit"),
    [
        ({"valueQuantity": {"value": 8.1, "unit": "g per dl", "code": "g/dL",
                            "system": "http://unitsofmeasure.org"}}, 8.1, None, "g/dL"),
        ({"valueQuantity": {"value": 8.1, "unit": "g/dL", "code": "258795003",
                            "system": "http://snomed.info/sct"}}, 8.1, None, "g/dL"),
        ({"valueQuantity": {"value": 50, "comparator": "<", "unit": "g/L"}}, None, "<50", "g/L"),
        ({"valueQuantity": {"value": "8.1", "unit": "g/dL"}}, None, "8.1", "g/dL"),
        ({"valueQuantity": {"unit": "g/dL"}}, None, None, None),
        ({"valueInteger": 3}, 3, None, None),
        ({"valueString": "not done"}, None, "not done", None),
        ({"valueBoolean": True}, None, "true", None),
        ({"valueCodeableConcept": {"text": "Positive", "coding": [{"display": "no"}]}}, None, "Positive", None),
        ({"valueCodeableConcept": {"coding": [{"code": "x"}, {"display": "Negative"}]}}, None, "Negative", None),
        ({"valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "260415000"}]}},
         None, "not detected", None),
        ({"valueCodeableConcept": {"coding": [{"code": "IIb"}]}}, None, "IIb", None),
        ({"valueRange": {"low": {"value": 5, "unit": "/uL"}, "high": {"value": 10}}}, None, "5-10", "/uL"),
        ({"valueRange": {"low": {"value": 5, "unit": "/uL"}}}, None, ">=5", "/uL"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 64}}}, None, "1:64", None),
        ({"valueQuantity": {"value": 8, "unit": "g/dL"}, "dataAbsentReason": {"text": "error"}}, None, None, None),
        ({}, None, None, None),
    ],
)  # fmt: skip
def test_the_value_of_an_observation(
    tmp_path: Path, value: dict[str, Any], number: float | None, text: str | None, unit: str | None
) -> None:
    rows, _ = read(tmp_path, P, observation(**value))
    assert rows == [("LOINC:718-7", "2024-05-01 00:00:00", number, text, unit, None)]


@pytest.mark.parametrize(
    ("times", "time"),
    [
        ({"effectiveDateTime": "2024-05-01T23:30:00-05:00"}, "2024-05-01 23:30:00"),
        ({"effectiveDateTime": "2024-05-01T23:30:00.25Z"}, "2024-05-01 23:30:00.25"),
        ({"effectiveInstant": "2024-05-01T08:00:60Z", "issued": "2024-06-01T00:00:00Z"}, "2024-05-01 08:00:59"),
        ({"effectivePeriod": {"start": "2024-05-01", "end": "2024-05-09"}}, "2024-05-01 00:00:00"),
        ({"effectivePeriod": {"end": "2024-05-09"}, "issued": "2024-05-10T00:00:00Z"}, "2024-05-10 00:00:00"),
        ({"effectiveDateTime": "2024-05"}, "2024-05-01 00:00:00"),
        ({"effectiveDateTime": "2024-13-41"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_time_of_an_observation_is_its_wall_clock(
    tmp_path: Path, times: dict[str, Any], time: str | None
) -> None:
    made = observation(valueInteger=1)
    del made["effectiveDateTime"]
    rows, _ = read(tmp_path, P, made | times)
    assert [row[1] for row in rows] == [time]


def test_times_that_say_little_or_nothing_are_counted(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path,
        P | {"birthDate": "never"},
        observation(effectiveDateTime="2024-05"),
        observation(effectiveDateTime="2024-13-41"),
    )
    assert problems == [
        "times of a month or a year, read as its first day: 1 (Observation 1)",
        "times that cannot be read, taken as unknown: 2 (Observation 1, Patient 1)",
    ]


@pytest.mark.parametrize(
    ("status", "is_read"),
    [("final", True), ("amended", True), ("corrected", True), ("preliminary", True), ("registered", False),
     ("cancelled", False), ("entered-in-error", False), ("unknown", False), (None, False)],
)  # fmt: skip
def test_only_observations_that_were_made_count(tmp_path: Path, status: str | None, is_read: bool) -> None:
    rows, problems = read(tmp_path, P, observation(status=status, valueInteger=1))
    assert (len(rows), problems) == (
        (1, []) if is_read else (0, ["left out for their status: 1 (Observation 1)"])
    )


@pytest.mark.parametrize(
    ("focus", "is_read"),
    [("Patient/child", False), ("Device/pump", False), ("Patient/p1", True), ("Condition/tumour", True)],
)
def test_what_is_about_the_child_or_a_device_is_not_about_the_patient(
    tmp_path: Path, focus: str, is_read: bool
) -> None:
    rows, problems = read(tmp_path, P, observation(valueInteger=1, focus=[{"reference": focus}]))
    remark = "left out because they are about something else than the patient: 1 (Observation 1)"
    assert (len(rows), problems) == ((1, []) if is_read else (0, [remark]))


def test_components_are_rows_and_a_panel_without_a_value_is_none(tmp_path: Path) -> None:
    def part(code: str, value: int) -> dict[str, Any]:
        coding = [{"system": "http://loinc.org", "code": code}]
        return {"code": {"coding": coding}, "valueQuantity": {"value": value, "unit": "mm[Hg]"}}

    panel = observation(component=[part("8480-6", 120), part("8462-4", 80)])
    rows, _ = read(tmp_path, P, panel)
    assert [row[:3] for row in rows] == [
        ("LOINC:8462-4", "2024-05-01 00:00:00", 80.0),
        ("LOINC:8480-6", "2024-05-01 00:00:00", 120.0),
    ]


def test_the_first_code_of_loinc_names_a_result_else_the_first(tmp_path: Path) -> None:
    local = {"system": "http://hospital.example.org", "code": "HB"}
    both = {"coding": [local, {"system": "http://loinc.org", "code": "718-7"}]}
    rows, problems = read(
        tmp_path,
        P,
        observation(code=both),
        observation(code={"coding": [local]}),
        observation(code={"text": "Hb"}),
    )
    assert [row[0] for row in rows] == ["LOINC:718-7", "http://hospital.example.org:HB"]
    assert problems == ["left out for want of a code: 1 (Observation 1)"]


@pytest.mark.parametrize(
    ("ranges", "limits"),
    [
        ([{"low": {"value": 12}, "high": {"value": 16}}, {"low": {"value": 1}}], (12.0, 16.0)),
        ([{"high": {"value": 16, "unit": "g/dL"}}], (None, 16.0)),
        ([{"type": {"coding": [{"code": "treatment"}]}, "low": {"value": 7}},
          {"type": {"coding": [{"code": "normal"}]}, "low": {"value": 12}}], (12.0, None)),
        ([{"low": {"value": 120, "unit": "g/L"}}], (None, None)),
        ([{"text": "12 to 16"}], (None, None)),
    ],
)  # fmt: skip
def test_the_reference_range_is_the_first_normal_one_in_the_unit_of_the_value(
    tmp_path: Path, ranges: list[Any], limits: tuple[float | None, float | None]
) -> None:
    made = observation(valueQuantity={"value": 8, "unit": "g/dL"}, referenceRange=ranges)
    rows, problems = read(tmp_path, P, made, columns="ref_low, ref_high")
    assert rows == [limits]
    assert bool(problems) == (ranges[0].get("low", {}).get("unit") == "g/L")


def condition(**more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "K72.00"}]}
    return {"resourceType": "Condition", "code": code, "subject": WHO} | more


def state(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


@pytest.mark.parametrize(
    ("fields", "time", "end"),
    [
        ({"onsetDateTime": "2020-01-02", "recordedDate": "2021-01-01"}, "2020-01-02", None),
        ({"onsetAge": {"value": 30}, "recordedDate": "2021-01-01"}, "2021-01-01", None),
        ({"onsetPeriod": {"start": "2020-01-02", "end": "2020-03-01"}}, "2020-01-02", "2020-03-01"),
        ({"onsetDateTime": "2020-01-02", "abatementDateTime": "2020-02-02"}, "2020-01-02", "2020-02-02"),
        ({"onsetDateTime": "2020-01-02", "clinicalStatus": state("resolved")}, "2020-01-02", "2020-01-02"),
        ({"onsetDateTime": "2020-01-02", "clinicalStatus": state("active")}, "2020-01-02", None),
        ({"onsetDateTime": "2020-01-02", "abatementString": "in spring"}, "2020-01-02", "2020-01-02"),
        ({"onsetDateTime": "2020-01-02", "abatementString": "?", "clinicalStatus": state("relapse")},
         "2020-01-02", None),
        ({"abatementDateTime": "2020-02-02"}, "2020-02-02", "2020-02-02"),
        ({"recordedDate": "2021-01-01", "abatementDateTime": "2020-02-02"}, "2020-02-02", "2020-02-02"),
        ({}, None, None),
    ],
)  # fmt: skip
def test_when_a_condition_begins_and_ends(
    tmp_path: Path, fields: dict[str, Any], time: str | None, end: str | None
) -> None:
    columns = "code, CAST(CAST(time AS DATE) AS VARCHAR), CAST(CAST(end_time AS DATE) AS VARCHAR)"
    rows, _ = read(tmp_path, P, condition(**fields), columns=columns)
    assert rows == [("ICD10CM:K72.00", time, end)]


@pytest.mark.parametrize("sure", [state("refuted"), state("entered-in-error"), "refuted"])
def test_what_was_refuted_is_no_condition(tmp_path: Path, sure: Any) -> None:
    rows, problems = read(tmp_path, P, condition(verificationStatus=sure))
    assert (rows, problems) == ([], ["left out for their status: 1 (Condition 1)"])


def test_a_condition_has_the_codes_of_all_known_systems(tmp_path: Path) -> None:
    coding = [
        {"system": "http://hospital.example.org", "code": "1"},
        {"system": "http://snomed.info/sct/900000000000207008", "code": "59927004"},
        {"system": "urn:oid:2.16.840.1.113883.6.90", "code": "K72.90"},
    ]
    rows, _ = read(tmp_path, P, condition(code={"coding": coding}), columns="code")
    assert rows == [("ICD10CM:K72.90",), ("SNOMED:59927004",)]
    rows, _ = read(tmp_path, P, condition(code={"coding": coding[:1]}), columns="code")
    assert rows == [("http://hospital.example.org:1",)]


def drug(kind: str = "MedicationStatement", **more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "8640"}]}
    return {"resourceType": kind, "medicationCodeableConcept": code, "subject": WHO} | more


@pytest.mark.parametrize(
    ("resource", "time", "end", "text"),
    [
        (drug(status="active", effectivePeriod={"start": "2024-01-01"}), "2024-01-01", None, "active"),
        (drug(status="active", effectivePeriod={"start": "2024-01-01", "end": "2024-02-01"}),
         "2024-01-01", "2024-02-01", None),
        (drug(status="completed", effectiveDateTime="2024-01-01"), "2024-01-01", None, None),
        (drug("MedicationRequest", status="active", authoredOn="2024-01-01"), "2024-01-01", None, "active"),
        (drug("MedicationRequest", status="stopped", authoredOn="2024-01-01"), "2024-01-01", None, None),
        (drug("MedicationAdministration", status="completed", effectiveDateTime="2024-01-01"),
         "2024-01-01", None, None),
    ],
)  # fmt: skip
def test_when_a_drug_is_taken(
    tmp_path: Path, resource: dict[str, Any], time: str, end: str | None, text: str | None
) -> None:
    columns = "code, CAST(CAST(time AS DATE) AS VARCHAR), CAST(CAST(end_time AS DATE) AS VARCHAR), text_value"
    rows, _ = read(tmp_path, P, resource, columns=columns)
    assert rows == [("RXNORM:8640", time, end, text)]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "not-taken", "not-done", "draft"])
@pytest.mark.parametrize("kind", ["MedicationStatement", "MedicationRequest", "MedicationAdministration"])
def test_what_was_not_given_is_no_exposure(tmp_path: Path, kind: str, status: str) -> None:
    rows, problems = read(tmp_path, P, drug(kind, status=status))
    assert (rows, problems) == ([], [f"left out for their status: 1 ({kind} 1)"])


def test_an_order_not_to_give_a_drug_is_no_exposure(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, P, drug("MedicationRequest", status="active", doNotPerform=True))
    assert rows == []
    assert problems == ["left out because they say what is not to be given: 1 (MedicationRequest 1)"]


def test_a_drug_may_stand_in_the_resource_or_after_it_or_nowhere(tmp_path: Path) -> None:
    code = {"coding": [{"system": "http://www.whocc.no/atc", "code": "H02AB07"}]}
    parts = [
        {"itemCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": c}]}} for c in "AB"
    ]

    def given(reference: str, **more: Any) -> dict[str, Any]:
        made = drug(status="completed", medicationReference={"reference": reference}, **more)
        del made["medicationCodeableConcept"]
        return made

    rows, problems = read(
        tmp_path,
        given("#m", contained=[{"resourceType": "Medication", "id": "m", "code": code}]),
        given("Medication/later"),
        given("Medication/mixture"),
        given("Medication/nowhere"),
        {"resourceType": "Medication", "id": "later", "code": code},
        {"resourceType": "Medication", "id": "mixture", "ingredient": parts},
        P,
        columns="code",
    )
    assert rows == [("ATC:A",), ("ATC:B",), ("ATC:H02AB07",), ("ATC:H02AB07",)]
    assert problems == ["records of a drug whose Medication is not there, left out: 1"]


def test_vaccines_procedures_and_trials(tmp_path: Path) -> None:
    cvx = {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "140"}]}
    done = {"coding": [{"system": "http://snomed.info/sct", "code": "77465005"}]}
    rows, problems = read(
        tmp_path,
        P,
        {"resourceType": "Immunization", "status": "completed", "vaccineCode": cvx, "patient": WHO,
         "occurrenceDateTime": "2024-01-01"},
        {"resourceType": "Immunization", "status": "not-done", "vaccineCode": cvx, "patient": WHO},
        {"resourceType": "Procedure", "status": "completed", "code": done, "subject": WHO,
         "performedPeriod": {"start": "2024-01-02T10:00:00Z", "end": "2024-01-02T11:00:00Z"}},
        {"resourceType": "Procedure", "status": "not-done", "code": done, "subject": WHO},
        {"resourceType": "ResearchSubject", "status": "on-study", "individual": WHO, "period": {"start": "2024-03-01"}},
        {"resourceType": "ResearchSubject", "status": "ineligible", "individual": WHO},
    )  # fmt: skip
    assert rows == [
        ("CVX:140", "2024-01-01 00:00:00", None, None, None, None),
        ("SNOMED:428024001", "2024-03-01 00:00:00", None, "active", None, None),
        ("SNOMED:77465005", "2024-01-02 10:00:00", None, None, None, "2024-01-02 11:00:00"),
    ]
    assert problems == ["left out for their status: 3 (Immunization 1, Procedure 1, ResearchSubject 1)"]


def listed(**more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "11450-4"}]}
    made = {"resourceType": "List", "status": "current", "code": code, "subject": WHO, "date": "2024-05-01"}
    return made | more


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"mode": "snapshot"}, "complete"),
        ({"mode": "working"}, "working"),
        ({"mode": "snapshot", "emptyReason": state("nilknown")}, "complete"),
        ({"mode": "snapshot", "emptyReason": state("unavailable")}, "unavailable"),
        ({"mode": "snapshot", "emptyReason": {"text": "?"}}, "empty"),
    ],
)
def test_a_list_is_complete_only_where_it_says_so(tmp_path: Path, fields: dict[str, Any], text: str) -> None:
    rows, _ = read(tmp_path, P, listed(**fields), columns="code, text_value")
    assert rows == [("LOINC:11450-4", text)]


def test_lists_that_are_old_or_of_something_else_declare_nothing(tmp_path: Path) -> None:
    rows, problems = read(
        tmp_path, P, listed(mode="snapshot", status="retired"), listed(mode="snapshot", code={})
    )
    assert (rows, problems) == ([], ["left out for their status: 1 (List 1)"])


def test_an_allergy_is_a_condition_and_never_an_exposure(tmp_path: Path) -> None:
    def allergy(system: str, code: str, **more: Any) -> dict[str, Any]:
        made = {"resourceType": "AllergyIntolerance", "patient": WHO, "recordedDate": "2020-01-01"}
        return made | {"code": {"coding": [{"system": system, "code": code}]}} | more

    rows, problems = read(
        tmp_path,
        P,
        allergy("http://hl7.org/fhir/sid/icd-10-cm", "Z88.0"),
        allergy("http://www.nlm.nih.gov/research/umls/rxnorm", "8640"),
        allergy("http://snomed.info/sct", "91936005", clinicalStatus=state("resolved")),
        allergy("http://snomed.info/sct", "1", verificationStatus=state("refuted")),
    )
    assert [(row[0], row[5]) for row in rows] == [
        ("ALLERGY//RXNORM:8640", None),
        ("ICD10CM:Z88.0", None),
        ("SNOMED:91936005", "2020-01-01 00:00:00"),
    ]
    assert problems == [
        "allergies coded as a substance, kept under codes that begin with ALLERGY: 1 (AllergyIntolerance 1)",
        "left out for their status: 1 (AllergyIntolerance 1)",
    ]


def test_a_modifier_extension_may_turn_a_meaning_round(tmp_path: Path) -> None:
    rows, problems = read(
        tmp_path, P, condition(modifierExtension=[{"url": "urn:not", "valueBoolean": True}])
    )
    assert rows == []
    assert problems == [
        "left out for a modifier extension, which may turn their meaning round: 1 (Condition 1)"
    ]


def test_a_diagnosis_that_is_not_yet_sure_is_read_and_counted(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, P, condition(verificationStatus=state("provisional")))
    assert len(rows) == 1
    assert problems == ["provisional or differential diagnoses, read like the others: 1 (Condition 1)"]
