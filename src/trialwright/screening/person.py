"""One person's record as the reference engine sees it: rows up to the index date, sex, birth, declared lists.

Rows dated after the index date do not exist; everything here is by calendar date and wall clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from trialwright.model.dates import completed_years
from trialwright.model.logic import Answer
from trialwright.model.period import Period
from trialwright.screening.atoms import AnyWindow, ListName
from trialwright.screening.codes import BIRTH, DEATH, MEDICATION_LIST, PROBLEM_LIST, CodeSet
from trialwright.screening.options import ScreeningOptions
from trialwright.screening.windows import DateWindow, possible_births, window_around

_LISTS: dict[ListName, str] = {"problems": PROBLEM_LIST, "medication": MEDICATION_LIST}
_SEX_CODES = {"SEX:F": "F", "SEX:FEMALE": "F", "SEX:M": "M", "SEX:MALE": "M"}


class Row(NamedTuple):
    """One row of the table; `code` in its plain spelling."""

    code: str
    time: datetime | None
    number: float | None
    text: str | None
    unit: str | None
    end: datetime | None
    ref_low: float | None
    ref_high: float | None

    @property
    def day(self) -> date | None:
        """The date of the row."""
        return self.time.date() if self.time else None

    @property
    def last_day(self) -> date | None:
        """The date on which it ended, where that is recorded."""
        return self.end.date() if self.end else None


class LeafAnswer(NamedTuple):
    """The answer of a leaf, and value, unit and time of the row that decided it, and that row."""

    answer: Answer
    value: str | None = None
    unit: str | None = None
    time: str | None = None
    row: Row | None = None


def number_text(number: float) -> str:
    """A number as a source gives it: without a fraction of nought."""
    return repr(number).removesuffix(".0")


def shown_by(answer: Answer, row: Row | None, *, by_text: bool = False) -> LeafAnswer:
    """The answer with what its row says; `by_text` where the text was read and not the number."""
    if row is None:
        return LeafAnswer(answer)
    value = row.text if by_text or row.number is None else number_text(row.number)
    return LeafAnswer(answer, value, row.unit, row.time.isoformat() if row.time else None, row)


def _printed(row: Row) -> tuple[str, str]:
    """What a row shows, for an order that does not depend on the order of the table."""
    return (row.text or "") if row.number is None else number_text(row.number), row.unit or ""


class Person:
    """A person's rows by code, up to the index date."""

    def __init__(self, rows: Iterable[Row], day: date, options: ScreeningOptions) -> None:
        self.day = day
        self.options = options
        self.by_code: dict[str, list[Row]] = {}
        self._births: set[tuple[date, date]] = set()
        self._birth_rows: list[Row] = []
        for row in rows:
            if row.code == BIRTH:
                born = possible_births(row.day, row.text)
                if born:
                    self._births.add(born)
                    self._birth_rows.append(row)
                continue
            if row.time is None or row.time.date() <= day:
                self.by_code.setdefault(row.code, []).append(row)

    @property
    def is_deceased(self) -> bool:
        """Whether a death is recorded, undated or up to the index date."""
        return DEATH in self.by_code

    def rows(self, codes: CodeSet) -> list[Row]:
        """All rows of a concept."""
        if not codes.prefixes:
            return [row for code in codes.exact for row in self.by_code.get(code, ())]
        return [row for code, rows in self.by_code.items() if code in codes for row in rows]

    @property
    def sexes(self) -> frozenset[str]:
        """The recorded sexes: none, one, or two that contradict each other."""
        return frozenset(_SEX_CODES[code] for code in self.by_code if code in _SEX_CODES)

    @property
    def birth(self) -> tuple[date, date] | None:
        """The earliest and latest possible birthday, where exactly one birth is recorded."""
        return next(iter(self._births)) if len(self._births) == 1 else None

    @property
    def birth_row(self) -> Row | None:
        """The row that says so."""
        rows = self._birth_rows
        return (
            min(rows, key=lambda r: (r.time is None, r.time or datetime.min, r.text or "", *_printed(r)))
            if rows
            else None
        )

    @property
    def has_conflicting_birth(self) -> bool:
        """Two different birth dates, or one after the index date."""
        return len(self._births) > 1 or any(first > self.day for first, _ in self._births)

    @property
    def cannot_be_pregnant(self) -> bool:
        """Recorded male, or known to be aged 60 or over."""
        if self.sexes == {"M"}:
            return True
        return (
            self.birth is not None
            and not self.has_conflicting_birth
            and all(b <= self.day and completed_years(b, self.day) >= 60 for b in self.birth)
        )

    def has_complete(self, name: ListName) -> bool:
        """Whether the source declares this list complete, at most a year before the index date."""
        since = Period("-P1Y").from_day(self.day)
        return any(
            (row.text or "").strip().lower() == "complete" and (row.day is None or row.day >= since)
            for row in self.by_code.get(_LISTS[name], ())
        )

    def window(self, window: AnyWindow) -> DateWindow | None:
        """The dates of a window for this person; None when its event never happened."""
        if isinstance(window, DateWindow):
            return window
        days = [row.day for row in self.rows(window.event) if row.day is not None]
        return window_around(max(days), window.start, window.end) if days else None
