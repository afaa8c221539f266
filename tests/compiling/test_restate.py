"""What a tree is told as compiles back to the tree, whatever the tree."""

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings

from trialwright.compiling.criteria import compile_line
from trialwright.compiling.criteria.explain import explain
from trialwright.compiling.criteria.phrasebook import LANGUAGES, PHRASES, read_phrases
from trialwright.compiling.criteria.restate import restate
from trialwright.model.concept import Concept
from trialwright.model.expression import (
    Change,
    Condition,
    Exposure,
    Expr,
    IfThen,
    Measurement,
    Not,
    Unparsed,
    children,
)
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period
from trialwright.model.vocabulary import Term, Vocabulary
from trialwright.model.window import Window

from .trees import VOCABULARY, told, trees, variants_of, wanted_variants


def spans(expr):
    yield expr.span
    for child in children(expr):
        yield from spans(child)


def test_every_tree_compiles_back_from_its_own_words_and_every_kind_of_field_is_tried():
    seen = set()

    @settings(max_examples=600)
    @given(tree=trees)
    def check(tree):
        seen.update(variants_of(tree))
        for language in LANGUAGES:
            text = explain(tree, language)
            assert not set("\n\r") & set(text)
            again, _ = compile_line(text, vocabulary=VOCABULARY)
            assert told(again) == told(tree), text
            assert all(span is not None and 0 <= span[0] <= span[1] <= len(text) for span in spans(again))

    check()
    assert wanted_variants() - seen == set()


def test_the_variants_are_those_of_the_model():
    """A node, a field or a value that is added to the model is asked for by the test above."""
    assert {v[0] for v in wanted_variants()} >= {kind.__name__ for kind in get_args(Expr)}
    assert ("Exposure", "kind", "'vaccine'") in wanted_variants()
    assert ("Measurement", "window", "None") in wanted_variants()
    assert variants_of(Not(of=Unparsed(text="x"))) == {("Not", "of", "..."), ("Unparsed", "text", "...")}


# Names that begin like phrases, go on like phrases, or hold their marks.
AWKWARD = (
    "pain", "pain at present", "pain (severe)", "pain in the 3 days", "not (pain)", "age",
    "age at least 3 years", "all of these: pain", "change of mind", "if", "positive", "screening", "event",
    "x, and y", "“pain”", "the term", "drug treatment with pain", "nothing at all", "at least", "痛",
    "痛结果为阳性", "有痛", "痛的变化", "年龄", "目前有痛", "a", "a b", "B", "B12", "B12 above",
    "B12 above 3", "B12 above 3 m", "-", "3", "[no codes]", "。", " ",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_of_a_vocabulary_is_taken_for_something_else(language):
    names = Vocabulary(
        Term(name=name, kind="condition", words=(name, f"{name}字"), codes=(f"X:{n}",))
        for n, name in enumerate(AWKWARD)
    )
    severe = {"qualifiers": ("severe",), "status": "current"}
    for name in AWKWARD:
        concept = Concept(text="x", name=name, codes=names.named(name).codes)
        event = Window(anchor="event", event=concept, from_=Period("-P3D"), to=Period("P0D"))
        above = Interval(low=Bound(value=Decimal(3), closed=False), unit="m")
        for tree in (
            Condition(concept=concept, status="current"),
            Condition(concept=concept, **severe),
            Condition(concept=concept, window=event),
            Condition(concept=concept, duration=above, window=event),
            Measurement(concept=concept, interval=above, window=event),
            Measurement(concept=concept, values=("positive",)),
            Change(concept=concept, interval=above),
            Exposure(concept=Concept(text="y", alternatives=(concept, concept))),
            IfThen(if_=Condition(concept=concept), then=Not(of=Condition(concept=concept))),
        ):
            text = explain(tree, language, vocabulary=names)
            assert told(compile_line(text, vocabulary=names)[0]) == told(tree), text


def test_words_about_codes_are_only_said_where_they_do_not_go_without_saying():
    gout = VOCABULARY.named("gout")
    known = Concept(text="gout", name="gout", codes=gout.codes)
    drugs = Concept(text="the usual drugs", codes=gout.codes, alternatives=(known,))
    assert explain(Condition(concept=known)) == "gout ever"
    assert explain(Condition(concept=drugs)) == "“the usual drugs” (such as gout) ever"
    assert explain(Condition(concept=Concept(text="gout", name="gout"))) == "gout [no codes] ever"
    assert explain(Condition(concept=Concept(text="gout", codes=("X:1", "y z")))) == (
        "“gout” [codes X:1, “y z”] ever"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phrases_of_a_language_have_the_same_slots(language):
    phrases = read_phrases(PHRASES.read_text(encoding="utf-8"))
    assert {k: sorted(p.slots) for k, p in phrases[language].items()} == {
        k: sorted(p.slots) for k, p in phrases["en"].items()
    }


@pytest.mark.parametrize(
    "text",
    [
        "", "gout", "gout at present ", " gout at present", "gout at present, and", "haemoglobin at least 9",
        "haemoglobin at least 9 g/dL,", "not (gout at present", "“gout at present", "gout in the 3 days",
        "gout in the 3 fortnights before screening", "gout from screening to 2 days before enrolment",
        "(gout ever", "age from 30 to 18 years", "at least 0 of these: gout ever", "gout lasting", "sex",
        "if gout", "gout ever, and gout ever, or gout ever", "age above 18 years 3 months",
        "CD4 count above 50 /uLs",
    ],
)  # fmt: skip
def test_any_other_text_is_left_to_the_passes(text):
    assert restate(text, VOCABULARY) is None
    compile_line(text, vocabulary=VOCABULARY)


@pytest.mark.parametrize(
    "piece", ["(", "not (", "“", "”", "(“", "“a” (such as ", "if ", "gout ever, and ", "如果", "（"]
)
def test_hostile_repetition_ends(piece):
    text = piece * (200_000 // len(piece))
    assert restate(text, VOCABULARY) is None
    assert isinstance(compile_line(text, vocabulary=VOCABULARY)[0], Unparsed)


def test_what_is_told_has_its_notes_as_any_line_has():
    _, notes = compile_line(
        "haemoglobin above 9 (no unit written), and not understood: “x”", vocabulary=VOCABULARY
    )
    assert [note.code for note in notes] == ["unit_missing", "unparsed"]
