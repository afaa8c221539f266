"""What holds for any text: nothing raises, places are true, and the way of writing does not matter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.compiling.criteria import compile_line, compile_text
from trialwright.compiling.criteria.explain import explain
from trialwright.compiling.criteria.phrasebook import phrasebook_of
from trialwright.language.vocabulary import load_vocabulary
from trialwright.model.codec import decode, encode
from trialwright.model.expression import Criterion, Expr, children

from .notation import tree

VOCABULARY = load_vocabulary()
PIECES = (
    "Hb ALT AST CD4 count MELD NYHA class age pregnancy HIV stroke gout < > ≤ ≥ = >= "
    "- ~ , ; . : ( ) / and or not no without except unless if within prior to for at "
    "least 3 months 2 weeks days 18 65 1.5 10E9/L x109/L % g/dL mg/dL /uL ULN times "
    "II III IV history of positive negative severe active screening study entry "
    "consent protocol 年龄 岁 以上 入组前 个月 内 或 倍 正常值上限 \n1. \n- one of the following: such "
    "as BP 140/90 between from female of childbearing potential"
).split(" ")
# The words of the language in which trees are told, in any order.
PHRASED = [w for p in phrasebook_of("en", VOCABULARY).phrases.values() for w in p.words if w.strip()]
PHRASED += [w for p in phrasebook_of("zh", VOCABULARY).phrases.values() for w in p.words if w.strip()]
PHRASED += ["“", "”", "gout", "痛风", "CD4 count", "3", "-1.5", " ", " /uL", "x”", "“x”"]
phrased = st.lists(st.sampled_from(PHRASED), max_size=12).map("".join)
lines = phrased | st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.text(max_size=80)


def spans(expr: Expr):
    yield expr.span
    for child in children(expr):
        yield from spans(child)


@settings(deadline=None, max_examples=300)
@given(text=lines, kind=st.sampled_from([None, "inclusion", "exclusion"]))
def test_no_line_raises_and_every_node_has_its_place(text, kind):
    expr, _ = compile_line(text, vocabulary=VOCABULARY, kind=kind)
    assert all(span is not None and 0 <= span[0] <= span[1] <= len(text) for span in spans(expr))
    assert explain(expr)
    assert explain(expr, "zh")
    assert decode(encode(expr), Expr) == expr


@settings(deadline=None, max_examples=200)
@given(text=st.text(max_size=200) | st.lists(lines, max_size=5).map("\n".join))
def test_no_text_raises_and_every_criterion_has_its_place(text):
    criteria, _ = compile_text(text, vocabulary=VOCABULARY)
    ends = 0
    for criterion in criteria:
        start, end = criterion.span
        assert ends <= start < end <= len(text)
        ends = end
    assert decode(encode(criteria), tuple[Criterion, ...]) == criteria


POINTS = ["Age 18 to 70 years", "Liver failure", "INR > 2 or PTA < 30%", "Written consent"]


@pytest.mark.parametrize(
    "mark", ["- ", "* ", "• ", "{n}. ", "{n}) ", "({n}) ", "  {n}. ", "{n}、", "（{n}）", "-"]
)
def test_the_style_of_bullets_does_not_matter(mark):
    text = "Inclusion Criteria:\n" + "\n".join(mark.format(n=n) + p for n, p in enumerate(POINTS, 1))
    criteria, _ = compile_text(text, vocabulary=VOCABULARY)
    assert [c.text for c in criteria] == POINTS
    assert [text[slice(*c.span)] for c in criteria] == POINTS


@given(text=st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join))
@settings(deadline=None, max_examples=100)
def test_full_width_signs_are_half_width_signs(text):
    wide = "".join(chr(ord(c) + 0xFEE0) if c in "<>=%()/:;,0123456789" else c for c in text)
    assert shape(compile_line(wide, vocabulary=VOCABULARY)[0]) == shape(
        compile_line(text, vocabulary=VOCABULARY)[0]
    )


def shape(expr: Expr) -> str:
    plain = {chr(ord(c) + 0xFEE0): c for c in "<>=%()/:;,0123456789"}
    return "".join(plain.get(c, c) for c in tree(expr))


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "a",
        "1",
        "1,",
        "<",
        "a and ",
        "Hb < 5 or ",
        "\n1. x",
        " ",
        "&lt;",
        "if x ",
        "年龄",
        "no ",
        "(Hb < 5) ",
        "except a ",
        "unless ",
        "A (b), ",
        "not not ",
    ],
)
def test_a_hostile_megabyte_is_cut_and_kept_not_parsed_for_ever(piece):
    text = piece * (1_000_000 // len(piece))
    whole, notes = compile_line(text, vocabulary=VOCABULARY)
    assert [note.code for note in notes] == ["too_long"]
    assert whole.text == text
    compile_line(text[:19_000], vocabulary=VOCABULARY)
    criteria, _ = compile_text(text, vocabulary=VOCABULARY)
    assert all(c.text == text[slice(*c.span)] for c in criteria)
