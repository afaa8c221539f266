"""Facts: what somebody could find out, and which answers it can give to the leaves that ask for it.

Leaves that look at one result, one birth or one sex are one fact, and so are equal leaves of different
criteria. Takes a planned study; gives its facts with all joint answers that are possible.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any, NamedTuple

import msgspec

from trialwright.model import expression as ex
from trialwright.model.logic import MET, NOT_MET, Answer, Reason, Verdict
from trialwright.screening.atoms import AgeAtom, Atom, FixedAtom, MeasurementAtom, Question, SexAtom
from trialwright.screening.outcome import ANSWERS
from trialwright.screening.plan import Plan, PlannedStudy, leaves_with_sign
from trialwright.screening.reading import Value, read_word
from trialwright.screening.windows import judge_age, length, time_unit

# No more questions than these are taken to be answered by one finding.
_MANY = 10


class Spot(NamedTuple):
    """A leaf: criterion and leaf by their positions."""

    criterion: int
    leaf: int


class Fact(NamedTuple):
    """What one finding answers: its leaves, grouped by question, and the joint answers it can give.

    `questions` are groups of leaves with one and the same atom; every entry of `answers` has a truth for
    each question. `by_record`: a record could hold it; otherwise a person has to say it.
    """

    needed: str
    questions: tuple[tuple[Spot, ...], ...]
    answers: tuple[tuple[bool, ...], ...]
    by_record: bool


def facts_of(study: PlannedStudy, plan: Plan) -> tuple[Fact, ...]:
    """All facts of a study, in the order of the text."""
    questions: dict[Any, list[Spot]] = {}
    words: dict[Any, str] = {}
    atoms: dict[Any, Atom] = {}
    for c, criterion in enumerate(study.criteria):
        for i, (leaf, _) in enumerate(leaves_with_sign(criterion.expr, criterion.exclusion)):
            atom = plan.atoms[criterion.slots[i]]
            key = _unread(leaf) if isinstance(atom, FixedAtom) else atom
            questions.setdefault(key, []).append(Spot(c, i))
            words.setdefault(key, criterion.needed[i])
            atoms[key] = atom
    groups: dict[Any, list[Any]] = {}
    for key in questions:
        group = groups.setdefault(_finding(atoms[key], key), [])
        # A group too large to go through is left as facts of their own.
        (group if len(group) < _MANY else groups.setdefault(("alone", key), [])).append(key)
    return tuple(
        Fact(
            needed=" and ".join(dict.fromkeys(words[k] for k in keys)),
            questions=tuple(tuple(questions[k]) for k in keys),
            answers=possible_answers([atoms[k] for k in keys], plan.index_date),
            by_record=not isinstance(atoms[keys[0]], FixedAtom),
        )
        for keys in groups.values()
    )


def _unread(leaf: ex.Expr) -> tuple[str, ex.Expr]:
    """What stands for a leaf that no record answers: its words, wherever they stand."""
    return "words", msgspec.structs.replace(leaf, span=None, notes=())


def _finding(atom: Atom, key: Any) -> Any:
    """Equal for atoms that one finding answers."""
    match atom:
        case MeasurementAtom(select="latest" | "first", question=question) if (
            question.relative_to != "baseline" and not (question.scale and question.values)
        ):
            bare = msgspec.structs.replace(question, limits=None, values=())
            return msgspec.structs.replace(atom, question=bare)
        case AgeAtom():
            return "age"
        case SexAtom():
            return "sex"
        case _:
            return "alone", key


def possible_answers(atoms: Sequence[Atom], day: date) -> tuple[tuple[bool, ...], ...]:
    """The joint answers of atoms that one finding answers; all of them where that cannot be told."""
    found: Iterable[tuple[Answer, ...]]
    first = atoms[0]
    match first:
        case MeasurementAtom(question=Question(scale=None)):
            words = sorted({v for a in atoms if isinstance(a, MeasurementAtom) for v in a.question.values})
            found = [_of_word(word, atoms) for word in (*words, "positive", "negative", "another")]
        case MeasurementAtom(select="latest" | "first") if all(_is_bounded(a) for a in atoms):
            found = [_of_number(number, atoms) for number in _numbers(atoms)]
        case AgeAtom():
            found = [_of_birth(birth, atoms, day) for birth in _births(atoms, day)]
        case SexAtom():
            found = [
                tuple(MET if sex in a.wanted else NOT_MET for a in atoms if isinstance(a, SexAtom))
                for sex in ("F", "M")
            ]
        case _:
            found = ()
    sure = {
        tuple(a == MET for a in answers)
        for answers in found
        if all(a.verdict is not Verdict.UNKNOWN for a in answers)
    }
    if not sure:
        sure = set(product((False, True), repeat=len(atoms)))
    # Met before not met, so that of two equally good answers the first leaf is said to hold.
    return tuple(sorted(sure, reverse=True))


def _of_word(word: str, atoms: Sequence[Atom]) -> tuple[Answer, ...]:
    answers = []
    for atom in atoms:
        assert isinstance(atom, MeasurementAtom)  # noqa: S101  one finding, one kind of atom
        read = read_word(None, word, values=atom.question.values, quantitative=False)
        answers.append(read or Answer(Verdict.UNKNOWN, Reason.AMBIGUOUS))
    return tuple(answers)


def _is_bounded(atom: Atom) -> bool:
    return isinstance(atom, MeasurementAtom) and atom.question.limits is not None and not atom.question.values


def _numbers(atoms: Sequence[Atom]) -> list[float]:
    """A number at, below and above every bound, as far as it is plausible."""
    low, high = -math.inf, math.inf
    edges = set()
    for atom in atoms:
        assert isinstance(atom, MeasurementAtom)  # noqa: S101  _is_bounded has said so
        question = atom.question
        assert question.limits is not None  # noqa: S101  likewise
        if question.scale is not None and question.relative_to is None:
            low, high = question.scale.plausible
        edges |= {e for e in (question.limits.floor, question.limits.ceiling) if math.isfinite(e)}
    near = {math.nextafter(e, side) for e in edges for side in (-math.inf, math.inf)}
    return sorted(n for n in edges | near if low <= n <= high)


def _of_number(number: float, atoms: Sequence[Atom]) -> tuple[Answer, ...]:
    return tuple(
        a.question.limits.judge(Value(number))
        for a in atoms
        if isinstance(a, MeasurementAtom) and a.question.limits is not None
    )


def _births(atoms: Sequence[Atom], day: date) -> set[date]:
    """Days of birth around every age that a bound names, none of them after the day."""
    found = {day}
    for atom in atoms:
        assert isinstance(atom, AgeAtom)  # noqa: S101  one finding, one kind of atom
        unit = time_unit(atom.interval)
        for bound in (atom.interval.low, atom.interval.high):
            for more in (0, 1):
                period = length(bound.value + more, unit) if bound is not None and unit else None
                birth = (-period).from_day(day) if period is not None else day
                found |= {birth + timedelta(days=shift) for shift in (-1, 0, 1) if birth > date(2, 1, 1)}
    return {birth for birth in found if birth <= day}


def _of_birth(birth: date, atoms: Sequence[Atom], day: date) -> tuple[Answer, ...]:
    return tuple(judge_age(a.interval, birth, birth, day) for a in atoms if isinstance(a, AgeAtom))


class OpenFact(NamedTuple):
    """A fact that is not known of a person: its open leaves by question, and the answers left to it."""

    fact: Fact
    answers: tuple[tuple[bool, ...], ...]


def open_facts(facts: Iterable[Fact], answers: Sequence[Sequence[Answer]]) -> tuple[OpenFact, ...]:
    """The facts that are open for somebody with these answers, criterion by criterion, leaf by leaf.

    What is known of a fact stays so: a value of "below 50" leaves open whether it is below 30, and no answer
    above 50 is possible any more.
    """
    found = []
    for fact in facts:
        known = [_truth(answers[spots[0].criterion][spots[0].leaf]) for spots in fact.questions]
        if None not in known:
            continue
        fitting = [a for a in fact.answers if all(k is None or k == t for k, t in zip(known, a, strict=True))]
        left = [i for i, k in enumerate(known) if k is None]
        narrowed = fact._replace(questions=tuple(fact.questions[i] for i in left))
        # Where nothing possible agrees with what is known, what is known came about in another way.
        possible = tuple(dict.fromkeys(tuple(a[i] for i in left) for a in fitting)) or tuple(
            product((True, False), repeat=len(left))
        )
        found.append(OpenFact(narrowed, possible))
    return tuple(found)


def _truth(answer: Answer) -> bool | None:
    return None if answer.verdict is Verdict.UNKNOWN else answer == MET


def answers_of(study: PlannedStudy, ranks: dict[int, int]) -> tuple[tuple[Answer, ...], ...]:
    """The answers at all leaves of a study from the ranks of its atoms."""
    return tuple(tuple(ANSWERS[ranks[k]] for k in c.slots) for c in study.criteria)
