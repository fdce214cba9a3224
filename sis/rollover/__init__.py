"""Rolling sections and placements over into the next term, school by school."""
