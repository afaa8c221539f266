"""Finds the records that speak of one trial, and gives one study a trial.

Takes records, gives `Linked`: studies, the links of all pairs compared in earnest, nothing merged in silence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from trialwright.linking.comparing import PROVED, Comparison, compare, rarity_of
from trialwright.linking.evidence import Profile, profile
from trialwright.linking.merging import compute_study
from trialwright.model.source import Record
from trialwright.model.study import Link, Linked, Refusal

# A key that more records share than this tells nothing; comparing all of them would cost their square.
_CROWD = 50
_LEAD = 1.0
_LIKENESS = frozenset({"probably_same", "publication_of"})
_MERGED = frozenset({"same", "publication_of"})


def link(records: Sequence[Record], refused: Sequence[Refusal] = ()) -> Linked:
    """The studies that the records speak of, and how the records relate.

    Records that share a number become one study; likeness alone asks a person and leaves them apart.
    The result does not depend on the order of the records, save for its own order.
    """
    profiles = [profile(r) for r in records]
    rarity = rarity_of(profiles)
    pairs = _candidates(profiles)
    found = [c for a, b in pairs if (c := compare(profiles[a], profiles[b], rarity))]
    links = _only_the_best(found, {p.source: p for p in profiles})
    links.sort(key=lambda n: (-n.score, n.a, n.b))
    groups = _groups([r.source.id for r in records], links)
    by_id = {r.source.id: r for r in records}
    studies = tuple(compute_study([by_id[s] for s in group]) for group in groups)
    return Linked(studies=studies, links=tuple(links), refused=tuple(refused))


def _only_the_best(found: Sequence[Comparison], profiles: dict[str, Profile]) -> list[Link]:
    """The links; of several trials that a record without a number may be, only the best stays probable.

    It can be but one of them. Where the best leads by less than a bit, all stay, for a person to decide.
    """
    best: dict[str, Comparison] = {}
    for one in found:
        for mine, other in ((one.link.a, one.link.b), (one.link.b, one.link.a)):
            alike = one.link.relation in _LIKENESS and not profiles[mine].numbers and profiles[other].numbers
            if alike and (mine not in best or one.bits > best[mine].bits):
                best[mine] = one
    links = []
    for one in found:
        link = one.link
        for mine, other in ((link.a, link.b), (link.b, link.a)):
            first = best.get(mine)
            if first is None or link.relation not in _LIKENESS or not profiles[other].numbers:
                continue
            winner = first.link.b if first.link.a == mine else first.link.a
            if not profiles[other].numbers & profiles[winner].numbers and first.bits - one.bits >= _LEAD:
                why = f"another record fits better: {', '.join(sorted(profiles[winner].numbers))}"
                link = msgspec.structs.replace(link, relation="related", reasons=(why, *link.reasons))
        links.append(link)
    return links


def _candidates(profiles: Sequence[Profile]) -> Iterator[tuple[int, int]]:
    """Pairs that share a number, a title, a person, or at least three rare words."""
    keys: dict[str, list[int]] = defaultdict(list)
    for position, one in enumerate(profiles):
        for key in {*one.numbers, *one.mentioned, *one.own, *one.named, *one.people, one.heading} - {""}:
            keys[key].append(position)
        for word in one.prose:
            keys[f"w:{word}"].append(position)
    shared: Counter[tuple[int, int]] = Counter()
    for key, members in keys.items():
        if len(members) <= _CROWD:
            for pair in combinations(members, 2):
                shared[pair] += 1 if key.startswith("w:") else 3
    for pair, count in sorted(shared.items()):
        if count >= 3:
            yield pair


def _groups(sources: Sequence[str], links: Sequence[Link]) -> list[list[str]]:
    """The connected sources, in the order in which they came."""
    home = {s: s for s in sources}

    def root(source: str) -> str:
        while home[source] != source:
            home[source] = home[home[source]]
            source = home[source]
        return source

    for one in links:
        if one.relation in _MERGED and one.score == PROVED:
            a, b = root(one.a), root(one.b)
            # The earlier source leads, so that the outcome does not depend on the order of the links.
            first, second = sorted((a, b), key=sources.index)
            home[second] = first
    groups: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        groups[root(source)].append(source)
    return list(groups.values())
