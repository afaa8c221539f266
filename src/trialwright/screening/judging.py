"""All trials of an index judged for one person: the verdict of each, how much is open, what fails.

Takes an index and a person, gives arrays over the trials. First what everybody's record tells (age, sex)
and what is told by the absence of rows; trials that definitely fail by it are done with. Only then are the
rows read for what the other trials ask, each form of question once, and their trees run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trialwright.model.logic import Reason, unknown
from trialwright.screening.circuit import MET, inputs_of, run_gates, set_leaves, slices, undecided
from trialwright.screening.grounding import Ground
from trialwright.screening.index import TrialIndex
from trialwright.screening.necessary import first_failing, first_of_rank, reached_leaves
from trialwright.screening.outcome import RANK
from trialwright.screening.person import Person
from trialwright.screening.sides import answers_within

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOT_ASSESSABLE = RANK[unknown(Reason.NOT_ASSESSABLE)]


class Judged(NamedTuple):
    """What a person is to each trial, in arrays of shape (trials,).

    ranks: the trial-level answer (outcome.ANSWERS). open: how many different facts would have to be found
    out, 0 where the trial is decided. held: how many of its criteria are known to hold, 0 where it is not
    met. failing: the leaf, numbered from 0, that tells against the person where the trial is not met, else
    -1. pruned: how many trials were done with before any tree was run.
    """

    ranks: NDArray[Any]
    open: NDArray[Any]
    held: NDArray[Any]
    failing: NDArray[Any]
    pruned: int


def judge_trials(index: TrialIndex, person: Person, ground: Ground, *, prune: bool = True) -> Judged:
    """Judge all trials; without `prune` every tree is run, with the same verdicts."""
    import numpy as np

    ranks = undecided(index.circuit)
    asked = _forms_with_rows(index, person)
    personal = index.form_personal.astype(bool)
    _answer_silent(index, np.flatnonzero(~asked & ~personal), ranks, person, ground)
    _answer_forms(index, np.flatnonzero(personal), ranks, person, ground)
    failing = np.full(index.trials, -1, np.int64)
    if prune:
        failing = first_failing(index.necessary, ranks)
    left = np.flatnonzero(failing < 0)
    reached = reached_leaves(index.circuit, index.trial_starts, index.trial_wires, left)
    wanted = np.zeros(len(asked), bool)
    wanted[np.repeat(np.arange(len(asked)), np.diff(index.form_leaves))[reached]] = True
    _answer_forms(index, np.flatnonzero(asked & wanted), ranks, person, ground)
    run_gates(index.circuit, ranks)
    return _outcome(index, ranks, left, failing, strict=person.options.strict)


def _forms_with_rows(index: TrialIndex, person: Person) -> NDArray[Any]:
    """Which forms the person has any row of, by their code sets."""
    import numpy as np

    recorded = person.by_code.keys()
    has = np.array(
        [
            not recorded.isdisjoint(group.exact)
            or (bool(group.prefixes) and any(code.startswith(group.prefixes) for code in recorded))
            for group in index.codes
        ],
        bool,
    )
    owner = np.repeat(np.arange(len(index.form_groups) - 1), np.diff(index.form_groups))
    found = np.zeros(len(index.form_groups) - 1, bool)
    if len(has):
        found[owner[has[index.groups]]] = True
    return found


def _answer_silent(
    index: TrialIndex, forms: NDArray[Any], ranks: NDArray[Any], person: Person, ground: Ground
) -> None:
    """Answer forms of which the person has no row: one of a kind answers for all."""
    import numpy as np

    from trialwright.screening.reference import answer

    kinds, first, member = np.unique(index.form_silence[forms], return_index=True, return_inverse=True)
    leaves = index.leaf_texts(forms[first].tolist())
    answers = np.array(
        [RANK[answer(ground.leaf(leaf, False).atom, person).answer] for leaf in leaves], np.uint8
    )
    if len(kinds):
        owner, places = slices(index.form_leaves, forms)
        set_leaves(ranks, places, answers[member][owner])


def _answer_forms(
    index: TrialIndex, forms: NDArray[Any], ranks: NDArray[Any], person: Person, ground: Ground
) -> None:
    """Answer forms from the rows, each with the bounds of all its leaves."""
    import numpy as np

    for form, leaf in zip(forms.tolist(), index.leaf_texts(forms.tolist()), strict=True):
        own = slice(index.form_leaves[form], index.form_leaves[form + 1])
        answers = answers_within(
            ground.leaf(leaf, False).atom,
            index.leaf_low[own],
            index.leaf_high[own],
            index.leaf_ends[own],
            person,
        )
        set_leaves(ranks, np.arange(own.start, own.stop), answers)


def _outcome(
    index: TrialIndex, ranks: NDArray[Any], left: NDArray[Any], failing: NDArray[Any], *, strict: bool
) -> Judged:
    import numpy as np

    owner, places = slices(index.trial_starts, left)
    wires = index.trial_wires[places]
    given = ranks[wires]
    if not strict:
        # What no record can answer is set aside (section 2 of the semantics).
        given = np.where(given == _NOT_ASSESSABLE, MET, given)
    trials = np.zeros(index.trials, np.uint8)
    begins = np.flatnonzero(np.diff(owner, prepend=-1))
    trials[left] = np.minimum.reduceat(given, begins) if len(given) else MET
    holds = (ranks[wires] == MET) & (trials[left][owner] > 0)
    held = np.bincount(left[owner[holds]], minlength=index.trials)
    open_wires = (given > 0) & (given < MET) & (trials[left][owner] > 0)
    open_facts = _count_facts(index, ranks, left[owner[open_wires]], wires[open_wires])
    lost = left[trials[left] == 0]
    starts = np.concatenate((begins, [len(wires)]))
    first = np.full(index.trials, -1, np.int64)
    first[left] = first_of_rank(starts, wires, ranks, 0)
    told = np.where(failing >= 0, (failing >> 1) - 1, -1)
    told[lost] = _deciding_leaves(index, ranks, first[lost])
    return Judged(trials, open_facts, held, told, index.trials - len(left))


def _count_facts(
    index: TrialIndex, ranks: NDArray[Any], owner: NDArray[Any], wires: NDArray[Any]
) -> NDArray[Any]:
    """How many different facts the open leaves below the wires of each trial ask for."""
    import numpy as np

    circuit = index.circuit
    trials, facts = [], []
    while len(wires):
        leaf = wires >> 1 < circuit.first_gate
        trials.append(owner[leaf])
        facts.append(index.leaf_fact[(wires[leaf] >> 1) - 1])
        origin, inputs = inputs_of(circuit, wires[~leaf])
        still_open = (ranks[inputs] > 0) & (ranks[inputs] < MET)
        owner, wires = owner[~leaf][origin][still_open], inputs[still_open]
    if not trials:
        return np.zeros(index.trials, np.int64)
    of_trial, fact = np.concatenate(trials), np.concatenate(facts)
    order = np.lexsort((fact, of_trial))
    of_trial, fact = of_trial[order], fact[order]
    new = np.ones(len(fact), bool)
    new[1:] = (fact[1:] != fact[:-1]) | (of_trial[1:] != of_trial[:-1])
    return np.bincount(of_trial[new], minlength=index.trials)


def _deciding_leaves(index: TrialIndex, ranks: NDArray[Any], wires: NDArray[Any]) -> NDArray[Any]:
    """For wires that are not met, the first leaf below each that makes it so; -1 where no leaf does."""
    import numpy as np

    circuit, wires = index.circuit, wires.copy()
    while len(gates := np.flatnonzero(wires >> 1 >= circuit.first_gate)):
        owner, inputs = inputs_of(circuit, wires[gates])
        starts = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=len(gates)))))
        wires[gates] = first_of_rank(starts, inputs, ranks, 0)
    return np.where(wires >= 0, (wires >> 1) - 1, -1)


def names_of(index: TrialIndex, leaves: NDArray[Any]) -> list[tuple[str, int]]:
    """What the leaves (-1: none) are about, with how often; the most frequent first, then by name."""
    import numpy as np

    forms = np.searchsorted(index.form_leaves, leaves[leaves >= 0], side="right") - 1
    counts = np.bincount(index.form_names[forms], minlength=len(index.names)).tolist()
    found = [(name, count) for name, count in zip(index.names, counts, strict=True) if count]
    return sorted(found, key=lambda item: (-item[1], item[0]))
