"""Phrases of an outline: names with what is said of them, and the nodes without codes that they make.

Takes the items of one part of a list, gives its phrases in order; everything said of a name stays with it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trialwright.compiling.criteria.line import Bounds, Item, Line, span_of
from trialwright.compiling.criteria.measures import notes_of
from trialwright.compiling.criteria.person import ABOUT_ORDER
from trialwright.compiling.criteria.words import is_disease, words
from trialwright.model.concept import Concept
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Attestation,
    Condition,
    Except,
    Exposure,
    Expr,
    IfThen,
    Measurement,
    Not,
)
from trialwright.model.interval import Interval
from trialwright.model.window import Window

if TYPE_CHECKING:
    from trialwright.compiling.criteria.drafting import Draft

_PRESSURE = re.compile(r"pressure|hypertens|hypotens|\bbp\b", re.IGNORECASE)
_CONTENT = {"word", "term", "adjective", "roman", "count", "quantity", "fertile", "anchor", "extreme", "uln", "times"}
_GIVEN = {"drug", "procedure", "device", "cell", "vaccine", "trial"}


class Phrase:
    """A name with what is said of it, while it is put together."""

    __slots__ = (
        "about",
        "arm",
        "borrowed",
        "bounds",
        "content",
        "durations",
        "expr",
        "extra",
        "groups",
        "leading",
        "negated",
        "outcome",
        "pairs",
        "qualifiers",
        "rate",
        "rise",
        "select",
        "sex",
        "status",
        "unsure_age",
        "verb",
        "washouts",
        "windows",
    )

    def __init__(self) -> None:
        self.content: list[Item] = []
        self.qualifiers: list[str] = []
        self.status: str | None = None
        self.verb: str | None = None
        self.negated = self.leading = self.borrowed = self.rise = self.unsure_age = False
        self.select: str = "latest"
        self.windows: list[Item] = []
        self.washouts: list[Item] = []
        self.durations: list[Item] = []
        self.bounds: list[Item] = []
        self.pairs: list[Item] = []
        self.groups: list[Item] = []
        self.outcome: str | None = None
        self.rate: str | None = None
        self.about: str | None = None
        self.expr: Expr | None = None
        self.extra: list[Expr] = []
        self.sex: Item | None = None
        self.arm: Phrase | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was said that could be asked."""
        return not (
            self.content
            or self.bounds
            or self.pairs
            or self.expr
            or self.windows
            or self.durations
            or self.washouts
            or self.sex
            or self.groups
        )

    @property
    def bare(self) -> bool:
        """Whether it is a short name, with nothing said of it."""
        return len(self.content) < 4 and not (self.bounds or self.verb or self.negated or self.expr or self.pairs)


def said(line: Line, item: Item) -> str:
    """The words of an item, in lower case."""
    return line.plain[item.start : item.end].lower()


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], ...]:
    return tuple(
        words(name)
        for name in (
            "boundary", "people", "preventing", "denying", "given", "pregnancy_length", "measuring", "ceasing",
            "generic", "auxiliary", "administrative",
        )  # fmt: skip
    )


def is_boundary(line: Line, item: Item) -> bool:
    """Whether a word begins an addition to what stands before it."""
    return item.kind in ("noise", "word", "verb", "before", "after", "such_as") and said(line, item) in _lists()[0]


def is_measuring(line: Line, phrase: Phrase) -> bool:
    """Whether a phrase names a measure, so that the bounds behind the next one can be meant for it too."""
    if not phrase.content or len(phrase.content) > 5:
        return False
    last = phrase.content[-1]
    if last.kind == "term":
        return last.value.kind in ("quantity", "score", "coded")
    text = line.plain[last.start : last.end]
    return text.lower() in _lists()[6] or (text.isupper() and len(text) > 1)


def phrases_of(line: Line, items: list[Item], draft: Draft) -> list[Phrase]:
    """The phrases of one part of a list, in order."""
    boundary, people, preventing, denying = _lists()[:4]
    ceasing, auxiliary = _lists()[7], _lists()[9]
    out: list[Phrase] = []
    now = Phrase()
    judged = _judged(line, items)

    def close(negated: bool = False) -> None:
        nonlocal now
        if not now.empty:
            out.append(now)
            now = Phrase()
        elif now.negated:
            negated = True
        else:
            now = Phrase()
        now.negated = now.leading = negated

    for place, item in enumerate(items):
        kind = item.kind
        text = said(line, item)
        if judged and kind != "cue" and text not in preventing:
            now.content.append(item)
            continue
        if text in preventing and place + 1 < len(items):
            if judged and now.content:
                now.expr = _attestation(line, now.content, "investigator_judgement")
            close()
            rest = items[place + 1 :]
            if rest:
                now.expr = _attestation(line, rest, "capacity")
                now.negated = now.leading = True
                now.about = "capacity"
                out.append(now)
                out += _timed(line, rest, draft)
            return out
        if kind == "cue":
            if judged:
                now.content.append(item)
                continue
            planned = item.value == "plan" and _planned(line, items, place)
            if planned:
                close(now.negated and not now.content)
                now.verb = "planned"
                continue
            close(now.negated and not now.content)
            _attest(line, items[place:], now, denying)
            if now.expr is None:
                continue
            out.append(now)
            out += _timed(line, items[place + 1 :], draft)
            return out
        if kind == "namely":
            close()
        elif kind == "not":
            if now.content or now.bounds or now.pairs:
                close(negated=True)
            else:
                now.negated = now.leading = True
            if "history" in text or "prior" in text:
                now.status = "history"
            elif "current" in text or "active" in text:
                now.status = "current"
        elif kind == "sex":
            arm = bool(now.bounds)
            if now.content or now.bounds:
                close()
            one = Phrase()
            one.sex = item
            if arm:
                out[-1].arm = one
            else:
                out.append(one)
        elif text in ceasing and not now.content and kind in _CONTENT | {"cue", "noise"}:
            now.negated = now.leading = True
        elif kind == "verb" and text == "on" and now.content and not _is_given(line, items, place + 1):
            continue
        elif kind in ("noise", "such_as", "verb", "before", "after", "word") and text in boundary:
            if now.content or now.bounds or now.pairs or now.groups:
                close()
            if kind == "verb" and now.verb != "planned":
                now.verb = item.value
        elif kind == "verb":
            if now.content or now.bounds:
                close()
            now.verb = item.value if now.verb != "planned" else now.verb
        elif kind == "status":
            if now.bounds:
                close()
            now.status = item.value if now.status in (None, item.value) else "any"
        elif kind == "adjective" and not now.content:
            now.qualifiers.append(text)
        elif kind in ("age", "bothsex"):
            now.unsure_age = now.unsure_age or kind == "age"
            if text == "age" and now.content:
                now.content.append(item)
        elif kind == "bounds":
            if now.bounds and not _goes_on(now, item):
                close()
            now.bounds.append(item)
        elif kind == "pair":
            now.pairs.append(item)
        elif kind == "window":
            now.windows.append(item)
        elif kind == "washout":
            now.washouts.append(item)
        elif kind == "duration":
            now.durations.append(item)
        elif kind == "select":
            now.select = item.value
        elif kind == "outcome":
            now.outcome = item.value
        elif kind == "rise":
            now.rise = True
        elif kind == "rate":
            now.rate = item.value
        elif kind == "group":
            now.groups.append(item)
        elif kind in _CONTENT or kind == "word":
            if now.bounds and now.content and not _generic(line, now):
                close()
            if not now.content and text.removesuffix("s") in people and not now.bounds:
                now.unsure_age = True
                continue
            if text in auxiliary:
                continue
            if kind == "quantity" and not now.content and not item.value.time:
                # The number of a point, not a name.
                continue
            now.content.append(item)
    if judged and now.content:
        now.expr = _attestation(line, now.content, "investigator_judgement")
    if not now.empty:
        out.append(now)
    return _settled(line, out)


def _settled(line: Line, phrases: list[Phrase]) -> list[Phrase]:
    """Phrases in which times and brackets without a name stand with the name before them."""
    out: list[Phrase] = []
    for phrase in phrases:
        if len(phrase.content) == 1 and (told := _without(line, phrase.content[0])) is not None:
            phrase.content = [told]
            phrase.negated = phrase.leading = not phrase.negated
        loose = not (phrase.content or phrase.bounds or phrase.pairs or phrase.expr or phrase.sex)
        if loose and out and out[-1].expr is None and not phrase.negated:
            before = out[-1]
            before.windows += phrase.windows
            before.durations += phrase.durations
            before.washouts += phrase.washouts
            before.groups += phrase.groups
        else:
            out.append(phrase)
    return out


def _judged(line: Line, items: list[Item]) -> bool:
    """Whether all of a part is somebody's judgement: nothing in it is named or measured."""
    if not any(i.kind == "cue" and i.value == "investigator_judgement" for i in items):
        return False
    if {i.kind for i in items} & {"bounds", "pair", "window", "duration", "washout", "group", "term"}:
        return False
    generic = _lists()[8]
    cue = next(n for n, i in enumerate(items) if i.kind == "cue")
    named = [i for i in items[:cue] if i.kind in ("word", "adjective")]
    return all(said(line, i).removesuffix("s") in generic or said(line, i) in generic for i in named)


def _is_given(line: Line, items: list[Item], place: int) -> bool:
    """Whether a treatment follows, so that "on" says that it is taken."""
    if place >= len(items):
        return False
    item = items[place]
    return (item.kind == "term" and item.value.kind in _GIVEN) or any(
        said(line, i) in _lists()[4] for i in items[place : place + 3]
    )


def _planned(line: Line, items: list[Item], place: int) -> bool:
    """Whether what is planned is a treatment, which a calendar could show."""
    behind = items[place + 1 : place + 9]
    return not any(i.kind in ("cue", "not") for i in behind) and any(
        (i.kind == "term" and i.value.kind in _GIVEN)
        or said(line, i) in _lists()[4]
        or said(line, i).endswith(("ectomy", "plasty", "otomy", "scopy", "graphy", "surgery", "plasties", "stomy"))
        for i in behind
    )


def _without(line: Line, item: Item) -> Item | None:
    """The word that "non-smoker" denies."""
    text = line.plain[item.start : item.end].lower()
    for lead in ("non-", "non"):
        if text.startswith(lead) and text.removeprefix(lead).removesuffix("s") in ("smoker", "smoking", "user", "pregnant", "diabetic", "english", "responder"):
            return Item("word", None, item.start + len(lead), item.end)
    if text.startswith("non-") and len(text) > 7:
        return Item("word", None, item.start + 4, item.end)
    return None


def _goes_on(phrase: Phrase, item: Item) -> bool:
    """Whether another bound is still said of the same name."""
    return bool(phrase.content) and phrase.content[-1].end <= phrase.bounds[-1].start


def _generic(line: Line, phrase: Phrase) -> bool:
    """Whether the words before a bound only say "score" or "level", so that the name follows."""
    words_ = [said(line, i) for i in phrase.content]
    return len(words_) < 4 and words_[-1] in _lists()[6] and not any(i.kind == "term" for i in phrase.content)


def _attest(line: Line, items: list[Item], now: Phrase, denying: frozenset[str]) -> None:
    """What a person must say or be able to; a word that denies it is the denial, not the text."""
    cues = [i for i in items if i.kind == "cue"]
    rest = items
    denied = now.negated
    while rest and (rest[0].kind in ("cue", "noise", "not") and len(rest) > 1):
        text = said(line, rest[0])
        if text in denying or text.split()[0] in denying or rest[0].kind == "not":
            denied = True
        elif rest[0].kind == "cue" and rest[0].value == "consent":
            break
        rest = rest[1:]
    about = next((k for k in ABOUT_ORDER if any(c.value == k for c in cues)), "capacity")
    told = rest if denied else items
    # The reason behind "due to" is no part of what the person can do.
    cut = next((n for n, i in enumerate(told) if n and said(line, i) in ("due", "because", "as")), None)
    now.expr = _attestation(line, told[:cut], about)
    now.negated = now.leading = denied
    now.about = about


def _attestation(line: Line, items: list[Item], about: str) -> Attestation:
    start, end = span_of(items)
    kind: Any = about
    return Attestation(about=kind, text=" ".join(line.text[start:end].split()), span=(start, end))


def is_hard(line: Line, p: Phrase) -> bool:
    """Whether something in a phrase could be looked up in a record: a known term, an illness, a treatment, a number."""
    if p.bounds or p.pairs or p.windows or p.durations or p.washouts or p.outcome or p.sex is not None:
        return True
    if p.verb is not None and p.content:
        return True
    for item in p.content:
        if item.kind == "term" or (item.kind == "fertile"):
            return True
        text = said(line, item)
        if text in _lists()[4] or (item.kind == "word" and is_disease(text)):
            return True
    return any(i.kind in ("bounds", "term", "window", "duration") for g in p.groups for i in g.value)


def _weigh(line: Line, p: Phrase, draft: Draft) -> None:
    """Count the words that speak of running a trial, and the others."""
    administrative = _lists()[10]
    for item in p.content:
        for word in said(line, item).split():
            if word in administrative or word.removesuffix("s") in administrative:
                draft.administrative += 1
            else:
                draft.plain += 1


def denied(line: Line, items: list[Item]) -> bool:
    """Whether a word denies what a person must be able to do, or something hinders it."""
    lists = _lists()
    return any(said(line, i).split()[0] in lists[3] or said(line, i) in lists[2] for i in items)


def attested(line: Line, phrases: list[Phrase], about: str) -> None:
    """Further parts of what only a person can answer: "unable to walk or climb stairs"."""
    for phrase in phrases:
        if phrase.expr is None and phrase.content and not (phrase.bounds or phrase.windows or phrase.durations):
            phrase.expr = _attestation(line, phrase.content, about)
            phrase.about = about


def _timed(line: Line, items: list[Item], draft: Draft) -> list[Phrase]:
    """What is measured or timed within words that only a person can answer."""
    if not any(i.kind in ("bounds", "pair", "window", "duration", "washout", "group") for i in items):
        return []
    plain = [i._replace(kind="word") if i.kind == "cue" else i for i in items]
    return [
        p
        for p in phrases_of(line, plain, draft)
        if p.bounds or p.pairs or p.windows or p.durations or p.washouts
    ]


# ---------------------------------------------------------------------- nodes
def node_of(line: Line, p: Phrase, draft: Draft) -> Expr | None:
    """The node that a phrase makes; None where it asks nothing."""
    if p.expr is None:
        if is_hard(line, p):
            draft.hard = True
        _weigh(line, p, draft)
    node = p.expr or _named(line, p, draft)
    if node is None:
        return None
    if p.negated:
        node = Not(of=node, span=node.span)
    for extra in p.extra:
        node = AllOf(of=(node, extra), span=node.span)
    return node


def _span(p: Phrase) -> tuple[int, int]:
    items = [*p.content, *p.bounds, *p.pairs, *p.windows, *p.washouts, *p.durations, *p.groups]
    if p.borrowed:
        items = [i for i in items if i not in p.content] or items
    if p.sex is not None:
        items.append(p.sex)
    return span_of(items)


def _text(line: Line, items: list[Item]) -> str:
    start, end = span_of(items)
    return " ".join(line.text[start:end].split())


def _name(line: Line, p: Phrase) -> str:
    """The name of a phrase, in the words of the text."""
    content = p.content
    for group in p.groups:
        # A name goes on behind its abbreviation, not behind other words in brackets.
        if len(group.value) > 1 and not p.borrowed:
            content = [i for i in content if i.end <= group.start] or content
            break
    bounds = p.bounds[0] if p.bounds else None
    if bounds is not None and content and not p.borrowed and content[0].start < bounds.start < content[-1].end:
        before = [i for i in content if i.start < bounds.start]
        behind = [i for i in content if i.start > bounds.start]
        return f"{_text(line, before)} {_text(line, behind)}"
    return _text(line, content) if content else ""


def _interval(b: Bounds) -> Interval:
    unit = None if b.relative_to else b.unit
    status: Any = "dimensionless" if b.relative_to else "stated" if unit else "missing"
    return Interval(
        low=b.low, high=b.high, unit=unit, unit_text=b.unit_text, unit_status=status, relative_to=b.relative_to
    )


def _is_age(line: Line, p: Phrase, item: Item) -> bool:
    b: Bounds = item.value
    if b.relative_to or (b.unit is not None and not b.time):
        return False
    text = line.plain[item.start : item.end].lower()
    named = [said(line, i) for i in p.content]
    if b.time and any(w in text for w in ("old", "young", "age", "岁")) and not set(named) & _lists()[5]:
        return True
    if named and named[-1] == "age":
        return False
    if p.unsure_age and (b.unit == "a" or not [w for w in named if not w.isdigit()]):
        return not set(named) & _lists()[5]
    return not named and b.unit == "a" and not draft_time(p)


def draft_time(p: Phrase) -> bool:
    """Whether other words about time stand with it, so that years are no age."""
    return bool(p.durations or p.verb)


def _named(line: Line, p: Phrase, draft: Draft) -> Expr | None:
    span = _span(p)
    window: Window | None = p.windows[0].value if p.windows else None
    name = _name(line, p)
    aliases, inner = _groups(line, p, draft)
    of: list[Expr] = []
    aged = False
    durations: list[Interval] = [d.value for d in p.durations]
    if name and not any(c.isalpha() for c in name):
        name = ""
    if not name and p.bounds and draft.context:
        name = draft.context
    concept = Concept(text=name, alternatives=tuple(aliases)) if name else None
    select: Any = p.select
    for item in p.bounds:
        b: Bounds = item.value
        if _is_age(line, p, item):
            of.append(Measurement(concept=Concept(text="age"), interval=_interval(b), span=span))
            aged = True
        elif b.time and not (set(name.lower().split()) & _lists()[5]):
            durations.append(_interval(b))
        else:
            named = concept or Concept(text=_text(line, [item]))
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
    for item in p.pairs:
        if not _PRESSURE.search(name):
            b = item.value[0]
            named = concept or Concept(text=_text(line, [item]))
            of.append(Measurement(concept=named, interval=_interval(b._replace(unit=None)), window=window, span=span))
            continue
        for side, b in zip(("systolic", "diastolic"), item.value, strict=False):
            of.append(
                Measurement(
                    concept=Concept(text=f"{side} {name}".strip()), interval=_interval(b), window=window, span=span
                )
            )
    if p.sex is not None and not of:
        of.append(Condition(concept=Concept(text=_text(line, [p.sex])), span=span))
    if concept is not None and (aged or not any(isinstance(e, Measurement) for e in of)):
        if p.outcome is not None:
            of.append(Measurement(concept=concept, values=(p.outcome,), window=window, span=span))
        else:
            of += _states(line, p, concept, durations, window, span)
    elif concept is None and (durations or window) and not of:
        named = Concept(text=_text(line, [*p.durations, *p.windows, *p.bounds]))
        of += _states(line, p, named, durations, window, span)
    for further in p.windows[1:]:
        if of and isinstance(of[0], Condition | Exposure | Measurement) and of[0].window != further.value:
            of.append(Condition(concept=of[0].concept, window=further.value, span=span))
    for item in p.washouts:
        named = concept or Concept(text=_text(line, [item]))
        of = [e for e in of if not isinstance(e, Condition | Exposure) or e.window or e.duration]
        of.append(Not(of=Exposure(concept=named, window=item.value, span=span), span=span))
    node = _with_groups(of, inner, span)
    if p.arm is not None and p.arm.sex is not None and node is not None:
        person = Condition(concept=Concept(text=_text(line, [p.arm.sex])), span=(p.arm.sex.start, p.arm.sex.end))
        if line.kind == "exclusion":
            return AllOf(of=(person, node), span=span)
        return IfThen(if_=person, then=node, span=span)
    return node


def _states(
    line: Line,
    p: Phrase,
    concept: Concept,
    durations: list[Interval],
    window: Window | None,
    span: tuple[int, int],
) -> list[Expr]:
    """A condition or an exposure, once for each length of time that is said of it."""
    last = said(line, p.content[-1]) if p.content else ""
    term = p.content[-1] if p.content and p.content[-1].kind == "term" else None
    given = p.verb is not None or last in _lists()[4] or (term is not None and term.value.kind in _GIVEN)
    out: list[Expr] = []
    for duration in durations or [None]:
        if given:
            kind: Any = term.value.kind if term is not None and term.value.kind in _GIVEN else "other"
            status: Any = "current" if "current" in (p.verb, p.status) and window is None else "any"
            if p.verb == "planned":
                status = "planned"
            out.append(
                Exposure(concept=concept, kind=kind, status=status, duration=duration, window=window, span=span)
            )
        else:
            state: Any = p.status or "any"
            out.append(
                Condition(
                    concept=concept,
                    status=state,
                    qualifiers=tuple(p.qualifiers),
                    duration=duration,
                    window=window,
                    span=span,
                )
            )
    return out


def _groups(line: Line, p: Phrase, draft: Draft) -> tuple[list[Concept], list[tuple[str, Expr]]]:
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
            read = draft.clause(items[1:])
            if read is not None:
                inner.append((items[0].kind, read))
            continue
        if kinds <= {"window", "noise", "before", "after", "within"} and "window" in kinds:
            p.windows += [i for i in items if i.kind == "window"]
            continue
        if kinds <= {"duration", "noise"} and "duration" in kinds:
            p.durations += [i for i in items if i.kind == "duration"]
            continue
        if kinds <= {"bounds", "noise", "window"} and "bounds" in kinds and not p.bounds:
            p.bounds += [i for i in items if i.kind == "bounds"]
            p.windows += [i for i in items if i.kind == "window"]
            continue
        single = len([i for i in items if i.kind != "noise"]) == 1 and items[0].kind in ("word", "term", "roman")
        if single and p.content and not kinds & {"bounds"}:
            aliases.append(Concept(text=_text(line, items)))
            continue
        examples = items[0].kind == "such_as"
        read = draft.inside(items[1:] if examples else items, _name(line, p))
        if read is not None:
            listed = isinstance(read, AnyOf) and items[0].kind != "namely"
            inner.append(("examples" if examples or listed else "besides", read))
    return aliases, inner


def _with_groups(of: list[Expr], inner: list[tuple[str, Expr]], span: tuple[int, int]) -> Expr | None:
    """The node of a name with the conditions that stood in brackets behind it."""
    node: Expr | None = of[0] if len(of) == 1 else AllOf(of=tuple(of), span=span) if of else None
    for sort, read in inner:
        if node is None:
            node = read
        elif sort in ("except", "unless"):
            node = Except(base=node, unless=read, span=span)
        elif sort == "if":
            node = IfThen(if_=read, then=node, span=span)
        elif sort == "examples":
            more = read.of if isinstance(read, AnyOf) else (read,)
            node = AnyOf(of=(node, *more), span=span)
        else:
            node = AllOf(of=(node, read), span=span)
    return node
