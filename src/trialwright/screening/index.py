"""The trials of a library as arrays: every distinct leaf once, all trees as one circuit.

Takes compiled studies, gives arrays that are kept as they lie in memory; nothing in them depends on a
person, a day or an option, so that any question can be answered from them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Struct

from trialwright.errors import IllegalValue
from trialwright.model import codec
from trialwright.model import expression as ex
from trialwright.model.study import Eligibility, Study
from trialwright.screening.circuit import Circuit
from trialwright.screening.codes import CodeSet
from trialwright.screening.necessary import Necessary

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The arrays in the order of the fields below, with the type of their numbers.
_ARRAYS = {
    "form_leaves": "<i4", "form_silence": "<i4", "form_personal": "<i1", "form_names": "<i4", "form_groups":
    "<i4", "groups": "<i4", "form_texts": "<i8", "leaf_low": "<f8", "leaf_high": "<f8", "leaf_ends": "<i1",
    "leaf_fact": "<i8", "gate_starts": "<i4", "gate_wires": "<i4", "gate_least": "<i4", "gate_levels":
    "<i4", "trial_starts": "<i4", "trial_wires": "<i4", "trial_keys": "<i8", "needed_starts": "<i4",
    "needed_wires": "<i4",
}  # fmt: skip


class TrialIndex(NamedTuple):
    """Arrays over forms, leaves, gates and trials; leaves of one form lie together, trials by their id.

    form_leaves, shape (forms + 1,): where the leaves of each form begin. form_silence, form_personal: which
    forms are answered alike without rows, and which by everybody's. form_names, into names: what each is
    about. form_groups, shape (forms + 1,), into groups: the code sets of each form, numbered as in codes.
    form_texts, shape (forms + 1,), into texts: a leaf of each form as JSON. leaf_low, leaf_high, leaf_ends,
    leaf_fact: bounds and subject of each leaf. trial_starts, shape (trials + 1,), into trial_wires: what
    must hold for each trial, an exclusion turned over, in the order of the text. trial_keys: by what the
    giver of the studies finds them. necessary: the leaves that must not fail.
    """

    form_leaves: NDArray[Any]
    form_silence: NDArray[Any]
    form_personal: NDArray[Any]
    form_names: NDArray[Any]
    names: tuple[str, ...]
    form_groups: NDArray[Any]
    groups: NDArray[Any]
    form_texts: NDArray[Any]
    texts: bytes
    codes: tuple[CodeSet, ...]
    leaf_low: NDArray[Any]
    leaf_high: NDArray[Any]
    leaf_ends: NDArray[Any]
    leaf_fact: NDArray[Any]
    circuit: Circuit
    trial_starts: NDArray[Any]
    trial_wires: NDArray[Any]
    trial_keys: NDArray[Any]
    necessary: Necessary

    @property
    def trials(self) -> int:
        """How many trials there are."""
        return len(self.trial_keys)

    def leaf_texts(self, forms: Iterable[int]) -> tuple[ex.Expr, ...]:
        """A leaf of each of the forms."""
        places = self.form_texts
        parts = [self.texts[places[form] : places[form + 1]] for form in forms]
        return codec.decode(b"[" + b",".join(parts) + b"]", tuple[ex.Expr, ...])


class Trial(Struct, frozen=True, kw_only=True):
    """A compiled trial as matching needs it: its name, and what it asks; without the places of the words."""

    id: str
    title: str
    documents: tuple[str, ...] = ()
    eligibility: Eligibility


def trial_of(study: Study) -> Trial:
    """A compiled study as matching needs it."""
    criteria = tuple(
        msgspec.structs.replace(
            criterion,
            source=None,
            span=None,
            notes=(),
            expr=None if criterion.expr is None else _without_places(criterion.expr),
        )
        for criterion in study.eligibility.criteria
    )
    return Trial(
        id=study.id,
        title=study.heading,
        documents=tuple(source.uri for source in study.sources),
        eligibility=msgspec.structs.replace(study.eligibility, text=None, criteria=criteria),
    )


def _without_places(expr: ex.Expr) -> ex.Expr:
    return msgspec.structs.replace(ex.with_children(expr, _without_places), span=None, notes=())


def index_parts(index: TrialIndex) -> Iterator[tuple[str, bytes]]:
    """The index as named bytes, to be kept."""
    circuit = index.circuit
    inner = {
        "gate_starts": circuit.starts,
        "gate_wires": circuit.wires,
        "gate_least": circuit.least,
        "gate_levels": circuit.levels,
        "needed_starts": index.necessary.starts,
        "needed_wires": index.necessary.wires,
    }
    for name, kind in _ARRAYS.items():
        array = inner[name] if name in inner else getattr(index, name)
        yield name, array.astype(kind).tobytes()
    yield "texts", index.texts
    yield "codes", codec.encode(index.codes)
    yield "names", codec.encode(index.names)


def read_index(parts: Mapping[str, bytes]) -> TrialIndex:
    """The index from what `index_parts` gave; raises IllegalValue when it is not whole."""
    import numpy as np

    try:
        arrays = {name: np.frombuffer(parts[name], np.dtype(kind)) for name, kind in _ARRAYS.items()}
        codes = codec.decode(parts["codes"], tuple[CodeSet, ...])
        names = codec.decode(parts["names"], tuple[str, ...])
        texts = parts["texts"]
    except (KeyError, ValueError):
        raise IllegalValue("the index of the trials is not whole") from None
    if sys.byteorder != "little":
        arrays = {name: array.astype(array.dtype.newbyteorder("=")) for name, array in arrays.items()}
    inner = {name: arrays.pop(name) for name in _ARRAYS if name.startswith(("gate_", "needed_"))}
    circuit = Circuit(
        leaves=len(arrays["leaf_low"]),
        starts=inner["gate_starts"],
        wires=inner["gate_wires"],
        least=inner["gate_least"],
        levels=inner["gate_levels"],
    )
    necessary = Necessary(inner["needed_starts"], inner["needed_wires"])
    return TrialIndex(**arrays, names=names, texts=texts, codes=codes, circuit=circuit, necessary=necessary)
