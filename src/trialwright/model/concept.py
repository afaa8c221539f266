"""What a criterion or an endpoint speaks of: a measure, a disease, a drug, a procedure.

The words of the text stay; name and codes are what the vocabulary makes of them.
"""

from __future__ import annotations

from msgspec import Struct


class Concept(Struct, frozen=True, kw_only=True):
    """A thing with the words it was called, its usual name and its codes (`LOINC:718-7`).

    Without codes the vocabulary does not know it, and no record can answer for it.
    `alternatives` are further readings or examples that the text gives.
    """

    text: str
    name: str | None = None
    codes: tuple[str, ...] = ()
    alternatives: tuple[Concept, ...] = ()
