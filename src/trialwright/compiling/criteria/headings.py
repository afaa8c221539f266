"""Headings of eligibility texts: which lines begin the inclusions and which the exclusions.

Takes one line of folded text, gives the kind it announces and where the text behind the heading begins.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from trialwright.compiling.criteria.line import Kind


class Heading(NamedTuple):
    """A heading: the kind that it announces (None: eligibility at large), and where it ends in its line.

    `of` tells what stands below it: criteria of entry, what must be absent, or when somebody leaves.
    """

    kind: Kind
    end: int
    of: Literal["entry", "absence", "leaving"] = "entry"


_LEADS = (
    r"(?:key|main|major|general|principal|primary|patient|subject|participant|specific|study"
    r"|additional|common|selected|core|other|further|basic|overall|important|detailed|disease[- ]specific"
    r"|(?:part|cohort|arm|group|phase|stage|step) [0-9a-z]{1,3}[,:-]?)"
)
_LEAD = rf"(?:{_LEADS} ){{0,3}}"
_NAMED = re.compile(
    rf"[\s#*_\[(]*(?P<head>{_LEAD}(?:(?P<both>inclusions?(?:/| and | & )exclusions?)"
    r"|(?P<inc>inclusions?|eligibility)"
    r"|(?P<exc>exclusions?|non-inclusion|noninclusion|ineligibility))"
    r"(?: criteria| criterion)?|criteria for (?:(?P<inc2>inclusion|eligibility)|(?P<exc2>exclusion)))\b"
    r"(?P<tail>[^:.\n]{0,90}?)[\s*_\])]*(?P<colon>:|-(?= )|$)[*_ ]*",
    re.IGNORECASE,
)
_HAN_NUMBER = (
    r"[\s#*\[]*(?:\(?[一二三四五六七八九十0-9]{1,2}[,.)]{0,2} ?)?(?:主要|关键|受试者|患者|病例)?(?:的)?"
)
_HAN = re.compile(
    _HAN_NUMBER + r"(?:(?P<inc>入选|纳入|入组|入排)|(?P<exc>排除|剔除))"
    r"(?:(?:标准|条件)(?P<tail>[^:\n]{0,12}?)[\s*\]]*(?P<colon>:|$|(?= ?\(?1[,.)]))|[\s*\]]*(?::|$))[* ]*"
)
_LEAVING = (
    r"(?:withdrawal|discontinuation|termination|drop-?out|removal|stopping|exit|elimination|suspension)s?"
)
_LEAVE = re.compile(
    rf"[\s#*_\[(]*{_LEAD}(?:(?:early|premature|treatment) ){{0,2}}"
    rf"(?:{_LEAVING}(?:(?:/| / | and | or |, ?){_LEAVING}){{0,2}} (?:criteria|criterion|rules?)"
    rf"|criteria for (?:[a-z]+ )?{_LEAVING})\b[^:.\n]{{0,60}}(?::|$)",
    re.IGNORECASE,
)
_HAN_LEAVING = r"(?:退出|脱落|中止|终止|撤出|停药)"
_HAN_LEAVE = re.compile(
    _HAN_NUMBER + rf"(?:提前|中途)?(?:剔除[,和与及/或])?{_HAN_LEAVING}(?:研究|试验|治疗)?"
    rf"(?:(?:[,和与及/或]|以及){_HAN_LEAVING}(?:研究|试验|治疗)?){{0,2}}的?(?:标准|条件)[^:.\n]{{0,12}}(?::|$)"
)
_SENTENCE_LEAVE = re.compile(
    r"\b(?:will|must|should|shall|may|can) (?:be (?:withdrawn|removed|discontinued)|discontinue|withdraw)\b"
    r".{0,12}\b(?:study|trial)\b",
    re.IGNORECASE,
)
_SENTENCE_ABSENT = re.compile(
    r"\b(?:(?:must|should|shall|may|can) ?not|cannot) (?:have|be|suffer|meet|fulfill?|show|present|receive)\b"
    r"|\bnone of the following\b",
    re.IGNORECASE,
)
_SENTENCE_OUT = re.compile(
    r"\b(?:exclu(?:ded|sion|de)|ineligible|not eligible|not be eligible|not (?:be )?included)\b",
    re.IGNORECASE,
)
_SENTENCE_IN = re.compile(
    r"\b(?:eligible|inclusion|included|can participate|may participate)\b", re.IGNORECASE
)
# The headings of an old register; they say nothing of the kind.
_REGISTER = (
    r"(?:DISEASE CHARACTERISTICS|PATIENT CHARACTERISTICS|PRIOR CONCURRENT THERAPY|PROTOCOL ENTRY CRITERIA):"
)
REGISTER = re.compile(_REGISTER + " *")
_INLINE = re.compile(
    r"(?<=[.;)\]\s:])"
    r"(?=(?:Inclusion|Exclusion|INCLUSION|EXCLUSION) (?:Criteria|CRITERIA|criteria)\b[^\n:.]{0,40}:)"
    r"|(?:(?<=[.;:] )|(?<=[.;:]  ))(?=(?i:inclusions?|exclusions?) ?:)"
    r"|(?<=[.;\s])(?=(?:入选|纳入|排除)标准(?::| ?\(?1[,.)]))"
    r"|(?<=[.;] )(?=(?i:withdrawal|discontinuation|stopping|exit) (?i:criteria|rules) ?:)"
    rf"|(?<=\s)(?={_REGISTER})"
    r"|(?<=[.;\s])(?=(?:退出|脱落|中止|终止|剔除)标准:)"
    r"|(?:(?<=[.;])|(?<=[.;] ))(?=(?:入选|纳入|入组|排除) ?:)"
)
_LED = re.compile(rf"(?<![^\s.;:)\]]){_LEADS}(?: {_LEADS}){{0,2}} $", re.IGNORECASE)


_RELATIVE = re.compile(r"\b(?:who|that|which|whom|if|when|because)\b", re.IGNORECASE)
_COUNTING = re.compile(
    r"\b(?:(?:at least|at most|more than|fewer than|less than|any|exactly|only) )?"
    r"(?P<n>one|two|three|four|five|any|either|[1-9]|all|both)\b(?: \([1-9a-z]{1,5}\))?(?P<more> or more)?"
    r"(?: \([^)]{1,20}\))? (?:of|(?:the )?following|from)\b",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\W*(?:either|any|one)(?: of)?\W*", re.IGNORECASE)


def counts(text: str, kind: Kind) -> bool:
    """Whether an introduction says how many of the points below it are asked for.

    What every list of its kind says (all of the inclusions, any of the exclusions) is no count.

    >>> counts("At least one of the following:", "inclusion"), counts("Any of the following:", "exclusion")
    (True, False)
    """
    if kind != "exclusion" and _EITHER.fullmatch(text):
        return True
    for found in _COUNTING.finditer(text):
        every = found["n"].lower() in ("all", "both")
        some = found["n"].lower() in ("one", "any", "either", "1")
        if not (some if kind == "exclusion" else every):
            return True
    return False


def denies(text: str) -> bool:
    """Whether an introduction says that what stands below it must be absent."""
    found = _SENTENCE_ABSENT.search(text)
    # "Patients who cannot have surgery because of:" requires it.
    return found is not None and not _RELATIVE.search(text[: found.start()])


def breaks(plain: str) -> list[int]:
    """Where headings begin inside of lines, with the words that lead to them."""
    out: list[int] = []
    last = 0
    for found in _INLINE.finditer(plain):
        at = found.start()
        line = max(last, at - 80, plain.rfind("\n", last, at) + 1)
        if not plain[line:at].strip():
            # A heading at the start of its line keeps its indentation.
            last = at
            continue
        led = _LED.search(plain[line:at])
        last = line + led.start() if led is not None else at
        out.append(last)
        last = at
    return out


def find_heading(line: str, *, bullet: bool) -> Heading | None:
    """The heading that a line is or begins with, or None.

    >>> find_heading("Exclusion Criteria:", bullet=False)
    Heading(kind='exclusion', end=19, of='entry')
    >>> find_heading("Inclusion of a family member", bullet=False) is None
    True
    """
    text = line[:300]
    if not bullet and text.strip(" #*_:").lower() in ("criteria", "eligibility", "eligibility criteria"):
        return Heading(None, len(line))
    left = _LEAVE.match(text) or _HAN_LEAVE.match(text)
    if left is not None and (not bullet or left.end() >= len(line.rstrip())):
        return Heading("exclusion", left.end(), "leaving")
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
    if _SENTENCE_LEAVE.search(text):
        return Heading("exclusion", len(line), "leaving")
    if _SENTENCE_OUT.search(text):
        # "Excluded if two or more of these apply": the sentence is needed to read what stands below it.
        return Heading("exclusion", 0 if counts(text, "exclusion") else len(line))
    if denies(text):
        return Heading("exclusion", len(line), "absence")
    if _SENTENCE_IN.search(text) and len(line.split()) <= 14:
        return Heading("inclusion", len(line))
    return None
