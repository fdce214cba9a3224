"""The list of alerts: what it is narrowed to, its groups, and what is done to many at once."""
