"""Whether the service is alive and fit to take requests."""
