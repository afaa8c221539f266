"""Ages by columns: each distinct birth is judged once, and people get the answers of theirs."""

from __future__ import annotations

from datetime import date
from typing import Any

from trialwright.model.dates import completed_years
from trialwright.model.logic import Reason, unknown
from trialwright.model.screening import PatientTable
from trialwright.screening.atoms import AgeAtom
from trialwright.screening.codes import BIRTH
from trialwright.screening.dictionary import OLD
from trialwright.screening.loading import load
from trialwright.screening.outcome import RANK
from trialwright.screening.plan import Plan
from trialwright.screening.windows import judge_age, possible_births

_KEY = "coalesce(CAST(CAST(time AS DATE) AS VARCHAR), '') || '|' || coalesce(text_value, '')"


def add_ages(connection: Any, table: PatientTable, plan: Plan, ages: dict[int, AgeAtom]) -> None:
    """Put the answers of the age atoms, and the flag of those aged 60 or over, beside the others."""
    connection.execute(
        f"CREATE TABLE birth AS SELECT subject_id, {_KEY} AS key, CAST(time AS DATE) AS day, text_value, "  # noqa: S608
        "CASE WHEN numeric_value IS NULL THEN text_value ELSE regexp_replace(CAST(numeric_value AS VARCHAR), "
        "'\\.0$', '') END AS shown, unit AS shown_unit, time "
        f"FROM ({table.query}) WHERE trim(code) = '{BIRTH}'"
    )
    seen = connection.execute("SELECT DISTINCT key, day, text_value FROM birth").fetchall()
    numbers: dict[tuple[date, date], int] = {}
    keys = []
    for key, day, text in seen:
        born = possible_births(day, text)
        if born is not None:
            keys.append((key, numbers.setdefault(born, len(numbers) + 1), born[0] > plan.index_date))
    load(connection, "birth_key", {"key": "VARCHAR", "born": "INTEGER", "unborn": "BOOLEAN"}, keys)
    flag = len(plan.atoms)
    # Number 0 stands for births that contradict each other or the calendar.
    judged = [(0, k, RANK[unknown(Reason.CONFLICT)], 0) for k in ages]
    for (first, last), number in numbers.items():
        if first > plan.index_date:
            continue
        judged += [
            (number, k, RANK[judge_age(a.interval, first, last, plan.index_date)], 0) for k, a in ages.items()
        ]
        if last <= plan.index_date and completed_years(last, plan.index_date) >= 60:
            judged.append((number, flag, 5, OLD))
    load(
        connection,
        "birth_answer",
        {"born": "INTEGER", "k": "INTEGER", "answer": "INTEGER", "flags": "BIGINT"},
        judged,
    )
    connection.execute(
        "INSERT INTO beside SELECT b.subject_id, a.k, a.answer, a.flags, "
        "CASE WHEN b.born > 0 THEN s.shown END, CASE WHEN b.born > 0 THEN s.shown_unit END, "
        "CASE WHEN b.born > 0 THEN s.shown_time END FROM ("
        "SELECT subject_id, "
        "CASE WHEN max(born) = min(born) AND NOT bool_or(unborn) THEN max(born) ELSE 0 END "
        "AS born FROM birth JOIN birth_key USING (key) GROUP BY subject_id) AS b "
        "JOIN birth_answer AS a ON a.born = b.born "
        "JOIN (SELECT subject_id, shown, shown_unit, strftime(time, '%Y-%m-%dT%H:%M:%S') || "
        "CASE WHEN microsecond(time) % 1000000 = 0 THEN '' ELSE strftime(time, '.%f') END AS shown_time "
        "FROM (SELECT *, row_number() OVER (PARTITION BY subject_id ORDER BY time NULLS LAST, "
        "coalesce(text_value, '')) AS place FROM birth JOIN birth_key USING (key)) AS ordered "
        "WHERE place = 1) AS s ON s.subject_id = b.subject_id"
    )
