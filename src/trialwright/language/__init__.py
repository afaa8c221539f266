"""Reading clinical language: numbers, units, times, and the vocabulary of its things."""
