"""The vocabulary: shipped terms, their facts, and a user's own."""

import pytest

from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.tokenize import split
from trialwright.errors import ReadError
from trialwright.language.folding import fold
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


# Words that the grammar knows as well; it reads them by what stands around.
GRAMMAR_TOO = {"HR", "gestation", "孕周", "预计生存期", "预期寿命", "预期生存期", "生存期"}
MEASURES = [t for t in load_vocabulary().terms if t.kind in ("quantity", "score", "coded")]


def han(word: str) -> bool:
    return any("\u3400" <= sign <= "\u9fff" for sign in word)


def test_measures_are_many_and_speak_english_and_chinese():
    both = [t for t in MEASURES if any(map(han, t.words)) and not all(map(han, t.words))]
    assert len(both) >= 600


def check_digit(number: str) -> int:
    """The check digit of a LOINC code: every second digit from the right counts twice."""
    doubled = str(2 * int(number[::-1][::2][::-1]))
    return -sum(map(int, doubled + number[::-1][1::2])) % 10


def test_the_check_digit_of_every_loinc_code():
    codes = [c for t in load_vocabulary().terms for c in t.codes if c.startswith("LOINC:")]
    assert len(codes) > 100
    for code in codes:
        number, digit = code.removeprefix("LOINC:").split("-")
        assert int(digit) == check_digit(number), code


def test_a_measure_shares_no_code_with_another():
    codes = [c for t in MEASURES for c in t.codes]
    assert len(set(codes)) == len(codes)


def test_no_name_stands_in_two_files():
    names = [t.name for path in DATA.glob("*.json") for t in read_terms(path).terms]
    assert len(set(names)) == len(names)


def test_every_word_has_a_letter_and_whole_brackets():
    for term in load_vocabulary().terms:
        for word in term.words:
            assert any(c.isalpha() for c in word), (term.name, word)
            assert word.count("(") == word.count(")"), (term.name, word)


def test_no_word_belongs_to_two_terms():
    owners: dict[tuple[str, ...], str] = {}
    for term in load_vocabulary().terms:
        for word in (*term.words, term.name):
            key = tuple(token.key for token in split(fold(word)))
            assert owners.setdefault(key, term.name) == term.name, word


def test_a_word_of_a_measure_is_no_word_of_the_grammar():
    lexicon = Lexicon(load_vocabulary())
    for term in MEASURES:
        for word in term.words:
            key = tuple(token.key for token in split(fold(word)))
            kinds = {e.kind for e in lexicon.phrases[key]}
            assert kinds == {"term"} or word in GRAMMAR_TOO, word


def test_exact_words_are_words_of_their_term():
    for term in load_vocabulary().terms:
        assert set(term.exact) <= {*term.words, term.name}, term.name


def test_words_bound_to_their_case():
    lexicon = Lexicon(load_vocabulary())
    assert lexicon.term("CAPS").name == "CAPS-5"
    assert lexicon.term("caps") is None


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
