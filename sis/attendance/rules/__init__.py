"""The arithmetic of attendance: statuses, days, class meetings, and what a new entry changes."""
