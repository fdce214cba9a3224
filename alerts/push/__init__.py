"""Alerts in a person's own browsers."""
