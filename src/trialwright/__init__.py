"""trialwright reads a clinical trial as it was written and makes it run."""

__version__ = "0.1.0"
