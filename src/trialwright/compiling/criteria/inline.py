"""Points that stand in one paragraph of an eligibility text: "1. gout 2. asthma", dots, labels of a register.

Takes folded text and where a paragraph stands in it, gives the places of its points.
"""

from __future__ import annotations

import re

_NUMBERED = re.compile(
    r"(?:(?<=[\s.;,)])|^)\(?(?P<n>[0-9]{1,2})[.)](?=\s+\S|[A-Z\u3400-\u9fff]|(?<=\))[0-9]+[\u3400-\u9fff])"
)
_DOTTED = re.compile(r"(?:(?<=\s)|^)[•●▪■](?=\s*\S)")
_LABELLED = re.compile(
    r"(?:(?<=[\s.])|^)(?=(?:Age|Sex|Menopausal\s+status|Performance\s+status|Life\s+expectancy|Hematopoietic|Renal"
    r"|Hepatic|Cardiovascular|Pulmonary|Immunologic|Neurologic|Other|Biologic\s+therapy|Chemotherapy"
    r"|Endocrine\s+therapy|Radiotherapy|Surgery):)"
)
_DASHED = re.compile(r"(?:(?<=\s\s)|(?<=[.;] )|^)-(?=\s+\S)")


def points_of(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    """Points that stand in one paragraph: 1. 2. 3., or dots."""
    text = plain[start:end]
    found: list[tuple[int, int]] = []
    expected = 1
    for mark in _NUMBERED.finditer(text):
        if int(mark["n"]) == expected:
            found.append((mark.start(), mark.end()))
            expected += 1
    if len(found) < 2 or found[0][0] > 120:
        for pattern in (_DOTTED, _DASHED, _LABELLED):
            found = [(m.start(), m.end()) for m in pattern.finditer(text)]
            if len(found) > 1 and found[0][0] < 3:
                break
        else:
            return []
    ends = [f[0] for f in found[1:]] + [len(text)]
    return [(start + f[1], start + e) for f, e in zip(found, ends, strict=True)]
