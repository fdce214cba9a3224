"""Monday 12 January 2015, minute by minute, written through the public surface."""
