"""A student's day as a grid, what fits into it, and why the rest does not."""
