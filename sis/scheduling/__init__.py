"""Which student sits in which section, by date, and whose schedule is complete."""
