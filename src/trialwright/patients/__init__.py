"""People from any source as the one patient table; an adapter only moves facts and judges nothing.

Each kind of source is a file of its own with `sniff` and `read`; the first that recognises the path reads it.
"""

from trialwright.patients.check import Holdings, count_holdings
from trialwright.patients.guessing import guess_columns
from trialwright.patients.reading import KINDS, read_patients, shown_source

__all__ = ["KINDS", "Holdings", "count_holdings", "guess_columns", "read_patients", "shown_source"]
