"""What may happen to a ticket, how urgent it is and who comes first."""
