"""Limits of age on pages of the Chinese registry: side, number and unit, each in Chinese and English.

Takes the lines under the label, states both limits; the site puts them into one cell or into three.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trialwright.formats.draft import Draft
from trialwright.formats.lines import Line, extent
from trialwright.model.source import Span

_AGE = re.compile(
    r"(?P<side>最小|最大|Min|Max)[^\d]{0,20}(?P<number>\d{1,3})\s*(?P<unit>岁|个?月|周|天|years?|months?|weeks?|days?)?",
    re.IGNORECASE,
)
_SIDE = re.compile(r"(最小|最大|(?<!最小 )(?<!最小)Min|(?<!最大 )(?<!最大)Max)")
_NUMBER = re.compile(r"\d{1,3}")
_UNIT = re.compile(
    r"(岁|个?月|周|天|(?<![岁月周天] )(?<![岁月周天])(?:years?|months?|weeks?|days?))", re.IGNORECASE
)
_UNITS = {"岁": "a", "y": "a", "月": "mo", "个": "mo", "m": "mo", "周": "wk", "w": "wk", "天": "d", "d": "d"}


def state_ages(draft: Draft, lines: Sequence[Line]) -> None:
    """Both limits, "最小 Min age 18 岁 years" on a line each or in cells of their own."""
    if not lines:
        return
    start, end = extent(lines[:12])
    end = min(end, start + 500)
    # Both sides, both numbers and both units may stand in cells of their own.
    words = "".join(line.text for line in lines[:12])[:500]
    sides, numbers, units = (form.findall(words) for form in (_SIDE, _NUMBER, _UNIT))
    if len(sides) == len(numbers) == 2 and re.search(r"[^\d]*(?:最大|Max)", words[: words.index(numbers[0])]):
        places = [m.span() for m in _NUMBER.finditer(draft.text, start, end)][:2]
        told = units if len(units) == 2 else units[:1] * 2 or ["", ""]
        for side, place, unit in zip(sides, places, told, strict=False):
            _state_age(draft, side, draft.text[place[0] : place[1]], unit, place)
        return
    for match in _AGE.finditer(draft.text, start, end):
        _state_age(
            draft, match["side"], match["number"], match["unit"] or "", (match.start("number"), match.end())
        )


def _state_age(draft: Draft, words: str, number: str, unit: str, span: Span) -> None:
    side = "minimum" if words.casefold() in ("最小", "min") else "maximum"
    if side == "maximum" and number == "0":
        draft.lack(f"eligibility.{side}_age", "not_applicable")
    elif not draft.holds(f"eligibility.{side}_age"):
        value = {"value": number, "unit": _UNITS.get((unit or "y")[0].lower(), "a")}
        draft.state(f"eligibility.{side}_age", value, span)
