"""Compiling the eligibility of a study: places in the source, and the register as second witness."""

from decimal import Decimal

from trialwright.compiling.criteria import compile_line, compile_study
from trialwright.language.vocabulary import load_vocabulary
from trialwright.model.dates import Age
from trialwright.model.source import Statement
from trialwright.model.study import Eligibility, Study

TEXT = "Inclusion Criteria:\n- Aged 18 to 70 years\n- Female\n\nExclusion Criteria:\n- Gout"


def study(**eligibility) -> Study:
    statement = Statement(field="eligibility.text", value=TEXT, source="s7", span=(100, 100 + len(TEXT)))
    return Study(id="X1", eligibility=Eligibility(text=TEXT, **eligibility), statements=(statement,))


def test_criteria_point_into_the_source_of_the_text():
    done = compile_study(study(), vocabulary=load_vocabulary())
    assert [(c.id, c.source, TEXT[c.span[0] - 100 : c.span[1] - 100]) for c in done.eligibility.criteria] == [
        ("I1", "s7", "Aged 18 to 70 years"),
        ("I2", "s7", "Female"),
        ("E1", "s7", "Gout"),
    ]


def test_ages_and_sex_that_the_register_contradicts_are_noted():
    done = compile_study(
        study(minimum_age=Age(value=Decimal(16)), maximum_age=Age(value=Decimal(840), unit="mo"), sex="ALL"),
        vocabulary=load_vocabulary(),
    )
    assert [note.code for note in done.notes] == ["age_differs", "sex_differs"]


def test_a_study_without_text_stays_as_it_is():
    empty = Study(id="X2")
    assert compile_study(empty, vocabulary=load_vocabulary()) is empty


def test_a_value_that_cannot_exist_is_a_note():
    expr, notes = compile_line("CD4 count > 5 x 10^99 cells", vocabulary=load_vocabulary())
    assert type(expr).__name__ == "Unparsed"
    assert [note.code for note in notes] == ["impossible_value"]
