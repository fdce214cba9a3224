"""Whom to call about a student, and where the student lives."""
