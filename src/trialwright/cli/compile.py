"""Compiles eligibility text into executable criteria.

PATH is a document about a trial, or Study JSON. With --lines, PATH is a file with one criterion a line, and
one JSON object a line is printed; with --text, PATH is one eligibility block with its headings and bullets.
"""

from __future__ import annotations

import gc
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, get_args

from trialwright import verbs
from trialwright.cli.inputs import (
    add_dictionary_argument,
    add_input_arguments,
    check_found,
    show_progress,
    watch_documents,
)
from trialwright.cli.output import (
    add_output_arguments,
    name_refused,
    show_table,
    write_array,
    write_document,
    writing,
)
from trialwright.cli.trees import compile_each, show_trees
from trialwright.errors import ReadError, UsageError
from trialwright.model.expression import Criterion, Unparsed, leaves
from trialwright.model.study import Refusal, Study
from trialwright.model.vocabulary import Vocabulary

Language = Literal["en", "zh"]
LANGUAGES = get_args(Language)
# Criteria repeat: so many lines, none of them long, are kept with their rows and not read again.
REMEMBERED, LONG = 50_000, 1_000


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `compile`."""
    add_input_arguments(parser)
    add_output_arguments(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--lines", action="store_true", help="PATH holds one criterion a line")
    how.add_argument("--text", action="store_true", help="PATH holds one eligibility block")
    add_dictionary_argument(parser)
    parser.add_argument(
        "--explain",
        choices=LANGUAGES,
        help="tell each criterion in plain English or Chinese: in the table, and as `explained` in JSON",
    )
    parser.add_argument(
        "--tree", action="store_true", help="draw each criterion as a tree: as text, or as `drawn` in JSON"
    )
    parser.add_argument(
        "--after", metavar="PASS", help="with --lines: stop after that pass and print its result"
    )


def run(arguments: Namespace) -> int:
    """Compile, and print the criteria."""
    if arguments.after and not arguments.lines:
        raise UsageError("--after works on single criteria", cure="use it together with --lines")
    if arguments.after and (arguments.explain or arguments.tree):
        raise UsageError("--explain and --tree need whole criteria", cure="leave --after out")
    if arguments.lines or arguments.text:
        if len(arguments.paths) != 1:
            raise UsageError("--lines and --text take one file")
        return _compile_lines(arguments) if arguments.lines else _compile_text(arguments)
    refused: list[Refusal] = []
    vocabulary = _vocabulary(arguments)
    found = verbs.compile(
        arguments.paths,
        format=arguments.format,
        vocabulary=vocabulary,
        on_refused=refused.append,
        watch=watch_documents(arguments.paths),
    )
    studies = check_found(found, refused)
    if arguments.json or arguments.output:
        told = (
            (_told(study, arguments, vocabulary) for study in studies)
            if arguments.explain or arguments.tree
            else studies
        )
        write_array(told, arguments.output)
    elif arguments.tree:
        for study in studies:
            show_trees(study.eligibility.criteria, vocabulary, heading=study.id, notes=study.notes)
    else:
        _show(studies, arguments.explain or "en", vocabulary)
    name_refused(refused)
    return 1 if refused else 0


def _vocabulary(arguments: Namespace) -> Vocabulary:
    from trialwright.language.vocabulary import load_vocabulary

    return load_vocabulary(*arguments.dictionary)


def _read_text(path: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", where=path) from None
    except UnicodeDecodeError as error:
        raise ReadError(f"is not UTF-8 text (byte {error.start})", where=path) from None


def _compile_lines(arguments: Namespace) -> int:
    vocabulary = _vocabulary(arguments)
    text = _read_text(arguments.paths[0])
    lines = text.removesuffix("\n").split("\n") if text else []
    if arguments.tree and not (arguments.json or arguments.output):
        show_trees(compile_each(lines, vocabulary), vocabulary)
        return 0
    written = _written(arguments, vocabulary)
    known: dict[str, bytes] = {}
    with writing(arguments.output) as stream, _rarely_collected():
        for number, raw in enumerate(show_progress(lines, "compiling", len(lines)), 1):
            line = raw.removesuffix("\r")
            row = known.get(line)
            if row is None:
                row = written(line)
                if len(known) < REMEMBERED and len(line) < LONG:
                    known[line] = row
            stream.write(b'{"line":%d,%b\n' % (number, row))
    return 0


def _written(arguments: Namespace, vocabulary: Vocabulary) -> Callable[[str], bytes]:
    """What writes the row of a line, without its number."""
    from trialwright.compiling import criteria
    from trialwright.compiling.criteria.draw import draw
    from trialwright.compiling.criteria.explain import explain
    from trialwright.model import codec

    def stopped(line: str) -> bytes:
        result = criteria.run_passes(line, vocabulary=vocabulary, after=arguments.after)
        return codec.encode({"after": arguments.after, "result": result})[1:]

    def compiled(line: str) -> bytes:
        expr, notes = criteria.compile_line(line, vocabulary=vocabulary)
        row = {"text": line, "kind": None, "expr": expr, "notes": notes}
        if arguments.explain:
            row["explained"] = explain(expr, arguments.explain, vocabulary=vocabulary)
        if arguments.tree:
            row["drawn"] = draw(expr, vocabulary=vocabulary)
        return codec.encode(row)[1:]

    return stopped if arguments.after else compiled


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """A time in which memory is seldom searched for rings: what is loaded stays, and trees hold none."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _compile_text(arguments: Namespace) -> int:
    from trialwright.compiling import criteria

    text = _read_text(arguments.paths[0])
    vocabulary = _vocabulary(arguments)
    found, notes = criteria.compile_text(text, vocabulary=vocabulary)
    if arguments.tree and not (arguments.json or arguments.output):
        show_trees(found, vocabulary, notes=notes)
        return 0
    told: Any = found
    if arguments.explain or arguments.tree:
        told = _retold(found, arguments, vocabulary)
    write_document({"criteria": told, "notes": notes}, arguments.output)
    return 0


def _told(study: Study, arguments: Namespace, vocabulary: Vocabulary) -> dict[str, Any]:
    """A study whose criteria carry their explanation and their drawing, as asked."""
    from trialwright.model import codec

    plain: dict[str, Any] = codec.to_plain(study)
    plain["eligibility"]["criteria"] = _retold(study.eligibility.criteria, arguments, vocabulary)
    return plain


def _retold(
    criteria: Iterable[Criterion], arguments: Namespace, vocabulary: Vocabulary
) -> list[dict[str, Any]]:
    """Criteria with what they say in plain words or as a tree; null where they were not compiled."""
    from trialwright.compiling.criteria.draw import draw
    from trialwright.compiling.criteria.explain import explain
    from trialwright.model import codec

    out = []
    for criterion in criteria:
        plain: dict[str, Any] = codec.to_plain(criterion)
        expr = criterion.expr
        if arguments.explain:
            plain["explained"] = expr and explain(expr, arguments.explain, vocabulary=vocabulary)
        if arguments.tree:
            plain["drawn"] = expr and draw(expr, vocabulary=vocabulary)
        out.append(plain)
    return out


def _show(studies: Iterable[Study], language: Language, vocabulary: Vocabulary) -> None:
    from trialwright.compiling.criteria.explain import explain

    rows, tally = [], Counter[str]()
    for study in studies:
        for criterion in study.eligibility.criteria:
            if criterion.expr is not None:
                answered = _answered(criterion)
                tally[answered] += 1
                rows.append(
                    (
                        study.id,
                        criterion.id,
                        answered,
                        explain(criterion.expr, language, vocabulary=vocabulary),
                    )
                )
    show_table("Criteria", ("study", "id", "answered by", "in plain words"), rows)
    show_table("How many were understood", ("answered by", "criteria#"), sorted(tally.items()))


def _answered(criterion: Criterion) -> str:
    """Who can answer the criterion, in words."""
    drawn = any(note.code == "outlined" for note in criterion.notes)
    if criterion.expr is None or drawn or any(isinstance(leaf, Unparsed) for leaf in leaves(criterion.expr)):
        if criterion.assessable == "none":
            return "outlined" if drawn else "not understood"
        return f"{criterion.assessable}, in part"
    return "no codes known" if criterion.assessable == "none" else criterion.assessable
