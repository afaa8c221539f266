"""Trees and people to verdicts: `reference` is the definition of right, `columnar` the same for millions.

A criterion is a function from one person's record at an index date to a verdict with reasons.
"""

from trialwright.screening.explaining import explain
from trialwright.screening.insights import Insights
from trialwright.screening.options import ReferenceRange, ScreeningOptions, read_reference_ranges
from trialwright.screening.relaxing import NEAR
from trialwright.screening.screening import ENGINES, Screening, screen

__all__ = [
    "ENGINES",
    "NEAR",
    "Insights",
    "ReferenceRange",
    "Screening",
    "ScreeningOptions",
    "explain",
    "read_reference_ranges",
    "screen",
]
