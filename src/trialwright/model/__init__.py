"""What a trial is: frozen values, truth tables, intervals, units, partial dates, windows.

A record is a list of statements with their places; a study is computed from the statements of
its records; a criterion is a function from one person's record at an index date to a verdict
with reasons.
"""
