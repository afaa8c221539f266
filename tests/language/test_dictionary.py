"""A user's dictionary as TOML: what it may hold, and the sentence for every mistake."""

from decimal import Decimal
from pathlib import Path

import pytest

from trialwright.errors import ReadError
from trialwright.language.dictionary import _unit_code, read_dictionary
from trialwright.language.vocabulary import load_vocabulary

OWN = Path("own.toml")
FULL = """\
source = "Handbook of the bowel clinic"
licence = "for the clinic"

[[term]]
name = "faecal calprotectin"
kind = "quantity"
words = ["stool calprotectin", "FCP", "粪便钙卫蛋白"]
codes = ["LOINC:38445-3"]
unit = "mg/L"
plausible = [0.5, 30000]

[[term]]
name = "pouchitis"
kind = "condition"
codes = ["ICD10CM:K91.850"]

[[term.lasting]]
codes = ["ICD10CM:K91.850"]
period = "P1Y"
"""


def test_all_that_a_term_can_say():
    measure, disease = read_dictionary(OWN, FULL)
    assert (measure.words[-1], measure.unit, measure.dimension) == ("粪便钙卫蛋白", "mg/L", "mass")
    assert measure.plausible == (Decimal("0.5"), Decimal(30000))
    assert measure.source == disease.source == "Handbook of the bowel clinic"
    assert str(disease.lasting[0].period) == "P1Y"


def test_the_source_of_a_file_without_one_is_its_name():
    (term,) = read_dictionary(OWN, '[[term]]\nname = "gout"\nkind = "condition"')
    assert term.source == "own.toml"


def test_shipped_units_are_units_of_a_dictionary():
    units = {t.unit for t in load_vocabulary().terms if t.unit}
    assert {u for u in units if _unit_code(u) != u} == set()


def test_a_unit_may_be_spelled_as_documents_do():
    (term,) = read_dictionary(OWN, HEAD + 'unit = "mcg/L"')
    assert term.unit == "ug/L"


HEAD = '[[term]]\nname = "gout"\nkind = "condition"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r"own.toml: there is no term in it; begin each with \[\[term\]\]"),
        ("[[term]\n", "own.toml: this is no TOML: .*line 1"),
        ("name = gout", "own.toml: this is no TOML: .*line 1"),
        ("n = " + "9" * 5000, "own.toml: a value cannot be read"),
        ("term = 3", "own.toml: 'term' is no list of terms"),
        ("source = 3\n" + HEAD, "own.toml: 'source' and 'licence' are texts"),
        ('licenze = "x"\n' + HEAD, "own.toml: 'licenze' is no field of a dictionary; did you mean 'licence'"),
        ('\n\n[[term]]\nkind = "condition"', "own.toml, line 3: a term needs a name"),
        (
            '[[term]]\nname = "gout"',
            "own.toml, line 1: the term 'gout': a term needs a kind; take one of quantity",
        ),
        ('[[term]]\nname = "gout"\nkind = "illness"', "the term 'gout': 'illness' is no kind"),
        (HEAD + "word = []", "'word' is no field of a term; did you mean 'words'"),
        (HEAD + 'words = "podagra"', r"'words' is a list of texts; write words = \["),
        (HEAD + 'words = [""]', "'words' is a list of texts"),
        (HEAD + 'codes = ["M10"]', "the code 'M10' names no system; write it like LOINC:718-7"),
        (HEAD + 'unit = "furlong"', "the unit 'furlong' is not known"),
        (HEAD + "plausible = [3]", "'plausible' is a lowest and a highest number"),
        (HEAD + "plausible = [3, nan]", "'plausible' is a lowest and a highest number"),
        (HEAD + "plausible = [3, 2]", "'plausible' ends before it begins"),
        (HEAD + "molar_mass = -1", "'molar_mass' is a number above nought"),
        (HEAD + 'women_only = "yes"', "line 1: the term 'gout': Expected `bool`"),
        (HEAD + HEAD, "own.toml, line 4: the term 'gout' stands here a second time"),
    ],
)
def test_every_mistake_is_one_sentence_with_its_place(text, words):
    with pytest.raises(ReadError, match=words) as caught:
        read_dictionary(OWN, text)
    assert "\n" not in str(caught.value)
