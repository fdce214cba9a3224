"""Alertmanager's formats, read and written without a database."""
