"""Headings of eligibility texts: which lines begin the inclusions and which the exclusions.

Takes one line of folded text, gives the kind it announces and where the text behind the heading begins.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from trialwright.compiling.criteria.line import Kind


class Heading(NamedTuple):
    """A heading: the kind that it announces (None: eligibility at large), and where it ends in its line."""

    kind: Kind
    end: int


_LEAD = (
    r"(?:(?:key|main|major|general|principal|primary|patient|subject|participant|specific|study"
    r"|additional|common|selected|core) ){0,3}"
)
_NAMED = re.compile(
    rf"[\s#*_\[(]*(?P<head>{_LEAD}(?:(?P<both>inclusion(?:/| and | & )exclusion)"
    r"|(?P<inc>inclusion|eligibility)"
    r"|(?P<exc>exclusion|non-inclusion|noninclusion|ineligibility))"
    r"(?: criteria| criterion)?|criteria for (?:(?P<inc2>inclusion|eligibility)|(?P<exc2>exclusion)))\b"
    r"(?P<tail>[^:.\n]{0,90}?)[\s*_\])]*(?P<colon>:|-(?= )|$)[*_ ]*",
    re.IGNORECASE,
)
_HAN = re.compile(
    r"[\s#*\[]*(?:[一二三四五0-9][,.]?)?(?:主要)?(?:"
    r"(?P<inc>入选|纳入|入组|入排|受试者入选|患者入选|病例入选)|(?P<exc>排除|剔除))(?:标准|条件)"
    r"(?P<tail>[^:\n]{0,12}?)[\s*\]]*(?P<colon>:|$)[* ]*"
)
_SENTENCE_OUT = re.compile(
    r"\b(?:exclu(?:ded|sion|de)|ineligible|not eligible|not be eligible|not (?:be )?included)\b",
    re.IGNORECASE,
)
_SENTENCE_IN = re.compile(
    r"\b(?:eligible|inclusion|included|can participate|may participate)\b", re.IGNORECASE
)
INLINE = re.compile(
    r"(?<=[.;)\]\s:])"
    r"(?=(?:Inclusion|Exclusion|INCLUSION|EXCLUSION) (?:Criteria|CRITERIA|criteria)\b[^\n:.]{0,40}:)"
    r"|(?<=[.;\s])(?=(?:入选|纳入|排除)标准:)"
)


def find_heading(line: str, *, bullet: bool) -> Heading | None:
    """The heading that a line is or begins with, or None.

    >>> find_heading("Exclusion Criteria:", bullet=False)
    Heading(kind='exclusion', end=19)
    >>> find_heading("Inclusion of a family member", bullet=False) is None
    True
    """
    text = line[:300]
    if not bullet and text.strip(" #*_:").lower() in ("criteria", "eligibility", "eligibility criteria"):
        return Heading(None, len(line))
    han = _HAN.match(text)
    if han:
        return Heading("exclusion" if han["exc"] else "inclusion", han.end())
    named = _NAMED.match(text)
    if named:
        colon, tail = named["colon"], named["tail"].strip()
        criteria = "criteri" in named["head"].lower()
        if (
            colon == ":"
            or (not tail and (criteria or not bullet))
            or (criteria and colon == "-")
            or (criteria and tail.startswith("(") and tail.endswith(")"))
        ):
            kind: Kind = "exclusion" if named["exc"] or named["exc2"] else "inclusion"
            if named["both"]:
                kind = None
            end = named.end()
            return Heading(kind, end)
    if bullet or not line.rstrip(" *_").endswith((":", ":-")) or len(line.split()) > 22:
        return None
    if _SENTENCE_OUT.search(text):
        return Heading("exclusion", len(line))
    if _SENTENCE_IN.search(text) and len(line.split()) <= 14:
        return Heading("inclusion", len(line))
    return None
