"""Finds the records that speak of one trial, and gives one study a trial.

Takes records, gives `Linked`: studies, the links of all pairs compared in earnest, nothing merged in silence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from trialwright.linking.comparing import PROVED, Comparison, clashing_schemes, compare, rarity_of
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
    groups, links = group([profile(r) for r in records])
    by_id = {r.source.id: r for r in records}
    studies = tuple(compute_study([by_id[s] for s in members]) for members in groups)
    return Linked(studies=studies, links=tuple(links), refused=tuple(refused))


def group(profiles: Sequence[Profile]) -> tuple[list[list[str]], list[Link]]:
    """The sources that speak of each trial, in the order in which they came, and how they relate.

    For records too many to be held at once: a profile is much smaller than its record.
    """
    profiles = _with_aliases(profiles)
    rarity = rarity_of(profiles)
    pairs = _candidates(profiles)
    found = [c for a, b in pairs if (c := compare(profiles[a], profiles[b], rarity))]
    links = _only_the_best(found, {p.source: p for p in profiles})
    links.sort(key=lambda n: (-n.score, n.a, n.b))
    return _groups({p.source: p for p in profiles}, links)


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


def _with_aliases(profiles: Sequence[Profile]) -> list[Profile]:
    """The profiles, every number replaced by one of those that a record names as the same registration."""
    home: dict[str, str] = {}

    def root(number: str) -> str:
        while home.setdefault(number, number) != number:
            number = home[number]
        return number

    for one in profiles:
        by_scheme: dict[str, list[str]] = defaultdict(list)
        for number in sorted(one.numbers):
            by_scheme[number.partition(":")[0]].append(number)
        for first, *others in by_scheme.values():
            for other in others:
                lead, follow = sorted((root(first), root(other)))
                home[follow] = lead
    return [msgspec.structs.replace(p, numbers=frozenset(map(root, p.numbers))) for p in profiles]


def _candidates(profiles: Sequence[Profile]) -> Iterator[tuple[int, int]]:
    """Pairs that share a number, paper or title; or a person or three rare words, where no number settles it.

    Two numbers of one registry do: likeness of such records is not worth the square of a registry's size.
    """
    schemes = [frozenset(n.partition(":")[0] for n in one.numbers) for one in profiles]
    numbers: dict[str, list[int]] = defaultdict(list)
    keys: dict[str, list[int]] = defaultdict(list)
    for position, one in enumerate(profiles):
        for key in {*one.numbers, *one.mentioned, *one.own, *one.named, *one.papers, one.heading} - {""}:
            numbers[key].append(position)
        for key in one.people:
            keys[key].append(position)
        for word in one.prose:
            keys[f"w:{word}"].append(position)
    shared: Counter[tuple[int, int]] = Counter()
    for members in numbers.values():
        # However many share a number, each is compared: with all others, or in a crowd with the first.
        crowd = len(members) > _CROWD
        for pair in ((members[0], m) for m in members[1:]) if crowd else combinations(members, 2):
            shared[pair] += 3
    for key, members in keys.items():
        if len(members) <= _CROWD:
            worth = 1 if key.startswith("w:") else 3
            for a, b in combinations(members, 2):
                if not schemes[a] & schemes[b]:
                    shared[a, b] += worth
    for pair, count in sorted(shared.items()):
        if count >= 3:
            yield pair


def _groups(profiles: dict[str, Profile], links: Sequence[Link]) -> tuple[list[list[str]], list[Link]]:
    """The connected sources, in the order in which they came; and the links, those undone named as such.

    A link that would bring two registrations of one registry together joins nothing: a person must decide.
    """
    order = {source: number for number, source in enumerate(profiles)}
    home = {source: source for source in profiles}
    held = {source: one.numbers for source, one in profiles.items()}

    def root(source: str) -> str:
        while home[source] != source:
            home[source] = home[home[source]]
            source = home[source]
        return source

    kept = []
    for one in links:
        link = one
        if one.relation in _MERGED and one.score == PROVED:
            # The earlier source leads, so that the outcome does not depend on the order of the links.
            first, second = sorted((root(one.a), root(one.b)), key=order.__getitem__)
            if clash := clashing_schemes(held[first], held[second]):
                why = f"joining them would join two registrations in {min(clash)}"
                link = msgspec.structs.replace(one, relation="probably_same", reasons=(why, *one.reasons))
            elif first != second:
                home[second] = first
                held[first] |= held[second]
        kept.append(link)
    groups: dict[str, list[str]] = defaultdict(list)
    for source in profiles:
        groups[root(source)].append(source)
    return list(groups.values()), kept
