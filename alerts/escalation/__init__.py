"""Escalation: who is told next while nobody says that they are on it."""
