"""Results → one self-contained HTML file for people: the trials as read, with the words behind every value.

Templates show what Python prepared; they hold no arithmetic.
"""

from trialwright.reports.rendering import render, write_report
from trialwright.reports.report import Report, StudyReport

__all__ = ["Report", "StudyReport", "render", "write_report"]
