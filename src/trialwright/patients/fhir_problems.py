"""What of a FHIR source was left out or read otherwise: sentences with counts, without anybody's data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

_SHOWN = 6


def describe(
    remarks: Mapping[tuple[str, str], int],
    bad: Sequence[tuple[int, int | None]],
    *,
    unresolved: int = 0,
    strangers: int = 0,
    doubled: int = 0,
    cut: int = 0,
) -> tuple[str, ...]:
    """One line a kind of problem.

    `bad`: files by their number in order of names, with the line in them, that hold no JSON. `unresolved`:
    rows whose drug was not found; `strangers`: people without a Patient resource; `doubled`: with two births.
    """
    lines = [*_bad_lines(bad)]
    by_reason: dict[str, Counter[str]] = defaultdict(Counter)
    for (reason, kind), number in remarks.items():
        by_reason[reason][kind] += number
    for reason in sorted(by_reason):
        kinds = sorted(by_reason[reason].items(), key=lambda item: (-item[1], item[0]))
        shown = ", ".join(f"{kind} {number}" for kind, number in kinds[:_SHOWN])
        rest = sum(number for _, number in kinds[_SHOWN:])
        more = f", others {rest}" if rest else ""
        lines.append(f"{reason}: {sum(number for _, number in kinds)} ({shown}{more})")
    if unresolved:
        lines.append(f"records of a drug whose Medication is not there, left out: {unresolved}")
    if strangers:
        lines.append(f"people with records and no Patient resource, so without age and sex: {strangers}")
    if doubled:
        lines.append(f"people with two dates of birth, perhaps two people who share an id: {doubled}")
    if cut:
        lines.append(f"texts longer than any result, which were cut: {cut}")
    return tuple(lines)


def _bad_lines(bad: Sequence[tuple[int, int | None]]) -> list[str]:
    """Files and lines that hold no JSON, with the place of the first of each."""
    files = [number for number, line in bad if line is None]
    lines = [(number, line) for number, line in bad if line is not None]
    found = []
    if files:
        which = ", ".join(map(str, files[:_SHOWN]))
        found.append(f"files that are no whole JSON: {len(files)} (in order of name number {which})")
    if lines:
        number, line = lines[0]
        found.append(
            f"lines that are no JSON, left out: {len(lines)} "
            f"(the first is line {line} of file number {number} in order of name)"
        )
    return found
