"""The nodes that phrases make: measurements, conditions, exposures, attestations, all without codes.

Takes a phrase, gives its node, or None where it asks nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trialwright.compiling.criteria.line import Bounds, Item, span_of
from trialwright.compiling.criteria.measures import notes_of
from trialwright.compiling.criteria.outlining.phrase import Phrase
from trialwright.compiling.criteria.outlining.reading import GIVEN
from trialwright.compiling.criteria.words import is_disease
from trialwright.model.concept import Concept
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Condition,
    Except,
    Exposure,
    Expr,
    IfThen,
    Measurement,
    Not,
    leaves,
)
from trialwright.model.interval import Interval
from trialwright.model.window import Window

if TYPE_CHECKING:
    from trialwright.compiling.criteria.outlining.draft import Draft

_ABBREVIATION = re.compile(r"[(\[]([A-Za-z0-9][A-Za-z0-9-]{1,9})[)\]]")
_PRESSURE = re.compile(r"pressure|hypertens|hypotens|\bbp\b", re.IGNORECASE)
_AGED = ("old", "young", "age", "岁")


def node_of(draft: Draft, p: Phrase) -> Expr | None:
    """The node of a phrase, denied where the phrase is."""
    node = p.expr
    if node is None:
        draft.hard = draft.hard or is_hard(draft, p)
        _weigh(draft, p)
        node = _named(draft, p)
    if node is None:
        return None
    return Not(of=node, span=node.span) if p.negated else node


_THIS, _TRIALS = frozenset({"this", "the", "our", "present"}), ("study", "trial")


def is_hard(draft: Draft, p: Phrase) -> bool:
    """Whether a record could hold something of a phrase: a known term, an illness, a treatment, a number."""
    if p.timed or p.outcome or p.sex is not None:
        return True
    administrative = draft.wording.administrative
    for item in p.content:
        text = draft.said(item)
        if item.kind == "anchor" and text.split()[0] in _THIS and text.endswith(_TRIALS):
            # No record tells of the trial that the words are written for.
            continue
        if item.kind in ("term", "fertile"):
            return True
        if text in administrative:
            continue
        if p.verb is not None or text in draft.wording.given or (item.kind == "word" and is_disease(text)):
            return True
    if not p.groups:
        return False
    return any(i.kind in ("bounds", "term", "window", "duration") for g in p.groups for i in g.value)


def _weigh(draft: Draft, p: Phrase) -> None:
    """Count the words that speak of running a trial, and the others."""
    administrative = draft.wording.administrative
    for item in p.content:
        for word in draft.said(item).split():
            if word in administrative or word.removesuffix("s") in administrative:
                draft.administrative += 1
            else:
                draft.plain += 1


def _span(p: Phrase) -> tuple[int, int]:
    if not (p.timed or p.groups or p.sex is not None):
        return span_of(p.content)
    said = [*p.bounds, *p.pairs, *p.windows, *p.washouts, *p.durations, *p.groups]
    if p.sex is not None:
        said.append(p.sex)
    return span_of(said if p.borrowed and said else [*p.content, *said])


def name_of(draft: Draft, p: Phrase) -> str:
    """The name of a phrase, in the words of the text."""
    content = p.content
    for group in p.groups:
        # A name goes on behind its abbreviation, not behind other words in brackets.
        if len(group.value) > 1 and not p.borrowed:
            content = [i for i in content if i.end <= group.start] or content
            break
    if not content:
        return ""
    start = p.bounds[0].start if p.bounds else None
    if start is not None and not p.borrowed and content[0].start < start < content[-1].end:
        before = [i for i in content if i.start < start]
        behind = [i for i in content if i.start > start]
        return f"{draft.words(before)} {draft.words(behind)}"
    name = draft.words(content)
    return name if name[:1].isalpha() or any(c.isalpha() for c in name) else ""


def _interval(b: Bounds) -> Interval:
    unit = None if b.relative_to else b.unit
    status: Any = "dimensionless" if b.relative_to else "stated" if unit else "missing"
    return Interval(
        low=b.low,
        high=b.high,
        unit=unit,
        unit_text=b.unit_text,
        unit_status=status,
        relative_to=b.relative_to,
    )


def _is_age(draft: Draft, p: Phrase, item: Item) -> bool:
    """Whether a bound is an age, by the words in it and before it."""
    b: Bounds = item.value
    if b.relative_to or (b.unit is not None and not b.time):
        return False
    named = [draft.said(i) for i in p.content]
    if not draft.wording.pregnancy_length.isdisjoint(named):
        return False
    if b.time and any(w in draft.said(item) for w in _AGED):
        return True
    if named and named[-1] == "age":
        return False
    if p.aged and (b.unit == "a" or all(w.isdigit() for w in named)):
        return True
    return not named and b.unit == "a" and not (p.durations or p.verb)


def _named(draft: Draft, p: Phrase) -> Expr | None:
    """The node of a phrase that has a name, a value or a time."""
    span = _span(p)
    name = name_of(draft, p)
    aliases, inner = _brackets(draft, p, name) if p.groups else ([], [])
    window: Window | None = p.windows[0].value if p.windows else None
    if not name and p.bounds and draft.context:
        name = draft.context
    if name and ("(" in name or "[" in name):
        aliases += [Concept(text=short) for short in _ABBREVIATION.findall(name)]
    concept = Concept(text=name, alternatives=tuple(aliases)) if name else None
    of, durations = _measured(draft, p, concept, window, span)
    aged = bool(of) and any(isinstance(e, Measurement) and e.concept.text == "age" for e in of)
    if p.sex is not None and not of:
        of.append(Condition(concept=Concept(text=draft.words([p.sex])), span=span))
    if concept is not None and (not of or aged or not any(isinstance(e, Measurement) for e in of)):
        if p.outcome is not None:
            of.append(Measurement(concept=concept, values=(p.outcome,), window=window, span=span))
        else:
            of += _states(draft, p, concept, durations, window, span)
    elif concept is None and (durations or window) and not of:
        told = Concept(text=draft.words([*p.durations, *p.windows, *p.bounds]))
        of += _states(draft, p, told, durations, window, span)
    if p.washouts or len(p.windows) > 1:
        of = _windowed(draft, p, of, concept, span)
    node = _bracketed(of, inner, span)
    if p.arm is None or node is None:
        return node
    person = Condition(concept=Concept(text=draft.words([p.arm])), span=(p.arm.start, p.arm.end))
    if draft.exclusion:
        return AllOf(of=(person, node), span=span)
    return IfThen(if_=person, then=node, span=span)


def _measured(
    draft: Draft, p: Phrase, concept: Concept | None, window: Window | None, span: tuple[int, int]
) -> tuple[list[Expr], list[Interval]]:
    """The measurements of a phrase, and the lengths of time that its bounds turn out to be."""
    of: list[Expr] = []
    durations: list[Interval] = [d.value for d in p.durations]
    if not (p.bounds or p.pairs):
        return of, durations
    select: Any = p.select

    def measure(named: Concept, b: Bounds) -> None:
        of.append(
            Measurement(
                concept=named,
                interval=_interval(b),
                select=select,
                window=window,
                span=span,
                notes=notes_of(b, span),
            )
        )

    name = concept.text if concept is not None else ""
    long = not draft.wording.pregnancy_length.isdisjoint(name.lower().split())
    for item in p.bounds:
        if _is_age(draft, p, item):
            of.append(Measurement(concept=Concept(text="age"), interval=_interval(item.value), span=span))
        elif item.value.time and not long:
            durations.append(_interval(item.value))
        else:
            measure(concept or Concept(text=draft.words([item])), item.value)
    for item in p.pairs:
        if _PRESSURE.search(name):
            for side, b in zip(("systolic", "diastolic"), item.value, strict=False):
                measure(Concept(text=f"{side} {name}"), b)
        else:
            # "4/10" is four on a scale of ten.
            measure(concept or Concept(text=draft.words([item])), item.value[0]._replace(unit=None))
    return of, durations


def _states(
    draft: Draft,
    p: Phrase,
    concept: Concept,
    durations: list[Interval],
    window: Window | None,
    span: tuple[int, int],
) -> list[Expr]:
    """A condition or an exposure, once for each length of time that is said of it."""
    last = p.content[-1] if p.content else None
    kind: Any = last.value.kind if last is not None and last.kind == "term" else None
    given = (
        p.verb is not None
        or kind in GIVEN
        or (last is not None and (draft.said(last) in draft.wording.given))
    )
    out: list[Expr] = []
    for duration in durations or (None,):
        status: Any
        if given:
            kind = kind if kind in GIVEN else "other"
            status = "planned" if p.verb == "planned" else "any"
            if status == "any" and window is None and "current" in (p.verb, p.status):
                status = "current"
            out.append(
                Exposure(
                    concept=concept, kind=kind, status=status, duration=duration, window=window, span=span
                )
            )
        else:
            status = p.status or "any"
            out.append(
                Condition(
                    concept=concept,
                    status=status,
                    qualifiers=tuple(p.qualifiers),
                    duration=duration,
                    window=window,
                    span=span,
                )
            )
    return out


def _windowed(
    draft: Draft, p: Phrase, of: list[Expr], concept: Concept | None, span: tuple[int, int]
) -> list[Expr]:
    """The nodes with the further windows of their phrase, and with what may not be found in a wash-out."""
    for further in p.windows[1:]:
        first = of[0] if of else None
        if isinstance(first, Condition | Exposure | Measurement) and first.window != further.value:
            of.append(Condition(concept=first.concept, window=further.value, span=span))
    for item in p.washouts:
        named = concept or Concept(text=draft.words([item]))
        of = [e for e in of if not isinstance(e, Condition | Exposure) or e.window or e.duration]
        of.append(Not(of=Exposure(concept=named, window=item.value, span=span), span=span))
    return of


def _brackets(draft: Draft, p: Phrase, name: str) -> tuple[list[Concept], list[tuple[str, Expr]]]:
    """What stands in brackets behind a name: further names, and conditions of their own."""
    aliases: list[Concept] = []
    inner: list[tuple[str, Expr]] = []
    for group in p.groups:
        items: list[Item] = [i for i in group.value if i.kind != "inclusive"]
        while items and items[0].kind in ("comma", "colon"):
            items = items[1:]
        if not items:
            continue
        kinds = {i.kind for i in items}
        if items[0].kind in ("except", "unless", "if") and len(items) > 1:
            sort, read = items[0].kind, draft.clause(items[1:])
        elif "window" in kinds and kinds <= {"window", "noise", "before", "after", "within"}:
            p.windows += [i for i in items if i.kind == "window"]
            continue
        elif "duration" in kinds and kinds <= {"duration", "noise"}:
            p.durations += [i for i in items if i.kind == "duration"]
            continue
        elif "bounds" in kinds and kinds <= {"bounds", "noise", "window"} and not p.bounds:
            p.bounds += [i for i in items if i.kind == "bounds"]
            p.windows += [i for i in items if i.kind == "window"]
            continue
        elif p.content and _is_one_word(items):
            aliases.append(Concept(text=draft.words(items)))
            continue
        else:
            examples = items[0].kind == "such_as"
            namely = items[0].kind == "namely"
            read = draft.inside(items[1:] if examples else items, name, examples=examples or namely)
            listed = isinstance(read, AnyOf) and not namely and _is_open(draft, items)
            sort = "examples" if examples or listed else "besides"
        if read is not None and not (p.bounds and _explains(draft, read, name, items)):
            inner.append((sort, read))
    return aliases, inner


def _explains(draft: Draft, read: Expr, name: str, items: list[Item]) -> bool:
    """Whether brackets say again what is measured before them: "ASA 1 or 2 (ASA 1 meaning healthy)"."""
    measured = [leaf.concept.text for leaf in leaves(read) if isinstance(leaf, Measurement)]
    named = any(i.kind in ("word", "term") and draft.said(i) == name.lower() for i in items)
    return bool(measured) and named and all(text == name for text in measured)


def _is_one_word(items: list[Item]) -> bool:
    """Whether brackets hold one word, and so another name."""
    said = [i.kind for i in items if i.kind != "noise"]
    return len(said) == 1 and said[0] in ("word", "term", "roman") and items[0].kind == said[0]


def _is_open(draft: Draft, items: list[Item]) -> bool:
    """Whether a list in brackets goes on: "ulcers, colitis, etc."."""
    last = next((i for i in reversed(items) if i.kind not in ("stop", "comma")), items[-1])
    return draft.said(last).startswith(("etc", "and so", "others", "等"))


def _bracketed(of: list[Expr], inner: list[tuple[str, Expr]], span: tuple[int, int]) -> Expr | None:
    """The node of a name with the conditions that stood in brackets behind it."""
    node: Expr | None = of[0] if len(of) == 1 else AllOf(of=tuple(of), span=span) if of else None
    besides: list[Expr] = []
    for sort, read in inner:
        if node is None:
            node = read
        elif sort in ("except", "unless"):
            node = Except(base=node, unless=read, span=span)
        elif sort == "if":
            node = IfThen(if_=read, then=node, span=span)
        elif sort == "examples":
            more = read.of if isinstance(read, AnyOf) else (read,)
            node = AnyOf(of=(*(node.of if isinstance(node, AnyOf) else (node,)), *more), span=span)
        else:
            besides.append(read)
    return AllOf(of=(node, *besides), span=span) if node is not None and besides else node
