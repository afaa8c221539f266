"""Reading one simple statement: a concept with its bounds, outcome, status, window and duration.

Takes the items of a statement without connectives, gives an expression only when every item has found its
place; else None, and the words stay unparsed.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from trialwright.compiling.criteria.comparisons import changed, measured, nameable, pressures
from trialwright.compiling.criteria.line import Bounds, Item, Line, span_of
from trialwright.compiling.criteria.measures import concept_of, premise_of
from trialwright.compiling.criteria.onsets import begun_within, is_for_life, is_to_come, none_since
from trialwright.compiling.criteria.sharing import infectious
from trialwright.compiling.criteria.slots import Slots, gather, words_of
from trialwright.compiling.criteria.washouts import washed_out
from trialwright.compiling.criteria.words import is_disease, is_name
from trialwright.compiling.criteria.words import words as words_in
from trialwright.model.concept import Concept
from trialwright.model.expression import (
    AllOf,
    Attestation,
    Condition,
    Demographic,
    Exposure,
    Expr,
    IfThen,
    Measurement,
    Not,
    Unparsed,
)
from trialwright.model.interval import Interval
from trialwright.model.vocabulary import Term
from trialwright.model.window import Window

# A disease told by its cause is meant whether it lasts or is over.
_CAUSED = re.compile(r"\b(?:caused by|due to|secondary to|of another cause|of other causes?)\b|所致|引起")
# The age at which something began, or ended, is not the age of today.
_ONSET = re.compile(
    r"\b(?:diagnos\w*|onset|began|begun|started|occurr\w+|died|death|manifest\w*|menopaus\w+|menarche|debut)\b"
    r"[^,;.]{0,30}$|(?:发病|起病|诊断|确诊|绝经|初潮|死亡)[^,;。，]{0,4}$",
    re.IGNORECASE,
)
# "More than 5 years ago" is no age.
_PAST = (
    "ago",
    "earlier",
    "since",
    "after",
    "before",
    "prior",
    "post",
    "from",
    "following",
    "of ",
    "前",
    "以前",
)
_BOTH = {"bothsex", "noise"}
# How much of a virus there is; "positive" says that there is some.
_VIRAL = ("{copies}/mL", "[IU]/mL")


class Statement:
    """One statement of a line: its items, read into slots, and the node they make."""

    def __init__(self, line: Line, items: list[Item]) -> None:
        self.line = line
        self.items = items
        # Shared words may stand before or behind the others.
        self.span = span_of(items)

    def words(self, items: list[Item]) -> str:
        """The words of these items as they stand in the text."""
        return words_of(self.line, items)

    def read(self) -> Expr | None:
        """The expression that the statement makes, or None."""
        slots = gather(self.line, self.items)
        if slots is None or len(slots.windows) > 1 or len(slots.durations) > 1:
            return None
        if slots.negated and slots.durations:
            # "No prednisone for at least 3 months": none within the last 3 months.
            window = washed_out(slots.durations[0])
            if window is None or slots.windows or slots.verb == "current" or slots.status is not None:
                return None
            slots.durations, slots.windows = [], [window]
        expr = self._node(slots)
        if expr is None:
            return None
        expr = Not(of=expr, span=self.span) if slots.negated else none_since(self.line, self.items, expr)
        if slots.trailing is not None:
            start, end = slots.trailing
            rest = " ".join(self.line.text[start:end].split())
            expr = AllOf(of=(expr, Unparsed(text=rest, span=(start, end))), span=self.span)
        return self._aside(expr, slots)

    def _aside(self, expr: Expr, slots: Slots) -> Expr | None:
        """What stands in parentheses: harmless, a condition of its own, or not understood."""
        for group in slots.parens:
            kinds = {i.kind for i in group}
            if "bounds" in kinds:
                return None
            premise = premise_of(self.line, group, self.span)
            women = isinstance(premise, Demographic) and premise.values == ("female",)
            if (
                women
                and "if" not in kinds
                and any(
                    i.kind == "term" and i.value.women_only and i.value.kind == "condition"
                    for i in slots.core
                )
            ):
                # "Lactating (women)" says nothing new.
                continue
            if premise is not None:
                expr = (
                    AllOf(of=(premise, expr), span=self.span)
                    if self.line.kind == "exclusion"
                    else IfThen(if_=premise, then=expr, span=self.span)
                )
                continue
            if kinds & {"or", "unless", "except", "if", "not"} or not group:
                return None
            if kinds <= {"inclusive", "noise"} or self._same_name(group, slots):
                continue
            text = self.words(group)
            span = (group[0].start, group[-1].end)
            expr = AllOf(of=(expr, Unparsed(text=text, span=span)), span=self.span)
        return expr

    def _same_name(self, group: list[Item], slots: Slots) -> bool:
        """Whether a parenthesis only repeats the name or its abbreviation."""
        if len(group) == 1 and group[0].kind == "term" and any(i.kind == "term" for i in slots.core):
            return any(i.kind == "term" and i.value.name == group[0].value.name for i in slots.core)
        text = self.words(group)
        if not text.isalnum() or not text[:1].isupper() or len(text) > 8:
            return False
        before = self.line.text[self.span[0] : group[0].start].replace("-", " ").split()
        initials = "".join(w[0] for w in before if w[0].isalnum()).lower()
        if text.lower().rstrip("s") in initials:
            return True
        # "STEMI": capitals that stand in this order in the words before them.
        letters = iter("".join(before).lower())
        return text.isupper() and len(text) > 2 and all(letter in letters for letter in text.lower())

    # ---------------------------------------------------------------- nodes
    def _node(self, s: Slots) -> Expr | None:
        kinds = [i.kind for i in s.core]
        bounds = [i for i in s.core if i.kind == "bounds"]
        terms = [i for i in s.core if i.kind == "term"]
        if len(bounds) > 1:
            return None
        if "pair" in kinds:
            return pressures(self, s)
        if bounds and s.outcome is None:
            if s.rise or s.rate:
                return changed(self, s, terms, bounds[0].value)
            return self._age(s, bounds[0]) or measured(self, s, terms, bounds[0])
        if bounds or s.rise or s.rate or "quantity" in kinds:
            return None
        if s.outcome is not None:
            return self._outcome(s, terms)
        if (
            kinds
            and set(kinds) == {"sex"}
            and len(kinds) == 1
            and not (s.status or s.verb or s.adjectives or s.windows)
        ):
            return Demographic(attribute="sex", values=(s.core[0].value,), span=self.span)
        both = kinds == ["bothsex"] and {i.kind for i in self.items} <= _BOTH
        if both and self.line.kind != "exclusion":
            return Demographic(attribute="sex", values=("female", "male"), span=self.span)
        return self._state(s, terms)

    def _age(self, s: Slots, bounds: Item) -> Expr | None:
        b: Bounds = bounds.value
        others = [i for i in s.core if i.kind not in ("bounds", "age", "sex", "bothsex")]
        said = self.line.plain[bounds.start : bounds.end].lower()
        named = any(i.kind == "age" for i in s.core) or any(
            w in said for w in ("older", "younger", "of age", "周岁", "岁")
        )
        if _ONSET.search(self.line.plain, 0, min(i.start for i in s.core if i.kind in ("age", "bounds"))):
            # The age at which something began.
            return None
        if (
            said.startswith(("before", "after", "by"))
            and self.line.plain[: bounds.start].strip()[-1:].isalnum()
        ):
            # "Gout before the age of 16"
            return None
        if not named and self.line.plain[bounds.end :].lower().lstrip().startswith(_PAST):
            return None
        if any(
            i.kind != "word" or self.line.plain[i.start : i.end].lower().rstrip("s") not in words_in("aged")
            for i in others
        ):
            return None
        if s.status or s.verb or s.adjectives or s.windows or s.durations or b.relative_to or s.tail:
            return None
        if not named and not (b.time and (b.unit == "a" or (b.unit == "mo" and bool(others)))):
            return None
        if b.unit is not None and not b.time:
            return None
        if not named and not (b.unit_text or "").isascii():
            # 超过2年 is no age: years of age are 岁.
            return None
        if b.unit is None and any(x is not None and not 0 < x.value <= 120 for x in (b.low, b.high)):
            return None
        interval = Interval(
            low=b.low,
            high=b.high,
            unit=b.unit or "a",
            unit_text=b.unit_text,
            unit_status="stated" if b.unit else "assumed",
        )
        age = Demographic(attribute="age", interval=interval, span=self.span)
        sexes = {i.value for i in s.core if i.kind == "sex"}
        if len(sexes) == 1:
            sex = Demographic(attribute="sex", values=(next(iter(sexes)),), span=self.span)
            return AllOf(of=(sex, age), span=self.span)
        return age

    def _outcome(self, s: Slots, terms: list[Item]) -> Expr | None:
        rest = [i for i in s.core if i.kind not in ("term", "for", "within", "sex", "fertile")]
        words = [self.line.plain[i.start : i.end].lower() for i in rest if i.kind == "word"]
        if len(terms) != 1 or s.adjectives or s.verb or s.durations or s.tail or len(words) != len(rest):
            return None
        if any(w not in ("serum", "urine", "blood", "plasma", "urinary") for w in words):
            return None
        term: Term = terms[0].value
        window = s.windows[0] if s.windows else None
        concept = concept_of(term, self.words(terms))
        outcome = s.outcome or "positive"
        node: Expr
        if term.kind == "condition":
            node = Condition(
                concept=concept,
                status="current" if s.status in (None, "current") else "any",
                window=window,
                span=self.span,
            )
            if outcome == "negative":
                node = Not(of=node, span=self.span)
        elif term.kind == "coded" or term.unit in _VIRAL:
            node = Measurement(
                concept=concept,
                values=(outcome,),
                select="any" if s.status == "history" else "latest",
                window=window,
                span=self.span,
            )
        else:
            return None
        about = [i for i in s.core if i.kind in ("sex", "fertile", "for", "within")]
        if about:
            premise = premise_of(self.line, about, self.span)
            if premise is None:
                return None
            if self.line.kind == "exclusion" or self._headed_by_sex(about):
                return AllOf(of=(premise, node), span=self.span)
            return IfThen(if_=premise, then=node, span=self.span)
        return node

    def _headed_by_sex(self, about: list[Item]) -> bool:
        """Read "Female patients with ...": the words ask for a woman; "women must have" does not."""
        telling = [i for i in self.items if i.kind != "noise"]
        said = self.words(self.items).lower().split()
        return (
            telling[0].kind == "sex"
            and not any(i.kind == "fertile" for i in about)
            and not {"must", "should", "shall", "required", "须", "应"} & set(said)
        )

    def _state(self, s: Slots, terms: list[Item]) -> Expr | None:
        """A condition or an exposure."""
        rest = [i for i in s.core if i.kind not in ("term", "word")]
        if terms and terms[0].value.women_only:
            rest = [i for i in rest if i.kind != "sex"]
        if len(terms) == 2 and terms[1].value.name == "infection" and infectious(terms[0].value):
            # 梅毒感染: the general word only says what the first is.
            terms = terms[:1]
            s.core.remove(next(i for i in s.core if i.kind == "term" and i is not terms[0]))
        if rest or len(terms) > 1 or s.select != "latest":
            return None
        words = [i for i in s.core if i.kind == "word"]
        if words and len(terms) == 1 and terms[0].value.kind == "condition":
            tail = [i for i in words if i.start >= terms[0].end]
            if tail and self.line.plain[tail[0].start : tail[-1].end] in words_in("illness_tail"):
                # 免疫缺陷性疾病: the general word behind the illness adds nothing.
                words = [i for i in words if i not in tail]
                s.core = [i for i in s.core if i not in tail]
        window = s.windows[0] if s.windows else None
        duration = s.durations[0] if s.durations else None
        named = [i for i in s.core if i.kind in ("term", "word")]
        if not named:
            return None
        if (words or not terms) and not is_name(self.words(named)):
            return None
        if not terms:
            last = self.line.plain[named[-1].start : named[-1].end].lower()
            # Chinese words are single characters here: the whole name tells whether it is a disease.
            han = "\u3400" <= last[:1] <= "\u9fff"
            last = self.words(named) if han else last
            if (
                s.verb
                and (window or duration)
                and nameable(self, words)
                and len(words) <= 5
                and not s.adjectives
                and not s.tail
            ):
                concept = Concept(text=self.words(named))
                return Exposure(
                    concept=concept,
                    kind="other",
                    status="any" if window else "current",
                    duration=duration,
                    window=window,
                    span=self.span,
                )
            if not is_disease(last) or s.verb or not nameable(self, words) or len(words) > (8 if han else 4):
                return None
            return self._condition(s, Concept(text=self.words(named)), None, window, duration)
        term: Term = terms[0].value
        given = term.kind in ("drug", "procedure", "cell", "vaccine")
        if words and (
            (named[-1].kind != "term" and not given) or not nameable(self, words) or len(words) > 3
        ):
            return None
        concept = concept_of(term, self.words(terms)) if not words else Concept(text=self.words(named))
        if term.kind == "condition":
            return (
                None if s.verb else self._condition(s, concept, term if not words else None, window, duration)
            )
        if term.kind in ("drug", "procedure", "device", "cell", "vaccine", "trial"):
            if (words and not (window or duration)) or (s.adjectives and term.kind != "procedure") or s.tail:
                return None
            status: Literal["current", "past", "any"] = "any"
            if (
                s.status == "current"
                or (s.verb == "current" and window is None and s.status is None)
                or (duration and window is None)
            ):
                status = "current"
            elif s.status == "history" and window is None and not s.negated:
                status = "past"
            kind: Any = term.kind
            if window is not None and window.anchor != "event" and is_to_come(window):
                # What will be given is a plan; no record holds it yet.
                return Attestation(about="plan", text=self.words(self.items), span=self.span)
            return Exposure(
                concept=concept, kind=kind, status=status, duration=duration, window=window, span=self.span
            )
        return None

    def _condition(
        self, s: Slots, concept: Concept, term: Term | None, window: Window | None, duration: Interval | None
    ) -> Expr:
        status: Literal["current", "history", "any"]
        if window is not None and term is not None and is_for_life(term) and not duration:
            duration = begun_within(window, self.words(self.items))
            window = window if duration is None else None
        if s.status in ("history", "any", "current"):
            status = s.status  # type: ignore[assignment]
        elif (
            window is not None
            or _CAUSED.search(self.words(self.items))
            or (
                term is not None
                and (any(c.startswith("ICD10CM:C") for c in term.codes) or "allerg" in term.name)
            )
        ):
            status = "any"
        else:
            status = "current"
        qualifiers = tuple(s.adjectives) + ((s.tail,) if s.tail else ())
        return Condition(
            concept=concept,
            status=status,
            qualifiers=qualifiers,
            duration=duration,
            window=window,
            span=self.span,
        )
