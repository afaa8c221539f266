"""Lists of an outline: how their parts are joined, what holds for all of them, what they are excepted from.

Takes the parts of a clause, gives one tree; a denial at the front reaches as far as the parts go on.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from trialwright.compiling.criteria.line import Item, kinds_of, span_of
from trialwright.compiling.criteria.outlining.nodes import is_hard, node_of
from trialwright.compiling.criteria.outlining.parts import Part
from trialwright.compiling.criteria.outlining.phrase import Phrase
from trialwright.compiling.criteria.outlining.reading import Reader, attest
from trialwright.model.expression import AllOf, AnyOf, Except, Expr, Not

if TYPE_CHECKING:
    from trialwright.compiling.criteria.outlining.draft import Draft

Spread = tuple[int, int]


def grouped(op: str, of: list[Expr], span: Spread) -> Expr | None:
    """One, all or any of some expressions."""
    if len(of) < 2:
        return of[0] if of else None
    return AllOf(of=tuple(of), span=span) if op == "all" else AnyOf(of=tuple(of), span=span)


def joined(draft: Draft, parts: list[Part]) -> Expr | None:
    """The tree of a list."""
    if not parts:
        return None
    joints = {p.joint for p in parts[1:]}
    if "and" in joints and "or" in joints and "such_as" not in joints:
        return _mixed(draft, parts)
    return _even(draft, parts)


def _mixed(draft: Draft, parts: list[Part]) -> Expr | None:
    """Read "A and B, or C": a word behind a comma joins more loosely; else "or" does."""
    loose = {p.joint for p in parts[1:] if p.strong}
    word = loose.pop() if len(loose) == 1 else "or"
    strong = any(p.strong and p.joint == word for p in parts)
    runs: list[list[Part]] = [[parts[0]]]
    for part in parts[1:]:
        if part.joint == word and (part.strong or not strong):
            runs.append([part])
        else:
            runs[-1].append(part)
    if len(runs) < 2:
        return _even(draft, parts)
    listing = word == "and" and len(runs) > 2 - strong and _only_names(draft, parts)
    before = draft.sure
    if listing:
        # "A or B, C, and D" lists what excludes; that it means all of them together is not quite ruled out.
        draft.sure = None
    of = [e for e in (joined(draft, r) for r in runs) if e is not None]
    draft.sure = before
    return grouped("any" if word == "or" or listing else "all", of, _spread(parts))


def _only_names(draft: Draft, parts: list[Part]) -> bool:
    """Whether parts only name things, in a line that is no inclusion."""
    if draft.line.kind == "inclusion" or len(parts) < 4:
        return False
    told = {"bounds", "outcome", "pair", "cue", "age", "sex", "duration"}
    return all(kinds_of(p.items).isdisjoint(told) for p in parts)


def _spread(parts: list[Part]) -> Spread:
    return span_of(parts[0].items if len(parts) == 1 else [i for p in parts for i in p.items])


def _even(draft: Draft, parts: list[Part]) -> Expr | None:
    """A list with one sort of joint: a head that holds for all, then the parts."""
    span = _spread(parts)
    cut, unless, parts = _excepted(draft, parts)
    if not parts:
        return unless
    read = [Reader(draft, p.items).read() for p in parts]
    about = next(filter(None, [p.about for r in read for p in r]), None)
    if about is not None:
        attest(
            draft,
            [p for r in read for p in r if not is_hard(draft, p) and _speaks_of_it(draft, p, read)],
            about,
        )
    if len(read) == 1:
        node = draft.certain(parts[0].items, read[0]) or _part(draft, read[0], span_of(parts[0].items))
        return node if node is None or unless is None or cut != 0 else _except(node, unless, span)
    _share(draft, read)
    op = _operator(draft, parts, read)
    # "A and B" may mean both or either; nothing of it decides alone.
    plain = op == "all" or not any(p.joint == "and" for p in parts[1:])
    head, first = read[0][:-1], read[0][-1:]
    denied = bool(first and first[0].negated and first[0].leading)
    reaching, open_ = denied, False
    of: list[Expr] = []
    over: list[Expr] = []
    for number, phrases in enumerate([first, *read[1:]]):
        part = parts[number]
        if number and reaching:
            open_ = open_ or _told(draft, part, phrases) or (len(parts) == 2 and part.joint == "and")
            own = _own_sense(draft, part.items, phrases) or (
                _told(draft, part, phrases) and part.joint != "or"
            )
            reaching = not own and not (first[0].about and part.joint == "such_as")
        if reaching:
            for phrase in phrases:
                phrase.negated = phrase.negated and number > 0 and not phrase.leading
            if number and first[0].about:
                attest(draft, phrases, first[0].about)
        # How far a denial reaches is open in "no gout and asthma", and over what has a value or a verb of
        # its own: such a part decides nothing.
        alone = plain and not open_ and (number or not head)
        sure = draft.certain(part.items, phrases) if alone else None
        if sure is not None and denied and not number:
            # The denial stands with the first part, and is said once for all of them.
            sure = sure.of if isinstance(sure, Not) else None
        node = sure or _part(draft, phrases, span_of(part.items))
        if node is None:
            continue
        if unless is not None and number == cut:
            node = _except(node, unless, span)
        (of if not denied or reaching else over).append(node)
    whole = grouped("any" if denied else op, of, span)
    if denied and whole is not None:
        whole = Not(of=whole, span=span)
    heads = [e for e in (node_of(draft, p) for p in head) if e is not None]
    return grouped("all", [*heads, *([whole] if whole is not None else []), *over], span)


def _speaks_of_it(draft: Draft, phrase: Phrase, read: list[list[Phrase]]) -> bool:
    """Whether plain words beside an attestation belong to it, and are no thing that hinders."""
    if not any(p.hindered for r in read for p in r):
        return True
    known = draft.wording.generic | draft.wording.administrative
    return all(
        w in known or w.removesuffix("s") in known for i in phrase.content for w in draft.said(i).split()
    )


def _part(draft: Draft, phrases: list[Phrase], span: Spread) -> Expr | None:
    """The tree of one part: all that its phrases ask."""
    made = [e for e in (node_of(draft, p) for p in phrases) if e is not None]
    first = made[0] if made else None
    if len(made) > 1 and phrases[0].negated and phrases[0].leading and isinstance(first, Not):
        # What narrows a denied thing is denied with it: "no stroke with residual deficit".
        return Not(of=AllOf(of=(first.of, *made[1:]), span=span), span=span)
    return grouped("all", made, span)


def _except(node: Expr, unless: Expr, span: Spread) -> Expr:
    if isinstance(node, Not):
        return Not(of=Except(base=node.of, unless=unless, span=span), span=span)
    return Except(base=node, unless=unless, span=span)


def _excepted(draft: Draft, parts: list[Part]) -> tuple[int | None, Expr | None, list[Part]]:
    """Which part an exception is taken from, the exception, and the parts without it."""
    cut = next((n for n, p in enumerate(parts) if "except" in kinds_of(p.items)), None)
    if cut is None:
        return None, None, parts
    held = parts[cut]
    place = next(n for n, i in enumerate(held.items) if i.kind == "except")
    behind = [Part(held.items[place + 1 :], "", False)] if held.items[place + 1 :] else []
    later = cut + 1
    while later < len(parts) and not _restarts(draft, parts[later].items):
        behind.append(parts[later])
        later += 1
    if behind:
        behind[0] = Part(behind[0].items, "", False)
    unless = draft.deeper(joined, behind)
    before = held.items[:place]
    rest = parts[later:]
    if before:
        return cut, unless, [*parts[:cut], Part(before, held.joint, held.strong), *rest]
    return cut - 1, unless, [*parts[:cut], *rest] if cut else []


def _operator(draft: Draft, parts: list[Part], read: list[list[Phrase]]) -> str:
    joints = {p.joint for p in parts[1:]}
    if joints & {"or", "such_as"} or draft.exampling:
        return "any"
    valued = any(p.bounds or p.about for r in read for p in r)
    told = valued or any(p.durations for r in read for p in r)
    if "and" in joints:
        if len(parts) == 2 and draft.said(parts[0].items[0]) == "both":
            return "all"
        if draft.exclusion and not valued:
            return "any"
        if len(parts) > 2 and not valued and draft.line.kind is None:
            return "any"
        # "Pregnant and lactating women" are two populations; what has a value or a verb is asked for besides.
        bare = all(len(r) == 1 and r[0].bare for r in read)
        return "any" if bare and not told and draft.line.kind is None else "all"
    return "all" if told and not draft.exclusion else "any"


def _restarts(draft: Draft, items: list[Item]) -> bool:
    """Whether a part begins anew, and so no longer belongs to an exception."""
    return items[0].kind in ("status", "verb", "not") or draft.said(items[0]) in ("any", "evidence of")


def _own_sense(draft: Draft, items: list[Item], phrases: list[Phrase]) -> bool:
    """Whether a part is denied by itself, or asked for, and not under the denial at the front."""
    if not phrases:
        return False
    if phrases[0].negated and phrases[0].leading:
        return True
    return items[0].kind in ("cue", "age", "bounds") or draft.said(items[0]) in (
        "must",
        "should",
        "with",
        "able",
    )


def _told(draft: Draft, part: Part, phrases: list[Phrase]) -> bool:
    """Whether a part says something for itself, as a value or a verb, which a denial before may not mean."""
    if any(p.bounds or p.outcome or p.pairs for p in phrases):
        return True
    return draft.said(part.items[0]) in draft.wording.stating


def _share(draft: Draft, read: list[list[Phrase]]) -> None:
    """What is said once for a list: a status, a measure, a bound, a window at the end."""
    pairs = [(a[-1], b[0], len(b)) for a, b in pairwise(read) if a and b]
    for one, other, _ in pairs:
        if other.status is None and other.verb is None and (one.status or one.verb):
            other.status, other.verb, other.shared = one.status, one.verb, True
        if other.bounds and not other.content and one.content and (one.bounds or one.outcome is None):
            other.content, other.borrowed = one.content, True
    for one, other, count in reversed(pairs):
        if (
            other.bounds
            and not one.bounds
            and one.outcome is None
            and not other.borrowed
            and _is_measure(draft, one)
        ):
            one.bounds, one.shared = list(other.bounds), True
        own = other.verb is not None and not other.shared and one.verb is None
        if other.windows and count == 1 and not own and not (one.windows or one.bounds or one.durations):
            one.windows, one.shared = list(other.windows), True


def _is_measure(draft: Draft, phrase: Phrase) -> bool:
    """Whether a phrase names a measure, so that the bounds behind the next one can be meant for it too."""
    if not phrase.content or len(phrase.content) > 5:
        return False
    last = phrase.content[-1]
    if last.kind == "term":
        return last.value.kind in ("quantity", "score", "coded")
    text = draft.line.plain[last.start : last.end]
    return draft.said(last) in draft.wording.measuring or (text.isupper() and len(text) > 1)
