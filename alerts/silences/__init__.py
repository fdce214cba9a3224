"""Silences: alerts that nobody wants to be told about for a while, and why."""
