"""The closed set of nodes that a criterion can be made of.

A criterion is a function from one person's record at an index date to a verdict with reasons;
these nodes are the whole language it is written in. The condition stands as the text has it:
an exclusion is never folded into flipped bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from trialwright.errors import IllegalValue
from trialwright.model.concept import Concept
from trialwright.model.interval import Interval
from trialwright.model.period import Period
from trialwright.model.source import Note, Span, check_span
from trialwright.model.window import Window


class Node(Struct, tag_field="type", frozen=True, kw_only=True):
    """A node of an expression; `span` is the place of its words in the source."""

    span: Span | None = None
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        """Refuse impossible spans."""
        check_span(self.span, f"{type(self).__name__} node")


class AllOf(Node, tag="all", frozen=True, kw_only=True):
    """Every one holds."""

    of: tuple[Expr, ...]


class AnyOf(Node, tag="any", frozen=True, kw_only=True):
    """At least one holds."""

    of: tuple[Expr, ...]


class AtLeast(Node, tag="at_least", frozen=True, kw_only=True):
    """At least `n` of them hold."""

    n: int
    of: tuple[Expr, ...]

    def __post_init__(self) -> None:
        """Refuse a number that says nothing."""
        super().__post_init__()
        if self.n < 1:
            raise IllegalValue(f"at_least needs n of 1 or more, n is {self.n}")


class Not(Node, tag="not", frozen=True, kw_only=True):
    """The condition does not hold."""

    of: Expr


class IfThen(Node, tag="if_then", frozen=True, kw_only=True):
    """Where `if` holds, `then` must hold too."""

    if_: Expr = msgspec.field(name="if")
    then: Expr


class Except(Node, tag="except", frozen=True, kw_only=True):
    """`base` holds, and `unless` does not."""

    base: Expr
    unless: Expr


class Measurement(Node, tag="measurement", frozen=True, kw_only=True):
    """A test, quantity or score: a number in `interval`, or a coded result in `values`.

    `select` says which results of the window count; `latest` is the default.
    """

    concept: Concept
    interval: Interval | None = None
    values: tuple[str, ...] | None = None
    select: Literal["latest", "first", "any", "all", "worst"] = "latest"
    window: Window | None = None

    def __post_init__(self) -> None:
        """Refuse a measurement that asks nothing."""
        super().__post_init__()
        if self.interval is None and not self.values:
            raise IllegalValue(f"measurement of {self.concept.text!r} needs interval or values")


class Change(Node, tag="change", frozen=True, kw_only=True):
    """The change between the two latest dates, per `per` where it is a rate."""

    concept: Concept
    interval: Interval
    per: Period | None = None
    window: Window | None = None


class Condition(Node, tag="condition", frozen=True, kw_only=True):
    """A disease or state of the person."""

    concept: Concept
    status: Literal["current", "history", "any"] = "any"
    qualifiers: tuple[str, ...] = ()
    duration: Interval | None = None
    window: Window | None = None


class Exposure(Node, tag="exposure", frozen=True, kw_only=True):
    """Something done or given to the person."""

    concept: Concept
    kind: Literal["drug", "procedure", "device", "cell", "vaccine", "trial", "other"] = "other"
    status: Literal["current", "past", "planned", "any"] = "any"
    dose: Interval | None = None
    duration: Interval | None = None
    count: Interval | None = None
    window: Window | None = None


class Demographic(Node, tag="demographic", frozen=True, kw_only=True):
    """Age, sex and the like."""

    attribute: str
    interval: Interval | None = None
    values: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse a demographic that asks nothing."""
        super().__post_init__()
        if self.interval is None and not self.values:
            raise IllegalValue(f"demographic {self.attribute!r} needs interval or values")


About: TypeAlias = Literal[
    "consent", "willingness", "capacity", "investigator_judgement", "plan", "documentation"
]


class Attestation(Node, tag="attestation", frozen=True, kw_only=True):
    """What somebody must say or sign; no record can answer it."""

    about: About
    text: str


class Protocol(Node, tag="protocol", frozen=True, kw_only=True):
    """Words that point elsewhere: "see the study protocol"."""

    text: str


class Unparsed(Node, tag="unparsed", frozen=True, kw_only=True):
    """Words that could not be compiled; they evaluate to unknown."""

    text: str


Expr: TypeAlias = (
    AllOf
    | AnyOf
    | AtLeast
    | Not
    | IfThen
    | Except
    | Measurement
    | Change
    | Condition
    | Exposure
    | Demographic
    | Attestation
    | Protocol
    | Unparsed
)


_GROUPS = (AllOf, AnyOf, AtLeast, Not, IfThen, Except)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of a node, in the order of the text; none for a leaf."""
    if not isinstance(expr, _GROUPS):
        return ()
    match expr:
        case AllOf(of=of) | AnyOf(of=of) | AtLeast(of=of):
            return of
        case Not(of=inner):
            return (inner,)
        case IfThen(if_=premise, then=then):
            return (premise, then)
        case Except(base=base, unless=unless):
            return (base, unless)
        case _:
            return ()


def with_children(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The node with each of its direct parts changed; the node itself where none is."""
    match expr:
        case AllOf(of=of) | AnyOf(of=of) | AtLeast(of=of):
            parts = tuple([change(part) for part in of])
            same = all(new is old for new, old in zip(parts, of, strict=True))
            return expr if same else msgspec.structs.replace(expr, of=parts)
        case Not(of=inner):
            new = change(inner)
            return expr if new is inner else msgspec.structs.replace(expr, of=new)
        case IfThen(if_=premise, then=then):
            return msgspec.structs.replace(expr, if_=change(premise), then=change(then))
        case Except(base=base, unless=unless):
            return msgspec.structs.replace(expr, base=change(base), unless=change(unless))
        case _:
            return expr


def leaves(expr: Expr) -> tuple[Expr, ...]:
    """All leaves below a node, in the order of the text; a leaf is its own."""
    found: list[Expr] = []
    _gather(expr, found)
    return tuple(found)


def _gather(expr: Expr, found: list[Expr]) -> None:
    """Put the leaves below a node behind those found."""
    if not isinstance(expr, _GROUPS):
        found.append(expr)
        return
    for child in children(expr):
        _gather(child, found)


class Criterion(Struct, frozen=True, kw_only=True):
    """One inclusion or exclusion: its words, their place, and the condition they state.

    `expr` is null before compiling. `assessable` says who can answer: the data, the person,
    the protocol, or nobody yet.
    """

    id: str
    kind: Literal["inclusion", "exclusion"] | None
    text: str
    source: str | None = None
    span: Span | None = None
    expr: Expr | None = None
    assessable: Literal["data", "person", "protocol", "none"] = "none"
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        """Refuse impossible spans."""
        check_span(self.span, f"criterion {self.id}")
