"""What can still become of a tree: every state that it can be in, whatever its known-to-be leaves turn out.

Exact where every fact stands at one leaf only; `deciding` goes through the answers of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product

from trialwright.model import expression as ex
from trialwright.screening.folding import Algebra, fold

# The states of a node; ASIDE is open only for want of a person's word.
MET, FAILED, ASIDE, OPEN = "met", "failed", "aside", "open"
States = frozenset[str]
_TURNED = {MET: FAILED, FAILED: MET, ASIDE: ASIDE, OPEN: OPEN}
# The order of `all`: the least of its members decides.
_ORDER = (FAILED, OPEN, ASIDE, MET)


def reachable(expr: ex.Expr, leaves: Sequence[States]) -> States:
    """The states that a tree can be in when each leaf can be in these, independently of each other."""
    return fold(expr, iter(leaves), _STATES)


def _turned(states: States) -> States:
    return frozenset(_TURNED[s] for s in states)


def _all(parts: Sequence[States]) -> States:
    def together(one: States, other: States) -> States:
        return frozenset(min(pair, key=_ORDER.index) for pair in product(one, other))

    return reduce(together, parts, frozenset((MET,)))


def _at_least(n: int, parts: Sequence[States]) -> States:
    # By how many are met, how many are not settled, and whether one of these is open for another reason.
    counted = {(0, 0, False)}
    for part in parts:
        counted = {
            (m + (s == MET), u + (s in (ASIDE, OPEN)), other or s == OPEN)
            for m, u, other in counted
            for s in part
        }
    return frozenset(
        MET if m >= n else FAILED if m + u < n else OPEN if other else ASIDE for m, u, other in counted
    )


_STATES = Algebra(all=_all, at_least=_at_least, turned=_turned)
