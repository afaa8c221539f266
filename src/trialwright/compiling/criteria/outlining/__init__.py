"""Likely trees of words that the sure reading left open: word classes, phrases, lists and clauses."""
