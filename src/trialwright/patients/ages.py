"""Ages instead of births: the span of days on which somebody of that age was born, never one invented day.

Somebody who has completed `a` years on day R was born after R minus (a + 1) years, and not after R minus `a`
years. The birth row carries the span in `text_value`, as 1983-06-16/1984-06-15, and its first day as time.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from collections.abc import Mapping

from trialwright.patients import cells
from trialwright.patients.columns import BIRTH, Column, ColumnMap

# The longest life in each unit; what is longer is no age.
_LONGEST = {"a": 130, "mo": 1_560, "wk": 6_800, "d": 47_600}
# A decimal age is rounded, or made with years of 365 or 365.25 days: so far it may be off.
_SLACK = 0.05


def age(column: Column, chart: ColumnMap, places: Mapping[str, int]) -> tuple[str, str, str]:
    """The cell, the age that it is (null where it is none), and the day that it holds for, as SQL."""
    text = cells.pointed(cells.clean(places[column.name], chart.missing), chart.decimal)
    read = cells.number(text)
    longest = _LONGEST[column.unit or "a"]
    when = chart.time_of(column)
    if isinstance(when, str):
        day = cells.moment(cells.clean(places[when], chart.missing), chart.time_format)
    else:
        day = cells.timestamp(when)
    return text, f"CASE WHEN {read} BETWEEN 0 AND {longest} THEN {read} END", day


def query(source: str, chart: ColumnMap, column: Column, places: Mapping[str, int], subject: str) -> str:
    """The SELECT of the births that a column of ages tells, one row a person.

    Ages of several days narrow the span; ages that contradict each other stay two rows, which screening
    takes for the conflict that they are.
    """
    text, years, day = age(column, chart, places)
    unit = column.unit or "a"
    span = "CAST(s.first AS VARCHAR) || '/' || CAST(s.last AS VARCHAR)"
    return f"""
SELECT subject_id, CAST(s.first AS TIMESTAMP) AS time, '{BIRTH}' AS code,
  CAST(NULL AS DOUBLE) AS numeric_value, CASE WHEN s.first < s.last THEN {span} END AS text_value,
  CAST(NULL AS VARCHAR) AS unit,
  CAST(NULL AS TIMESTAMP) AS end_time, CAST(NULL AS DOUBLE) AS ref_low, CAST(NULL AS DOUBLE) AS ref_high
FROM (
  SELECT subject_id, unnest(CASE WHEN max(first) <= min(last)
    THEN [{{'first': max(first), 'last': min(last)}}]
    ELSE [{{'first': min(first), 'last': min(last)}}, {{'first': max(first), 'last': max(last)}}] END) AS s
  FROM (
    SELECT subject_id, CAST({_back("day", "at_most + 1", unit)} AS DATE) + 1 AS first,
      CAST({_back("day", "at_least", unit)} AS DATE) AS last
    FROM (
      SELECT subject_id, day, CAST(floor(years + slack) AS INTEGER) AS at_most,
        CAST(greatest(floor(years - slack), 0) AS INTEGER) AS at_least
      FROM (
        SELECT {subject} AS subject_id, CAST({day} AS DATE) AS day, {years} AS years,
          CASE WHEN regexp_full_match({text}, '[0-9]+') THEN 0 ELSE {_SLACK} END AS slack
        FROM {source}
      ) WHERE subject_id IS NOT NULL AND day IS NOT NULL AND years IS NOT NULL
    )
  ) GROUP BY subject_id
)"""


def _back(day: str, number: str, unit: str) -> str:
    """The last birthday of those who have completed so many units on the day."""
    if unit == "a":
        return f"({day} - to_years({number}))"
    if unit == "mo":
        # Who was born on the 31st completes a month on the last day of a shorter one.
        back = f"({day} - to_months({number}))"
        return f"CASE WHEN {day} = last_day({day}) THEN last_day(CAST({back} AS DATE)) ELSE {back} END"
    return f"({day} - to_days(({number}) * {7 if unit == 'wk' else 1}))"
