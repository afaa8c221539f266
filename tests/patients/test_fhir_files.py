"""The forms in which FHIR comes: bundles, lines, folders; references between them; and what is broken."""

# ruff: noqa: E501  tables of facts are read best with one line a fact
from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.screening.making import make_person

from trialwright.errors import PatientsError
from trialwright.patients import read_patients
from trialwright.patients.fhir_resources import Patient, decode
from trialwright.patients.fhir_rows import Situation, patient_rows, rows_of

from .fhir_writing import ADDRESSES, patients_of, resource_of

HB = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}


def patient(name: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": name, "gender": "female"} | more


def result(reference: str | None, value: Any = 8, **more: Any) -> dict[str, Any]:
    made = {"resourceType": "Observation", "status": "final", "code": HB, "valueQuantity": {"value": value}}
    return made | ({"subject": {"reference": reference}} if reference else {}) | more


def bundle(*entries: Any, kind: str = "collection") -> dict[str, Any]:
    """A bundle of resources, or of pairs of an address and a resource."""
    made = [{"fullUrl": e[0], "resource": e[1]} if isinstance(e, tuple) else {"resource": e} for e in entries]
    return {"resourceType": "Bundle", "type": kind, "entry": made}


def save(path: Path, *values: Any) -> Path:
    text = "\n".join(v if isinstance(v, str) else json.dumps(v) for v in values).encode("utf-8")
    path.write_bytes(gzip.compress(text) if path.name.endswith(".gz") else text)
    return path


def read(path: Path) -> tuple[list[Any], tuple[str, ...]]:
    table = read_patients(str(path))
    with duckdb.connect() as connection:
        return (
            connection.execute(
                f"SELECT subject_id, code, numeric_value, text_value FROM ({table.query}) ORDER BY ALL"
            ).fetchall(),
            table.problems,
        )


WANTED = [("p1", "LOINC:718-7", 8.0, None), ("p1", "SEX//F", None, None)]


@pytest.mark.parametrize("name", ["x.json", "x.json.gz", "x.ndjson", "x.jsonl", "x.ndjson.gz"])
def test_one_resource_a_line(tmp_path: Path, name: str) -> None:
    assert read(save(tmp_path / name, result("Patient/p1"), "", patient("p1"))) == (WANTED, ())


@pytest.mark.parametrize("name", ["x.json", "x.json.gz"])
def test_bundles_lists_and_single_resources(tmp_path: Path, name: str) -> None:
    whole = bundle(result("Patient/p1"), patient("p1"))
    for value in (
        json.dumps(whole),
        json.dumps(whole, indent=2),
        "\ufeff" + json.dumps(whole),
        json.dumps([whole]),
    ):
        assert read(save(tmp_path / name, value)) == (WANTED, ())
    folder = tmp_path / "all"
    folder.mkdir()
    save(folder / "README.md", "# not FHIR")
    save(folder / "a.json", json.dumps(result("Patient/p1"), indent=1))
    (folder / "below").mkdir()
    save(folder / "below" / "z.json", json.dumps(patient("p1"), indent=1))
    assert read(folder) == (WANTED, ())


@pytest.mark.parametrize(
    ("address", "reference"),
    [
        ("urn:uuid:8f1b", "urn:uuid:8f1b"),
        ("urn:uuid:8f1b", "Patient/p1"),
        ("http://fhir.example.org/r4/Patient/p1", "http://fhir.example.org/r4/Patient/p1"),
        ("http://fhir.example.org/r4/Patient/p1", "Patient/p1"),
        ("http://fhir.example.org/r4/Patient/p1", "Patient/p1/_history/3"),
        ("http://example.org/people/77", "http://example.org/people/77"),
    ],
)
def test_references_find_the_patient_before_or_after(tmp_path: Path, address: str, reference: str) -> None:
    for entries in (
        [(address, patient("p1")), result(reference)],
        [result(reference), (address, patient("p1"))],
    ):
        assert read(save(tmp_path / "x.json", bundle(*entries, kind="transaction"))) == (WANTED, ())


def test_an_address_of_another_bundle_finds_its_patient(tmp_path: Path) -> None:
    save(tmp_path / "1.json", bundle(result("urn:uuid:8f1b")))
    save(tmp_path / "2.json", bundle(("urn:uuid:8f1b", patient("p1"))))
    assert read(tmp_path) == (WANTED, ())


def test_the_same_address_in_two_bundles_is_two_people(tmp_path: Path) -> None:
    for name in ("p1", "p2"):
        entries = [("urn:uuid:patient", patient(name)), result("urn:uuid:patient")]
        save(tmp_path / f"{name}.json", bundle(*entries, kind="transaction"))
    rows, problems = read(tmp_path)
    assert [(row[0], row[1]) for row in rows] == [
        (name, code) for name in ("p1", "p2") for code in ("LOINC:718-7", "SEX//F")
    ]
    assert problems == ()


def test_a_patient_without_an_id_is_named_by_its_address(tmp_path: Path) -> None:
    nobody = patient("x")
    del nobody["id"]
    entries = [("urn:uuid:8f1b", nobody), result("urn:uuid:8f1b")]
    rows, _ = read(save(tmp_path / "x.json", bundle(*entries)))
    assert {row[0] for row in rows} == {"8f1b"}


def test_two_servers_with_the_same_ids_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        address = f"https://{name}.example.org/Patient/p1"
        save(tmp_path / f"{name}.json", bundle((address, patient("p1")), kind="searchset"))
    with pytest.raises(PatientsError, match="1 ids of patients are used by more than one server"):
        read(tmp_path)


def test_of_a_history_only_the_newest_state_is_read(tmp_path: Path) -> None:
    address = "http://fhir.example.org/Observation/o1"
    entries = [patient("p1"), (address, result("Patient/p1")), (address, result("Patient/p1", 99))]
    rows, problems = read(save(tmp_path / "x.json", bundle(*entries, kind="history")))
    assert rows == WANTED
    assert problems == ("older states of a history, left out: 1 (entry 1)",)


def test_bundles_in_bundles_are_opened_up_to_a_depth(tmp_path: Path) -> None:
    one = bundle(patient("p1"), result("Patient/p1"))
    for _ in range(3):
        one = bundle(one)
    assert read(save(tmp_path / "x.json", one)) == (WANTED, ())
    for _ in range(9):
        one = bundle(one)
    rows, problems = read(save(tmp_path / "x.ndjson", one, patient("p9")))
    assert [row[0] for row in rows] == ["p9"]
    assert problems == ("left out because they lie inside too many bundles: 1 (Bundle 1)",)


def test_what_is_not_read_is_counted_by_kind(tmp_path: Path) -> None:
    path = save(
        tmp_path / "x.json",
        bundle(
            patient("p1"),
            {"resourceType": "Claim"},
            {"resourceType": "Claim"},
            {"resourceType": "Anna Example"},
            {"some": "thing"},
            result(None),
            result("Group/g1"),
            result("Patient/p2"),
            result("Patient/p1", code={}),
        ),
    )
    _, problems = read(path)
    assert problems == (
        "JSON values that are no resource: 1 (other 1)",
        "left out because they belong to no patient: 2 (Observation 2)",
        "left out for want of a code: 1 (Observation 1)",
        "resources of kinds that are not read: 3 (Claim 2, other 1)",
        "people with records and no Patient resource, so without age and sex: 1",
    )


def test_two_births_of_one_id_are_named(tmp_path: Path) -> None:
    _, problems = read(
        save(tmp_path / "x.ndjson", patient("p1", birthDate="1980"), patient("p1", birthDate="1990"))
    )
    assert problems == ("people with two dates of birth, perhaps two people who share an id: 1",)


@pytest.mark.parametrize(
    ("field", "value", "rows"),
    [
        # A result that cannot be read stays one, so that an older result does not take its place.
        ("valueQuantity", "8 g/dL", [("p1", "LOINC:718-7", None, "(cannot be read)")]),
        ("valueQuantity", {"value": 8, "unit": 5}, [("p1", "LOINC:718-7", None, "(cannot be read)")]),
        ("valueQuantity", {"value": True}, [("p1", "LOINC:718-7", None, "(cannot be read)")]),
        ("effectiveDateTime", 20240501, [("p1", "LOINC:718-7", 8.0, None)]),
        ("referenceRange", "12-16", [("p1", "LOINC:718-7", 8.0, None)]),
        ("code", ["718-7"], []),
        ("subject", "Patient/p1", []),
        ("status", 1, []),
    ],
)  # fmt: skip
def test_a_field_of_another_type_is_lost_and_named(
    tmp_path: Path, field: str, value: Any, rows: list[Any]
) -> None:
    found, problems = read(save(tmp_path / "x.ndjson", patient("p1"), result("Patient/p1", **{field: value})))
    assert [row for row in found if row[1] != "SEX//F"] == rows
    assert any(
        p.startswith("fields of another type than FHIR says, not read: 1 (Observation.") for p in problems
    )


def test_a_component_of_another_type_is_lost_alone(tmp_path: Path) -> None:
    parts = [{"code": HB, "valueQuantity": {"value": []}}, {"code": HB, "valueQuantity": {"value": 7}}]
    made = result("Patient/p1", component=parts)
    del made["valueQuantity"]
    rows, _ = read(save(tmp_path / "x.ndjson", patient("p1"), made))
    assert [row[2:] for row in rows if row[1] != "SEX//F"] == [(7.0, None), (None, "(cannot be read)")]


SECRET = "Annabel"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("x.ndjson", '{"resourceType": "Patient", "name": "Annabel', "lines that are no JSON, left out: 1"),
        ("x.ndjson", "Annabel", "lines that are no JSON, left out: 1"),
        ("x.ndjson", '["Annabel", 1, null]', "JSON values that are no resource: 3"),
        ("x.ndjson", '{"resourceType": 5}', "JSON values that are no resource: 1"),
        ("x.ndjson", "[" * 100_000, "lines that are no JSON, left out: 1"),
        ("x.ndjson", '{"resourceType": "Patient", "id": "p2", "deceasedBoolean": ' + "[" * 500 + "]" * 500 + "}",
         "fields of another type"),
        ("x.ndjson", '{"resourceType": "Observation", "valueInteger": 1e999}', "lines that are no JSON"),
        ("x.ndjson", '{"resourceType": "Observation", "valueString": "\\ud800"}', "lines that are no JSON"),
    ],
)  # fmt: skip
def test_what_is_broken_is_counted_and_the_rest_is_read(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    rows, problems = read(save(tmp_path / name, patient("p1"), result("Patient/p1"), text))
    assert [row for row in rows if row[0] == "p1"] == WANTED
    assert any(p.startswith(problem) for p in problems), problems
    assert SECRET not in " ".join(problems)


def test_files_that_break_off_are_counted_by_their_place(tmp_path: Path) -> None:
    save(tmp_path / "a.ndjson", patient("p1"), result("Patient/p1"))
    save(tmp_path / f"{SECRET}.json", json.dumps(bundle(patient("p2")), indent=1)[:-20])
    packed = gzip.compress(json.dumps(patient("p3")).encode() * 100)
    (tmp_path / "z.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    rows, problems = read(tmp_path)
    assert rows == WANTED
    assert problems == ("files that are no whole JSON: 2 (in order of name number 1, 3)",)


def test_a_text_of_fifty_megabytes_is_cut_and_an_id_of_one_left_out(tmp_path: Path) -> None:
    long = "x" * 50_000_000
    made = result("Patient/p1", valueString=long)
    del made["valueQuantity"]
    rows, problems = read(save(tmp_path / "x.ndjson", patient("p1"), made, result(f"Patient/{'y' * 1000}")))
    assert [len(row[3]) for row in rows if row[3]] == [1000]
    assert problems == (
        "left out for a code or an id that is too long: 1 (row 1)",
        "texts longer than any result, which were cut: 1",
    )


def test_signs_that_files_cannot_hold_do_no_harm(tmp_path: Path) -> None:
    """The character nought, breaks of every kind and quotation marks, in every text that becomes a cell."""
    odd = '\0a"b",\r\n\\c\r'
    code = {"coding": [{"system": "http://loinc.org", "code": odd}]}
    words = result(f"Patient/{odd}", valueString=odd, valueQuantity=None)
    number = result(f"Patient/{odd}", valueQuantity={"value": 8, "unit": odd})
    taken = {"resourceType": "MedicationStatement", "medicationReference": {"reference": f"Medication/{odd}"}}
    taken |= {"status": "active", "subject": {"reference": f"Patient/{odd}"}}
    drug = {"resourceType": "Medication", "id": odd, "code": code}
    path = save(tmp_path / "x.ndjson", words, number, taken, drug, patient(odd))
    rows, problems = read(path)
    plain = odd.replace("\0", "")
    assert {row[0] for row in rows} == {plain.strip()}
    assert problems == ()
    assert [row[3] for row in rows if row[1] == "LOINC:718-7" and row[3]] == [plain]
    assert len(rows) == 4


def mutated(value: Any, r: Random) -> Any:
    """The JSON value with something in it replaced by something else."""
    if isinstance(value, dict) and value and r.random() < 0.8:
        name = r.choice(sorted(value))
        return value | {name: mutated(value[name], r)}
    if isinstance(value, list) and value and r.random() < 0.8:
        place = r.randrange(len(value))
        return [*value[:place], mutated(value[place], r), *value[place + 1 :]]
    others = (
        None,
        True,
        0,
        -1.5,
        "",
        "x",
        "2024-05",
        "2024-99-99T99",
        [],
        {},
        [[]],
        [None],
        {"a": [1]},
        10**30,
    )
    return r.choice(others)


@given(st.integers(min_value=0, max_value=2**32))
def test_no_resource_however_odd_stops_the_reading(seed: int) -> None:
    r = Random(seed)
    loose: list[Any] = []
    rows = [
        row
        for row in make_person(r, 1)
        if row["code"].partition(":")[0] in ADDRESSES and row.get("text_value", "x")
    ]
    made = [resource_of(r, "p1", row, loose) for row in rows] + loose + patients_of("p1", make_person(r, 1))
    remarks: Counter[tuple[str, str]] = Counter()
    for one in made:
        for _ in range(r.randrange(1, 4)):
            one = mutated(one, r)
        decoded = decode(json.dumps(one).encode())
        if isinstance(decoded.resource, Patient):
            patient_rows(decoded.resource, "p1", remarks)
        elif decoded.resource is not None:
            for row in rows_of(decoded.resource, Situation({}, {}, remarks)):
                assert row.subject


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("x.json", '{"resourceType": "Bundle", "entry": []}', "no resource tells of a person"),
        (
            "x.json",
            '{"resourceType": "Claim"}',
            r"no resource tells of a person \(resources of kinds that are not read: 1",
        ),
        ("x.json", '{"resourceType": ', r"no resource tells of a person \(files that are no whole JSON: 1"),
        ("x.json", '{"some": "thing"}', "no table of people"),
        ("x.json", "", "no table of people"),
    ],
)
def test_what_holds_no_people_is_refused_in_one_sentence(
    tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    with pytest.raises(PatientsError, match=sentence) as caught:
        read(save(tmp_path / name, text))
    assert "\n" not in str(caught.value)


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(PatientsError, match="the folder is empty"):
        read(tmp_path)


def test_the_temporary_files_go_with_the_table(tmp_path: Path) -> None:
    table = read_patients(str(save(tmp_path / "x.ndjson", patient("p1"))))
    folder = table.kept.path
    assert folder.is_dir()
    del table
    assert not folder.exists()
