"""Criteria drawn as trees on the terminal, each below its words and above its notes.

Takes compiled criteria, writes text for people.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from trialwright.model.expression import Criterion
from trialwright.model.source import Note
from trialwright.model.vocabulary import Vocabulary


def compile_each(lines: Iterable[str], vocabulary: Vocabulary) -> Iterator[Criterion]:
    """One criterion a line, with the number of its line."""
    from trialwright.compiling import criteria

    for number, line in enumerate(lines, 1):
        text = line.removesuffix("\r")
        expr, notes = criteria.compile_line(text, vocabulary=vocabulary)
        yield Criterion(id=str(number), kind=None, text=text, expr=expr, notes=notes)


def show_trees(
    criteria: Iterable[Criterion], vocabulary: Vocabulary, *, heading: str = "", notes: Iterable[Note] = ()
) -> None:
    """Write each criterion with its tree and the messages of its notes; then those of all together."""
    from trialwright.compiling.criteria.draw import draw

    write = sys.stdout.write
    if heading:
        write(f"{heading}\n\n")
    for criterion in criteria:
        write(f"{criterion.id}  {' '.join(criterion.text.split())}\n")
        if criterion.expr is not None:
            for line in draw(criterion.expr, vocabulary=vocabulary).splitlines():
                write(f"    {line}\n")
        # That a part is an outline stands in the drawing.
        _write_notes((n for n in criterion.notes if n.code != "outlined"), "    ")
        write("\n")
    _write_notes(notes, "")


def _write_notes(notes: Iterable[Note], indent: str) -> None:
    for message in dict.fromkeys(note.message for note in notes):
        sys.stdout.write(f"{indent}! {message}\n")
