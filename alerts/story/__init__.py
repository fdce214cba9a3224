"""One alert's story: what is known of it, how it stands, and everything that happened to it."""
