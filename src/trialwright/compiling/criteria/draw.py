"""A compiled criterion as an indented diagram, so that its logic can be seen at a glance.

Takes an expression, gives lines of text: groups by their names, what data or people answer in the words of
`explain`.
"""

from __future__ import annotations

from trialwright.compiling.criteria.explain import Language, explain
from trialwright.model.expression import AllOf, AnyOf, AtLeast, Except, Expr, IfThen, Not
from trialwright.model.vocabulary import Vocabulary

_LIKELY = "   (likely)"


def draw(expr: Expr, language: Language = "en", *, vocabulary: Vocabulary | None = None) -> str:
    """The expression from top to bottom; "(likely)" marks an outline, in which nothing decides.

    >>> from trialwright.model.expression import Demographic
    >>> women = Demographic(attribute="sex", values=("female",))
    >>> print(draw(AnyOf(of=(women, Not(of=women)))))
    any
    ├─ sex is female
    └─ not
       └─ sex is female
    """
    return "\n".join(_lines(expr, language, vocabulary))


def _lines(expr: Expr, language: Language, vocabulary: Vocabulary | None) -> list[str]:
    """The lines of a node and all below it."""
    match expr:
        case AllOf(of=of):
            name, parts = "all", [("", e) for e in of]
        case AnyOf(of=of):
            name, parts = "any", [("", e) for e in of]
        case AtLeast(n=n, of=of):
            name, parts = f"at least {n}", [("", e) for e in of]
        case Not(of=inner):
            name, parts = "not", [("", inner)]
        case IfThen(if_=premise, then=then):
            name, parts = "if … then", [("if ", premise), ("then ", then)]
        case Except(base=base, unless=unless):
            name, parts = "except", [("", base), ("unless ", unless)]
        case _:
            name, parts = explain(expr, language, vocabulary=vocabulary), []
    likely = _LIKELY if any(note.code == "outlined" for note in expr.notes) else ""
    out = [name + likely]
    for place, (role, part) in enumerate(parts, 1):
        last = place == len(parts)
        first, *rest = _lines(part, language, vocabulary)
        out.append(f"{'└─ ' if last else '├─ '}{role}{first}")
        out += [f"{'   ' if last else '│  '}{line}" for line in rest]
    return out
