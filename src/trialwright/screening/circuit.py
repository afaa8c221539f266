"""The trees of many trials as one circuit: gates that hold when all their inputs do, and inverted wires.

Takes trees whose leaves are numbered, gives arrays; takes the answers of the leaves, gives those of all
gates. Every node of a tree is such a gate (any of a, b is not all of not a, not b), and equal gates are
one. Answers are ranks (outcome.ANSWERS): 0 not met, 1 to 6 the reasons of an unknown, 7 met, so that `all`
is the least of its inputs. Source of the form: and-inverter graphs, A. Mishchenko et al., DAC 2006,
532-535.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.model import expression as ex

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A wire is twice the number of what it comes from, and one more where it is inverted.
ALWAYS, NEVER = 0, 1
MET = 7
# What inverting does to a rank: met and not met change places.
_INVERTED = (7, 1, 2, 3, 4, 5, 6, 0)


class Circuit(NamedTuple):
    """Gates in an order in which each stands behind its inputs.

    Number 0 is always met, then `leaves` leaves follow, then the gates. starts, shape (gates + 1,): where the
    inputs of each gate stand in `wires`, shape (inputs,). least, shape (gates,): how many inputs must be met,
    0 for all. levels, shape (levels + 1,): gates between two of them depend on none of each other and are all
    of one sort, counting or not.
    """

    leaves: int
    starts: NDArray[Any]
    wires: NDArray[Any]
    least: NDArray[Any]
    levels: NDArray[Any]

    @property
    def first_gate(self) -> int:
        """The number of the first gate."""
        return self.leaves + 1


class Wiring:
    """Grows a circuit tree by tree; gates are negative while leaves are still being counted."""

    def __init__(self) -> None:
        self._gates: dict[tuple[int, tuple[int, ...]], int] = {}
        self._heights: list[int] = []

    def wire(self, expr: ex.Expr, leaves: Iterator[int]) -> int:
        """The wire of a tree; `leaves` gives the numbers of its leaves, from 1, in the order of the text."""
        match expr:
            case ex.AllOf(of=of):
                return self._all([self.wire(e, leaves) for e in of])
            case ex.AnyOf(of=of):
                return self._any([self.wire(e, leaves) for e in of])
            case ex.AtLeast(n=n, of=of):
                return self._at_least(n, [self.wire(e, leaves) for e in of])
            case ex.Not(of=inner):
                return inverted(self.wire(inner, leaves))
            case ex.IfThen(if_=premise, then=then):
                return self._any([inverted(self.wire(premise, leaves)), self.wire(then, leaves)])
            case ex.Except(base=base, unless=unless):
                return self._all([self.wire(base, leaves), inverted(self.wire(unless, leaves))])
            case _:
                return 2 * next(leaves)

    def _all(self, inputs: Sequence[int]) -> int:
        distinct = tuple(dict.fromkeys(inputs))
        if len(distinct) <= 1:
            return distinct[0] if distinct else ALWAYS
        return self._gate(0, distinct)

    def _any(self, inputs: Sequence[int]) -> int:
        return inverted(self._all([inverted(wire) for wire in inputs]))

    def _at_least(self, least: int, inputs: Sequence[int]) -> int:
        if least > len(inputs):
            return NEVER
        if least == len(inputs):
            return self._all(inputs)
        return self._any(inputs) if least == 1 else self._gate(least, tuple(inputs))

    def _gate(self, least: int, inputs: tuple[int, ...]) -> int:
        key = (least, inputs)
        number = self._gates.get(key)
        if number is None:
            number = self._gates[key] = len(self._heights)
            below = [self._heights[(-wire - 1) >> 1] for wire in inputs if wire < 0]
            self._heights.append(1 + max(below, default=0))
        return -(2 * number) - 1

    def circuit(self, leaves: int) -> tuple[Circuit, NDArray[Any]]:
        """The circuit, and the place of each gate in it by its number here, for `placed`."""
        import numpy as np

        least = np.array([key[0] for key in self._gates], np.int32)
        heights = np.array(self._heights, np.int64)
        sorts = heights * 2 + (least > 0)
        order = np.argsort(sorts, kind="stable")
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        inputs = [key[1] for key in self._gates]
        sizes = np.array([len(i) for i in inputs], np.int64)[order]
        flat = [wire for number in order.tolist() for wire in inputs[number]]
        changes = np.flatnonzero(np.diff(sorts[order])) + 1
        levels = np.concatenate(([0], changes, [len(order)])) if len(order) else np.zeros(1, np.int64)
        return (
            Circuit(
                leaves,
                np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
                placed(np.array(flat, np.int64), place, leaves),
                least[order],
                levels.astype(np.int32),
            ),
            place,
        )


def inverted(wire: int) -> int:
    """The wire turned over. A negative wire is one of a gate that has no place yet.

    >>> inverted(4), inverted(inverted(-3))
    (5, -3)
    """
    return wire ^ 1 if wire >= 0 else -((-wire - 1) ^ 1) - 1


def placed(wires: NDArray[Any], place: NDArray[Any], leaves: int) -> NDArray[Any]:
    """Wires as they are once every gate has its place behind the leaves."""
    import numpy as np

    gate = wires < 0
    turned = np.where(gate, -wires - 1, 0)
    found = np.where(gate, 2 * (place[turned >> 1] + leaves + 1) + (turned & 1) if len(place) else 0, wires)
    return found.astype(np.int32)


def undecided(circuit: Circuit) -> NDArray[Any]:
    """Ranks by wire, shape (2 (leaves + gates + 1),), before anything is known: nothing fails."""
    import numpy as np

    ranks = np.full(2 * (circuit.first_gate + len(circuit.least)), MET, np.uint8)
    ranks[NEVER] = 0
    return ranks


def set_leaves(ranks: NDArray[Any], leaves: NDArray[Any], answers: NDArray[Any]) -> None:
    """Put the answers of leaves, numbered from 0, on their wires, plain and inverted."""
    import numpy as np

    ranks[2 * leaves + 2] = answers
    ranks[2 * leaves + 3] = np.array(_INVERTED, np.uint8)[answers]


def run_gates(circuit: Circuit, ranks: NDArray[Any]) -> None:
    """Put the answers of all gates on their wires; those of the leaves must be there."""
    import numpy as np

    turn = np.array(_INVERTED, np.uint8)
    for start, end in zip(circuit.levels[:-1].tolist(), circuit.levels[1:].tolist(), strict=True):
        starts = circuit.starts[start:end]
        given = ranks[circuit.wires[starts[0] : circuit.starts[end]]]
        begins = starts - starts[0]
        least = circuit.least[start:end]
        answers = _counted(given, begins, least) if least[0] else np.minimum.reduceat(given, begins)
        first, last = 2 * (circuit.first_gate + start), 2 * (circuit.first_gate + end)
        ranks[first:last:2] = answers
        ranks[first + 1 : last : 2] = turn[answers]


def _counted(given: NDArray[Any], begins: NDArray[Any], least: NDArray[Any]) -> NDArray[Any]:
    """`at_least`: met when enough are met, not met when they no longer can be, else the first reason."""
    import numpy as np

    met = np.add.reduceat((given == MET).astype(np.int32), begins)
    possible = np.add.reduceat((given > 0).astype(np.int32), begins)
    reason = np.minimum.reduceat(np.where(given == 0, MET, given), begins)
    return np.where(met >= least, MET, np.where(possible < least, 0, reason)).astype(np.uint8)


def slices(starts: NDArray[Any], rows: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """All places from starts[r] to starts[r + 1] of the rows r: the position in `rows`, and the place."""
    import numpy as np

    begins = starts[rows].astype(np.int64)
    sizes = starts[rows + 1] - begins
    owner = np.repeat(np.arange(len(rows)), sizes)
    return owner, np.arange(len(owner)) + np.repeat(begins - (np.cumsum(sizes) - sizes), sizes)


def inputs_of(circuit: Circuit, wires: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The inputs of gates: for each, the position in `wires` of its gate, and the wire itself.

    What flows through an inverted wire is turned over, and so are the inputs of its gate.
    """
    owner, places = slices(circuit.starts, (wires >> 1) - circuit.first_gate)
    return owner, circuit.wires[places] ^ (wires[owner] & 1)
