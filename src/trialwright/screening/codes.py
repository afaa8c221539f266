"""When a row's code belongs to a concept: exact for most systems, by prefix for ICD-10.

`LOINC/718-7`, `LOINC//718-7` and `LOINC:718-7` are one code; ICD10CM and ICD10 are one system,
and their dots say nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

_PARTS = re.compile(r"([^:/]*)(?:://|//|:|/)(.*)", re.DOTALL)
_ICD = {"ICD10", "ICD10CM", "ICD-10", "ICD-10-CM", "ICD10-CM"}

BIRTH = "MEDS_BIRTH"
DEATH = "MEDS_DEATH"
PROBLEM_LIST = "LOINC:11450-4"
MEDICATION_LIST = "LOINC:10160-0"


@lru_cache(maxsize=65536)
def plain_code(code: str) -> str:
    """The one spelling of a code.

    >>> plain_code("ICD10CM:K72.00"), plain_code("LOINC//718-7"), plain_code("MEDS_BIRTH")
    ('ICD10:K7200', 'LOINC:718-7', 'MEDS_BIRTH')
    """
    text = code.strip()
    found = _PARTS.fullmatch(text)
    if found is None:
        return text
    system, rest = found[1].strip().upper(), found[2].strip()
    if system in _ICD:
        return "ICD10:" + rest.replace(".", "").upper()
    return f"{system}:{rest}"


class CodeSet(Struct, frozen=True):
    """The codes of a concept, made ready for matching; equal sets are equal values."""

    exact: tuple[str, ...]
    prefixes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.exact or self.prefixes)

    def __contains__(self, plain: str) -> bool:
        """Whether a code, in its plain spelling, belongs to the set."""
        if plain in self.exact:
            return True
        return bool(self.prefixes) and plain.startswith(self.prefixes)


def code_set(codes: tuple[str, ...]) -> CodeSet:
    """The set of codes as a concept lists them; order and doubles do not matter."""
    plain = sorted({plain_code(code) for code in codes if code.strip()})
    icd = tuple(code for code in plain if code.startswith("ICD10:") and code != "ICD10:")
    return CodeSet(tuple(code for code in plain if not code.startswith("ICD10:")), icd)
