"""Trees and people to verdicts: `reference` is the definition of right, `columnar` the same for millions.

A criterion is a function from one person's record at an index date to a verdict with reasons.
"""

from trialwright.screening.coverage import count_coverage
from trialwright.screening.explaining import explain
from trialwright.screening.insights import Insights
from trialwright.screening.naming import CodeNames
from trialwright.screening.options import ReferenceRange, ScreeningOptions, read_reference_ranges
from trialwright.screening.plan import make_plan
from trialwright.screening.problems import count_unknown_units
from trialwright.screening.relaxing import NEAR
from trialwright.screening.screening import ENGINES, Screening, screen

__all__ = [
    "ENGINES",
    "NEAR",
    "CodeNames",
    "Insights",
    "ReferenceRange",
    "Screening",
    "ScreeningOptions",
    "count_coverage",
    "count_unknown_units",
    "explain",
    "make_plan",
    "read_reference_ranges",
    "screen",
]
