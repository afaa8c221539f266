"""A tree in plain words, in both languages."""

import pytest

from trialwright.compiling.criteria import compile_line
from trialwright.compiling.criteria.explain import explain
from trialwright.language.vocabulary import load_vocabulary


@pytest.mark.parametrize(
    ("line", "english", "chinese"),
    [
        (
            "CD4 count > 50 and ≤ 250 cells/uL continuously within 30 days before enrollment",
            "CD4 count above 50 and at most 250 /uL on every result, "
            "from 30 days before enrolment to enrolment",
            "CD4 count大于50且不超过250 /uL每一次结果, 从入组前30 天至入组",
        ),
        ("ALT ≤ 3 x ULN", "ALT at most 3 times the upper limit of normal", "ALT不超过3 倍正常值上限"),
        ("Hb > 9", "haemoglobin above 9 (no unit written)", "haemoglobin大于9 （未写单位）"),
        ("No history of gout", "not (gout now or ever before)", "非（gout目前或既往）"),
        ("Aged 18-65 years", "age at least 18 and at most 65 years", "年龄不低于18且不超过65 岁"),
        ("green cheese", "not understood: “green cheese”", "未能理解：“green cheese”"),
        (
            "Written consent",
            "consent to be confirmed by a person: “Written consent”",
            "知情同意，须由人确认：“Written consent”",
        ),
    ],
)
def test_explain(line, english, chinese):
    expr, _ = compile_line(line, vocabulary=load_vocabulary())
    assert explain(expr) == english
    assert explain(expr, "zh") == chinese
