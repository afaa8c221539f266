"""What a trial demands without exception: the leaves of which none may definitely fail.

Takes the circuit of all trials, gives for each the leaves that stand under nothing but `all`. A person who
definitely fails one of them is not eligible, whatever else is known; a trial without a maximum age has no
such leaf for it, and no age removes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.screening.circuit import Circuit, inputs_of, slices

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Necessary(NamedTuple):
    """Wires of leaves, shape (n,), by trial: those of trial t stand from starts[t] to starts[t + 1]."""

    starts: NDArray[Any]
    wires: NDArray[Any]


def find_necessary(
    circuit: Circuit, trial_starts: NDArray[Any], trial_wires: NDArray[Any], can_fail: NDArray[Any]
) -> Necessary:
    """The necessary leaves of all trials in the order of the text, of those that `can_fail`, (leaves,)."""
    import numpy as np

    trials = len(trial_starts) - 1
    owner = np.repeat(np.arange(trials), np.diff(trial_starts))
    wires = trial_wires.astype(np.int64)
    # By its place among the criteria an input is put back between them, however deep it was found.
    place = np.arange(len(wires), dtype=np.int64)
    found: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []
    while len(wires):
        source = wires >> 1
        leaf = (source > 0) & (source < circuit.first_gate)
        leaf[leaf] = can_fail[source[leaf] - 1]
        found.append((owner[leaf], place[leaf], wires[leaf]))
        gate = (source >= circuit.first_gate) & (wires & 1 == 0)
        gate[gate] = circuit.least[source[gate] - circuit.first_gate] == 0
        origin, inputs = inputs_of(circuit, wires[gate])
        owner, place, wires = owner[gate][origin], place[gate][origin], inputs.astype(np.int64)
    owners, places, leaves = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((places, owners))
    counts = np.bincount(owners, minlength=trials)
    starts = np.concatenate(([0], np.cumsum(counts)))
    return Necessary(starts.astype(np.int32), leaves[order].astype(np.int32))


def first_failing(necessary: Necessary, ranks: NDArray[Any]) -> NDArray[Any]:
    """For each trial the first of its necessary wires that definitely fails; -1 where none does."""
    return first_of_rank(necessary.starts, necessary.wires, ranks, 0)


def first_of_rank(starts: NDArray[Any], wires: NDArray[Any], ranks: NDArray[Any], rank: int) -> NDArray[Any]:
    """For each row of wires the first one of this rank; -1 where there is none."""
    import numpy as np

    places = np.flatnonzero(ranks[wires] == rank)
    rows = np.searchsorted(starts, places, side="right") - 1
    found = np.full(len(starts) - 1, -1, np.int64)
    # Written from the last to the first, so that the first of a row stays.
    found[rows[::-1]] = wires[places[::-1]]
    return found


def reached_leaves(
    circuit: Circuit, trial_starts: NDArray[Any], trial_wires: NDArray[Any], trials: NDArray[Any]
) -> NDArray[Any]:
    """Which leaves, shape (leaves,), decide about the given trials."""
    import numpy as np

    _, places = slices(trial_starts, trials)
    reached = np.zeros(circuit.first_gate + len(circuit.least), bool)
    reached[trial_wires[places] >> 1] = True
    for start, end in zip(circuit.levels[-2::-1].tolist(), circuit.levels[:0:-1].tolist(), strict=True):
        gates = np.flatnonzero(reached[circuit.first_gate + start : circuit.first_gate + end]) + start
        _, inputs = slices(circuit.starts, gates)
        reached[circuit.wires[inputs] >> 1] = True
    return reached[1 : circuit.first_gate]
