"""The synthetic district and its opening day: a client of the public surface."""
