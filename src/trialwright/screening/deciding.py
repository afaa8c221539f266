"""What would decide an undecided person: the fewest facts that qualify, the fewest that settle, each alone.

Takes a planned study, its facts and one person's answers at the leaves. Facts that stand at one leaf are
dealt with by the walks of `qualifying` and `settling`; the answers of facts that several leaves share are
gone through, part by part of the trial, as long as that takes no more than MOST walks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import NamedTuple

from trialwright.model.logic import MET, NOT_MET, Answer, Reason, Verdict
from trialwright.screening import qualifying, settling
from trialwright.screening.facts import Fact, OpenFact, open_facts
from trialwright.screening.outcome import fails, is_set_aside, judge
from trialwright.screening.plan import PlannedCriterion, PlannedStudy
from trialwright.screening.qualifying import FREE, Way, Ways

# So often, and no oftener, a part of the trial is walked for each of the two sets.
MOST = 5_000
# A fact costs this much; one that only a person's word answers costs a little more.
_A_FACT, _A_WORD = 1_000, 1


class Found(NamedTuple):
    """An answer that a fact must give: `truths`, one for each of its open questions."""

    fact: Fact
    truths: tuple[bool, ...]


class Alone(NamedTuple):
    """What one fact alone could do: end the waiting whatever it says, make eligible, rule out."""

    fact: Fact
    decides: bool
    could_qualify: bool
    could_exclude: bool


class Deciding(NamedTuple):
    """What would decide a person. None: no facts can (`to_qualify`); `over`: too many to search.

    to_qualify: a smallest set of facts with answers that make the trial-level verdict met, all else staying
    as it is. to_settle: a smallest set of facts after which the verdict is no longer unknown, whatever
    they turn out to be. alone: every open fact that matters.
    """

    to_qualify: tuple[Found, ...] | None
    to_settle: tuple[Fact, ...] | None
    alone: tuple[Alone, ...]
    over: bool = False


class _TooMany(Exception):
    """There are too many shared facts to go through all their answers."""


def decide(
    study: PlannedStudy, facts: Sequence[Fact], answers: Sequence[Sequence[Answer]], *, strict: bool
) -> Deciding:
    """What would decide somebody with these answers, criterion by criterion, leaf by leaf."""
    case = _Case(study, facts, answers, strict=strict)
    alone = tuple(case.alone(fact) for fact in case.open)
    try:
        ways = [_qualify(part) for part in case.parts]
        settled = _settle(case.parts)
    except _TooMany:
        return Deciding(None, None, alone, over=True)
    qualify = None if None in ways else tuple(f for way in ways if way is not None for f in way)
    return Deciding(qualify, settled, alone)


class _Case:
    """One person's open criteria and the facts that matter for them."""

    def __init__(
        self,
        study: PlannedStudy,
        facts: Sequence[Fact],
        answers: Sequence[Sequence[Answer]],
        *,
        strict: bool,
    ) -> None:
        self.study, self.answers, self.strict = study, answers, strict
        outcomes = [judge(c.expr, a) for c, a in zip(study.criteria, answers, strict=True)]
        self.given = [o.answer for o in outcomes]
        relevant = {(c, i) for c, o in enumerate(outcomes) for i in o.open}
        self.open = tuple(
            fact for fact in open_facts(facts, answers) if any(s in relevant for s in _spots(fact))
        )
        spots = [{s for s in _spots(fact) if s in relevant} for fact in self.open]
        undecided = [c for c, a in enumerate(self.given) if a.verdict is Verdict.UNKNOWN]
        self.parts = []
        for criteria in _joined(undecided, spots):
            own = [f for f, at in zip(self.open, spots, strict=True) if any(c in criteria for c, _ in at)]
            self.parts.append(_Part(self, criteria, own))

    def alone(self, fact: OpenFact) -> Alone:
        """What each answer of one fact would do to the trial-level verdict."""
        verdicts = {self._verdict(fact, truths) for truths in fact.answers}
        return Alone(
            fact.fact, Verdict.UNKNOWN not in verdicts, Verdict.MET in verdicts, Verdict.NOT_MET in verdicts
        )

    def _verdict(self, fact: OpenFact, truths: tuple[bool, ...]) -> Verdict:
        changed: dict[int, list[Answer]] = {}
        for spots, truth in zip(fact.fact.questions, truths, strict=True):
            for c, i in spots:
                changed.setdefault(c, list(self.answers[c]))[i] = MET if truth else NOT_MET
        given = list(self.given)
        for c, own in changed.items():
            given[c] = judge(self.study.criteria[c].expr, own).answer
        if any(fails(c, a) for c, a in zip(self.study.criteria, given, strict=True)):
            return Verdict.NOT_MET
        waits = any(a.reason and not is_set_aside(a, strict=self.strict) for a in given)
        return Verdict.UNKNOWN if waits else Verdict.MET


def _spots(fact: OpenFact) -> Iterator[tuple[int, int]]:
    return ((s.criterion, s.leaf) for spots in fact.fact.questions for s in spots)


def _joined(criteria: Iterable[int], spots: Iterable[set[tuple[int, int]]]) -> list[list[int]]:
    """The criteria in groups that share no fact with each other."""
    groups = [{c} for c in criteria]
    for own in spots:
        touched = {c for c, _ in own}
        meeting = [g for g in groups if g & touched]
        groups = [g for g in groups if not g & touched] + ([set().union(*meeting)] if meeting else [])
    return sorted(sorted(g) for g in groups)


class _Part:
    """Criteria that share facts with each other and with no other criterion."""

    def __init__(self, case: _Case, criteria: Sequence[int], facts: Sequence[OpenFact]) -> None:
        self.case, self.criteria, self.facts = case, criteria, facts
        self.planned: list[PlannedCriterion] = [case.study.criteria[c] for c in criteria]
        own = [[s for s in _spots(f) if s[0] in criteria] for f in facts]
        self.shared = [i for i, f in enumerate(facts) if len(own[i]) > 1 or len(f.fact.questions) > 1]
        self.walks = 0
        self.single = {own[i][0]: i for i in range(len(facts)) if i not in self.shared}

    def combinations(self, chosen: Sequence[int], *, or_open: bool) -> Iterator[dict[int, tuple[bool, ...]]]:
        """All answers of the chosen shared facts; with `or_open` each may also stay as it is."""
        given = [((None, *self.facts[i].answers) if or_open else self.facts[i].answers) for i in chosen]
        for pick in product(*given):
            self.walks += 1
            if self.walks > MOST:
                raise _TooMany
            yield {i: truths for i, truths in zip(chosen, pick, strict=True) if truths is not None}

    def truths(self, assigned: dict[int, tuple[bool, ...]]) -> dict[tuple[int, int], bool]:
        """What shared facts with these answers say at their leaves."""
        return {
            (s.criterion, s.leaf): truth
            for i, answers in assigned.items()
            for spots, truth in zip(self.facts[i].fact.questions, answers, strict=True)
            for s in spots
        }

    def cost(self, fact: int) -> int:
        """What it costs to find out a fact."""
        return _A_FACT + (0 if self.facts[fact].fact.by_record else _A_WORD)

    def is_word(self, answer: Answer) -> bool:
        """Whether an open leaf waits for a person's word only, and does not hold anybody up."""
        return answer.reason is Reason.NOT_ASSESSABLE and not self.case.strict


def _qualify(part: _Part) -> tuple[Found, ...] | None:
    """The fewest facts, with answers, that let the person pass every criterion of the part."""
    best: tuple[int, tuple[Found, ...]] | None = None
    known: dict[tuple[int, frozenset[tuple[int, bool]]], Way | None] = {}
    for assigned in part.combinations(part.shared, or_open=True):
        price = sum(part.cost(i) for i in assigned)
        if best is not None and price >= best[0]:
            continue
        truths = part.truths(assigned)
        total: Way | None = FREE
        for c, criterion in zip(part.criteria, part.planned, strict=True):
            key = (c, frozenset((i, t) for (own, i), t in truths.items() if own == c))
            if key not in known:
                known[key] = _pass(part, c, criterion, truths)
            total = qualifying.both(total, known[key])
            if total is None:
                break
        if total is not None and (best is None or price + total.cost < best[0]):
            found = [Found(part.facts[i].fact, answers) for i, answers in assigned.items()]
            found += [Found(part.facts[i].fact, (truth,)) for i, truth in total.choices]
            best = price + total.cost, tuple(found)
    return None if best is None else best[1]


def _pass(
    part: _Part, c: int, criterion: PlannedCriterion, truths: dict[tuple[int, int], bool]
) -> Way | None:
    """The cheapest way past one criterion; the choices name facts of the part."""
    leaves = []
    for i, answer in enumerate(part.case.answers[c]):
        truth = truths.get((c, i), answer == MET if answer.verdict is not Verdict.UNKNOWN else None)
        if truth is not None:
            leaves.append(qualifying.MET if truth else qualifying.FAILED)
            continue
        aside = FREE if part.is_word(answer) else None
        fact = part.single.get((c, i))
        if fact is None:
            leaves.append(Ways(aside=aside))
            continue
        possible = {truths[0] for truths in part.facts[fact].answers}
        met, failed = (Way(part.cost(fact), ((fact, t),)) if t in possible else None for t in (True, False))
        leaves.append(Ways(met, failed, aside))
    ways = qualifying.cheapest(criterion.expr, leaves)
    return qualifying.least((ways.failed if criterion.exclusion else ways.met, ways.aside))


def _settle(parts: Sequence[_Part]) -> tuple[Fact, ...] | None:
    """The fewest facts after which nothing is unknown: no part waits, or one part is sure to fail."""
    for part in parts:
        part.walks = 0
    quiet = [_fewest(part, lambda blocks, passes: not blocks) for part in parts]
    options = [tuple(f for facts in quiet if facts is not None for f in facts)]
    for part in parts:
        sure = _fewest(part, lambda blocks, passes: not blocks and not passes)
        if sure is not None:
            options.append(sure)
    return min(options, key=len)


def _fewest(part: _Part, is_enough: Callable[[bool, bool], bool]) -> tuple[Fact, ...] | None:
    """The fewest facts of a part that are enough; None where not even all of them are.

    More facts are never less, so whatever cannot be spared from all of them is in every set that is enough.
    """
    everything = range(len(part.facts))

    def enough(chosen: Iterable[int]) -> bool:
        return is_enough(*_outlook(part, frozenset(chosen)))

    if not enough(everything):
        return None
    needed = [i for i in everything if not enough(j for j in everything if j != i)]
    others = [i for i in everything if i not in needed]
    # Facts of a record come before a person's word.
    others.sort(key=lambda i: not part.facts[i].fact.by_record)
    for size in range(len(others) + 1):
        for more in combinations(others, size):
            if enough((*needed, *more)):
                return tuple(part.facts[i].fact for i in sorted((*needed, *more)))
    return None


def _outlook(part: _Part, known: frozenset[int]) -> tuple[bool, bool]:
    """Whether, with these facts known, the part can wait without failing, and whether it can pass."""
    blocks = passes = False
    for assigned in part.combinations([i for i in part.shared if i in known], or_open=False):
        truths = part.truths(assigned)
        states = [
            _states(part, c, criterion, truths, known)
            for c, criterion in zip(part.criteria, part.planned, strict=True)
        ]
        if all("passes" in s or "waits" in s for s in states):
            blocks = blocks or any("waits" in s for s in states)
            passes = passes or all("passes" in s for s in states)
    return blocks, passes


def _states(
    part: _Part,
    c: int,
    criterion: PlannedCriterion,
    truths: dict[tuple[int, int], bool],
    known: frozenset[int],
) -> set[str]:
    """What a criterion can do to the person: pass, wait, fail."""
    leaves = []
    for i, answer in enumerate(part.case.answers[c]):
        truth = truths.get((c, i), answer == MET if answer.verdict is not Verdict.UNKNOWN else None)
        fact = part.single.get((c, i))
        if truth is not None:
            leaves.append(frozenset((settling.MET if truth else settling.FAILED,)))
        elif fact is not None and fact in known:
            leaves.append(
                frozenset(settling.MET if t[0] else settling.FAILED for t in part.facts[fact].answers)
            )
        else:
            leaves.append(frozenset((settling.ASIDE if part.is_word(answer) else settling.OPEN,)))
    against = settling.MET if criterion.exclusion else settling.FAILED
    return {
        "fails" if s == against else "waits" if s == settling.OPEN else "passes"
        for s in settling.reachable(criterion.expr, leaves)
    }
