"""Bearer tokens for programs that call the API."""
