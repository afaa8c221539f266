"""Examples: "autoimmune disease such as lupus", "severe organ disease, including renal and cardiac".

Takes the items of a clause with "such as" or "including"; each example is one of what the words before them
ask for, beside these words themselves.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.line import Item, Line, span_of
from trialwright.compiling.criteria.organs import severe_term
from trialwright.compiling.criteria.pieces import split_at, trim
from trialwright.compiling.criteria.words import texts_of, words
from trialwright.model.concept import Concept
from trialwright.model.expression import AnyOf, Condition, Exposure, Expr, Measurement, Not, leaves

Reader = Callable[[list[Item]], Expr | None]
_TESTED = ("quantity", "score", "coded")
_MORE = ("window", "duration", "not", "except", "excepted", "unless", "if", "quantity", "cue", "such_as")


def exampled(line: Line, lexicon: Lexicon, items: list[Item], read: Reader) -> Expr | None:
    """The statement with its examples."""
    kept, examples = _split(items)
    if not examples or any(i.kind in _MORE for i in examples):
        return None
    if any(i.kind in ("bounds", "outcome") for i in examples):
        return _tested(line, items, kept, examples, read)
    expr = read(kept) or _general(line, kept)
    inner = expr.of if isinstance(expr, Not) else expr
    if not isinstance(inner, Condition | Exposure):
        return None
    pieces = [trim(piece) for piece in split_at(examples, ("comma", "or", "and", "semi", "slash"))]
    pieces = [piece for piece in pieces if piece]
    named = tuple(_example(line, piece, inner) for piece in pieces)
    if any(len(c.text) == 1 and c.text.isascii() for c in named):
        return None
    organs = None
    if not inner.concept.codes and isinstance(inner, Condition) and _severely(inner):
        organs = severe_term(lexicon, [c.text for c in named])
    made: Expr
    first = next((n for n, i in enumerate(kept) if i.kind in ("term", "word", "adjective")), 0)
    if organs is not None or set(texts_of(line, kept[first:])) & words("inner_joint"):
        # The organs only say which diseases are meant, and "reactions to drugs such as" names no reaction.
        concept = msgspec.structs.replace(inner.concept, alternatives=named)
        if organs is not None:
            concept = msgspec.structs.replace(concept, name=organs.name, codes=organs.codes)
        made = msgspec.structs.replace(inner, concept=concept)
    else:
        # Each example is one of what is asked for; others may be meant as well.
        instances = (_instance(inner, piece, c) for piece, c in zip(pieces, named, strict=True))
        made = AnyOf(of=(inner, *instances), span=span_of(items))
    return msgspec.structs.replace(expr, of=made) if isinstance(expr, Not) else made


def _instance(general: Condition | Exposure, items: list[Item], concept: Concept) -> Expr:
    """An example, with all that is said of the general word."""
    span = span_of(items)
    if isinstance(general, Condition):
        return msgspec.structs.replace(general, concept=concept, qualifiers=(), span=span)
    kind = next((i.value.kind for i in items if i.kind == "term"), general.kind)
    kind = kind if kind in ("drug", "procedure", "device", "cell", "vaccine", "trial") else general.kind
    return msgspec.structs.replace(general, concept=concept, kind=kind, span=span)


def _split(items: list[Item]) -> tuple[list[Item], list[Item]]:
    """What stands outside of the examples, and the examples."""
    kept: list[Item] = []
    examples: list[Item] = []
    place = 0
    while place < len(items):
        item = items[place]
        if item.kind == "open" and place + 1 < len(items) and items[place + 1].kind == "such_as":
            end = place
            while end < len(items) and items[end].kind != "close":
                end += 1
            examples += items[place + 2 : end]
            place = end + 1
            continue
        if item.kind == "such_as":
            examples += items[place + 1 :]
            break
        kept.append(item)
        place += 1
    while examples and examples[0].kind in ("stop", "comma", "colon"):
        examples = examples[1:]
    return kept, examples


def _severely(inner: Condition) -> bool:
    return bool({q.lower() for q in inner.qualifiers} & words("severely"))


def _general(line: Line, items: list[Item]) -> Expr | None:
    """Read "severe problems of other vital organs": words that only say that it is an illness."""
    told = [i for i in items if i.kind not in ("noise", "adjective", "status", "within", "comma")]
    if not told or any(i.kind != "word" for i in told):
        return None
    if not all(w in words("general_illness") for w in texts_of(line, told)):
        return None
    start, end = span_of(items)
    return Condition(
        concept=Concept(text=" ".join(line.text[told[0].start : told[-1].end].split())),
        status=next((i.value for i in items if i.kind == "status"), "current"),
        qualifiers=tuple(line.text[i.start : i.end] for i in items if i.kind == "adjective"),
        span=(start, end),
    )


def _tested(
    line: Line, items: list[Item], kept: list[Item], examples: list[Item], read: Reader
) -> Expr | None:
    """Read "other infections, including anti-HCV positive": tests for which the general word stands."""
    if not _vague(line, kept):
        return None
    made = read(examples)
    if made is None or not all(isinstance(leaf, Measurement | Condition) for leaf in leaves(made)):
        return None
    if len(leaves(made)) > 1 and not isinstance(made, AnyOf):
        return None
    return msgspec.structs.replace(made, span=span_of(items))


def _vague(line: Line, items: list[Item]) -> bool:
    """Whether words only say that it is some illness."""
    told = [i for i in items if i.kind in ("word", "term")]
    return (
        bool(told)
        and all(
            w in words("general_illness") or w in words("general_infection") for w in texts_of(line, told)
        )
        and not any(i.kind in ("not", "bounds", "window") for i in items)
    )


def _example(line: Line, items: list[Item], general: Condition | Exposure) -> Concept:
    """An example of a concept, with its codes where it is one term of the same sort."""
    text = " ".join(line.text[items[0].start : items[-1].end].split())
    terms = [i for i in items if i.kind == "term"]
    if len(terms) == 1 and all(i.kind in ("term", "noise") or line.plain[i.start] == "等" for i in items):
        return Concept(text=text, name=terms[0].value.name, codes=terms[0].value.codes)
    return Concept(text=text)
