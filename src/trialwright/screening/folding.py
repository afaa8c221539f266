"""A tree folded up from its leaves, in any algebra that knows `all`, `at least n` and `not`.

`any`, `if then` and `except` are said by these, so that engines and questions beyond the verdict cannot
differ in what a tree means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from trialwright.model import expression as ex

T = TypeVar("T")


class Algebra(NamedTuple, Generic[T]):
    """What the nodes of a tree do to the values of their parts; `turned` is `not`."""

    all: Callable[[Sequence[T]], T]
    at_least: Callable[[int, Sequence[T]], T]
    turned: Callable[[T], T]


def fold(expr: ex.Expr, leaves: Iterator[T], by: Algebra[T]) -> T:
    """The value of a tree whose leaves, in the order of the text, have these values."""
    match expr:
        case ex.AllOf(of=of):
            return by.all([fold(e, leaves, by) for e in of])
        case ex.AnyOf(of=of):
            return by.turned(by.all([by.turned(fold(e, leaves, by)) for e in of]))
        case ex.AtLeast(n=n, of=of):
            return by.at_least(n, [fold(e, leaves, by) for e in of])
        case ex.Not(of=inner):
            return by.turned(fold(inner, leaves, by))
        case ex.IfThen(if_=premise, then=then):
            parts = [fold(premise, leaves, by), by.turned(fold(then, leaves, by))]
            return by.turned(by.all(parts))
        case ex.Except(base=base, unless=unless):
            return by.all([fold(base, leaves, by), by.turned(fold(unless, leaves, by))])
        case _:
            return next(leaves)
