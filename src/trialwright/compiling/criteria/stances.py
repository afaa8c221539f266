"""How a header stands to its points: "must not have any of the following" denies them, 无下列情况 does too.

Takes the words of a header in lower case; says whether none of the points may hold, whether who meets one is
kept out, or that the header denies something and it stays open what.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from trialwright.compiling.criteria.words import words

Stance = Literal["none", "barred", "open"]
_WORD = re.compile(r"[a-z']+|[^\sa-z',:;.()-]")
_HAN_NONE = re.compile(
    r"(?:所有)?(?:患者|受试者)?(?:必须|须|需|应|应当)?"
    r"(?:无|没有|不得有|不能有|不应有|不存在|不合并|不伴有|未合并|未患有|不得存在|不符合(?=.*(?:任何|任一|任意)))"
    r"(?:符合|以下|下列|下述|如下|任何|任意|任一|一项|一种|之一|情况|情形|疾病|条件|标准|病史|者|的)*"
)
_HAN_DENIES = re.compile(r"不(?![全良稳孕足适耐])|无(?!创|症状|菌)|未(?!成年|婚)|没有|排除|禁止|除外")


@lru_cache(maxsize=1 << 12)
def stance_of(text: str) -> Stance | None:
    """What a header says of its points; nothing where it denies nothing.

    >>> stance_of("patients must not have any of the following"), stance_of("the following are ineligible")
    ('none', 'barred')
    >>> stance_of("not having failed all of the following"), stance_of("any of the following")
    ('open', None)
    """
    if _HAN_DENIES.search(text):
        return "none" if _HAN_NONE.fullmatch(text.replace(" ", "").strip(":,;")) else "open"
    said = _WORD.findall(text)
    denied = [w for w in said if w in words("stance_denying") or w.endswith("n't")]
    barred = [w for w in said if w in words("stance_barring")]
    permitted = any(w in words("stance_permitting") for w in said)
    if not denied and not barred:
        return None
    known = words("count_lead") | words("count_rest") | words("stance_known")
    known |= words("stance_denying") | words("stance_barring") | words("stance_permitting")
    if len(denied) + len(barred) > 1 or not set(said) <= known:
        return "open"
    if barred or permitted:
        return "barred"
    return "none"
