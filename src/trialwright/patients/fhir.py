"""People from FHIR R4: a folder of bundles, single bundles or resources, NDJSON in any mixture, also .gz.

Takes a path; gives the one patient table, its rows kept as Parquet as long as the table lives. A person or a
drug may come after what refers to it, in another file: references are resolved when all has been read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import Raw

from trialwright.duck import quoted
from trialwright.errors import PatientsError
from trialwright.model.screening import PatientTable
from trialwright.patients import fhir_resources as f
from trialwright.patients.fhir_files import find_files, read_values
from trialwright.patients.fhir_files import sniff as sniff
from trialwright.patients.fhir_problems import describe
from trialwright.patients.fhir_rows import (
    FhirRow,
    Situation,
    medication_codes,
    patient_rows,
    rows_of,
)
from trialwright.patients.fhir_values import read_address
from trialwright.patients.meds import ORDER
from trialwright.patients.opening import opened
from trialwright.patients.staging import Part, TemporaryFolder

_ROWS = {
    "subject": "VARCHAR", "time": "TIMESTAMP", "code": "VARCHAR", "numeric_value": "DOUBLE",
    "text_value": "VARCHAR", "unit": "VARCHAR", "end_time": "TIMESTAMP", "ref_low": "DOUBLE",
    "ref_high": "DOUBLE", "medication": "VARCHAR",
}  # fmt: skip
_PEOPLE = {"id": "VARCHAR", "alias": "VARCHAR", "base": "VARCHAR"}
_DRUGS = {"key": "VARCHAR", "code": "VARCHAR"}
_DEEPEST = 8
_LONGEST_ID = 300
_LONGEST_CODE = 200
_LONGEST_UNIT = 200
# So many resources by the line are read together.
_BATCH = 2_000


def read(path: Path, time_zone: str) -> PatientTable:
    """The patient table of the FHIR resources at the path; FHIR has wall clocks, so the zone says nothing.

    Raises PatientsError when no resource there tells of a person.
    """
    folder = TemporaryFolder()
    with opened(str(path)) as connection:
        reader = _Reader(folder, str(path), connection)
        for number, file in enumerate(find_files(path), start=1):
            reader.read_file(file, number)
        query = reader.close()
    return PatientTable(query=query, origin=str(path), problems=reader.problems(), kept=folder)


class _Reader:
    """Brings resources into the files of a temporary folder, and counts what it meets."""

    def __init__(self, folder: TemporaryFolder, where: str, connection: Any) -> None:
        self._connection = connection
        self.where = where
        self.remarks: Counter[tuple[str, str]] = Counter()
        self.bad: list[tuple[int, int | None]] = []
        self._folder = folder
        self._rows = Part(folder.path, "rows", _ROWS, connection)
        self._people = Part(folder.path, "people", _PEOPLE, connection)
        self._drugs = Part(folder.path, "drugs", _DRUGS, connection)
        self._deferred = False
        self._counts: tuple[int, ...] = ()

    def read_file(self, path: Path, number: int) -> None:
        """Read all values of a file, which is that number in order of the names."""
        batch: list[tuple[None, f.Known]] = []
        for value in read_values(path):
            try:
                resource = self._decode(value.data) if value.data is not None else None
            except ValueError:
                resource = None
                self.bad.append((number, value.line))
            if value.data is None:
                self.bad.append((number, value.line))
            if resource is not None:
                batch.append((None, resource))
            if len(batch) >= _BATCH:
                self._read_together(batch, 0)
                batch = []
        self._read_together(batch, 0)

    def _read_together(self, given: Iterable[tuple[str | None, f.Known]], depth: int) -> None:
        """Read resources that may refer to each other by the address they have in their bundle."""
        patients: dict[str, str] = {}
        medications: dict[str, list[str]] = {}
        others: list[f.Known] = []
        bundles: list[f.Bundle] = []
        rows: list[FhirRow] = []
        for address, resource in given:
            if isinstance(resource, f.Patient):
                subject = self._patient(resource, address)
                if subject is not None:
                    if address:
                        patients[address] = subject
                    rows += patient_rows(resource, subject, self.remarks)
            elif isinstance(resource, f.Medication):
                codes = self._medication(resource, address)
                if address:
                    medications[address] = codes
            elif isinstance(resource, f.Bundle):
                bundles.append(resource)
            else:
                others.append(resource)
        situation = Situation(patients, medications, self.remarks)
        for resource in others:
            rows += rows_of(resource, situation)
        self._store(rows)
        for bundle in bundles:
            if depth >= _DEEPEST:
                self.remarks["left out because they lie inside too many bundles", "Bundle"] += 1
            else:
                self._read_together(self._entries(bundle), depth + 1)

    def _decode(self, raw: bytes | Raw) -> f.Known | None:
        """A resource that is read; others are counted. Raises ValueError for what is no JSON."""
        found = f.decode(raw)
        if found.lost and found.kind is not None:
            for name in sorted(set(found.lost)):
                self.remarks["fields of another type than FHIR says, not read", f"{found.kind}.{name}"] += 1
        if found.resource is None:
            reason = (
                "resources of kinds that are not read" if found.kind else "JSON values that are no resource"
            )
            self.remarks[reason, _shown_kind(found.kind)] += 1
        return found.resource

    def _entries(self, bundle: f.Bundle) -> Iterable[tuple[str | None, f.Known]]:
        """The resources of a bundle with their addresses; of a history only the newest state of each."""
        seen: set[str] = set()
        for entry in bundle.entry or ():
            address = entry.full_url
            if bundle.type == "history":
                name = address or (entry.request.url if entry.request else None) or ""
                if name and name in seen:
                    self.remarks["older states of a history, left out", "entry"] += 1
                    continue
                seen.add(name)
            if f.is_there(entry.resource):
                try:
                    resource = self._decode(entry.resource)
                except ValueError:
                    self.remarks["left out because they hold what cannot be decoded", "entry"] += 1
                    continue
                if resource is not None:
                    yield address, resource
            elif not (entry.request is not None and entry.request.method == "DELETE"):
                self.remarks["bundle entries without a resource", "entry"] += 1

    def _patient(self, patient: f.Patient, address: str | None) -> str | None:
        target = read_address(address) if address else None
        subject = (patient.id or "").strip() or (target.key if target else None)
        if not subject or len(subject) > _LONGEST_ID:
            self.remarks["left out for want of an id", "Patient"] += 1
            return None
        base = None
        if address and address[:4].lower() == "http" and target is not None and target.kind == "Patient":
            base = address.partition("://")[2].partition("/Patient/")[0].lower()
        alias = target.key if target is not None and target.key != subject else None
        self._people.add([(subject, alias, base)])
        return subject

    def _medication(self, given: f.Medication, address: str | None) -> list[str]:
        codes = medication_codes(given)
        target = read_address(address) if address else None
        keys = {key for key in ((given.id or "").strip(), target.key if target else None) if key}
        clean = self._drugs.clean
        self._drugs.add([(clean(key), code) for key in keys for code in codes if len(code) <= _LONGEST_CODE])
        return codes

    def _store(self, rows: list[FhirRow]) -> None:
        clean = self._rows.clean
        kept = []
        for row in rows:
            subject, _, code, _, text, unit, _, _, _, medication = row
            if len(subject) > _LONGEST_ID or (code is not None and len(code) > _LONGEST_CODE):
                self.remarks["left out for a code or an id that is too long", "row"] += 1
                continue
            if text is not None or medication is not None or (unit is not None and len(unit) > _LONGEST_UNIT):
                self._deferred |= medication is not None
                row = row._replace(
                    text=clean(text), unit=clean(unit, _LONGEST_UNIT), medication=clean(medication)
                )
            kept.append(row)
        self._rows.add(kept)

    def close(self) -> str:
        """Resolve what was left open; the query of the table."""
        rows, people, drugs = self._rows.close(), self._people.close(), self._drugs.close()
        connection = self._connection
        self._check_servers(connection, people)
        aliases, unresolved = connection.execute(
            f"SELECT (SELECT count(*) FROM {people} WHERE alias IS NOT NULL), "  # noqa: S608
            f"(SELECT count(*) FROM {rows} AS r WHERE medication IS NOT NULL AND NOT EXISTS "
            f"(SELECT 1 FROM {drugs} AS d WHERE d.key = r.medication))"
        ).fetchone()
        if aliases or self._deferred:
            rows = self._resolve(connection, rows, people, drugs)
        subjects, strangers, doubled = connection.execute(
            "WITH known AS (SELECT DISTINCT id FROM "  # noqa: S608
            f"{people}), person AS (SELECT subject, bool_or(k.id IS NOT NULL) AS is_known, "
            "count(DISTINCT CASE WHEN code = 'MEDS_BIRTH' THEN time END) AS births "
            f"FROM {rows} AS r LEFT JOIN known AS k ON k.id = r.subject GROUP BY subject) "
            "SELECT count(*), count(*) FILTER (WHERE NOT is_known), count(*) FILTER (WHERE births > 1) "
            "FROM person"
        ).fetchone()
        if not subjects:
            why = "; ".join(describe(self.remarks, self.bad)[:3])
            raise PatientsError(
                f"no resource tells of a person{f' ({why})' if why else ''}",
                where=self.where,
                cure="give a folder of FHIR R4 bundles or NDJSON with Patient resources",
            )
        self._counts = (unresolved, strangers, doubled)
        columns = ("subject AS subject_id", *ORDER[1:])
        return f"SELECT {', '.join(columns)} FROM {rows}"  # noqa: S608

    def _check_servers(self, connection: Any, people: str) -> None:
        """Two servers may give one id to two people; nobody could tell their records apart."""
        (shared,) = connection.execute(
            f"SELECT count(*) FROM (SELECT id FROM {people} WHERE base IS NOT NULL "  # noqa: S608
            "GROUP BY id HAVING count(DISTINCT base) > 1)"
        ).fetchone()
        if shared:
            raise PatientsError(
                f"{shared} ids of patients are used by more than one server",
                where=self.where,
                cure="screen the resources of each server on their own",
            )

    def _resolve(self, connection: Any, rows: str, people: str, drugs: str) -> str:
        """The rows with the ids of patients and the codes of drugs in their place."""
        target = self._folder.path / "resolved.parquet"
        others = ", ".join(f"r.{name}" for name in _ROWS if name not in ("subject", "code"))
        connection.execute(
            f"COPY (WITH alias AS (SELECT alias, min(id) AS id FROM {people} WHERE alias IS NOT NULL "  # noqa: S608
            f"AND alias NOT IN (SELECT id FROM {people}) GROUP BY alias HAVING count(DISTINCT id) = 1), "
            f"drug AS (SELECT DISTINCT key, code FROM {drugs}), "
            f"named AS (SELECT r.* REPLACE (coalesce(a.id, r.subject) AS subject) FROM {rows} AS r "
            "LEFT JOIN alias AS a ON a.alias = r.subject) "
            f"SELECT r.subject, r.code, {others} FROM named AS r WHERE medication IS NULL UNION ALL "
            f"SELECT r.subject, d.code, {others} FROM named AS r JOIN drug AS d ON d.key = r.medication) "
            f"TO {quoted(str(target))} (FORMAT parquet)"
        )
        return f"read_parquet({quoted(str(target))})"

    def problems(self) -> tuple[str, ...]:
        """What was left out or could not be read, one line a kind."""
        unresolved, strangers, doubled = self._counts
        return describe(
            self.remarks,
            self.bad,
            unresolved=unresolved,
            strangers=strangers,
            doubled=doubled,
            cut=sum(part.cut for part in (self._rows, self._people, self._drugs)),
        )


def _shown_kind(kind: str | None) -> str:
    """The name of a kind of resource, if it looks like one."""
    return kind if kind and kind.isascii() and kind.isalpha() and len(kind) <= 40 else "other"
