"""Reading the phrases of one part of a list: names, denials, verbs, values and times in their order.

Takes folded items without joints, gives phrases; every value and time stays with the name that it is said of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwright.compiling.criteria.line import Item, kinds_of, span_of
from trialwright.compiling.criteria.outlining.phrase import Phrase
from trialwright.compiling.criteria.outlining.wording import OPERATIONS
from trialwright.compiling.criteria.person import ABOUT_ORDER
from trialwright.model.expression import Attestation

if TYPE_CHECKING:
    from trialwright.compiling.criteria.outlining.draft import Draft

CONTENT = frozenset("word term adjective roman count quantity fertile anchor extreme uln times".split())
GIVEN = frozenset({"drug", "procedure", "device", "cell", "vaccine", "trial"})
_TELLING = frozenset({"bounds", "pair", "window", "duration", "washout", "group"})
_JOINING = frozenset({"noise", "such_as", "verb", "before", "after", "word"})


class Reader:
    """Puts the items of one part into phrases, from left to right."""

    def __init__(self, draft: Draft, items: list[Item]) -> None:
        self.draft = draft
        self.items = items
        self.now = Phrase()
        self.out: list[Phrase] = []

    def read(self) -> list[Phrase]:
        """The phrases, in order."""
        draft, wording = self.draft, self.draft.wording
        judged = _judged(draft, self.items)
        for place, item in enumerate(self.items):
            text = draft.said(item)
            if text in wording.preventing and place + 1 < len(self.items):
                return self._prevented(place, judged)
            if judged:
                self.now.content.append(item)
            elif item.kind == "cue":
                if item.value == "plan" and _planned(draft, self.items, place, text):
                    self._close(self.now.negated and not self.now.content)
                    self.now.verb = "planned"
                elif self._attested(place):
                    return self.out
            else:
                self._item(place, item, text)
        if judged and self.now.content:
            self.now.expr = attestation(draft, self.now.content, "investigator_judgement")
        if not self.now.empty:
            self.out.append(self.now)
        return _settled(draft, self.out)

    def _close(self, negated: bool = False) -> None:
        """Begin a new phrase; a denial without a name is that of the new one."""
        if not self.now.empty:
            self.out.append(self.now)
            self.now = Phrase()
        elif self.now.negated:
            negated = True
        else:
            self.now = Phrase()
        self.now.negated = self.now.leading = negated

    def _prevented(self, place: int, judged: bool) -> list[Phrase]:
        """Read "a fracture that prevents exercise": the person cannot do what stands behind."""
        if judged and self.now.content:
            self.now.expr = attestation(self.draft, self.now.content, "investigator_judgement")
        self._close()
        rest = self.items[place + 1 :]
        shown = next((n for n, i in enumerate(rest) if n and i.kind == "group"), None)
        if shown is not None and self.out and self.out[-1].content:
            # "Conditions that prevent exercise (e.g. gout)": the examples are of the conditions.
            self.out[-1].groups += [i for i in rest[shown:] if i.kind == "group"]
            rest = rest[:shown]
        self.now.expr = attestation(self.draft, rest, "capacity")
        self.now.negated = self.now.leading = True
        self.now.about, self.now.hindered = "capacity", True
        self.draft.hindered = True
        return [*self.out, self.now, *_timed(self.draft, rest)]

    def _attested(self, place: int) -> bool:
        """What a person must say or be able to; a word that denies it is the denial, not the text."""
        draft = self.draft
        self._close(self.now.negated and not self.now.content)
        items = self.items[place:]
        rest, denied = items, self.now.negated
        while len(rest) > 1 and rest[0].kind in ("cue", "noise", "not"):
            text = draft.said(rest[0])
            if (
                text in draft.wording.denying
                or text.split()[0] in draft.wording.denying
                or rest[0].kind == "not"
            ):
                denied = True
            elif rest[0].kind == "cue" and rest[0].value == "consent":
                break
            rest = rest[1:]
        told = rest if denied else items
        about = next(
            (k for k in ABOUT_ORDER if any(i.kind == "cue" and i.value == k for i in items)), "capacity"
        )
        # The reason behind "due to" is no part of what the person can do.
        cut = next((n for n, i in enumerate(told) if n and draft.said(i) in ("due", "because", "as")), None)
        self.now.expr = attestation(draft, told[:cut], about)
        self.now.negated = self.now.leading = denied
        self.now.about = about
        self.out.append(self.now)
        self.out += _timed(draft, self.items[place + 1 :])
        return True

    def _item(self, place: int, item: Item, text: str) -> None:
        """One item that is neither a cue nor part of a judgement."""
        now, kind, wording = self.now, item.kind, self.draft.wording
        if kind == "namely":
            self._close()
        elif kind == "not":
            if now.content or now.bounds or now.pairs:
                self._close(negated=True)
            else:
                now.negated = now.leading = True
            if "history" in text or "prior" in text:
                self.now.status = "history"
            elif "current" in text or "active" in text:
                self.now.status = "current"
        elif kind == "sex":
            self._sex(place, item)
        elif not now.content and (kind in CONTENT or kind == "noise") and self._ceases(place, text):
            now.negated = now.leading = True
        elif (
            kind == "verb"
            and text == "on"
            and now.content
            and not _is_given(self.draft, self.items, place + 1)
        ):
            return
        elif kind == "verb" or (kind in _JOINING and text in wording.boundary):
            if now.content or now.bounds or now.pairs or now.groups:
                self._close()
            if kind == "verb" and self.now.verb != "planned":
                self.now.verb = item.value
        elif kind == "status":
            if now.bounds:
                self._close()
            self.now.status = item.value if self.now.status in (None, item.value) else "any"
        elif kind == "adjective" and not now.content:
            now.qualifiers.append(text)
        elif kind in ("age", "bothsex"):
            now.aged = now.aged or kind == "age"
            if text == "age" and now.content:
                now.content.append(item)
        elif kind == "bounds":
            if now.bounds and not (now.content and now.content[-1].end <= now.bounds[-1].start):
                self._close()
            self.now.bounds.append(item)
        elif kind == "select":
            now.select = item.value
        elif kind == "outcome":
            now.outcome = item.value
        elif kind in _LISTED:
            getattr(now, _LISTED[kind]).append(item)
        elif kind in CONTENT or (kind == "rise" and any(i.kind == "bounds" for i in self.items)):
            # "Increase in creatinine > 0.3 mg/dL" is not creatinine itself.
            self._named(item, text)

    def _ceases(self, place: int, text: str) -> bool:
        """Whether a word says that what follows is not so: "quit smoking", "failure to sign"."""
        if text == "failure":
            return place + 1 < len(self.items) and self.draft.said(self.items[place + 1]) == "to"
        return text in self.draft.wording.ceasing

    def _sex(self, place: int, item: Item) -> None:
        """Read "30 % in men" and "men > 30 %": the sex for which the value holds; or "women with gout"."""
        if self.now.bounds:
            self.now.arm = item
            self._close()
            return
        if self.now.content:
            self._close()
        behind = next((i.kind for i in self.items[place + 1 :] if i.kind not in ("noise", "colon")), None)
        if behind == "bounds" and (self.draft.context or self.out or len(self.items) < 4):
            self.now.arm = item
            return
        one = Phrase()
        one.sex = item
        self.out.append(one)

    def _named(self, item: Item, text: str) -> None:
        """A word of a name, unless it only says that people are meant."""
        now, wording = self.now, self.draft.wording
        if now.bounds and now.content and now.content[0].start < now.bounds[0].start:
            if not _only_measures(self.draft, now):
                self._close()
        elif item.kind == "term" and item.value.kind == "score" and now.content and not now.bounds:
            # "Heart failure NYHA class III": the illness, and its grade.
            self._close()
        now = self.now
        if not now.content and not now.bounds and text.removesuffix("s") in wording.people:
            now.aged = True
            return
        # The number of a point is no name.
        if text in wording.auxiliary or (item.kind == "quantity" and not now.content and not item.value.time):
            return
        now.content.append(item)


_LISTED = {
    "pair": "pairs",
    "window": "windows",
    "washout": "washouts",
    "duration": "durations",
    "group": "groups",
}


def attestation(draft: Draft, items: list[Item], about: str) -> Attestation:
    """What only a person can answer, in its words."""
    kind: Any = about
    return Attestation(about=kind, text=draft.words(items), span=span_of(items))


def attest(draft: Draft, phrases: list[Phrase], about: str) -> None:
    """Further parts of what only a person can answer: "unable to walk or climb stairs"."""
    for phrase in phrases:
        if phrase.expr is None and phrase.content and not phrase.timed:
            phrase.expr = attestation(draft, phrase.content, about)
            phrase.about = about


def _timed(draft: Draft, items: list[Item]) -> list[Phrase]:
    """What is measured or timed within words that only a person can answer."""
    if not any(i.kind in _TELLING for i in items):
        return []
    plain = [i._replace(kind="word") if i.kind == "cue" else i for i in items]
    return [p for p in Reader(draft, plain).read() if p.timed]


def _settled(draft: Draft, phrases: list[Phrase]) -> list[Phrase]:
    """Phrases in which times and brackets without a name stand with the name before them."""
    out: list[Phrase] = []
    for phrase in phrases:
        if len(phrase.content) == 1 and (told := _denied_word(draft, phrase.content[0])) is not None:
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


def _judged(draft: Draft, items: list[Item]) -> bool:
    """Whether all of a part is somebody's judgement: nothing in it is named or measured."""
    if "cue" not in kinds_of(items):
        return False
    cue = next(n for n, i in enumerate(items) if i.kind == "cue")
    if not any(i.kind == "cue" and i.value == "investigator_judgement" for i in items):
        return False
    if any(i.kind in _TELLING or i.kind == "term" for i in items):
        return False
    generic = draft.wording.generic
    named = [draft.said(i) for i in items[:cue] if i.kind in ("word", "adjective")]
    return all(w.removesuffix("s") in generic or w in generic for w in named)


def _is_given(draft: Draft, items: list[Item], place: int) -> bool:
    """Whether a treatment follows, so that "on" says that it is taken."""
    if place >= len(items):
        return False
    item = items[place]
    return (item.kind == "term" and item.value.kind in GIVEN) or any(
        draft.said(i) in draft.wording.given for i in items[place : place + 3]
    )


def _planned(draft: Draft, items: list[Item], place: int, cue: str) -> bool:
    """Whether what is planned is a treatment, which a calendar could show."""
    behind = items[place + 1 : place + 9]
    named = next((draft.said(i) for i in behind if i.kind in ("word", "term")), "")
    if cue.startswith("schedul") and named and named not in draft.wording.administrative:
        return True
    return not any(i.kind in ("cue", "not") for i in behind) and any(
        (i.kind == "term" and i.value.kind in GIVEN)
        or draft.said(i) in draft.wording.given
        or draft.said(i).endswith(OPERATIONS)
        for i in behind
    )


def _denied_word(draft: Draft, item: Item) -> Item | None:
    """The word that "non-smoker" denies."""
    text = draft.said(item)
    if not text.startswith("non"):
        return None
    for lead in ("non-", "non"):
        if text.removeprefix(lead).removesuffix("s") in draft.wording.one_word_denied:
            return Item("word", None, item.start + len(lead), item.end)
    if text.startswith("non-") and len(text) > 7:
        return Item("word", None, item.start + 4, item.end)
    return None


def _only_measures(draft: Draft, phrase: Phrase) -> bool:
    """Whether the words before a bound only say "score" or "level", so that the name follows."""
    content = [i for i in phrase.content if i.start < phrase.bounds[0].start]
    return (
        len(content) < 4
        and draft.said(content[-1]) in draft.wording.measuring
        and not any(i.kind == "term" for i in content)
    )
