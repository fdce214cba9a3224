"""Local accounts: people who sign in with a username and a password."""
