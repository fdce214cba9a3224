"""Courses and their sections (OneRoster: classes)."""
