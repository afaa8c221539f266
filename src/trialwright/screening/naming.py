"""What the vocabulary calls a code of a table, by the same rules by which criteria find their rows."""

from __future__ import annotations

from trialwright.model.vocabulary import Term, Vocabulary
from trialwright.screening.codes import BIRTH, DEATH, MEDICATION_LIST, PROBLEM_LIST, plain_code

_ICD = "ICD10:"
# Codes that are read without being terms.
_OWN = {
    BIRTH: "birth",
    DEATH: "death",
    PROBLEM_LIST: "problem list",
    MEDICATION_LIST: "medication list",
}
_ATTRIBUTES = ("SEX", "RACE", "ETHNICITY", "LANGUAGE")


class CodeNames:
    """Terms by the plain spelling of their codes; of two terms with one code the first has it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._terms: dict[str, Term] = {}
        for term in vocabulary.terms:
            for code in term.codes:
                self._terms.setdefault(plain_code(code), term)

    def term(self, code: str) -> Term | None:
        """The term of a code; of an ICD-10 code the one with the longest prefix of it."""
        plain = plain_code(code)
        if not plain.startswith(_ICD):
            return self._terms.get(plain)
        for length in range(len(plain), len(_ICD), -1):
            if plain[:length] in self._terms:
                return self._terms[plain[:length]]
        return None

    def name(self, code: str) -> str | None:
        """What a code is called, or None where nobody asks for it by any word."""
        plain = plain_code(code)
        if plain in _OWN:
            return _OWN[plain]
        system, mark, _ = plain.partition(":")
        if mark and system in _ATTRIBUTES:
            return system.lower()
        term = self.term(code)
        return term.name if term is not None else None
