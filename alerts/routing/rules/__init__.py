"""Routing as Alertmanager does it, as pure functions."""
