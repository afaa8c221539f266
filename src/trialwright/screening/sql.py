"""The plan as SQL: one pass over the table, a group a person and atom, a row a person.

Only text is made here; columnar.py runs it. Dates come in as finished numbers, so that no dialect has to
know a calendar; LEAST and CASE carry Kleene's tables in the order of `outcome.ANSWERS`.
"""

# ruff: noqa: S608  this file makes SQL; what comes from outside is quoted or already a number
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from trialwright.duck import quoted
from trialwright.model import expression as ex
from trialwright.screening.dictionary import EARLIEST, LATEST, Kind
from trialwright.screening.folding import Algebra, fold
from trialwright.screening.outcome import RANK
from trialwright.screening.plan import PlannedStudy
from trialwright.screening.store import DAY

ATOMS_A_WORD = 20
_MISSING = 5


class Form:
    """How the rows of an atom become one answer."""

    LATEST, ALL, ANY, LIFELONG, CONDITION, EXPOSURE, ATTRIBUTE, SEX, FLAG, READY = range(10)


def rows_query(source: str, day_after: int, today: int, *, evidence: bool) -> str:
    """Every row that matters with its atom, moment, row code and bits; `evidence` adds what is printed."""
    covering = (
        "(t >= p.start_from AND t < p.start_until AND "
        "CASE WHEN e IS NULL THEN t >= p.start_since ELSE e >= p.end_from END)"
    )
    meeting = "(t < p.meet_until AND CASE WHEN e IS NULL THEN t >= p.meet_since ELSE e >= p.meet_end END)"
    reaching = (
        f"(CASE WHEN e IS NOT NULL THEN e >= p.end_from WHEN told.c = 0 THEN {today} >= p.end_from "
        "ELSE t >= p.end_from END)"
    )
    shown = (
        ", r.moment, r.unit AS shown_unit, CASE WHEN told.shown OR x IS NULL "
        "THEN r.text_value ELSE r.number_text END AS shown"
        if evidence
        else ""
    )
    passed = ", moment, shown, shown_unit" if evidence else ""
    return f"""
SELECT subject_id, k, CASE WHEN backward THEN {LATEST} - t ELSE t END AS t, c,
  CASE WHEN kind <= {Kind.COVERING} THEN 1 << c ELSE bits END AS bits{passed}
FROM (
  SELECT subject_id, k, kind, t, backward, bits{passed},
    CASE WHEN kind > {Kind.COVERING} THEN 8 WHEN c > 4 THEN c WHEN t < since THEN 5
         WHEN t < until THEN c ELSE 9 END AS c
  FROM (
    SELECT r.subject_id, p.k, p.kind, p.backward, p.since, p.until, t{shown},
      CASE WHEN p.kind = {Kind.RESULT} THEN
             CASE WHEN r.moment IS NULL THEN 9
                  WHEN told.alone OR x IS NULL THEN coalesce(told.c, 9)
                  WHEN y BETWEEN p.plausible_low AND p.plausible_high
                    THEN CASE WHEN y BETWEEN p.low AND p.high THEN 0 ELSE 1 END
                  ELSE p.bad END
           WHEN p.kind = {Kind.COVERING} THEN CASE WHEN r.moment IS NOT NULL AND {covering} THEN 0 ELSE 5 END
           ELSE 0 END AS c,
      CASE WHEN p.kind < {Kind.CONDITION} THEN 0
           WHEN p.kind = {Kind.CONDITION} THEN
             CASE WHEN r.moment IS NULL THEN p.undated
                  ELSE CASE WHEN {covering} THEN 1 ELSE 0 END + CASE WHEN {meeting} THEN 2 ELSE 0 END END
             + CASE WHEN e < {today} THEN 4 ELSE 8 END
           WHEN p.kind = {Kind.EXPOSURE} THEN
             CASE WHEN p.inverted THEN CASE WHEN {reaching} THEN 4 ELSE 1 END
                  WHEN NOT {reaching} THEN 2
                  WHEN (r.moment IS NULL AND p.undated = 1) OR (r.moment IS NOT NULL AND t < p.start_until)
                    THEN 1
                  ELSE 4 END
           WHEN r.moment IS NULL OR t >= p.since THEN
             CASE WHEN p.kind = {Kind.FLAG} OR told.c = 0 THEN p.undated ELSE 0 END
           ELSE 0 END AS bits
    FROM (
      SELECT *, coalesce(moment, {EARLIEST}) AS t, end_moment AS e FROM {source} AS people
      WHERE moment IS NULL OR moment < {day_after}
    ) AS r
    JOIN pair AS p ON p.code = r.code AND p.unit = coalesce(r.unit, '')
    LEFT JOIN told ON told.pair = p.pair AND told.text = r.text_value,
    LATERAL (SELECT {NUMBER} AS y) AS converted
  ) AS judged
) AS placed
WHERE c < 9"""


# A number in the canonical unit of its concept, as `reading.Conversion` has it.
NUMBER = (
    "CASE WHEN p.decadic THEN pow(10.0, greatest(least(x, 300.0), -300.0)) * p.factor ELSE x * p.factor END"
)


def listed(texts: Iterable[str]) -> str:
    """Texts as literals between the brackets of IN; none of them is null."""
    return ", ".join(quoted(text) for text in sorted(texts)) or "NULL"


def day_of(moment: str) -> str:
    """The first moment of the day of a moment."""
    return f"{moment} - {moment} % {DAY}"


LEVEL = """
SELECT subject_id, k, bits, mt, mf, mu >> 3 AS mr, mu & 7 AS rest
FROM (
  SELECT subject_id, k, bit_or(bits) AS bits, max(CASE WHEN c = 0 THEN t END) AS mt,
    max(CASE WHEN c = 1 THEN t END) AS mf, max(CASE WHEN c BETWEEN 2 AND 4 THEN t * 8 + 7 - c END) AS mu
  FROM placed GROUP BY subject_id, k
) AS grouped"""


def answer_case() -> str:
    """The answer of an atom, as its rank, from what its rows gave; `l` is the level, `f` the form."""
    rank = {a.reason.value if a.reason else a.verdict.value: r for a, r in RANK.items()}
    met, failed, stale = rank["met"], rank["not_met"], rank["stale"]
    unit, ambiguous, missing = rank["unit"], rank["ambiguous"], rank["missing"]
    conflict = rank["conflict"]
    reason = f"CASE l.rest WHEN 5 THEN {unit} WHEN 4 THEN {ambiguous} ELSE {missing} END"
    absent = f"CASE WHEN l.bits & 32 > 0 THEN {stale} ELSE {missing} END"
    reasons = (
        f"WHEN l.bits & 4 > 0 THEN {unit} WHEN l.bits & 8 > 0 THEN {ambiguous} "
        f"WHEN l.bits & 16 > 0 THEN {missing}"
    )
    newest = "greatest(l.mt, l.mf, l.mr)"
    denied = f"{day_of('l.mf')} >= {day_of('l.mt')}"
    return f"""CASE f.form
  WHEN {Form.LATEST} THEN
    CASE WHEN {newest} IS NULL THEN {absent}
         WHEN l.mt = {newest} AND l.mf = {newest} THEN {conflict}
         WHEN l.mr = {newest} THEN {reason}
         WHEN l.mt = {newest} THEN {met} ELSE {failed} END
  WHEN {Form.ALL} THEN
    CASE WHEN l.bits & 2 > 0 THEN {failed} {reasons} WHEN l.bits & 1 > 0 THEN {met} ELSE {absent} END
  WHEN {Form.ANY} THEN
    CASE WHEN l.bits & 1 > 0 THEN {met} {reasons} WHEN l.bits & 2 > 0 THEN {failed} ELSE {absent} END
  WHEN {Form.LIFELONG} THEN
    CASE WHEN l.mt IS NOT NULL THEN CASE WHEN {denied} THEN {conflict} ELSE {met} END
         WHEN greatest(l.mf, l.mr) IS NULL THEN {missing}
         WHEN greatest(l.mf, l.mr) < f.recent THEN {stale}
         WHEN l.mr = greatest(l.mf, l.mr) THEN {reason} ELSE {failed} END
  WHEN {Form.CONDITION} THEN
    CASE WHEN l.bits & 3 = 3 THEN {met}
         WHEN f.current AND l.bits & 8 = 0 AND l.bits & 4 > 0 THEN {failed} ELSE {stale} END
  WHEN {Form.EXPOSURE} THEN
    CASE WHEN l.bits & 1 > 0 THEN {met} WHEN l.bits & 2 > 0 THEN {stale} ELSE {missing} END
  WHEN {Form.ATTRIBUTE} THEN CASE WHEN l.bits & 1 > 0 THEN {met} ELSE {failed} END
  WHEN {Form.SEX} THEN
    CASE WHEN l.bits = 3 THEN {conflict} WHEN l.bits & f.wanted > 0 THEN {met} ELSE {failed} END
  ELSE {missing} END"""


def person_query(words: int) -> str:
    """One row a person: the answers of all atoms, three bits each, as the distance from the usual one."""
    packed = ", ".join(
        f"bit_or(CASE WHEN f.word = {word} THEN CAST((a.answer + 8 - f.usual) % 8 AS BIGINT) << f.shift "
        f"ELSE CAST(0 AS BIGINT) END) AS w{word}"
        for word in range(words)
    )
    return (
        f"SELECT a.subject_id, {packed}{',' if packed else ''} bit_or(a.flags) AS flags "
        "FROM answered AS a JOIN form AS f ON f.k = a.k GROUP BY a.subject_id"
    )


def unpacked(k: int, usual: int, place: int) -> str:
    """The answer of an atom out of the packed columns."""
    word, position = divmod(place, ATOMS_A_WORD)
    return f"CAST((((w{word} >> {3 * position}) & 7) + {usual}) % 8 AS TINYINT)"


# The octal digits of `not`: 0 and 7 change places. One look-up, so that deep trees do not double in length.
_TURNED = sum(turned << (3 * v) for v, turned in enumerate((7, 1, 2, 3, 4, 5, 6, 0)))


def negated(v: str) -> str:
    """`not`: met and not met change places."""
    return f"(({_TURNED} >> (3 * CAST({v} AS INTEGER))) & 7)"


def least(parts: Sequence[str], *, empty: int = 7) -> str:
    """`all`: the least of its members decides."""
    if not parts:
        return str(empty)
    return parts[0] if len(parts) == 1 else f"least({', '.join(parts)})"


def tree(expr: ex.Expr, slots: Iterator[str]) -> str:
    """The answer of a tree, as its rank, over the columns of its leaves in the order of the text."""
    return fold(expr, slots, _RANKS)


def _at_least(n: int, parts: Sequence[str]) -> str:
    if not parts:
        return "0"
    met = " + ".join(f"CASE WHEN {p} = 7 THEN 1 ELSE 0 END" for p in parts)
    possible = " + ".join(f"CASE WHEN {p} > 0 THEN 1 ELSE 0 END" for p in parts)
    reasons = least([f"CASE WHEN {p} BETWEEN 1 AND 6 THEN {p} ELSE 7 END" for p in parts])
    return f"CASE WHEN {met} >= {n} THEN 7 WHEN {possible} < {n} THEN 0 ELSE {reasons} END"


_RANKS = Algebra(all=least, at_least=_at_least, turned=negated)


def counts_query(
    asked: Sequence[tuple[PlannedStudy, slice]], column: Callable[[int], str], *, strict: bool
) -> str:
    """One row of counts for parts of the criteria of studies.

    For each study the people, those who fail and those who are eligible; for each criterion of the part those
    with each of the eight answers, failing by it alone, and not failing up to it. `column` gives the answer
    of an atom over the packed columns of `alike`.
    """
    used = sorted({k for study, _ in asked for c in study.criteria for k in c.slots})
    leaves = "".join(f", {column(k)} AS v{k}" for k in used)
    names: list[str] = []
    trees, judged, sums = "", "", []
    for j, (study, part) in enumerate(asked):
        own = [f"c{j}_{i}" for i in range(len(study.criteria))]
        names += own
        fails = [
            f"{c} = {7 if criterion.exclusion else 0}"
            for c, criterion in zip(own, study.criteria, strict=True)
        ]
        for c, criterion in zip(own, study.criteria, strict=True):
            trees += f", {tree(criterion.expr, iter([f'v{k}' for k in criterion.slots]))} AS {c}"
        failures = " + ".join(f"CASE WHEN {f} THEN 1 ELSE 0 END" for f in fails) or "0"
        first = " ".join(f"WHEN {f} THEN {i}" for i, f in enumerate(fails)) or "WHEN FALSE THEN 0"
        # A criterion that no record can answer does not hold the verdict up, unless strictly asked.
        holds = least([f"CASE WHEN {c} BETWEEN 1 AND {6 if strict else 5} THEN {c} ELSE 7 END" for c in own])
        judged += f", {failures} AS f{j}, CASE {first} ELSE {len(own)} END AS first{j}, {holds} AS holds{j}"
        sums += ["sum(n)", f"sum(CASE WHEN f{j} > 0 THEN n ELSE 0 END)"]
        sums.append(f"sum(CASE WHEN f{j} = 0 AND holds{j} = 7 THEN n ELSE 0 END)")
        for i in range(len(own))[part]:
            sums += [f"sum(CASE WHEN {own[i]} = {rank} THEN n ELSE 0 END)" for rank in range(8)]
            sums.append(f"sum(CASE WHEN f{j} = 1 AND {fails[i]} THEN n ELSE 0 END)")
            sums.append(f"sum(CASE WHEN first{j} > {i} THEN n ELSE 0 END)")
    told = f"SELECT n{trees} FROM (SELECT n{leaves} FROM alike) AS known"
    if len(asked) == 1 and names:
        # People who look alike to one study are few.
        alike = ", ".join(names)
        told = f"SELECT {alike}, sum(n) AS n FROM ({told}) AS told GROUP BY {alike}"
    return f"SELECT {', '.join(sums)} FROM (SELECT *{judged} FROM ({told}) AS answered) AS judged"
