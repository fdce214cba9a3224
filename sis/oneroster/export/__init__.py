"""Exporting OneRoster 1.2 CSV sets: everything, or what changed since."""
