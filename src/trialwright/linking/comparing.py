"""Compares two records and says how they relate, with the evidence in words.

Takes two profiles, gives a link. Numbers decide where there are any; without them structured evidence may say
"probably the same", which asks a person and never merges by itself.

The weights are those of record linkage (I. P. Fellegi and A. B. Sunter, J. Am. Stat. Assoc. 64 (1969), 1183):
each agreement or disagreement adds bits, the base-2 logarithm of how much likelier it is between records of
one trial than between records of two. They are set by hand from what registers look like.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from trialwright.linking.evidence import Profile
from trialwright.model.study import Link

# A pair is worth asking about from here on; two records of two trials start this far below nought.
PROBABLE = 0.5
PROVED = 1.0
_PRIOR = -9.0
_MOST = 0.99


class Evidence(NamedTuple):
    """One thing that two records agree or disagree on: its weight in bits, and the words for it."""

    bits: float
    reason: str


class Comparison(NamedTuple):
    """The link of two records, and the bits that speak for one trial."""

    link: Link
    bits: float


def compare(a: Profile, b: Profile, rarity: Mapping[str, float] | None = None) -> Comparison | None:
    """How two records relate; None when nothing speaks for a link.

    `rarity` gives the weight of a word, by how few records have it; without it all weigh the same.
    """
    # The paper first: `a` is the publication of the trial of `b`.
    if (not a.paper, a.source) > (not b.paper, b.source):
        a, b = b, a
    two = _two_registrations(a, b)
    if shared := a.numbers & b.numbers:
        reason = f"both state the number {_names(shared)}"
        if two:
            return _link(a, b, "related", _MOST, [two, reason], 0.0)
        return _link(a, b, "publication_of" if a.paper and not b.paper else "same", PROVED, [reason], 99.0)
    if not two and (papers := a.papers & b.papers) and (a.paper or b.paper):
        reason = f"both name the paper {_names(papers)}"
        return _link(a, b, "same" if a.paper and b.paper else "publication_of", PROVED, [reason], 99.0)
    if named := (a.numbers & b.mentioned) | (b.numbers & a.mentioned) | (a.own & b.named) | (b.own & a.named):
        return _link(a, b, "related", _MOST, [f"one names the number of the other, {_names(named)}"], 0.0)
    if owned := a.own & b.own:
        return _link(a, b, "related", _MOST, [f"both carry the number {_names(owned)}"], 0.0)
    found = [e for weigh in WEIGHERS for e in weigh(a, b, rarity or {})]
    bits = sum(e.bits for e in found) + _PRIOR
    score = _probability(bits)
    reasons = [e.reason for e in sorted(found, key=lambda e: -e.bits)]
    if two:
        # Siblings: alike in all but their numbers. Which they are, a person may want to know.
        return _link(a, b, "related", score, [two, *reasons], bits) if score >= PROBABLE else None
    if score < PROBABLE:
        return None
    return _link(a, b, "publication_of" if a.paper and not b.paper else "probably_same", score, reasons, bits)


def _probability(bits: float) -> float:
    return min(_MOST, 1 / (1 + math.exp2(-bits)))


def _names(numbers: Iterable[str]) -> str:
    return ", ".join(sorted(n.partition(":")[2] or n for n in numbers))


def _link(a: Profile, b: Profile, relation: str, score: float, reasons: list[str], bits: float) -> Comparison:
    link = Link(a=a.source, b=b.source, relation=relation, score=round(score, 3), reasons=tuple(reasons))  # type: ignore[arg-type]
    return Comparison(link, bits)


def _two_registrations(a: Profile, b: Profile) -> str | None:
    """Two different numbers of one registry: two registrations, whatever else agrees."""
    schemes = clashing_schemes(a.numbers, b.numbers)
    return f"each has a number of its own in the registry {min(schemes)}" if schemes else None


def clashing_schemes(ours: frozenset[str], theirs: frozenset[str]) -> frozenset[str]:
    """The registries in which both have numbers, and none in common."""

    def by_scheme(numbers: frozenset[str]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for number in numbers:
            found.setdefault(number.partition(":")[0], set()).add(number)
        return found

    mine, others = by_scheme(ours), by_scheme(theirs)
    return frozenset(s for s in mine.keys() & others.keys() if not mine[s] & others[s])


# -- what is weighed -------------------------------------------------------------------------------------


def _coverage(words: frozenset[str], text: frozenset[str], rarity: Mapping[str, float]) -> float:
    """The share of the words that the text has, rare words counting more."""
    whole = sum(rarity.get(w, 1.0) for w in words)
    return sum(rarity.get(w, 1.0) for w in words & text) / whole if whole else 0.0


class _Covered(NamedTuple):
    share: float
    owner: Profile
    common: frozenset[str]


def _both_ways(a: Profile, b: Profile, part: str, rarity: Mapping[str, float]) -> _Covered | None:
    """How well one's words of a part are found in the whole text of the other; the better way counts."""
    ways = [
        _Covered(_coverage(getattr(one, part), other.prose, rarity), one, getattr(one, part) & other.prose)
        for one, other in ((a, b), (b, a))
        if getattr(one, part) and other.prose
    ]
    return max(ways, key=lambda way: (way.share, way.owner.source), default=None)


def _some(words: Iterable[str], rarity: Mapping[str, float]) -> str:
    return ", ".join(sorted(words, key=lambda w: (-rarity.get(w, 1.0), -len(w), w))[:6])


def _title(a: Profile, b: Profile, rarity: Mapping[str, float]) -> Iterable[Evidence]:
    if a.heading and a.heading == b.heading and len(a.title) >= 3:
        yield Evidence(8.0, "equal titles")
        return
    if a.figures and b.figures and a.figures != b.figures:
        yield Evidence(-6.0, "different figures in the titles")
    found = _both_ways(a, b, "title", rarity)
    if found is not None and found.share >= 0.6:
        words = _some(found.common, rarity)
        yield Evidence(12.0 * (found.share - 0.5), f"the words of one's title are in the other: {words}")
    elif found is not None and found.share < 0.3:
        yield Evidence(-3.0, "hardly a word of the title in the other")


def _conditions(a: Profile, b: Profile, rarity: Mapping[str, float]) -> Iterable[Evidence]:
    found = _both_ways(a, b, "conditions", rarity)
    if found is None:
        return
    if found.share >= 0.5:
        yield Evidence(2.0 * found.share, f"both: condition {found.owner.named_conditions}")
    else:
        yield Evidence(-6.0, "different conditions")


def _interventions(a: Profile, b: Profile, rarity: Mapping[str, float]) -> Iterable[Evidence]:
    found = _both_ways(a, b, "interventions", rarity)
    if found is None:
        return
    if found.share >= 0.5:
        yield Evidence(3.0 * found.share, f"both: intervention {found.owner.named_interventions}")
    elif found.share < 0.25:
        yield Evidence(-4.0, "different interventions")


def _prose(a: Profile, b: Profile, rarity: Mapping[str, float]) -> Iterable[Evidence]:
    common = a.prose & b.prose
    if len(common) < 8:
        return
    share = max(_coverage(a.prose, b.prose, rarity), _coverage(b.prose, a.prose, rarity))
    if share >= 0.25:
        yield Evidence(8.0 * min(share, 0.75), f"telling words in both: {_some(common, rarity)}")


def _people(a: Profile, b: Profile, rarity: Mapping[str, float]) -> Iterable[Evidence]:
    if common := a.people & b.people:
        yield Evidence(4.0, f"both name {', '.join(sorted(common))}")
    elif a.people and b.people:
        yield Evidence(-2.0, "no sponsor or contact in common")
    if common := a.cities & b.cities:
        yield Evidence(1.0, f"both run in {', '.join(sorted(common)[:3])}")


def _numbers(a: Profile, b: Profile, rarity: Mapping[str, float]) -> Iterable[Evidence]:
    ours = {n for n in (a.planned, a.actual) if n is not None and n > 2}
    theirs = {n for n in (b.planned, b.actual) if n is not None and n > 2}
    if common := ours & theirs:
        size = max(common)
        yield Evidence(2.0 if size % 10 == 0 else 4.0, f"both count {size} people")
    elif (a.planned and b.planned) or (a.actual and b.actual):
        yield Evidence(-4.0, "different numbers of people")
    if len(a.sizes) > 1 and a.sizes == b.sizes:
        yield Evidence(3.0, f"arms of {', '.join(map(str, a.sizes))}")


def _dates(a: Profile, b: Profile, rarity: Mapping[str, float]) -> Iterable[Evidence]:
    for name, ours, theirs in (("begin", a.start, b.start), ("end", a.end, b.end)):
        if not ours or not theirs:
            continue
        if ours[:7] == theirs[:7]:
            yield Evidence(4.0, f"both {name} {min(ours, theirs, key=len)}")
        else:
            first, second = sorted((ours, theirs))
            yield Evidence(-5.0, f"one should {name} {first}, the other {second}")


def _kind(a: Profile, b: Profile, rarity: Mapping[str, float]) -> Iterable[Evidence]:
    if a.phases and b.phases:
        if a.phases & b.phases:
            yield Evidence(0.7, f"both are {', '.join(sorted(a.phases & b.phases))}")
        else:
            yield Evidence(-7.0, "different phases")
    if a.sex and b.sex and a.sex != b.sex:
        yield Evidence(-4.0, "for different sexes")
    for ours, theirs in ((a.youngest, b.youngest), (a.oldest, b.oldest)):
        if ours is not None and theirs is not None and abs(ours - theirs) > 1:
            yield Evidence(-4.0, "for different ages")
    if (a.oldest or 999) < (b.youngest or 0) or (b.oldest or 999) < (a.youngest or 0):
        yield Evidence(-6.0, "no age fits both")


Weigher = Callable[[Profile, Profile, Mapping[str, float]], Iterable[Evidence]]
WEIGHERS: tuple[Weigher, ...] = (
    _title,
    _conditions,
    _interventions,
    _prose,
    _people,
    _numbers,
    _dates,
    _kind,
)


def rarity_of(profiles: Iterable[Profile]) -> dict[str, float]:
    """How much a word tells: 1 where nine of ten records lack it, less where many have it."""
    counts: dict[str, int] = {}
    whole = 0
    for one in profiles:
        whole += 1
        for word in one.prose:
            counts[word] = counts.get(word, 0) + 1
    # In a handful of records a count says little: each word starts as if ten more records lacked it.
    return {w: min(2.0, math.log2((whole + 10) / n)) / 2.0 for w, n in counts.items()}
