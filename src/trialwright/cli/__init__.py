"""The command line: one file a verb, each of which parses, calls the verb, and shows the result.

Exit status: 0 done; 1 done, but something was refused; 2 wrong usage; 3 the input cannot be used at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from trialwright.cli.arguments import parse
from trialwright.errors import TrialwrightError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status; no traceback ever reaches the user."""
    try:
        run, arguments = parse(sys.argv[1:] if argv is None else list(argv))
        status = run(arguments)
        sys.stdout.flush()
    except TrialwrightError as error:
        print(f"trialwright: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_status
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("trialwright: stopped", file=sys.stderr)  # noqa: T201
        return 130
    except OSError as error:
        # The disk is full, or standard output has gone; nothing else of the system is touched unguarded.
        print(f"trialwright: the system refused ({error.strerror})", file=sys.stderr)  # noqa: T201
        return 3
    except Exception as error:
        # A mistake of ours must not become the user's traceback.
        if os.environ.get("TRIALWRIGHT_TRACEBACK"):
            raise
        print(f"trialwright: {_mistake(error)}", file=sys.stderr)  # noqa: T201
        return 3
    return status


def _mistake(error: Exception) -> str:
    """What to say of an error nobody foresaw; its own words may hold a person's data and stay out."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return (
        f"a mistake of the program itself ({type(error).__name__} at {place}); please report it, "
        "TRIALWRIGHT_TRACEBACK=1 shows more"
    )


def run() -> None:
    """The entry point of the installed command."""
    sys.exit(main())
