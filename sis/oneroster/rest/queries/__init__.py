"""What the service reads: which fields can be asked for, pages of ids, and the objects."""
