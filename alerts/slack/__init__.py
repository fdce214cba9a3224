"""Slack: what its messages look like, and what comes back from them."""
