"""How a person is reached: their addresses, and their own rules of who is told how and when."""
