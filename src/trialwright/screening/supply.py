"""Runs of supply by columns: whether somebody is on a drug now, and since when without a break."""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from trialwright.screening.atoms import Atom, EventWindow, ExposureAtom
from trialwright.screening.codes import plain_code
from trialwright.screening.dictionary import EARLIEST, moment
from trialwright.screening.exposures import is_running
from trialwright.screening.plan import Plan
from trialwright.screening.sql import day_of, listed
from trialwright.screening.store import DAY, Store


def is_supply(atom: Atom) -> bool:
    """Whether the atom asks how long a current exposure has lasted, and nothing else."""
    return (
        isinstance(atom, ExposureAtom)
        and atom.status == "current"
        and atom.begun is not None
        and atom.window is None
        and not isinstance(atom.window, EventWindow)
        and atom.dose is None
        and atom.count is None
    )


def add_runs(store: Store, plan: Plan, found: list[tuple[str, str]], k: int, atom: ExposureAtom) -> None:
    """Put the answers of the atom beside the others.

    The last run is the only one that can be current; it began at the last break, or at the first supply.
    """
    codes = listed({code for code, _ in found if plain_code(code) in atom.codes})
    texts = store.look(
        f"SELECT DISTINCT text_value FROM {store.source} AS r "
        f"WHERE code IN ({codes}) AND text_value IS NOT NULL"
    )
    running = listed(text for (text,) in texts if is_running(text))
    today, gap = moment(plan.index_date), atom.gap * DAY
    begun = atom.begun
    fits = [f"began >= {moment(begun.after)}"] if begun and begun.after else []
    fits += [f"began <= {moment(begun.before)}"] if begun and begun.before else []
    store.create(
        f"supply_{k}",
        f"""
SELECT subject_id, moment, s, shown, shown_unit,
  CASE WHEN end_moment IS NOT NULL THEN {day_of("end_moment")} WHEN text_value IN ({running}) THEN {today}
       WHEN s IS NULL THEN {EARLIEST} ELSE s END AS e
FROM (
  SELECT r.subject_id, r.moment, r.end_moment, {day_of("r.moment")} AS s, r.text_value,
    coalesce(r.number_text, r.text_value) AS shown, r.unit AS shown_unit
  FROM {store.source} AS r WHERE r.code IN ({codes})
) AS supplies WHERE s IS NULL OR s <= {today}""",
    )
    store.extend(
        "beside",
        f"""
WITH ordered AS (
  SELECT subject_id, s, e, max(CASE WHEN s IS NOT NULL THEN e END) OVER (PARTITION BY subject_id
    ORDER BY s NULLS FIRST, e ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
  FROM supply_{k}
), last_run AS (
  SELECT subject_id, max(CASE WHEN s IS NOT NULL THEN e END) AS until, max(e) AS reached,
    coalesce(max(CASE WHEN s - reached > {gap} THEN s END), min(s)) AS began
  FROM ordered GROUP BY subject_id
), judged AS (
  SELECT subject_id, CASE WHEN {today} - until <= {gap} AND {" AND ".join(fits)} THEN 7
    WHEN {today} - reached <= {gap} THEN 5 ELSE 4 END AS answer FROM last_run
), newest AS (
  SELECT *, row_number() OVER (PARTITION BY subject_id
    ORDER BY moment DESC, coalesce(shown, ''), coalesce(shown_unit, '')) AS place
  FROM supply_{k} WHERE s IS NOT NULL AND {today} - e <= {gap}
)
SELECT j.subject_id, {k}, j.answer, 0, n.shown, n.shown_unit, n.moment
FROM judged AS j LEFT JOIN newest AS n ON n.subject_id = j.subject_id AND n.place = 1 AND j.answer = 7""",
    )
