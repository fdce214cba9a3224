"""A student's place at a school, by date."""
