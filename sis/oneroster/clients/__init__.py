"""Programs that may use the OneRoster service, and their access tokens (OAuth 2, RFC 6749)."""
