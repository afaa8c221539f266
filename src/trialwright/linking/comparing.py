"""Compares two records and says how they relate, with the evidence in words.

Takes two profiles, gives a link. Numbers decide when there are any; without them structured evidence may say
"probably the same", which asks a person and never merges by itself.
"""

from __future__ import annotations

from trialwright.linking.evidence import Profile
from trialwright.model.study import Link

SAME, PROBABLE = 0.95, 0.5

# What each kind of evidence is worth; the sum is cut at 0.94, since only a number is proof.
_WORTH = {
    "title": 0.55,
    "person": 0.3,
    "city": 0.1,
    "size": 0.1,
    "date": 0.1,
    "phase": 0.03,
    "words": 0.35,
    "prose": 0.45,
}


def compare(a: Profile, b: Profile) -> Link | None:
    """The link of two records; None when nothing speaks for one."""
    if (a.paper, a.source) > (b.paper, b.source):
        a, b = b, a
    shared = a.numbers & b.numbers
    if shared:
        return _by_number(a, b, sorted(shared))
    veto = _veto(a, b)
    score, reasons = _weigh(a, b)
    if veto is not None:
        if score < PROBABLE:
            return None
        return _link(a, b, "related", 0.0, [veto, *reasons])
    if score < PROBABLE:
        return None
    relation = "publication_of" if b.paper and not a.paper and score >= SAME else "probably_same"
    return _link(a, b, relation, score, reasons)


def _by_number(a: Profile, b: Profile, shared: list[str]) -> Link:
    names = ", ".join(n.partition(":")[2] for n in shared)
    reason = f"both state the number {names}"
    return _link(a, b, "publication_of" if b.paper and not a.paper else "same", 1.0, [reason])


def _link(a: Profile, b: Profile, relation: str, score: float, reasons: list[str]) -> Link:
    return Link(a=a.source, b=b.source, relation=relation, score=round(score, 3), reasons=tuple(reasons))  # type: ignore[arg-type]


def _veto(a: Profile, b: Profile) -> str | None:
    """Two different numbers of one registry: two registrations, whatever else agrees."""
    schemes = {n.partition(":")[0] for n in a.numbers} & {n.partition(":")[0] for n in b.numbers}
    if schemes:
        return f"each has a number of its own in the registry {min(schemes)}"
    return None


def _weigh(a: Profile, b: Profile) -> tuple[float, list[str]]:
    score, reasons = 0.0, []

    def add(kind: str, share: float, reason: str) -> None:
        nonlocal score
        score += _WORTH[kind] * share
        reasons.append(reason)

    if a.title and a.title == b.title and len(a.title.split()) >= 4:
        add("title", 1.0, "equal titles")
    if people := a.people & b.people:
        add("person", 1.0, f"both name {', '.join(sorted(people))}")
    if cities := a.cities & b.cities:
        add("city", 1.0, f"both run in {', '.join(sorted(cities))}")
    for size in {a.planned, a.actual} & {b.planned, b.actual} - {None}:
        if size is not None and size >= 10:
            add("size", 1.0, f"both count {size} people")
    if a.end and b.end and (a.end.startswith(b.end) or b.end.startswith(a.end)):
        add("date", 1.0, f"both end {min(a.end, b.end, key=len)}")
    if a.phases and a.phases == b.phases:
        add("phase", 1.0, f"both are {', '.join(sorted(a.phases))}")
    for kind, ours, theirs in (("words", a.words, b.words), ("prose", a.prose, b.prose)):
        common = ours & theirs
        if len(common) >= 3:
            share = len(common) / min(len(ours), len(theirs))
            if share >= 0.4:
                longest = sorted(common, key=lambda w: (-len(w), w))[:6]
                add(kind, share, f"shared {kind}: {', '.join(longest)}")
    return min(score, 0.94), reasons
