"""How many points of a list a header asks for: "at least two of the following", 符合以下至少2项.

Takes the words of a header in lower case, gives the count; None where they say anything else.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from trialwright.compiling.criteria.stances import stance_of
from trialwright.compiling.criteria.words import words
from trialwright.language.numbers import chinese_number

_WORD = re.compile(r"[a-z]+|[0-9]+|>=|≥|[^\s]")
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "either": 1}
# Words before a number that set a limit: which one, and what is added to the number.
_LIMITS: dict[tuple[str, ...], tuple[Literal["some", "most", "just"], int]] = {
    ("no", "more", "than"): ("most", 0),
    ("not", "more", "than"): ("most", 0),
    ("at", "most"): ("most", 0),
    ("fewer", "than"): ("most", -1),
    ("less", "than"): ("most", -1),
    ("more", "than"): ("some", 1),
    ("exactly",): ("just", 0),
    ("only",): ("just", 0),
}
_HAN_NOUN = r"(?:条件|标准|情况|情形|指标|各项|项目|危险因素|高危因素|症状|体征|特征|疾病|表现)?"
_HAN_COUNTED = re.compile(
    r"(?:患者|受试者)?(?:(?:以下|下列|下述|如下)" + _HAN_NOUN + r")?"
    r"(?:必须|须|需|应)?(?:同时)?(?:至少)?(?:符合|满足|具备|具有|存在|伴有|合并|出现|发生|有)?(?P<least>至少|任意|任何)?"
    r"(?:以下|下列|下述|如下)?(?:[一二三四五六七八九十0-9]{1,2}(?:项|条|个|种))?"
    + _HAN_NOUN
    + r"(?:中|之中)?的?(?P<least2>至少|任意|任何|任)?"
    r"(?:(?P<any>一项|任一|任一项|之一|1项|任意一项|一条|任意一条|其一|一种)|(?P<all>全部|所有|各项|所有条件)|"
    r"(?P<n>[一二两三四五1-9])(?:项|条|个|种))(?P<more>以上|及以上|或以上|或更多|或以上者)?"
    + _HAN_NOUN
    + r"(?:者|即可|的)?"
)


class Count(NamedTuple):
    """How many points are asked for: all, none, at least, at most or just `n` of the `out_of` named.

    Where points are barred, who meets one of them is kept out.
    """

    how: Literal["all", "none", "some", "most", "just", "barred"]
    n: int = 1
    least: bool = False
    out_of: int | None = None


@lru_cache(maxsize=1 << 12)
def count_of(text: str) -> Count | None:
    """What a header asks for, when it says nothing else.

    >>> count_of("at least two of the following")
    Count(how='some', n=2, least=True, out_of=None)
    >>> count_of("two of the women") is None
    True
    """
    stance = stance_of(text)
    if stance is not None:
        return None if stance == "open" else Count(stance)
    if not text.isascii() and (han := _HAN_COUNTED.fullmatch(text.replace(" ", ""))) is not None:
        return _han_count(han, "至少" in text)
    said = _WORD.findall(text.replace("minimum of", "at least").replace("a at least", "at least"))
    at = 0
    while at < len(said) and said[at] in words("count_lead"):
        at += 1
    limit = next((found for found in _LIMITS if tuple(said[at : at + len(found)]) == found), None)
    if limit is not None:
        at += len(limit)
    least = any_ = False
    if said[at : at + 2] == ["at", "least"] or (at < len(said) and said[at] in (">=", "≥")):
        least, at = True, at + (2 if said[at] == "at" else 1)
    if at < len(said) and said[at] == "any":
        any_, at = True, at + 1
    if at >= len(said):
        return None
    word, at = said[at], at + 1
    if limit is None and word in ("all", "each", "both"):
        count = Count("all")
    elif limit is None and word == "none":
        count = Count("none")
    elif limit is not None:
        n = _number(word)
        if n is None or word == "either" or n + _LIMITS[limit][1] < 1:
            return None
        count = Count(_LIMITS[limit][0], n + _LIMITS[limit][1], True)
    elif (n := _number(word)) is not None:
        if said[at : at + 3] == ["(", word, ")"] or said[at : at + 3] == ["(", str(n), ")"]:
            at += 3
        if said[at : at + 2] in (["or", "more"], ["or", "greater"]):
            least, at = True, at + 2
        count = Count("some", n, least or (any_ and n > 1))
    elif any_:
        # "any of the following"
        count, at = Count("some"), at - 1
    else:
        return None
    rest = said[at:]
    if word in ("either", "both") and not rest:
        return count
    if not rest or any(w not in words("count_rest") and _number(w) is None for w in rest):
        return None
    if not set(rest) & words("count_point"):
        return None
    numbers = [m for w in rest if (m := _number(w)) is not None]
    if len(numbers) > 1:
        return None
    return count._replace(out_of=numbers[0] if numbers else None)


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) < 3 else NUMBERS.get(word)


def _han_count(found: re.Match[str], least: bool) -> Count | None:
    if found["any"]:
        return Count("some", 1)
    if found["all"]:
        return Count("all")
    n = int(found["n"]) if found["n"].isdigit() else chinese_number(found["n"])
    if n is None:
        return None
    return Count("some", int(n), least or bool(found["least2"] or found["more"] or found["least"]))
