"""Leaves told apart by what they ask and by their bounds, so that a record is read once for many leaves.

Takes leaves of trees. "Platelets of at least 100" and "of at least 75" have one form and different bounds; a
person's results are read for the form, and only numbers are compared for each of its leaves.
"""

from __future__ import annotations

import hashlib
import math
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from trialwright.model import codec
from trialwright.model import expression as ex
from trialwright.model.concept import Concept
from trialwright.model.interval import Bound, Interval
from trialwright.model.vocabulary import Vocabulary
from trialwright.screening.atoms import (
    AgeAtom,
    Atom,
    AttributeAtom,
    ChangeAtom,
    ConditionAtom,
    EventWindow,
    ExposureAtom,
    FixedAtom,
    MeasurementAtom,
    SexAtom,
)
from trialwright.screening.codes import CodeSet
from trialwright.screening.grounding import Ground
from trialwright.screening.options import ScreeningOptions
from trialwright.screening.records import codes_of
from trialwright.screening.windows import time_unit

# What a form is does not depend on the day; grounding only wants to have one.
_SOME_DAY = date(2000, 1, 1)
_ANY_BOUND = Interval(low=Bound(value=Decimal(0), closed=True))
_LOW_CLOSED, _HIGH_CLOSED = 1, 2


class Bounds(NamedTuple):
    """The numbers that a leaf allows, on the scale of its form; infinite where there is no bound."""

    low: float = -math.inf
    high: float = math.inf
    low_closed: bool = True
    high_closed: bool = True

    @property
    def ends(self) -> int:
        """Which ends are closed, as one number."""
        return _LOW_CLOSED * self.low_closed + _HIGH_CLOSED * self.high_closed


def bounds_of(low: float, high: float, ends: int) -> Bounds:
    """The bounds from plain numbers."""
    return Bounds(low, high, bool(ends & _LOW_CLOSED), bool(ends & _HIGH_CLOSED))


class Form(NamedTuple):
    """What leaves ask that differ at most in their bounds.

    key: equal for them alone. leaf: one of them, to be grounded at any day. codes: whose rows can change the
    answer. silence: equal for forms that a person without such rows answers alike. personal: the answer lies
    in rows that everybody has (birth, sex and the like), whatever the codes. can_fail: some record settles
    it. subject: what it is about, in a word.
    """

    key: bytes
    leaf: ex.Expr
    codes: tuple[CodeSet, ...]
    silence: bytes
    personal: bool
    can_fail: bool
    subject: str


class Asked(NamedTuple):
    """A leaf as its form and bounds, and the fact that would answer it (equal numbers: the same fact)."""

    form: Form
    bounds: Bounds
    fact: int


class Forms:
    """Tells the form of leaves by one vocabulary; forms that were met before are the same values."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._ground = Ground(_SOME_DAY, vocabulary, ScreeningOptions())
        self._known: dict[bytes, Form] = {}

    def ask(self, plain: ex.Expr) -> Asked:
        """The form and bounds of a leaf that `plain_leaf` has given."""
        atom = self._ground.leaf(plain, False).atom
        key, bounds = _key_and_bounds(plain, atom)
        form = self._known.get(key)
        if form is None:
            form = self._known[key] = Form(
                key=key,
                leaf=plain,
                codes=tuple(dict.fromkeys(codes_of(atom))),
                silence=_silence(atom),
                personal=isinstance(atom, AgeAtom | SexAtom | AttributeAtom),
                can_fail=not isinstance(atom, FixedAtom),
                subject=subject_of(plain)[1],
            )
        return Asked(form, bounds, fact_of(plain))


def plain_leaf(leaf: ex.Expr, hurts: bool) -> ex.Expr:
    """The leaf without what changes no answer: places, notes, wording, qualifiers; `worst` made plain."""
    changes: dict[str, Any] = {"span": None, "notes": ()}
    match leaf:
        case ex.Measurement(concept=concept, select=select):
            # Section 4 of the semantics: the worst result is every one where being met helps.
            worst = "any" if hurts else "all"
            changes |= {"concept": _plain(concept), "select": worst if select == "worst" else select}
        case ex.Condition(concept=concept):
            changes |= {"concept": _plain(concept), "qualifiers": ()}
        case ex.Change(concept=concept) | ex.Exposure(concept=concept):
            changes |= {"concept": _plain(concept)}
    return msgspec.structs.replace(leaf, **changes)


def _plain(concept: Concept) -> Concept:
    return Concept(text=concept.name or concept.text, name=concept.name, codes=concept.codes)


def _key_and_bounds(leaf: ex.Expr, atom: Atom) -> tuple[bytes, Bounds]:
    """The key of the form, and the bounds; a leaf whose bounds are no plain numbers is a form by itself."""
    match atom:
        case FixedAtom(reason=reason):
            return b"fixed " + reason.value.encode(), Bounds()
        case MeasurementAtom(question=question) | ChangeAtom(question=question) if question.limits:
            limits = question.limits
            of_any = msgspec.structs.replace(
                leaf, interval=msgspec.structs.replace(_ANY_BOUND, relative_to=question.relative_to)
            )
            # Units are done with: the bounds stand in the canonical unit of the scale.
            key = codec.encode(of_any) + codec.encode(question.scale)
            return key, Bounds(limits.low, limits.high, limits.low_closed, limits.high_closed)
        case AgeAtom(interval=interval):
            unit, bounds = time_unit(interval), _ages(interval)
            if unit is not None and bounds is not None:
                return b"age " + unit.encode(), bounds
    return codec.encode(leaf), Bounds()


def _ages(interval: Interval) -> Bounds | None:
    """The bounds of an age; None where a number would not come back as the same decimal."""
    ends = [b for b in (interval.low, interval.high) if b]
    if any(as_decimal(float(b.value)) != b.value for b in ends):
        return None
    low, high = interval.low, interval.high
    return Bounds(
        float(low.value) if low else -math.inf,
        float(high.value) if high else math.inf,
        low.closed if low else True,
        high.closed if high else True,
    )


def as_decimal(number: float) -> Decimal:
    """The decimal that a float is written as."""
    return Decimal(repr(number))


def _silence(atom: Atom) -> bytes:
    """All of an atom that a record without its rows can still answer to."""
    told: list[Any] = [type(atom).__name__, isinstance(getattr(atom, "window", None), EventWindow)]
    match atom:
        case FixedAtom(reason=reason):
            told.append(reason.value)
        case MeasurementAtom(women_only=True, question=question):
            told += ["women only", question.values]
        case ConditionAtom(women_only=women):
            told.append(women)
        case ExposureAtom(closed_by=closed_by, count=count):
            told += [closed_by, count]
    return codec.encode(told)


def subject_of(leaf: ex.Expr) -> tuple[str, str]:
    """What has to be found out to answer a leaf, as its kind and name: a test, a diagnosis, a drug ...

    Leaves with other bounds, windows or statuses have the same subject: one fresh platelet count answers
    them.
    """
    match leaf:
        case ex.Measurement(concept=concept):
            return "result", concept.name or concept.text
        case ex.Change(concept=concept):
            return "change", concept.name or concept.text
        case ex.Condition(concept=concept):
            return "condition", concept.name or concept.text
        case ex.Exposure(concept=concept, status=status):
            return "plan" if status == "planned" else "exposure", concept.name or concept.text
        case ex.Demographic(attribute=attribute):
            return "attribute", attribute.strip().lower()
        case ex.Attestation(about=about):
            return "attestation", about
        case ex.Protocol():
            return "protocol", ""
        case ex.Unparsed(text=text):
            return "text", " ".join(text.split())
        case _:
            return "group", type(leaf).__name__


def fact_of(leaf: ex.Expr) -> int:
    """The subject of a leaf as a number."""
    digest = hashlib.blake2b(codec.encode(subject_of(leaf)), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
