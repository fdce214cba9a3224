"""Students, staff and their roles."""
