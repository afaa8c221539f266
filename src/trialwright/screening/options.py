"""What a user may change about an answer; nothing here is on unless it is asked for.

Section 9 of the semantics: each option is named in the output, so that a verdict can be read again.
"""

from __future__ import annotations

import csv
from pathlib import Path

from msgspec import Struct

from trialwright.errors import PatientsError, UsageError
from trialwright.model.period import Period

_ASSUMED = {"quantity": "P90D", "coded": "P1Y", "pregnancy": "P30D", "change": "P14D"}


class ReferenceRange(Struct, frozen=True, kw_only=True):
    """The limits of normal that a laboratory gives for a code, and for a sex (`F`, `M`) or both.

    Without a `unit` they are in the unit of the row that they are held against.
    """

    code: str
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    sex: str | None = None


class ScreeningOptions(Struct, frozen=True, kw_only=True):
    """Options that change an answer.

    currency: how far back an assumed window reaches, by class (`quantity`, `coded`, `pregnancy`,
    `change`). closed_world: `conditions`, `exposures` that the source is declared complete for.
    strict: criteria that no record can answer hold the trial-level verdict up.
    reference_ranges: limits of normal for rows that bring none. time_zone: named in the output;
    the table was read in it.
    """

    currency: dict[str, Period] = {}
    closed_world: frozenset[str] = frozenset()
    strict: bool = False
    reference_ranges: tuple[ReferenceRange, ...] = ()
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse classes and worlds that do not exist."""
        for name, period in self.currency.items():
            if name not in _ASSUMED:
                raise UsageError(
                    f"there is no currency class {name!r}", cure=f"use one of {', '.join(_ASSUMED)}"
                )
            if period.longest < 0:
                raise UsageError(f"the currency of {name} is negative ({period})", cure="write it like P60D")
        for world in self.closed_world:
            if world not in ("conditions", "exposures"):
                raise UsageError(f"no world {world!r} can be closed", cure="use conditions or exposures")

    def reach(self, name: str) -> Period:
        """How far back the assumed window of a class reaches."""
        return self.currency.get(name, Period(_ASSUMED[name]))

    def named(self) -> tuple[str, ...]:
        """The options that are on, in words, for the output."""
        words = [f"currency {name} = {period}" for name, period in sorted(self.currency.items())]
        words += [f"closed world: {world}" for world in sorted(self.closed_world)]
        if self.strict:
            words.append("strict: what no record can answer holds the verdict up")
        if self.reference_ranges:
            words.append(f"reference ranges given for {len({r.code for r in self.reference_ranges})} codes")
        if self.time_zone != "UTC":
            words.append(f"times with a zone are read in {self.time_zone}")
        return tuple(words)


def read_reference_ranges(path: str) -> tuple[ReferenceRange, ...]:
    """The ranges of a CSV file with the columns code, low, high, and perhaps unit and sex."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if not {"code", "low", "high"} <= set(table.fieldnames or ()):
                raise PatientsError(
                    f"these are no reference ranges: the columns are {', '.join(table.fieldnames or ())}",
                    where=path,
                    cure="name them code, low, high, and perhaps unit and sex",
                )
            return tuple(_range(row) for row in table)
    except OSError as error:
        raise PatientsError(f"cannot be read ({error.strerror})", where=path) from None
    except (ValueError, csv.Error) as error:
        raise PatientsError(f"a reference range cannot be read ({error})", where=path) from None


def _range(row: dict[str, str]) -> ReferenceRange:
    sex = (row.get("sex") or "").strip().upper()[:1]
    return ReferenceRange(
        code=row["code"],
        low=float(row["low"]) if (row["low"] or "").strip() else None,
        high=float(row["high"]) if (row["high"] or "").strip() else None,
        unit=(row.get("unit") or "").strip() or None,
        sex=sex if sex in ("F", "M") else None,
    )
