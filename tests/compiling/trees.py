"""Trees of every node and field, at random; and which variants of them there are."""

from __future__ import annotations

import types
import typing
from decimal import Decimal

import msgspec
from hypothesis import strategies as st

from trialwright.language.vocabulary import load_vocabulary
from trialwright.model import expression, interval, window
from trialwright.model.concept import Concept
from trialwright.model.interval import Bound, Interval
from trialwright.model.period import Period
from trialwright.model.window import Window

VOCABULARY = load_vocabulary()
NODES = typing.get_args(expression.Expr)
PARTS = (Concept, Interval, Bound, Window)
UNTOLD = ("span", "notes")
# Words that look like the phrases, the names, or the marks of the language itself.
TRICKY = (
    "", " ", "”", "“", "””", "”n", "⏎", "”⏎", "a\nb", "a\r\nb", "“gout” ever", "x”; “y", "positive", "阳性",
    "at present", "gout", "痛风", "the term “gout”", "(such as a, b)", "; ", ", and ", "，并且",
    "nothing at all", "age", "年龄", "severe", "no history of x", "CD4 count above 50 /uL", "100",
    "screening", "[no codes]", "such as x", "如此", "\\", "\u2028",
)  # fmt: skip
UNITS = (
    "a", "mo", "wk", "d", "h", "min", "/uL", "10*9/L", "10*6/kg", "/L", "mg/dL", "mL/min/{1.73_m2}", "%", "1",
    "{copies}/mL", "mm[Hg]", "[IU]/L", "m", "L", "in", "furlong", "", "x 10^9/L", "Cel", "[degF]", "（", "”",
    "kg/m2",
)  # fmt: skip

texts = st.sampled_from(TRICKY) | st.text(max_size=12)
words = st.none() | texts


@st.composite
def concepts(draw, depth: int = 2) -> Concept:
    alternatives = (
        tuple(draw(st.lists(concepts(depth=depth - 1), max_size=2))) if depth and draw(st.booleans()) else ()
    )
    how = draw(st.integers(0, 3))
    if how:
        term = draw(st.sampled_from(VOCABULARY.terms))
        codes = term.codes if how > 1 else draw(st.sampled_from([(), ("LOINC:1", "of; mine”")]))
        return Concept(text=draw(texts), name=term.name, codes=codes, alternatives=alternatives)
    codes = draw(st.sampled_from([(), ("ATC:L01",), ("a b", "”")]))
    return Concept(text=draw(texts), name=draw(words), codes=codes, alternatives=alternatives)


numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9) | (
    st.integers(0, 3).map(Decimal)
)
bounds = st.builds(Bound, value=numbers, closed=st.booleans())


@st.composite
def intervals(draw) -> Interval:
    low, high = draw(st.none() | bounds), draw(st.none() | bounds)
    if low is None and high is None:
        low = draw(bounds)
    if low is not None and high is not None:
        if low.value > high.value:
            low, high = high, low
        if low.value == high.value:
            low, high = (msgspec.structs.replace(b, closed=True) for b in (low, high))
    return Interval(
        low=low,
        high=high,
        unit=draw(st.none() | st.sampled_from(UNITS)),
        unit_text=draw(words),
        unit_status=draw(st.sampled_from(typing.get_args(interval.UnitStatus))),
        relative_to=draw(st.none() | st.sampled_from(typing.get_args(interval.Relative))),
    )


@st.composite
def periods(draw, sign: str | None = None) -> Period:
    count = st.integers(0, 400).map(str) | st.sampled_from(["0", "1", "07"])
    days = "".join(draw(count) + letter for letter in "YMWD" if draw(st.integers(0, 3)) == 0)
    time = "".join(draw(count) + letter for letter in "HM" if draw(st.integers(0, 4)) == 0)
    told = f"{days}T{time}" if time else days
    return Period((draw(st.sampled_from(["", "-"])) if sign is None else sign) + "P" + (told or "0D"))


@st.composite
def windows(draw) -> Window:
    anchor = draw(st.sampled_from(typing.get_args(window.Anchor)))
    shape = draw(st.integers(0, 4))
    since = draw(st.none() | periods(sign="-")) if shape else draw(periods())
    to = draw(st.sampled_from([None, Period("P0D"), Period("-P0D")]) if shape < 3 else st.none() | periods())
    event = draw(concepts() if anchor == "event" else st.none() | concepts())
    if since is not None and (to or Period("P0D")).longest < since.shortest:
        since, to = to or Period("-P0D"), since
    return Window(
        anchor=anchor, event=event, from_=since, to=to, status=draw(st.sampled_from(["stated", "assumed"]))
    )


values = st.none() | st.lists(
    st.sampled_from(["positive", "negative", "female", "II"]) | texts, max_size=3
).map(tuple)


def _literal(kind: type, field: str) -> st.SearchStrategy:
    return st.sampled_from(typing.get_args(typing.get_type_hints(kind)[field]))


def _leaves() -> st.SearchStrategy:
    e = expression
    maybe = st.none() | intervals()
    dated = st.none() | windows()
    measured = st.tuples(maybe, values).filter(lambda both: both[0] is not None or both[1])
    return st.one_of(
        st.builds(
            lambda both, **rest: e.Measurement(interval=both[0], values=both[1], **rest),
            measured, concept=concepts(), select=_literal(e.Measurement, "select"), window=dated,
        ),
        st.builds(
            e.Change, concept=concepts(), interval=intervals(), per=st.none() | periods(), window=dated
        ),
        st.builds(
            e.Condition, concept=concepts(), status=_literal(e.Condition, "status"), duration=maybe,
            window=dated,
            qualifiers=st.lists(st.sampled_from(["severe", "not treated"]) | texts, max_size=2).map(tuple),
        ),
        st.builds(
            e.Exposure, concept=concepts(), kind=_literal(e.Exposure, "kind"),
            status=_literal(e.Exposure, "status"),
            dose=maybe, duration=maybe, count=maybe, window=dated,
        ),
        st.builds(
            lambda both, **rest: e.Demographic(interval=both[0], values=both[1], **rest),
            measured, attribute=st.sampled_from(["age", "sex", "race", "language", "residence"]) | texts,
        ),
        st.builds(e.Attestation, about=_literal(e.Attestation, "about"), text=texts),
        st.builds(e.Protocol, text=texts),
        st.builds(e.Unparsed, text=texts),
    )  # fmt: skip


def _groups(below: st.SearchStrategy) -> st.SearchStrategy:
    e = expression
    some = st.lists(below, max_size=5).map(tuple)
    return st.one_of(
        st.builds(e.AllOf, of=some),
        st.builds(e.AnyOf, of=some),
        st.builds(e.AtLeast, n=st.integers(1, 10**9), of=some),
        st.builds(e.Not, of=below),
        st.builds(e.IfThen, if_=below, then=below),
        st.builds(e.Except, base=below, unless=below),
    )


trees = st.recursive(_leaves(), _groups, max_leaves=6)


# ------------------------------------------------------------ variants
def _kinds(hint: object) -> set[str]:
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return {repr(a) for a in typing.get_args(hint)}
    if origin in (typing.Union, types.UnionType):
        return set().union(*({"None"} if a is type(None) else _kinds(a) for a in typing.get_args(hint)))
    if origin is tuple:
        return {"()", "(...)"}
    if hint is bool:
        return {"True", "False"}
    return {"..."}


def wanted_variants() -> set[tuple[str, str, str]]:
    """Every node and part, every field of it, every kind of value of the field."""
    found = set()
    for kind in (*NODES, *PARTS):
        hints = typing.get_type_hints(kind)
        for field in msgspec.structs.fields(kind):
            if field.name not in UNTOLD:
                found |= {(kind.__name__, field.name, v) for v in _kinds(hints[field.name])}
    return found


def variants_of(value: object) -> set[tuple[str, str, str]]:
    """The variants that a tree shows."""
    found: set[tuple[str, str, str]] = set()
    if isinstance(value, tuple):
        for item in value:
            found |= variants_of(item)
    if not isinstance(value, (*NODES, *PARTS)):
        return found
    kind = type(value)
    hints = typing.get_type_hints(kind)
    for field in msgspec.structs.fields(kind):
        if field.name in UNTOLD:
            continue
        held = getattr(value, field.name)
        possible = _kinds(hints[field.name])
        shown = "()" if held == () else "(...)" if isinstance(held, tuple) else repr(held)
        found.add((kind.__name__, field.name, shown if shown in possible else "..."))
        found |= variants_of(held)
    return found


def told(value: typing.Any) -> typing.Any:
    """What explaining tells of a tree: no places, no notes, no spelling of what has a name or a unit."""
    if isinstance(value, tuple):
        return tuple(map(told, value))
    if not isinstance(value, (*NODES, *PARTS)):
        return format(value, "f") if isinstance(value, Decimal) else value
    fields = {f.name: told(getattr(value, f.name)) for f in msgspec.structs.fields(type(value))}
    for untold in UNTOLD:
        fields.pop(untold, None)
    if isinstance(value, Concept) and value.name is not None:
        del fields["text"]
    if isinstance(value, Interval) and value.unit is not None:
        del fields["unit_text"]
    return (type(value).__name__, *sorted(fields.items()))
