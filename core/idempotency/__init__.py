"""Answers kept by the caller's key, so that a retry after a crash saves once."""
