"""Prometheus, amtool and Alertmanager itself as neighbours: their API, webhook and file."""
