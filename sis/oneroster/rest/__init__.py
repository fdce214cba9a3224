"""The OneRoster 1.2 REST service: rostering, gradebook and resources."""
