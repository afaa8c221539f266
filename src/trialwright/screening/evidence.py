"""Who is screened with which answers, and the row that decided each leaf, as tables of the store.

Both ways of making verdict rows start from them: `people` has the answers (v) and what the evidence is looked
up by (e) of every atom, `evidence` at most one row a person and atom.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from trialwright.screening import sql
from trialwright.screening.atoms import ConditionAtom, FixedAtom
from trialwright.screening.columnar import CANNOT, Columns, is_columnar
from trialwright.screening.dictionary import DECEASED


def make_people(run: Columns) -> None:
    """Make the table `people`: everybody who is screened, with the answers of all atoms."""
    given = []
    for k, atom in enumerate(run.plan.atoms):
        given.append(f"{run.column(k)} AS v{k}")
        if not isinstance(atom, FixedAtom):
            own = run.raw_column(k)
            if getattr(atom, "women_only", False):
                own = f"CASE WHEN {CANNOT} THEN CAST(-1 AS TINYINT) ELSE {own} END"
            given.append(f"{own} AS e{k}")
    words = "".join(f"coalesce(w{i}, 0) AS w{i}, " for i in range(run.words))
    run.store.create(
        "people",
        f"SELECT subject_id{''.join(', ' + g for g in given)} FROM ("
        f"SELECT a.subject_id, {words}coalesce(flags, 0) AS flags FROM "
        f"(SELECT DISTINCT subject_id FROM {run.store.source} AS everybody) AS a "
        "LEFT JOIN person AS p ON p.subject_id = a.subject_id) AS packed "
        f"WHERE flags & {DECEASED} = 0 ORDER BY subject_id",
    )


def make_evidence(run: Columns) -> None:
    """Make the table `evidence`: the row that decided each leaf, as the reference orders them.

    That is by time, then text, then unit.
    """
    columnar = [k for k in run.asked if is_columnar(run.plan.atoms[k])]
    got = " ".join(f"WHEN {k} THEN p.e{k}" for k in columnar)
    form = sql.Form
    wanted = "CASE got WHEN 7 THEN 0 WHEN 0 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 3 WHEN 5 THEN 4 ELSE -1 END"
    strict_forms = ", ".join(
        str(k)
        for k in columnar
        if isinstance(run.plan.atoms[k], ConditionAtom) and run.plan.atoms[k].persistence is not None  # type: ignore[union-attr]
    )
    candidate = (
        f"CASE WHEN form <= {form.LIFELONG} THEN c < 5 "
        f"AND (c = {wanted} OR k NOT IN ({strict_forms or '-1'})) "
        f"WHEN form = {form.CONDITION} THEN (got = 7 AND bits & 2 > 0) OR got = 0 "
        f"WHEN form = {form.EXPOSURE} THEN got = 7 AND bits & 1 > 0 ELSE FALSE END"
    )
    preferred = (
        f"CASE WHEN form <= {form.LIFELONG} THEN c = {wanted} WHEN form = {form.CONDITION} "
        "THEN got = 7 AND bits & 3 = 3 ELSE TRUE END"
    )
    rows = sql.rows_query(run.store.source, run.day_after, run.today, evidence=True)
    by_rows = (
        "SELECT subject_id, k, nullif(shown, '') AS value, nullif(shown_unit, '') AS unit, "
        "moment FROM (SELECT *, row_number() OVER (PARTITION BY subject_id, k ORDER BY "
        f"{preferred} DESC, t DESC, coalesce(shown, ''), coalesce(shown_unit, '')) AS place FROM ("
        f"SELECT r.*, f.form, CASE r.k {got} END AS got FROM ({rows}) AS r JOIN form AS f ON f.k = r.k "
        "JOIN people AS p ON p.subject_id = r.subject_id) AS seen "
        f"WHERE got >= 0 AND {candidate}) AS ordered WHERE place = 1 UNION ALL "
        if columnar
        else ""
    )
    run.store.create(
        "evidence",
        f"{by_rows}SELECT subject_id, k, nullif(shown, '') AS value, "
        "nullif(shown_unit, '') AS unit, shown_moment AS moment FROM beside "
        "WHERE shown_moment IS NOT NULL OR shown IS NOT NULL OR shown_unit IS NOT NULL ORDER BY subject_id",
    )
