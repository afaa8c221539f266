"""Numbers in a line whose reading is not the only one, where no leaf tells so.

Takes a line and the notes that its tree gave, gives further ones: marks within lengths of time, ends that
are the wrong way round, "raised 2 times", which can be by or to.
"""

from __future__ import annotations

from trialwright.compiling.criteria.line import Line, Quantity
from trialwright.compiling.criteria.measures import NUMBER_NOTES
from trialwright.compiling.criteria.words import words
from trialwright.model.source import Note

_TIMED = frozenset({"window", "washout", "duration"})
_NEAR = 4


def doubtful_numbers(line: Line, told: list[Note]) -> list[Note]:
    """The notes on numbers that the tree does not tell."""
    out = [note for note in line.notes if note.code in NUMBER_NOTES and _is_silent(note, line, told)]
    for place, item in enumerate(line.items):
        if item.kind == "quantity":
            out += _reversed(line, place)
        elif item.kind in ("rise", "word"):
            out += _raised(line, place)
    return out


def _is_silent(note: Note, line: Line, told: list[Note]) -> bool:
    """Whether a number stands in a length of time, or in the bounds of a leaf that does not tell."""
    if note.span is None:
        return True
    start, end = note.span
    for item in line.items:
        if item.start <= start and end <= item.end:
            if item.kind in _TIMED:
                return True
            if item.kind == "bounds":
                # A list such as "1,2 or 3" has lost the note: it has no decimal comma.
                return note.code in item.value.notes and not any(n.code == note.code for n in told)
    return False


def _reversed(line: Line, place: int) -> list[Note]:
    """Read "between 70 and 18 years", "aged 70 to 18": ends that would be a range the other way round."""
    items = line.items
    if place + 2 >= len(items) or place == 0 or items[place + 2].kind != "quantity":
        return []
    before, joint = items[place - 1].kind, items[place + 1].kind
    if not (joint == "range" and before in ("age", "between", "term")) and not (
        joint == "and" and before == "between"
    ):
        return []
    low: Quantity = items[place].value
    high: Quantity = items[place + 2].value
    if low.unit not in (None, high.unit) or low.relative_to != high.relative_to or low.value <= high.value:
        return []
    span = items[place].start, items[place + 2].end
    return [
        Note(
            code="range_reversed",
            message=f"the range {line.text[span[0] : span[1]]!r} ends below its beginning",
            span=span,
        )
    ]


def _raised(line: Line, place: int) -> list[Note]:
    """Read "raised 2 times", 升高2倍: by so much, or to so much."""
    items = line.items
    said = line.plain[items[place].start : items[place].end].lower()
    if said not in words("raised"):
        return []
    at = place + 1
    while at < min(place + _NEAR, len(items)) and items[at].kind in ("noise", "cmp"):
        at += 1
    if at >= len(items):
        return []
    end = items[at].end
    if items[at].kind == "quantity":
        if at + 1 >= len(items) or items[at + 1].kind != "times" or items[at].value.unit is not None:
            return []
        end = items[at + 1].end
    elif items[at].kind != "bounds" or items[at].value.relative_to is None:
        return []
    span = items[place].start, end
    message = f"{line.text[span[0] : span[1]]!r} can mean by so much, or to so much"
    return [Note(code="raised_by_or_to", message=message, span=span)]
