"""Who acts, what they may do and where: accounts, sessions, tokens, roles."""
