"""Pass `check`: notes on what a reader should doubt, such as a bound that no person's value comes near.

Takes a line with its expression, gives it notes; no tree is changed. The checks themselves are in `checking`.
"""

from __future__ import annotations

import msgspec

from trialwright.compiling.criteria.checking.groups import empty_groups
from trialwright.compiling.criteria.checking.numerals import doubtful_numbers
from trialwright.compiling.criteria.checking.plausible import doubts
from trialwright.compiling.criteria.checking.possible import impossible
from trialwright.compiling.criteria.lexicon import Lexicon
from trialwright.compiling.criteria.line import Line
from trialwright.compiling.criteria.measures import NUMBER_NOTES
from trialwright.model.expression import (
    AllOf,
    AnyOf,
    Change,
    Condition,
    Demographic,
    Exposure,
    Expr,
    Measurement,
    Unparsed,
    children,
)
from trialwright.model.source import Note
from trialwright.model.vocabulary import Vocabulary


def check(line: Line, lexicon: Lexicon) -> Line:
    """The line with its notes."""
    if line.expr is None:
        return line
    # What was taken to be meant in a number is told by its leaf, where there is one.
    notes = [note for note in line.notes if note.code not in NUMBER_NOTES]
    _walk(line.expr, lexicon.vocabulary, notes, likely=False)
    notes += doubtful_numbers(line, notes)
    return msgspec.structs.replace(line, notes=tuple(dict.fromkeys(notes)))


def _walk(expr: Expr, vocabulary: Vocabulary, notes: list[Note], *, likely: bool) -> None:
    """Add the notes of a node and of all below it, in the order of the text."""
    if expr.notes:
        notes.extend(expr.notes)
        likely = likely or any(note.code == "outlined" for note in expr.notes)
    match expr:
        case Measurement() | Change():
            notes.extend(doubts(expr, vocabulary))
        case Condition() | Exposure() | Demographic():
            # Who reads times into an outline may have read them wrong.
            notes.extend([] if likely else impossible(expr))
        case Unparsed():
            notes.append(Note(code="unparsed", message="these words were not understood", span=expr.span))
        case AllOf() | AnyOf():
            notes.extend(empty_groups(expr, vocabulary, likely=likely))
    for child in children(expr):
        _walk(child, vocabulary, notes, likely=likely)
