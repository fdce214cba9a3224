"""Which courses a student asks for in a term."""
