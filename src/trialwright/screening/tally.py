"""Counting verdicts: how many people met each criterion, and how many a trial would take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from trialwright.model.logic import Answer, Reason, Verdict
from trialwright.model.screening import CriterionCount, StudyCount
from trialwright.screening.outcome import ANSWERS, fails, judge_trial
from trialwright.screening.plan import PlannedStudy


class Tally:
    """The counts of one study, filled person by person or by groups of people who look alike."""

    def __init__(self, study: PlannedStudy, *, strict: bool) -> None:
        self.study = study
        self.strict = strict
        self.trial: Counter[Verdict] = Counter()
        self.criteria: list[Counter[Answer]] = [Counter() for _ in study.criteria]
        self.sole: Counter[int] = Counter()
        self.remaining: Counter[int] = Counter()

    def add(self, answers: Sequence[Answer], people: int = 1) -> None:
        """Count people who have these answers to the criteria of the study."""
        failing = []
        for index, (criterion, answer) in enumerate(zip(self.study.criteria, answers, strict=True)):
            self.criteria[index][answer] += people
            if fails(criterion, answer):
                failing.append(index)
        self.trial[judge_trial(self.study, answers, strict=self.strict).verdict] += people
        if len(failing) == 1:
            self.sole[failing[0]] += people
        for index in range(failing[0] if failing else len(answers)):
            self.remaining[index] += people

    def fill(self, screened: int, failed: int, eligible: int, criteria: Sequence[Sequence[int]]) -> None:
        """Take counts made elsewhere: for each criterion the eight answers, sole failures, who remains."""
        self.trial = Counter(
            {
                Verdict.MET: eligible,
                Verdict.NOT_MET: failed,
                Verdict.UNKNOWN: screened - failed - eligible,
            }
        )
        for index, counted in enumerate(criteria):
            self.criteria[index] = Counter(dict(zip(ANSWERS, counted[:-2], strict=True)))
            self.sole[index], self.remaining[index] = counted[-2:]

    def count(self) -> StudyCount:
        """The counts as the JSON of `screen` gives them."""
        criteria = []
        for index, (criterion, counted) in enumerate(zip(self.study.criteria, self.criteria, strict=True)):
            reasons = {reason: sum(n for a, n in counted.items() if a.reason is reason) for reason in Reason}
            by_verdict = {v: sum(n for a, n in counted.items() if a.verdict is v) for v in Verdict}
            criteria.append(
                CriterionCount(
                    id=criterion.id,
                    met=by_verdict[Verdict.MET],
                    not_met=by_verdict[Verdict.NOT_MET],
                    unknown=by_verdict[Verdict.UNKNOWN],
                    sole_reason=self.sole[index],
                    remaining=self.remaining[index],
                    unknown_because={r.value: n for r, n in reasons.items() if n},
                )
            )
        return StudyCount(
            id=self.study.id,
            to_confirm=tuple(c.id for c in criteria if c.unknown_because.get("not_assessable")),
            screened=sum(self.trial.values()),
            eligible=self.trial[Verdict.MET],
            undecided=self.trial[Verdict.UNKNOWN],
            not_eligible=self.trial[Verdict.NOT_MET],
            criteria=tuple(criteria),
            assumptions=self.study.assumptions,
        )
