"""The vocabulary: what criteria speak of, read from the data files beside this module and from a user's own.

Takes files of terms, the shipped ones as JSON, a user's as TOML (dictionary.py) or JSON; gives one
`Vocabulary`. A user's term replaces the shipped one of the same name, and its words are first his.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from trialwright.errors import ReadError
from trialwright.language.dictionary import read_dictionary
from trialwright.model.codec import decode
from trialwright.model.vocabulary import Term, Vocabulary

DATA = Path(__file__).parent / "data"


class TermFile(Struct, frozen=True, kw_only=True):
    """The content of one data file: where its facts come from, under which licence, and the terms."""

    source: str
    licence: str
    terms: tuple[Term, ...]


def load_vocabulary(*user_files: str | Path) -> Vocabulary:
    """The shipped vocabulary with the terms of the user's files over it, those of the last file first.

    >>> load_vocabulary().named("CD4 count").codes
    ('LOINC:24467-3',)
    """
    return _load(tuple((Path(file), _changed(file)) for file in user_files))


def _changed(file: str | Path) -> tuple[int, int] | None:
    """What tells one state of a file from the next."""
    try:
        state = Path(file).stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=8)
def _load(user_files: tuple[tuple[Path, tuple[int, int] | None], ...]) -> Vocabulary:
    own: dict[str, Term] = {}
    for path, _ in reversed(user_files):
        for term in read_user_terms(path):
            own.setdefault(term.name, term)
    shipped = (term for term in _shipped() if term.name not in own)
    # Of two terms with one word or code the first has it.
    return Vocabulary((*own.values(), *shipped), own=own)


@cache
def _shipped() -> tuple[Term, ...]:
    terms: dict[str, Term] = {}
    for path in sorted(DATA.glob("*.json")):
        terms.update((term.name, term) for term in _sourced(read_terms(path)))
    return tuple(terms.values())


def _sourced(content: TermFile) -> Iterator[Term]:
    for term in content.terms:
        yield msgspec.structs.replace(term, source=term.source or content.source)


def read_user_terms(path: Path) -> tuple[Term, ...]:
    """The terms of a user's file, TOML or JSON; raises ReadError where it is neither."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadError(f"the dictionary cannot be read ({error.strerror})", where=str(path)) from None
    except UnicodeDecodeError as error:
        raise ReadError(f"this is not UTF-8 text (byte {error.start})", where=str(path)) from None
    if path.suffix.lower() == ".json" or (path.suffix.lower() != ".toml" and text.lstrip().startswith("{")):
        return tuple(_sourced(read_terms(path)))
    return read_dictionary(path, text)


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
