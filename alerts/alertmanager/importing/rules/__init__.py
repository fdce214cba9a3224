"""The translation, without files."""
