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
            "CD4 count above 50 and at most 250 /uL on every result in the 30 days before enrolment",
            "CD4计数大于50且不超过250 /uL，以每一次结果计，在入组前30天内",
        ),
        (
            "ALT ≤ 3 x ULN",
            "ALT at most 3 times the upper limit of normal",
            "丙氨酸氨基转移酶不超过3倍正常值上限",
        ),
        ("Hb > 9", "haemoglobin above 9 (no unit written)", "血红蛋白大于9（未写单位）"),
        ("INR < 1.5", "INR below 1.5", "国际标准化比值小于1.5"),
        ("No history of gout", "not (gout now or ever before)", "并非（目前或既往有痛风）"),
        ("Aged 18-65 years", "age from 18 to 65 years", "年龄介于18至65岁"),
        ("Women", "sex is female", "性别为女"),
        (
            "Gout, stroke or epilepsy",
            "gout at present, or stroke at present, or epilepsy at present",
            "目前有痛风，或者目前有卒中，或者目前有癫痫",
        ),
        (
            "Methotrexate within 4 weeks before randomization",
            "drug treatment with methotrexate in the 4 weeks before randomization",
            "使用药物甲氨蝶呤，在随机化前4周内",
        ),
        ("telephone access", "not understood: “telephone access”", "未能理解：“telephone access”"),
        (
            "Written consent",
            "consent, to be confirmed by a person: “Written consent”",
            "知情同意，须由人确认：“Written consent”",
        ),
    ],
)
def test_explain(line, english, chinese):
    expr, _ = compile_line(line, vocabulary=load_vocabulary())
    assert explain(expr) == english
    assert explain(expr, "zh") == chinese
