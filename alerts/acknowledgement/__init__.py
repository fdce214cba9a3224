"""Acknowledgements: somebody says of an alert that they are on it."""
