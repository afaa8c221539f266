"""`python -m trialwright` is the command `trialwright`."""

from trialwright.cli import run

run()
