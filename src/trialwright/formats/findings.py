"""What an abstract reports as found: each statement in its words, with its figures.

Takes the English text behind the sentence that tells who took part, states reported results. The
figures are kept as written; a Chinese half that has the same figures is a second witness to them.
"""

from __future__ import annotations

import re

from trialwright.formats.draft import Draft
from trialwright.formats.prose import PROSE_AT_MOST, sentences
from trialwright.model.source import Span

# A P value, a ratio, a share, a change from one number to another, a mean with its spread.
FIGURE = re.compile(
    r"(?P<p>[Pp]\s*(?:-?value)?\s*(?P<sign>[=<>≤≥＝＜＞])\s*(?P<pn>\.?\d[\d.]{0,12}))|"
    r"(?P<ratio>\b(?:HR|OR|RR)\b\s*[,:=]?\s*(?P<rn>\d+(?:\.\d+)?))|(?P<share>(?P<sn>\d+(?:\.\d+)?)\s*(?:%|"
    r"％|percent\b))|"
    r"\bfrom\s+(?P<change>\d[\d.,]{0,12}\s+to\s+\d[\d,]{0,12}(?:\.\d+)?)|"
    r"(?P<mean>\d+(?:\.\d+)?\s*±\s*\d+(?:\.\d+)?)"
)
_VERB = re.compile(
    r"\s+(?:(?:was|were|had|did|have|has|has been)\b|tolerated|increased|decreased|reduced|improved|"
    r"restored|rose|fell|"
    r"declined|recovered|survived|died|occurred|achieved|developed|remained|showed|preferentially|"
    r"significantly|markedly|"
    r"also|efficiently)\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\b(?:tolerated|increased|decreased|reduced|reduction|improved|restored|rose|fell|declined|recovered|"
    r"survived|died|"
    r"occurred|achieved|developed|remained|had|did not|there (?:was|were)|no (?:significant )?differences?|"
    r"associated with|"
    r"higher|lower|greater|fewer|longer|shorter|followed|found|showed|observed|was|were)\b",
    re.IGNORECASE,
)
_METHOD = re.compile(
    r"\b(?:were|was) (?:administered|treated|monitored|assigned|given|randomi[sz]ed|allocated|enrolled|"
    r"included|infused|"
    r"measured|assessed|recruited|collected|evaluated|defined|calculated|cultured|isolated)\b|"
    r"\bwe (?:tested|evaluated|compared|aimed|assessed|investigated|report|compare|looked|infused|added|"
    r"enrolled|measured)\b|"
    r"\b(?:aim|purpose|objective|goal|end ?points?) (?:was|were|is|of)\b|\breceived\b|\bwill\b|\bevaluated\b",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"\b(?:suggest|should|may|might|could|can|are safe|is safe|further (?:trials|studies)|conclu)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:;\s+|,\s+and\s+|,\s+but\s+|,\s+whereas\s+)(?=[A-Za-z])")
_MOST = 60


def state_findings(draft: Draft, start: int, end: int) -> None:
    """State each finding between two positions as a reported result."""
    for place in sentences(draft.text, start, min(end, start + PROSE_AT_MOST)):
        words = draft.text[place[0] : place[1]]
        if draft.count("reported_results") >= _MOST:
            return
        figures = FIGURE.search(words)
        if len(words) > 1500 or not (figures or _RESULT.search(words)):
            continue
        if (_METHOD.search(words) or _OPINION.search(words)) and not re.search(r"[Pp]\s*[=<>]", words):
            continue
        if not figures and not re.search(
            r"\b(?:there (?:was|were)|no|not|all|well|increased|decreased|improved|restored|reduction|"
            r"associated)\b",
            words,
            re.IGNORECASE,
        ):
            continue
        for clause in _clauses(draft.text, place):
            _state_finding(draft, clause)


def _clauses(text: str, place: Span) -> list[Span]:
    """The sentence, or its halves where each has figures of its own."""
    for cut in _CLAUSE.finditer(text, *place):
        left, right = (place[0], cut.start()), (cut.end(), place[1])
        if FIGURE.search(text, *left) and FIGURE.search(text, *right) and _VERB.search(text, *right):
            return [left, *_clauses(text, right)]
    return [place]


def _state_finding(draft: Draft, place: Span) -> None:
    words = draft.text[place[0] : place[1]]
    verb = _VERB.search(words)
    length = verb.start() if verb and 3 <= verb.start() <= 90 else 0
    if not length or re.fullmatch(
        r"(?:there|these|this|it|they|all|we|all patients|both groups)", words[:length], re.IGNORECASE
    ):
        length = len(words) if len(words) <= 90 else words.rfind(" ", 0, 90)
    measure = words[:length].rstrip(" ,;:")
    named = (place[0], place[0] + len(measure))
    figures = list(FIGURE.finditer(words))[:20]
    for position, figure in enumerate(figures or [None]):
        result = f"reported_results[{draft.count('reported_results')}]"
        draft.state(f"{result}.measure", measure + _suffix(figure), named, 0.7)
        # Each figure has the words that lead up to it, the last one the whole clause: no two are the same.
        end = place[1] if figure is None or position == len(figures) - 1 else place[0] + figure.end()
        draft.state(f"{result}.text", draft.text[place[0] : end], (place[0], end), 0.9)
        if figure is not None:
            span = (place[0] + figure.start(), place[0] + figure.end())
            draft.state(f"{result}.value", figure_value(figure), span, 0.9)


def _suffix(figure: re.Match[str] | None) -> str:
    """What kind of number the value is, where it is not the measure itself."""
    if figure is None or figure["change"] or figure["mean"]:
        return ""
    if figure["share"]:
        return " (%)"
    return f" (P {figure['sign']})" if figure["p"] else f" ({figure['ratio'][:2]})"


def figure_value(figure: re.Match[str]) -> str:
    """The number of a figure as a decimal string: `P = .015` is 0.015; a change keeps its two numbers."""
    number = figure["pn"] or figure["rn"] or figure["sn"]
    if number is None:
        return " ".join((figure["change"] or figure["mean"]).split())
    number = number.rstrip(".")
    return "0" + number if number.startswith(".") else number
