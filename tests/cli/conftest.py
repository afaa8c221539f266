"""How the tests of the command line call it."""

import pytest

from trialwright.cli import main


@pytest.fixture
def call(capfdbinary):
    """Runs a command; gives its exit status, standard output and standard error."""

    def run(*argv):
        try:
            status = main([str(a) for a in argv])
        except SystemExit as stop:
            status = stop.code or 0
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return run
