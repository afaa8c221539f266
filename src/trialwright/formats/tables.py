"""Rows of tables whose cells were glued together when a page was copied, cut apart again.

Takes a row of text and what is known from the rest of the page (names of interventions, words with
digits such as "CD4"), gives the places of its cells. A row that can be cut two ways is not cut.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from msgspec import Struct

# The longest description of an arm has a few thousand characters; what is longer is no row.
_LONGEST_ROW = 12_000


class ArmCut(Struct, frozen=True):
    """Where the name of the intervention stands in a row of group, intervention and description."""

    start: int
    end: int
    name: str


_UNIT = r"(?:years?|yrs?|months?|mos?|weeks?|wks?|days?|hours?|hrs?|h|minutes?|mins?|cycles?|visits?)"
_NUMBER_WORD = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|"
    "thirty|sixty|ninety)"
)
_SPAN_WORD = (
    r"(?:Baseline|Up to|Upto|Between|From|Through|Throughout|Within|At|Every|After|Before|Prior to|During|"
    r"Until|"
    r"Immediately|Day|Days|Week|Weeks|Month|Months|Year|Years|Hour|Hours|Visit|Cycle|Pre|Post|Weekly|Daily|"
    r"Monthly|"
    r"Yearly|Annually|Time|Assessed|Approximately|Approx|Average|An average|Average of|Screening|Enrollment|"
    r"Randomization|Admission|Discharge|Perioperative|Intraoperative|Postoperative|Preoperative|In|On|For|"
    r"Over|"
    r"Duration|First|Last|Each|T0|D0|D\d{1,3}|W\d{1,3}|M\d{1,2}|[Nn]ot specified)"
)
# A cell that begins with a figure: "72 weeks", "1week, 4weeks", "28-day", "0, 4, and 12 weeks".
_BY_FIGURE = re.compile(
    r"(?P<digits>\d{1,5})(?:\.\d)?(?:\s*(?:,|-|–|to|and|or|&|/|"
    r"±)\s*(?:and\s*)?\d{1,4}(?:\.\d)?){0,20}(?:st|nd|rd|th)?"
    rf"\s*[-–]?\s*{_UNIT}(?![a-z])",
    re.IGNORECASE,
)
_BY_NUMBER_WORD = re.compile(rf"(?:{_NUMBER_WORD}|{_NUMBER_WORD.title()})[\s-]+{_UNIT}\b", re.IGNORECASE)
_BY_CAPITAL = re.compile(rf"(?<=[a-z)\]%.0-9A-Z]){_SPAN_WORD}\b(?![-a-z])")
_BY_SMALL = re.compile(
    r"(?<=[a-z)\]])(?:weekly|daily|monthly|yearly|annually|baseline\b|up to (?=\d|one|two|three|the)|"
    r"within (?=\d|one|two|three|the)|from (?=baseline|day|the|\d)|(?:day|week|month|year|visit)s? (?=\d)|"
    r"(?:at|after|during|through|until|before|every) (?=\d|baseline|the |day |week |month |one |two |"
    r"three |six ))"
)
# Words that end in a figure and stand before a time without a blank: CD4|72 weeks.
_ENDS_IN_FIGURE = re.compile(
    r"(?:CD|IL-?|Th|FEV|FVC|SF-|PHQ-|GAD-|QLQ-C|PROMIS-|COVID-|SARS-CoV-|HbA|PASI|ACR|PCL-|NRS-|VAS|"
    r"T)\d{1,2}$"
)
_GLUE_BEFORE = re.compile(r"[^\s(\[{/+\-–,;:&]")
_FIGURE_WORD = re.compile(r"[A-Za-z][A-Za-z\-]{0,12}\d{1,3}(?![\w])")


def cut_arm_row(row: str, names: Collection[str]) -> ArmCut | None:
    """Where in "label|intervention|description" a known intervention stands, or None.

    >>> cut_arm_row("Arm ADrug XDrug X once a day", ["Drug X"])
    ArmCut(start=5, end=11, name='Drug X')
    """
    if len(row) > _LONGEST_ROW:
        return None
    best: tuple[int, int, ArmCut] | None = None
    folded_row = _fold(row)
    for name in names:
        folded = _fold(name)
        at = folded_row.find(folded, 1) if folded else -1
        while at > 0:
            end = at + len(folded)
            score = _fits(row, at, end, exact=row[at:end] == name)
            cut = ArmCut(at, end, name)
            if score > 0 and (best is None or (score, len(name), -at) > (best[0], best[1], -best[2].start)):
                best = (score, len(name), cut)
            at = folded_row.find(folded, at + 1)
    return best[2] if best else None


def _fits(row: str, start: int, end: int, *, exact: bool) -> int:
    """How well a place looks like a cell: glued to what is before and after it."""
    if not _GLUE_BEFORE.match(row[start - 1]):
        return 0
    after = row[end : end + 2]
    if after[:1].isspace() or (after[:1].islower() and row[end - 1].isalpha()):
        return 0
    score = 4 if exact else 2
    if not after or after[0].isupper() or after[0].isdigit():
        score += 2
    # "CellsCells: ..." : a label that equals the name says that this is the second cell.
    if _fold(row[:start]) == _fold(row[start:end]):
        score += 3
    return score


def _fold(text: str) -> str:
    """Lower case and half-width brackets, every character still at its place."""
    return "".join(_HALF.get(c, c.lower() if len(c.lower()) == 1 else c) for c in text)


_HALF = {"（": "(", "）": ")", "，": ",", "：": ":", "＋": "+", "－": "-", "–": "-", "—": "-", "\u00a0": " "}


def figure_words(text: str) -> frozenset[str]:
    """Words of a text that end in a figure: CD4, IL-6, COVID-19."""
    return frozenset(m.group() for m in _FIGURE_WORD.finditer(text))


def cut_outcome_row(row: str, words: Collection[str] = ()) -> int | None:
    """Where the time frame begins in a row of measure and time frame, or None when none is glued on.

    `words` are words with figures seen elsewhere on the page.

    >>> cut_outcome_row("Liver function72 weeks"), cut_outcome_row("Relapse at 2 years")
    (14, None)
    >>> cut_outcome_row("Change of CD4Week 12"), cut_outcome_row("CD472 weeks", ["CD4"])
    (13, 3)
    """
    if len(row) > _LONGEST_ROW:
        return None
    places = []
    for match in _BY_FIGURE.finditer(row):
        start = match.start()
        if (start and row[start - 1] not in " \t(-–/,+&.~≥≤<>=") or (
            start > 1 and row[start - 1] == "." and row[start - 2].isalpha()
        ):
            places.append(_after_figure_word(row, start, match.end("digits"), words))
        elif start and row[start - 1] in "-–":
            split = _after_figure_word(row, start, match.end("digits"), words)
            if split != start:
                places.append(split)
    if not places:
        places = [
            m.start() for m in _BY_CAPITAL.finditer(row) if m.start() and not row[m.start() - 1].isspace()
        ]
        places = [p for p in places if not _inside_word(row, p)]
    places += [
        m.start() for m in _BY_NUMBER_WORD.finditer(row) if m.start() and row[m.start() - 1] not in " \t(-/,"
    ]
    if not places:
        places = [m.start() for m in _BY_SMALL.finditer(row)]
    return min(places, default=None)


def _inside_word(row: str, place: int) -> bool:
    """Whether a capital starts no new cell: the T0 of "mT0", the D of an abbreviation in capitals."""
    before = row[place - 1]
    word = re.match(r"[A-Za-z]+\d*", row[place:])
    return bool(before.isupper() and word and (word.group().isupper() or len(word.group()) < 3))


def _after_figure_word(row: str, start: int, end: int, words: Collection[str]) -> int:
    """The start of the time frame, where the first figures may belong to a word such as CD4."""
    head = re.search(r"[A-Za-z][A-Za-z\-]{0,12}$", row[max(0, start - 16) : start])
    if head is None:
        return start
    # All figures may belong to the word only where a capital shows that a cell begins: "CD4|Week 12".
    last = end + 1 if row[end : end + 1].isupper() else end
    for cut in range(start + 1, last):
        word = head.group() + row[start:cut]
        if word in words or (
            (_ENDS_IN_FIGURE.fullmatch(word) and row[start - 1].isupper()) or word == "COVID-19"
        ):
            return cut
    return start
