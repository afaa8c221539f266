"""The cheapest way to a wanted answer of a tree: which open leaves must be answered, and how.

Exact where every fact stands at one leaf only; `deciding` goes through the answers of the others. A tree is
walked once, from its leaves up (dynamic programming over the states of a node).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trialwright.model import expression as ex
from trialwright.screening.folding import Algebra, fold


class Way(NamedTuple):
    """Leaves to be answered, by position, with the answer; `cost` is what finding them out costs."""

    cost: int
    choices: tuple[tuple[int, bool], ...] = ()


class Ways(NamedTuple):
    """The cheapest way for a node to be met, to be not met, and to be open only for want of a person's word.

    None: there is no way. To leave a node as it is costs nothing and is no way of these.
    """

    met: Way | None = None
    failed: Way | None = None
    aside: Way | None = None


FREE = Way(0)
MET, FAILED, ASIDE, OPEN = Ways(met=FREE), Ways(failed=FREE), Ways(aside=FREE), Ways()


def cheapest(expr: ex.Expr, leaves: Sequence[Ways]) -> Ways:
    """The cheapest ways of a tree from those of its leaves, in the order of the text."""
    return fold(expr, iter(leaves), _WAYS)


def _turned(ways: Ways) -> Ways:
    return Ways(met=ways.failed, failed=ways.met, aside=ways.aside)


def least(ways: Iterable[Way | None]) -> Way | None:
    """The cheapest of them, the first of equals."""
    return min((w for w in ways if w is not None), key=lambda w: w.cost, default=None)


def both(one: Way | None, other: Way | None) -> Way | None:
    """One way and the other."""
    if one is None or other is None:
        return None
    return Way(one.cost + other.cost, one.choices + other.choices)


def _sum(ways: Iterable[Way | None]) -> Way | None:
    total: Way | None = FREE
    for way in ways:
        total = both(total, way)
    return total


def _all(parts: Sequence[Ways]) -> Ways:
    met = _sum(p.met for p in parts)
    failed = least(p.failed for p in parts)
    # Set aside: nothing fails, nothing else is open, and at least one part is set aside.
    some, none = None, FREE
    settled: Way | None = none
    for part in parts:
        some = least((both(some, least((part.aside, part.met))), both(settled, part.aside)))
        settled = both(settled, part.met)
    return Ways(met, failed, some)


def _at_least(n: int, parts: Sequence[Ways]) -> Ways:
    met = _cheapest_of([p.met for p in parts], n)
    failed = _cheapest_of([p.failed for p in parts], max(0, len(parts) - n + 1))
    # Every part met, failed or aside; by how many are met and how many are set aside.
    counted: dict[tuple[int, int], Way] = {(0, 0): FREE}
    for part in parts:
        grown: dict[tuple[int, int], Way] = {}
        for (m, a), way in counted.items():
            for key, step in (((m + 1, a), part.met), ((m, a), part.failed), ((m, a + 1), part.aside)):
                longer = both(way, step)
                shortest = least((grown.get(key), longer))
                if shortest is not None:
                    grown[key] = shortest
        counted = grown
    aside = least(way for (m, a), way in counted.items() if m < n <= m + a)
    return Ways(met, failed, aside)


def _cheapest_of(ways: Sequence[Way | None], number: int) -> Way | None:
    """So many of the ways, the cheapest."""
    known = sorted((w for w in ways if w is not None), key=lambda w: w.cost)
    return _sum(known[:number]) if len(known) >= number else None


_WAYS = Algebra(all=_all, at_least=_at_least, turned=_turned)
