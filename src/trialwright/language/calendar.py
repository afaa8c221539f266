"""Dates as people write them, in figures and words, English and Chinese, with the precision they have.

Takes words, gives `PartialDate`s of the model. Nothing is completed: "June 2016" has no day, and a
date that could be read two ways (03/04/2016) is refused.
"""

from __future__ import annotations

import re

from msgspec import Struct

from trialwright.errors import IllegalValue
from trialwright.model.dates import PartialDate

_MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|"
        "september sept sep|october oct|november nov|december dec".split("|"),
        start=1,
    )
    for name in names.split()
}
_MONTH = (
    r"(?P<{0}>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR = r"(?P<{0}>(?:18|19|20)\d{{2}})"
_DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_FORMS = (
    # 2016-06-01, 2016/6/1, 2016.06.01, 2016-06
    _YEAR.format("y1") + r"(?P<sep>[-/.])(?P<m1>[01]?\d)(?:(?P=sep)(?P<d1>[0-3]?\d))?(?![\d-])",
    # 2016年6月1日
    _YEAR.format("y2") + r"\s?年(?:\s?(?P<m2>[01]?\d)\s?月(?:\s?(?P<d2>[0-3]?\d)\s?[日号])?)?",
    # 2013 May 15
    _YEAR.format("y3") + r"\s+" + _MONTH.format("n3") + r"(?:\s+" + _DAY.format("d3") + r"(?![\d:]))?",
    # 1 June 2016
    _DAY.format("d4") + r"[\s-]+(?:of\s+)?" + _MONTH.format("n4") + r",?[\s-]+" + _YEAR.format("y4"),
    # June 1, 2016 and June 2016
    _MONTH.format("n5") + r",?\s+(?:" + _DAY.format("d5") + r",?\s+)?" + _YEAR.format("y5"),
    # 31/12/2016 where only one reading exists
    r"(?P<a6>[0-3]?\d)(?P<sep6>[-/.])(?P<b6>[0-3]?\d)(?P=sep6)" + _YEAR.format("y6"),
)
_DATE = re.compile(r"(?<![\w.])(?:" + "|".join(f"(?:{form})" for form in _FORMS) + r")(?!\d)", re.IGNORECASE)
_YEAR_ALONE = re.compile(r"(?:18|19|20)\d{2}")
_KIND = re.compile(
    r"\b(?:(?P<ESTIMATED>estimated|anticipated|expected|planned)|(?P<ACTUAL>actual))\b", re.IGNORECASE
)
# What programs write when they know no date: the Unix epoch, the day before it, spreadsheet zero.
_SENTINELS = frozenset(
    {
        "1969-12-31",
        "1970-01-01",
        "1900-01-01",
        "1900-01-00",
        "1899-12-30",
        "1899-12-31",
        "1753-01-01",
        "0001-01-01",
    }
)


class FoundDate(Struct, frozen=True, kw_only=True):
    """A date in a text and where its words stand."""

    date: PartialDate
    start: int
    end: int


def find_dates(text: str, start: int = 0, end: int | None = None) -> tuple[FoundDate, ...]:
    """All dates between two positions of a text that have at least a month, or 年, in order.

    >>> [f.date.value for f in find_dates("from May 2013 to 2 June 2014, not 03/04/2015")]
    ['2013-05', '2014-06-02']
    """
    found = []
    for match in _DATE.finditer(text, start, len(text) if end is None else end):
        date = _of_match(match)
        if date is not None:
            found.append(FoundDate(date=date, start=match.start(), end=match.end()))
    return tuple(found)


def read_date(text: str) -> PartialDate | None:
    """The date that the whole text is, "(Actual)" and "Anticipated" included, or None when it is none.

    >>> read_date("June 2016 (Anticipated)")
    PartialDate(value='2016-06', precision='month', kind='ESTIMATED')
    >>> read_date("03/04/2016") is None
    True
    """
    kind = _KIND.search(text)
    plain = _KIND.sub("", text).strip(" \t()[],;:.") if kind else text.strip()
    match = _DATE.fullmatch(plain)
    date = _of_match(match) if match else None
    if date is None and _YEAR_ALONE.fullmatch(plain):
        date = PartialDate(value=plain, precision="year")
    if date is None or kind is None:
        return date
    return PartialDate(
        value=date.value, precision=date.precision, kind="ACTUAL" if kind["ACTUAL"] else "ESTIMATED"
    )


def is_sentinel_date(text: str) -> bool:
    """Whether a date is one that programs write when they know none.

    >>> is_sentinel_date("1969-12-31"), is_sentinel_date("2016-06-01")
    (True, False)
    """
    return text.strip()[:10] in _SENTINELS


def _of_match(match: re.Match[str]) -> PartialDate | None:
    groups = {k: v for k, v in match.groupdict().items() if v is not None}
    year = next(v for k, v in groups.items() if k[0] == "y")
    month: int | None = None
    day: int | None = None
    if "a6" in groups:
        first, second = int(groups["a6"]), int(groups["b6"])
        # 31/12 and 12/31 have one reading each; 03/04 has two, 04/04 has two that agree.
        if first == second or second > 12:
            month, day = first, second
        elif first > 12:
            month, day = second, first
        else:
            return None
    else:
        for key, value in groups.items():
            if key[0] == "m":
                month = int(value)
            elif key[0] == "n":
                month = _MONTHS[value.lower().rstrip(".")]
            elif key[0] == "d":
                day = int(value)
    return _build(year, month, day)


def _build(year: str, month: int | None, day: int | None) -> PartialDate | None:
    try:
        if month is None:
            return PartialDate(value=year, precision="year")
        if day is None:
            return PartialDate(value=f"{year}-{month:02}", precision="month")
        return PartialDate(value=f"{year}-{month:02}-{day:02}", precision="day")
    except IllegalValue:
        return None
