"""The few fields of FHIR R4 resources that become rows, as types, and the decoding of bytes into them.

All fields may be missing. A field of another type than FHIR says is taken out and named; the rest of the
resource is read, and a result that was lost so stays visible as one that cannot be read.
Source: HL7 FHIR R4 (4.0.1), https://hl7.org/fhir/R4/.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, Struct

# What stands for a result that is there and cannot be read; screening answers "ambiguous" to it.
UNREADABLE = "(cannot be read)"
# A field that is looked at only for being there; msgspec keeps its bytes.
NO_BYTES = Raw(b"")
_LOST = re.compile(r"Expected `[^`]*`, got `(?P<got>[a-z]+)`(?: - at `\$(?P<path>[^`]*)`)?")
_MOST_LOST = 40


class Coding(Struct, gc=False):
    """A code of a system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Struct, gc=False):
    """Codes for one thing, and its words."""

    coding: list[Coding] | None = None
    text: str | None = None


# Releases before R4 gave some states as a bare code.
State = CodeableConcept | str | None


class Reference(Struct, gc=False):
    """A pointer to another resource."""

    reference: str | None = None


class Quantity(Struct, gc=False):
    """A number with its unit; some write the number as a text."""

    value: float | str | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Span(Struct, gc=False):
    """A Period: from, to."""

    start: str | None = None
    end: str | None = None


class Range(Struct, gc=False):
    """From one quantity to another."""

    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Struct, gc=False):
    """One quantity to another, as titres are given."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class ReferenceRange(Struct, gc=False):
    """What is normal, or critical, or wanted of a treatment."""

    low: Quantity | None = None
    high: Quantity | None = None
    type: CodeableConcept | None = None


class Valued(Struct, gc=False, rename="camel"):
    """What an observation and each of its components share."""

    code: CodeableConcept | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_integer: int | float | None = None
    value_boolean: bool | None = None
    value_range: Range | None = None
    value_ratio: Ratio | None = None
    value_date_time: str | None = None
    value_time: str | None = None
    value_period: Raw = NO_BYTES
    value_sampled_data: Raw = NO_BYTES
    data_absent_reason: CodeableConcept | None = None
    reference_range: list[ReferenceRange] | None = None


class Component(Valued, gc=False, rename="camel"):
    """One of several results of an observation."""


class Resource(Struct, gc=False, rename="camel", tag_field="resourceType", tag=True):
    """What every resource has; a modifier extension may turn its meaning round."""

    id: str | None = None
    status: State = None
    modifier_extension: Raw = NO_BYTES


class Patient(Resource, gc=False, rename="camel", tag=True):
    """A person."""

    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None


class Observation(Valued, gc=False, rename="camel", tag_field="resourceType", tag=True):
    """A result, or several as components."""

    id: str | None = None
    status: State = None
    modifier_extension: Raw = NO_BYTES
    subject: Reference | None = None
    focus: list[Reference] | None = None
    effective_date_time: str | None = None
    effective_instant: str | None = None
    effective_period: Span | None = None
    effective_timing: Raw = NO_BYTES
    issued: str | None = None
    component: list[Component] | None = None


class Condition(Resource, gc=False, rename="camel", tag=True):
    """A disease or state."""

    code: CodeableConcept | None = None
    subject: Reference | None = None
    clinical_status: State = None
    verification_status: State = None
    onset_date_time: str | None = None
    onset_period: Span | None = None
    abatement_date_time: str | None = None
    abatement_period: Span | None = None
    abatement_age: Raw = NO_BYTES
    abatement_range: Raw = NO_BYTES
    abatement_string: Raw = NO_BYTES
    recorded_date: str | None = None


class AllergyIntolerance(Resource, gc=False, rename="camel", tag=True):
    """An allergy."""

    code: CodeableConcept | None = None
    patient: Reference | None = None
    clinical_status: State = None
    verification_status: State = None
    onset_date_time: str | None = None
    onset_period: Span | None = None
    recorded_date: str | None = None


class Ingredient(Struct, gc=False, rename="camel"):
    """A part of a medication."""

    item_codeable_concept: CodeableConcept | None = None


class Medication(Resource, gc=False, rename="camel", tag=True):
    """A drug that others refer to."""

    code: CodeableConcept | None = None
    ingredient: list[Ingredient] | None = None


class Given(Resource, gc=False, rename="camel", tag=True):
    """What the three kinds of drug records share."""

    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    contained: list[Raw] | None = None
    subject: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Span | None = None
    authored_on: str | None = None
    do_not_perform: bool | None = None


class MedicationStatement(Given, gc=False, rename="camel", tag=True):
    """A drug that somebody says is taken."""


class MedicationRequest(Given, gc=False, rename="camel", tag=True):
    """A drug that was ordered."""


class MedicationAdministration(Given, gc=False, rename="camel", tag=True):
    """A drug that was given."""


class Immunization(Resource, gc=False, rename="camel", tag=True):
    """A vaccine."""

    vaccine_code: CodeableConcept | None = None
    patient: Reference | None = None
    occurrence_date_time: str | None = None


class Procedure(Resource, gc=False, rename="camel", tag=True):
    """What was done to a person."""

    code: CodeableConcept | None = None
    subject: Reference | None = None
    performed_date_time: str | None = None
    performed_period: Span | None = None


class List(Resource, gc=False, rename="camel", tag=True):
    """A list of problems or drugs; the mode says whether it is complete."""

    mode: str | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    date: str | None = None
    empty_reason: CodeableConcept | None = None


class ResearchSubject(Resource, gc=False, rename="camel", tag=True):
    """A person's part in a trial."""

    individual: Reference | None = None
    period: Span | None = None


class Request(Struct, gc=False):
    """What a transaction or a history did with a resource."""

    method: str | None = None
    url: str | None = None


class Entry(Struct, gc=False, rename="camel"):
    """One resource of a bundle, still as bytes, and the address by which others refer to it."""

    full_url: str | None = None
    resource: Raw = NO_BYTES
    request: Request | None = None


class Bundle(Struct, gc=False, rename="camel", tag_field="resourceType", tag=True):
    """Resources together."""

    type: str | None = None
    entry: list[Entry] | None = None


Known = (
    Patient | Observation | Condition | AllergyIntolerance | Medication | MedicationStatement
    | MedicationRequest | MedicationAdministration | Immunization | Procedure | List | ResearchSubject
    | Bundle
)  # fmt: skip


class _Head(Struct, gc=False, rename="camel"):
    resource_type: str | None = None


_KNOWN = msgspec.json.Decoder(Known)
_HEAD = msgspec.json.Decoder(_Head)
_ANY = msgspec.json.Decoder(Raw)
KINDS = frozenset(kind.__name__ for kind in Known.__args__)


def is_there(raw: Raw) -> bool:
    """Whether a field that is kept as bytes holds anything."""
    return raw is not NO_BYTES and bytes(raw).strip() not in (b"", b"null", b"[]", b"{}")


class Decoded(NamedTuple):
    """A resource, or the kind of one that is not read; `lost` names fields that were not as FHIR says."""

    resource: Known | None
    kind: str | None = None
    lost: tuple[str, ...] = ()


def decode(raw: bytes | Raw) -> Decoded:
    """The resource that the bytes hold; kind None when they hold a JSON value that is no resource.

    Raises ValueError when the bytes are no JSON, or nested deeper than can be read.
    """
    try:
        return Decoded(_KNOWN.decode(raw))
    except msgspec.ValidationError:
        pass
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise ValueError("no JSON") from None
    try:
        kind = _HEAD.decode(raw).resource_type
    except (msgspec.ValidationError, RecursionError):
        kind = None
    if kind is None or kind not in KINDS:
        try:
            _ANY.decode(raw)
        except (msgspec.DecodeError, RecursionError):
            raise ValueError("no JSON") from None
        return Decoded(None, kind)
    return _decode_with_losses(raw, kind)


def _decode_with_losses(raw: bytes | Raw, kind: str) -> Decoded:
    """The resource without the fields that are of another type than FHIR says."""
    try:
        tree = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        raise ValueError("no JSON") from None
    lost: list[str] = []
    for _ in range(_MOST_LOST):
        try:
            return Decoded(_KNOWN.decode(msgspec.json.encode(tree)), kind, tuple(lost))
        except msgspec.ValidationError as error:
            found = _LOST.match(str(error))
            if found is None or not found["path"]:
                break
            steps = re.findall(r"\.([A-Za-z_]+)|\[(\d+|\.\.\.)\]", found["path"])
            path = [name or place for name, place in steps]
            place = next((i for i, name in enumerate(path) if name.startswith("value") and i in (0, 2)), None)
            # A number without its unit, or a word without its code, would be another result.
            whole = place is not None and (place == 0 or path[0] == "component") and len(path) > place + 1
            _take_out(tree, path, found["got"], len(path) if not whole or place is None else place + 1)
            lost.append(".".join(name for name, _ in steps if name))
    return Decoded(None, kind, tuple(lost))


def _take_out(node: Any, path: list[str], got: str, keep: int) -> bool:
    """Take out what lies at the path and is of the type; true when something below the node was."""
    if not path:
        return _type_name(node) == got
    name, rest = path[0], path[1:]
    if isinstance(node, list):
        if rest:
            # Where the message does not say which element it was, all are looked at.
            some = node if not name.isdigit() else node[int(name) :][:1]
            return sum(_take_out(item, rest, got, keep - 1) for item in some) > 0
        node[:] = [item for item in node if _type_name(item) != got]
        return True
    if not isinstance(node, dict) or name not in node or not _take_out(node[name], rest, got, keep - 1):
        return False
    if not rest or keep == 1:
        del node[name]
        if name.startswith("value"):
            node.setdefault("valueString", UNREADABLE)
    return True


def _type_name(value: Any) -> str:
    names = {bool: "bool", int: "int", float: "float", str: "str", type(None): "null", list: "array"}
    return names.get(type(value), "object")
