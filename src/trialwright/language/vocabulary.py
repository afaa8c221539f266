"""The vocabulary: what criteria speak of, read from the data files beside this module and from a user's own.

Takes JSON files of terms, each with its source and licence; gives one `Vocabulary`. A user's term replaces
the shipped one of the same name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from trialwright.errors import ReadError
from trialwright.model.codec import decode
from trialwright.model.vocabulary import Term, Vocabulary

DATA = Path(__file__).parent / "data"


class TermFile(Struct, frozen=True, kw_only=True):
    """The content of one data file: where its facts come from, under which licence, and the terms."""

    source: str
    licence: str
    terms: tuple[Term, ...]


def load_vocabulary(*user_files: str | Path) -> Vocabulary:
    """The shipped vocabulary with the terms of the user's files over it.

    >>> load_vocabulary().named("CD4 count").codes
    ('LOINC:24467-3',)
    """
    return _load(tuple(Path(file) for file in user_files))


@cache
def _load(user_files: tuple[Path, ...]) -> Vocabulary:
    terms: dict[str, Term] = {}
    for path in (*sorted(DATA.glob("*.json")), *user_files):
        content = read_terms(path)
        for term in content.terms:
            terms[term.name] = msgspec.structs.replace(term, source=term.source or content.source)
    return Vocabulary(terms.values())


def read_terms(path: Path) -> TermFile:
    """The terms of one file; raises ReadError where it is not such a file."""
    try:
        return decode(path.read_bytes(), TermFile)
    except OSError as error:
        raise ReadError(f"the vocabulary cannot be read ({error.strerror})", where=str(path)) from None
    except ValueError as error:
        raise ReadError(
            f"this is no vocabulary: {error}",
            where=str(path),
            cure="write it like the files in trialwright/language/data",
        ) from None
