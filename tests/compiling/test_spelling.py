"""Slips of spelling: which words are mended, which stay as they are, and what is said about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.compiling.criteria import compile_line
from trialwright.compiling.criteria.lexicon import lexicon_of
from trialwright.compiling.criteria.spelling import real_words
from trialwright.language.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
LEXICON = lexicon_of(VOCABULARY)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("platlet", "platelet"),
        ("haemaglobin", "haemoglobin"),
        ("hemogloblin", "hemoglobin"),
        ("creatinin", "creatinine"),
        ("diabetis", "diabetes"),
        ("bilriubin", "bilirubin"),
        ("tuberclosis", "tuberculosis"),
    ],
)
def test_slips_are_mended(written, meant):
    found = LEXICON.spelling.mended(written)
    assert found is not None
    assert found.text == meant


@pytest.mark.parametrize(
    "word",
    [
        "injection",
        "arteritis",
        "addition",
        "measure",
        "diseased",
        "albumen",
        "leukemic",
        "afatinic",
        "hypotension",
    ],
)
def test_other_words_stay(word):
    assert LEXICON.spelling.mended(word) is None


def test_words_known_are_never_slips():
    assert not [key for key in LEXICON.known if LEXICON.spelling.mended(key)]
    assert not [word for word in real_words() if LEXICON.spelling.mended(word)]


def test_a_drug_is_not_guessed_by_a_wrong_letter():
    drugs = [t for t in VOCABULARY.terms if t.kind == "drug"]
    names = {
        w.lower() for t in drugs for w in (*t.words, t.name) if w.isalpha() and w.isascii() and len(w) > 8
    }
    for name in sorted(names):
        wrong = name[:4] + ("x" if name[4] != "x" else "q") + name[5:]
        found = LEXICON.spelling.mended(wrong)
        assert found is None or found.text not in names, wrong


@given(st.text("aeinrst", min_size=6, max_size=12))
def test_any_word_is_read_the_same_twice(word):
    assert LEXICON.spelling.mended(word) == LEXICON.spelling.mended(word)


def test_a_note_names_both_spellings():
    _, notes = compile_line("Platlet count above 60 x 10^9/L", vocabulary=VOCABULARY)
    assert [(n.code, n.message, n.span) for n in notes] == [
        ("spelling", "Platlet is taken for platelet", (0, 7))
    ]


def test_no_note_where_the_word_is_in_no_term():
    _, notes = compile_line("Able to complete the questionaire", vocabulary=VOCABULARY)
    assert "spelling" not in [n.code for n in notes]
