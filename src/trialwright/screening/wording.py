"""What would settle an unknown, in words: the `needed` column of the verdict table."""

from __future__ import annotations

import re
from datetime import date

from trialwright.model.expression import Attestation
from trialwright.model.period import Period
from trialwright.model.window import Window
from trialwright.screening.atoms import AnyWindow
from trialwright.screening.windows import DateWindow

_NAMES = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_ABOUT = {
    "consent": "informed consent",
    "willingness": "the person's willingness",
    "capacity": "an assessment of capacity",
    "investigator_judgement": "the investigator's judgement",
    "plan": "the plan of treatment",
    "documentation": "the documents",
}
_PART = re.compile(r"([0-9]+)([YMWD])")


def spell_out(period: Period) -> str:
    """A calendar duration in words.

    >>> spell_out(Period("P1Y6M"))
    '1 year 6 months'
    """
    parts = [(int(n), _NAMES[letter]) for n, letter in _PART.findall(str(period).partition("T")[0])]
    return " ".join(f"{n} {name}{'' if n == 1 else 's'}" for n, name in parts if n) or str(period)


def result(what: str, window: AnyWindow, reach: Period | None, day: date, stated: Window | None) -> str:
    """The result that is asked for, and when: `lactate within 90 days before 2024-08-31`."""
    if not isinstance(window, DateWindow):
        event = stated.event if stated else None
        return f"{what} around {event.name or event.text if event else 'the event'}"
    if reach is not None and reach.longest > 0 and window.first is not None and window.last == day:
        return f"{what} within {spell_out(reach)} before {day}"
    if window.first is None:
        return f"{what} up to {window.last}"
    return f"{what} between {window.first} and {window.last}"


def attestation(leaf: Attestation) -> str:
    """What somebody must say or sign."""
    return _ABOUT[leaf.about]


def unparsed(text: str) -> str:
    """The words that nobody could compile, cut short."""
    words = " ".join(text.split())
    return f"a reading of: {words if len(words) <= 80 else words[:77] + '...'}"
