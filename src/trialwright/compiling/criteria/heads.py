"""Words that parts of a list borrow: "hepatic, renal or cardiac disease", "hepatitis B or C", 心、肝、肾疾病.

Takes the parts of a list as items and gives bare parts the term that they make with the borrowed words; only
terms of the vocabulary and diseases of named organs are made.
"""

from __future__ import annotations

from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.line import Item, Line
from trialwright.compiling.criteria.organs import organ_of
from trialwright.compiling.criteria.tokenize import keys_of
from trialwright.compiling.criteria.words import words
from trialwright.model.vocabulary import Term

_ASIDE = ("noise", "status", "verb", "not", "adjective", "window", "duration", "select")
_BARE = ("word", "quantity", "roman", "count")


def borrow(line: Line, lexicon: Lexicon, operands: list[list[Item]]) -> bool:
    """Gives every bare part its term, in place; whether the first part has got one."""
    first = operands[0]
    before = list(first)
    _tails(line, lexicon, operands)
    _and_so_on(line, lexicon, operands[-1])
    whole = [list(o) for o in operands]
    for place in range(len(operands) - 1, -1, -1):
        bare = _core(operands[place])
        if not bare or any(i.kind not in _BARE for i in bare) or len(bare) > 3 + 5 * _han(line, bare[0]):
            continue
        source = next(
            (o for o in whole[place + 1 :] if any(i.kind == "term" for i in o)),
            whole[-1] if place < len(operands) - 1 else None,
        )
        if source is None:
            continue
        made = _made(line, lexicon, operands[place], bare, source)
        if made is not None:
            gone, term = made
            at = operands[place].index(gone[0])
            for item in gone:
                operands[place].remove(item)
            operands[place].insert(at, Item("term", term, gone[0].start, gone[-1].end))
    return first != before


def parted(line: Line, items: list[Item]) -> list[Item]:
    """Read 肝肾功能不全: organs that stand side by side, with a comma between them."""
    out: list[Item] = []
    for place, item in enumerate(items):
        if place and item.kind in ("word", "term") and items[place - 1].kind == "word":
            before = items[place - 1]
            said = line.plain[item.start : item.end]
            if (
                before.end == item.start
                and _han(line, item)
                and organ_of(line.plain[before.start : before.end]) is not None
                and (organ_of(said) is not None or (item.kind == "term" and organ_of(said[0]) is not None))
            ):
                out.append(Item("comma", None, item.start, item.start))
        out.append(item)
    return out


def _core(operand: list[Item]) -> list[Item]:
    return [i for i in operand if i.kind not in _ASIDE]


def _han(line: Line, item: Item) -> bool:
    return "\u3400" <= line.plain[item.start] <= "\u9fff"


def _text(line: Line, items: list[Item]) -> str:
    return " ".join(line.plain[i.start : i.end] for i in items)


def _made(
    line: Line, lexicon: Lexicon, operand: list[Item], bare: list[Item], source: list[Item]
) -> tuple[list[Item], Term] | None:
    """The items that go, and the term that they make with the head of another part."""
    core = [i for i in _core(source) if i.kind in ("term", *_BARE)]
    if not core:
        return None
    if _han(line, core[-1]):
        return _made_han(line, lexicon, bare, core)
    head = _text(line, core).split()
    # "severe viral or fungal infection": the adjective may be part of the term.
    loose = [i for i in operand if i.kind in ("adjective", *_BARE)]
    ends = keys_of(head[-1])
    # Most words end no phrase.
    for length in range(1, len(head)) if ends and ends[-1] in lexicon.last else ():
        behind = " ".join(head[-length:])
        for gone in (loose, bare):
            term = lexicon.term(f"{_text(line, gone)} {behind}")
            if term is not None and term.kind in ("condition", "drug", "procedure"):
                return gone, term
        if length == 1:
            front = head[0]
            term = lexicon.term(f"{front} {_text(line, bare)} {behind}") if length < len(head) - 1 else None
            if term is not None and term.kind == "condition":
                return bare, term
    said = _text(line, bare).lower()
    if head[-1].lower() in words("organ_heads") and organ_of(said) is not None and len(head) > 1:
        return bare, Term(name=f"{said} {head[-1].lower().removesuffix('s')}", kind="condition")
    return None


def _made_han(
    line: Line, lexicon: Lexicon, bare: list[Item], core: list[Item]
) -> tuple[list[Item], Term] | None:
    said = line.plain[bare[0].start : bare[-1].end]
    head = line.plain[core[0].start : core[-1].end]
    endings = [head[-n:] for n in range(min(5, len(head) - 1), 0, -1)]
    if any(e in words("illness_han") for e in endings):
        endings += sorted(words("organ_endings"), key=len)
    for ending in endings:
        term = lexicon.term(said + ending)
        if term is not None and term.kind == "condition":
            return bare, term
    if organ_of(said) is not None:
        common = next((e for e in endings if e in words("organ_heads")), None)
        if common is not None:
            return bare, Term(name=said + common, kind="condition")
    return None


def _and_so_on(line: Line, lexicon: Lexicon, operand: list[Item]) -> None:
    """Read 心、肝、肾等重要脏器疾病: the last organ with the head behind "and other organs"."""
    core = _core(operand)
    if len(core) < 3 or not _han(line, core[0]):
        return
    said = line.plain[core[0].start : core[-1].end]
    organ, mark, rest = said.partition("等")
    if not mark or organ_of(organ) is None:
        return
    head = next((h for h in words("organ_heads") if len(h) > 1 and rest.endswith(h)), None)
    if head is None or any(han not in "".join(words("organ_filling")) for han in rest.removesuffix(head)):
        return
    endings = words("organ_endings") if head in words("illness_han") else (head,)
    found = (lexicon.term(organ + ending) for ending in sorted(endings, key=len))
    term = next((t for t in found if t is not None and t.kind == "condition"), None)
    _put(operand, core, term or Term(name=organ + head, kind="condition"))
    at = next(p for p, i in enumerate(operand) if i.kind == "term")
    operand[at] = operand[at]._replace(end=core[-1].end)


def _tails(line: Line, lexicon: Lexicon, operands: list[list[Item]]) -> None:
    """Read "hepatitis B or C" and "type 1 or 2 diabetes": the last part takes the beginning of the first."""
    for place in range(1, len(operands)):
        core = _core(operands[place])
        before = [i for i in operands[place - 1] if i.kind == "term" and i.value.kind == "condition"]
        if len(core) == 1 and core[0].kind in _BARE and len(before) == 1:
            said = line.plain[before[0].start : before[0].end].rsplit(" ", 1)
            if len(said) == 2 and len(said[1]) <= 2:
                term = lexicon.term(f"{said[0]} {_text(line, core)}")
                if term is not None and term.kind == "condition":
                    at = operands[place].index(core[0])
                    operands[place][at] = Item("term", term, core[0].start, core[0].end)
        first = _core(operands[place - 1])
        if len(core) == 2 and core[0].kind in _BARE and core[1].kind == "term" and len(first) == 2:
            if not all(i.kind in _BARE for i in first):
                continue
            front, behind = _text(line, first[:1]), _text(line, core[1:])
            one = lexicon.term(f"{front} {_text(line, first[1:])} {behind}")
            other = lexicon.term(f"{front} {_text(line, core[:1])} {behind}")
            if one is not None and other is not None:
                _put(operands[place - 1], first, one)
                _put(operands[place], core, other)


def _put(operand: list[Item], gone: list[Item], term: Term) -> None:
    at = operand.index(gone[0])
    for item in gone:
        operand.remove(item)
    operand.insert(at, Item("term", term, gone[0].start, gone[-1].end))
