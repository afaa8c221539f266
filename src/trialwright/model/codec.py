"""The model as JSON and back, and its JSON Schema.

One encoder and one decoder serve every command, so what one prints another can read.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from trialwright.errors import IllegalValue
from trialwright.model.period import Period

T = TypeVar("T")


def _encode(value: Any) -> Any:
    if isinstance(value, Period):
        return str(value)
    raise NotImplementedError(f"no JSON for {type(value).__name__}")


def _decode(kind: type, value: Any) -> Any:
    if kind is Period:
        return Period(value)
    raise NotImplementedError(f"no value of {kind.__name__} from JSON")


_ENCODER = msgspec.json.Encoder(enc_hook=_encode, decimal_format="string")


# A study of ours begins with its number; its keys stand in no other registry's record.
_STUDY = re.compile(rb'\s*(?:\xef\xbb\xbf)?\[?\s*\{\s*"id"\s*:\s*"[^"]*"\s*,\s*"identifiers"\s*:')
_OF_STUDY = (b'"id"', b'"eligibility"', b'"statements"', b'"sources"')
_OF_REGISTRY = re.compile(rb'"(?:protocolSection|ProtocolSection|FullStudiesResponse)"\s*:')


def begins_as_study(head: bytes) -> bool:
    """Whether a file that begins so holds studies as we print them, in whatever order of keys.

    >>> begins_as_study(b'[{"id": "NCT01234560", "identifiers": []')
    True
    >>> begins_as_study(b'{"protocolSection": {"statements": []}}')
    False
    """
    if _STUDY.match(head):
        return True
    return all(key in head for key in _OF_STUDY) and not _OF_REGISTRY.search(head)


def encode(value: Any, *, indent: int = 0) -> bytes:
    """The value as UTF-8 JSON; `indent` blanks a level, or one line."""
    raw = _ENCODER.encode(value)
    return msgspec.json.format(raw, indent=indent) if indent else raw


def decode(text: bytes | str, kind: type[T]) -> T:
    """The value of that kind that the JSON holds.

    Raises IllegalValue naming the field (`$.interval.low`) where the JSON does not fit.
    """
    try:
        return msgspec.json.decode(text, type=kind, dec_hook=_decode)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise IllegalValue(str(error)) from None


def convert(value: Any, kind: type[T]) -> T:
    """The value of that kind made of plain dictionaries, lists, strings and numbers."""
    try:
        return msgspec.convert(value, kind, dec_hook=_decode, str_keys=True)
    except msgspec.ValidationError as error:
        raise IllegalValue(str(error)) from None


def to_plain(value: Any) -> Any:
    """The value as plain dictionaries, lists, strings and numbers."""
    return msgspec.to_builtins(value, enc_hook=_encode, str_keys=True)


def schema(kind: Any) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind of value."""

    def describe(custom: type) -> dict[str, Any]:
        if custom is Period:
            return {
                "type": "string",
                "pattern": r"^[+-]?P(?=[0-9T])([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?"
                r"(T(?=[0-9])([0-9]+H)?([0-9]+M)?)?$",
            }
        raise NotImplementedError(f"no JSON Schema for {custom.__name__}")

    document = msgspec.json.schema(kind, schema_hook=describe)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}
