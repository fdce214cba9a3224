"""Everything that must reach the outside: a row in the same transaction, delivered later."""
