"""Ways of writing that say the same give the same tree: orders, marks, denials, exceptions, duties."""

from itertools import permutations

import pytest

from trialwright.compiling.criteria import run_passes
from trialwright.language.vocabulary import load_vocabulary
from trialwright.model.expression import AnyOf, children

from .notation import tree

VOCABULARY = load_vocabulary()


def read(text, kind=None):
    return run_passes(text, vocabulary=VOCABULARY, kind=kind, after="parse").expr


@pytest.mark.parametrize(
    "text",
    [
        "At least two of the following: asthma; gout; epilepsy",
        "Two or more of the following: (1) asthma (2) gout (3) epilepsy",
        "Meets at least 2 of the following 3 criteria: 1) asthma, 2) gout, 3) epilepsy",
        "Any two of: asthma, gout or epilepsy",
        "≥ 2 of the following: a) asthma; b) gout; c) epilepsy",
        "At least two of these:\n- asthma\n- gout\n- epilepsy",
        "At least two of the following conditions (asthma, gout, epilepsy)",
        "至少满足以下两项：①哮喘；②痛风；③癫痫",
        "符合下列3项中的2项及以上：（1）哮喘；（2）痛风；（3）癫痫",
    ],
)
def test_counting(text):
    assert tree(read(text)) == "at_least 2(current <asthma>; current <gout>; current <epilepsy>)"


@pytest.mark.parametrize(
    "text",
    [
        "No asthma or gout",
        "Neither asthma nor gout",
        "Absence of asthma or gout",
        "Without asthma or gout",
        "Free of asthma and gout",
        "Denies asthma or gout",
        "None of the following: asthma; gout",
        "无哮喘或痛风",
        "否认哮喘、痛风",
        "不伴有哮喘和痛风",
    ],
)
def test_denials(text):
    assert tree(read(text, "inclusion")) == "not(any(current <asthma>; current <gout>))"


@pytest.mark.parametrize(
    "text",
    [
        "Malignancy except melanoma",
        "Malignancy other than melanoma",
        "Malignancy, apart from melanoma",
        "Malignancy (excluding melanoma)",
        "Malignancy with the exception of melanoma",
        "Malignancy besides melanoma",
        "Malignancy (melanoma excluded)",
        "恶性肿瘤（黑色素瘤除外）",
        "除黑色素瘤外的恶性肿瘤",
        "除黑色素瘤以外，其他恶性肿瘤",
    ],
)
def test_exceptions(text):
    found = tree(read(text, "exclusion"))
    assert found.startswith("except(any <malignancy>; all(any <melanoma>; unparsed")


@pytest.mark.parametrize(
    "text",
    [
        "AST < 2 x ULN (< 6 x ULN if cirrhosis)",
        "AST < 2 x ULN (or < 6 x ULN if cirrhosis is present)",
        "AST < 2 x ULN, or < 6 x ULN in patients with cirrhosis",
        "AST < 2 x ULN; if cirrhosis, < 6 x ULN",
        "AST < 2 x ULN (< 6 for patients with cirrhosis)",
        "AST < 2 x ULN unless cirrhosis, in which case < 6 x ULN",
        "AST<2倍正常值上限（肝硬化患者<6倍正常值上限）",
        "AST<2×ULN，若有肝硬化则<6×ULN",
    ],
)
def test_a_bound_for_some(text):
    some = "if(current <cirrhosis>) then(<AST> (..6) ULN)"
    others = "if(not(current <cirrhosis>)) then(<AST> (..2) ULN)"
    assert tree(read(text, "inclusion")) == f"all({some}; {others})"


@pytest.mark.parametrize(
    "text",
    [
        "Women of childbearing potential must have a negative pregnancy test",
        "For women of childbearing potential: negative pregnancy test",
        "Negative pregnancy test (women of childbearing potential)",
        "Negative pregnancy test in women of childbearing potential",
        "育龄期女性须妊娠试验阴性",
    ],
)
def test_duties(text):
    expected = "if(all(sex female; current <childbearing potential>)) then(<pregnancy test> negative)"
    assert tree(read(text, "inclusion")) == expected


@pytest.mark.parametrize("organs", list(permutations(("hepatic", "renal", "pulmonary"))))
def test_the_order_of_organs_is_none_of_meaning(organs):
    expr = read("Severe {}, {} or {} disease".format(*organs), "exclusion")
    assert isinstance(expr, AnyOf)
    names = {child.concept.name for child in children(expr)}
    assert names == {"liver disease", "kidney disease", "lung disease"}
    assert {child.qualifiers for child in children(expr)} == {("Severe",)}


@pytest.mark.parametrize("organs", list(permutations(("heart", "lungs", "kidneys"))))
def test_severe_illness_of_several_organs_is_one_term(organs):
    expr = read("Severe diseases of vital organs, such as {}, {} or {}".format(*organs), "exclusion")
    assert expr.concept.name == "severe heart, kidney or lung disease"
    assert expr.concept.codes
