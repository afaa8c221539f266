"""Ages by columns: each distinct birth is judged once, and people get the answers of theirs."""

from __future__ import annotations

from datetime import date

from trialwright.model.dates import completed_years
from trialwright.model.logic import Reason, unknown
from trialwright.screening.atoms import AgeAtom
from trialwright.screening.codes import BIRTH, plain_code
from trialwright.screening.dictionary import OLD
from trialwright.screening.outcome import RANK
from trialwright.screening.plan import Plan
from trialwright.screening.sql import day_of, listed
from trialwright.screening.store import Store, time_of
from trialwright.screening.windows import judge_age, possible_births


def add_ages(store: Store, plan: Plan, found: list[tuple[str, str]], ages: dict[int, AgeAtom]) -> None:
    """Put the answers of the age atoms, and the flag of those aged 60 or over, beside the others."""
    codes = {code for code, _ in found if plain_code(code) == BIRTH}
    people = (
        f"SELECT subject_id, moment, coalesce({day_of('moment')}, -1) AS day, "  # noqa: S608
        "coalesce(text_value, '') AS text, coalesce(number_text, text_value) AS shown, unit AS shown_unit "
        f"FROM {store.source} AS people WHERE code IN ({listed(codes)})"
    )
    store.create("birth", people)
    numbers: dict[tuple[date, date], int] = {}
    keys = []
    for day, text in store.look(f"SELECT DISTINCT day, text FROM ({people}) AS birth"):  # noqa: S608
        born = possible_births(time_of(day).date() if day >= 0 else None, text)
        if born is not None:
            keys.append((day, text, numbers.setdefault(born, len(numbers) + 1), born[0] > plan.index_date))
    store.load(
        "birth_key", {"day": "BIGINT", "text": "VARCHAR", "born": "INTEGER", "unborn": "INTEGER"},
        [(day, text, born, int(unborn)) for day, text, born, unborn in keys],
    )  # fmt: skip
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
    store.load(
        "birth_answer",
        {"born": "INTEGER", "k": "INTEGER", "answer": "INTEGER", "flags": "BIGINT"},
        judged,
    )
    store.extend("beside", _ANSWERS)


_ANSWERS = """
WITH known AS (
  SELECT b.subject_id, b.moment, b.text, b.shown, b.shown_unit, y.born, y.unborn
  FROM birth AS b JOIN birth_key AS y ON y.day = b.day AND y.text = b.text
), one AS (
  SELECT subject_id, CASE WHEN max(born) = min(born) AND max(unborn) = 0 THEN max(born) ELSE 0 END AS born
  FROM known GROUP BY subject_id
), ordered AS (
  SELECT subject_id, moment, shown, shown_unit, row_number() OVER (PARTITION BY subject_id
    ORDER BY moment NULLS LAST, text, coalesce(shown, ''), coalesce(shown_unit, '')) AS place FROM known
)
SELECT one.subject_id, a.k, a.answer, a.flags, CASE WHEN one.born > 0 THEN s.shown END,
  CASE WHEN one.born > 0 THEN s.shown_unit END, CASE WHEN one.born > 0 THEN s.moment END
FROM one JOIN birth_answer AS a ON a.born = one.born
JOIN ordered AS s ON s.subject_id = one.subject_id AND s.place = 1"""
