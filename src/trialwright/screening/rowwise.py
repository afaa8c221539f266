"""Verdict rows from the columnar answers: verdict, reason, the row that decided, and what is needed.

Each distinct pattern of leaf answers of a criterion is judged once by the reference's logic; people are
joined to the outcome of their pattern, and to the row of the leaf that decided.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.model.logic import Reason, Verdict
from trialwright.screening import sql
from trialwright.screening.atoms import ConditionAtom, FixedAtom
from trialwright.screening.dictionary import DECEASED
from trialwright.screening.loading import load
from trialwright.screening.outcome import ANSWERS, RANK, fails, is_set_aside, judge, words_needed

if TYPE_CHECKING:
    from trialwright.screening.columnar import ColumnarRun

_STAMP = (
    "strftime(time, '%Y-%m-%dT%H:%M:%S') || CASE WHEN microsecond(time) % 1000000 = 0 THEN '' "
    "ELSE strftime(time, '.%f') END"
)

# People that are sorted at a time: enough to be fast, few enough for a small machine.
_BLOCK = 50_000


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def prepare(run: ColumnarRun) -> None:
    """Make the tables that all studies share: people with their answers, and the rows that decided."""
    from trialwright.screening.columnar import CANNOT

    given = []
    for k, column in enumerate(run.columns()):
        atom = run.plan.atoms[k]
        given.append(f"{column} AS v{k}")
        if not isinstance(atom, FixedAtom):
            own = run.raw_column(k)
            if getattr(atom, "women_only", False):
                own = f"CASE WHEN {CANNOT} THEN CAST(-1 AS TINYINT) ELSE {own} END"
            given.append(f"{own} AS e{k}")
    words = "".join(f"coalesce(w{i}, 0) AS w{i}, " for i in range(run.words))
    run.connection.execute(
        f"CREATE TABLE people AS SELECT subject_id{''.join(', ' + g for g in given)} FROM ("
        f"SELECT a.subject_id, {words}coalesce(flags, 0) AS flags FROM "
        f"(SELECT DISTINCT subject_id FROM ({run.table.query})) AS a "
        f"LEFT JOIN person AS p ON p.subject_id = a.subject_id) AS packed "
        f"WHERE flags & {DECEASED} = 0 ORDER BY subject_id"
    )
    _make_evidence(run)
    load(
        run.connection,
        "outcome",
        {
            "study": "INTEGER", "criterion": "INTEGER", "pattern": "VARCHAR", "verdict": "VARCHAR",
            "reason": "VARCHAR", "needed": "VARCHAR", "decider": "INTEGER", "rank": "INTEGER",
            "aside": "BOOLEAN", "failing": "BOOLEAN",
        },
        _outcomes(run),
    )  # fmt: skip


def _pattern(slots: tuple[int, ...]) -> str:
    """The answers of the distinct leaves of a criterion, a digit each."""
    distinct = sorted(set(slots))
    return f"concat({', '.join(f'v{k}' for k in distinct)})" if distinct else "''"


def _outcomes(run: ColumnarRun) -> list[tuple[object, ...]]:
    strict = run.plan.options.strict
    rows: list[tuple[object, ...]] = []
    for s, study in enumerate(run.plan.studies):
        for c, criterion in enumerate(study.criteria):
            distinct = sorted(set(criterion.slots))
            found = run.connection.execute(
                f"SELECT DISTINCT {_pattern(criterion.slots)} FROM people"
            ).fetchall()
            for (pattern,) in found:
                known = {k: ANSWERS[int(digit)] for k, digit in zip(distinct, pattern, strict=True)}
                outcome = judge(criterion.expr, [known[k] for k in criterion.slots])
                answer = outcome.answer
                rows.append(
                    (
                        s, c, pattern, answer.verdict.value, answer.reason.value if answer.reason else None,
                        words_needed(criterion, outcome) if answer.verdict is Verdict.UNKNOWN else None,
                        criterion.slots[outcome.decider] if outcome.decider is not None else None,
                        RANK[answer], is_set_aside(answer, strict=strict), fails(criterion, answer),
                    )
                )  # fmt: skip
    return rows


def _make_evidence(run: ColumnarRun) -> None:
    """The row that decided each leaf, by the order that the reference has: time, then text, then unit."""
    columnar = [k for k in run.asked if _has_rows(run, k)]
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
    rows = sql.rows_query(run.table.query, run.day_after, run.today, evidence=True)
    by_rows = (
        "SELECT subject_id, k, nullif(shown, '') AS value, nullif(shown_unit, '') AS unit, "
        f"{_STAMP} AS time FROM (SELECT *, row_number() OVER (PARTITION BY subject_id, k ORDER BY "
        f"{preferred} DESC, t DESC, coalesce(shown, ''), coalesce(shown_unit, '')) AS place FROM ("
        f"SELECT r.*, f.form, CASE r.k {got} END AS got FROM ({rows}) AS r JOIN form AS f ON f.k = r.k "
        "JOIN people AS p ON p.subject_id = r.subject_id) AS seen "
        f"WHERE got >= 0 AND {candidate}) AS ordered WHERE place = 1 UNION ALL "
        if columnar
        else ""
    )
    run.connection.execute(
        f"CREATE TABLE evidence AS {by_rows}SELECT subject_id, k, nullif(shown, '') AS value, "
        "nullif(shown_unit, '') AS unit, shown_time AS time FROM beside "
        "WHERE shown_time IS NOT NULL OR shown IS NOT NULL OR shown_unit IS NOT NULL ORDER BY subject_id"
    )


def _has_rows(run: ColumnarRun, k: int) -> bool:
    from trialwright.screening.columnar import is_columnar

    return is_columnar(run.plan.atoms[k])


def blocks(run: ColumnarRun) -> list[str]:
    """Conditions that cut the people, in their order, into blocks that are small enough to sort."""
    last = run.connection.execute(
        "SELECT max(subject_id) FROM (SELECT subject_id, "
        f"(row_number() OVER (ORDER BY subject_id) - 1) // {_BLOCK} AS block FROM people) AS placed "
        "GROUP BY block ORDER BY block"
    ).fetchall()
    ends = [str(x) if run.table.subject_type == "number" else literal(x) for (x,) in last]
    return [
        (f"{{t}}.subject_id > {ends[i - 1]} AND " if i else "") + f"{{t}}.subject_id <= {end}"
        for i, end in enumerate(ends)
    ]


def study_query(run: ColumnarRun, index: int, block: str) -> str:
    """The verdict rows of a study for a block of people, in order, without the study's name."""
    study = run.plan.studies[index]
    size = len(study.criteria)
    joins = "".join(
        f" JOIN outcome AS o{i} ON o{i}.study = {index} AND o{i}.criterion = {i} "
        f"AND o{i}.pattern = {_pattern(c.slots)}"
        for i, c in enumerate(study.criteria)
    )
    failing = " OR ".join(f"o{i}.failing" for i in range(size)) or "FALSE"
    open_ = f"CASE WHEN o{{i}}.rank BETWEEN 1 AND {RANK[ANSWERS[6]]} AND NOT o{{i}}.aside THEN {{x}} END"
    needs = [open_.format(i=i, x=f"nullif(o{i}.needed, '')") for i in range(size)]
    needs += [
        f"CASE WHEN o{i}.aside THEN {literal(f'confirm {c.id}')} END" for i, c in enumerate(study.criteria)
    ]
    first = [f"coalesce({open_.format(i=i, x=f'o{i}.rank')}, 7)" for i in range(size)]
    holds = sql.least(first)
    reasons = " ".join(f"WHEN {RANK[ANSWERS[1 + i]]} THEN {literal(r.value)}" for i, r in enumerate(Reason))
    joined = f"nullif(concat_ws('; ', {', '.join(needs)}), '')" if needs else "NULL"
    wide = (
        f"SELECT p.subject_id, {failing} AS failing, {holds} AS holds, "
        f"{joined} AS needs"
        + "".join(
            f", o{i}.verdict AS verdict{i}, o{i}.reason AS reason{i}, o{i}.needed AS needed{i}, "
            f"o{i}.decider AS decider{i}"
            for i in range(size)
        )
        + f" FROM people AS p{joins} WHERE {block.format(t='p')}"
    )
    nothing = "CAST(NULL AS VARCHAR) AS value, CAST(NULL AS VARCHAR) AS unit, CAST(NULL AS VARCHAR) AS time"
    parts = [
        "SELECT subject_id, 0 AS place, '' AS criterion, CASE WHEN failing THEN 'not_met' WHEN holds = 7 "
        f"THEN 'met' ELSE 'unknown' END AS verdict, CASE WHEN NOT failing THEN CASE holds {reasons} END END "
        f"AS reason, {nothing}, CASE WHEN NOT failing THEN needs END AS needed FROM wide"
    ]
    parts += [
        f"SELECT w.subject_id, {i + 1}, {literal(c.id)}, w.verdict{i}, w.reason{i}, e.value, e.unit, e.time, "
        f"w.needed{i} FROM wide AS w LEFT JOIN evidence AS e "
        f"ON e.subject_id = w.subject_id AND e.k = w.decider{i} AND {block.format(t='e')}"
        for i, c in enumerate(study.criteria)
    ]
    return (
        f"WITH wide AS MATERIALIZED ({wide}) "
        "SELECT subject_id, criterion, verdict, reason, value, unit, time, "
        f"needed FROM ({' UNION ALL '.join(parts)}) AS every ORDER BY subject_id, place"
    )
