"""What a reader should doubt in a compiled criterion, and in the criteria of one text together."""
