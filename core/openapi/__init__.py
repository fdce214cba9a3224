"""The OpenAPI 3.1 file of /api/v1: every package documents its own handlers."""
