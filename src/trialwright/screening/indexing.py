"""Makes the index of trials: numbers their distinct leaves, wires their trees, and lays both out as arrays.

Takes compiled trials one after the other, and keeps of each only numbers; gives a `TrialIndex`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from trialwright.model import codec
from trialwright.model import expression as ex
from trialwright.model.vocabulary import Vocabulary
from trialwright.screening.circuit import Wiring, inverted, placed
from trialwright.screening.codes import CodeSet
from trialwright.screening.forms import Form, Forms, plain_leaf
from trialwright.screening.index import Trial, TrialIndex
from trialwright.screening.necessary import find_necessary
from trialwright.screening.plan import criteria_asked, leaves_with_sign

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAF = [("form", "i4"), ("low", "f8"), ("high", "f8"), ("ends", "i1"), ("fact", "i8")]


def make_index(trials: Iterable[tuple[int, Trial]], vocabulary: Vocabulary) -> TrialIndex:
    """The index of trials, each with the key by which it is found again."""
    leaves, wiring = _Leaves(vocabulary), Wiring()
    found: list[tuple[str, int, list[int]]] = []
    for key, trial in trials:
        wires = []
        for criterion, expr in criteria_asked(trial.eligibility):
            exclusion = criterion.kind == "exclusion"
            numbers = [leaves.number(leaf, hurts) for leaf, hurts in leaves_with_sign(expr, exclusion)]
            wire = wiring.wire(expr, iter(numbers))
            wires.append(inverted(wire) if exclusion else wire)
        found.append((trial.id, key, wires))
    found.sort(key=lambda trial: trial[:2])
    return _laid_out(leaves, wiring, found)


class _Leaves:
    """Numbers distinct leaves from 1, and their forms from 0, in the order in which they come."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._forms = Forms(vocabulary)
        self._form_numbers: dict[bytes, int] = {}
        # By a fingerprint: a hundred thousand trials have a million leaves, too many to keep as trees.
        self._known: dict[bytes, int] = {}
        self.forms: list[Form] = []
        self.asked: dict[tuple[int, float, float, int, int], int] = {}

    def number(self, leaf: ex.Expr, hurts: bool) -> int:
        plain = plain_leaf(leaf, hurts)
        fingerprint = hashlib.blake2b(codec.encode(plain), digest_size=16).digest()
        number = self._known.get(fingerprint)
        if number is None:
            form, bounds, fact = self._forms.ask(plain)
            place = self._form_numbers.setdefault(form.key, len(self.forms))
            if place == len(self.forms):
                self.forms.append(form)
            asked = (place, bounds.low, bounds.high, bounds.ends, fact)
            number = self._known[fingerprint] = self.asked.setdefault(asked, len(self.asked) + 1)
        return number


def _laid_out(leaves: _Leaves, wiring: Wiring, found: list[tuple[str, int, list[int]]]) -> TrialIndex:
    import numpy as np

    forms = leaves.forms
    asked = np.array([*leaves.asked], _LEAF)
    order = np.argsort(asked["form"], kind="stable")
    asked = asked[order]
    moved = np.zeros(len(order) + 1, np.int64)
    moved[order + 1] = np.arange(len(order)) + 1
    circuit, place = wiring.circuit(len(order))
    circuit = circuit._replace(wires=_moved(circuit.wires, moved))
    wires = placed(np.array([w for *_, own in found for w in own], np.int64), place, len(order))
    wires = _moved(wires, moved)
    starts = _begins(len(own) for *_, own in found).astype(np.int32)
    texts = [codec.encode(form.leaf) for form in forms]
    codes: dict[CodeSet, int] = {}
    groups = [[codes.setdefault(group, len(codes)) for group in form.codes] for form in forms]
    silences: dict[bytes, int] = {}
    silence = [silences.setdefault(form.silence, len(silences)) for form in forms]
    names: dict[str, int] = {}
    # Nobody needs the name of what fails nobody, and every unread sentence would be one.
    named = [names.setdefault(form.subject if form.can_fail else "", len(names)) for form in forms]
    can_fail = np.array([form.can_fail for form in forms], bool)
    return TrialIndex(
        form_leaves=np.searchsorted(asked["form"], np.arange(len(forms) + 1)).astype(np.int32),
        form_silence=np.array(silence, np.int32),
        form_personal=np.array([form.personal for form in forms], np.int8),
        form_names=np.array(named, np.int32),
        names=tuple(names),
        form_groups=_begins(len(own) for own in groups).astype(np.int32),
        groups=np.array([one for own in groups for one in own], np.int32),
        form_texts=_begins(map(len, texts)),
        texts=b"".join(texts),
        codes=tuple(codes),
        leaf_low=asked["low"].copy(),
        leaf_high=asked["high"].copy(),
        leaf_ends=asked["ends"].copy(),
        leaf_fact=asked["fact"].copy(),
        circuit=circuit,
        trial_starts=starts,
        trial_wires=wires,
        trial_keys=np.array([key for _, key, _ in found], np.int64),
        # What no record can answer fails nobody.
        necessary=find_necessary(circuit, starts, wires, can_fail[asked["form"]]),
    )


def _begins(sizes: Iterable[int]) -> NDArray[Any]:
    """Where each of the rows begins that have these sizes, and where the last ends."""
    import numpy as np

    return np.concatenate(([0], np.cumsum(np.array([*sizes], np.int64)))).astype(np.int64)


def _moved(wires: NDArray[Any], moved: NDArray[Any]) -> NDArray[Any]:
    """The wires after the leaves were put in another order."""
    import numpy as np

    source = wires >> 1
    is_leaf = source < len(moved)
    return np.where(is_leaf, 2 * moved[np.where(is_leaf, source, 0)] + (wires & 1), wires).astype(np.int32)
