"""The shipped terms: enough of them, one owner for each word, well-formed codes, files that say whence."""

import re
from collections import Counter

from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.tokenize import split
from trialwright.language.folding import fold
from trialwright.language.vocabulary import DATA, load_vocabulary, read_terms

FILES = sorted(DATA.glob("*.json"))
TERMS = load_vocabulary().terms
GIVEN = ("drug", "procedure", "device", "vaccine", "cell")

CODES = {
    "ICD10CM": re.compile(r"[A-Z]|[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?"),
    "RXNORM": re.compile(r"[1-9][0-9]{0,6}"),
    "SNOMED": re.compile(r"[1-9][0-9]{5,17}"),
    "LOINC": re.compile(r"[1-9][0-9]{0,6}-[0-9]"),
    "NCIT": re.compile(r"C[0-9]+"),
    "CVX": re.compile(r"[0-9]{2,3}"),
}


def spelling(word):
    """What the lexicon tells a word by: its keys, and its case where that matters."""
    short = len(word) <= 3 and word.isascii() and word != word.lower()
    return tuple(token.key for token in split(fold(word))), word if short else None


def test_there_are_terms_for_most_of_medicine():
    kinds = Counter(term.kind for term in TERMS)
    assert kinds["condition"] >= 600
    assert sum(kinds[kind] for kind in GIVEN) >= 350


def test_no_name_is_given_twice():
    names = Counter(term.name for path in FILES for term in read_terms(path).terms)
    assert [name for name, count in names.items() if count > 1] == []


def test_no_word_is_given_to_two_terms():
    owners = {}
    for term in TERMS:
        for word in (*term.words, term.name):
            owners.setdefault(spelling(word), set()).add(term.name)
    assert {key[0]: names for key, names in owners.items() if len(names) > 1} == {}


def test_every_word_finds_its_term():
    lexicon = Lexicon(load_vocabulary())
    for term in TERMS:
        for word in term.words:
            found = lexicon.term(word)
            assert found is None or found.name == term.name, word


def test_codes_are_well_formed():
    for term in TERMS:
        for code in term.codes:
            system, _, number = code.partition(":")
            assert CODES[system].fullmatch(number), (term.name, code)


def test_a_code_stands_once_in_a_term_and_beside_none_that_holds_it():
    for term in TERMS:
        bare = [code for code in term.codes if code.startswith("ICD10CM:")]
        assert len(set(bare)) == len(bare)
        if term.name not in ("severe organ disease or tumour",):
            held = [(a, b) for a in bare for b in bare if a != b and b.startswith(a)]
            assert held == [], term.name


def test_lasting_is_told_for_codes_of_the_term():
    for term in TERMS:
        told = {code for part in term.lasting for code in part.codes}
        assert told <= set(term.codes), term.name
        if term.persistence == "lifelong" and term.lasting:
            assert all(part.period is None for part in term.lasting)


def test_words_are_in_english_and_chinese():
    kinds = ("condition", *GIVEN)
    spoken = [t for t in TERMS if t.kind in kinds and any(not w.isascii() for w in t.words)]
    assert len(spoken) > 1500


def test_every_file_of_terms_says_whence_and_under_which_licence():
    for path in FILES:
        content = read_terms(path)
        assert content.source
        assert "Apache-2.0" in content.licence
        assert content.terms
