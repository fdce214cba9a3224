"""Who is told of which alert, when, together with what else, and why not."""
