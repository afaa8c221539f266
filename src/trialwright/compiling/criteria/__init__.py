"""Eligibility text to criteria, and criteria to expressions: a visible pipeline of passes.

    segment → tokenize → recognise → quantify → timing → parse → outline → check → simplify

`segment` cuts a text into criteria; the other passes work on one criterion, each in the file of its name.
"""

from __future__ import annotations

from trialwright.compiling.criteria.compiler import (
    PASSES,
    compile_line,
    compile_study,
    compile_text,
    run_passes,
)

__all__ = ["PASSES", "compile_line", "compile_study", "compile_text", "run_passes"]
