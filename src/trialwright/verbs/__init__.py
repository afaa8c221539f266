"""The verbs as Python functions: read, link, compile, screen, match, report; of libraries and people too.

They lead the data one way through the rooms (formats → linking → compiling → screening → reports); the
command line and every other door call them and nothing deeper.
"""

from trialwright.verbs.compiling import compile, compile_study  # noqa: A004  the verb of the command line
from trialwright.verbs.keeping import add_to_library, compile_library, search_library
from trialwright.verbs.matching import match
from trialwright.verbs.reading import Gathered, gather, link, read, read_json, read_records
from trialwright.verbs.reporting import report
from trialwright.verbs.screening import check_patients, explain, guess_columns, screen, shown_source

__all__ = [
    "Gathered",
    "add_to_library",
    "check_patients",
    "compile",
    "compile_library",
    "compile_study",
    "explain",
    "gather",
    "guess_columns",
    "link",
    "match",
    "read",
    "read_json",
    "read_records",
    "report",
    "screen",
    "search_library",
    "shown_source",
]
