"""Tickets: what people asked, in the right order, answered once."""
