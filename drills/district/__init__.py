"""A fictitious school district of real size and shape, written as OneRoster 1.2 CSV."""
