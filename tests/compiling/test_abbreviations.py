"""Abbreviations that a document defines: what they are taken for, in its lines and in its study."""

import pytest

from trialwright.compiling.criteria import compile_line, compile_study, compile_text, run_passes
from trialwright.compiling.criteria.abbreviations import abbreviations
from trialwright.language.folding import fold
from trialwright.language.vocabulary import load_vocabulary
from trialwright.model.expression import leaves
from trialwright.model.study import Eligibility, Study

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Prior deep vein thrombosis (DVT)", {"DVT": "deep vein thrombosis"}),
        ("the 6-minute walk test or CVA (cerebrovascular accident)", {"CVA": "cerebrovascular accident"}),
        ("a creatinine clearance (CrCl) below 40", {"CrCl": "creatinine clearance"}),
        ("immune non-responders (INR)", {"INR": "immune non-responders"}),
        ("chronic kidney disease (CKD; stage 4)", {"CKD": "chronic kidney disease"}),
        ("谷丙转氨酶（ALT）升高", {"ALT": "谷丙转氨酶"}),
        (
            "慢阻肺（chronic obstructive pulmonary disease，COPD）",
            {"COPD": "chronic obstructive pulmonary disease"},
        ),
        ("failure of the kidneys (dialysis)", {}),
        ("platelets (PLT)", {"PLT": "platelets"}),
        ("platelets (PTZ)", {}),
        ("use of one of these (OR)", {}),
        ("a score of three (III)", {}),
        ("hereditary angioedema (HAE), hepatic adverse event (HAE)", {}),
        ("a rheumatic disease (RA, SLE) or rheumatic disorder (RA)", {}),
        ("a gut disorder (ulcer, GD, colitis)", {}),
        ("no brackets here, INR 3", {}),
        ("surgery (planned) and trauma (any)", {}),
    ],
)
def test_what_a_text_defines(text, found):
    assert abbreviations(fold(text)) == found


def test_an_earlier_text_has_precedence():
    assert abbreviations("mitral regurgitation (MR)", "magnetic resonance (MR)") == {
        "MR": "mitral regurgitation"
    }


def only(text, **given):
    expr, notes = compile_line(text, vocabulary=VOCABULARY, **given)
    return [leaf.concept for leaf in leaves(expr) if hasattr(leaf, "concept")], [n.code for n in notes]


def criteria(text, *further):
    found, _ = compile_text(text, vocabulary=VOCABULARY, further=further)
    return found


def test_a_later_line_means_what_an_earlier_one_defines():
    text = "Exclusion Criteria:\n- Active tuberculosis (TB)\n- TB within the last 3 years\n"
    _, later = criteria(text)
    (leaf,) = leaves(later.expr)
    assert leaf.concept.name == "tuberculosis"
    assert leaf.concept.codes
    assert [(n.code, text[slice(*n.span)]) for n in later.notes] == [("abbreviation", "TB")]


def test_a_long_form_that_the_vocabulary_lacks_leaves_no_codes():
    study = Study(
        id="x",
        official_title="Stem cells for immune non-responders (INR) with HIV",
        eligibility=Eligibility(text="Inclusion Criteria:\n- INR above 2\n"),
    )
    (criterion,) = compile_study(study, vocabulary=VOCABULARY).eligibility.criteria
    (leaf,) = leaves(criterion.expr)
    assert (leaf.concept.text, leaf.concept.name, leaf.concept.codes) == ("INR", "immune non-responders", ())
    assert "abbreviation" in [n.code for n in criterion.notes]


def test_a_definition_that_says_the_usual_thing_changes_nothing():
    plain = "Inclusion Criteria:\n- INR above 2\n"
    defined = "International normalized ratio (INR) of blood"
    assert criteria(plain, defined) == criteria(plain)
    nearly = "internationally normalized ratio (INR)"
    assert criteria(plain, nearly) == criteria(plain)


def test_within_one_line():
    concepts, codes = only("Pulmonary tuberculosis (TB), or TB of another organ")
    assert all("LOINC" not in code for c in concepts for code in c.codes)
    assert "abbreviation" in codes


def test_chinese_long_forms_reach_as_far_as_the_vocabulary_knows():
    text = "排除标准：\n1. 血清总胆红素（TB）高于正常；\n2. TB＞60 μmol/L。\n"
    assert "abbreviation" not in [n.code for c in criteria(text) for n in c.notes]


def test_a_definition_that_the_unit_belies_is_a_slip():
    text = "Epidermal growth factor receptor (eGFR): eGFR below 35 mL/min"
    line = run_passes(text, vocabulary=VOCABULARY, after="recognise")
    assert [i.value.name for i in line.items if i.kind == "term"] == ["eGFR", "eGFR"]
    assert not line.notes
