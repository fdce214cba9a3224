"""What a silence is, without a database."""
