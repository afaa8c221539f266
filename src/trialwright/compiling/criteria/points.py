"""Points within a line: "(1) asthma (2) gout", "1) asthma; 2) gout", "a) asthma, b) gout", ①哮喘；②痛风.

Takes the items of a line, gives what stands before the first mark and the items of each point; a number
is a mark only where the marks count up from one.
"""

from __future__ import annotations

from trialwright.compiling.criteria.line import Item, Line, kinds_of

_CIRCLED = {chr(0x2460 + n): n + 1 for n in range(20)}
_LETTERS = {letter: n for n, letter in enumerate("abcdefghijkl", 1)}
_ROMANS = {roman: n for n, roman in enumerate("i ii iii iv v vi vii viii".split(), 1)}
_LOOSE = ("comma", "semi", "stop", "and", "or", "noise")


def may_be_numbered(line: Line, items: list[Item]) -> bool:
    """Whether a line has at least two signs that could be marks."""
    if sum(i.kind == "close" for i in items) > 1:
        return True
    return not line.text.isascii() and any(sign in line.text for sign in "①②")


def numbered(line: Line, items: list[Item]) -> tuple[list[Item], list[list[Item]], str] | None:
    """The header, the points and the joint before the last of them ("and", "or" or nothing)."""
    marks = _marks(line, items)
    if len(marks) < 2:
        return None
    points = []
    joint = ""
    ends = [start for start, _, _ in marks[1:]] + [len(items)]
    for (_, behind, _), end in zip(marks, ends, strict=True):
        point = items[behind:end]
        while point and point[-1].kind in _LOOSE[:5]:
            if point[-1].kind in ("and", "or") and end < len(items):
                joint = point[-1].kind
            point = point[:-1]
        opened = [i for i in point if i.kind == "open"]
        if not point or len(opened) != len([i for i in point if i.kind == "close"]):
            return None
        points.append(point)
    return items[: marks[0][0]], points, joint


def _marks(line: Line, items: list[Item]) -> list[tuple[int, int, int]]:
    """Where marks stand that count up from one in one style: first item, item behind, number."""
    best: list[tuple[int, int, int]] = []
    if "close" not in kinds_of(items) and line.plain.isascii():
        return best
    found: dict[str, list[tuple[int, int, int]]] = {}
    for place in range(len(items)):
        mark = _mark(line, items, place)
        if mark is None:
            continue
        for style, behind, number in mark:
            run = found.setdefault(style, [])
            if number == len(run) + 1:
                run.append((place, behind, number))
                best = max(best, run, key=len)
    return best


def _mark(line: Line, items: list[Item], place: int) -> list[tuple[str, int, int]] | None:
    """The marks that may begin at a place: style, item behind, number."""
    item = items[place]
    if item.end - item.start == 1 and (number := _CIRCLED.get(line.text[item.start])):
        return [("circle", place + 1, number)]
    opened = item.kind == "open"
    at = place + 1 if opened else place
    if at + 1 >= len(items) or items[at + 1].kind != "close" or items[at].end != items[at + 1].start:
        return None
    if opened and items[at].start != item.end:
        return None
    text = line.plain[items[at].start : items[at].end].lower()
    sign = "()" if opened else ")"
    behind = at + 2
    if text.isdecimal() and len(text) < 3:
        return [(sign + "1", behind, int(text))]
    read = [(sign + "a", behind, _LETTERS[text])] if text in _LETTERS else []
    return read + ([(sign + "i", behind, _ROMANS[text])] if text in _ROMANS else [])
