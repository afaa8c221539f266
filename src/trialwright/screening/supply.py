"""Runs of supply by columns: whether somebody is on a drug now, and since when without a break."""

from __future__ import annotations

from datetime import date
from typing import Any

from trialwright.model.screening import PatientTable
from trialwright.screening.atoms import Atom, EventWindow, ExposureAtom
from trialwright.screening.codes import plain_code
from trialwright.screening.exposures import RUNNING
from trialwright.screening.loading import load
from trialwright.screening.plan import Plan


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


def add_runs(connection: Any, table: PatientTable, plan: Plan, k: int, atom: ExposureAtom) -> None:
    """Put the answers of the atom beside the others.

    The last run is the only one that can be current; it began at the last break, or at the first supply.
    """
    day = plan.index_date
    found = connection.execute(
        f"SELECT DISTINCT code FROM ({table.query}) WHERE code IS NOT NULL"  # noqa: S608
    ).fetchall()
    codes = [(code,) for (code,) in found if plain_code(code) in atom.codes]
    load(connection, f"supply_code_{k}", {"code": "VARCHAR"}, codes)
    running = ", ".join(f"'{word}'" for word in sorted(RUNNING))
    begun = atom.begun
    fits = [f"began >= {_date(begun.after)}"] if begun and begun.after else []
    fits += [f"began <= {_date(begun.before)}"] if begun and begun.before else []
    connection.execute(f"""
CREATE TABLE supply_{k} AS
SELECT subject_id, time, CAST(time AS DATE) AS s,
  CASE WHEN numeric_value IS NULL THEN text_value
       ELSE regexp_replace(CAST(numeric_value AS VARCHAR), '\\.0$', '') END AS shown, unit AS shown_unit,
  CASE WHEN end_time IS NOT NULL THEN CAST(end_time AS DATE)
       WHEN lower(trim(text_value)) IN ({running}) THEN {_date(day)}
       WHEN time IS NULL THEN DATE '0001-01-01' ELSE CAST(time AS DATE) END AS e
FROM ({table.query}) WHERE code IN (SELECT code FROM supply_code_{k})
  AND (time IS NULL OR CAST(time AS DATE) <= {_date(day)})""")  # noqa: S608
    connection.execute(f"""
INSERT INTO beside
WITH ordered AS (
  SELECT subject_id, s, e, max(CASE WHEN s IS NOT NULL THEN e END) OVER (PARTITION BY subject_id
    ORDER BY s NULLS FIRST, e ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
  FROM supply_{k}
), last_run AS (
  SELECT subject_id, max(CASE WHEN s IS NOT NULL THEN e END) AS until, max(e) AS reached,
    coalesce(max(CASE WHEN s - reached > {atom.gap} THEN s END), min(s)) AS began
  FROM ordered GROUP BY subject_id
), judged AS (
  SELECT subject_id, CASE WHEN {_date(day)} - until <= {atom.gap} AND {" AND ".join(fits)} THEN 7
    WHEN {_date(day)} - reached <= {atom.gap} THEN 5 ELSE 4 END AS answer FROM last_run
), newest AS (
  SELECT *, row_number() OVER (PARTITION BY subject_id
    ORDER BY time DESC, coalesce(shown, ''), coalesce(shown_unit, '')) AS place
  FROM supply_{k} WHERE s IS NOT NULL AND {_date(day)} - e <= {atom.gap}
)
SELECT j.subject_id, {k}, j.answer, 0, n.shown, n.shown_unit,
  strftime(n.time, '%Y-%m-%dT%H:%M:%S') || CASE WHEN microsecond(n.time) % 1000000 = 0 THEN ''
    ELSE strftime(n.time, '.%f') END
FROM judged AS j LEFT JOIN newest AS n ON n.subject_id = j.subject_id AND n.place = 1 AND j.answer = 7""")  # noqa: S608


def _date(day: date) -> str:
    return f"DATE '{day.isoformat()}'"
