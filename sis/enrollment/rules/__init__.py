"""The district's arithmetic of enrolling: names, duplicates, codes, limits."""
