"""The pipeline: which passes there are, in which order, and how a text, a line or a study goes through them.

Takes text with its place in a source, gives criteria whose spans point into that source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from trialwright.compiling.criteria.abbreviations import (
    Meanings,
    abbreviations,
    meanings_of,
    meant,
    named,
)
from trialwright.compiling.criteria.check import check
from trialwright.compiling.criteria.checking.trial import against_itself
from trialwright.compiling.criteria.crosscheck import against_registry
from trialwright.compiling.criteria.homographs import distinguish
from trialwright.compiling.criteria.lexicon import lexicon_of
from trialwright.compiling.criteria.line import Kind, Line
from trialwright.compiling.criteria.outline import outline
from trialwright.compiling.criteria.parse import parse
from trialwright.compiling.criteria.quantify import quantify
from trialwright.compiling.criteria.recognise import recognise
from trialwright.compiling.criteria.restate import restate
from trialwright.compiling.criteria.segment import segment
from trialwright.compiling.criteria.simplify import simplify
from trialwright.compiling.criteria.timing import timing
from trialwright.compiling.criteria.tokenize import tokenize
from trialwright.compiling.criteria.unwrapping import is_wrapped, unwrap
from trialwright.errors import IllegalValue, UsageError
from trialwright.language.folding import fold
from trialwright.model.expression import (
    Attestation,
    Change,
    Condition,
    Criterion,
    Demographic,
    Exposure,
    Expr,
    Measurement,
    Protocol,
    Unparsed,
    leaves,
    with_children,
)
from trialwright.model.source import Note, Span, Statement
from trialwright.model.study import Study
from trialwright.model.vocabulary import Vocabulary

Place = Callable[[int, int], Span | None]
PASSES = ("segment", "tokenize", "recognise", "quantify", "timing", "parse", "outline", "check", "simplify")
LONGEST = 20_000
_NONE: Meanings = {}


def run_passes(
    text: str,
    *,
    vocabulary: Vocabulary,
    kind: Kind = None,
    after: str | None = None,
    meanings: Meanings = _NONE,
) -> Line:
    """One criterion through the passes, up to and with the pass named `after`.

    `meanings` are those of the abbreviations that the document defines.
    """
    if after is not None and after not in PASSES:
        raise UsageError(f"there is no pass {after!r}", cure=f"take one of {', '.join(PASSES)}")
    line = Line(text=text, kind=kind)
    lexicon = lexicon_of(vocabulary)
    steps: tuple[tuple[str, Any], ...] = (
        ("segment", lambda at: at),
        ("tokenize", tokenize),
        ("recognise", lambda at: meant(recognise(at, lexicon), lexicon, meanings)),
        ("quantify", lambda at: distinguish(quantify(at), lexicon)),
        ("timing", timing),
        ("parse", lambda at: parse(at, lexicon)),
        ("outline", lambda at: outline(at, lexicon)),
        ("check", lambda at: check(at, lexicon)),
        ("simplify", simplify),
    )
    for name, step in steps:
        line = step(line)
        if name == after:
            break
    return named(line) if line.meanings else line


def compile_line(
    text: str,
    *,
    vocabulary: Vocabulary,
    kind: Kind = None,
    after: str | None = None,
    meanings: Meanings = _NONE,
) -> tuple[Expr, tuple[Note, ...]]:
    """One criterion without heading, as an expression, with notes.

    What `explain` tells is read back to the same tree, unless the document gives its words another
    meaning. Any other line that is longer than a criterion can be is not read.
    """
    if (
        after is None
        and not any(short in text for short in meanings)
        and (told := restate(text, vocabulary)) is not None
    ):
        line = check(Line(text=text, kind=kind, expr=told), lexicon_of(vocabulary))
        return told, line.notes
    if len(text) > LONGEST:
        return _unread(text, "too_long", f"{len(text)} characters are no single criterion")
    if after is None and is_wrapped(text):
        flat, place = unwrap(text)
        if flat != text:
            expr, notes = compile_line(flat, vocabulary=vocabulary, kind=kind)
            return move(expr, place), tuple(_moved_note(n, place, n.source) for n in notes)
    try:
        line = run_passes(text, vocabulary=vocabulary, kind=kind, after=after, meanings=meanings)
    except IllegalValue as error:
        # The words state what cannot exist, such as a bound of a hundred digits.
        return _unread(text, "impossible_value", str(error))
    if line.expr is None:
        return Unparsed(text=text, span=(0, len(text))), line.notes
    return line.expr, line.notes


def _unread(text: str, code: str, why: str) -> tuple[Expr, tuple[Note, ...]]:
    """Words that are kept, but not read."""
    span = (0, len(text))
    return Unparsed(text=text, span=span), (Note(code=code, message=why, span=span),)


def compile_text(
    text: str,
    *,
    vocabulary: Vocabulary,
    after: str | None = None,
    further: Sequence[str] = (),
) -> tuple[tuple[Criterion, ...], tuple[Note, ...]]:
    """The criteria of an eligibility text, with their places in it.

    `further` are texts of the same document that may define abbreviations.
    """
    pieces, notes = segment(text)
    found = abbreviations(*(fold(words) for words in (text, *further)))
    meanings = meanings_of(found, lexicon_of(vocabulary)) if found else _NONE
    out = []
    for piece in pieces:
        raw = text[piece.start : piece.end]
        start = piece.start

        def place(a: int, b: int, start: int = start) -> Span:
            return start + a, start + b

        expr, said = compile_line(raw, vocabulary=vocabulary, kind=piece.kind, after=after, meanings=meanings)
        marked = tuple(_moved_note(n, place, None) for n in said)
        if piece.kind is None:
            marked += (
                Note(
                    code="polarity_unknown",
                    message="no heading says whether this includes or excludes",
                    span=(piece.start, piece.end),
                ),
            )
        out.append(
            Criterion(
                id=piece.id,
                kind=piece.kind,
                text=piece.text,
                span=(piece.start, piece.end),
                expr=None if after == "segment" else move(expr, place),
                assessable=assessable(expr),
                notes=marked,
            )
        )
    return tuple(out), notes + against_itself(text, out, vocabulary)


def compile_study(study: Study, *, vocabulary: Vocabulary, after: str | None = None) -> Study:
    """The study with the criteria of its eligibility text, and notes where text and register disagree."""
    text = study.eligibility.text
    if not text:
        return study
    further = (study.official_title, study.brief_title, study.brief_summary, *study.conditions)
    criteria, notes = compile_text(
        text, vocabulary=vocabulary, after=after, further=[words for words in further if words]
    )
    notes += against_registry(study, criteria)
    statement = _statement_of(study, text)
    if statement is not None:
        criteria = tuple(_placed(criterion, statement) for criterion in criteria)
        notes = tuple(_moved_note(n, statement.place_of, statement.source) for n in notes)
    eligibility = msgspec.structs.replace(study.eligibility, criteria=criteria)
    return msgspec.structs.replace(study, eligibility=eligibility, notes=study.notes + notes)


def _statement_of(study: Study, text: str) -> Statement | None:
    """The statement that gave the eligibility text and knows where its characters stand."""
    for statement in study.statements:
        if statement.field == "eligibility.text" and statement.value == text:
            # A statement with a pointer alone has no characters; offsets in its value say the place then.
            return statement if statement.span is not None else None
    return None


def _placed(criterion: Criterion, statement: Statement) -> Criterion:
    """The criterion with its places in the document instead of in the text."""
    return msgspec.structs.replace(
        criterion,
        source=statement.source,
        span=statement.place_of(*criterion.span) if criterion.span is not None else None,
        expr=None if criterion.expr is None else move(criterion.expr, statement.place_of),
        notes=tuple(_moved_note(n, statement.place_of, statement.source) for n in criterion.notes),
    )


def assessable(expr: Expr) -> Literal["data", "person", "protocol", "none"]:
    """Who can answer: the data, the person, the protocol, or nobody yet.

    Data answer where at least one leaf is about age, sex or a concept that has codes.
    """
    found = leaves(expr)
    if any(isinstance(leaf, Demographic) or _has_codes(leaf) for leaf in found):
        return "data"
    kinds = {type(leaf) for leaf in found}
    if kinds - {Attestation, Protocol}:
        return "none"
    return "protocol" if kinds == {Protocol} else "person"


def _has_codes(leaf: Expr) -> bool:
    return isinstance(leaf, Measurement | Change | Condition | Exposure) and bool(leaf.concept.codes)


def move(expr: Expr, place: Place) -> Expr:
    """The expression with all its spans taken to other places."""
    expr = with_children(expr, lambda part: move(part, place))
    if expr.span is None and not expr.notes:
        return expr
    span = None if expr.span is None else place(*expr.span)
    notes = tuple([_moved_note(n, place, n.source) for n in expr.notes])
    return msgspec.structs.replace(expr, span=span, notes=notes)


def _moved_note(note: Note, place: Place, source: str | None) -> Note:
    span = None if note.span is None else place(*note.span)
    return Note(code=note.code, message=note.message, span=span, source=source or note.source)
