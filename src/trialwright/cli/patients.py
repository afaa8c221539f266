"""Looks at a table of people before anybody is screened: `patients check SOURCE`, `patients guess FILE`.

check counts what the data hold and, with --study, which questions of a study they can answer. guess prints a
first column map for a wide table; it is a guess until you have read it, and nothing is screened with it.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from trialwright import verbs
from trialwright.cli.inputs import add_dictionary_argument, refuse_all, watch_documents
from trialwright.cli.output import (
    add_output_arguments,
    name_refused,
    say,
    show_table,
    write_document,
    writing,
)
from trialwright.cli.screen import add_asking_arguments, screening_options

if TYPE_CHECKING:
    from trialwright.model.checking import PatientCheck, UnitCount
    from trialwright.model.study import Refusal, Study

# So many codes are shown to a person; the JSON has them all.
SHOWN = 30
_ANSWERED = {"data": "data", "person": "a person", "nothing": "nothing"}


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `patients`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="what the data can and cannot answer", allow_abbrev=False)
    check.add_argument("source", metavar="SOURCE", help="the people, as --patients of screen takes them")
    check.add_argument("--columns", metavar="MAP", help="what the columns of a wide table mean (TOML)")
    check.add_argument(
        "--study",
        nargs="+",
        action="extend",
        default=[],
        metavar="STUDY",
        help="documents about trials, or Study JSON: what their criteria ask, and who has rows for it",
    )
    check.add_argument("--format", metavar="NAME", help="the format of the documents")
    add_asking_arguments(check)
    add_output_arguments(check)
    guess = actions.add_parser("guess", help="a first column map for a wide table", allow_abbrev=False)
    guess.add_argument("source", metavar="FILE", help="a wide table: CSV, TSV or workbook")
    guess.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook (the first)")
    add_dictionary_argument(guess)
    guess.add_argument("-o", "--output", metavar="MAP", help="write the map to MAP")


def run(arguments: Namespace) -> int:
    """Check or guess."""
    return _check(arguments) if arguments.action == "check" else _guess(arguments)


def _guess(arguments: Namespace) -> int:
    made = verbs.guess_columns(arguments.source, sheet=arguments.sheet, vocabulary=arguments.dictionary)
    with writing(arguments.output) as stream:
        stream.write(made.encode())
    return 0


def _check(arguments: Namespace) -> int:
    from trialwright.language.vocabulary import load_vocabulary

    options = screening_options(arguments)
    vocabulary = load_vocabulary(*arguments.dictionary)
    refused: tuple[Refusal, ...] = ()
    studies: list[Study] = []
    if arguments.study:
        linked, _ = verbs.gather(
            arguments.study, format=arguments.format, watch=watch_documents(arguments.study)
        )
        if not linked.studies:
            refuse_all(linked.refused)
        refused = linked.refused
        studies = [verbs.compile_study(study, vocabulary=vocabulary) for study in linked.studies]
    checked = verbs.check_patients(
        arguments.source,
        studies,
        columns=arguments.columns,
        index_date=arguments.index_date,
        options=options,
        vocabulary=vocabulary,
    )
    if arguments.json or arguments.output:
        write_document(msgspec.structs.replace(checked, refused=refused), arguments.output)
    else:
        show_check(checked)
    for line in checked.problems:
        say(f"trialwright: {arguments.source}: {line}")
    name_refused(refused)
    return 1 if refused else 0


def show_check(checked: PatientCheck) -> None:
    """The counts as tables; of the codes the most frequent, and all that nobody knows in one line."""
    show_table(
        "What the data hold",
        ("people#", "rows#", "without a time#", "from", "to"),
        [(checked.people, checked.rows, checked.undated, checked.first or "–", checked.last or "–")],
    )
    shown = checked.codes[:SHOWN]
    more = (
        f" (the most frequent {len(shown)} of {len(checked.codes)})"
        if len(shown) < len(checked.codes)
        else ""
    )
    show_table(
        f"Codes{more}",
        ("code", "name", "rows#", "people#"),
        ((one.code, one.name or "not known", one.rows, one.people) for one in shown),
    )
    unknown = [one for one in checked.codes if one.name is None]
    if unknown:
        say(
            f"trialwright: {len(unknown)} codes that no word of the vocabulary stands for, "
            f"in {sum(one.rows for one in unknown)} rows"
        )
    if checked.unknown_units:
        show_table(
            "Units that cannot be read",
            ("unit", "rows#", "codes"),
            _by_unit(checked.unknown_units),
        )
    if checked.studies:
        show_table(
            f"What the criteria ask at {checked.index_date}",
            ("study", "id", "asks for", "answered by", "people#", "in its window#"),
            _asked(checked),
        )


def _by_unit(found: Iterable[UnitCount]) -> Iterator[tuple[str, int, str]]:
    """One row a spelling, with the first few of its codes."""
    units: dict[str, list[UnitCount]] = {}
    for one in found:
        units.setdefault(one.unit, []).append(one)
    for unit, group in units.items():
        more = f" and {len(group) - 4} more" if len(group) > 4 else ""
        yield unit, sum(one.rows for one in group), ", ".join(one.code for one in group[:4]) + more


def _asked(checked: PatientCheck) -> Iterator[tuple[str, ...]]:
    for study in checked.studies:
        for criterion in study.criteria:
            for leaf in criterion.leaves:
                yield (
                    study.id,
                    criterion.id,
                    leaf.asks,
                    _ANSWERED[leaf.answered_by],
                    _share(leaf.people, checked.people),
                    _share(leaf.in_window, checked.people),
                )


def _share(number: int | None, people: int) -> str:
    return "–" if number is None else f"{number} of {people}"
