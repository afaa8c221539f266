"""Cross-checks of one study: statements that each may be true, but hardly together.

Takes a study, gives it back with a note for each finding; nothing is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from trialwright.model.source import Note
from trialwright.model.study import Study


def check_study(study: Study) -> Study:
    """The study with the notes of every check that found something."""
    found = tuple(note for check in CHECKS for note in check(study))
    return msgspec.structs.replace(study, notes=study.notes + found) if found else study


def _published_before_end(study: Study) -> Iterator[Note]:
    end = study.completion_date
    for publication in study.publications:
        if (
            end
            and publication.date
            and publication.relation == "result"
            and publication.date.last < end.first
        ):
            yield Note(
                code="published_before_end",
                message=f"results were published {publication.date.value}, before the stated end {end.value}",
            )


def _arm_sizes(study: Study) -> Iterator[Note]:
    sizes = [arm.size for arm in study.arms]
    stated = study.enrollment.actual or study.enrollment.planned
    if not sizes or stated is None or None in sizes:
        return
    total = sum(size for size in sizes if size is not None)
    if total != stated:
        yield Note(
            code="arm_sizes_do_not_add_up",
            message=f"the arms hold {total} people together, the enrolment is {stated}",
        )


def _planned_and_reached(study: Study) -> Iterator[Note]:
    planned, actual = study.enrollment.planned, study.enrollment.actual
    if planned and actual and planned != actual:
        yield Note(
            code="planned_and_reached_differ", message=f"{planned} people were planned, {actual} took part"
        )


def _ends_before_start(study: Study) -> Iterator[Note]:
    start, end = study.start_date, study.completion_date
    if start and end and end.last < start.first:
        yield Note(
            code="ends_before_start", message=f"the end {end.value} lies before the start {start.value}"
        )


CHECKS = (_published_before_end, _arm_sizes, _planned_and_reached, _ends_before_start)
