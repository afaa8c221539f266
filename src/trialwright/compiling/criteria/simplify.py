"""Pass `simplify`: groups of one, and groups within groups of the same kind, become plain.

Takes an expression, gives one that says the same. `not` is never pushed inwards: the condition stays as
written.
"""

from __future__ import annotations

import msgspec

from trialwright.compiling.criteria.line import Line
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Except,
    Expr,
    IfThen,
    Not,
    with_children,
)


def simplify(line: Line) -> Line:
    """The line with its expression made plain."""
    return line if line.expr is None else msgspec.structs.replace(line, expr=plain(line.expr))


def plain(expr: Expr) -> Expr:
    """The expression without needless groups."""
    match expr:
        case AllOf(of=of) | AnyOf(of=of):
            flat: list[Expr] = []
            for child in map(plain, of):
                if type(child) is type(expr) and not child.notes:
                    flat.extend(child.of)
                else:
                    flat.append(child)
            if len(flat) == 1 and not expr.notes:
                return flat[0]
            return msgspec.structs.replace(expr, of=tuple(flat))
        case AtLeast(of=of):
            return msgspec.structs.replace(expr, of=tuple(map(plain, of)))
        case Not(of=inner):
            return msgspec.structs.replace(expr, of=plain(inner))
        case IfThen(if_=premise, then=then):
            premise, then = plain(premise), plain(then)
            if isinstance(then, IfThen) and said(then.if_) == said(premise):
                # "Women of childbearing potential (WOCBP) must ...": the same condition twice.
                then = then.then
            return IfThen(if_=premise, then=then, span=expr.span, notes=expr.notes)
        case Except(base=base, unless=unless):
            return Except(base=plain(base), unless=plain(unless), span=expr.span, notes=expr.notes)
        case _:
            return expr


def said(expr: Expr) -> Expr:
    """The expression without the places of its words, for comparing what it says."""
    plain_expr = msgspec.structs.replace(with_children(expr, said), span=None)
    if isinstance(plain_expr, Condition) and plain_expr.concept.name:
        # The same thing in other words.
        concept = msgspec.structs.replace(plain_expr.concept, text=plain_expr.concept.name)
        return msgspec.structs.replace(plain_expr, concept=concept)
    return plain_expr
