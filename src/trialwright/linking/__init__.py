"""Which records speak of one trial, and what they disagree on.

Takes records, gives links with their evidence and studies computed from the statements of all linked records.
"""
