"""Verdict rows made within DuckDB: verdict, reason, the row that decided, and what is needed.

Each distinct pattern of leaf answers of a criterion is judged once by the reference's logic; people are
joined to the outcome of their pattern, and to the row of the leaf that decided.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from trialwright.duck import quoted
from trialwright.model.logic import Reason, Verdict
from trialwright.model.screening import PatientTable, VerdictRow
from trialwright.screening import sql
from trialwright.screening.columnar import Columns
from trialwright.screening.evidence import make_evidence, make_people
from trialwright.screening.outcome import ANSWERS, RANK, fails, is_set_aside, judge, words_needed
from trialwright.screening.plan import Plan
from trialwright.screening.store import EPOCH
from trialwright.screening.store_duckdb import DuckStore

# A moment as the time that Python prints.
_STAMP = (
    f"strftime(make_timestamp(e.moment - {EPOCH}), '%Y-%m-%dT%H:%M:%S') || CASE WHEN e.moment % 1000000 = 0 "
    f"THEN '' ELSE strftime(make_timestamp(e.moment - {EPOCH}), '.%f') END"
)

# People that are sorted at a time: enough to be fast, few enough for a small machine.
_BLOCK = 50_000


class RowwiseRun(Columns):
    """The verdicts of all people by DuckDB: counts at once, rows when they are asked for."""

    def __init__(self, plan: Plan, table: PatientTable) -> None:
        store = DuckStore(table)
        self.connection = store.connection
        self._rows_ready = False
        with store.guard():
            super().__init__(plan, store)

    def rows(self) -> Iterator[VerdictRow]:
        """All verdict rows in order."""
        with self.store.guard():
            for study, query in self._row_queries():
                for row in self.store.query(query):
                    yield VerdictRow(study, *row)

    def copy_parquet(self, path: str) -> None:
        """Write all verdict rows to a Parquet file without passing them through Python.

        Blocks of people become files of their own, which are then put together in their order.
        """
        with (
            TemporaryDirectory(prefix=".trialwright-", dir=Path(path).parent) as folder,
            self.store.guard(),
        ):
            parts = []
            for number, (study, query) in enumerate(self._row_queries()):
                parts.append(quoted(str(Path(folder) / f"{number}.parquet")))
                named = f"SELECT {quoted(study)} AS study, * FROM ({query})"
                self.connection.execute(f"COPY ({named}) TO {parts[-1]} (FORMAT parquet)")
            source = f"read_parquet([{', '.join(parts)}])" if parts else self._nothing()
            self.connection.execute(f"COPY (SELECT * FROM {source}) TO {quoted(path)} (FORMAT parquet)")

    def _nothing(self) -> str:
        """An empty table with the columns of the verdict table."""
        columns = ", ".join(
            f"CAST(NULL AS {self.store.subject if name == 'subject_id' else 'VARCHAR'}) AS {name}"
            for name in VerdictRow._fields
        )
        return f"(SELECT {columns} LIMIT 0)"

    def _row_queries(self) -> Iterator[tuple[str, str]]:
        """A query a study and block of people, in the order of the rows."""
        if not self._rows_ready:
            make_people(self)
            make_evidence(self)
            self.store.load("outcome", _OUTCOME, _outcomes(self))
            self._rows_ready = True
        for index, study in enumerate(self.plan.studies):
            for block in _blocks(self):
                yield study.id, _study_query(self, index, block)


_OUTCOME = {
    "study": "INTEGER", "criterion": "INTEGER", "pattern": "VARCHAR", "verdict": "VARCHAR",
    "reason": "VARCHAR", "needed": "VARCHAR", "decider": "INTEGER", "rank": "INTEGER",
    "aside": "BOOLEAN", "failing": "BOOLEAN",
}  # fmt: skip


def _pattern(slots: tuple[int, ...]) -> str:
    """The answers of the distinct leaves of a criterion, a digit each."""
    distinct = sorted(set(slots))
    return f"concat({', '.join(f'v{k}' for k in distinct)})" if distinct else "''"


def _outcomes(run: Columns) -> list[tuple[object, ...]]:
    strict = run.plan.options.strict
    rows: list[tuple[object, ...]] = []
    for s, study in enumerate(run.plan.studies):
        for c, criterion in enumerate(study.criteria):
            distinct = sorted(set(criterion.slots))
            for (pattern,) in run.store.query(f"SELECT DISTINCT {_pattern(criterion.slots)} FROM people"):
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


def _blocks(run: Columns) -> list[str]:
    """Conditions that cut the people, in their order, into blocks that are small enough to sort."""
    last = run.store.query(
        "SELECT max(subject_id) FROM (SELECT subject_id, "
        f"(row_number() OVER (ORDER BY subject_id) - 1) // {_BLOCK} AS block FROM people) AS placed "
        "GROUP BY block ORDER BY block"
    )
    ends = [str(x) if run.store.subject == "BIGINT" else quoted(x) for (x,) in last]
    return [
        (f"{{t}}.subject_id > {ends[i - 1]} AND " if i else "") + f"{{t}}.subject_id <= {end}"
        for i, end in enumerate(ends)
    ]


def _study_query(run: Columns, index: int, block: str) -> str:
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
        f"CASE WHEN o{i}.aside THEN {quoted(f'confirm {c.id}')} END" for i, c in enumerate(study.criteria)
    ]
    first = [f"coalesce({open_.format(i=i, x=f'o{i}.rank')}, 7)" for i in range(size)]
    holds = sql.least(first)
    reasons = " ".join(f"WHEN {RANK[ANSWERS[1 + i]]} THEN {quoted(r.value)}" for i, r in enumerate(Reason))
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
        f"SELECT w.subject_id, {i + 1}, {quoted(c.id)}, w.verdict{i}, w.reason{i}, e.value, e.unit, "
        f"{_STAMP}, w.needed{i} FROM wide AS w LEFT JOIN evidence AS e "
        f"ON e.subject_id = w.subject_id AND e.k = w.decider{i} AND {block.format(t='e')}"
        for i, c in enumerate(study.criteria)
    ]
    return (
        f"WITH wide AS MATERIALIZED ({wide}) "
        "SELECT subject_id, criterion, verdict, reason, value, unit, time, "
        f"needed FROM ({' UNION ALL '.join(parts)}) AS every ORDER BY subject_id, place"
    )
