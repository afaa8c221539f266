"""The vocabulary: shipped terms, their facts, and a user's own."""

import pytest

from trialwright.errors import ReadError
from trialwright.language.vocabulary import DATA, load_vocabulary, read_terms
from trialwright.model.unit import find_unit


def test_every_file_names_its_source_and_licence():
    for path in DATA.glob("*.json"):
        content = read_terms(path)
        assert content.source
        assert content.licence


def test_names_are_unique_and_every_term_has_a_word_or_is_named_by_others():
    terms = load_vocabulary().terms
    assert len({t.name for t in terms}) == len(terms) > 400


def test_facts_of_a_measure():
    bilirubin = load_vocabulary().named("total bilirubin")
    assert (bilirubin.unit, str(bilirubin.molar_mass), bilirubin.codes[0]) == (
        "umol/L",
        "584.66",
        "LOINC:1975-2",
    )
    assert load_vocabulary().named("MELD score").parts == ("total bilirubin", "INR", "creatinine")


def test_facts_of_a_condition():
    vocabulary = load_vocabulary()
    pregnancy = vocabulary.named("pregnancy")
    assert (pregnancy.test, pregnancy.persistence, pregnancy.women_only) == (
        "pregnancy test",
        "passing",
        True,
    )
    organs = vocabulary.named("severe heart, kidney or lung disease")
    assert [str(lasting.period) for lasting in organs.lasting] == ["None", "P90D"]


def test_units_of_measures_with_a_dimension_can_be_converted():
    for term in load_vocabulary().terms:
        if term.dimension and term.unit:
            unit = find_unit(term.unit)
            same = unit is None or unit.dimension == term.dimension
            assert same or {unit.dimension, term.dimension} == {"mass", "substance"}, term.name


def test_a_user_file_adds_and_replaces(tmp_path):
    own = tmp_path / "own.json"
    own.write_text(
        '{"source": "ward list", "licence": "ours", '
        '"terms": [{"name": "gout", "kind": "condition", "words": ["podagra"]}]}',
        encoding="utf-8",
    )
    vocabulary = load_vocabulary(own)
    assert vocabulary.named("gout").words == ("podagra",)
    assert vocabulary.named("gout").source == "ward list"
    assert len(vocabulary.terms) == len(load_vocabulary().terms)


@pytest.mark.parametrize("content", ["", "[]", '{"terms": 3}'])
def test_a_bad_user_file_is_one_sentence(tmp_path, content):
    own = tmp_path / "own.json"
    own.write_text(content, encoding="utf-8")
    with pytest.raises(ReadError, match=r"own\.json: this is no vocabulary"):
        load_vocabulary(own)


def test_a_missing_user_file_is_named(tmp_path):
    with pytest.raises(ReadError, match="cannot be read"):
        load_vocabulary(tmp_path / "none.json")


def test_a_changed_user_file_is_read_again(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[[term]]\nname = "gout"\nkind = "condition"\n')
    before = load_vocabulary(own)
    assert load_vocabulary(own) is before
    own.write_text('[[term]]\nname = "podagra of the toe"\nkind = "condition"\n')
    assert load_vocabulary(own).named("podagra of the toe")


def test_the_shipped_vocabulary_is_loaded_once():
    assert load_vocabulary() is load_vocabulary()
