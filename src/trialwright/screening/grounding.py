"""From a leaf of a tree to an atom: codes from the concept, dates from the window, limits from the interval.

Facts about the concept come from the vocabulary. Where the text states no window, the assumed one of its
class is taken and named; where no record can answer, the atom says so.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from trialwright.model import expression as ex
from trialwright.model.concept import Concept
from trialwright.model.interval import Interval
from trialwright.model.logic import Reason
from trialwright.model.period import Period
from trialwright.model.vocabulary import Term, Vocabulary
from trialwright.model.window import Window
from trialwright.screening import wording
from trialwright.screening.atoms import (
    AgeAtom,
    AnyWindow,
    Atom,
    AttributeAtom,
    ChangeAtom,
    ConditionAtom,
    EventWindow,
    ExposureAtom,
    FixedAtom,
    MeasurementAtom,
    Question,
    Select,
    SexAtom,
)
from trialwright.screening.codes import code_set
from trialwright.screening.options import ScreeningOptions
from trialwright.screening.reading import limits_of, scale_of
from trialwright.screening.windows import DateWindow, begun, time_unit, window_around

_DRUG_GAP = 30
_SEXES = {"female": "F", "f": "F", "women": "F", "woman": "F", "male": "M", "m": "M", "men": "M", "man": "M"}


class Grounded(NamedTuple):
    """An atom, what would settle it in words, and the window that had to be assumed for it."""

    atom: Atom
    needed: str
    assumed: str | None = None


class Ground:
    """What leaves are grounded in: the index date, the vocabulary and the options."""

    def __init__(self, day: date, vocabulary: Vocabulary, options: ScreeningOptions) -> None:
        self.day = day
        self.vocabulary = vocabulary
        self.options = options

    def leaf(self, leaf: ex.Expr, hurts: bool) -> Grounded:
        """The atom of a leaf; `hurts` says that being met there tells against the person."""
        match leaf:
            case ex.Attestation():
                return Grounded(FixedAtom(reason=Reason.NOT_ASSESSABLE), wording.attestation(leaf))
            case ex.Protocol():
                return Grounded(FixedAtom(reason=Reason.NOT_ASSESSABLE), "the study protocol")
            case ex.Demographic():
                return self._demographic(leaf)
            case ex.Measurement():
                return self._measurement(leaf, hurts) if leaf.concept.codes else _no_codes(leaf.concept)
            case ex.Change():
                return self._change(leaf) if leaf.concept.codes else _no_codes(leaf.concept)
            case ex.Condition():
                return self._condition(leaf) if leaf.concept.codes else _no_codes(leaf.concept)
            case ex.Exposure():
                if leaf.status == "planned":
                    name = leaf.concept.name or leaf.concept.text
                    return Grounded(FixedAtom(reason=Reason.NOT_ASSESSABLE), f"the plan for {name}")
                return self._exposure(leaf) if leaf.concept.codes else _no_codes(leaf.concept)
            case _:
                text = leaf.text if isinstance(leaf, ex.Unparsed) else type(leaf).__name__
                return Grounded(FixedAtom(reason=Reason.AMBIGUOUS), wording.unparsed(text))

    def _question(
        self, concept: Concept, interval: Interval | None, values: tuple[str, ...] | None
    ) -> Question:
        term = self.vocabulary.describe(concept)
        codes = code_set(concept.codes)
        asked = tuple(sorted({v.strip().lower() for v in values or ()}))
        if interval is None:
            quantitative = code_set(term.quantitative) if term else code_set(())
            return Question(codes=codes, values=asked, quantitative=quantitative)
        scale = scale_of(term, interval.unit)
        return Question(
            codes=codes,
            scale=scale,
            limits=None if interval.relative_to == "baseline" else limits_of(interval, scale),
            relative_to=interval.relative_to,
            values=asked,
            viral_load=scale.unit is not None and scale.unit.dimension == "viral_load",
        )

    def _measurement(self, leaf: ex.Measurement, hurts: bool) -> Grounded:
        term = self.vocabulary.describe(leaf.concept)
        question = self._question(leaf.concept, leaf.interval, leaf.values)
        # Only women can have a pregnancy test; its class has a window of its own.
        pregnancy = term is not None and term.women_only
        group = "pregnancy" if pregnancy else "quantity" if leaf.interval is not None else "coded"
        window, assumed = self._window_or_assumed(leaf.window, group)
        select: Select = (
            ("any" if hurts else "all") if leaf.select == "worst" else leaf.select  # section 4
        )
        parts, masses = self._parts(term) if leaf.interval is not None else ((), ())
        limit = {"ULN": "upper", "LLN": "lower"}.get(question.relative_to or "")
        name = leaf.concept.name or leaf.concept.text
        what = f"{name} with its {limit} limit of normal" if limit else name
        return Grounded(
            MeasurementAtom(
                question=question,
                select=select,
                window=window,
                women_only=pregnancy,
                formula=term.name if term and parts else None,
                parts=parts,
                masses=masses,
            ),
            wording.result(what, window, self._words_of(leaf.window, group), self.day, leaf.window),
            assumed and f"{name} {assumed}",
        )

    def _parts(self, term: Term | None) -> tuple[tuple[Question, ...], tuple[float, ...]]:
        parts = [self.vocabulary.named(name) for name in term.parts] if term else []
        if not parts or term is None or "meld" not in term.name.lower():
            return (), ()
        by_word = {word: [p for p in parts if p and word in p.name.lower()] for word in _MELD_PARTS}
        if any(len(found) != 1 for found in by_word.values()):
            return (), ()
        known = [found[0] for found in by_word.values()]
        questions = tuple(
            Question(codes=code_set(part.codes), scale=scale_of(part, part.unit)) for part in known
        )
        return questions, tuple(float(part.molar_mass or 0) for part in known)

    def _change(self, leaf: ex.Change) -> Grounded:
        name = leaf.concept.name or leaf.concept.text
        question = self._question(leaf.concept, leaf.interval, None)
        window, assumed = self._window_or_assumed(leaf.window, "change")
        reach = self._words_of(leaf.window, "change")
        return Grounded(
            ChangeAtom(question=question, per=leaf.per, window=window),
            wording.result(f"two results of {name} on different days", window, reach, self.day, leaf.window),
            assumed and f"change of {name} {assumed}",
        )

    def _condition(self, leaf: ex.Condition) -> Grounded:
        name = leaf.concept.name or leaf.concept.text
        term = self.vocabulary.describe(leaf.concept)
        since = begun(leaf.duration, self.day) if leaf.duration else None
        needed = f"{name}: a diagnosis, or a complete problem list"
        if leaf.duration and since is None:
            return Grounded(FixedAtom(reason=Reason.AMBIGUOUS), f"{name}: how long is meant")
        test = None
        if term is not None and term.test and term.persistence:
            defining = self.vocabulary.named(term.test)
            if defining is not None and defining.codes:
                test = Question(
                    codes=code_set(defining.codes),
                    values=("positive",),
                    quantitative=code_set(defining.quantitative),
                )
                needed = f"{name}: a diagnosis, or a result of {defining.name}"
        lasting = tuple((code_set(entry.codes), entry.period) for entry in term.lasting) if term else ()
        return Grounded(
            ConditionAtom(
                codes=code_set(leaf.concept.codes),
                status=leaf.status,
                lasting=lasting,
                begun=since,
                window=self._window(leaf.window) if leaf.window else None,
                women_only=term is not None and (term.women_only or _is_passing(term, test)),
                test=test,
                persistence=term.persistence if term and test else None,
            ),
            needed,
        )

    def _exposure(self, leaf: ex.Exposure) -> Grounded:
        name = leaf.concept.name or leaf.concept.text
        medicine = leaf.kind in ("drug", "vaccine")
        needed = f"{name}: a record of it, or a complete {'medication' if medicine else 'problem'} list"
        status: Literal["current", "past", "any"] = "any" if leaf.status == "planned" else leaf.status
        since = begun(leaf.duration, self.day) if leaf.duration and status == "current" else None
        if leaf.duration and (since is None if status == "current" else time_unit(leaf.duration) is None):
            return Grounded(FixedAtom(reason=Reason.AMBIGUOUS), f"{name}: how long is meant")
        return Grounded(
            ExposureAtom(
                codes=code_set(leaf.concept.codes),
                status=status,
                gap=_DRUG_GAP if leaf.kind == "drug" else 0,
                closed_by="medication" if medicine else "problems",
                begun=since,
                duration=leaf.duration if status != "current" else None,
                count=leaf.count,
                dose=self._dose(leaf) if leaf.dose else None,
                window=self._window(leaf.window) if leaf.window else None,
            ),
            needed,
        )

    def _dose(self, leaf: ex.Exposure) -> Question:
        interval = leaf.dose
        assert interval is not None  # noqa: S101  the caller asks only for a dose that is there
        scale = scale_of(None, interval.unit)
        return Question(codes=code_set(leaf.concept.codes), scale=scale, limits=limits_of(interval, scale))

    def _demographic(self, leaf: ex.Demographic) -> Grounded:
        attribute = leaf.attribute.strip().lower()
        values = frozenset(v.strip().lower() for v in leaf.values or ())
        if attribute == "age" and leaf.interval is not None:
            return Grounded(AgeAtom(interval=leaf.interval), "date of birth")
        if attribute in ("sex", "gender") and values:
            wanted = frozenset(_SEXES[v] for v in values if v in _SEXES)
            if wanted:
                return Grounded(SexAtom(wanted=wanted), "recorded sex")
        elif values and attribute != "age":
            return Grounded(AttributeAtom(prefix=attribute.upper() + ":", wanted=values), attribute)
        return Grounded(FixedAtom(reason=Reason.AMBIGUOUS), attribute)

    def _window(self, window: Window) -> AnyWindow:
        if window.anchor == "event" and window.event is not None:
            return EventWindow(code_set(window.event.codes), window.from_, window.to)
        return window_around(self.day, window.from_, window.to)

    def _window_or_assumed(self, window: Window | None, group: str) -> tuple[AnyWindow, str | None]:
        if window is not None and (window.from_ is not None or window.status == "stated"):
            return self._window(window), None
        reach = self.options.reach(group)
        end = window.to if window else None
        return DateWindow((-reach).from_day(self.day), window_around(self.day, None, end).last), (
            f"from -{reach} to {end or 'P0D'} ({group})"
        )

    def _words_of(self, window: Window | None, group: str) -> Period | None:
        """How far back the window reaches, if it ends at the index date."""
        if window is not None and (window.from_ is not None or window.status == "stated"):
            if window.from_ is None or (window.to is not None and str(window.to) not in ("P0D", "-P0D")):
                return None
            return -window.from_
        return self.options.reach(group)


_MELD_PARTS = ("bilirubin", "inr", "creatinine")


def _is_passing(term: Term, test: Question | None) -> bool:
    return term.persistence == "passing" and test is not None


def _no_codes(concept: Concept) -> Grounded:
    name = concept.name or concept.text
    return Grounded(FixedAtom(reason=Reason.AMBIGUOUS), f"{name}, which the vocabulary does not know")
