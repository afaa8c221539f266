"""Every pass against the golden file of its name: text before, notation after."""

import pytest

from trialwright.compiling.criteria import PASSES, compile_text, run_passes
from trialwright.errors import UsageError
from trialwright.language.vocabulary import load_vocabulary

from .notation import GOLDEN, cases, items, tree

VOCABULARY = load_vocabulary()


def every(name):
    return [pytest.param(case, id=case.title) for case in cases(name)]


def line_after(case, name):
    return run_passes(case.before, vocabulary=VOCABULARY, kind=case.kind, after=name)


def test_every_pass_has_a_golden_file():
    assert sorted(p.stem for p in GOLDEN.glob("*.txt")) == sorted(PASSES)


@pytest.mark.parametrize("case", every("segment"))
def test_segment(case):
    criteria, _ = compile_text(case.before, vocabulary=VOCABULARY, after="segment")
    assert [f"{c.id} {c.text!r}" for c in criteria] == case.after
    assert all(c.expr is None for c in criteria)


@pytest.mark.parametrize("case", every("tokenize"))
def test_tokenize(case):
    assert [" | ".join(f"{t.kind}:{t.key}" for t in line_after(case, "tokenize").tokens)] == case.after


@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(n, c, id=f"{n}-{c.title}") for n in ("recognise", "quantify", "timing") for c in cases(n)],
)
def test_items(name, case):
    assert [items(line_after(case, name))] == case.after


@pytest.mark.parametrize("case", every("parse"))
def test_parse(case):
    assert [tree(line_after(case, "parse").expr)] == case.after


@pytest.mark.parametrize("case", every("outline"))
def test_outline(case):
    assert [tree(line_after(case, "outline").expr)] == case.after


@pytest.mark.parametrize("case", every("check"))
def test_check(case):
    assert [note.code for note in line_after(case, "check").notes] == case.after


@pytest.mark.parametrize("case", every("simplify"))
def test_simplify(case):
    assert [tree(line_after(case, "simplify").expr)] == case.after


def test_an_unknown_pass_is_refused_with_the_list():
    with pytest.raises(UsageError, match="take one of segment, tokenize"):
        run_passes("age 18", vocabulary=VOCABULARY, after="dream")
