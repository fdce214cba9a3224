"""What channels remember of their earlier messages."""
