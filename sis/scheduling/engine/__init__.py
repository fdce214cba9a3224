"""The scheduling engine: students with requests into sections with seats. Pure: no database."""
