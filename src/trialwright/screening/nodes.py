"""Trees with a verdict at every node: what each leaf found and where it looked, and which nodes decide.

Takes a planned criterion and the answers at its leaves; gives nodes for people and programs to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from trialwright.model import expression as ex
from trialwright.model.explanation import ExplainedNode, Looked, SourceRow
from trialwright.model.logic import (
    Answer,
    Verdict,
    conjoin,
    count_met,
    disjoin,
    exempt,
    imply,
    negate,
)
from trialwright.screening.atoms import AgeAtom, Atom, AttributeAtom, FixedAtom, SexAtom
from trialwright.screening.codes import BIRTH
from trialwright.screening.outcome import judge
from trialwright.screening.person import LeafAnswer, Person, Row
from trialwright.screening.plan import Plan, PlannedCriterion
from trialwright.screening.records import Record, codes_of

Words = Callable[[ex.Expr], str]


class Tree:
    """One criterion for one person."""

    def __init__(
        self,
        criterion: PlannedCriterion,
        leaves: Sequence[LeafAnswer],
        *,
        plan: Plan,
        record: Record,
        person: Person,
        words: Words,
    ) -> None:
        self._criterion, self._leaves = criterion, leaves
        self._plan, self._record, self._person, self._words = plan, record, person, words

    def draw(self) -> ExplainedNode:
        """The root with all nodes below it; those on which the criterion's verdict rests are marked."""
        return self._node(self._criterion.expr, 0, "", rests=True)

    def _node(self, expr: ex.Expr, start: int, role: str, *, rests: bool) -> ExplainedNode:
        """A node whose first leaf is the one at `start`; `rests`: the criterion's verdict rests on it."""
        if not isinstance(expr, ex.AllOf | ex.AnyOf | ex.AtLeast | ex.Not | ex.IfThen | ex.Except):
            return self._leaf(expr, start, role, rests=rests)
        children = ex.children(expr)
        starts = [start]
        for child in children:
            starts.append(starts[-1] + len(ex.leaves(child)))
        given = [leaf.answer for leaf in self._leaves]
        # The verdicts first: on which parts a node rests shows only when all of them are known.
        answers = [
            judge(child, given[a:b]).answer for child, a, b in zip(children, starts, starts[1:], strict=False)
        ]
        answer = _together(expr, answers)
        return ExplainedNode(
            type=_type(expr),
            words=_group_words(expr),
            role=role,
            verdict=answer.verdict.value,
            reason=answer.reason.value if answer.reason else None,
            deciding=rests,
            of=tuple(
                self._node(child, place, name, rests=rests and _holds(expr, answer, own, name))
                for child, place, own, name in zip(children, starts, answers, _roles(expr), strict=False)
            ),
        )

    def _leaf(self, leaf: ex.Expr, place: int, role: str, *, rests: bool) -> ExplainedNode:
        given, criterion = self._leaves[place], self._criterion
        atom = self._plan.atoms[criterion.slots[place]]
        answer, row = given.answer, given.row
        if isinstance(atom, SexAtom | AttributeAtom):
            row = next(self._rows(atom), None)
        return ExplainedNode(
            type=_type(leaf),
            words=self._words(leaf),
            role=role,
            verdict=answer.verdict.value,
            reason=answer.reason.value if answer.reason else None,
            deciding=rests,
            value=given.value or None,
            unit=given.unit or None,
            time=given.time,
            row=self._source_row(row) if row is not None else None,
            looked=None if isinstance(atom, FixedAtom) else self._looked(atom),
            needed=criterion.needed[place] if answer.verdict is Verdict.UNKNOWN else None,
        )

    def _source_row(self, row: Row) -> SourceRow:
        return SourceRow(
            code=self._record.code_of(row),
            time=_stamp(row.time),
            numeric_value=row.number,
            text_value=row.text,
            unit=row.unit,
            end_time=_stamp(row.end),
            ref_low=row.ref_low,
            ref_high=row.ref_high,
        )

    def _looked(self, atom: Atom) -> Looked:
        rows = list(self._rows(atom))
        days = [row.day for row in rows if row.day is not None]
        asked = getattr(atom, "window", None)
        window = self._person.window(asked) if asked is not None else None
        # A window without an end reaches to the last date that there is.
        ends = None
        if window is not None:
            last = None if window.last == date.max else window.last.isoformat()
            ends = window.first.isoformat() if window.first else None, last
        return Looked(window=ends, rows=len(rows), latest=max(days).isoformat() if days else None)

    def _rows(self, atom: Atom) -> Iterator[Row]:
        """The rows up to the index date that an atom may look at."""
        if isinstance(atom, AgeAtom):
            yield from (row for row, _ in self._record.rows if row.code == BIRTH)
        elif isinstance(atom, SexAtom | AttributeAtom):
            prefix = atom.prefix if isinstance(atom, AttributeAtom) else "SEX:"
            for code, rows in self._person.by_code.items():
                if code.startswith(prefix):
                    yield from rows
        else:
            seen: set[int] = set()
            for codes in codes_of(atom):
                for row in self._person.rows(codes):
                    if id(row) not in seen:
                        seen.add(id(row))
                        yield row


def _stamp(time: datetime | None) -> str | None:
    return time.isoformat() if time is not None else None


def _type(expr: ex.Expr) -> str:
    return str(type(expr).__struct_config__.tag)


def _group_words(expr: ex.Expr) -> str:
    return {"at_least": f"at least {getattr(expr, 'n', '')}", "if_then": "if … then"}.get(
        _type(expr), _type(expr)
    )


def _roles(expr: ex.Expr) -> tuple[str, ...]:
    match expr:
        case ex.IfThen():
            return ("if", "then")
        case ex.Except():
            return ("", "unless")
        case _:
            return ("",) * len(ex.children(expr))


def _together(expr: ex.Expr, answers: Sequence[Answer]) -> Answer:
    match expr:
        case ex.AllOf():
            return conjoin(answers)
        case ex.AnyOf():
            return disjoin(answers)
        case ex.AtLeast(n=n):
            return count_met(answers, n)
        case ex.Not():
            return negate(answers[0])
        case ex.IfThen():
            return imply(*answers)
        case _:
            return exempt(*answers)


def _holds(expr: ex.Expr, answer: Answer, own: Answer, role: str) -> bool:
    """Whether the verdict of a node rests on a part: on all that make it, or on those it waits for."""
    # In `if` and `unless` a part counts the other way round, and so it does below `not`.
    turned = role in ("if", "unless") or isinstance(expr, ex.Not)
    counted = negate(own) if turned else own
    return counted.verdict is answer.verdict
