"""The suite: real databases, a real browser, no network but loopback."""
